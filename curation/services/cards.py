"""A resource as a card: what every list shows of it, read for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, ConceptRow, ResourceRow, ScoreRow, TaggingRow
from curation.services import matching
from curation.services.concepts import ConceptRef

# Ratings below which no mean is shown: two people are no community (DESIGN, decision 9).
LEAST_FOR_MEAN = 3


@dataclass(frozen=True, slots=True)
class ResourceCard:
    """A resource in a list. `score` is the weighed rating (1 to 5), `stars_mean` the plain mean, None under 3."""

    id: str
    title: str
    summary: str
    url: str
    source: str
    authors: tuple[str, ...]
    published: str | None
    language: str | None
    kind: str
    licence: str | None
    tags: tuple[ConceptRef, ...]
    score: float | None
    rating_count: int
    stars_mean: float | None
    state: str


def cards(db: Session, ids: Iterable[str]) -> list[ResourceCard]:
    """The cards of these resources, in this order; an id that is unknown is left out. Three queries for 500 ids."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, ResourceCard] = {}
    for batch in matching.batches(wanted):
        found.update(_batch(db, batch))
    return [found[resource_id] for resource_id in wanted if resource_id in found]


def _batch(db: Session, ids: Sequence[str]) -> Iterable[tuple[str, ResourceCard]]:
    """`cards` for as many ids as fit one statement; the text stays in the database."""
    tags = _tags(db, ids)
    a, columns = ArticleRow, (ArticleRow.source, ArticleRow.authors, ArticleRow.published)
    statement = (
        select(ResourceRow.id, ResourceRow.state, a.title, a.summary, a.url, *columns)
        .add_columns(a.language, a.kind, a.licence, ScoreRow.score, ScoreRow.mean, ScoreRow.count)
        .join(a, a.resource_id == ResourceRow.id)
        .outerjoin(ScoreRow, ScoreRow.resource_id == ResourceRow.id)
        .where(ResourceRow.id.in_(ids))
    )
    for rid, state, title, summary, url, source, authors, published, language, kind, licence, *rated in db.execute(
        statement
    ):
        score, mean, count = rated
        yield (
            rid,
            ResourceCard(
                id=rid,
                title=title,
                summary=summary,
                url=url,
                source=source,
                authors=tuple(authors),
                published=published,
                language=language,
                kind=kind,
                licence=licence,
                tags=tuple(tags.get(rid, ())),
                score=score,
                rating_count=count or 0,
                stars_mean=mean if (count or 0) >= LEAST_FOR_MEAN else None,
                state=state,
            ),
        )


def _tags(db: Session, ids: Sequence[str]) -> dict[str, list[ConceptRef]]:
    """The concepts each of these resources carries, by label."""
    found: dict[str, list[ConceptRef]] = defaultdict(list)
    statement = (
        select(TaggingRow.resource_id, ConceptRow.uri, ConceptRow.label, ConceptRow.slug)
        .join(ConceptRow, ConceptRow.uri == TaggingRow.concept)
        .where(TaggingRow.resource_id.in_(ids))
        .order_by(ConceptRow.label, ConceptRow.uri)
    )
    for resource_id, uri, label, slug in db.execute(statement):
        found[resource_id].append(ConceptRef(uri, label, slug))
    return found
