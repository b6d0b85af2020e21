"""Reads a source that needs no Scrapy: the same child process, journal, progress, caps and report."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from crawlers.credentials import secrets
from crawlers.journal import Journal
from crawlers.known import Known
from crawlers.report import CrawlReport
from crawlers.repository.git import TICK, Stopped
from crawlers.repository.reading import RepositoryReader
from crawlers.source import Source


def read_plainly(source: Source, out: Path, known: dict[str, Known], parent: int | None, keep: Path) -> CrawlReport:
    """Read one source, once; says "pages N" on standard output as it goes. `keep` is its folder from run to run.

    Raises:
        CrawlError: a credential is missing.
        OSError: the file can't be written.
    """
    headers = secrets(source)
    journal = Journal(source, out)
    reader = RepositoryReader(source, known, journal, keep, headers)
    reason = reader.read(_pulse(journal, source, parent))
    report = journal.report(reason, reader.lists_all)
    journal.close(report)
    return report


def _pulse(journal: Journal, source: Source, parent: int | None) -> Callable[[], None]:
    """What is called all the time: tells of the progress, and ends the run that nobody waits for or that is late."""
    end, told = time.monotonic() + source.most_seconds, 0.0

    def pulse() -> None:
        nonlocal told
        moment = time.monotonic()
        if moment < told + TICK:
            return
        told = moment
        try:
            print(f"pages {journal.pages}", flush=True)
        except BrokenPipeError as error:
            raise Stopped("abandoned") from error
        if parent is not None and os.getppid() != parent:
            raise Stopped("abandoned")
        if moment > end:
            raise Stopped("closespider_timeout")

    return pulse
