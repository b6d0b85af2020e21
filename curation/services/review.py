"""The curators' queue: suggestions to accept or reject, each decision a dated row that can be undone."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from curation.database import (
    AccountRow,
    ArticleRow,
    ConceptRow,
    DecisionRow,
    ResourceRow,
    SuggestionRow,
    TaggingRow,
    now,
)
from curation.errors import Conflict, CurationError, NotFound
from curation.services import accounts, concepts, matching, splitting, verdicts, vocabulary
from curation.services.concepts import ConceptRef
from curation.services.verdicts import Pair
from curation.tagging.concept import Vocabulary

# Decisions looked at in one go while searching for the latest that is not undone; a person undoes a few in a row.
LOOK_BACK = 100


@dataclass(frozen=True, slots=True)
class Card:
    """One suggestion to decide about: what, on what, how sure (0 to 1), found how, and the words it stands in."""

    resource_id: str
    title: str
    summary: str
    url: str
    source: str
    concept: ConceptRef
    definition: str
    score: float
    method: str
    exact: str
    prefix: str
    suffix: str


def queue(
    db: Session,
    limit: int = 20,
    concept: str | None = None,
    source: str | None = None,
    least: float = 0.0,
    skip: Collection[Pair] = (),
) -> list[Card]:
    """The next suggestions, the surest first; narrowed to a concept (URI), a source, a least score.

    What was decided, withdrawn, folded or taken out of the vocabulary since it was suggested does not come.
    """
    words = vocabulary.load(db)
    # A few more than asked for, for those that are skipped; read as they come.
    rows = db.execute(_waiting(concept, source, least).limit(limit + len(skip)))
    cards = (_card(words, *row) for row in rows if (row[0].resource_id, row[0].concept) not in skip)
    return list(islice(cards, limit))


def _waiting(concept: str | None, source: str | None, least: float) -> Select[Any]:
    """Suggestions that wait, the surest first, with what a card shows of their article and concept."""
    statement = (
        select(SuggestionRow, ArticleRow.title, ArticleRow.summary, ArticleRow.url, ArticleRow.source)
        .add_columns(ConceptRow.label, ConceptRow.slug)
        .join(ResourceRow, ResourceRow.id == SuggestionRow.resource_id)
        .join(ArticleRow, ArticleRow.resource_id == SuggestionRow.resource_id)
        .join(ConceptRow, ConceptRow.uri == SuggestionRow.concept)
        .where(SuggestionRow.state == "suggested", ResourceRow.state == "live")
        # One direction for all three, so that the index over them is walked and nothing is sorted.
        .order_by(SuggestionRow.score.desc(), SuggestionRow.resource_id.desc(), SuggestionRow.concept.desc())
    )
    if concept is not None:
        statement = statement.where(SuggestionRow.concept == concept)
    if source is not None:
        statement = statement.where(ArticleRow.source == source)
    if least > 0:
        statement = statement.where(SuggestionRow.score >= least)
    return statement


def _card(
    words: Vocabulary, row: SuggestionRow, title: str, summary: str, url: str, origin: str, label: str, slug: str
) -> Card:
    """A suggestion as a person decides about it."""
    said = words.concepts.get(row.concept)
    return Card(
        resource_id=row.resource_id,
        title=title,
        summary=summary,
        url=url,
        source=origin,
        concept=ConceptRef(row.concept, label, slug),
        definition=concepts.definition(said) if said else "",
        score=row.score,
        method=row.method,
        exact=row.exact,
        prefix=row.prefix,
        suffix=row.suffix,
    )


def waiting(db: Session) -> int:
    """How many suggestions wait for a decision."""
    counted = select(func.count()).select_from(SuggestionRow)
    hidden = select(ResourceRow.id).where(ResourceRow.state.in_(("folded", "withdrawn")))
    # Counted apart, because few resources are not live. The empty text keeps SQLite, which has no statistics, from
    # walking every open suggestion instead of the few of these resources: 10 ms against 290 ms for 100,000.
    unseen = counted.where(SuggestionRow.state.concat("") == "suggested", SuggestionRow.resource_id.in_(hidden))
    return (db.scalar(counted.where(SuggestionRow.state == "suggested")) or 0) - (db.scalar(unseen) or 0)


def decide(db: Session, account: AccountRow | None, resource_id: str, concept: str, verdict: str) -> DecisionRow:
    """Accept or reject a concept (URI or slug) on a resource. Saying again what stands gives the decision that stands.

    Raises:
        NotAllowed: the account is no curator's.
        NotFound: no such resource or concept.
        Conflict: the resource is withdrawn.
        CurationError: another verdict than accept or reject.
    """
    accounts.demand(account, "curator")
    if verdict not in verdicts.STATES:
        raise CurationError(f"{verdict[:40]!r} is no verdict. Say accept or reject.")
    resource = matching.canonical(db, resource_id)
    if resource.state == "withdrawn":
        raise Conflict("This resource was withdrawn by its source. Decide about it when it comes back.")
    uri = concepts.find(db, concept).uri
    standing = verdicts.standing(db, [resource.id], uri).get((resource.id, uri))
    if standing is not None and standing.verdict == verdict:
        return standing
    row = _record(db, account, resource.id, uri, verdict)
    whole = splitting.whole(db, uri) if verdict == "accept" and row.method == splitting.METHOD else None
    if whole is not None and db.get(TaggingRow, (resource.id, whole)) is not None:
        # The part stands in the place of what was split, which waited for just this.
        _record(db, account, resource.id, whole, "reject", splitting.METHOD)
    return row


def add(db: Session, account: AccountRow | None, resource_id: str, concept: str) -> DecisionRow:
    """Give a resource a concept (URI or slug), suggested or not.

    Raises:
        NotAllowed, NotFound, Conflict: as `decide`.
    """
    return decide(db, account, resource_id, concept, "accept")


def undo(db: Session, account: AccountRow | None, decision_id: int | None = None) -> DecisionRow | None:
    """Take back one's own decision, by default the latest not taken back yet; adds a row. None: there is none.

    Raises:
        NotAllowed: the account is no curator's.
        NotFound: no such decision of this account.
        Conflict: it is undone already, or a later one of one's own on the same concept and resource stands on it.
    """
    accounts.demand(account, "curator")
    if account is None:
        return None
    latest = _latest_own(db, account.id) if decision_id is None else _own(db, account.id, decision_id)
    if latest is None:
        return None
    for row in _with(db, account.id, latest):
        _record(db, account, row.resource_id, row.concept, "undo")
    return _record(db, account, latest.resource_id, latest.concept, "undo")


def _with(db: Session, account_id: int, row: DecisionRow) -> list[DecisionRow]:
    """What was decided in one go with a decision: a part of a split that took the place of the whole."""
    if row.method != splitting.METHOD:
        return []
    mine = [said for said in verdicts.history(db, [row.resource_id]) if said.account_id == account_id]
    if row.verdict == "reject" and splitting.whole(db, row.concept) is None:
        return [said for said in mine if said.id < row.id and said.verdict == "accept"][-1:]
    whole = splitting.whole(db, row.concept) if row.verdict == "accept" else None
    gone = verdicts.latest(said for said in mine if said.concept == whole)
    return [gone] if gone is not None and gone.id > row.id and gone.method == splitting.METHOD else []


def _latest_own(db: Session, account_id: int) -> DecisionRow | None:
    """This account's latest decision that is not undone."""
    undone: dict[Pair, int] = defaultdict(int)
    before: int | None = None
    while True:
        statement = select(DecisionRow).where(DecisionRow.account_id == account_id).order_by(DecisionRow.id.desc())
        older = statement if before is None else statement.where(DecisionRow.id < before)
        rows = db.scalars(older.limit(LOOK_BACK)).all()
        for row in rows:
            pair = (row.resource_id, row.concept)
            if row.verdict == "undo":
                undone[pair] += 1
            elif undone[pair]:
                undone[pair] -= 1
            else:
                return row
        if len(rows) < LOOK_BACK:
            return None
        before = rows[-1].id


