"""Understands a source's pages while it is still read, so that a second processor has something to do.

The record hears nothing of it before the crawl was judged, and what then does not fit the crawl's file is not used: an
article is found again by all that it was made from.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from crawlers.errors import CrawlError
from crawlers.extract.repeated import Repeated, Run
from crawlers.journal import part_of
from crawlers.page import Article, Page, read_lines
from curation.database.session import open_session
from curation.errors import CurationError
from curation.services.runs import last_said
from curation.settings import Settings
from flows.lots import SIZE, lots
from flows.understood import Noted, Understood, noted
from flows.workers import WORTH_PROCESSES, Workers, several

# Pages understood before a crawl's end, some 1 GB of disk. Reason: more take minutes, and their crawl takes hours.
# Source: judgement.
MOST = 20_000


class Heard:
    """How far a crawl is, in its own words."""

    def __init__(self) -> None:
        self._word = threading.Event()
        self.pages, self.over = 0, False

    def __call__(self, pages: int) -> None:
        """The crawl says how many pages it has read."""
        self.pages = pages
        self._word.set()

    def end(self) -> None:
        """The crawl says no more."""
        self.over = True
        self._word.set()

    def more(self) -> bool:
        """Wait for the next word; False at the end."""
        self._word.wait()
        self._word.clear()
        return not self.over


class Meanwhile:
    """The processes that extract during a run of the library, and what they understood of crawls under way."""

    def __init__(self, settings: Settings) -> None:
        self.workers = Workers()
        self._settings = settings
        self._understood: dict[Path, Understood] = {}
        # One source at a time: a lot of large pages takes memory.
        self._one = threading.Lock()

    def __enter__(self) -> "Meanwhile":
        return self

    def __exit__(self, *ended: object) -> None:
        self.workers.__exit__(*ended)
        for pages in list(self._understood):
            self.forget(pages)

    @contextmanager
    def following(self, source: str, pages: Path) -> Iterator[Callable[[int], None]]:
        """During this block, which reads a source into a file and tells how many pages are there, understand them."""
        heard = Heard()
        follower = threading.Thread(target=self._follow, args=(source, pages, heard), daemon=True)
        follower.start()
        try:
            yield heard
        finally:
            heard.end()
            follower.join()

    def runs(self, pages: Path, read: int) -> Callable[[int], Run]:
        """How each lot of a file with so many read pages is extracted."""
        run, understood = self.workers.run(read), self._understood.get(pages)
        return lambda number: understood.recalled(number, run) if understood else run

    def forget(self, pages: Path) -> None:
        """Drop what was understood of a file: it is taken in, or never will be."""
        if understood := self._understood.pop(pages, None):
            understood.close()

    def _follow(self, source: str, pages: Path, heard: Heard) -> None:
        while several() and heard.more():
            if heard.pages >= WORTH_PROCESSES and self._one.acquire(blocking=False):
                # What goes wrong here does so again when the pages are taken in, and is told then.
                with suppress(CrawlError, CurationError, OSError, BrokenProcessPool):
                    self._understand(source, pages, heard)
                self._one.release()
                return

    def _understand(self, source: str, pages: Path, heard: Heard) -> None:
        self.forget(pages)
        understood = self._understood[pages] = Understood(pages.parent)
        made: list[list[Noted]] = []

        def extract(fresh: Sequence[Page], repeated: frozenset[str]) -> Iterable[Article | None]:
            return self.workers.run(understood.pages + len(fresh))(fresh, repeated)

        def run(_: int) -> Run:
            made.append([])
            return noted(extract, made[-1])

        with open_session(self._settings.record_url, reads_only=True) as db:
            repeated = Repeated.of(last_said(db, source, "repeated"))
            growing = read_lines(part_of(pages), Page, heard.more)
            for lot in lots(db, _whole(growing, heard), repeated, run):
                deque(lot.articles, maxlen=0)
                understood.note(made.pop(0))
                if understood.pages >= MOST:
                    return


def _whole(pages: Iterator[Page], heard: Heard) -> Iterator[Page]:
    """The pages of whole lots, which are the same when the file is at its end."""
    while not heard.over and len(lot := list(islice(pages, SIZE))) == SIZE:
        yield from lot
