"""Finds Confluence's REST interfaces, Cloud or Data Center, and reads their lists to the end whatever they say."""

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from scrapy.http import Response

from crawlers.spiders.json_api import JsonApiSpider, digest

# Parts without a result that are followed in one list. Reason: where some entries are hidden from us a part may be
# empty and the next one not; some servers send a link to the next part for ever. Source: judgement.
MOST_EMPTY = 5
# Places of Confluence within its own root.
PLACE = re.compile(
    r"/(?:display|spaces|space|pages|x|rest|api|label|dosearchsite\.action|index\.action|dashboard\.action|home"
    r"|collector|people|login\.action|overview)(?:[/?].*)?$"
)
CLOUD_ROOT = re.compile(r"^(.*?/wiki)(?:/.*)?$")
CLOUD_PROBE, CENTER_PROBE = "api/v2/spaces?limit=1", "rest/api/space?limit=1"
NO_CONFLUENCE = (
    "The address is no Confluence that answers us. Give the address that people open it at, with its path "
    "(such as https://example.atlassian.net/wiki), or use the kind site"
)


class ConfluenceApiSpider(JsonApiSpider):
    """Begins at any address of a Confluence and calls welcome() once its interface is found."""

    system = "Confluence"
    cloud = False
    """Whether it is Cloud, which reads pages through version 2; else Data Center or Server."""
    root = ""

    def begin(self) -> None:
        """Look for the interface."""
        self._probe(_places(self.source.address))

    def _probe(self, places: list[list[str]]) -> None:
        self.ask("/".join(places[0]), "found", root=places[0][0], rest=places[1:])

    def found(self, response: Response, root: str, rest: list[list[str]]) -> None:
        """What answers here; the next place to look where it is no Confluence."""
        said = self.read(response)
        if isinstance(said, dict) and isinstance(said.get("results"), list):
            self.root, self.cloud = root, CLOUD_PROBE in response.url
            if self.source.headers:
                self.ask(f"{root}/rest/api/user/current", "me")
            else:
                self.welcome()
        elif response.status in {401, 403} and _is_json(response):
            self.turned_away(response)
        elif rest:
            self._probe(rest)
        elif response.status in {401, 403}:
            self.turned_away(response)
        else:
            self.lists_all = False
            self.journal.errors["no wiki"] += 1
            self.journal.troubles.add(NO_CONFLUENCE, self.source.address)

    def me(self, response: Response) -> None:
        """Whether our credentials mean someone: some servers show the public part to whoever has none that hold."""
        said = self.read(response)
        if response.status in {401, 403} or (isinstance(said, dict) and said.get("type") == "anonymous"):
            self.turned_away(response)
        else:
            self.welcome()

    def welcome(self) -> None:
        """The interface is found and lets us in; the spider begins its work here."""
        raise NotImplementedError

    # --- lists --------------------------------------------------------------------------------------------------------

    def query(self, method: str, path: str, parameters: dict[str, Any], **more: Any) -> None:
        """Ask for a list; each of its parts goes to `method`, which calls go_on for the next."""
        self._ask_part({"method": method, "path": path, "parameters": parameters, "start": 0, "empty": 0}, "", more)

    def search(self, method: str, cql: str, expand: str, limit: int, **more: Any) -> None:
        """Ask a question in Confluence's query language; both kinds of it answer alike."""
        self.query(method, "rest/api/content/search", {"cql": cql, "expand": expand, "limit": limit}, **more)

    def _ask_part(self, asked: dict[str, Any], cursor: str, more: dict[str, Any]) -> None:
        place = {"cursor": cursor} if cursor else {"start": asked["start"]} if asked["start"] else {}
        url = f"{self.root}/{asked['path']}?{urlencode({**asked['parameters'], **place}, doseq=True)}"
        self.ask(url, asked["method"], asked=asked, **more)

    def go_on(self, said: dict[str, Any], asked: dict[str, Any], **more: Any) -> bool:
        """Ask for the next part of a list. Whether there is one.

        Where we count ourselves we go on from what was given, not from where the link leads: a server that gives
        fewer than it was asked for may link past what it left out. Some leave the link out of parts that are full, and
        some give the last part again for ever.
        """
        found, limit = said.get("results", []), int(asked["parameters"]["limit"])
        link = str((said.get("_links") or {}).get("next") or "")
        empty = 0 if found else asked["empty"] + 1
        if empty > MOST_EMPTY or not (link or (len(found) >= limit and not self.cloud)):
            return False
        part = digest([one.get("id") for one in found])
        if found and part == asked.get("part"):
            return False
        cursor = parse_qs(urlsplit(link).query).get("cursor", [""])[0]
        counted = asked["start"] + (len(found) or int(said.get("limit") or limit))
        self._ask_part({**asked, "start": counted, "empty": empty, "part": part}, cursor, more)
        return True


def _places(address: str) -> list[list[str]]:
    """Where an interface may be: pairs of a root and the question that tells."""
    parts = urlsplit(address.strip())
    home, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    cloud = CLOUD_ROOT.match(path)
    root = home + (cloud[1] if cloud else PLACE.sub("", path))
    if cloud or parts.netloc.endswith(".atlassian.net"):
        first = root if cloud else f"{home}/wiki"
        return [[first, CLOUD_PROBE], [first, CENTER_PROBE]]
    return [[root, CENTER_PROBE], [f"{root}/wiki", CLOUD_PROBE], [home, CENTER_PROBE]][: 3 if root != home else 2]


def _is_json(response: Response) -> bool:
    return b"json" in (response.headers.get("Content-Type") or b"")
