"""Pages that went to another address: found out by what the source says, by their own ids, or by what they say.

The resource goes along with everything it has (decisions/001-a-move-keeps-everything.md). A page is away when no run
sees it at its old address; what is still there was copied, not moved.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from curation.database import ArticleRow, MoveRow, PageRow, now
from curation.services import merging, publish

# Characters from which the same title and text elsewhere are the same page; "Under construction" is said by many.
# Source: judgement.
TELLING = 200


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What one run saw: known addresses that are `absent` (or said to be gone), and those that answered `here`."""

    absent: Set[str] = frozenset()
    here: Set[str] = frozenset()


def follow(db: Session, source: str, pairs: Mapping[str, str]) -> list[str]:
    """Let pages follow the renames and redirects (old -> new) their source names; the old addresses that moved.

    Several pages that lead to one address are none: that is how a site answers for what it threw away.
    """
    known = {old: article for old in pairs if (article := _article_of(db, source, old)) is not None}
    ends = {old: _end(db, source, old, pairs) for old in known}
    done = []
    for old, article in known.items():
        new = ends[old]
        if not new or article.url == new:
            continue
        other = _at(db, source, new)
        if _same(article, other) or (list(ends.values()).count(new) == 1 and _came_after(db, source, old, new, other)):
            _note_page(db, source, new)
            move(db, article, new, "the source leads from the old address to the new one", {old})
            done.append(old)
    return done


def _end(db: Session, source: str, old: str, pairs: Mapping[str, str]) -> str:
    """Where a chain of renames ends; empty for a ring."""
    new, passed = pairs[old], {old}
    while new in pairs and new not in passed and _at(db, source, new) is None:
        passed.add(new)
        new = pairs[new]
    return "" if new in passed else new


def _same(article: ArticleRow, other: ArticleRow | None) -> bool:
    """Whether two articles of a source are surely one page."""
    if other is None:
        return False
    by_id = article.system_id != "" and article.system_id == other.system_id
    return by_id or (article.digest == other.digest and len(article.text) >= TELLING)


def _came_after(db: Session, source: str, old: str, new: str, other: ArticleRow | None) -> bool:
    """Whether nothing stood at the new address while the page was at the old one: else it was merged, not moved."""
    if other is None:
        return True
    before, after = _page(db, source, old), _page(db, source, new)
    return before is not None and after is not None and after.first_seen > before.last_seen


def arrival(
    db: Session, source: str, url: str, system_id: str, digest: str, text: str, run: Whereabouts
) -> ArticleRow | None:
    """The article that an unknown address continues, moved there: of the same id, or of the same words; else None."""
    found: list[tuple[ArticleRow, str]] = []
    mine = select(ArticleRow).where(ArticleRow.source == source, ArticleRow.url != url)
    if system_id:
        same = db.scalars(mine.where(ArticleRow.system_id == system_id)).all()
        found = [(row, "the same page id") for row in same if _left(db, row, run)]
    if not found and len(text) >= TELLING:
        alike = db.scalars(mine.where(ArticleRow.digest == digest).limit(10)).all()
        found = [(row, "the same words") for row in alike if not _other_id(row, system_id) and _away(db, row, run)]
    # Several could be it: which one, nobody can tell.
    if len(found) != 1:
        return None
    article, why = found[0]
    move(db, article, url, f"{why} at a new address, and the old one no longer answers")
    return article


def late(db: Session, source: str, url: str) -> str | None:
    """Where the page of an address that is to be withdrawn stands by now, if it stands elsewhere in its source.

    For a page that was taken in at its new address before it was known that the old one is gone.
    """
    article = _article_of(db, source, url)
    if article is None:
        return None
    mine = select(ArticleRow).where(ArticleRow.source == source, ArticleRow.id != article.id)
    same_id = (ArticleRow.system_id == article.system_id) & (ArticleRow.system_id != "")
    twins = db.scalars(mine.where(or_(same_id, ArticleRow.digest == article.digest)).limit(10)).all()
    there = [row for row in twins if _same(article, row) and not _away(db, row, Whereabouts())]
    if len(there) != 1 or _other_id(article, there[0].system_id):
        return None
    new = there[0].url
    move(db, article, new, "the same page stood at the new address when the old one was gone", {url})
    return new


def move(db: Session, article: ArticleRow, new: str, why: str, gone: Set[str] = frozenset()) -> None:
    """Take a resource to its page's new address, whatever stood there becomes part of it; the move is noted."""
    source, old = article.source, article.url
    for page in db.scalars(select(PageRow).where(PageRow.source == source, or_(_spelt(old), PageRow.url.in_(gone)))):
        page.state = "gone"
    other = _at(db, source, new)
    stays, merged = article.resource_id, None
    if other is not None:
        stays, merged = merging.merge(db, article, other)
    else:
        article.url = new
    db.flush()
    db.add(MoveRow(source=source, old_url=old, new_url=new, resource_id=stays, merged=merged, why=why, at=now()))
    publish.touch(db, stays)


def departed(db: Session, source: str, urls: Sequence[str]) -> set[str]:
    """Those of these addresses that a page moved away from and that are not in use again."""
    gone = select(PageRow.url).where(PageRow.source == source, PageRow.url.in_(urls), PageRow.state == "gone")
    left = select(MoveRow.old_url).where(MoveRow.source == source, MoveRow.old_url == PageRow.url)
    return set(db.scalars(gone.where(left.exists()))) if urls else set()


def _spelt(place: str) -> ColumnElement[bool]:
    """Pages whose article stands at this address."""
    return or_(PageRow.article_url == place, (PageRow.url == place) & (PageRow.article_url == ""))


def _left(db: Session, article: ArticleRow, run: Whereabouts) -> bool:
    """Whether no page of an article answered itself in this run; its id, seen elsewhere, says the rest."""
    pages = db.scalars(select(PageRow).where(PageRow.source == article.source, _spelt(article.url))).all()
    return bool(pages) and not any(page.url in run.here for page in pages)


def _away(db: Session, article: ArticleRow, run: Whereabouts) -> bool:
    """Whether every page of an article is known to be missing or gone."""
    pages = db.scalars(select(PageRow).where(PageRow.source == article.source, _spelt(article.url))).all()
    return bool(pages) and all(
        page.url not in run.here and (page.state != "live" or page.url in run.absent) for page in pages
    )


def _other_id(article: ArticleRow, system_id: str) -> bool:
    """Whether the system itself says that these are two pages."""
    return "" not in (article.system_id, system_id) and article.system_id != system_id


def _article_of(db: Session, source: str, url: str) -> ArticleRow | None:
    """The article of a page that leaves, unless another live page is the same article under another spelling."""
    page = _page(db, source, url)
    article = _at(db, source, (page.article_url if page else "") or url)
    if article is None:
        return None
    others = select(PageRow.id).where(PageRow.source == source, PageRow.url != url, PageRow.state != "gone")
    return None if db.scalar(others.where(_spelt(article.url)).limit(1)) is not None else article


def _page(db: Session, source: str, url: str) -> PageRow | None:
    return db.scalar(select(PageRow).where(PageRow.source == source, PageRow.url == url))


def _at(db: Session, source: str, url: str) -> ArticleRow | None:
    return db.scalar(select(ArticleRow).where(ArticleRow.source == source, ArticleRow.url == url))


def _note_page(db: Session, source: str, url: str) -> None:
    """Know of the new address, so that it is asked for, and missed if it never answers."""
    page = _page(db, source, url)
    if page is None:
        db.add(PageRow(source=source, url=url))
    elif page.state == "gone":
        page.state, page.misses = "live", 0
    db.flush()
