"""What each request and answer passes: robots.txt, credentials, patience, and redirects that stay in bounds."""

import asyncio
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from crawlers.addresses import origin
from crawlers.credentials import secrets
from crawlers.settings import MOST_REDIRECTS
from crawlers.spiders.base import SourceSpider
from crawlers.spiders.manners import LONGEST_WAIT, Held, retry_after
from crawlers.urls import canonical

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})


class Refused(IgnoreRequest):
    """A request or answer that is not wanted; the message is a sentence for the report, without its full stop."""


def _spider(crawler: Crawler) -> SourceSpider:
    assert isinstance(crawler.spider, SourceSpider)
    return crawler.spider


class Robots(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 has it: no answer for now means no, a crawl delay is kept, its sitemaps are noted."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        body = response.body
        if response.status >= 500 or response.status == 429:
            _spider(self.crawler).journal.troubles.add(
                f"robots.txt answers {response.status}, so nothing may be read until it is there again", response.url
            )
            body = b"User-agent: *\nDisallow: /"
        elif response.status >= 400:
            body = b""
        parser = build_from_crawler(self._parserimpl, self.crawler, body)
        _spider(self.crawler).robots_read(body, netloc, parser.crawl_delay(str(self._robotstxt_useragent)))
        await super()._parse_robots(response.replace(body=body), netloc, request)


class Credentials:
    """Adds a source's secret headers to requests to its own origin, and takes them off any other."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.secrets: dict[str, str] = {}
        crawler.signals.connect(self._opened, signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Credentials":
        """Made by Scrapy."""
        return cls(crawler)

    def _opened(self, spider: SourceSpider) -> None:
        self.secrets = secrets(spider.source)
        self.home = origin(spider.source.address)

    def process_request(self, request: Request) -> None:
        """Put the headers on, or take them off."""
        if not self.secrets:
            return
        at_home = origin(request.url) == self.home
        for name, value in self.secrets.items():
            request.headers.pop(name, None)
            if at_home:
                request.headers[name] = value


class PatientRetry(RetryMiddleware):
    """Retries as Scrapy does, but waits first: as long as Retry-After asks, else four times as long each time.

    The wait is the host's: its other requests wait in the frontier meanwhile, and other hosts are asked as before.
    """

    async def process_request(self, request: Request) -> None:
        """Send a request back while its host asks for peace.

        Raises:
            Held: it does.
        """
        spider, host = _spider(self.crawler), urlparse_cached(request).netloc
        if "number" in request.meta:
            if spider.peace(host):
                raise Held
            return
        # A robots.txt is asked by Scrapy itself, before the request it is asked for, which takes no harm from waiting.
        while (wait := spider.peace(host)) > 0 and not spider.stopping:
            await asyncio.sleep(min(wait, 1.0))

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Wait and retry, or give the answer on."""
        if response.status in self.retry_http_codes and not request.meta.get("dont_retry"):
            asked = retry_after(response)
            if asked > LONGEST_WAIT:
                raise Refused(self._left_alone(request, asked))
            self._hold(request, asked)
        return super().process_response(request, response)

    def _left_alone(self, request: Request, asked: float) -> str:
        spider, host = _spider(self.crawler), urlparse_cached(request).netloc
        spider.hold(host, asked)
        said = f"asks to be left alone for {asked:,.0f} seconds; the next run tries again"
        if host == urlsplit(spider.source.address).netloc:
            spider.stop("asked_to_wait", f"A page {said}: {request.url}.")
        return said

    def process_exception(self, request: Request, exception: Exception, spider: Any = None) -> Any:
        """Wait and retry after a failed connection."""
        if isinstance(exception, self.exceptions_to_retry):
            self._hold(request, 0.0)
        return super().process_exception(request, exception)

    def _hold(self, request: Request, asked: float) -> None:
        tried, spider = int(request.meta.get("retry_times", 0)), _spider(self.crawler)
        if tried < self.max_retry_times:
            wait = asked or spider.source.retry_wait * 4**tried
            spider.hold(urlparse_cached(request).netloc, min(wait, LONGEST_WAIT))


class HostThrottle(AutoThrottle):
    """AutoThrottle that keeps to what a host's robots.txt asks for."""

    def _response_downloaded(self, response: Response, request: Request, spider: Any) -> None:
        super()._response_downloaded(response, request, spider)
        key, slot = self._get_slot(request, spider)
        if key is not None and slot is not None:
            slot.delay = max(slot.delay, _spider(self.crawler).delays.get(key, 0.0))


class Redirects:
    """Follows redirects within what the spider wants, a few times, and never in a circle."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Redirects":
        """Made by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The next request, or the answer where it is no redirect.

        Raises:
            Refused: it leads in a circle, too far, or out of the source.
        """
        location = (response.headers.get("Location") or b"").decode("latin-1").strip()
        if response.status not in REDIRECTS or not location:
            return response
        target = _absolute(request.url, location)
        before = [*request.meta.get("redirect_urls", []), request.url]
        if not canonical(target):
            raise Refused("redirects to something that is no web address")
        if canonical(target) in {canonical(url) for url in before} or len(before) > MOST_REDIRECTS:
            raise Refused("redirects for ever")
        if request.meta.get("page") and not _spider(self.crawler).may_follow(before[0], target, response.status):
            raise Refused("")
        status = request.meta.get("first_redirect", response.status)
        trail = {"redirect_urls": before, "first_redirect": status}
        meta = {**request.meta, **trail}
        _spider(self.crawler).redirected(request.meta.get("number"), target, trail)
        return request.replace(url=target, meta=meta, method="GET", body=b"")


def _absolute(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""
