"""The common language is kept by people: merge, split, rename, deprecate, move, add; each remembered, each undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from curation.database import AccountRow, DecisionRow, SuggestionRow, VocabularyChangeRow, reading
from curation.errors import Conflict, CurationError, NotFound
from curation.services import accounts, changes, rewriting, splitting, vocabulary
from curation.services.naming import named, new_uri
from curation.services.rewriting import Effect
from curation.services.undone import not_undone
from curation.tagging.concept import Concept
from curation.tagging.edits import Edit, Kind

# Characters of a label; what is longer is a sentence. Judgement.
LONGEST_LABEL = 200
FIELDS = {"altLabel": "alt_labels", "hiddenLabel": "hidden_labels"}
Label = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """A change that was made: its number, what was done as a sentence, and what moved with it."""

    id: int
    said: str
    effect: Effect


def merge(db: Session, account: AccountRow | None, old: str, into: str) -> Done:
    """Let one concept go into another; its labels, narrower concepts, taggings and suggestions go along.

    Raises:
        NotAllowed: the account is no curator's. NotFound: no such concept.
        Conflict: both are one, or the second is narrower than the first.
    """
    source, target = named(db, old), named(db, into)
    words = vocabulary.load(db)
    if source == target:
        raise Conflict(f"“{words.label(source)}” can't be merged into itself. Name two concepts.")
    if target in words.narrower(source):
        told = f"“{words.label(target)}” is narrower than “{words.label(source)}”, so the tree would run in a circle."
        raise Conflict(f"{told} Merge the other way round, or move it first.")
    return _make(db, account, "merge", source, target)


def split(db: Session, account: AccountRow | None, concept: str, labels: Sequence[str]) -> Done:
    """Put several new concepts in the place of one that is too wide.

    What carried it comes to the review queue with each part (method "split", surer where the part's name stands in the
    text) and carries the old one until somebody decides.

    Raises:
        NotAllowed, NotFound: as `merge`. CurationError: fewer than two labels.
    """
    uri = named(db, concept)
    plain = list(dict.fromkeys(_label(label) for label in labels))
    if len(plain) < 2:
        raise CurationError("A split needs two labels or more. To change one name, rename the concept.")
    words = vocabulary.load(db)
    taken = set(words.concepts)
    said = words.concepts[uri]
    parts = [
        Concept(new_uri(label, uri, taken), said.scheme, {shown_in(said): label}, broader=words.parents[uri]).to_dict()
        for label in plain
    ]
    done = _make(db, account, "split", uri, None, {"parts": parts})
    with reading.everything(db):
        done.effect.suggestions += splitting.suggest(db, uri, [Concept.from_dict(part) for part in parts])
    return done


def rename(db: Session, account: AccountRow | None, concept: str, label: str, language: str | None = None) -> Done:
    """Give a concept another prefLabel; the old one becomes an altLabel. By default in the language it is shown in."""
    uri = named(db, concept)
    said = vocabulary.load(db).concepts[uri]
    tag = shown_in(said) if language is None else language
    if said.pref_labels.get(tag) == _label(label):
        raise Conflict(f"It is called “{label}” already.")
    return _make(db, account, "rename", uri, None, {"label": _label(label), "language": tag})


def deprecate(db: Session, account: AccountRow | None, concept: str) -> Done:
    """Take a concept out of use: it is suggested no more, its narrower ones go up; what carries it keeps it."""
    uri = named(db, concept)
    if vocabulary.load(db).concepts[uri].status == "deprecated":
        raise Conflict(f"“{vocabulary.load(db).label(uri)}” is out of use already.")
    return _make(db, account, "deprecate", uri)


def move(db: Session, account: AccountRow | None, concept: str, broader: Sequence[str]) -> Done:
    """Put a concept, and all that is narrower, under others; under none it is a top concept."""
    uri, words = named(db, concept), vocabulary.load(db)
    above = list(dict.fromkeys(named(db, name) for name in broader))
    for one in above:
        if one == uri or one in words.narrower(uri):
            raise Conflict(
                f"“{words.label(one)}” can't be broader than “{words.label(uri)}”: it is the same or narrower."
            )
    if set(above) == set(words.parents[uri]):
        raise Conflict(f"“{words.label(uri)}” stands there already.")
    return _make(db, account, "move", uri, None, {"broader": above})


def relabel(
    db: Session, account: AccountRow | None, concept: str, add: Sequence[Label] = (), remove: Sequence[Label] = ()
) -> Done:
    """Add and remove further labels, each as (altLabel or hiddenLabel, language, text)."""
    uri = named(db, concept)
    fresh = [[FIELDS[kind], tag, _label(text)] for kind, tag, text in add]
    gone = [[FIELDS[kind], tag, text] for kind, tag, text in remove]
    held = set(vocabulary.load(db).concepts[uri].labels())
    for kind, tag, text in remove:
        if (kind, tag, text) not in held:
            raise NotFound(f"It has no {kind} “{text[:80]}”. Its page shows those it has.")
    for _, tag, text in fresh:
        if any(tag == other and text.casefold() == label.casefold() for _, other, label in held):
            raise Conflict(f"It has the label “{text}” already.")
    return _make(db, account, "labels", uri, None, {"add": fresh, "remove": gone})


def for_people_only(db: Session, account: AccountRow | None, concept: str, on: bool) -> Done:
    """Let only people set a concept, or let it be suggested again."""
    uri = named(db, concept)
    if vocabulary.load(db).concepts[uri].people_only == on:
        raise Conflict("It is set by people alone already." if on else "It may be suggested already.")
    return _make(db, account, "people_only", uri, None, {"on": on})


def add(db: Session, account: AccountRow | None, label: str, broader: Sequence[str] = (), language: str = "en") -> Done:
    """A new concept, under others or at the top."""
    words, text = vocabulary.load(db), _label(label)
    above = tuple(dict.fromkeys(named(db, name) for name in broader))
    beside = above[0] if above else next(iter(words.concepts), None)
    uri = new_uri(text, beside, words.concepts)
    scheme = words.concepts[beside].scheme if beside else None
    concept = Concept(uri, scheme, {language: text}, broader=above)
    return _make(db, account, "add", uri, None, {"parts": [concept.to_dict()]})


def undo(db: Session, account: AccountRow | None, number: int) -> Done:
    """Take back a change, with all that moved; what people decided since stays and is led to the right concept.

    Raises:
        NotAllowed: the account is no curator's.
        NotFound: there is no such change.
        Conflict: it is undone already, or a later change stands on it; the message names that one.
    """
    _demand(account)
    rewriting.hold(db)
    row = db.get(VocabularyChangeRow, number)
    if row is None or row.kind == changes.UNDO:
        raise NotFound(f"There is no change {number} to the vocabulary. See: commonplace vocabulary history")
    if db.scalar(select(VocabularyChangeRow.id).where(VocabularyChangeRow.undoes == number)) is not None:
        raise Conflict(f"Change {number} is undone already.")
    later = _later(db, row)
    edit = Edit(row.kind, row.concept, row.into, row.details)
    uris = [part.uri for part in edit.parts()]
    if later and uris:
        raise Conflict(f"Change {later[0]} was made since to what change {number} made. Undo change {later[0]} first.")
    words = vocabulary.load(db)
    entry = VocabularyChangeRow(kind=changes.UNDO, concept=row.concept, into=row.into, undoes=number)
    entry.account_id = account.id if account else None
    with reading.everything(db), db.begin_nested():
        db.add(entry)
        db.execute(delete(SuggestionRow).where(SuggestionRow.concept.in_(uris)))
        db.flush()
        try:
            effect = rewriting.rewrite(db)
        except Conflict as error:
            hint = f" Undo change {later[0]} first." if later else ""
            raise Conflict(f"Change {number} can't be taken back alone: {error}{hint}") from error
    return Done(entry.id, f"Taken back: {changes.describe(edit, words)}", effect)


def _later(db: Session, row: VocabularyChangeRow) -> list[int]:
    """Later changes that stand and are about the same concepts, the latest first."""
    edit = Edit(row.kind, row.concept, row.into, row.details)
    uris = [part.uri for part in edit.parts()] or [uri for uri in (row.concept, row.into) if uri]
    statement = select(VocabularyChangeRow).where(
        VocabularyChangeRow.id > row.id, VocabularyChangeRow.kind != changes.UNDO, not_undone()
    )
    found = []
    for later in db.scalars(statement.order_by(VocabularyChangeRow.id.desc())):
        about = {later.concept, later.into, *later.details.get("broader", ())}
        about.update(one for part in later.details.get("parts", ()) for one in part.get("broader", ()))
        if about.intersection(uris):
            found.append(later.id)
    return found


def _make(
    db: Session,
    account: AccountRow | None,
    kind: Kind,
    concept: str,
    into: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Done:
    """Write down a change and let everything follow; where it is refused, nothing is written."""
    _demand(account)
    rewriting.hold(db)
    words = vocabulary.load(db)
    seen = db.scalar(select(func.max(DecisionRow.id))) or 0
    kept = {**(details or {}), "decision": seen, "was": words.label(concept) if concept in words else ""}
    row = VocabularyChangeRow(kind=kind, concept=concept, into=into, details=kept)
    row.account_id = account.id if account else None
    with reading.everything(db), db.begin_nested():
        db.add(row)
        db.flush()
        effect = rewriting.rewrite(db)
    return Done(row.id, changes.describe(Edit(kind, concept, into, kept), words), effect)


def _demand(account: AccountRow | None) -> None:
    """Who uses the command has the whole record in hand already; on the pages only curators keep the words."""
    if account is not None:
        accounts.demand(account, "curator")


def _label(text: str) -> str:
    """A label as it is kept."""
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST_LABEL or "\x00" in plain:
        raise CurationError(f"A label has 1 to {LONGEST_LABEL} characters. Say it shorter, or say it at all.")
    return plain


def shown_in(concept: Concept) -> str:
    """The language a concept's shown label is in."""
    return next((tag for tag, text in concept.pref_labels.items() if text == concept.label()), "en")
