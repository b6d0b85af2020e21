"""Sources in the record, and what is known of each one's pages."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, PageRow, ResourceRow, SourceRow, now
from curation.errors import CurationError, NotFound
from curation.services import kin, moves, publish
from curation.services.matching import batches, release

# A page is withdrawn after this many believable runs that read the whole source did not see it; one miss may be a
# passing fault of the site (the two is DESIGN's, from what crawlers that withdrew at once were blamed for).
MISSES = 2


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What became of pages that were not seen: addresses `withdrawn`, only `missed`, `held` back by the guard, or
    `moved` to where their page stands now."""

    withdrawn: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


def add(db: Session, name: str, kind: str, address: str, settings: dict[str, Any]) -> SourceRow:
    """Record a source; one that was removed before comes back with its pages.

    Raises:
        CurationError: another source has the name.
    """
    row = db.get(SourceRow, name)
    if row is not None and row.removed_at is None:
        raise CurationError(f"There is a source named {name!r} already ({row.address}). Choose another --name.")
    if row is None:
        row = SourceRow(name=name, kind=kind, address=address, settings=settings)
        db.add(row)
    else:
        row.kind, row.address, row.settings, row.removed_at = kind, address, settings, None
    db.flush()
    return row


def change(db: Session, name: str, kind: str, address: str, settings: dict[str, Any]) -> None:
    """Give a source other terms; its pages and its past stay."""
    row = get(db, name)
    row.kind, row.address, row.settings = kind, address, settings


def get(db: Session, name: str) -> SourceRow:
    """The source of this name.

    Raises:
        NotFound: there is none; it names those there are.
    """
    row = db.get(SourceRow, name)
    if row is None or row.removed_at is not None:
        names = [s.name for s in listed(db)]
        near = get_close_matches(name, names, 1)
        meant = f" Did you mean {near[0]}?" if near else ""
        known = ", ".join(names) or "none yet; commonplace source add ADDRESS adds one"
        raise NotFound(f"No source is named {name!r}.{meant} Known: {known}.")
    return row


def listed(db: Session) -> list[SourceRow]:
    """Every source that is in use, by name."""
    return list(db.scalars(select(SourceRow).where(SourceRow.removed_at.is_(None)).order_by(SourceRow.name)))


def remove(db: Session, name: str) -> int:
    """Stop reading a source and withdraw its resources, which keep their ratings and words; how many they were."""
    get(db, name).removed_at = now()
    urls = list(db.scalars(select(PageRow.url).where(PageRow.source == name)))
    return len(withdraw(db, name, urls))


def counts(db: Session) -> dict[str, int]:
    """Live resources by source, folded copies included: each is a page of that source."""
    statement = (
        select(ArticleRow.source, func.count())
        .join(ResourceRow, ResourceRow.id == ArticleRow.resource_id)
        .where(ResourceRow.state != "withdrawn")
        .group_by(ArticleRow.source)
    )
    return dict(db.execute(statement).all())


def known_pages(db: Session, name: str) -> Iterator[dict[str, str]]:
    """What the crawler needs to ask only for what changed: url, etag, last_modified, content_hash, last_seen."""
    statement = select(PageRow).where(PageRow.source == name, PageRow.state != "gone").execution_options(yield_per=500)
    for page in db.scalars(statement):
        yield {
            "url": page.url,
            "etag": page.etag,
            "last_modified": page.last_modified,
            "content_hash": page.content_hash,
            "last_seen": page.last_seen.isoformat(),
        }


def known_urls(db: Session, name: str) -> Iterator[str]:
    """The addresses of a source's pages that are not gone."""
    yield from db.scalars(select(PageRow.url).where(PageRow.source == name, PageRow.state != "gone"))


@dataclass(frozen=True, slots=True)
class Sighting:
    """A page as a crawl saw it at a moment; the hashes are None where the source said that nothing changed."""

    source: str
    url: str
    at: datetime
    content_hash: str | None = None
    etag: str = ""
    last_modified: str = ""
    hints_hash: str | None = None


@dataclass(slots=True)
class _Page:
    """What the record has of a page, or will have once it is noted."""

    source: str
    url: str
    first_seen: datetime
    last_seen: datetime
    state: str = "live"
    misses: int = 0
    content_hash: str = ""
    hints_hash: str = ""
    etag: str = ""
    last_modified: str = ""


def news(db: Session, *sightings: Sighting) -> list[bool]:
    """Of each page that was there whether it says something new (or was away) and needs reading; notes nothing."""
    columns = [getattr(PageRow, name) for name in _Page.__slots__]
    held = {(row.source, row.url): _Page(*row) for row in _known(db.execute, select(*columns), sightings)}
    return [_note(held.setdefault((one.source, one.url), _unknown(one)), one) for one in sightings]


