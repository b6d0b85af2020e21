"""What every spider shares: a frontier of its own, polite asking, and a journal of every answer."""

from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, StopDownload
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from crawlers.addresses import origin
from crawlers.files import FILE_TYPES
from crawlers.journal import Journal
from crawlers.known import Known
from crawlers.source import Source
from crawlers.spiders.failures import explained
from crawlers.spiders.keeping import PageKeeper
from crawlers.spiders.links import no_page
from crawlers.urls import Traps, canonical, skipped, within

# Requests handed to Scrapy beyond those under way, so that it never waits for us.
AHEAD = 8
# Addresses remembered for each page a run may read. Reason: bounds the memory on endless sites. Source: judgement.
SEEN_PER_PAGE = 20
# Seconds. Reason: a robots.txt that asks for more would stretch a handbook over days. Source: judgement.
LONGEST_CRAWL_DELAY = 60.0


class SourceSpider(PageKeeper, scrapy.Spider):
    """Reads one source. A kind says where to begin (begin) and how to read each sort of answer (its methods).

    Scrapy holds only the requests under way; what is still to be asked waits in `frontier` as (address, method name,
    arguments), so memory does not grow with Request objects.
    """

    name = "source"
    lists_all = True
    """Whether this kind sees everything the source has, so that absence means something."""

    sweep = True
    """Whether this run lists everything and compares; False where the change feed may be believed alone."""

    def __init__(
        self, source: Source, known: Mapping[str, Known], journal: Journal, sweep: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sweep = sweep
        self.source, self.known, self.journal = source, known, journal
        self.prefix = source.prefix
        self.frontier: deque[tuple[str, str, dict[str, Any]]] = deque()
        self.seen: set[str] = set()
        self.traps = Traps()
        self.sitemaps: list[str] = []
        self.under_way = 0
        self.stopping = ""
        self._ended = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "SourceSpider":
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._idle, signals.spider_idle)
        crawler.signals.connect(spider._headers, signals.headers_received)
        return spider

    def begin(self) -> None:
        """Fill the frontier with what is asked first."""
        raise NotImplementedError

    def afterwards(self) -> None:
        """Fill the frontier once more, when all that began it is done."""

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy's way in."""
        self.begin()
        for request in self._requests():
            yield request

    # --- asking -----------------------------------------------------------------------------------------------------

    def want(self, url: str, depth: int = 0, base: str = "", **hints: Any) -> bool:
        """Put a page on the frontier unless it is foreign, seen, too deep or a trap. Whether it went there."""
        address = canonical(url, base)
        if not address or address in self.seen or not self.belongs(address):
            return False
        if depth > self.source.most_depth or no_page(address, self.source.files):
            return False
        if len(self.seen) >= self.source.most_pages * SEEN_PER_PAGE:
            self.journal.troubles.add("More addresses than most_pages allows to remember; the rest was left out")
            return False
        self.seen.add(address)
        trap = "" if address in self.known else self.traps.name(address)
        if trap:
            self.journal.troubles.add(f"A trap was cut: {trap}", address)
            return False
        self.frontier.append((address, "page", {"depth": depth, **hints}))
        return True

    def ask(self, url: str, method: str, **arguments: Any) -> None:
        """Put something that is no page (a sitemap, a feed, an API call) on the frontier, ahead of the pages.

        An argument named `post` is sent as the body of a POST, in XML; the method gets it back with the answer.
        """
        self.frontier.appendleft((url, method, arguments))

    def belongs(self, url: str) -> bool:
        """Whether a canonical address is part of the source."""
        return within(url, self.prefix) and not skipped(url, self.source.skip)

    def _requests(self) -> Iterator[Request]:
        while self.frontier and self.under_way < self.source.concurrency + AHEAD and not self.stopping:
            url, method, arguments = self.frontier.popleft()
            self.under_way += 1
            sent = str(arguments.get("post", ""))
            headers = {"Content-Type": "text/xml"} if sent else self.conditions(url) if method == "page" else {}
            yield Request(
                url,
                method="POST" if sent else "GET",
                body=sent,
                callback=self._answered,
                errback=self._failed,
                headers=headers,
                meta={"page": method == "page", "method": method, "arguments": arguments},
                dont_filter=True,
            )

    def conditions(self, url: str) -> dict[str, str]:
        """Headers that ask for the page only if it changed."""
        known = self.known.get(url)
        if known is None:
            return {}
        pairs = (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified))
        return {name: value for name, value in pairs if value}

    # --- answers ----------------------------------------------------------------------------------------------------

    def _answered(self, response: Response) -> Iterator[Request]:
        self.under_way -= 1
        meta = response.meta
        try:
            if not self.stopping:
                getattr(self, meta["method"])(response, **meta["arguments"])
        except OSError as error:
            self._disk(error)
        # One page that breaks a parser must not end the run; the report names it.
        except Exception as error:
            self.journal.troubles.add(f"A page could not be read ({type(error).__name__}: {error})", response.url, True)
        if self.journal.full and not self.stopping:
            self.stop(self.journal.full)
        yield from self._requests()

    def _failed(self, failure: Failure) -> Iterator[Request]:
        self.under_way -= 1
        request = getattr(failure, "request", None)
        name, sentence = explained(failure.value or failure, self.source)
        subject = request.meta["arguments"].get("subject", "") if request is not None else ""
        url = subject or (request.meta.get("redirect_urls", [request.url])[0] if request is not None else "")
        if name == "robots":
            self.journal.forbidden += 1
        elif name:
            self.journal.errors[name] += 1
        if sentence:
            # What robots.txt or we ourselves keep out has not failed: it is not part of the source.
            self.journal.troubles.add(sentence, url, name not in {"robots", "not text", "address"} or url in self.known)
        if request is not None and not request.meta["page"] and name and not subject:
            self.lists_all = False
        yield from self._requests()

    # --- what middlewares and Scrapy tell us --------------------------------------------------------------------------

    def may_follow(self, asked: str, target: str, status: int) -> bool:
        """Whether a redirect is followed; notes what it means for the page that was asked for."""
        old, new = canonical(asked), canonical(target)
        if not self.belongs(new):
            self.journal.troubles.add(f"A page sends its readers out of the source, to {origin(new)[1]}", old)
            return False
        if old in self.known and status in {301, 308} and new != old:
            self.gone(old, status, new)
        fresh = new not in self.seen or new == old
        self.seen.add(new)
        return fresh

    def robots_read(self, body: bytes, netloc: str, delay: float | None) -> None:
        """Take notice of a robots.txt: its crawl delay, and its sitemaps."""
        if netloc != urlsplit(self.source.address).netloc:
            return
        lines = (line.partition(b":") for line in body.splitlines()[:10_000])
        found = [v.strip().decode("utf-8", "replace") for k, _, v in lines if k.strip().lower() == b"sitemap"]
        self.sitemaps = [url for url in (canonical(f, self.source.address) for f in found) if url]
        if delay and delay > self.source.delay:
            self._slow_down(delay)

    def _slow_down(self, delay: float) -> None:
        if delay > LONGEST_CRAWL_DELAY:
            self.journal.troubles.add(
                f"robots.txt asks for {delay:g} s between requests; {LONGEST_CRAWL_DELAY:g} s kept"
            )
        delay = min(delay, LONGEST_CRAWL_DELAY)
        assert self.crawler.engine is not None
        downloader, throttle = self.crawler.engine.downloader, self.crawler.get_extension(AutoThrottle)
        downloader._delay = delay
        for slot in downloader.slots.values():
            slot.delay = max(slot.delay, delay)
        if throttle is not None:
            throttle.mindelay = delay

    def stop(self, reason: str) -> None:
        """End the run; what is under way is let finish."""
        if not self.stopping and self.crawler.engine is not None:
            self.stopping = reason
            self.frontier.clear()
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def _disk(self, error: OSError) -> None:
        self.journal.troubles.add(
            f"{self.journal.out} can't be written ({error.strerror or error}). Make room and crawl again"
        )
        self.stop("disk_full")

    def _idle(self) -> None:
        if not self.frontier and not self._ended and not self.stopping:
            self._ended = True
            self.afterwards()
        if self.frontier and not self.stopping and self.crawler.engine is not None:
            for request in self._requests():
                self.crawler.engine.crawl(request)
            raise DontCloseSpider

    def _headers(self, headers: Any, request: Request) -> None:
        kind = (headers.get(b"Content-Type") or b"").lower()
        if (
            request.meta.get("page")
            and kind
            and not kind.startswith((b"text/", b"application/xhtml", b"application/xml"))
            and not (self.source.files and kind.startswith(FILE_TYPES))
        ):
            raise StopDownload
