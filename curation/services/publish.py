"""A row becomes a SearchDocument, and a change becomes an index job in the same transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from curation.database import (
    ArticleRow,
    ConceptRow,
    IndexJobRow,
    PostRow,
    ReaderRow,
    ResourceRow,
    ScoreRow,
    TaggingRow,
    now,
)
from curation.database.reading import reader_key
from search_config.document import SearchDocument

# Ids in one IN list; SQLite allows 32,766 parameters and PostgreSQL 65,535, and short statements plan faster.
BATCH = 500
# Kinds of pages that are conversations themselves.
TALKS = ("thread", "question")


def touch(db: Session, *resource_ids: str) -> None:
    """Say that these resources changed in a way a search should see: a new version, and a job for the indexer."""
    ids = list(dict.fromkeys(resource_ids))
    for start in range(0, len(ids), BATCH):
        _touch_batch(db, ids[start : start + BATCH])


def _touch_batch(db: Session, ids: Sequence[str]) -> None:
    """`touch` for as many ids as fit one statement."""
    db.flush()
    raised = (
        update(ResourceRow)
        .where(ResourceRow.id.in_(ids))
        .values(version=ResourceRow.version + 1, changed_at=now())
        .returning(ResourceRow.id, ResourceRow.version)
        .execution_options(synchronize_session="fetch")
    )
    versions = db.execute(raised).all()
    if not versions:
        return
    at = now()
    rows = [{"resource_id": i, "version": v, "enqueued_at": at, "not_before": at, "attempts": 0} for i, v in versions]
    # One statement: an indexer may take the old job away between a look and a write.
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    jobs = insert(IndexJobRow)
    fresh = {"version": jobs.excluded.version, "not_before": jobs.excluded.not_before, "attempts": 0, "error": None}
    db.execute(jobs.on_conflict_do_update(index_elements=["resource_id"], set_=fresh), rows)
    for i, _ in versions:
        held = db.identity_map.get(identity_key(IndexJobRow, i))
        if held is not None:
            db.expire(held)


def set_readers(db: Session, resource_id: str, names: Sequence[str]) -> None:
    """Keep who may read a resource where lists can be filtered by it; nobody named is everyone."""
    db.execute(delete(ReaderRow).where(ReaderRow.resource_id == resource_id))
    db.add_all(ReaderRow(resource_id=resource_id, name=name) for name in dict.fromkeys(map(reader_key, names)))
    db.flush()


def documents(db: Session, ids: Sequence[str]) -> Iterator[SearchDocument]:
    """What the index should hold for these resources; those that are withdrawn or folded give nothing."""
    from curation.services.vocabulary import load

    words = load(db)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        tags, said = _tags(db, batch), _said(db, batch)
        rows = db.execute(
            select(ResourceRow, ArticleRow, ScoreRow)
            .join(ArticleRow, ArticleRow.resource_id == ResourceRow.id)
            .outerjoin(ScoreRow, ScoreRow.resource_id == ResourceRow.id)
            .where(ResourceRow.id.in_(batch), ResourceRow.state == "live")
            # As it is now: a session may remember an older version of a row that another one changed.
            .execution_options(populate_existing=True)
        )
        for resource, article, score in rows:
            uris = tags.get(resource.id, ())
            concepts = [words.concepts[uri] for uri in uris if uri in words.concepts]
            labels = [text for concept in concepts for kind, _, text in concept.labels() if kind != "hiddenLabel"]
            yield SearchDocument(
                id=resource.id,
                version=resource.version,
                title=article.title,
                # A conversation holds its posts already.
                text="\n\n".join([article.text, *(said[resource.id] if article.kind not in TALKS else ())]),
                url=article.url,
                summary=article.summary,
                source=article.source,
                kind=article.kind,
                authors=tuple(article.authors),
                tags=tuple(uris),
                tag_paths=tuple(sorted({path for uri in uris for path in (uri, *words.broader(uri))})),
                tag_labels=tuple(dict.fromkeys(labels)),
                language=article.language or "",
                published=(article.published or "")[:10] or None,
                added=resource.created_at.date().isoformat(),
                rating=score.score if score else None,
                rating_count=score.count if score else 0,
                readers=tuple(map(reader_key, article.readers)),
            )


def _said(db: Session, ids: Sequence[str]) -> dict[str, list[str]]:
    """What was said at their sources about these resources, oldest first: it is found like their own words."""
    found: dict[str, list[str]] = defaultdict(list)
    posts = select(PostRow.resource_id, PostRow.body).where(PostRow.resource_id.in_(ids), PostRow.removed_at.is_(None))
    for resource_id, body in db.execute(posts.where(PostRow.system_id.is_not(None)).order_by(PostRow.at, PostRow.id)):
        found[str(resource_id)].append(body)
    return found


def _tags(db: Session, ids: Sequence[str]) -> dict[str, list[str]]:
    """The URIs of the concepts each of these resources carries, in a steady order."""
    found: dict[str, list[str]] = defaultdict(list)
    statement = (
        select(TaggingRow.resource_id, TaggingRow.concept)
        .join(ConceptRow, ConceptRow.uri == TaggingRow.concept)
        .where(TaggingRow.resource_id.in_(ids))
        .order_by(ConceptRow.label)
    )
    for resource_id, concept in db.execute(statement):
        found[resource_id].append(concept)
    return found
