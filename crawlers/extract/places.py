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
    r"itemprop=date(?:published|created)",
    r"^time .*pubdate",
    r"^time .*class=.*publish",
    r"class=.*(?:entry|post|article|publi(?:sh|cation))(?:ed)?-?_*-?(?:date|time|on)",
    r"class=.*[\s=]published",
    r"^time ",
    r"class=.*[\s=_-]date(?:[\s_-]|$)",
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
# What a reader wrote below the page has a date of its own (schema.org, the type of an itemscope).
_REPLY = XPath("boolean(ancestor-or-self::*[contains(@itemtype, '/Comment') or contains(@itemtype, '/Answer')])")
_PUBLISHED_ON = re.compile(
    r"\s*(?:first |originally )?(?:published|posted|written|veröffentlicht|publié|publicado|pubblicato)\b", re.I
)
# Elements after the first heading among which a date that has its line for itself is the page's (elements; a byline
# with picture, names and links has some thirty).
_NEAR_TITLE = 40
_BELOW_TITLE = XPath(f"((//h1)[1]/following::*)[position() <= {_NEAR_TITLE}]")
_DATE_ALONE = re.compile(
    r"(?:\w{3,9}\.?,? )?(?:\d{1,2}(?:st|nd|rd|th|\.)? [^\W\d]{3,9}\.?,? \d{4}|"
    r"[^\W\d]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|"
    r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4})"
)
# How the evidence begins of a date that stood in such a place: what a thread's first post says is surer.
WEAK = ("markup", "words", "a date alone")
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
        if _WORTH_A_LOOK.search(signature) and not _REPLY(element):
            seen.append((element, signature))
            if len(seen) >= _MOST:
                break
    dated = False
    for name in wanted:
        for pattern in _PATTERNS[name]:
            for element, signature in seen:
                if pattern.search(signature) and (value := _value(name, element)):
                    dated = dated or name == "published"
                    yield name, value, f"markup: {signature[:60].strip()}"
    if "published" in wanted and not dated:
        yield from _in_words(tree)


def _in_words(tree: Element) -> Iterator[tuple[str, Any, str]]:
    """The day that a short line says the page was published, or that stands alone below its first heading."""
    for element in tree.iter("p", "div", "span", "li", "small", "em", "i", "td", "dd", "strong", "b"):
        if element.text and _PUBLISHED_ON.match(element.text) and not _REPLY(element):
            line = line_of(element)
            if len(line) <= _LONGEST and (day := iso_date(line)):
                yield "published", day, f"words: {line[:60]}"
    for element in _BELOW_TITLE(tree):
        alone = element.text and _DATE_ALONE.fullmatch(element.text.strip()) and not _REPLY(element)
        if alone and (day := iso_date(element.text)):
            yield "published", day, "a date alone below the title"


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
