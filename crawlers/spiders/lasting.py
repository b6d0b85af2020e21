"""What makes a crawl outlive its process: checkpoints of all that a spider holds, and taking it up again."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.errors import CrawlError
from crawlers.frontier import Asked, Frontier, Seen, Store
from crawlers.journal import Journal
from crawlers.urls import Traps

# Seconds between checkpoints: at least, and at most where the disk is slow. Reason: what a crash repeats. Source:
# judgement; the issue allows a minute.
OFTEN, SELDOM = 1.0, 20.0
# A checkpoint may take 1 second in so many. Reason: crawling shares its one process with it. Source: judgement.
SHARE = 20
# Times one address may be under way when the process dies before it is left out. Reason: it may be what kills it.
MOST_CRASHES = 3
# What Scrapy and this package set on a spider; everything else without a leading _ is the kind's own, and kept.
OURS = {"crawler", "settings", "start_urls", "custom_settings", "name"}
KEPT = ("lists_all", "prefix", "sitemaps", "_ended")


class Lasting:
    """The part of a spider that is kept in its store.

    A kind needs to do nothing: each attribute it sets on itself is kept, if its name begins with no underscore. It may
    hold numbers, text, times, lists, tuples, sets, dictionaries, counters. After a crash `resumed` is called instead of
    `begin`, for what begins with an underscore.
    """

    crawler: Crawler
    journal: Journal
    lists_all: bool

    def __init__(self, store: Store | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.store = store or Store()
        self.frontier, self.seen, self.traps = Frontier(self.store), Seen(self.store), Traps()
        self.sitemaps: list[str] = []
        self.parting = ""
        self._ended = False
        self._due, self._cost, self._begun = 0.0, 0.0, False
        self._ours: set[str] = set()

    def begin(self) -> None:
        """Fill the frontier with what is asked first."""
        raise NotImplementedError

    def resumed(self) -> None:
        """Called instead of begin() when a crawl that was cut short is taken up, all that is kept being there."""

    def begin_or_go_on(self) -> None:
        """Begin, or take up what the store holds."""
        kept = self.store.get("spider")
        if kept is None:
            self.begin()
        else:
            for name, value in kept.items():
                setattr(self, name, value)
            self.traps.take_up(self.store.get("traps"))
            self._go_on()
            self.resumed()
        self._begun = True

    def _go_on(self) -> None:
        crashed = not self.store.get("ended_well")
        for number, asked in self.frontier.take_up():
            crashes = int(asked.trail.get("crashes", 0)) + crashed
            if crashes < MOST_CRASHES:
                asked.trail["crashes"] = crashes
                self.frontier.give_back(number)
            else:
                del self.frontier.under_way[number]
                said = f"The crawl ended {crashes} times while a page was being read, left out"
                self.journal.troubles.add(said, subject_of(asked), True)

    def remembered(self) -> dict[str, Any]:
        """All that is kept of the spider itself."""
        own = {k: v for k, v in vars(self).items() if k not in self._ours and not k.startswith("_") and k not in OURS}
        return own | {name: getattr(self, name) for name in KEPT}

    def checkpoint(self, ended_well: bool = False) -> None:
        """Make all that was done durable.

        Raises:
            OSError: the disk takes no more.
            CrawlError: the kind holds something that can't be kept.
        """
        begun = monotonic()
        self.store.put("journal", self.journal.checkpoint())
        self.store.put("spider", self.remembered())
        self.store.put("traps", self.traps.keep())
        self.store.put("ended_well", ended_well)
        self.store.put("last", datetime.now(UTC))
        self.frontier.keep()
        self.store.checkpoint()
        ended = monotonic()
        self._due = ended + min(SELDOM, max(OFTEN, (ended - begun) * SHARE))

    def checkpoint_when_due(self) -> None:
        """A checkpoint, if it is time for one; one that fails ends the run."""
        if not self._begun or monotonic() < self._due:
            return
        try:
            self.checkpoint()
        except OSError as error:
            self.no_room(error)
        except CrawlError as error:
            self.stop("failed", str(error))

    def no_room(self, error: OSError) -> None:
        """End the run because its file can't be written."""
        self.stop(
            "disk_full", f"{self.journal.out} can't be written ({error.strerror or error}). Make room and crawl again."
        )

    def stop(self, reason: str, said: str = "") -> None:
        """End the run; `said` is a sentence for its report."""
        raise NotImplementedError

    def pump(self) -> None:
        """Hand Scrapy what may be asked now."""
        if self.crawler.engine is not None:
            for request in self.requests():
                self.crawler.engine.crawl(request)

    def requests(self) -> Iterator[Request]:
        """What may be asked now."""
        raise NotImplementedError


def subject_of(asked: Asked) -> str:
    """The address that a request is about, as the report names it."""
    urls = asked.trail.get("redirect_urls") or [asked.url]
    return str(asked.arguments.get("subject") or urls[0])
