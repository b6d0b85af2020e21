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
from flows.workers import Workers, several

# Seconds between two looks at what a crawl wrote: some ten pages of a quick one.
LOOK_SECONDS = 0.1
# Pages understood before a crawl's end, some 1 GB of disk. Reason: more take minutes, and their crawl takes hours.
# Source: judgement.
MOST = 20_000


class Heard:
    """What a crawl says of itself: whether it reads, and whether it is over."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self.reads = False

    def __call__(self, pages: int) -> None:
        """The crawl says how many pages it has read."""
        self.reads = True

    def end(self) -> None:
        """The crawl says no more."""
        self._end.set()

    @property
    def over(self) -> bool:
        """Whether it said its last."""
        return self._end.is_set()

    def more(self) -> bool:
        """Wait for it to write something; False at the end."""
        return not self._end.wait(LOOK_SECONDS)


class Meanwhile:
    """The processes that extract during a run of the library, and what they understood of crawls under way."""

    def __init__(self, settings: Settings) -> None:
        self.workers = Workers()
        self._settings = settings
        self._understood: dict[Path, Understood] = {}
        self._followers: dict[Path, tuple[Heard, threading.Thread]] = {}
        # One source at a time: a lot of large pages takes memory.
        self._one = threading.Lock()

    def __enter__(self) -> "Meanwhile":
        return self

    def __exit__(self, *ended: object) -> None:
        for pages in list(self._followers):
            self._wait(pages)
        self.workers.__exit__(*ended)
        for pages in list(self._understood):
            self.forget(pages)

    @contextmanager
    def following(self, source: str, pages: Path) -> Iterator[Callable[[int], None]]:
        """During this block, which reads a source into a file and tells how many pages are there, understand them."""
        self._wait(pages)
        heard = Heard()
        follower = threading.Thread(target=self._follow, args=(source, pages, heard), daemon=True)
        if several():
            self._followers[pages] = heard, follower
            follower.start()
        try:
            yield heard
        finally:
            heard.end()

    def runs(self, pages: Path, read: int) -> Callable[[int], Run]:
        """How each lot of a file with so many read pages is extracted."""
        self._wait(pages)
        run, understood = self.workers.run(read), self._understood.get(pages)
        return lambda number: understood.recalled(number, run) if understood else run

    def forget(self, pages: Path) -> None:
        """Drop what was understood of a file: it is taken in, or never will be."""
        if understood := self._understood.pop(pages, None):
            understood.close()

    def _wait(self, pages: Path) -> None:
        """Let who follows a crawl end, with the lots it has begun."""
        if following := self._followers.pop(pages, None):
            heard, follower = following
            heard.end()
            follower.join()

    def _follow(self, source: str, pages: Path, heard: Heard) -> None:
        part = part_of(pages)
        # Of what a crawl that is taken up has read the end is cut off before it reads on.
        taken_up = part.exists()
        while not part.exists() or (taken_up and not heard.reads):
            if not heard.more():
                return
        while not self._one.acquire(timeout=LOOK_SECONDS):
            if heard.over:
                return
        # What goes wrong here does so again when the pages are taken in, and is told then.
        try:
            with suppress(CrawlError, CurationError):
                self._understand(source, pages, heard)
        except BrokenProcessPool:
            self.workers.end()
        except OSError:
            self.forget(pages)
        finally:
            self._one.release()

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
