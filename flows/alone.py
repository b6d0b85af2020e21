"""One at a time: holds a piece of work in the record while it is done, and says so every minute."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from curation.database.session import open_session
from curation.errors import CurationError
from curation.services import runs
from curation.settings import Settings

# Seconds between renewals: ten fit into a lease, so a slow disk or a busy database loses nothing.
RENEW_SECONDS = 60.0
# Seconds between two looks at work another process holds.
LOOK_SECONDS = 1.0


@contextmanager
def alone(settings: Settings, *names: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold these pieces of work until the end of the block.

    Raises:
        Busy: another process still holds one of them after `wait_seconds`.
    """
    with ExitStack() as held:
        for name in sorted(names):
            _take(settings, name, time.monotonic() + wait_seconds)
            held.callback(_release, settings, name)
        stop = threading.Event()
        beat = threading.Thread(target=_renew, args=(settings, names, stop), daemon=True)
        beat.start()
        try:
            yield
        finally:
            stop.set()
            beat.join()


def _take(settings: Settings, name: str, until: float) -> None:
    """Take one piece of work, looking again until the time is up."""
    while True:
        try:
            with open_session(settings.record_url) as db:
                runs.take(db, name)
            return
        except runs.Busy:
            if time.monotonic() >= until:
                raise
            time.sleep(LOOK_SECONDS)


def _release(settings: Settings, name: str) -> None:
    """Give one piece of work up."""
    with open_session(settings.record_url) as db:
        runs.release(db, name)


def _renew(settings: Settings, names: tuple[str, ...], stop: threading.Event) -> None:
    """Renew until told to stop; a renewal that fails is tried again a minute later, well before the lease ends."""
    while not stop.wait(RENEW_SECONDS):
        try:
            with open_session(settings.record_url) as db:
                for name in names:
                    runs.renew(db, name)
        except CurationError:
            continue
