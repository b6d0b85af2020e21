"""What a source is: where it is, how it may be read, how much, how often, and what a believable run looks like."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from urllib.parse import urljoin

from crawlers.addresses import WORDS, AddressRules, as_network, origin
from crawlers.errors import CrawlError
from crawlers.urls import canonical, prefix_of

# The spider of each kind, by name, so that describing a source loads no Scrapy.
KINDS: dict[str, str] = {
    "site": "crawlers.spiders.site:SiteSpider",
    "sitemap": "crawlers.spiders.sitemap:SitemapSpider",
    "feed": "crawlers.spiders.feed:FeedSpider",
    "mediawiki": "crawlers.spiders.mediawiki:MediaWikiSpider",
}
KIND_DEFAULTS: dict[str, dict[str, Any]] = {
    "feed": {"schedule": "15 * * * *"},
    "mediawiki": {"schedule": "*/30 * * * *"},
}
TYPES: dict[Any, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text"),
    bool: ((bool,), "true or false"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
}

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
CRON_FIELD = re.compile(r"[\d*/,\-A-Za-z]+")
HEADER = re.compile(r"[A-Za-z0-9-]+")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
MEGABYTE = 1024 * 1024


def _range(lowest: float, highest: float, unit: str) -> dict[str, Any]:
    return {"range": (lowest, highest), "unit": unit}


@dataclass(frozen=True)
class Source:
    """A wiki, blog, feed or site, and the terms on which it is read. Every value is checked when it is made.

    Raises:
        CrawlError: a value can't be used; the message names the source, the setting and what would be right.
    """

    name: str
    kind: str
    address: str
    prefix: str = ""
    """What belongs to the source: addresses under this one. Empty: the folder of a site's address, or the whole host,
    because sitemaps and feeds speak for pages outside their own folder."""
    schedule: str = "0 3 * * *"
    """When it is read, as five cron fields. Reason for 03:00: most organisations sleep."""
    delay: float = field(default=1.0, metadata=_range(0, 3600, "seconds"))
    """Between two requests. Source: the common courtesy of a second; 0 also turns AutoThrottle off."""
    concurrency: int = field(default=2, metadata=_range(1, 32, "requests"))
    most_pages: int = field(default=10_000, metadata=_range(1, 10_000_000, "pages"))
    most_page_bytes: int = field(default=5 * MEGABYTE, metadata=_range(1024, 256 * MEGABYTE, "bytes"))
    """Of one answer, compressed and not. Reason: far above any page people read. Source: judgement."""
    most_bytes: int = field(default=2048 * MEGABYTE, metadata=_range(1024, 10**13, "bytes"))
    """Of a whole run, uncompressed."""
    most_memory: int = field(default=1024, metadata=_range(128, 65536, "MiB"))
    most_depth: int = field(default=20, metadata=_range(0, 1000, "links from the address"))
    most_seconds: float = field(default=4 * 3600, metadata=_range(1, 7 * 86400, "seconds"))
    timeout: float = field(default=30, metadata=_range(0.1, 600, "seconds"))
    """For one answer, from request to last byte."""
    retries: int = field(default=2, metadata=_range(0, 10, "times"))
    retry_wait: float = field(default=2, metadata=_range(0, 600, "seconds"))
    """Before the first retry; four times as long before each further one, unless Retry-After says otherwise."""
    least_pages: int = field(default=1, metadata=_range(0, 10_000_000, "pages"))
    greatest_drop: float = field(default=0.3, metadata=_range(0, 1, "share"))
    """Of pages against the median of earlier runs. Source: judgement; wikis rarely lose a third in a day."""
    greatest_errors: float = field(default=0.3, metadata=_range(0, 1, "share"))
    licence: str = ""
    keeper: str = ""
    allow_private: tuple[str, ...] = ()
    """Private places it may also reach: host names, addresses, networks, "loopback" or "private"."""
    obey_robots: bool = True
    ignore_robots_meta: bool = False
    """Read pages marked noindex too. Reason: DokuWiki marks every page so for its first five days."""
    verify_tls: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    """Header -> name of the environment variable that holds its value (credentials are never written down)."""
    user_agent: str = ""
    """How the crawler names itself to this source. Empty: as the installation does."""
    namespaces: tuple[int, ...] = ()
    """MediaWiki: numbers of the namespaces to read. Empty: those the wiki calls content."""
    list_below: int = field(default=2000, metadata=_range(0, 10_000_000, "pages"))
    """MediaWiki: up to so many known pages each run lists them all (500 a request), and asks for changes above."""
    skip: tuple[str, ...] = ()
    """Shell patterns of paths (with query) that are left out."""

    def __post_init__(self) -> None:
        _check(self)
        object.__setattr__(self, "address", canonical(self.address) if self.kind == "site" else self.address.strip())
        object.__setattr__(self, "prefix", canonical(self.prefix or _default_prefix(self.kind, self.address)))

    @property
    def rules(self) -> AddressRules:
        """Which network addresses it may connect to."""
        return AddressRules.of(self.address, self.allow_private)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Source":
        """A source from plain data (JSON, YAML), with the defaults of its kind.

        Raises:
            CrawlError: a key is unknown or missing, or a value can't be used.
        """
        known = {f.name for f in fields(cls)}
        unknown = sorted(set(values) - known)
        label = f"Source {values.get('name', '')!r}"
        if unknown:
            raise CrawlError(f"{label}: {', '.join(unknown)} is no setting. Known are {', '.join(sorted(known))}.")
        missing = [key for key in ("name", "kind", "address") if not values.get(key)]
        if missing:
            raise CrawlError(f"{label}: {' and '.join(missing)} must be given.")
        filled = {**KIND_DEFAULTS.get(str(values["kind"]), {}), **values}
        return cls(**{str(key): _frozen(v) for key, v in filled.items()})

    def to_dict(self) -> dict[str, Any]:
        """Plain data that from_dict reads back to an equal source."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}


