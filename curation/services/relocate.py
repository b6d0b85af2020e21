"""Taggings and suggestions go where the vocabulary leads today, and back again: each row keeps what it stands for."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from curation.database import SuggestionRow, TaggingRow
from curation.services import matching
from curation.tagging.concept import Vocabulary

Row = TypeVar("Row", TaggingRow, SuggestionRow)


@dataclass(slots=True)
class Moved:
    """How many rows went from one concept to another, and on which resources."""

    taggings: int
    suggestions: int
    resources: set[str]


def relocate(db: Session, words: Vocabulary, concepts: Collection[str]) -> Moved:
    """Bring what is filed under these concepts, or was before they were merged, under the concepts of today."""
    taggings = _move(db, TaggingRow, words, concepts)
    suggestions = _move(db, SuggestionRow, words, concepts)
    resources = {resource_id for counts in (taggings, suggestions) for resource_id in counts if counts[resource_id]}
    return Moved(sum(taggings.values()), sum(suggestions.values()), resources)


def _move(db: Session, table: type[Row], words: Vocabulary, concepts: Collection[str]) -> dict[str, int]:
    """Relocate one table; how many rows moved on each resource."""
    moved: dict[str, int] = defaultdict(int)
    held: dict[str, list[Row]] = defaultdict(list)
    db.flush()
    for batch in matching.batches(sorted(concepts)):
        for row in db.scalars(select(table).where(table.concept.in_(batch))):
            held[row.resource_id].append(row)
    for resource_id, rows in held.items():
        homes: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            for origin in _origins(row):
                home = words.current(origin.concept) or origin.concept
                homes[home].append(origin)
                moved[resource_id] += home != row.concept
        if not moved[resource_id]:
            continue
        for row in rows:
            db.expunge(row)
        db.execute(delete(table).where(table.resource_id == resource_id, table.concept.in_([r.concept for r in rows])))
        db.add_all(at_home(origins, home) for home, origins in homes.items())
    db.flush()
    return moved


def at_home(origins: Sequence[Row], home: str) -> Row:
    """One row under a concept for all that was said of those that went into it."""
    if len(origins) == 1 and origins[0].concept == home:
        return origins[0]
    best = max(origins, key=_rank) if isinstance(origins[0], SuggestionRow) else min(origins, key=_rank)
    said = [_facts(origin) for origin in sorted(origins, key=lambda row: row.concept)]
    made = _made(type(best), said[0] | _facts(best))
    made.concept, made.origins = home, said
    return made


def _rank(row: Any) -> Any:
    """Suggestions by score, taggings by age; equal ones by name, so that the order they come in changes nothing."""
    return (row.score if isinstance(row, SuggestionRow) else row.since, row.concept)


def _origins(row: Row) -> list[Row]:
    """The rows that one stands for; most stand for themselves."""
    kind = type(row)
    return [_made(kind, facts) for facts in row.origins or [_facts(row)]]


def _facts(row: Row) -> dict[str, Any]:
    """A row as JSON."""
    plain = {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key != "origins"}
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in plain.items()}


def _made(kind: type[Row], facts: dict[str, Any]) -> Row:
    """A row from its facts."""
    times = {key: datetime.fromisoformat(facts[key]) for key in ("since", "made_at") if key in facts}
    return kind(**{**facts, **times})
