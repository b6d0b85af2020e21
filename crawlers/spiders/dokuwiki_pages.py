"""What DokuWiki's HTML tells: where its pages lie, its index of pages, and what a rendered page names."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urljoin, urlsplit

from crawlers.extract.tree import Element, line_of, parse, select
from crawlers.urls import canonical

# Every template links to these parts of DokuWiki itself, whatever it looks like.
OWN = re.compile(r"(?:href|src)=[\"']([^\"']{0,500}?)lib/exe/(?:css|js|jquery|manifest|opensearch)\.php")
CONTENTS = re.compile(r"<link\s+rel=[\"']contents[\"']\s+href=[\"']([^\"']{1,500})")
LANGUAGE = re.compile(r"<html[^>]{0,200}\slang=[\"']([a-zA-Z-]{2,10})")
LICENCE = re.compile(
    r"<a\s[^>]{0,200}?(?:href=[\"']([^\"']{1,300})[\"'][^>]{0,100}?rel=[\"']license|"
    r"rel=[\"']license[\"'][^>]{0,100}?href=[\"']([^\"']{1,300}))"
)
MEDIA = re.compile(r"/(?:lib/exe/(?:fetch|detail)\.php|_media/|_detail/)")
HEADINGS = "h1, h2, h3, h4, h5"
KEPT = ":/.-_~"


@dataclass(frozen=True)
class Places:
    """Where a wiki and its pages lie. `style` is "query" (doku.php?id=a:b), "script" (doku.php/a:b) or "bare" (a:b)."""

    base: str
    style: str = "query"
    slash: bool = False
    """Whether a namespace ends with a slash in addresses, not with a colon."""

    def of(self, page: str) -> str:
        """The address of a page, as the wiki itself links to it."""
        name = quote(page.replace(":", "/") if self.slash and self.style != "query" else page, safe=KEPT)
        between = {"query": "doku.php?id=", "script": "doku.php/", "bare": ""}[self.style]
        return canonical(f"{self.base}{between}{name}")

    def page(self, url: str) -> str:
        """The name of the page at an address of this wiki."""
        parts = urlsplit(url)
        named = parse_qs(parts.query).get("id")
        if named:
            return named[0]
        return unquote(self.rest(url)).replace("/", ":")

    def rest(self, url: str) -> str:
        """What stands in a page's address after the wiki's own."""
        return url.partition("?")[0].removeprefix(self.base).removeprefix("doku.php").strip("/")

    def exported(self, page: str) -> str:
        """Where the page's content stands without its frame."""
        return f"{self.base}doku.php?do=export_xhtmlbody&id={quote(page, safe=KEPT)}"

    def index(self, namespace: str = "") -> str:
        """Where the wiki shows what is in a namespace."""
        return f"{self.base}doku.php?" + (f"idx={quote(namespace, safe=KEPT)}" if namespace else "do=index")


def places_of(markup: str, url: str) -> Places | None:
    """Where the wiki that answered with this page has its places; None where the page is not DokuWiki's."""
    own = OWN.search(markup)
    if own is None or "dokuwiki" not in markup.lower():
        return None
    base = canonical(own[1] or "./", url)
    contents = CONTENTS.search(markup)
    rest = canonical(contents[1].replace("&amp;", "&"), url).removeprefix(base) if contents else "doku.php?"
    style = "query" if rest.startswith("doku.php?") else "script" if rest.startswith("doku.php/") else "bare"
    return Places(base, style)


@dataclass(frozen=True)
class Index:
    """The wiki's index, opened at one namespace: the pages shown (name -> address) and the namespaces."""

    pages: dict[str, str]
    namespaces: tuple[str, ...]


def index_of(markup: str, url: str) -> Index | None:
    """The index of pages; None where the answer shows none."""
    tree = parse(markup)
    found = select(tree, "#index__tree, .index__tree") if tree is not None else []
    if not found:
        return None
    pages = {}
    for link in select(found[0], "a.wikilink1"):
        name = link.get("data-wiki-id") or link.get("title") or ""
        pages[name] = canonical(link.get("href") or "", url)
    folders = tuple(link.get("title") or "" for link in select(found[0], "a.idx_dir"))
    return Index({name: at for name, at in pages.items() if name and at}, tuple(filter(None, folders)))


@dataclass(frozen=True)
class Shown:
    """What a rendered page shows: its first heading, the tags of the tag plugin, and the files it links to."""

    title: str
    tags: tuple[str, ...]
    attachments: tuple[dict[str, Any], ...]


def shown(html: str, base: str, sizes: dict[str, int]) -> Shown:
    """Read a page's rendered content; `sizes` are the bytes of the wiki's files by name, where they are known."""
    tree = parse(html)
    if tree is None:
        return Shown("", (), ())
    headings = select(tree, HEADINGS)
    tags = tuple(dict.fromkeys(line_of(link) for link in select(tree, "a[rel~=tag]")))
    files = dict.fromkeys(_media(tree, base))
    listed = tuple(
        {
            "name": name.rpartition(":")[2],
            "url": f"{base}lib/exe/fetch.php?media={quote(name, safe=KEPT)}",
            "media_type": mimetypes.guess_type(name)[0] or "",
            "bytes": sizes.get(name, 0),
        }
        for name in files
        if not sizes or name in sizes
    )
    return Shown(line_of(headings[0]) if headings else "", tags, listed)


def _media(tree: Element, base: str) -> Iterator[str]:
    for element in tree.iter("a", "img"):
        parts = urlsplit(urljoin(base, element.get("href") or element.get("src") or ""))
        named = parse_qs(parts.query).get("media", [""])[0]
        place = MEDIA.search(parts.path)
        name = named or (unquote(parts.path[place.end() :]).strip("/").replace("/", ":") if place else "")
        if place and name and "://" not in name:
            yield name.lstrip(":")
