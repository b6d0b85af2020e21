"""Finds WordPress's REST API, behind either of its addresses, and learns what the site is."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from scrapy.http import Response

from crawlers.extract.decode import decode
from crawlers.spiders.json_api import JsonApiSpider

API = re.compile(r"<link\s[^>]{0,200}?rel=[\"']https://api\.w\.org/[\"'][^>]{0,200}?href=[\"']([^\"']{1,500})")
API_HEADER = re.compile(r"<([^>]{1,500})>;\s*rel=\"https://api\.w\.org/\"")
LANGUAGE = re.compile(r"<html[^>]{0,300}\slang=[\"']([a-zA-Z-]{2,10})")
NO_BLOG = (
    "The address is no WordPress whose REST API answers us. Give the site's first page, or use the kind feed or site"
)
# Types that are the site's own machinery, not something to read; files are read as attachments.
MACHINERY = ("wp_", "nav_", "attachment")


class WordPressApiSpider(JsonApiSpider):
    """Begins at any address of a site and calls ready() once its API and its public types are known."""

    system = "The site's API"

    def begin(self) -> None:
        """Look for the API."""
        self.api, self.offset = "", 0.0
        self.bases: dict[str, str] = {}
        self.facts: dict[str, Any] = {"generator": "WordPress", "licence": self.source.licence}
        parts = urlsplit(self.source.address)
        if "rest_route=" in parts.query or "/wp-json" in parts.path:
            start = self.source.address.partition("wp-json")[0].partition("?")[0]
            self._try([f"{start}wp-json/", f"{start}?rest_route=/"])
        else:
            self.ask(self.source.address, "front")

    def front(self, response: Response) -> None:
        """A page of the site: it names its API."""
        markup = decode(response.body, "")
        header = b", ".join(response.headers.getlist("Link")).decode("latin-1")
        named = API_HEADER.search(header) or API.search(markup)
        language = LANGUAGE.search(markup)
        self.facts["language"] = language[1][:2].lower() if language else ""
        folder = urljoin(response.url, ".")
        usual = [urljoin(folder, "wp-json/"), urljoin(folder, "?rest_route=/")]
        self._try([unescape(named[1])] if named else usual)

    def _try(self, places: list[str]) -> None:
        self.api = places[0]
        self.ask(self.at("", _fields="name,home,gmt_offset,namespaces"), "root", rest=places[1:])

    def at(self, path: str, **asked: Any) -> str:
        """The address of something in the API."""
        query = urlencode(asked, safe=",:")
        return f"{self.api}{path}{'&' if '?' in self.api else '?'}{query}"

    def root(self, response: Response, rest: list[str]) -> None:
        """What the API says of itself, if it is one; else the next place to look."""
        try:
            said = json.loads(response.body)
            found = response.status == 200 and "wp/v2" in said["namespaces"]
        except (ValueError, KeyError, TypeError):
            found = False
        if found:
            self.offset = float(said.get("gmt_offset") or 0)
            self.ask(self.at("wp/v2/types"), "types")
        elif rest:
            self._try(rest)
        elif response.status in {401, 403}:
            self.turned_away(response)
        else:
            self.lists_all = False
            self.journal.errors["no blog"] += 1
            self.journal.troubles.add(NO_BLOG, self.source.address)

    def types(self, response: Response) -> None:
        """The types of posts that everyone may read."""
        said = self.said(response)
        if not isinstance(said, dict):
            return
        public = {name: kind for name, kind in said.items() if not name.startswith(MACHINERY)}
        self.bases = {
            name: str(kind["rest_base"])
            for name, kind in public.items()
            if kind.get("rest_base") and kind.get("rest_namespace", "wp/v2") == "wp/v2"
        }
        self.ready()

    def ready(self) -> None:
        """Begin the work."""
        raise NotImplementedError
