"""What the library holds, as pages and lists show it: cards, the newest, the best rated, and the overview."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from curation.database import (
    AccountRow,
    CollectionRow,
    ConceptRow,
    PostRow,
    RatingRow,
    ResourceRow,
    RunRow,
    ScoreRow,
)
from curation.services import concepts, sources
from curation.services.cards import ResourceCard, cards
from curation.services.resource import Copy, Provenance, ResourcePage, full

__all__ = [
    "Copy",
    "Overview",
    "Provenance",
    "ResourceCard",
    "ResourcePage",
    "SourceCount",
    "best_rated",
    "cards",
    "full",
    "newly_added",
    "overview",
    "with_concept",
]


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How much of the library comes from one source, and when it was last read."""

    name: str
    kind: str
    address: str
    resources: int
    last_read: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The library in numbers; `people` are those who signed up, rated or wrote."""

    resources: int
    sources: int
    concepts: int
    collections: int
    people: int
    freshest: datetime | None
    per_source: tuple[SourceCount, ...]


def newly_added(db: Session, limit: int = 10) -> list[ResourceCard]:
    """The resources that came last, newest first."""
    live = select(ResourceRow.id).where(ResourceRow.state == "live")
    return cards(db, db.scalars(live.order_by(ResourceRow.created_at.desc(), ResourceRow.id).limit(limit)))


def best_rated(db: Session, limit: int = 10) -> list[ResourceCard]:
    """The resources with the best weighed rating; among equals the one more people rated."""
    rated = select(ScoreRow.resource_id).join(ResourceRow, ResourceRow.id == ScoreRow.resource_id)
    order = rated.order_by(ScoreRow.score.desc(), ScoreRow.count.desc(), ScoreRow.resource_id)
    return cards(db, db.scalars(order.where(ResourceRow.state == "live").limit(limit)))


def with_concept(db: Session, uri: str, page: int = 1, page_size: int = 20) -> tuple[int, list[ResourceCard]]:
    """How many resources carry a concept or one of its narrower ones, and one page of them, best rated first."""
    carrying = concepts.carrying(db, uri)
    listed = (
        select(ResourceRow.id)
        .outerjoin(ScoreRow, ScoreRow.resource_id == ResourceRow.id)
        .where(ResourceRow.id.in_(carrying), ResourceRow.state == "live")
        # Unrated ones stand last on every database: PostgreSQL and SQLite disagree about NULL.
        .order_by(func.coalesce(ScoreRow.score, 0).desc(), ResourceRow.created_at.desc(), ResourceRow.id)
    )
    return concepts.count(db, uri), cards(db, db.scalars(listed.offset((page - 1) * page_size).limit(page_size)))


def overview(db: Session) -> Overview:
    """The library in numbers, source by source."""
    held, read = sources.counts(db), _last_read(db)
    per_source = tuple(
        SourceCount(row.name, row.kind, row.address, held.get(row.name, 0), read.get(row.name))
        for row in sources.listed(db)
    )
    people = union(
        select(AccountRow.name).where(AccountRow.disabled_at.is_(None)),
        select(RatingRow.rater),
        select(PostRow.author).where(PostRow.account_id.is_(None)),
    ).subquery()
    return Overview(
        resources=db.scalar(select(func.count()).select_from(ResourceRow).where(ResourceRow.state == "live")) or 0,
        sources=len(per_source),
        concepts=db.scalar(select(func.count()).select_from(ConceptRow)) or 0,
        collections=db.scalar(select(func.count()).select_from(CollectionRow)) or 0,
        people=db.scalar(select(func.count()).select_from(people)) or 0,
        freshest=max((line.last_read for line in per_source if line.last_read), default=None),
        per_source=per_source,
    )


def _last_read(db: Session) -> dict[str, datetime]:
    """When each source was last read by a believable crawl."""
    newest = select(func.max(RunRow.id)).where(RunRow.step == "crawl", RunRow.state == "done").group_by(RunRow.source)
    rows = db.execute(select(RunRow.source, RunRow.finished_at).where(RunRow.id.in_(newest)))
    return {source: finished for source, finished in rows if source is not None and finished is not None}
