"""Writes what a crawl reads, page by page, and keeps the count that becomes its report."""

import gzip
import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from crawlers.page import Page, to_line
from crawlers.report import COMPLETE, MOST_FAILED, CrawlReport, Troubles
from crawlers.source import Source

# Of 1 to 9. Reason: compressing shares the process with fetching, so the fastest. Source: zlib's own scale.
COMPRESSION = 1
# Bodies remembered by hash, to notice that all pages are one. Reason: bounded memory; 16 bytes each.
MOST_HASHES = 100_000


def now() -> str:
    """This moment as ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Journal:
    """The file of one run. It is written beside its name and takes the name only at the end.

    Raises:
        OSError: from any method, when the disk takes no more; what was there before is left as it was.
    """

    def __init__(self, source: Source, out: Path) -> None:
        self.source = source
        self.out = out
        self.troubles = Troubles()
        self.errors: Counter[str] = Counter()
        self.requests = self.bytes = self.forbidden = self.sign_in_pages = 0
        self.states: Counter[str] = Counter()
        self._alike: Counter[bytes] = Counter()
        self._started = now()
        self._part = out.with_name(out.name + ".part")
        out.parent.mkdir(parents=True, exist_ok=True)
        packed = out.suffix == ".gz"
        raw = gzip.open(self._part, "wb", COMPRESSION) if packed else self._part.open("wb")  # noqa: SIM115
        self._file = cast(IO[bytes], raw)

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
        self._file.write(to_line(page).encode("utf-8") + b"\n")
        self.states[page.state] += 1

    def body(self, body: bytes) -> None:
        """Take notice of one page's body: its size, and whether it is a sign-in form or the same as all others."""
        self.bytes += len(body)
        if b'type="password"' in body or b"type=password" in body or b"type='password'" in body:
            self.sign_in_pages += 1
        if len(self._alike) < MOST_HASHES:
            self._alike[hashlib.blake2b(body, digest_size=8).digest()] += 1

    def report(self, reason: str, listed_all: bool = True) -> CrawlReport:
        """The report as of now; `listed_all` is the spider's own word that it saw everything there is."""
        alike = self._alike.most_common(1)
        return CrawlReport(
            source=self.source.name,
            started=self._started,
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
            sign_in_pages=self.sign_in_pages,
            most_alike=alike[0][1] if alike else 0,
            forbidden=self.forbidden,
        )

    def close(self, report: CrawlReport) -> None:
        """End the file, give it its name, and write the report beside it as stats.json."""
        self._file.close()
        self._part.replace(self.out)
        write_report(report, self.out)


def write_report(report: CrawlReport, out: Path) -> None:
    """Write the report where read_report finds it: stats.json beside the pages."""
    stats = out.with_name("stats.json")
    part = stats.with_name("stats.json.part")
    part.write_text(json.dumps(report.to_dict(), ensure_ascii=False, indent=1), "utf-8")
    part.replace(stats)
