"""How a spider treats the hosts it asks: each by itself, as slowly as it wants, not at all while it wants peace."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.frontier import Frontier
from crawlers.journal import Journal
from crawlers.source import Source
from crawlers.urls import canonical

# Requests handed to Scrapy for each host beyond those under way, so that it never waits for us.
AHEAD = 8
# Hosts asked at once. Reason: bounds the memory of a feed that names hundreds of them. Source: judgement.
MOST_HOSTS = 8
# Seconds. Reason: a robots.txt that asks for more would stretch a handbook over days. Source: judgement.
LONGEST_CRAWL_DELAY = 60.0
# Seconds. Reason: who asks for longer than this is served better by the next run. Source: judgement.
LONGEST_WAIT = 600.0


class Held(IgnoreRequest):
    """The request's host asks for peace; the request waits in the frontier, and takes no other host's place."""


class Manners:
    """The part of a spider that knows its hosts."""

    crawler: Crawler
    source: Source
    journal: Journal
    frontier: Frontier
    sitemaps: list[str]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._busy: Counter[str] = Counter()
        self._where: dict[int, str] = {}
        self._peace: dict[str, float] = {}
        self._doors: dict[str, asyncio.Semaphore] = {}
        self.delays: dict[str, float] = {}

    def willing(self, host: str) -> bool:
        """Whether one more request may go to a host now."""
        if self._busy[host] >= self.source.concurrency + AHEAD or self.peace(host) > 0:
            return False
        return self._busy[host] > 0 or len(self._busy) < MOST_HOSTS

    def went_out(self, number: int, host: str) -> None:
        """A request goes out."""
        self._where[number] = host
        self._busy[host] += 1

    def came_back(self, number: int) -> None:
        """A request came to its end."""
        host = self._where.pop(number)
        self._busy[host] -= 1
        if not self._busy[host]:
            del self._busy[host]

    def door(self, host: str) -> asyncio.Semaphore:
        """Lets as many requests at once to a host as the source allows.

        Scrapy 2.19 counts a request only when its task first runs, and so sends all that stand in a slot's queue.
        """
        if host not in self._doors:
            self._doors[host] = asyncio.Semaphore(self.source.concurrency)
        return self._doors[host]

    def peace(self, host: str) -> float:
        """Seconds for which a host is not to be asked."""
        until = self._peace.get(host)
        if until is None:
            return 0.0
        rest = until - monotonic()
        if rest <= 0:
            del self._peace[host]
        return max(0.0, rest)

    def hold(self, host: str, seconds: float) -> None:
        """Do not ask a host for some time."""
        self._peace[host] = max(self._peace.get(host, 0.0), monotonic() + seconds)

    def robots_read(self, body: bytes, netloc: str, delay: float | None) -> None:
        """Take notice of a host's robots.txt: its crawl delay, and the sitemaps of the source's own host."""
        if delay and delay > self.source.delay:
            self._slow_down(netloc, delay)
        if netloc != urlsplit(self.source.address).netloc:
            return
        lines = (line.partition(b":") for line in body.splitlines()[:10_000])
        found = [v.strip().decode("utf-8", "replace") for k, _, v in lines if k.strip().lower() == b"sitemap"]
        self.sitemaps = [url for url in (canonical(f, self.source.address) for f in found) if url]

    def _slow_down(self, netloc: str, delay: float) -> None:
        if delay > LONGEST_CRAWL_DELAY:
            self.journal.troubles.add(
                f"robots.txt asks for {delay:g} s between requests; {LONGEST_CRAWL_DELAY:g} s kept"
            )
        delay = min(delay, LONGEST_CRAWL_DELAY)
        assert self.crawler.engine is not None
        host, downloader = urlsplit(f"//{netloc}").hostname or "", self.crawler.engine.downloader
        self.delays[host] = delay
        # Scrapy varies delays by half; one that a host asks for is a least one.
        downloader.per_slot_settings[host] = {"delay": delay, "jitter": 0}
        if host in downloader.slots:
            slot = downloader.slots[host]
            slot.delay, slot.jitter = max(slot.delay, delay), 0


def retry_after(response: Response) -> float:
    """Seconds a Retry-After header asks for, given as a number or a date; 0 without one."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isdigit():
        return float(said[:9])
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
