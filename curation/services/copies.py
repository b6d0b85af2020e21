"""What a person sees of a fold: what differs word by word, how others are like it and why, and what curators said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, FoldDecisionRow, RelationRow, ResourceRow
from curation.dedup.similarity import Edit, difference
from curation.services import matching

# Words of what is the same shown on either side of a change: enough to find the place in the text (judgement).
AROUND = 12
# Changes shown, and words of one; a reader compares no more by eye, and a page stays small (judgement).
MOST_CHANGES, LONGEST_CHANGE = 60, 120
# Characters of a text that are compared: a book of 500 pages, 100,000 words; half a second at worst (measured).
LONGEST_TEXT = 600_000
# Resources a page lists as like it (judgement).
MOST_LIKE = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: the same in both, gone (canonical page only), new (copy only), or skipped equal ones."""

    kind: Literal["same", "gone", "new", "skipped"]
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a copy says otherwise than its canonical page; `unshown` counts the changes that are left out."""

    canonical: str
    title: str
    changes: int
    unshown: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """Another resource that is like one: `kind` as the comparison said it, `leads` where it contains or supersedes
    this one, `verdict` what curators said of the two (join, split or nothing)."""

    id: str
    title: str
    source: str
    state: str
    kind: str
    similarity: float | None
    why: str
    leads: bool
    verdict: str | None
    said_at: datetime | None


def compared(db: Session, resource_id: str) -> Difference | None:
    """How a copy differs from the page it was folded into; None for a resource that was folded into none.

    Raises:
        NotFound: there is no such resource.
    """
    into = matching.canonical(db, resource_id)
    rows = select(ArticleRow.resource_id, ArticleRow.title, ArticleRow.text)
    held = {row.resource_id: row for row in db.execute(rows.where(ArticleRow.resource_id.in_((into.id, resource_id))))}
    if into.id == resource_id or len(held) < 2:
        return None
    found = difference(held[into.id].text[:LONGEST_TEXT], held[resource_id].text[:LONGEST_TEXT])
    changes = sum(edit[0] != "equal" for edit in found)
    pieces = tuple(_pieces(found))
    return Difference(into.id, held[into.id].title, changes, max(0, changes - MOST_CHANGES), pieces)


def _pieces(found: Sequence[Edit]) -> Iterator[Piece]:
    """The changes with the words around them."""
    left = MOST_CHANGES
    for n, (operation, one, two) in enumerate(found):
        if operation == "equal":
            yield from _around(two, starts=n == 0, ends=n == len(found) - 1 or not left)
            if not left:
                return
            continue
        left -= 1
        if one:
            yield Piece("gone", _short(one))
        if two:
            yield Piece("new", _short(two))


def _around(words: tuple[str, ...], starts: bool, ends: bool) -> Iterator[Piece]:
    """Words that are the same, the middle of many left out."""
    before, after = (0 if starts else AROUND), (0 if ends else AROUND)
    if len(words) <= before + after + AROUND:
        yield Piece("same", " ".join(words))
        return
    if before:
        yield Piece("same", " ".join(words[:before]))
    yield Piece("skipped", f"{len(words) - before - after:,} words are the same")
    if after:
        yield Piece("same", " ".join(words[-after:]))


def _short(words: tuple[str, ...]) -> str:
    shown = " ".join(words[:LONGEST_CHANGE])
    more = len(words) - LONGEST_CHANGE
    return f"{shown} … and {more:,} words more" if more > 0 else shown


def like(db: Session, resource_id: str) -> list[Like]:
    """What is like a resource and what curators said of it: first what they spoke about, then what folds, then the most
    alike. Pages that this one's readers may not read are not named."""
    relations = {_other(row, resource_id): row for row in db.scalars(_about(RelationRow, resource_id))}
    words = db.scalars(_about(FoldDecisionRow, resource_id).order_by(FoldDecisionRow.id.desc()))
    said: dict[str, FoldDecisionRow] = {}
    for word in words:
        said.setdefault(_other(word, resource_id), word)
    mine = set(db.scalar(select(ArticleRow.readers).where(ArticleRow.resource_id == resource_id)) or ())
    rows = db.execute(
        select(ResourceRow.id, ResourceRow.state, ArticleRow.title, ArticleRow.source, ArticleRow.readers)
        .join(ArticleRow, ArticleRow.resource_id == ResourceRow.id)
        .where(ResourceRow.id.in_([*relations, *said]), ResourceRow.state != "withdrawn")
    )
    seen = [row for row in rows if not set(row.readers or ()) - mine]
    found = [_like(row.id, row, relations.get(row.id), said.get(row.id)) for row in seen]
    return sorted(found, key=_order)[:MOST_LIKE]


def _like(other: str, about: Any, relation: RelationRow | None, word: FoldDecisionRow | None) -> Like:
    """Another resource with the relation and the word there are."""
    leads = relation is not None and relation.first == other and relation.kind in ("contains", "supersedes")
    return Like(
        id=other,
        title=about.title,
        source=about.source,
        state=about.state,
        kind=relation.kind if relation else "none",
        similarity=relation.similarity if relation else None,
        why=relation.why if relation else "",
        leads=leads,
        verdict=word.verdict if word and word.verdict != "undo" else None,
        said_at=word.at if word else None,
    )


def _order(found: Like) -> tuple[bool, int, float, str]:
    return found.verdict is None, _KINDS.index(found.kind), -(found.similarity or 0.0), found.id


_KINDS = ("copy", "revision", "supersedes", "contains", "translation", "sibling", "none")

Pairs = TypeVar("Pairs", RelationRow, FoldDecisionRow)


def _about(table: type[Pairs], resource_id: str) -> Select[Pairs]:
    """The rows about one resource; a thousand are more than anybody looks at."""
    return select(table).where(or_(table.first == resource_id, table.second == resource_id)).limit(1_000)


def _other(row: RelationRow | FoldDecisionRow, resource_id: str) -> str:
    return row.second if row.first == resource_id else row.first
