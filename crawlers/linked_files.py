"""Lets the files a site links to be read as pages: asked for up to their own size, converted beside the crawl."""

import asyncio
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawlers.files import FileRefused, convert, kind_of
from crawlers.source import Source
from crawlers.spiders.links import FILES


class LinkedFiles:
    """Puts the HTML of a file in the place of its bytes. What it says of itself goes into the request's meta "file"."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "LinkedFiles":
        """Made by Scrapy, which leaves it out where the source's files are not read."""
        source = getattr(crawler.spider, "source", None)
        assert isinstance(source, Source)
        if not source.files:
            raise NotConfigured
        return cls(source)

    def process_request(self, request: Request) -> None:
        """Allow a file its own size."""
        if request.meta.get("page") and FILES.search(urlsplit(request.url).path):
            request.meta["download_maxsize"] = self.source.most_file_bytes

    async def process_response(self, request: Request, response: Response) -> Response:
        """The answer with the file's HTML; an answer that is no such file as it is."""
        kind = ""
        if request.meta.get("page") and response.status == 200:
            kind = kind_of(response.body)
        if not kind:
            return response
        try:
            found = await asyncio.to_thread(convert, response.body, kind)
        except FileRefused as error:
            request.meta["file"] = {"refused": str(error)}
            return response
        request.meta["file"] = {"facts": found.facts}
        return response.replace(body=found.html.encode("utf-8"))
