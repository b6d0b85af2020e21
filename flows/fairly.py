"""Reads several sources at once, so that no one waits for a slow one; sources on one host wait for each other."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from datetime import UTC, datetime
from urllib.parse import urlsplit

from curation.database.session import open_session
from curation.services import runs
from curation.settings import Settings
from flows.report import Progress, StepReport

# Sources read at once. Reason: a polite crawl mostly waits; each takes some 100 MB. Source: judgement.
AT_ONCE = 8
# Seconds after which those that wait for a slow source are told that it still reads. Source: judgement.
PATIENCE = 120.0
# A source that was never read is the one that has waited longest.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def by_host(settings: Settings, names: Sequence[str]) -> list[list[str]]:
    """The sources in groups that may be read at once, whoever was not read for longest first.

    Two crawls of one host would each be polite and together be twice as rude, so they are read one after the other.
    """
    with open_session(settings.record_url, reads_only=True) as db:
        rows = [row for row in runs.status(db).sources if row.name in set(names)]
    groups: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row.last_read or NEVER).replace(tzinfo=UTC)):
        groups.setdefault(urlsplit(row.address).hostname or row.name, []).append(row.name)
    return list(groups.values())


def crawled(groups: list[list[str]], crawl: Callable[[str], StepReport]) -> Iterator[StepReport | None]:
    """Crawl each group in turn, some groups at once; each report as it comes, and None while a slow one is waited for.

    The threads only wait for child processes. They are daemons: who interrupts the run waits for none of them, and
    the children keep what they did and end when they see that nobody waits.
    """
    if len(groups) == 1:
        yield from map(crawl, groups[0])
        return
    waiting: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    done: queue.SimpleQueue[StepReport | BaseException] = queue.SimpleQueue()
    for group in groups:
        waiting.put(group)

    def work() -> None:
        try:
            while True:
                for name in waiting.get_nowait():
                    done.put(crawl(name))
        except queue.Empty:
            return
        except BaseException as error:
            done.put(error)

    for _ in range(min(AT_ONCE, len(groups))):
        threading.Thread(target=copy_context().run, args=(work,), daemon=True).start()
    left = sum(map(len, groups))
    while left:
        try:
            report = done.get(timeout=PATIENCE)
        except queue.Empty:
            yield None
            continue
        if isinstance(report, BaseException):
            raise report
        left -= 1
        yield report


def together(progress: Progress) -> Callable[[str], Progress]:
    """Progress for each of several sources, shown as one sum."""
    figures: dict[str, int] = {}
    lock = threading.Lock()

    def of(name: str) -> Progress:
        def tell(step: str, done: int, total: int | None = None) -> None:
            with lock:
                figures[name] = done
                progress(step, sum(figures.values()), total)

        return tell

    return of
