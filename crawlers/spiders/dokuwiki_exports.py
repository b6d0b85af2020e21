"""Reads a DokuWiki without its API: the index of pages, the feed of changes, and pages as the wiki exports them."""

from dataclasses import astuple, replace
from datetime import UTC, datetime
from typing import Any

from scrapy.http import Response

from crawlers.extract.decode import decode
from crawlers.journal import now
from crawlers.known import Known, content_hash
from crawlers.page import Page
from crawlers.spiders.base import SourceSpider
from crawlers.spiders.dokuwiki_pages import Places, index_of, shown
from crawlers.spiders.entries import read_feed
from crawlers.spiders.moments import moment
from crawlers.urls import canonical

# Entries asked of the feed. Reason: each carries its difference, and the answer has a cap. Source: judgement.
MOST_CHANGES = 500
# The difference as content, because the release of 2022 fails on the abstract of a deleted page; purge, because else
# the wiki answers with what it made up to five minutes ago.
FEED = f"feed.php?mode=recent&type=atom1&linkto=current&minor=1&view=pages&content=diff&purge=1&num={MOST_CHANGES}"
RESTRICTED = "A page may no longer be read by us and is withdrawn"


class ExportSpider(SourceSpider):
    """What every DokuWiki offers to anyone who may read it.

    The export of a single page is not meant for search engines, so DokuWiki's noindex on pages under five days old
    does not bind us; what the wiki hides from its own index is not listed here either.
    """

    def begin(self) -> None:
        """Prepare what is kept between answers: names of pages with the version of each, and who wrote them."""
        self.place: tuple[Any, ...] = ("",)
        self.changes_only = False
        self.facts: dict[str, Any] = {}
        self.found: dict[str, str] = {}
        self.walked: set[str] = set()
        self.authors: dict[str, list[str]] = {}
        self.sizes: dict[str, int] = {}
        self.since: datetime | None = None

    @property
    def places(self) -> Places:
        """Where the wiki and its pages lie."""
        return Places(*self.place)

    def learn(self, pages: dict[str, str]) -> None:
        """See from addresses of pages whether the wiki ends a namespace with a slash in them."""
        deep = next(((page, url) for page, url in pages.items() if ":" in page), None)
        if deep is not None and canonical(deep[1]) == replace(self.places, slash=True).of(deep[0]):
            self.place = astuple(replace(self.places, slash=True))

    def feed(self, response: Response) -> None:
        """The recent changes as a feed: what they do not name is unchanged."""
        feed = read_feed(response.body)
        if response.status != 200 or (feed.problem and not feed.title) or len(feed.entries) >= MOST_CHANGES:
            self.ask(self.places.index(), "walk")
            return
        self.changes_only = True
        for entry in feed.entries:
            written = moment(entry.modified)
            if written is not None and self.since is not None and written >= self.since:
                page = self.places.page(canonical(entry.url))
                self.found.setdefault(page, f"{int(written.timestamp())}.")
                self.authors.setdefault(page, list(entry.authors))
                self.learn({page: entry.url})

    def walk(self, response: Response) -> None:
        """One namespace of the index; further ones are asked for."""
        index = index_of(decode(response.body, ""), response.url)
        if index is None:
            self.lists_all = False
            self.journal.troubles.add("The wiki shows no index of its pages", response.url)
            return
        self.learn(index.pages)
        self.found.update(dict.fromkeys(index.pages, ""))
        for space in index.namespaces:
            if space not in self.walked:
                self.walked.add(space)
                self.ask(self.places.index(space), "walk")

    def exported(self, response: Response, page: str) -> None:
        """A page as the wiki exports it; what is not there, or not ours, answers with a whole page of the wiki."""
        markup = decode(response.body, "")
        if response.status >= 500 or response.status == 429:
            self.refused(response, self.places.of(page))
        elif response.status == 200 and "<!doctype" not in markup[:200].lower():
            self.keep_page(page, markup, {"authors": self.authors.get(page, [])})
        else:
            self.withdraw(page, 403 if '"ACT":"denied"' in markup or response.status in {401, 403} else 410)

    def withdraw(self, page: str, status: int) -> None:
        """Note that a page is not there, or not for us."""
        url = self.places.of(page)
        if status != 410:
            self.journal.troubles.add(RESTRICTED if url in self.known else "A page may not be read by us", url)
        if url in self.known:
            self.gone(url, status)

    def keep_page(self, page: str, html: str, facts: dict[str, Any]) -> None:
        """Keep a page's content, with what the wiki told of it."""
        url, version, html = self.places.of(page), self.found.get(page, ""), html.replace("\x00", "")
        if self.journal.full:
            return
        self.journal.body(html.encode("utf-8", "replace"))
        if not html.strip():
            self.journal.troubles.add("A page is empty", url)
            return
        modified = iso_of(version.partition(".")[0])
        known = self.known.get(url)
        if known is not None and known.content_hash == content_hash(html) and version in {"", known.etag}:
            self._unchanged(Known(url, version, modified))
            return
        says = shown(html, self.places.base, self.sizes)
        spaces = [space.replace("_", " ") for space in page.split(":")[:-1]]
        hints = {
            **self.facts,
            **facts,
            "title": says.title or page.rpartition(":")[2].replace("_", " "),
            "modified": modified,
            "tags": list(dict.fromkeys([*spaces, *says.tags])),
            "attachments": list(says.attachments),
            "kind": "wiki",
            "html_is_content": True,
        }
        filled = {key: value for key, value in hints.items() if value}
        self.journal.write(
            Page(self.source.name, url, html, "read", 200, "text/html", now(), version, modified, filled)
        )


def iso_of(stamp: Any) -> str:
    """Seconds since 1970 as ISO 8601 in UTC; empty where it is no number."""
    try:
        return datetime.fromtimestamp(int(stamp), UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, TypeError, OverflowError, OSError):
        return ""
