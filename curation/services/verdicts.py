"""What stands decided about a concept on a resource, and the tagging that follows from it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import DecisionRow, TaggingRow, VocabularyChangeRow
from curation.services import matching, publish, relocate, vocabulary
from curation.services.undone import not_undone

# What a decision says of the suggestion it was made on.
STATES = {"accept": "accepted", "reject": "rejected"}
Pair = tuple[str, str]
# Where a concept was merged into another: the other, and the newest decision at that moment.
Joins = dict[str, tuple[str, int]]


def decided(db: Session, resource_id: str, concept: str) -> str | None:
    """What stands about a concept (URI) on a resource: accept, reject or None."""
    uri = vocabulary.load(db).current(concept) or concept
    stands = standing(db, [resource_id], uri).get((resource_id, uri))
    return stands.verdict if stands else None


def all_decided(db: Session, resource_ids: Iterable[str]) -> dict[Pair, str]:
    """What stands about every concept on these resources: (resource, concept) -> accept or reject."""
    return {pair: row.verdict for pair, row in standing(db, resource_ids).items()}


def standing(db: Session, resource_ids: Iterable[str], concept: str | None = None) -> dict[Pair, DecisionRow]:
    """The decision that stands about every concept (or one) on these resources, by resource and concept.

    What was said of a concept that was merged since is said of the one it went into.
    """
    words = vocabulary.load(db)
    said: dict[Pair, list[DecisionRow]] = defaultdict(list)
    for batch in matching.batches(resource_ids):
        for row in history(db, batch, None if concept is None else words.same(concept)):
            said[row.resource_id, row.concept].append(row)
    found: dict[Pair, list[DecisionRow]] = defaultdict(list)
    for (resource_id, uri), rows in said.items():
        if stands := latest(rows):
            found[resource_id, words.current(uri) or uri].append(stands)
    joins = _joins(db) if any(len(rows) > 1 for rows in found.values()) else {}
    return {pair: _together(rows, joins) for pair, rows in found.items()}


def history(db: Session, resource_ids: Sequence[str], concepts: Collection[str] | None = None) -> Sequence[DecisionRow]:
    """What was said, in the order it was said."""
    statement = select(DecisionRow).where(DecisionRow.resource_id.in_(resource_ids)).order_by(DecisionRow.id)
    return db.scalars(statement if concepts is None else statement.where(DecisionRow.concept.in_(concepts))).all()


def latest(history: Iterable[DecisionRow]) -> DecisionRow | None:
    """The latest decision about one pair that is not undone: an undo takes back its own author's latest."""
    stack: list[DecisionRow] = []
    for row in history:
        if row.verdict != "undo":
            stack.append(row)
            continue
        own = [at for at, earlier in enumerate(stack) if earlier.account_id == row.account_id]
        if own:
            del stack[own[-1]]
    return stack[-1] if stack else None


def _joins(db: Session) -> Joins:
    """Every merge that stands."""
    statement = select(VocabularyChangeRow).where(VocabularyChangeRow.kind == "merge", not_undone())
    return {row.concept: (row.into or "", row.details.get("decision", 0)) for row in db.scalars(statement)}


def _together(rows: Sequence[DecisionRow], joins: Joins) -> DecisionRow:
    """What stands of several concepts that became one: an acceptance, unless it was rejected since they are one.

    Who rejected one of two words for a thing may well have done so because the other one was there.
    """
    left = [row for row in rows if not any(_overrides(other, row, joins) for other in rows)]
    return max([row for row in left if row.verdict == "accept"] or left or rows, key=lambda row: row.id)


def _overrides(later: DecisionRow, row: DecisionRow, joins: Joins) -> bool:
    """Whether a decision was made on the concept into which the other one's had been merged by then."""
    uri, seen = row.concept, 0
    while uri != later.concept and uri in joins:
        uri, at = joins[uri]
        seen = max(seen, at)
    return later.concept != row.concept and uri == later.concept and later.id > max(seen, row.id)


def settle(db: Session, resource_id: str, concept: str, standing: DecisionRow | None) -> None:
    """Let the resource carry the concept, or not, as what stands says; a search hears of it when that changes."""
    tagging = db.get(TaggingRow, (resource_id, concept))
    accepted = standing if standing is not None and standing.verdict == "accept" else None
    if (accepted is None) == (tagging is None):
        return
    if accepted is not None:
        row = TaggingRow(
            resource_id=resource_id, concept=accepted.concept, account_id=accepted.account_id, since=accepted.at
        )
        db.add(relocate.at_home([row], concept))
    else:
        db.delete(tagging)
    publish.touch(db, resource_id)