def _default_prefix(kind: str, address: str) -> str:
    return prefix_of(address) if kind == "site" else urljoin(canonical(address), "/")


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check(source: Source) -> None:
    for find_problem in (_types, _identity, _numbers, _access):
        problem = find_problem(source)
        if problem:
            raise CrawlError(f"Source {source.name!r}: {problem}.")


def _types(source: Source) -> str:
    for f in fields(source):
        value = getattr(source, f.name)
        types, spoken = TYPES.get(f.type, ((object,), ""))
        if not isinstance(value, types) or (isinstance(value, bool) and f.type is not bool):
            return f"{f.name} is {value!r}, but must be {spoken}"
        if str(f.type).startswith("tuple") and not isinstance(value, tuple):
            return f"{f.name} is {value!r}, but must be a list"
    return ""


def _identity(source: Source) -> str:
    if not NAME.fullmatch(source.name):
        return "the name is made of small letters, digits, dots, dashes and underscores, 63 at most"
    if source.kind not in KINDS:
        return f"{source.kind!r} is no kind. Known are {', '.join(sorted(KINDS))}"
    if not canonical(source.address):
        return f"the address {source.address!r} must start with http:// or https:// and name a host"
    if "@" in source.address.partition("://")[2].partition("/")[0]:
        return "the address holds a password. Put it into an environment variable and name that under headers"
    if source.prefix and not canonical(source.prefix):
        return f"the prefix {source.prefix!r} must be an address like the one it belongs to"
    if source.prefix and origin(canonical(source.prefix))[1] != origin(source.address)[1] and source.kind == "site":
        return "the prefix lies on another host than the address. Make it a source of its own"
    return ""


def _numbers(source: Source) -> str:
    for f in fields(source):
        if "range" not in f.metadata:
            continue
        lowest, highest = f.metadata["range"]
        value, unit = getattr(source, f.name), f.metadata["unit"]
        if not lowest <= value <= highest:
            return f"{f.name} is {value}, but must lie between {lowest:,} and {highest:,} {unit}"
    parts = source.schedule.split()
    if len(parts) != 5 or not all(CRON_FIELD.fullmatch(p) for p in parts):
        return f"the schedule {source.schedule!r} needs five cron fields, such as '0 3 * * *' for every night at three"
    return ""


def _access(source: Source) -> str:
    for entry in source.allow_private:
        if not isinstance(entry, str) or not (entry in WORDS or as_network(entry) or HOST.fullmatch(entry)):
            return f"allow_private holds {entry!r}, but takes host names, addresses, networks, {' or '.join(WORDS)}"
    if not isinstance(source.headers, dict):
        return "headers must map header names to names of environment variables"
    for header, variable in source.headers.items():
        if not HEADER.fullmatch(str(header)):
            return f"{header!r} is no header name"
        if not VARIABLE.fullmatch(str(variable)):
            return f"headers must name an environment variable for {header}, never hold the value itself"
    if not source.user_agent.isprintable():
        return "user_agent must be one line that says who reads"
    if not all(isinstance(n, int) and n >= 0 for n in source.namespaces):
        return "namespaces must be numbers of 0 or more"
    return "" if all(isinstance(p, str) for p in source.skip) else "skip must be a list of patterns"
