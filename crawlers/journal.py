"""Writes what a crawl reads, page by page, and keeps the count that becomes its report."""

import gzip
import json
import os
import re
import zlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.page import Page, to_line
from crawlers.report import COMPLETE, MOST_FAILED, CrawlReport, Troubles
from crawlers.source import Source

# Of 1 to 9. Reason: compressing shares the process with fetching, so the fastest. Source: zlib's own scale.
COMPRESSION = 1
# Bodies counted at once, to notice that all pages are one: a body on more than 1 page in so many keeps a place, and
# its count is at most that share too low. Source: Misra and Gries, Finding repeated elements (1982).
COUNTED_BODIES = 100
PASSWORD_FIELD = re.compile(rb"type=[\"']?password")


def now() -> str:
    """This moment as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Journal:
    """The file of one run. It is written beside its name and takes the name only at the end.

    A packed file is a row of gzip members, one a checkpoint, so that it can be cut at any checkpoint and written on.

    Raises:
        OSError: from any method, when the disk takes no more; what was there before is left as it was.
    """

    def __init__(self, source: Source, out: Path, kept: dict[str, Any] | None = None) -> None:
        """`kept` is what checkpoint() said when the run was cut short, to go on from there."""
        self.source = source
        self.out = out
        self.troubles = Troubles()
        self.errors: Counter[str] = Counter()
        self.requests = self.bytes = self.forbidden = self.sign_in_pages = 0
        self.states: Counter[str] = Counter()
        self._alike: Counter[str] = Counter()
        self.begun = now()
        self._part = part_of(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        self._raw = self._part.open("r+b" if kept else "wb")
        self._member: gzip.GzipFile | None = None
        if kept:
            self._take_up(kept)

    def _take_up(self, kept: dict[str, Any]) -> None:
        self._raw.truncate(kept["length"])
        self._raw.seek(kept["length"])
        self.begun, self.requests, self.bytes = kept["begun"], kept["requests"], kept["bytes"]
        self.forbidden, self.sign_in_pages = kept["forbidden"], kept["sign_in_pages"]
        self.errors, self.states, self._alike = kept["errors"], kept["states"], kept["alike"]
        self.troubles.take_up(kept["troubles"])

    def checkpoint(self) -> dict[str, Any]:
        """Bring all that was written onto the disk; what is needed to go on from here."""
        self._end_member()
        self._raw.flush()
        os.fsync(self._raw.fileno())
        return {
            "length": self._raw.tell(),
            "begun": self.begun,
            "requests": self.requests,
            "bytes": self.bytes,
            "forbidden": self.forbidden,
            "sign_in_pages": self.sign_in_pages,
            "errors": self.errors,
            "states": self.states,
            "alike": self._alike,
            "troubles": self.troubles.keep(),
        }

    def _end_member(self) -> None:
        if self._member is not None:
            member, self._member = self._member, None
            member.close()

    @property
    def pages(self) -> int:
        """Pages written in any state."""
        return self.states.total()

    @property
    def full(self) -> str:
        """The cap that is reached ("most_pages", "most_bytes"), or empty."""
        if self.states["read"] >= self.source.most_pages:
            return "most_pages"
        return "most_bytes" if self.bytes >= self.source.most_bytes else ""

    def write(self, page: Page) -> None:
        """Add one page."""
        if self._member is None and self.out.suffix == ".gz":
            self._member = gzip.GzipFile("", "wb", COMPRESSION, self._raw, mtime=0)
        (self._member or self._raw).write(to_line(page).encode("utf-8") + b"\n")
        self.states[page.state] += 1

    def body(self, body: bytes) -> None:
        """Take notice of one page's body: its size, and whether it is a sign-in form or the same as all others."""
        self.bytes += len(body)
        if b"password" in body and PASSWORD_FIELD.search(body):
            self.sign_in_pages += 1
        # One page that shares the name of another by chance changes a count by one.
        name = f"{len(body)} {zlib.crc32(body)}"
        if name in self._alike or len(self._alike) < COUNTED_BODIES:
            self._alike[name] += 1
        else:
            self._alike = Counter({body: count - 1 for body, count in self._alike.items() if count > 1})

    def report(self, reason: str, listed_all: bool = True) -> CrawlReport:
        """The report as of now; `listed_all` is the spider's own word that it saw everything there is."""
        alike = self._alike.most_common(1)
        return CrawlReport(
            source=self.source.name,
            started=self.begun,
            finished=now(),
            pages_read=self.states["read"],
            unchanged=self.states["unchanged"],
            gone=self.states["gone"],
            requests=self.requests,
            errors=dict(self.errors),
            bytes=self.bytes,
            finish_reason=reason,
            complete=listed_all and reason in COMPLETE and len(self.troubles.failed) < MOST_FAILED,
            messages=self.troubles.lines(),
            failed_urls=tuple(self.troubles.failed),
            failed_because=dict(self.troubles.failed),
            sign_in_pages=self.sign_in_pages,
            most_alike=alike[0][1] if alike else 0,
            forbidden=self.forbidden,
        )

    def close(self, report: CrawlReport) -> None:
        """End the file and write the report beside it as stats.json.

        The file takes its name if all was read, and waits under the other one if not.
        """
        try:
            self._end_member()
        finally:
            self._raw.close()
        if report.finished_reading:
            self._part.replace(self.out)
        write_report(report, self.out)


def part_of(out: Path) -> Path:
    """Where the pages lie until the run is finished."""
    return out.with_name(out.name + ".part")


def write_report(report: CrawlReport, out: Path) -> None:
    """Write the report where read_report finds it: stats.json beside the pages."""
    stats = out.with_name("stats.json")
    part = stats.with_name("stats.json.part")
    part.write_text(json.dumps(report.to_dict(), ensure_ascii=False, indent=1), "utf-8")
    part.replace(stats)
