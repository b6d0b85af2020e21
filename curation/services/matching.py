"""Which resource an id or an address means now: copies lead onward, and what waited for its resource is matched."""

from collections.abc import Collection, Iterable
from itertools import islice

from sqlalchemy import case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from curation.database import ArticleRow, CollectionItemRow, MoveRow, PostRow, RatingRow, RelationRow, ResourceRow
from curation.dedup.text import FOLDED
from curation.errors import NotFound
from curation.services import publish

# Values in one IN list; SQLite allows 32,766 parameters and PostgreSQL 65,535, and short statements plan faster.
BATCH = 500
# Steps followed from copy to canonical resource; one is usual, and a ring (which nothing should make) must end.
LONGEST_CHAIN = 20

# Of several resources at one address the one in use comes first, a withdrawn one last.
IN_USE = case((ResourceRow.state == "live", 0), (ResourceRow.state == "folded", 1), else_=2)


def canonical(db: Session, resource_id: str) -> ResourceRow:
    """The resource this id leads to: itself, or the one it was folded into.

    Raises:
        NotFound: there is no such resource.
    """
    row = None if "\x00" in resource_id else db.get(ResourceRow, resource_id)
    if row is None:
        raise NotFound(f"There is no resource {resource_id[:40]!r} in this library. Search for its title.")
    for _ in range(LONGEST_CHAIN):
        if row.folded_into is None:
            break
        # What one may not see leads nobody on.
        onward = db.get(ResourceRow, row.folded_into)
        if onward is None:
            break
        row = onward
    return row


def canonical_ids(db: Session) -> dict[str, str]:
    """Where every folded resource leads; ids that lead to themselves are left out."""
    statement = select(ResourceRow.id, ResourceRow.folded_into).where(ResourceRow.folded_into.is_not(None))
    into = {source: target for source, target in db.execute(statement) if target is not None}
    return {source: _end(source, into) for source in into}


def _end(source: str, into: dict[str, str]) -> str:
    """The end of a chain."""
    for _ in range(LONGEST_CHAIN):
        if source not in into:
            break
        source = into[source]
    return source


def members(db: Session, resource_id: str) -> list[str]:
    """A canonical resource's id and those of everything folded into it, however indirectly."""
    found = [resource_id]
    latest = [resource_id]
    for _ in range(LONGEST_CHAIN):
        latest = [
            row
            for row in db.scalars(select(ResourceRow.id).where(ResourceRow.folded_into.in_(latest)))
            if row not in found
        ]
        if not latest:
            break
        found += latest
    return found


def release(db: Session, resource: ResourceRow) -> None:
    """Undo the folds around a resource that goes or changes: its copies stand alone until they are compared again."""
    folded = select(ResourceRow).where(ResourceRow.folded_into == resource.id, ResourceRow.state == "folded")
    copies = list(db.scalars(folded))
    for row in [*copies, resource]:
        if row.state == "folded":
            row.state = "live"
        row.folded_into = row.relation = row.similarity = None
        if row.article is not None:
            row.article.compared_as = ""
    _untie(db, resource.id)
    publish.touch(db, *(row.id for row in copies))


def _untie(db: Session, resource_id: str) -> None:
    """Forget what a resource was like; what was tied to it as a copy is compared again without it."""
    for mine, theirs in ((RelationRow.first, RelationRow.second), (RelationRow.second, RelationRow.first)):
        tied = select(theirs).where(mine == resource_id, RelationRow.kind.in_(sorted(FOLDED)))
        db.execute(update(ArticleRow).where(ArticleRow.resource_id.in_(tied)).values(compared_as=""))
        db.execute(delete(RelationRow).where(mine == resource_id))


def by_url(db: Session, urls: Collection[str]) -> dict[str, str]:
    """The resource behind each address that has one, also where its page moved away from; where several sources have
    it, one that is in use."""
    found: dict[str, str] = {}
    for batch in batches(dict.fromkeys(urls)):
        now = select(ArticleRow.url, ArticleRow.resource_id).join(ResourceRow).where(ArticleRow.url.in_(batch))
        once = select(MoveRow.old_url, ResourceRow.id).join(ResourceRow, ResourceRow.id == MoveRow.resource_id)
        once = once.where(MoveRow.old_url.in_(batch)).order_by(MoveRow.id.desc())
        for url, resource_id in [*db.execute(now.order_by(IN_USE, ArticleRow.id)), *db.execute(once)]:
            found.setdefault(url, resource_id)
    return found


def batches(values: Iterable[str]) -> Iterable[list[str]]:
    """Values in lists short enough for one statement."""
    rest = iter(values)
    while batch := list(islice(rest, BATCH)):
        yield batch


def match_waiting(db: Session) -> int:
    """Give ratings, posts and places in collections their resource, now that their address has one; how many got it."""
    db.flush()
    matched = 0
    for table in (RatingRow, PostRow, CollectionItemRow):
        now = select(ArticleRow.resource_id).join(ResourceRow, ResourceRow.id == ArticleRow.resource_id)
        now = now.where(ArticleRow.url == table.url).order_by(IN_USE, ArticleRow.id).limit(1)
        once = select(MoveRow.resource_id).where(MoveRow.old_url == table.url).order_by(MoveRow.id.desc()).limit(1)
        behind = func.coalesce(now.correlate(table).scalar_subquery(), once.correlate(table).scalar_subquery())
        known = or_(exists().where(ArticleRow.url == table.url), exists().where(MoveRow.old_url == table.url))
        statement = (
            update(table)
            .where(table.resource_id.is_(None), table.url.is_not(None), known)
            .values(resource_id=behind)
            .execution_options(synchronize_session=False)
        )
        matched += getattr(db.execute(statement), "rowcount", 0)
    db.expire_all()
    return matched
