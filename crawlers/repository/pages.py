"""One file of a repository as a page: its HTML with links that lead to pages, and what it says of itself."""

import os
import posixpath
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree, html  # type: ignore[import-untyped]

from crawlers.markup import markup_of, render

# Names of what forges and generators show around pages.
FRAME = frozenset(("_sidebar", "_footer", "_header", "_navbar", "_coverpage", "_404"))
LFS = b"version https://git-lfs.github.com/spec/"
# Of a page that is no page: its folder gives its name.
INDEX = frozenset(("index", "readme", "_index", "home"))


def is_page(path: str) -> bool:
    """Whether a file is a page by its name: in a markup, not hidden, and no frame around others."""
    stem = posixpath.splitext(posixpath.basename(path))[0].lower()
    hidden = any(part.startswith(".") for part in path.split("/"))
    return bool(markup_of(path)) and not hidden and stem not in FRAME


def page_html(path: str, text: str, address_of: Callable[[str], str]) -> tuple[str, dict[str, Any]]:
    """A page's HTML and what it says of itself.

    `address_of` gives the address of a file that a link names by its path in the repository, or "" to leave the link.
    """
    rendered = render(markup_of(path), text)
    facts = dict(rendered.facts)
    tree = _tree(rendered.html)
    if tree is None:
        return rendered.html, facts
    _link(tree, path, address_of)
    heading = next(iter(tree.iter("h1")), None)
    words = " ".join("".join(heading.itertext()).split()) if heading is not None else ""
    if words:
        facts.setdefault("title", words)
    return "".join(html.tostring(child, encoding="unicode") for child in tree), facts


def name_of(path: str) -> str:
    """What a page is called where nothing else says so: its file's name, or its folder's."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    if stem.lower() in INDEX:
        stem = posixpath.basename(posixpath.dirname(path)) or stem
    words = os.fsencode(stem).decode("utf-8", "replace").replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _tree(markup: str) -> Any:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        return html.fragment_fromstring(markup.encode("utf-8", "replace"), create_parent="div", parser=parser)
    except (etree.ParserError, etree.ParseError, ValueError):
        return None


def _link(tree: Any, path: str, address_of: Callable[[str], str]) -> None:
    """Make links between files lead to where their pages can be opened."""
    for element, attribute in ((e, a) for a in ("href", "src") for e in tree.iter("a", "img") if e.get(a)):
        parts = urlsplit(_quiet(element.get(attribute)))
        if parts.scheme or parts.netloc or not parts.path:
            continue
        start = "" if parts.path.startswith("/") else posixpath.dirname(path)
        target = posixpath.normpath(posixpath.join(start, unquote(parts.path).lstrip("/")))
        address = address_of(target)
        if address:
            element.set(attribute, address + (f"#{parts.fragment}" if parts.fragment else ""))


def _quiet(address: str) -> str:
    """An address that can be taken apart; nothing where it can't (`http://[`)."""
    try:
        urlsplit(address)
    except ValueError:
        return ""
    return address
