"""The browser that draws pages made by script: a Chromium that can reach nothing by itself."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler

from crawlers.errors import CrawlError

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Everything that Chromium would ask of a network goes to a proxy, and no name is resolved, the proxy's included. So a
# websocket, a peer connection, a popup or whatever else the handler of requests does not see ends nowhere.
CLOSED = (
    "--proxy-server=http://nowhere.invalid:9", "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)  # fmt: skip
QUIET = (
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# Pages drawn at once, whatever the source's concurrency. Reason: each takes some 100 MB. Source: judgement.
MOST_TABS = 4
# Seconds for a page to close; a browser that needs longer is ended, and the next page starts another. Reason: a page
# whose script never rests closes in well under one here. Source: judgement.
CLOSING = 5.0

Handler = Callable[[Any], Awaitable[None]]


def chromium() -> str:
    """The path of Chromium.

    Raises:
        CrawlError: it is not there, or the packages that drive it are not.
    """
    if not find_spec("playwright") or not find_spec("scrapy_playwright"):
        raise CrawlError(
            "Pages made by JavaScript need scrapy-playwright, which is not installed. Install commonplace-library with "
            "its extra: pip install -e '.[javascript]'."
        )
    named = os.environ.get("COMMONPLACE_CHROMIUM", "")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        where = f"{named} is no program" if named else "none is on the PATH"
        raise CrawlError(
            f"Pages made by JavaScript need Chromium, and {where}. Install it (Debian: apt-get install chromium) or "
            "set COMMONPLACE_CHROMIUM to its path."
        )
    return found


def playwright_settings(tabs: int, user_agent: str) -> dict[str, Any]:
    """What scrapy-playwright needs to know. Chromium's own sandbox is on wherever it can be: root can't have it.

    Raises:
        CrawlError: there is no Chromium, or nothing to drive it with.
    """
    context = {"service_workers": "block", "accept_downloads": False, "user_agent": user_agent}
    return {
        # Named here it starts before the first page, whose time must not be spent on it.
        "PLAYWRIGHT_CONTEXTS": {"default": context},
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": chromium(),
            "args": [*CLOSED, *QUIET],
            "chromium_sandbox": os.geteuid() != 0,
        },
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": min(tabs, MOST_TABS),
    }


class Browser:
    """One browser a crawl, with one context that is forgotten with it."""

    def __init__(self, crawler: Crawler) -> None:
        from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

        self._handler = ScrapyPlaywrightDownloadHandler(crawler)
        self._tabs = asyncio.Semaphore(int(crawler.settings["PLAYWRIGHT_MAX_PAGES_PER_CONTEXT"]))
        # For a browser that had to be started anew.
        self._context = crawler.settings.getdict("PLAYWRIGHT_CONTEXTS")["default"]

    async def draw(self, url: str, seconds: float, routed: Handler, settled: Handler) -> bytes:
        """The HTML of a page as it stands once `settled` says so; `routed` answers all that the page asks for.

        Raises:
            TimeoutError: it was not done in time.
            playwright.async_api.Error: the browser can't draw it.
        """
        from scrapy_playwright.page import PageMethod

        pages: list[Any] = []

        async def begin(page: Any, request: Request) -> None:
            pages.append(page)
            page.on("popup", lambda opened: opened.close())
            # A later route goes before scrapy-playwright's own, which would let the browser ask by itself.
            await page.route("**/*", routed)

        meta = {
            "playwright": True,
            "playwright_context_kwargs": self._context,
            "playwright_page_init_callback": begin,
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded", "timeout": seconds * 1000},
            "playwright_page_methods": [PageMethod(settled)],
        }
        async with self._tabs:
            try:
                drawn = await asyncio.wait_for(self._handler.download_request(Request(url, meta=meta)), seconds)
                return bytes(drawn.body.decode(drawn.encoding).encode())
            finally:
                for page in pages:
                    await self._leave(page)

    async def _leave(self, page: Any) -> None:
        if page.is_closed():
            return
        try:
            await asyncio.wait_for(page.close(), CLOSING)
        except Exception:
            with suppress(Exception):
                await asyncio.wait_for(page.context.browser.close(), CLOSING)

    async def close(self) -> None:
        """End it; what does not end in time ends with this process, whose pipe it reads."""
        with suppress(Exception):
            await asyncio.wait_for(self._handler.close(), CLOSING)
