"""Where in a page's markup authors and dates stand: microdata, rel, time elements and the usual names of classes."""

import re
from collections.abc import Iterator
from typing import Any

from lxml.etree import XPath  # type: ignore[import-untyped]

from crawlers.extract.dates import iso_date
from crawlers.extract.names import people
from crawlers.extract.tree import Element, line_of

# Patterns over "tag itemprop=… rel=… class=…" of an element, the most telling first.
_AUTHOR = (
    r"itemprop=author",
    r"rel=\S*author",
    r"class=.*[\s=](?:p-author|author[-_]*name|byline[-_]*(?:name|author)|(?:article|post|entry)[-_]*author|fn)(?:\s|$)",
    r"class=.*author-?_*-?name",
    r"class=.*(?:[\s=])(?:byline|author)(?:\s|$)",
    r"class=.*(?:byline|author)(?!.*(?:avatar|image|photo|bio|social|desc|box|user-details))",
)
_PUBLISHED = (
    r"itemprop=datepublished",
    r"^time .*pubdate",
    r"^time .*class=.*publish",
    r"class=.*(?:entry|post|article|publi(?:sh|cation))(?:ed)?-?_*-?(?:date|time|on)",
    r"class=.*[\s=]published",
    r"^time ",
    r"class=.*[\s=_-]date(?:\s|$)",
)
_MODIFIED = (
    r"itemprop=datemodified",
    r"^(?:relative-)?time .*class=.*(?:updated|modified)",
    r"class=.*(?:last-?_?-?(?:updated|modified)|git-revision-date|docinfo|updated-?_?-?(?:date|at|on)|modified-?_?-?date)",
    r"id=footer-info-lastmod",
)
_PATTERNS = {
    name: [re.compile(pattern, re.I) for pattern in patterns]
    for name, patterns in (("authors", _AUTHOR), ("published", _PUBLISHED), ("modified", _MODIFIED))
}
# Elements that may be worth a look, found without Python: parts of the words below, so that capitals do not matter.
_LIKELY = ("uthor", "yline", "yLine", "ate", "ublish", "odified", "nfo", "astmod", "astMod", "fn")
_PARTS = " or ".join(f"contains(., '{part}')" for part in _LIKELY)
_NAMED = XPath(f"//@class[{_PARTS}]/.. | //@id[{_PARTS}]/.. | //time | //@itemprop/.. | //@rel/..")
_WORTH_A_LOOK = re.compile(r"author|byline|\bfn\b|^time|date|publish|updated|modified|docinfo|lastmod", re.I)
# A whole paragraph is no byline (characters), and places beyond these are a list of other pages (elements a page).
_LONGEST = 120
_MOST = 60


def places(tree: Element, wanted: list[str]) -> Iterator[tuple[str, Any, str]]:
    """What stands in the usual places: (one of `wanted`, value, place), the most telling first.

    `wanted` is of "authors", "published" and "modified".
    """
    if not wanted:
        return
    seen = []
    for element in _NAMED(tree):
        signature = _signature(element)
        if _WORTH_A_LOOK.search(signature):
            seen.append((element, signature))
            if len(seen) >= _MOST:
                break
    for name in wanted:
        for pattern in _PATTERNS[name]:
            for element, signature in seen:
                if pattern.search(signature) and (value := _value(name, element)):
                    yield name, value, f"markup: {signature[:60].strip()}"


def _signature(element: Element) -> str:
    said = [element.tag]
    for name in ("itemprop", "rel", "pubdate", "class", "id"):
        value = element.get(name)
        if value is not None:
            said.append(f"{name}={value}")
    return " ".join([*said, ""])


def _value(name: str, element: Element) -> Any:
    given = element.get("datetime") or element.get("content") or ""
    line = given or line_of(element)
    if len(line) > _LONGEST:
        return None
    return people(line) if name == "authors" else iso_date(line)
