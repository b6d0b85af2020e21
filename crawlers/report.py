"""What came of a crawl: the figures it is judged by, and one clear line for each kind of trouble."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from crawlers.errors import CrawlError

# Reasons to stop that mean "all of it was read", in Scrapy's words and ours.
COMPLETE = frozenset({"finished"})
# Reasons to stop after which nothing is left to do; after any other one the next run goes on where this one ended.
FINAL = COMPLETE | {"most_pages", "most_bytes"}
# Except after these: what was read is worth nothing to the next run, which begins anew.
ANEW = frozenset({"turned_away", "failed"})
# Addresses kept in the list of failed ones. Reason: the list is for people and for a retry, not a second frontier.
MOST_FAILED = 1000
# Characters of an address shown in a message.
SHOWN = 200


@dataclass(frozen=True)
class CrawlReport:
    """One run over one source.

    Times are ISO 8601 in UTC; `errors` counts answers of 400 and more by status, and failures without an answer by
    their name; `bytes` are those of the bodies after decompression; `complete` says that everything the source has
    was listed, so that the absence of a page means something - except of those in `failed_urls`, which did not
    answer this time, for the reason in `failed_because`; `messages` holds one line per kind of trouble.
    `sign_in_pages` counts pages with a password field, `most_alike` the pages that share the commonest body,
    `forbidden` what robots.txt kept us from. `resumed` is how often the run was taken up again after it was cut short;
    its figures are those of all its parts. `sweep` says whether it was to list everything, as when it began.
    """

    source: str
    started: str = ""
    finished: str = ""
    pages_read: int = 0
    unchanged: int = 0
    gone: int = 0
    requests: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    finish_reason: str = ""
    complete: bool = False
    messages: tuple[str, ...] = ()
    failed_urls: tuple[str, ...] = ()
    failed_because: dict[str, str] = field(default_factory=dict)
    sign_in_pages: int = 0
    most_alike: int = 0
    forbidden: int = 0
    resumed: int = 0
    sweep: bool = True

    @property
    def finished_reading(self) -> bool:
        """Whether nothing is left to do for this run; if not, the next one goes on from here."""
        return self.finish_reason in FINAL

    @property
    def alive(self) -> int:
        """Pages the source still has, as far as this run saw: read or unchanged."""
        return self.pages_read + self.unchanged

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as in stats.json."""
        return asdict(self) | {"messages": list(self.messages), "failed_urls": list(self.failed_urls)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "CrawlReport":
        """The report in plain data; unknown keys are left out."""
        names = {f.name for f in fields(cls)}
        return cls(**{str(k): _frozen(v) for k, v in values.items() if k in names})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def read_report(path: Path) -> CrawlReport:
    """The report in a stats.json.

    Raises:
        CrawlError: it is missing or holds no report.
    """
    try:
        return CrawlReport.from_dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise CrawlError(f"{path} holds no report of a crawl ({error}). Crawl again.") from error


class Troubles:
    """Collects what went wrong, by kind, with the first address as the example; grows with the kinds alone."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[int, str]] = {}
        self.failed: dict[str, str] = {}

    def add(self, kind: str, url: str = "", failed: bool = False) -> None:
        """Count one trouble. `kind` is a sentence without its full stop, the same for all of its kind."""
        count, first = self._kinds.get(kind, (0, url))
        self._kinds[kind] = (count + 1, first)
        if failed and len(self.failed) < MOST_FAILED:
            self.failed[url] = kind

    def keep(self) -> dict[str, Any]:
        """All of it as plain data, for a checkpoint."""
        return {"kinds": self._kinds, "failed": self.failed}

    def take_up(self, kept: Mapping[str, Any]) -> None:
        """What keep() said."""
        self._kinds, self.failed = kept["kinds"], kept["failed"]

    def lines(self) -> tuple[str, ...]:
        """One line a kind, in the order they first came."""
        return tuple(_line(kind, count, first) for kind, (count, first) in self._kinds.items())


def _line(kind: str, count: int, first: str) -> str:
    shown = first if len(first) <= SHOWN else first[:SHOWN] + "…"
    shown = "".join(c if c.isprintable() else "?" for c in shown)
    if count == 1:
        return f"{kind}: {shown}." if shown else f"{kind}."
    return f"{kind} ({count:,} times, first {shown})." if shown else f"{kind} ({count:,} times)."
