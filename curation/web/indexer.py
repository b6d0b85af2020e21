"""The thread that keeps scores and index up with what people do: a decision is searchable within seconds."""

import logging
import threading
from collections import deque
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from curation.database import RatingRow
from curation.database.session import open_session
from curation.errors import CurationError
from curation.services import indexing, rate
from search_config.errors import SearchError
from search_config.index import SearchIndex

# Seconds between looks for jobs that another process enqueued; a person who waits notices about two (Nielsen's limits).
POLL = 2.0
# Seconds at most between looks while they fail; an engine that comes back is noticed within half a minute.
LONGEST_PAUSE = 30.0
# Notes that wait while the record is busy; each is one line of a log that nobody misses.
MOST_LATER = 1_000

_log = logging.getLogger(__name__)


class Indexer:
    """Drains index jobs when woken and every POLL seconds; errors are logged once a kind and tried again later."""

    def __init__(self, record_url: str, index: Callable[[], SearchIndex]) -> None:
        self._record_url = record_url
        self._index = index
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)
        self._said = ""
        self._weighed: int | None = None
        self._later: deque[Callable[[Session], object]] = deque(maxlen=MOST_LATER)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Something was committed that the index may not know."""
        self._woken.set()

    def later(self, note: Callable[[Session], object]) -> None:
        """Write something small that nobody waits for, soon; past MOST_LATER the oldest are forgotten."""
        self._later.append(note)
        self._woken.set()

    def stop(self) -> None:
        """End after the batch in hand; jobs left over stay in the record."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = POLL
        while not self._stopping.is_set():
            self._woken.wait(pause)
            self._woken.clear()
            if not self._stopping.is_set():
                pause = POLL if self.drain() else min(pause * 2, LONGEST_PAUSE)

    def drain(self) -> bool:
        """One round; False when it failed."""
        try:
            with open_session(self._record_url, reads_only=True) as db:
                idle = not self._later and self._newest(db) == self._weighed and not indexing.waiting(db)
            if not idle:
                self._work()
        except (CurationError, SearchError) as error:
            self._complain(str(error))
            return False
        except Exception as error:  # a defect in one document must not end the thread: everybody's changes would wait
            self._complain(f"{type(error).__name__}: {error}")
            return False
        self._said = ""
        return True

    def _work(self) -> None:
        """Write the notes, weigh the ratings where one came (each moves the mean of all), tell the index."""
        with open_session(self._record_url) as db:
            while self._later:
                self._later.popleft()(db)
            newest = self._newest(db)
            if newest != self._weighed:
                rate.weigh(db)
            db.commit()
            self._weighed = newest
            indexing.drain(db, self._index())
            db.commit()

    def _newest(self, db: Session) -> int:
        """The number of the newest rating, 0 where there is none."""
        return db.scalar(select(func.max(RatingRow.id))) or 0

    def _complain(self, problem: str) -> None:
        """Log a problem once, not every other second."""
        if problem != self._said:
            _log.warning("The index lags behind the record: %s", problem)
        self._said = problem