def seen(db: Session, *sightings: Sighting) -> list[bool]:
    """Note that pages were there; of each what `news` says of it."""
    held = {(row.source, row.url): row for row in _known(db.scalars, select(PageRow), sightings)}
    new: dict[tuple[str, str], _Page] = {}
    news = []
    for one in sightings:
        at = one.source, one.url
        news.append(_note(held[at] if at in held else new.setdefault(at, _unknown(one)), one))
    if new:
        db.execute(insert(PageRow), [{name: getattr(page, name) for name in _Page.__slots__} for page in new.values()])
    return news


def _known(ask: Callable[[Any], Iterable[Any]], what: Any, sightings: Sequence[Sighting]) -> Iterator[Any]:
    """What is known of pages that were there."""
    named = PageRow.source.in_({one.source for one in sightings})
    for batch in batches(dict.fromkeys(one.url for one in sightings)):
        yield from ask(what.where(named, PageRow.url.in_(batch)))


def _unknown(sighting: Sighting) -> _Page:
    return _Page(sighting.source, sighting.url, sighting.at, sighting.at)


def _note(page: PageRow | _Page, sighting: Sighting) -> bool:
    """Let a page be as it was seen; whether that is news."""
    away, changed = page.state == "gone", sighting.content_hash not in (None, page.content_hash)
    # A new revision of a wiki page with the same text may still have other categories, authors or another date.
    changed |= sighting.content_hash is not None and sighting.etag not in ("", page.etag)
    # The same words may have gained a comment, or lost a reader.
    changed |= sighting.hints_hash not in (None, page.hints_hash)
    page.state, page.misses, page.last_seen = "live", 0, sighting.at
    page.hints_hash = page.hints_hash if sighting.hints_hash is None else sighting.hints_hash
    page.content_hash = sighting.content_hash or page.content_hash
    page.etag, page.last_modified = sighting.etag or page.etag, sighting.last_modified or page.last_modified
    return away or changed


def placed(db: Session, name: str, url: str, article_url: str) -> None:
    """Note under which spelling of its address a page's article stands."""
    page = db.scalar(select(PageRow).where(PageRow.source == name, PageRow.url == url))
    if page is not None:
        page.article_url = article_url


def withdraw(db: Session, name: str, urls: Collection[str]) -> list[str]:
    """Take pages that are gone out of the library without erasing anything; the addresses that were in it."""
    done = []
    for url in urls:
        page = db.scalar(select(PageRow).where(PageRow.source == name, PageRow.url == url))
        place = url
        if page is not None:
            page.state = "gone"
            place = page.article_url or url
        if _still_there(db, name, place):
            continue
        statement = select(ResourceRow).join(ArticleRow).where(ArticleRow.source == name, ArticleRow.url == place)
        resource = db.scalar(statement)
        if resource is not None and resource.state != "withdrawn":
            release(db, resource)
            resource.state = "withdrawn"
            kin.unsign(db, resource.article)
            publish.touch(db, resource.id)
            done.append(url)
    return done


def _still_there(db: Session, name: str, place: str) -> bool:
    """Whether another live page of the source is the same article under another spelling."""
    spelt = or_(PageRow.article_url == place, (PageRow.url == place) & (PageRow.article_url == ""))
    return (
        db.scalar(select(PageRow.id).where(PageRow.source == name, PageRow.state != "gone", spelt).limit(1)) is not None
    )


def note_absence(db: Session, name: str, present: Collection[str], gone: Collection[str], share: float) -> Withdrawal:
    """After a believable run over the whole source: what was not there is missed, and at the second miss withdrawn.

    What stands at another address by now has moved and is neither. `share` (0 to 1) is the most of a source's live
    pages that one run may withdraw, explicit deletions included; above it nothing is withdrawn and the addresses are
    `held` for a person to confirm.
    """
    there, lost = set(present), set(gone)
    live = list(db.scalars(select(PageRow).where(PageRow.source == name, PageRow.state != "gone")))
    absent = [page for page in live if page.url not in there and page.url not in lost]
    leaving = [page.url for page in absent if page.misses + 1 >= MISSES] + [p.url for p in live if p.url in lost]
    moved = tuple(url for url in leaving if moves.late(db, name, url))
    leaving = [url for url in leaving if url not in moved]
    # A source of a few pages may lose one or two without asking.
    if len(leaving) > max(2, share * len(live)):
        return Withdrawal(held=tuple(sorted(leaving)), moved=moved)
    for page in absent:
        if page.url not in moved:
            page.misses, page.state = page.misses + 1, "missing"
    missed = tuple(sorted(page.url for page in absent if page.url not in leaving and page.url not in moved))
    return Withdrawal(withdrawn=tuple(withdraw(db, name, leaving)), missed=missed, moved=moved)
