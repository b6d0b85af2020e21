"""The curators' inbox of what the vocabulary lacks: accepted as a concept or a label, or dismissed for ever."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from curation.database import (
    AccountRow,
    ArticleRow,
    DecisionRow,
    ProposalDecisionRow,
    ProposalRow,
    ResourceRow,
    VocabularyChangeRow,
)
from curation.errors import Conflict, NotFound
from curation.services import accounts, concepts, keeping_words, matching, vocabulary
from curation.services.concepts import ConceptRef
from curation.services.keeping_words import Done
from curation.tagging.phrases import key_of
from curation.tagging.proposals import LEAST, LabelProposal, Proposal

# The step's name in the record of runs.
STEP = "propose"
LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Open:
    """A proposal that waits: resources that have the phrase, some of them with its words, and concepts near it."""

    key: str
    label: str
    concept: ConceptRef | None
    documents: int
    examples: tuple[dict[str, str], ...]
    nearest: tuple[ConceptRef, ...]
    language: str


def stamp(db: Session) -> str:
    """What proposals depend on: the same stamp, the same proposals."""
    articles = db.execute(select(func.count(), func.max(ArticleRow.extracted_at)).select_from(ArticleRow)).one()
    said = [db.scalar(select(func.max(table.id))) for table in (DecisionRow, VocabularyChangeRow)]
    return repr((tuple(map(str, articles)), said))


def keep(db: Session, found: Iterable[Proposal], labels: Iterable[LabelProposal]) -> int:
    """Put what was found now in the place of what was found before; how many wait for a curator."""
    db.execute(delete(ProposalRow))
    rows: dict[str, ProposalRow] = {}
    for one in found:
        row = ProposalRow(key=_key(one), label=one.label, documents=one.documents, examples=_quotes(one))
        row.nearest, row.language = list(one.nearest), one.language
        rows.setdefault(row.key, row)
    for label in labels:
        row = ProposalRow(key=_key(label, label.concept), label=label.label, concept=label.concept)
        row.documents, row.language, row.examples = label.together, label.language, _quotes(label)
        rows.setdefault(row.key, row)
    db.add_all(rows.values())
    db.flush()
    return len(inbox(db, LEAST, len(rows)))


def _quotes(proposed: Proposal | LabelProposal) -> list[dict[str, str]]:
    """Where a phrase stands in some resources, as JSON."""
    return [
        {"resource_id": i, "prefix": quote.prefix, "exact": quote.exact, "suffix": quote.suffix}
        for i, quote in proposed.examples
    ]


def _key(proposed: Proposal | LabelProposal, concept: str = "") -> str:
    """The same for all forms of the same words of a language; English, the first there was, is not named in it."""
    language = proposed.language if proposed.language != LANGUAGE else ""
    return " ".join(filter(None, (concept, language, key_of(proposed.label, proposed.language))))


def inbox(db: Session, least: int = LEAST, limit: int = 50) -> list[Open]:
    """What waits, in at least so many resources, the most frequent first; what was dismissed does not come back, and
    what stands in nothing that the reader may see does not come at all."""
    words, closed = vocabulary.load(db), _closed(db)
    found = select(ProposalRow).where(ProposalRow.documents >= least)
    rows = [
        row
        for row in db.scalars(found.order_by(ProposalRow.documents.desc(), ProposalRow.key))
        if row.key not in closed and words.resolve(row.label) is None
    ]
    seen = _seen(db, rows)
    rows = [row for row in rows if not row.examples or any(one["resource_id"] in seen for one in row.examples)][:limit]
    known = concepts.refs(db, (uri for row in rows for uri in (row.concept, *row.nearest) if uri))
    return [
        Open(
            row.key, row.label, known.get(row.concept), row.documents,
            tuple(one for one in row.examples if one["resource_id"] in seen),
            tuple(known[uri] for uri in row.nearest if uri in known), row.language,
        )
        for row in rows
        if not row.concept or row.concept in known
    ]  # fmt: skip


def _seen(db: Session, rows: Iterable[ProposalRow]) -> set[str]:
    """Those of the resources they were found in that this session may see."""
    found: set[str] = set()
    for batch in matching.batches({one["resource_id"] for row in rows for one in row.examples}):
        found.update(db.scalars(select(ResourceRow.id).where(ResourceRow.id.in_(batch))))
    return found


def _closed(db: Session) -> set[str]:
    """Proposals that were accepted or dismissed, and stay so."""
    undone = set(db.scalars(select(VocabularyChangeRow.undoes).where(VocabularyChangeRow.undoes.is_not(None))))
    latest = {row.key: row for row in db.scalars(select(ProposalDecisionRow).order_by(ProposalDecisionRow.id))}
    return {key for key, row in latest.items() if row.verdict != "undo" and row.change_id not in undone}


def accept_new(db: Session, account: AccountRow | None, key: str, label: str, broader: Sequence[str] = ()) -> Done:
    """Make a concept of a proposal, perhaps under another label, under others or at the top.

    Raises:
        NotAllowed: the account is no curator's. NotFound: no such proposal or broader concept.
        Conflict: it is decided already, or a concept has that label.
    """
    row = _waiting(db, account, key)
    done = keeping_words.add(db, account, label, broader, row.language)
    return _decided(db, account, key, done)


def accept_label(db: Session, account: AccountRow | None, key: str, label: str, concept: str) -> Done:
    """Take a proposal as a further label of a concept; errors as `accept_new`."""
    row = _waiting(db, account, key)
    done = keeping_words.relabel(db, account, concept, add=[("altLabel", row.language, label)])
    return _decided(db, account, key, done)


def _decided(db: Session, account: AccountRow | None, key: str, done: Done) -> Done:
    """Remember that a proposal was accepted."""
    db.add(
        ProposalDecisionRow(key=key, verdict="accept", account_id=account.id if account else None, change_id=done.id)
    )
    db.flush()
    return done


def dismiss(db: Session, account: AccountRow | None, key: str) -> str:
    """Say no to a proposal, for ever; its label."""
    row = _waiting(db, account, key)
    db.add(ProposalDecisionRow(key=key, verdict="dismiss", account_id=account.id if account else None))
    db.flush()
    return row.label


def bring_back(db: Session, account: AccountRow | None, key: str) -> None:
    """Take a dismissal back.

    Raises:
        Conflict: it was not dismissed.
    """
    _demand(account)
    latest = select(ProposalDecisionRow).where(ProposalDecisionRow.key == key).order_by(ProposalDecisionRow.id.desc())
    row = db.scalar(latest.limit(1))
    if row is None or row.verdict != "dismiss":
        raise Conflict("That was not dismissed. What was accepted is undone in the history of its subject.")
    db.add(ProposalDecisionRow(key=key, verdict="undo", account_id=account.id if account else None))
    db.flush()


def _waiting(db: Session, account: AccountRow | None, key: str) -> ProposalRow:
    """A proposal that nobody decided about."""
    _demand(account)
    row = None if "\x00" in key else db.get(ProposalRow, key)
    if row is None:
        raise NotFound("There is no such proposal any more. The inbox shows those there are.")
    if key in _closed(db):
        raise Conflict(f"“{row.label}” is decided already.")
    return row


def _demand(account: AccountRow | None) -> None:
    """On the pages only curators decide; the command has the whole record in hand."""
    if account is not None:
        accounts.demand(account, "curator")
