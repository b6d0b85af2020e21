"""What a source is: where it is, how it may be read, how much, how often, and what a believable run looks like."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urljoin

from crawlers.addresses import AddressRules
from crawlers.errors import CrawlError
from crawlers.repository.address import clone_address
from crawlers.terms import Problem, problems, sentence, terms, unknown
from crawlers.urls import canonical, prefix_of

# The spider of each kind, by name, so that describing a source loads no Scrapy.
KINDS: dict[str, str] = {
    "site": "crawlers.spiders.site:SiteSpider",
    "sitemap": "crawlers.spiders.sitemap:SitemapSpider",
    "feed": "crawlers.spiders.feed:FeedSpider",
    "mediawiki": "crawlers.spiders.mediawiki:MediaWikiSpider",
    "dokuwiki": "crawlers.spiders.dokuwiki:DokuWikiSpider",
    "wordpress": "crawlers.spiders.wordpress:WordPressSpider",
    "confluence": "crawlers.spiders.confluence:ConfluenceSpider",
    "discourse": "crawlers.spiders.discourse:DiscourseSpider",
    "repository": "crawlers.repository.reading:RepositoryReader",
}
# These read without Scrapy: crawlers.plain runs them.
WITHOUT_SCRAPY = frozenset({"repository"})
KIND_DEFAULTS: dict[str, dict[str, Any]] = {
    "feed": {"schedule": "15 * * * *"},
    "mediawiki": {"schedule": "*/30 * * * *"},
    "dokuwiki": {"schedule": "*/30 * * * *"},
    "wordpress": {"schedule": "15 * * * *"},
    "confluence": {"schedule": "*/30 * * * *"},
    "discourse": {"schedule": "*/30 * * * *"},
    "repository": {"schedule": "*/30 * * * *"},
}

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
    """What it is called here: in commands, in search and in the record."""
    kind: str
    """What reads it: one of the kinds the README lists."""
    address: str
    """Where it is."""
    prefix: str = ""
    """What belongs to the source: addresses under this one. Empty: the folder of a site's address, or the whole host,
    because sitemaps and feeds speak for pages outside their own folder."""
    schedule: str = "0 3 * * *"
    """When it is read, as five cron fields in UTC. Reason for 03:00: most organisations sleep."""
    window: str = ""
    """Hours of the day in which it is read, such as 22:00-06:00, in UTC or with a zone: 22:00-06:00 Europe/Berlin. A
    run that is not done when they end goes on in the next ones. Empty: at any time."""
    delay: float = field(default=1.0, metadata=_range(0, 3600, "seconds"))
    """Between two requests. Source: the common courtesy of a second; 0 also turns AutoThrottle off."""
    concurrency: int = field(default=2, metadata=_range(1, 32, "requests"))
    """Requests at the same time. Source: judgement; a small server should not notice us."""
    most_pages: int = field(default=10_000, metadata=_range(1, 10_000_000, "pages"))
    """Of one run; what lies beyond is left for later, and said. Reason: a trap ends. Source: judgement."""
    most_page_bytes: int = field(default=5 * MEGABYTE, metadata=_range(1024, 256 * MEGABYTE, "bytes"))
    """Of one answer, compressed and not. Reason: far above any page people read. Source: judgement."""
    files: bool = False
    """Read PDF, DOCX and PPTX that its pages link to as well. Off unless asked for: many are forms and brochures, and
    each takes a process of its own for a second. Where off, they are listed with the pages that link to them."""
    javascript: bool = False
    """Draw its pages in a browser, for a site, sitemap or feed whose pages are made by script. Off unless asked for: a
    page takes a second or more of a processor and some 100 MB. Needs Chromium and the extra `javascript`."""
    most_file_bytes: int = field(default=50 * MEGABYTE, metadata=_range(1024, 512 * MEGABYTE, "bytes"))
    """Of one such file. Reason: slides with pictures have some 20 MB. Source: judgement."""
    most_bytes: int = field(default=2048 * MEGABYTE, metadata=_range(1024, 10**13, "bytes"))
    """Of a whole run, uncompressed."""
    most_memory: int = field(default=1024, metadata=_range(128, 65536, "MiB"))
    """Of the process that reads it, which is ended above. Source: judgement."""
    most_depth: int = field(default=20, metadata=_range(0, 1000, "links from the address"))
    """How far from the address links are followed. Source: judgement."""
    most_seconds: float = field(default=4 * 3600, metadata=_range(1, 7 * 86400, "seconds"))
    """Of a whole run. Reason: done before people come to work."""
    timeout: float = field(default=30, metadata=_range(0.1, 600, "seconds"))
    """For one answer, from request to last byte."""
    retries: int = field(default=2, metadata=_range(0, 10, "times"))
    """How often an address that failed is tried again in the same run."""
    retry_wait: float = field(default=2, metadata=_range(0, 600, "seconds"))
    """Before the first retry; four times as long before each further one, unless Retry-After says otherwise."""
    least_pages: int = field(default=1, metadata=_range(0, 10_000_000, "pages"))
    """Assertion: a run that saw fewer is not believed and changes nothing."""
    greatest_drop: float = field(default=0.3, metadata=_range(0, 1, "share"))
    """Assertion: of pages against the median of earlier runs. Source: judgement; wikis rarely lose a third in a day."""
    greatest_errors: float = field(default=0.3, metadata=_range(0, 1, "share"))
    """Assertion: of addresses that failed in one run. Source: judgement."""
    sweep_days: float = field(default=7, metadata=_range(0, 365, "days"))
    """The longest a change feed is believed alone; then one run lists everything and compares. 0: every run. Reason:
    feeds forget (MediaWiki's after 30 to 90 days, others drop imports and deletions at once), and a listing costs a
    request for up to 500 pages, so once a week finds in days what nothing else would. Source: judgement."""
    licence: str = ""
    """Of what it holds, such as CC-BY-4.0, where its pages do not say."""
    keeper: str = ""
    """Who to ask about it: a person, a team or an address."""
    allow_private: tuple[str, ...] = ()
    """Private places it may also reach: host names, addresses, networks, "loopback" or "private"."""
    obey_robots: bool = True
    """Keep to robots.txt, its delays included. Set to false only where its keeper agrees."""
    ignore_robots_meta: bool = False
    """Read pages marked noindex too. Reason: DokuWiki marks every page so for its first five days."""
    verify_tls: bool = True
    """Refuse a certificate that is not valid."""
    headers: dict[str, str] = field(default_factory=dict)
    """Header -> name of the environment variable that holds its value, or block:NAME, a Secret block of Prefect.
    Credentials are never written down."""
    user_agent: str = ""
    """How the crawler names itself to this source. Empty: as the installation does."""
    namespaces: tuple[int, ...] = ()
    """MediaWiki: numbers of the namespaces to read. Empty: those the wiki calls content."""
    list_below: int = field(default=2000, metadata=_range(0, 10_000_000, "pages"))
    """MediaWiki, DokuWiki: up to so many known pages each run lists them all, and asks for changes alone above."""
    spaces: tuple[str, ...] = ()
    """Confluence: keys of the spaces to read. Empty: all that are neither personal nor archived."""
    restricted: str = "skip"
    """What happens to pages that only some may read at the source: "skip" leaves them out, "keep" keeps who may."""
    skip: tuple[str, ...] = ()
    """Shell patterns of paths (with query) that are left out."""
    branch: str = ""
    """Repository: the branch to read. Empty: the one its server names as usual (HEAD)."""
    folder: str = ""
    """Repository: only pages in this folder of it. Empty: all of it."""
    web: str = ""
    """Repository: the addresses of pages, with {branch} and {path}, or {page} (the path without its ending). Empty: the
    site_url of its mkdocs.yml, the way of its forge, else the clone address and the path."""

    def __post_init__(self) -> None:
        wrong = problems(vars(self), Source, KINDS)
        if wrong:
            raise CrawlError(f"Source {self.name!r}: {' '.join(sentence(p.message) for p in wrong)}")
        spelt: dict[str, Callable[[str], str]] = {"site": canonical, "repository": clone_address}
        object.__setattr__(self, "address", spelt.get(self.kind, str.strip)(self.address))
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
        wrong = cls.problems(values)
        if wrong:
            raise CrawlError(f"Source {values.get('name', '')!r}: {' '.join(sentence(p.message) for p in wrong)}")
        return cls(**cls._filled(values))

    @classmethod
    def problems(cls, values: Mapping[str, Any]) -> list[Problem]:
        """Everything that is wrong with plain data; empty: from_dict makes a source of it."""
        known = terms(cls)
        strange = [Problem(str(key), unknown(str(key), known)) for key in values if key not in known]
        missing = [key for key in ("name", "kind", "address") if not values.get(key)]
        absent = [Problem(key, f"{key} must be given") for key in missing]
        filled = cls._filled({key: v for key, v in values.items() if key in known})
        given = {**{key: term.default for key, term in known.items()}, **filled}
        return [*strange, *absent, *(p for p in problems(given, cls, KINDS) if p.setting not in missing)]

    @staticmethod
    def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
        filled = {**KIND_DEFAULTS.get(str(values.get("kind")), {}), **values}
        return {str(key): _frozen(value) for key, value in filled.items()}

    def own(self) -> dict[str, Any]:
        """Its name, kind and address, and the terms that are not as its kind has them anyway."""
        plain = Source.from_dict({"name": self.name, "kind": self.kind, "address": self.address}).to_dict()
        kept = ("name", "kind", "address")
        return {key: value for key, value in self.to_dict().items() if key in kept or value != plain[key]}

    def to_dict(self) -> dict[str, Any]:
        """Plain data that from_dict reads back to an equal source."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items()}


def _default_prefix(kind: str, address: str) -> str:
    return prefix_of(address) if kind == "site" else urljoin(canonical(address), "/")


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
