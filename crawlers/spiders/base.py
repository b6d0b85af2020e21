"""What every spider shares: a frontier of its own, polite asking, and a journal of every answer."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, StopDownload
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from crawlers.addresses import origin
from crawlers.files import FILE_TYPES
from crawlers.frontier import Asked, Store
from crawlers.journal import Journal
from crawlers.known import Known
from crawlers.report import FINAL
from crawlers.source import Source
from crawlers.spiders.failures import UNREACHED, explained
from crawlers.spiders.keeping import PageKeeper
from crawlers.spiders.lasting import Lasting, subject_of
from crawlers.spiders.links import no_page
from crawlers.spiders.manners import Held, Manners
from crawlers.urls import canonical, skipped, within
from crawlers.windows import window

# Addresses remembered for each page a run may read. Reason: bounds the memory on endless sites. Source: judgement.
SEEN_PER_PAGE = 20
# Requests to the source's own host in a row that got no answer at all, after which the network or the host counts as
# lost and the run ends, to go on from here next time. Reason: not to burn the whole frontier. Source: judgement.
LOST_AFTER = 20
# Runs in which one address may have no part in the above before it counts as failed like any other.
MOST_UNREACHED = 3


class SourceSpider(Lasting, Manners, PageKeeper, scrapy.Spider):
    """Reads one source. A kind says where to begin (begin) and how to read each sort of answer (its methods).

    Scrapy holds only the requests under way; what is still to be asked waits in the frontier, on disk, as (address,
    method name, arguments), the arguments being plain JSON. What a kind keeps between answers: see Lasting.
    """

    name = "source"
    lists_all = True
    """Whether this kind sees everything the source has, so that absence means something."""

    step = 0
    """How many of its steps a kind has taken that takes some in turn."""

    sweep = True
    """Whether this run lists everything and compares; False where the change feed may be believed alone."""

    def __init__(
        self,
        source: Source,
        known: Mapping[str, Known],
        journal: Journal,
        sweep: bool = True,
        store: Store | None = None,
        leave: frozenset[str] = frozenset(),
        **kwargs: Any,
    ) -> None:
        super().__init__(store=store, **kwargs)
        self.sweep = sweep
        self.source, self.known, self.journal = source, known, journal
        self.prefix = source.prefix
        self.leave, self.stopping = leave, ""
        self._unreached: list[tuple[int, str, str]] = []
        self._ours = set(vars(self))

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "SourceSpider":
        """Made by Scrapy."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._idle, signals.spider_idle)
        crawler.signals.connect(spider._headers, signals.headers_received)
        crawler.signals.connect(spider._count, signals.request_reached_downloader)
        return spider

    def afterwards(self) -> None:
        """Fill the frontier once more, when all that began it is done."""

    def take_steps(self, *steps: Callable[[], None]) -> None:
        """Take the next steps, up to one that asks for something; what `afterwards` does again once that is in."""
        while self.step < len(steps):
            self.step += 1
            steps[self.step - 1]()
            if self.frontier:
                self._ended = self.step == len(steps)
                return

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy's way in."""
        self.begin_or_go_on()
        self.checkpoint_when_due()
        for request in self.requests():
            yield request

    # --- asking -----------------------------------------------------------------------------------------------------

    def want(self, url: str, depth: int = 0, base: str = "", **hints: Any) -> bool:
        """Put a page on the frontier unless it is foreign, seen, too deep or a trap. Whether it went there."""
        address = canonical(url, base)
        if not address or address in self.seen or address in self.leave or not self.belongs(address):
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
        if arguments.get("subject") not in self.leave:
            self.frontier.appendleft((url, method, arguments))

    def belongs(self, url: str) -> bool:
        """Whether a canonical address is part of the source."""
        return within(url, self.prefix) and not skipped(url, self.source.skip)

    def requests(self) -> Iterator[Request]:
        """What may be asked now."""
        while not self.stopping and (taken := self.frontier.take(self.willing)) is not None:
            number, asked = taken
            self.went_out(number, asked.host)
            page, sent = asked.method == "page", str(asked.arguments.get("post", ""))
            headers = {"Content-Type": "text/xml"} if sent else self.conditions(asked.url) if page else {}
            meta = {"page": page, "method": asked.method, "arguments": asked.arguments, "number": number}
            yield Request(
                asked.url,
                method="POST" if sent else "GET",
                body=sent,
                callback=self._answered,
                errback=self._failed,
                headers=headers,
                meta={**asked.trail, **meta},
                dont_filter=True,
            )

    def conditions(self, url: str) -> dict[str, str]:
        """Headers that ask for the page only if it changed; none where scripts make what the server does not know."""
        known = self.known.get(url)
        if known is None or self.source.javascript:
            return {}
        pairs = (("If-None-Match", known.etag), ("If-Modified-Since", known.last_modified))
        return {name: value for name, value in pairs if value}

    # --- answers ----------------------------------------------------------------------------------------------------

    def _answered(self, response: Response) -> Iterator[Request]:
        meta = response.meta
        self.came_back(meta["number"])
        if self.stopping and self.stopping not in FINAL:
            return
        self._reached()
        try:
            if not self.stopping:
                getattr(self, meta["method"])(response, **meta["arguments"])
        except OSError as error:
            self.no_room(error)
            return
        # One page that breaks a parser must not end the run; the report names it.
        except Exception as error:
            self.journal.troubles.add(f"A page could not be read ({type(error).__name__}: {error})", response.url, True)
        self.frontier.under_way.pop(meta["number"], None)
        if self.journal.full and not self.stopping:
            self.stop(self.journal.full)
        self.checkpoint_when_due()
        yield from self.requests()

    def _failed(self, failure: Failure) -> Iterator[Request]:
        request = getattr(failure, "request", None)
        assert request is not None, failure
        number = request.meta["number"]
        asked = self.frontier.under_way.get(number, Asked(request.url, request.meta["method"]))
        self.came_back(number)
        if self.stopping and self.stopping not in FINAL:
            return
        if isinstance(failure.value, Held):
            asked.trail["retry_times"] = request.meta.get("retry_times", 0)
            self.frontier.give_back(number)
        else:
            self._without(number, asked, *explained(failure.value or failure, self.source))
        self.checkpoint_when_due()
        yield from self.requests()

    def _without(self, number: int, asked: Asked, name: str, sentence: str) -> None:
        """What failed is noted, at once or, where it may be the network, once that is certain."""
        at_home = urlsplit(asked.url).netloc == urlsplit(self.source.address).netloc
        if name not in UNREACHED or not at_home or asked.trail.get("unreached", 0) >= MOST_UNREACHED:
            self._give_up(number, name, sentence)
            return
        self._unreached.append((number, name, sentence))
        if len(self._unreached) >= LOST_AFTER and len(self.frontier):
            for number, _, _ in self._unreached:
                trail = self.frontier.under_way[number].trail
                trail["unreached"] = trail.get("unreached", 0) + 1
            self.stop("unreachable", f"{len(self._unreached)} addresses in a row gave no answer: {sentence}.")

    def _reached(self) -> None:
        """There was an answer or nothing more to ask, so what had none is not the network's fault."""
        waited, self._unreached = self._unreached, []
        for number, name, sentence in waited:
            self._give_up(number, name, sentence)

    def _give_up(self, number: int, name: str, sentence: str) -> None:
        asked = self.frontier.under_way.pop(number)
        url = subject_of(asked)
        if name == "robots":
            self.journal.forbidden += 1
        elif name:
            self.journal.errors[name] += 1
        if sentence:
            # What robots.txt or we ourselves keep out has not failed: it is not part of the source.
            self.journal.troubles.add(sentence, url, name not in {"robots", "not text", "address"} or url in self.known)
        if asked.method != "page" and name and "subject" not in asked.arguments:
            self.lists_all = False

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

    def redirected(self, number: int | None, target: str, trail: dict[str, Any]) -> None:
        """Note where a request under way goes on, so that a crawl taken up goes on there too."""
        asked = self.frontier.under_way.get(-1 if number is None else number)
        if asked is not None:
            asked.url, asked.trail = target, {**asked.trail, **trail}

    def stop(self, reason: str, said: str = "") -> None:
        """End the run; what is under way is let finish. What waits is kept for the next run, unless all is done."""
        if not self.stopping and self.crawler.engine is not None:
            self.stopping, self.parting = reason, said
            deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def tick(self) -> None:
        """Twice a second: go on with hosts that asked for peace, keep what was done, look at the clock."""
        hours = window(self.source.window)
        if hours is not None and not hours.open(datetime.now(UTC)):
            self.stop("window")
        if not self.stopping:
            self.pump()
            self.checkpoint_when_due()

    def _count(self) -> None:
        self.journal.requests += 1

    def _idle(self) -> None:
        if not self.frontier and not self.stopping:
            self._reached()
            if not self._ended:
                self._ended = True
                self.afterwards()
        if self.frontier and not self.stopping:
            self.pump()
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
