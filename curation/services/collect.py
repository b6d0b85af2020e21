"""Curated collections: resources in an order someone thought about, each with a word on why."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from curation.database import CollectionItemRow, CollectionRow, ResourceRow, now
from curation.errors import CurationError, NotFound
from curation.services import matching
from curation.services.cards import ResourceCard, cards

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class CollectionCard:
    """A collection in a list; `size` counts what can be opened now."""

    slug: str
    title: str
    description: str
    curator: str
    size: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """A collection with its items in order, each with its note; `waiting` counts addresses not read yet."""

    card: CollectionCard
    items: tuple[tuple[ResourceCard, str], ...]
    waiting: int


def collections(db: Session) -> list[CollectionCard]:
    """Every collection, by title."""
    sizes = dict(
        db.execute(
            select(CollectionItemRow.collection, func.count(CollectionItemRow.resource_id.distinct()))
            .join(ResourceRow, ResourceRow.id == CollectionItemRow.resource_id)
            .where(ResourceRow.state != "withdrawn")
            .group_by(CollectionItemRow.collection)
        ).all()
    )
    rows = db.scalars(select(CollectionRow).order_by(CollectionRow.title, CollectionRow.slug))
    return [_card(row, sizes.get(row.slug, 0)) for row in rows]


def collection(db: Session, slug: str) -> CollectionPage:
    """A collection with what is in it; a copy shows the resource it was folded into, what is withdrawn waits.

    Raises:
        NotFound: there is none of this name.
    """
    row = None if "\x00" in slug else db.get(CollectionRow, slug)
    if row is None:
        raise NotFound(f"There is no collection {slug[:80]!r}. The list of collections shows those there are.")
    statement = select(CollectionItemRow.resource_id, CollectionItemRow.note, ResourceRow.folded_into)
    placed = db.execute(
        statement.outerjoin(ResourceRow, ResourceRow.id == CollectionItemRow.resource_id)
        .where(CollectionItemRow.collection == slug)
        .order_by(CollectionItemRow.position)
    ).all()
    notes: dict[str, str] = {}
    for resource_id, note, folded in placed:
        if resource_id is not None:
            notes.setdefault(matching.canonical(db, resource_id).id if folded else resource_id, note)
    items = tuple((card, notes[card.id]) for card in cards(db, list(notes)) if card.state != "withdrawn")
    return CollectionPage(_card(row, len(items)), items, sum(1 for place in placed if place[0] is None))


def containing(db: Session, resource_ids: Iterable[str]) -> list[CollectionCard]:
    """The collections that hold any of these resources, by title."""
    held = select(CollectionItemRow.collection).where(CollectionItemRow.resource_id.in_(list(resource_ids)))
    slugs = set(db.scalars(held))
    return [card for card in collections(db) if card.slug in slugs] if slugs else []


def save(
    db: Session, slug: str, title: str, description: str, curator: str, items: Iterable[tuple[str, str]]
) -> CollectionRow:
    """Make a collection or replace what it holds: `items` are (address, note) in order; an address that has no
    resource yet keeps its place until it arrives.

    Raises:
        CurationError: the slug or title can't be used.
    """
    if not SLUG.fullmatch(slug) or len(slug) > 80:
        raise CurationError(f"{slug[:80]!r} can't be a collection's short name: use small letters, digits and hyphens.")
    if not title.strip():
        raise CurationError(f"The collection {slug!r} needs a title.")
    placed = list(dict(items).items())
    row = db.get(CollectionRow, slug) or CollectionRow(slug=slug)
    said = (title.strip(), description.strip(), curator.strip())
    if (row.title, row.description, row.curator) == said and _places(db, slug) == placed:
        return row
    (row.title, row.description, row.curator), row.changed_at = said, now()
    db.add(row)
    db.flush()
    db.execute(delete(CollectionItemRow).where(CollectionItemRow.collection == slug))
    behind = matching.by_url(db, [url for url, _ in placed])
    for position, (url, note) in enumerate(placed, start=1):
        item = CollectionItemRow(collection=slug, position=position, url=url, note=note, resource_id=behind.get(url))
        db.add(item)
    db.flush()
    return row


def _places(db: Session, slug: str) -> list[tuple[str, str]]:
    """What a collection holds now, as it was saved."""
    held = select(CollectionItemRow.url, CollectionItemRow.note).where(CollectionItemRow.collection == slug)
    return list(db.execute(held.order_by(CollectionItemRow.position)).all())


def _card(row: CollectionRow, size: int) -> CollectionCard:
    """A row as it is listed."""
    return CollectionCard(row.slug, row.title, row.description, row.curator, size, row.changed_at)
