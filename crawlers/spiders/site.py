"""Reads a site breadth first, from its address and its sitemaps, within the prefix of the source."""

from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from crawlers.spiders.base import SourceSpider
from crawlers.spiders.links import MOST_LINKS, read_links
from crawlers.spiders.sitemap import SitemapSpider
from crawlers.urls import canonical, prefix_of


class SiteSpider(SitemapSpider):
    """Follows links. Pages known from earlier runs are asked for too, so that one found unchanged hides no other."""

    name = "site"

    def begin(self) -> None:
        """Ask for the address and for all known pages."""
        self.want(self.source.address)
        for url in self.known:
            self.want(url)

    def page(self, response: Response, depth: int = 0, **hints: Any) -> str:
        """Keep one page and follow its links."""
        for url in self.sitemaps:
            self.ask_map(url)
        self.sitemaps = []
        html = SourceSpider.page(self, response, depth, **hints)
        if html:
            self.follow(response.url, html, depth)
        return html

    def follow(self, url: str, html: str, depth: int) -> None:
        """Put the links of one page on the frontier."""
        links = read_links(html)
        if links.cut:
            self.journal.troubles.add(f"A page has more than {MOST_LINKS:,} links; the rest was not followed", url)
        base = canonical(links.base, url) if links.base else url
        # Most links of a page are written alike on every page; a set first saves most of the work.
        for href in dict.fromkeys(links.hrefs):
            if not href.startswith(("#", "mailto:", "javascript:", "tel:")):
                self.want(href, depth + 1, base)

    def afterwards(self) -> None:
        """All known pages were asked for at the beginning."""

    def may_follow(self, asked: str, target: str, status: int) -> bool:
        """As for every kind, but the address itself may lead to its www. form, which then is the source."""
        new = canonical(target)
        if canonical(asked) == self.source.address and not self.journal.pages and not self.belongs(new):
            old_host, new_host = (urlsplit(u).netloc.removeprefix("www.") for u in (self.source.address, new))
            if old_host == new_host:
                self.prefix = prefix_of(new)
        return super().may_follow(asked, target, status)
