"""A crawl's pages in lots: those that say something new are understood while the lot before is taken in."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from typing import Any

from sqlalchemy.orm import Session

from crawlers.extract.handed import hints_hash
from crawlers.extract.repeated import Repeated, Run, extract_together
from crawlers.known import content_hash
from crawlers.page import Article, Page
from curation.services import sources

# Pages a lot, which is a transaction: a crash repeats at most this many, a second or two of work.
SIZE = 64


@dataclass(slots=True)
class Lot:
    """Some pages that are there, as they were seen; the articles of those that say something new are on their way."""

    size: int
    sightings: list[sources.Sighting]
    fresh: list[Page]
    articles: Iterable[Article | None]
    learned: dict[str, Any]


def lots(db: Session, pages: Iterable[Page], repeated: Repeated, run: Callable[[int], Run]) -> Iterator[Lot]:
    """All of a crawl's pages in order; `run` says how those of the lot with this number are extracted."""
    left, begun = iter(pages), deque[Lot]()
    for number in count():
        if not (some := list(islice(left, SIZE))):
            break
        begun.append(_lot(db, some, repeated, run(number)))
        if len(begun) > 1:
            yield begun.popleft()
    yield from begun


def _lot(db: Session, pages: list[Page], repeated: Repeated, run: Run) -> Lot:
    """Let the pages that say something new be understood."""
    there = [page for page in pages if page.state != "gone"]
    sightings = [_sighting(page) for page in there]
    news = zip(there, sources.news(db, *sightings), strict=True)
    fresh = [page for page, is_new in news if is_new and page.state == "read"]
    # While pages are understood, others may write.
    db.rollback()
    articles = extract_together(fresh, repeated, run)
    return Lot(len(pages), sightings, fresh, articles, repeated.said())


def _sighting(page: Page) -> sources.Sighting:
    """What the record should remember of a page, so that the next crawl asks only for what changed."""
    return sources.Sighting(
        source=page.source,
        url=page.url,
        at=datetime.fromisoformat(page.fetched_at),
        content_hash=content_hash(page.html) if page.state == "read" else None,
        etag=page.etag,
        last_modified=page.last_modified,
        hints_hash=hints_hash(page.hints) if page.state == "read" else None,
    )
