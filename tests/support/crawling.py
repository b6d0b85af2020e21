"""What crawl tests share: a source that wastes no time, one crawl, and what a later crawl would know of it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crawlers.known import Known, content_hash, write_known
from crawlers.page import Page, read_lines
from crawlers.report import CrawlReport
from crawlers.run import crawl
from crawlers.source import Source


def quick(kind: str, address: str, **more: Any) -> Source:
    """A source read without pauses and given up on soon."""
    hurry = {"delay": 0, "concurrency": 8, "timeout": 5, "retries": 1, "retry_wait": 0.05, "most_seconds": 60}
    return Source.from_dict({"name": "test", "kind": kind, "address": address, **hurry, **more})


@dataclass
class Crawled:
    """A finished crawl."""

    report: CrawlReport
    pages: list[Page]

    def in_state(self, state: str) -> list[str]:
        return sorted(page.url for page in self.pages if page.state == state)

    def page(self, url: str) -> Page:
        return next(page for page in self.pages if page.url == url)

    @property
    def told(self) -> tuple[list[Page], CrawlReport]:
        """All that it says, but for times, for what it cost, and for how often it was cut short."""
        pages = [replace(page, fetched_at="") for page in self.pages]
        plain = replace(self.report, started="", finished="", requests=0, resumed=0)
        return sorted(pages, key=lambda page: (page.url, page.state)), plain

    @property
    def said(self) -> str:
        return "\n".join(self.report.messages)


def run(source: Source, folder: Path, before: list[Crawled] | None = None, sweep: bool = False) -> Crawled:
    """Crawl once, knowing what the crawls before found; change feeds are believed unless it is a sweep."""
    known: dict[str, Known] = {}
    for crawled in before or []:
        for page in crawled.pages:
            old = known.get(page.url)
            if page.state == "gone":
                known.pop(page.url, None)
            elif page.state == "read":
                hashed = content_hash(page.html)
                known[page.url] = Known(page.url, page.etag, page.last_modified, hashed, page.fetched_at)
            elif old is not None:
                known[page.url] = Known(page.url, old.etag, old.last_modified, old.content_hash, page.fetched_at)
    out = folder / f"run-{len(before or [])}" / "pages.jsonl.gz"
    out.parent.mkdir(parents=True, exist_ok=True)
    path = None
    if before:
        path = folder / "known.jsonl"
        write_known(known.values(), path)
    return read(source, out, path, folder / "kept", sweep)


def read(source: Source, out: Path, known: Path | None = None, keep: Path | None = None, sweep: bool = True) -> Crawled:
    """Crawl into a file, going on where a crawl into it was cut short."""
    report = crawl(source, out, known, keep=keep, sweep=sweep)
    return Crawled(report, list(read_lines(out, Page)) if out.exists() else [])


def cut_short(source: Source, out: Path, enough: Callable[[], bool], known: Path | None = None) -> None:
    """Begin a crawl in a process of its own and kill it, as a power cut would, as soon as it is enough."""
    out.parent.mkdir(parents=True, exist_ok=True)
    terms = out.with_name("terms.json")
    terms.write_text(json.dumps(source.to_dict()), "utf-8")
    words = [sys.executable, "-m", "crawlers.run", str(terms), "--out", str(out)]
    child = subprocess.Popen([*words, *(["--known", str(known)] if known else [])], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not enough():
        assert child.poll() is None, "the crawl ended before it was cut short"
        assert time.monotonic() < until, "the crawl never came so far"
        time.sleep(0.01)
    child.kill()
    child.wait()
