"""The child process of a crawl: one Scrapy process reads one source into one file, then ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.misc import load_object
from twisted.internet import task

from crawlers.credentials import secrets
from crawlers.frontier import FORM, Store, drop, frontier_of, opened
from crawlers.journal import Journal, part_of, write_report
from crawlers.known import Known, read_leave
from crawlers.report import ANEW, CrawlReport
from crawlers.settings import scrapy_settings
from crawlers.source import KINDS, Source

# Seconds between two words about the progress. Reason: a person watches. Source: judgement.
TICK = 0.5
# How long after it was cut short a run is still taken up. Reason: a nightly crawl comes again after a day, and much
# later the pages that were read would be news of yesterday. Source: judgement.
RESTS = timedelta(hours=30)
# How long after it began. Reason: what changed behind it waits for the next run, and wikis forget their recent changes
# after 30 days. Source: judgement.
LASTS = timedelta(days=7)
# Terms that say when and how fast a source is read or how its run is judged, not what of it: changing one of them
# begins nothing anew.
MANNER = {"schedule", "delay", "concurrency", "most_memory", "most_seconds", "timeout", "retries", "retry_wait"}
MANNER |= {"least_pages", "greatest_drop", "greatest_errors", "keeper", "licence", "verify_tls", "user_agent", "window"}


def read_source(
    source: Source, out: Path, known: dict[str, Known], parent: int | None = None, sweep: bool = True
) -> CrawlReport:
    """Crawl one source in this process, once; says "pages N" on standard output as it goes.

    A crawl into the same file that was cut short is taken up where it was at its last checkpoint, unless that is too
    long ago or the source's terms are others now. `parent` is the process that waits for this one: when it is gone,
    the crawl stops. `sweep` says that everything is to be listed and compared, whatever a change feed says.

    Raises:
        CrawlError: a credential is missing, or another crawl works in the same folder.
        OSError: the file can't be written.
    """
    secrets(source)
    out.parent.mkdir(parents=True, exist_ok=True)
    with _store(out) as store:
        journal = _journal(store, source, out, bool(known), sweep)
        process = AsyncCrawlerProcess(scrapy_settings(source))
        module, _, name = KINDS[source.kind].partition(":")
        crawler = process.create_crawler(load_object(f"{module}.{name}"))
        ends: dict[str, Any] = {}
        crawler.signals.connect(
            lambda spider, reason: ends.update(spider=spider, reason=reason), signals.spider_closed, weak=False
        )
        process.crawl(
            crawler,
            source=source,
            known=known,
            journal=journal,
            sweep=store.get("sweep"),
            store=store,
            leave=read_leave(out),
        )
        ending = _Ending(journal, store)
        _keep_telling(crawler, journal, parent, ending)
        process.start()
        report = ending.end(ends.get("spider"), str(ends.get("reason", "failed")))
    if report.finished_reading or report.finish_reason in ANEW:
        drop(frontier_of(out))
    return report


@contextmanager
def _store(out: Path) -> Iterator[Store]:
    store = opened(frontier_of(out))
    try:
        yield store
    finally:
        store.close()


def _journal(store: Store, source: Source, out: Path, knows: bool, sweep: bool) -> Journal:
    """The journal of the run that was cut short, or a new one."""
    what = {name: value for name, value in source.to_dict().items() if name not in MANNER}
    terms, now = {**what, "knows": knows, "form": FORM}, datetime.now(UTC)
    part, kept, begun, last = part_of(out), store.get("journal"), store.get("begun"), store.get("last")
    if kept and out.exists() and not part.exists():
        # Cut short between its end and its report.
        out.replace(part)
    timely = kept and now - begun < LASTS and now - last < RESTS
    if timely and store.get("terms") == terms and part.exists() and part.stat().st_size >= kept["length"]:
        store.put("resumed", store.get("resumed") + 1)
        return Journal(source, out, kept)
    store.empty()
    for name, value in {"terms": terms, "begun": now, "last": now, "resumed": 0, "sweep": sweep}.items():
        store.put(name, value)
    return Journal(source, out)


class _Ending:
    """Brings a crawl to its end: its file, its report, its store."""

    def __init__(self, journal: Journal, store: Store) -> None:
        self.journal, self.store = journal, store

    def end(self, spider: Any, reason: str) -> CrawlReport:
        """Write all that was read, and say how it went.

        Raises:
            OSError: the file can't be written.
        """
        parting = spider.parting if spider else ""
        if spider is not None and reason != "disk_full":
            spider.checkpoint(ended_well=reason != "memusage_exceeded")
        report = self.journal.report(reason, bool(spider and spider.lists_all))
        messages = (*((parting,) if parting else ()), *report.messages)
        report = replace(report, messages=messages, **{name: self.store.get(name) for name in ("resumed", "sweep")})
        try:
            self.journal.close(report)
        except OSError:
            if reason != "disk_full":
                raise
            write_report(report, self.journal.out)
        return report


def _keep_telling(crawler: Any, journal: Journal, parent: int | None, ending: _Ending) -> None:
    def tell() -> None:
        try:
            print(f"pages {journal.pages}", flush=True)
            alone = parent is not None and os.getppid() != parent
        except BrokenPipeError:
            alone = True
        if alone and crawler.spider is not None:
            # Nobody waits for what is under way, and the next run must not wait for this one.
            ending.end(crawler.spider, "abandoned")
            os._exit(1)
        elif crawler.spider is not None:
            crawler.spider.tick()

    loop = task.LoopingCall(tell)

    # Scrapy waits for whatever a handler returns, and LoopingCall.start returns something that ends with the loop.
    def begin() -> None:
        loop.start(TICK, now=False)

    def end() -> None:
        if loop.running:
            loop.stop()

    crawler.signals.connect(begin, signals.engine_started, weak=False)
    crawler.signals.connect(end, signals.engine_stopped, weak=False)
