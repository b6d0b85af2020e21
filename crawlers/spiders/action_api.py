"""Finds MediaWiki's action API, asks it, and understands its errors."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from scrapy.http import Response

from crawlers.spiders.base import SourceSpider

EDIT_URI = re.compile(rb"<link\s[^>]{0,300}rel=[\"']EditURI[\"'][^>]{0,500}href=[\"']([^\"']{1,1000})", re.IGNORECASE)
NO_WIKI = "The address is no MediaWiki that answers us. Give the address of its api.php, or use the kind site"


class ActionApiSpider(SourceSpider):
    """Begins at any address of a wiki and calls siteinfo() with what the API says of itself."""

    api = ""

    def begin(self) -> None:
        """Look for the API."""
        path = urlsplit(self.source.address).path
        if path.endswith(("/api.php", "/index.php")):
            self._try([urljoin(self.source.address, "api.php")])
        else:
            self.ask(self.source.address, "front")

    def front(self, response: Response) -> None:
        """A page of the wiki: it names its API."""
        found = EDIT_URI.search(response.body)
        if found:
            named = urljoin(response.url, unescape(found[1].decode("utf-8", "replace")))
            self._try([named.partition("?")[0]])
            return
        base = response.url if response.url.endswith("/") else response.url + "/"
        places = [urljoin(base, "api.php"), urljoin(base, "/w/api.php"), urljoin(base, "/api.php")]
        self._try(list(dict.fromkeys(places)))

    def _try(self, places: list[str]) -> None:
        self.api = places[0]
        self.query("found", meta="siteinfo", siprop="general|namespaces|rightsinfo", _rest=places[1:])

    def query(self, method: str, _rest: Any = None, _merge: Any = None, **parameters: Any) -> None:
        """Ask the API; the answer goes to `method`, which asks on with the same parameters where there is more."""
        asked = {"action": "query", "format": "json", "formatversion": 2, **parameters}
        arguments = {"asked": parameters} if _rest is None else {"rest": _rest}
        self.ask(f"{self.api}?{urlencode({**asked, **(_merge or {})})}", method, **arguments)

    def answer(self, response: Response) -> dict[str, Any]:
        """What the API answered; empty, and noted, where it is an error."""
        try:
            said = json.loads(response.body)
        except ValueError:
            said = None
        if not isinstance(said, dict) or response.status != 200:
            self.journal.errors[str(response.status)] += 1
            self.journal.troubles.add("The wiki's API answers something that is no JSON", response.url)
            self.lists_all = False
            return {}
        if "error" in said:
            self._api_error(said["error"], response.url)
            return {}
        return said

    def _api_error(self, error: dict[str, Any], url: str) -> None:
        self.lists_all = False
        code, info = str(error.get("code", "")), str(error.get("info", ""))[:200]
        self.journal.errors[code] += 1
        if code in {"readapidenied", "permissiondenied"}:
            said = "The wiki may be read only by people it knows. Name a token for it under headers"
            self.journal.troubles.add(said, self.source.address)
        else:
            self.journal.troubles.add(f"The wiki's API refuses: {info} ({code})", url)

    def found(self, response: Response, rest: list[str]) -> None:
        """What wiki this is, if it is one; else the next place to look."""
        try:
            said = json.loads(response.body)["query"]
            said["general"], said["namespaces"]
        except (ValueError, KeyError, TypeError):
            self._not_found(response, rest)
            return
        self.siteinfo(said)

    def _not_found(self, response: Response, rest: list[str]) -> None:
        if b"readapidenied" in response.body:
            self._api_error({"code": "readapidenied"}, response.url)
        elif rest:
            self._try(rest)
        else:
            self.lists_all = False
            self.journal.errors["no wiki"] += 1
            self.journal.troubles.add(NO_WIKI, self.source.address)

    def siteinfo(self, said: dict[str, Any]) -> None:
        """The wiki's general facts, namespaces and rights; the spider begins its work here."""
        raise NotImplementedError