def _own(db: Session, account_id: int, decision_id: int) -> DecisionRow:
    """This account's decision, where it is the one that an undo would take back."""
    row = db.get(DecisionRow, decision_id)
    if row is None or row.account_id != account_id or row.verdict == "undo":
        raise NotFound(f"You made no decision {decision_id}. Someone else's is changed by deciding anew.")
    mine = [said for said in verdicts.history(db, [row.resource_id], [row.concept]) if said.account_id == account_id]
    standing = verdicts.latest(mine)
    if standing is None or standing.id != row.id:
        raise Conflict(f"Decision {decision_id} is undone already, or you decided again since. Undo the latest one.")
    return row


def _record(
    db: Session, account: AccountRow | None, resource_id: str, concept: str, verdict: str, method: str = "person"
) -> DecisionRow:
    """Write what was said, and bring the suggestion and the tagging to what stands now."""
    current = vocabulary.load(db).current(concept) or concept
    suggestion = db.get(SuggestionRow, (resource_id, current))
    row = DecisionRow(
        resource_id=resource_id,
        concept=concept,
        verdict=verdict,
        account_id=account.id if account else None,
        at=now(),
        score=suggestion.score if suggestion else None,
        method=suggestion.method if suggestion else method,
    )
    db.add(row)
    db.flush()
    stands = verdicts.standing(db, [resource_id], current).get((resource_id, current))
    if suggestion is not None:
        suggestion.state = verdicts.STATES[stands.verdict] if stands else "suggested"
    verdicts.settle(db, resource_id, current, stands)
    return row
