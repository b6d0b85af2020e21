"""What crawl tests share: a source that wastes no time, one crawl, and what a later crawl would know of it."""

from dataclasses import dataclass
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
    report = crawl(source, out, path, keep=folder / "kept", sweep=sweep)
    return Crawled(report, list(read_lines(out, Page)) if out.exists() else [])
