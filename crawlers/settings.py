"""A source's terms as Scrapy settings: polite, bounded, and with nothing switched on that we do not use."""

from typing import Any

from crawlers.browser import playwright_settings
from crawlers.source import Source
from crawlers.spiders.manners import AHEAD, MOST_HOSTS

# Seconds. Reason: a source that grows slower is asked more rarely, down to once a minute. Source: Scrapy's default.
SLOWEST = 60.0
# Redirects of one request. Source: RFC 9309 asks for five at least with robots.txt; twice that for pages.
MOST_REDIRECTS = 10


def scrapy_settings(source: Source) -> dict[str, Any]:
    """The Scrapy settings for one source. Everything is set for the whole child process, which reads one source."""
    return _politeness(source) | _bounds(source) | _parts(source) | _drawing(source)


def _politeness(source: Source) -> dict[str, Any]:
    return {
        "USER_AGENT": source.user_agent or NAME,
        "ROBOTSTXT_OBEY": source.obey_robots,
        "ROBOTSTXT_USER_AGENT": (source.user_agent or NAME).split("/")[0].split()[0],
        "DOWNLOAD_DELAY": source.delay,
        # The spider bounds what is under way, host by host: a slow host must not use up what the others may have.
        "CONCURRENT_REQUESTS": (source.concurrency + AHEAD) * MOST_HOSTS,
        "CONCURRENT_REQUESTS_PER_DOMAIN": source.concurrency,
        "AUTOTHROTTLE_ENABLED": source.delay > 0,
        "AUTOTHROTTLE_START_DELAY": source.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(source.concurrency),
        "AUTOTHROTTLE_MAX_DELAY": max(SLOWEST, source.delay),
        "RETRY_TIMES": source.retries,
        "DEFAULT_REQUEST_HEADERS": {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"},
    }


def _bounds(source: Source) -> dict[str, Any]:
    return {
        "DOWNLOAD_MAXSIZE": source.most_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": source.timeout,
        "DNS_TIMEOUT": source.timeout,
        "CLOSESPIDER_TIMEOUT": source.most_seconds,
        "REDIRECT_MAX_TIMES": MOST_REDIRECTS,
        "MEMUSAGE_LIMIT_MB": source.most_memory,
        "MEMUSAGE_CHECK_INTERVAL_SECONDS": 5.0,
        "DOWNLOAD_VERIFY_CERTIFICATES": source.verify_tls,
    }


def _drawing(source: Source) -> dict[str, Any]:
    """What a source needs whose pages a browser draws.

    Raises:
        CrawlError: there is no browser.
    """
    if not source.javascript:
        return {}
    return {
        **playwright_settings(source.concurrency, source.user_agent or NAME),
        "DOWNLOADER_MIDDLEWARES": {**_DOWNLOADER_MIDDLEWARES, "crawlers.drawn_pages.DrawnPages": 450},
        # What pages load: as many at once as the source allows, without the delay between pages.
        "DOWNLOAD_SLOTS": {"drawing": {"concurrency": source.concurrency, "delay": 0}},
    }


# How a crawl names itself where nobody said better; flows fill in the installation's own name and address.
NAME = "Commonplace/0.1"
_OWN, _MIDDLEWARES = "crawlers.middlewares", "scrapy.downloadermiddlewares"
# All there are: what Scrapy would add is set to nothing below, because each costs every page its time.
_DOWNLOADER_MIDDLEWARES = {
    f"{_OWN}.Robots": 100,
    f"{_OWN}.Credentials": 300,
    f"{_MIDDLEWARES}.downloadtimeout.DownloadTimeoutMiddleware": 350,
    f"{_MIDDLEWARES}.defaultheaders.DefaultHeadersMiddleware": 400,
    f"{_MIDDLEWARES}.useragent.UserAgentMiddleware": 500,
    "crawlers.linked_files.LinkedFiles": 500,
    f"{_OWN}.PatientRetry": 550,
    f"{_MIDDLEWARES}.httpcompression.HttpCompressionMiddleware": 590,
    f"{_OWN}.Redirects": 600,
}
_EXTENSIONS = {
    "scrapy.extensions.closespider.CloseSpider": 0,
    "crawlers.memory.OwnMemoryUsage": 0,
    f"{_OWN}.HostThrottle": 0,
}


def _parts(source: Source) -> dict[str, Any]:
    return {
        "DOWNLOAD_HANDLERS": {
            "http": "crawlers.connections.GuardedHandler",
            "https": "crawlers.connections.GuardedHandler",
            **dict.fromkeys(("data", "file", "s3", "ftp")),
        },
        "TWISTED_DNS_RESOLVER": "crawlers.connections.GuardedResolver",
        "COMMONPLACE_ADDRESS": source.address,
        "COMMONPLACE_ALLOWED": list(source.allow_private),
        "DOWNLOADER_MIDDLEWARES": _DOWNLOADER_MIDDLEWARES,
        "EXTENSIONS": _EXTENSIONS,
        **{f"{name}_BASE": {} for name in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS")},
        # The spider keeps the addresses it has seen, in canonical form; a second set would only cost memory.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "SCHEDULER_PRIORITY_QUEUE": "scrapy.pqueues.ScrapyPriorityQueue",
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "LOG_LEVEL": "ERROR",
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        # Scrapy starts as many tasks for each answer (100 unless told), a quarter of a crawl; ours needs one.
        "CONCURRENT_ITEMS": 1,
        # A check of the spider's source text, for those who write spiders.
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
    }
