"""The door to the network: every connection goes to an address that was checked after its name was resolved."""

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingHostnameResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.addresses import PORTS, AddressRules
from crawlers.spiders.manners import LONGEST_WAIT, Held, Manners, retry_after


class AddressRefused(IgnoreRequest):
    """The source's rules forbid a connection to where this name leads."""


# Why each host and port was refused; the resolver can only leave addresses out, so the handler looks here.
_refusals: dict[tuple[str, int], str] = {}


@implementer(IResolutionReceiver)
class _Guard:
    """Passes on the addresses of one name that the rules allow."""

    def __init__(self, receiver: Any, rules: AddressRules, host: str, port: int) -> None:
        self.receiver, self.rules, self.host, self.port = receiver, rules, host, port

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:
        refusal = self.rules.refusal(self.host, self.port, str(getattr(address, "host", "")))
        if refusal:
            _refusals[self.host.lower(), self.port] = refusal
        else:
            self.receiver.addressResolved(address)

    def resolutionComplete(self) -> None:
        self.receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver(CachingHostnameResolver):
    """Resolves names as Scrapy does, then leaves out every address the source may not reach.

    Twisted asks it for each new connection, IP literals and redirects included, and connects to nothing it did not
    pass on; so a name that changes its address between check and connection gains nothing.
    """

    rules: AddressRules

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> "GuardedResolver":
        """Made by Scrapy, with the rules of the one source this process reads."""
        resolver = super().from_crawler(crawler, reactor)
        settings = crawler.settings
        resolver.rules = AddressRules.of(settings["COMMONPLACE_ADDRESS"], settings.getlist("COMMONPLACE_ALLOWED"))
        return resolver

    def resolveHostName(
        self, resolutionReceiver: IResolutionReceiver, hostName: str, portNumber: int = 0, *args: Any, **kwargs: Any
    ) -> IHostResolution:
        """Twisted's interface: tell the receiver of every allowed address of the name."""
        guard: Any = _Guard(resolutionReceiver, self.rules, hostName, portNumber)
        return super().resolveHostName(guard, hostName, portNumber, *args, **kwargs)


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's own handler, which says why where no address was allowed."""

    async def download_request(self, request: Request) -> Response:
        """Download one request.

        Raises:
            AddressRefused: the name leads only to addresses the source may not reach.
            Held: its host has asked for peace while it stood in the queue.
        """
        spider, host = self.crawler.spider, urlparse_cached(request).netloc
        assert isinstance(spider, Manners)
        try:
            async with spider.door(host):
                if "number" in request.meta and spider.peace(host):
                    raise Held
                response = await super().download_request(request)
                # At once: the next request in the queue goes out before this answer reaches any middleware.
                if response.status in {429, 503}:
                    spider.hold(host, min(retry_after(response), LONGEST_WAIT))
                return response
        except CannotResolveHostError as error:
            parts = urlparse_cached(request)
            place = ((parts.hostname or "").lower(), parts.port or PORTS.get(parts.scheme, 0))
            if place in _refusals:
                raise AddressRefused(_refusals[place]) from error
            raise
