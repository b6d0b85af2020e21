"""Puts the HTML that a page's scripts make in the place of what its server sent."""

import asyncio
from contextlib import suppress
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.addresses import origin
from crawlers.browser import Browser
from crawlers.connections import AddressRefused
from crawlers.middlewares import Refused
from crawlers.spiders.base import SourceSpider
from crawlers.spiders.keeping import HTML
from crawlers.spiders.manners import Held

# What a page may load: the rest (pictures, fonts, films, frames, beacons, streams) says nothing in its HTML.
LOADED = frozenset({"script", "xhr", "fetch"})
# Answers one page may load. Reason: a page that loads for ever ends. Source: judgement.
MOST_LOADED = 300
# Bytes of them, in most_page_bytes. Reason: scripts of an application have a few megabytes. Source: judgement.
LOADED_BYTES = 4
# Bytes of scripts kept for the other pages of the run, so that each is asked for once. Source: judgement.
KEPT_BYTES = 64 * 1024 * 1024
# Seconds in which nothing is loaded, after which a page counts as drawn. Source: Playwright's "networkidle".
REST = 0.5
# Share of the time a page may take after which it is taken as it stands although it goes on loading, as one that asks
# for news every second does. Source: judgement.
ENOUGH = 0.6
# Headers the browser sees: what an answer is, and what its server lets other sites read of it.
TOLD = ("content-type", "content-security-policy", "x-content-type-options")
# The slot of what pages load; crawlers.settings sets its bounds.
SLOT = "drawing"

Answer = tuple[int, dict[str, str], bytes]


