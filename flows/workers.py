"""The processes that extract; a module apart, for a worker imports it whole, and the record's would cost .4 s each."""

import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context, parent_process

from crawlers.extract import extract
from crawlers.extract.repeated import Run, here
from crawlers.page import Article, Page

# Below this many new pages other processes (.2 s of a processor each to start, on 2 cores) cost more than they bring.
WORTH_PROCESSES = 64
# Pages handed to a process at once, of the 64 of a lot.
CHUNK = 8


class Workers:
    """Processes that extract: started where it pays, and kept to the end of the block."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._over = False
        self._lock = threading.Lock()

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self.end()

    def end(self) -> None:
        """Let them finish; who extracts later gets new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    def run(self, pages: int) -> Run:
        """How so many new pages are best extracted."""
        return self._among if pages >= WORTH_PROCESSES and several() else here

    def _among(self, pages: Sequence[Page], repeated: frozenset[str]) -> Iterable[Article | None]:
        if not pages:
            return ()
        with self._lock:
            if self._over:
                raise BrokenProcessPool("The run is over.")
            self._pool = self._pool or _started()
            return self._pool.map(partial(extract, repeated=repeated), pages, chunksize=CHUNK)


def several() -> bool:
    """Whether this machine does several things at once."""
    return (os.cpu_count() or 1) > 1


def _started() -> ProcessPoolExecutor:
    """Spawned, not forked: a fork would copy the threads' locks in whatever state they are."""
    return ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=_end_with_the_run)


def _end_with_the_run() -> None:
    """In a worker: a run that is killed can't tell its workers to end, and they would wait for work for ever."""
    run = parent_process()

    def watch() -> None:
        if run is not None:
            run.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
