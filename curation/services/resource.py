"""One resource with everything around it: where it comes from, its copies, its siblings, what is like it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, MoveRow, PageRow, RelationRow, ResourceRow, TaggingRow
from curation.services import collect, copies, matching
from curation.services.cards import ResourceCard, cards
from curation.services.collect import CollectionCard
from curation.services.copies import Difference, Like

# Siblings and related resources shown: as many as a reader looks through; source unknown.
MOST_SIBLINGS, MOST_RELATED = 20, 5
# A concept that more resources carry than this says little about any two of them, and would cost a long scan.
TOO_COMMON = 2_000


@dataclass(frozen=True, slots=True)
class Copy:
    """A resource folded into this one: where it stands, in what relation, how similar (0 to 1)."""

    id: str
    title: str
    url: str
    source: str
    relation: str | None
    similarity: float | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where it was read, when first and last, and what each fact was taken from."""

    source: str
    url: str
    first_seen: datetime
    last_read: datetime
    state: str
    licence: str | None
    evidence: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Move:
    """An address where it stood before, when that was noticed, and why we think that it is the same page."""

    old_url: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that hangs on the page at its source; `bytes` is 0 where nobody said."""

    name: str
    url: str
    media_type: str
    bytes: int


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """Everything a resource's page shows. `html` is as crawled: sanitise it before it is shown. `moved_to` is the id
    it is folded into."""

    card: ResourceCard
    html: str
    text: str
    copies: tuple[Copy, ...]
    family: tuple[ResourceCard, ...]
    moved_to: str | None
    provenance: Provenance
    collections: tuple[CollectionCard, ...]
    superseded_by: ResourceCard | None
    related: tuple[ResourceCard, ...]
    difference: Difference | None = None
    like: tuple[Like, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    moves: tuple[Move, ...] = ()
    restricted: bool = False


def full(db: Session, resource_id: str) -> ResourcePage:
    """A resource with everything around it.

    Raises:
        NotFound: there is no such resource.
    """
    target = matching.canonical(db, resource_id)
    row = db.get_one(ResourceRow, resource_id)
    if row.state == "moved":
        # It had this id for a while, before it was known to be the page of another one.
        row, resource_id = target, target.id
    article = db.scalars(select(ArticleRow).where(ArticleRow.resource_id == resource_id)).one()
    members = matching.members(db, resource_id)
    moved = target.id if target.id != resource_id else None
    return ResourcePage(
        card=cards(db, [resource_id])[0],
        html=article.html,
        text=article.text,
        copies=_copies(db, members[1:]),
        family=_family(db, row),
        moved_to=moved,
        provenance=_provenance(db, row, article),
        collections=tuple(collect.containing(db, members)),
        superseded_by=_successor(db, members),
        related=_related(db, resource_id),
        attachments=tuple(Attachment(**said) for said in article.attachments),
        moves=_moves(db, resource_id),
        restricted=bool(article.readers),
        difference=copies.compared(db, resource_id),
        like=tuple(copies.like(db, resource_id)),
    )


def _copies(db: Session, ids: Sequence[str]) -> tuple[Copy, ...]:
    """What was folded into it, the most similar first."""
    statement = (
        select(ResourceRow.id, ArticleRow.title, ArticleRow.url, ArticleRow.source)
        .add_columns(ResourceRow.relation, ResourceRow.similarity)
        .join(ArticleRow, ArticleRow.resource_id == ResourceRow.id)
        .where(ResourceRow.id.in_(ids))
        .order_by(func.coalesce(ResourceRow.similarity, 0).desc(), ResourceRow.id)
    )
    return tuple(Copy(*row) for row in db.execute(statement)) if ids else ()


def _family(db: Session, row: ResourceRow) -> tuple[ResourceCard, ...]:
    """Its siblings, made from the same template."""
    if row.family is None:
        return ()
    others = select(ResourceRow.id).where(
        ResourceRow.family == row.family, ResourceRow.state == "live", ResourceRow.id != row.id
    )
    return tuple(cards(db, db.scalars(others.order_by(ResourceRow.created_at).limit(MOST_SIBLINGS))))


def _provenance(db: Session, row: ResourceRow, article: ArticleRow) -> Provenance:
    """Where it comes from; what a person handed in was never seen by a crawl."""
    page = db.scalar(select(PageRow).where(PageRow.source == article.source, PageRow.url == article.url))
    return Provenance(
        source=article.source,
        url=article.url,
        first_seen=page.first_seen if page else row.created_at,
        last_read=page.last_seen if page else article.extracted_at,
        state=row.state,
        licence=article.licence,
        evidence=article.evidence,
    )


def _moves(db: Session, resource_id: str) -> tuple[Move, ...]:
    """Where it stood before, the latest first."""
    mine = select(MoveRow.old_url, MoveRow.at, MoveRow.why).where(MoveRow.resource_id == resource_id)
    return tuple(Move(*row) for row in db.execute(mine.order_by(MoveRow.id.desc())))


def _successor(db: Session, members: Sequence[str]) -> ResourceCard | None:
    """What says newer what this resource, or a copy of it, says: the most similar, where there are several."""
    statement = (
        select(RelationRow.first)
        .join(ResourceRow, ResourceRow.id == RelationRow.first)
        .where(RelationRow.second.in_(members), RelationRow.first.not_in(members), RelationRow.kind == "supersedes")
        .order_by(RelationRow.similarity.desc(), RelationRow.first)
    )
    for newer in db.scalars(statement):
        shown = cards(db, [matching.canonical(db, newer).id])
        if shown and shown[0].state == "live":
            return shown[0]
    return None


def _related(db: Session, resource_id: str) -> tuple[ResourceCard, ...]:
    """Those that share the most of its tags, the newest first among equals."""
    mine = list(db.scalars(select(TaggingRow.concept).where(TaggingRow.resource_id == resource_id)))
    used = select(TaggingRow.concept).where(TaggingRow.concept.in_(mine)).group_by(TaggingRow.concept)
    telling = list(db.scalars(used.having(func.count() <= TOO_COMMON)))
    if not telling:
        return ()
    shared = (
        select(TaggingRow.resource_id, func.count().label("shared"))
        .where(TaggingRow.concept.in_(telling), TaggingRow.resource_id != resource_id)
        .group_by(TaggingRow.resource_id)
        .subquery()
    )
    statement = (
        select(shared.c.resource_id)
        .join(ResourceRow, ResourceRow.id == shared.c.resource_id)
        .where(ResourceRow.state == "live")
        .order_by(shared.c.shared.desc(), ResourceRow.created_at.desc(), ResourceRow.id)
    )
    return tuple(cards(db, db.scalars(statement.limit(MOST_RELATED))))