class DrawnPages:
    """Hands pages to the browser, and asks for what they load as the crawl asks for everything else.

    The browser itself reaches nothing: each of its requests comes here and goes through Scrapy, so that address
    rules, robots.txt, credentials, caps and waits hold for scripts as they hold for pages.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler, self.browser = crawler, Browser(crawler)
        self.scripts: dict[str, Answer] = {}
        self.kept, self.begun = 0, monotonic()
        crawler.signals.connect(self.browser.close, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "DrawnPages":
        """Made by Scrapy."""
        return cls(crawler)

    @property
    def spider(self) -> SourceSpider:
        """The one spider of this process."""
        assert isinstance(self.crawler.spider, SourceSpider)
        return self.crawler.spider

    async def process_response(self, request: Request, response: Response) -> Response:
        """The page as its scripts make it; anything else as it is.

        Raises:
            Refused: its scripts do not come to an end, or make too much of it.
            Held: the run ends; the page waits for the next one.
        """
        kind = _header(response, "Content-Type").lower()
        if not request.meta.get("page") or response.status != 200 or not kind.startswith(HTML):
            return response
        body = await self._drawn(response)
        if len(body) > self.spider.source.most_page_bytes:
            raise Refused(f"grows by its script to more than {self.spider.source.most_page_bytes:,} bytes, left out")
        # What the server says of the age and version of its empty page says nothing of what is drawn on it.
        drawn = response.replace(body=body)
        for name in ("ETag", "Last-Modified", "Content-Length"):
            drawn.headers.pop(name, None)
        drawn.headers["Content-Type"] = "text/html; charset=utf-8"
        return drawn

    async def _drawn(self, response: Response) -> bytes:
        from playwright.async_api import Error

        source, drawing = self.spider.source, Drawing(self, response)
        if self.spider.stopping or monotonic() - self.begun > source.most_seconds:
            raise Held
        try:
            return await self.browser.draw(response.url, source.timeout, drawing.routed, drawing.settled)
        except TimeoutError as error:
            raise Refused(f"is not drawn by its script within {source.timeout:g} seconds, left out") from error
        except Error as error:
            raise Refused(f"could not be drawn by the browser ({_first_line(error)})") from error

    async def load(self, url: str, kind: str) -> Answer:
        """What the browser asked for."""
        if url in self.scripts:
            return self.scripts[url]
        assert self.crawler.engine is not None
        spider, host = self.spider, origin(url)[1]
        # A host that asks for a delay is asked so slowly for scripts too; else a page loads as it does for a person.
        slot = host if host in spider.delays else SLOT
        meta = {"download_slot": slot, "autothrottle_dont_adjust_delay": True}
        response = await self.crawler.engine.download_async(Request(url, meta=meta, dont_filter=True))
        spider.journal.bytes += len(response.body)
        told = {k: _header(response, k) for k in TOLD if _header(response, k)}
        # Scrapy spells header names its own way; a browser compares them without regard to case.
        names = [name.decode("latin-1") for name in response.headers if name.lower().startswith(b"access-control-")]
        answer = response.status, {**told, **{name: _header(response, name) for name in names}}, response.body
        if kind == "script" and response.status == 200 and self.kept + len(response.body) <= KEPT_BYTES:
            self.kept += len(response.body)
            self.scripts[url] = answer
        return answer


class Drawing:
    """One page being drawn: what it may load, and when it is done."""

    def __init__(self, pages: DrawnPages, response: Response) -> None:
        self.pages, self.response, self.source = pages, response, pages.spider.source
        self.loaded = self.size = self.under_way = 0
        self.arrived, self.last, self.begun = False, monotonic(), monotonic()

    async def settled(self, page: Any) -> None:
        """Wait until the page loads nothing more, or for long enough."""
        while monotonic() - self.begun < ENOUGH * self.source.timeout:
            rest = REST - (monotonic() - self.last)
            if not self.under_way and rest <= 0:
                return
            await asyncio.sleep(max(rest, 0.05))

    async def routed(self, route: Any) -> None:
        """Answer one request of the browser."""
        from playwright.async_api import Error

        asked = route.request
        # The page may be gone by the time its answer is there.
        with suppress(Error):
            if asked.is_navigation_request():
                await self._navigated(route, asked)
            elif asked.resource_type == "stylesheet":
                await route.fulfill(status=200, content_type="text/css", body="")
            elif not self._may_load(asked):
                await route.abort("blockedbyclient")
            else:
                await self._answered(route, asked)

    async def _navigated(self, route: Any, asked: Any) -> None:
        """The page itself, once: where a script or a frame would go is not followed."""
        if self.arrived or asked.frame.parent_frame is not None:
            await route.abort("aborted")
            return
        self.arrived, self.begun = True, monotonic()
        headers = {name: _header(self.response, name) for name in TOLD if _header(self.response, name)}
        await route.fulfill(status=200, headers=headers, body=self.response.body)

    def _may_load(self, asked: Any) -> bool:
        """Reading alone: a script must not change anything, and none of another site may use the source's secrets."""
        home = origin(self.source.address)
        foreign = origin(self.response.url) != home and origin(asked.url) == home and bool(self.source.headers)
        room = self.loaded < MOST_LOADED and self.size < LOADED_BYTES * self.source.most_page_bytes
        return asked.method == "GET" and asked.resource_type in LOADED and room and not foreign

    async def _answered(self, route: Any, asked: Any) -> None:
        self.loaded += 1
        self.under_way += 1
        try:
            status, headers, body = await self.pages.load(asked.url, asked.resource_type)
            self.size += len(body)
            await route.fulfill(status=status, headers=headers, body=body)
        except AddressRefused as error:
            said = f"A page's script asks for what the source may not reach ({error})"
            self.pages.spider.journal.troubles.add(said, self.response.url)
            await route.abort("addressunreachable")
        # Whatever keeps one script or answer away, the page is drawn without it, as in any browser.
        except Exception:
            await route.abort("failed")
        finally:
            self.under_way -= 1
            self.last = monotonic()


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _first_line(error: Exception) -> str:
    return "".join(c if c.isprintable() else " " for c in str(error).partition("\n")[0])[:150]
