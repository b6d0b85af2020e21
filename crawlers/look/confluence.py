"""Confluence, Cloud and Data Center, by the marks of its pages and its REST interface."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawlers.look.eye import Eye
from crawlers.look.found import Answer, Found, locked

CLOUD = ".atlassian.net"
HOW = {
    True: "Its header Authorization takes 'Basic …' (base64 of address:API token).",
    False: "Its header Authorization takes 'Bearer TOKEN' (a personal access token).",
}
PLACE = re.compile(
    r"/(?:spaces|display|pages|rest|dosearchsite\.action|dashboard\.action|login\.action|index\.action)\b.*$"
)
SPACE = re.compile(r"/(?:spaces|display)/([^/?#]+)")
COUNT = "/rest/api/search?cql=type%3Dpage&limit=1"


def detect(eye: Eye, answer: Answer) -> Found | None:
    """The Confluence behind a page, a space or the start."""
    asked, marks = eye.home, answer.said("meta[name^=ajs-]", "name") or "x-confluence-request-time" in answer.headers
    cloud = (urlsplit(asked).hostname or "").endswith(CLOUD)
    if not marks and not cloud:
        return None
    base = _base(asked if cloud else answer.url, answer)
    spaces = eye.get(f"{base}/api/v2/spaces?limit=1").data()
    cloud = cloud or _results(spaces)
    version = answer.said("meta[name=ajs-version-number]", "content")
    name = "Confluence Cloud" if cloud else f"Confluence {version}".strip()
    # Where nobody is let in without a name, Cloud may also answer with a list of no spaces.
    open_ = (
        _results(spaces) and spaces["results"] if cloud else _results(eye.get(f"{base}/rest/api/space?limit=1").data())
    )
    if not open_:
        return locked("confluence", base, f"A {name}", HOW[cloud])
    counting = eye.get(base + COUNT).data()
    total = counting.get("totalSize") if isinstance(counting, dict) else None
    pages = total if isinstance(total, int) else None
    counted = f", {pages:,} pages, you may read them." if pages is not None else ", you may read it."
    return Found("confluence", base, answer.title, name, pages, message=name + counted)


def _base(url: str, answer: Answer) -> str:
    said = answer.said("meta[name=ajs-base-url]", "content")
    if said and urlsplit(said).hostname == urlsplit(url).hostname:
        return said.rstrip("/")
    parts = urlsplit(url)
    if (parts.hostname or "").endswith(CLOUD):
        return urljoin(url, "/wiki")
    return urljoin(url, PLACE.sub("", parts.path) or "/").rstrip("/")


def _results(said: Any) -> bool:
    return isinstance(said, dict) and isinstance(said.get("results"), list)
