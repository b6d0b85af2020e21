"""The child process of a crawl: one Scrapy process reads one source into one file, then ends."""

import os
import sys
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.misc import load_object
from twisted.internet import task

from crawlers.credentials import secrets
from crawlers.journal import Journal
from crawlers.known import Known
from crawlers.report import CrawlReport
from crawlers.settings import scrapy_settings
from crawlers.source import KINDS, Source

# Seconds between two words about the progress. Reason: a person watches. Source: judgement.
TICK = 0.5


def read_source(
    source: Source, out: Path, known: dict[str, Known], parent: int | None = None, sweep: bool = True
) -> CrawlReport:
    """Crawl one source in this process, once; says "pages N" on standard output as it goes.

    `parent` is the process that waits for this one: when it is gone, the crawl stops. `sweep` says that everything is
    to be listed and compared, whatever a change feed says.

    Raises:
        CrawlError: a credential is missing.
        OSError: the file can't be written.
    """
    secrets(source)
    journal = Journal(source, out)
    process = AsyncCrawlerProcess(scrapy_settings(source))
    module, _, name = KINDS[source.kind].partition(":")
    crawler = process.create_crawler(load_object(f"{module}.{name}"))
    ends: dict[str, Any] = {}
    crawler.signals.connect(
        lambda spider, reason: ends.update(spider=spider, reason=reason), signals.spider_closed, weak=False
    )
    process.crawl(crawler, source=source, known=known, journal=journal, sweep=sweep)
    _keep_telling(crawler, journal, parent)
    process.start()
    spider = ends.get("spider")
    journal.requests = int(crawler.stats.get_value("downloader/request_count", 0)) if crawler.stats else 0
    report = journal.report(str(ends.get("reason", "failed")), bool(spider and spider.lists_all))
    journal.close(report)
    return report


def _keep_telling(crawler: Any, journal: Journal, parent: int | None) -> None:
    def tell() -> None:
        try:
            print(f"pages {journal.pages}", flush=True)
            alone = parent is not None and os.getppid() != parent
        except BrokenPipeError:
            alone = True
        if alone and crawler.spider is not None:
            crawler.spider.stop("abandoned")

    loop = task.LoopingCall(tell)

    # Scrapy waits for whatever a handler returns, and LoopingCall.start returns something that ends with the loop.
    def begin() -> None:
        loop.start(TICK, now=False)

    def end() -> None:
        if loop.running:
            loop.stop()

    crawler.signals.connect(begin, signals.engine_started, weak=False)
    crawler.signals.connect(end, signals.engine_stopped, weak=False)


def main(source: Source, out: Path, known: dict[str, Known], parent: int | None, sweep: bool = True) -> int:
    """Crawl and say how it went; 0 unless the file could not be written."""
    try:
        report = read_source(source, out, known, parent, sweep)
    except OSError as error:
        print(f"{out} can't be written ({error.strerror or error}). Make room and crawl again.", file=sys.stderr)
        return 74
    for message in report.messages:
        print(message, file=sys.stderr)
    return 74 if report.finish_reason == "disk_full" else 0
