"""Turns answers into journal lines: a page read, unchanged, gone, or left out with the reason."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from scrapy.http import Response

from crawlers.extract.decode import decode
from crawlers.frontier import Seen
from crawlers.journal import Journal, now
from crawlers.known import Known, content_hash
from crawlers.page import Page
from crawlers.source import Source
from crawlers.spiders.failures import said
from crawlers.spiders.links import attachments, robots_meta
from crawlers.urls import canonical

HTML = ("text/html", "application/xhtml+xml")


class PageKeeper:
    """What a spider does with the answer to a page it asked for."""

    source: Source
    known: Mapping[str, Known]
    journal: Journal
    seen: Seen

    def page(self, response: Response, depth: int = 0, **hints: Any) -> str:
        """Note one page in the journal; its HTML where it is to be kept or its links matter, else empty."""
        url = canonical(response.url)
        asked = canonical(response.meta["redirect_urls"][0]) if "redirect_urls" in response.meta else url
        if response.status == 304 and url in self.known:
            self._unchanged(self.known[url])
            return ""
        if response.status in {404, 410} and (url in self.known or asked in self.known):
            self.gone(url if url in self.known else asked, response.status)
            return ""
        if response.status != 200:
            self.refused(response, asked)
            return ""
        if "file" in response.meta:
            self._file(response, url, hints)
            return ""
        if not self._is_html(response):
            self.journal.troubles.add("A link leads to a file that is no page, left out", url)
            return ""
        return self._read(response, url, hints)

    def _file(self, response: Response, url: str, hints: dict[str, Any]) -> None:
        """Keep a file as a page; one that gives no text stays what it is, an attachment of the pages that link it."""
        said = response.meta["file"]
        if "refused" in said:
            self.journal.troubles.add(f"A file {said['refused']}; it is listed with the pages that link to it", url)
            return
        name = unquote(url.rpartition("/")[2])
        own = {"title": name, "kind": "file", "html_is_content": True}
        self._read(response, url, {**{k: v for k, v in hints.items() if v}, **own, **said["facts"]})

    def refused(self, response: Response, url: str) -> None:
        """Note an answer that is neither a page nor a known one's end."""
        self.journal.errors[str(response.status)] += 1
        self.journal.troubles.add(said(response.status), url, response.status not in {404, 410})

    def _read(self, response: Response, url: str, hints: dict[str, Any]) -> str:
        body, header = response.body, _header(response, "X-Robots-Tag")
        self.journal.body(body)
        noindex, nofollow = robots_meta(body, header)
        html = decode(body, _header(response, "Content-Type")).replace("\x00", "")
        if not html.strip():
            self.journal.troubles.add("A page is empty", url)
            return ""
        if noindex and not self.source.ignore_robots_meta:
            self.journal.troubles.add("A page asks not to be kept (noindex), left out", url)
        elif not self.journal.full:
            self.keep(response, url, html, hints)
        return "" if nofollow and not self.source.ignore_robots_meta else html

    def keep(self, response: Response, url: str, html: str, hints: dict[str, Any]) -> None:
        """Write a page, or that it is unchanged where its body is the one we know."""
        etag, modified = _header(response, "ETag"), _header(response, "Last-Modified")
        known = self.known.get(url)
        if known is not None and known.content_hash and known.content_hash == content_hash(html):
            self._unchanged(Known(url, etag, modified))
            return
        content_type = _header(response, "Content-Type") or "text/html"
        hints = {"attachments": attachments(html, url), **hints}
        moment, filled = now(), {key: value for key, value in hints.items() if value}
        self.journal.write(Page(self.source.name, url, html, "read", 200, content_type, moment, etag, modified, filled))

    def _unchanged(self, known: Known, status: int = 304, at: str = "") -> None:
        page = Page(self.source.name, known.url, "", "unchanged", status, fetched_at=at or now())
        self.journal.write(_with(page, etag=known.etag, last_modified=known.last_modified))

    def unchanged(self, url: str) -> None:
        """Note, without asking, that the source's own listing says a known page is as it was.

        It was so when the run began; a run that was cut short may have its listing from hours ago.
        """
        self.seen.add(url)
        self._unchanged(self.known[url], 200, self.journal.begun)

    def gone(self, url: str, status: int, moved_to: str = "") -> None:
        """Note that the source says outright that a known page is no longer at its address."""
        self.seen.add(url)
        hints = {"moved_to": moved_to} if moved_to else {}
        self.journal.write(Page(self.source.name, url, "", "gone", status, fetched_at=now(), hints=hints))

    def _is_html(self, response: Response) -> bool:
        kind = _header(response, "Content-Type").lower()
        if kind.startswith(HTML):
            return True
        start = response.body[:1024].lower()
        return not kind.startswith("text/") and (b"<html" in start or b"<!doctype html" in start)


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _with(page: Page, **changes: Any) -> Page:
    return Page(**{f: getattr(page, f) for f in page.__slots__} | changes)
