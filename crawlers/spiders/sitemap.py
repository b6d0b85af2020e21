"""Reads the pages a sitemap lists, and of known ones only those that it says have changed."""

from urllib.parse import urlsplit

from scrapy.http import Response

from crawlers.spiders.base import SourceSpider
from crawlers.spiders.maps import Entry, read_sitemap
from crawlers.spiders.moments import iso, older
from crawlers.urls import canonical

# Sitemaps read in one run. Reason: 100 of 50,000 addresses are more than any one source here. Source: judgement.
MOST_SITEMAPS = 100
# Sitemap indexes inside one another. Source: the protocol allows one; some generators use two.
DEEPEST = 3


class SitemapSpider(SourceSpider):
    """`address` is a sitemap, an index of sitemaps, or a site whose robots.txt or /sitemap.xml leads to one."""

    name = "sitemap"
    maps_asked = 0

    def begin(self) -> None:
        """Ask for the address itself."""
        path = urlsplit(self.source.address).path
        if (
            path.endswith((".xml", ".xml.gz", ".txt", ".gz"))
            or "sitemap" in path
            or urlsplit(self.source.address).query
        ):
            self.ask_map(self.source.address)
        else:
            self.ask(canonical("/sitemap.xml", self.source.address), "sitemap", depth=0)

    def ask_map(self, url: str, depth: int = 0) -> None:
        """Ask for one sitemap, once."""
        if url in self.seen:
            return
        self.seen.add(url)
        self.maps_asked += 1
        if depth > DEEPEST or self.maps_asked > MOST_SITEMAPS:
            self.journal.troubles.add("Sitemaps go on for ever; the rest was left out", url)
            self.lists_all = False
            return
        self.ask(url, "sitemap", depth=depth)

    def sitemap(self, response: Response, depth: int) -> None:
        """Put what a sitemap lists on the frontier."""
        for url in self.sitemaps:
            self.ask_map(url, depth)
        if response.status != 200:
            if not self.sitemaps:
                self.refused(response, response.url)
                self.journal.troubles.add("The sitemap is not there. Give its own address, or use the kind site")
                self.lists_all = False
            return
        found = read_sitemap(response.body, self.source.most_page_bytes)
        if found.problem:
            self.journal.troubles.add(found.problem, response.url)
            self.lists_all = False
        for entry in found.maps:
            self.ask_map(canonical(entry.url, response.url), depth + 1)
        for entry in found.pages:
            self.listed(entry)

    def listed(self, entry: Entry) -> None:
        """Ask for a page, unless it is known and says it has not changed since."""
        url = canonical(entry.url)
        known = self.known.get(url)
        if known is not None and url not in self.seen and older(entry.modified, known.last_seen):
            self.unchanged(url)
        else:
            self.want(url, modified=iso(entry.modified))

    def afterwards(self) -> None:
        """Ask for known pages that are no longer listed: they may be gone, or only unlisted."""
        for url in self.known:
            self.want(url)
