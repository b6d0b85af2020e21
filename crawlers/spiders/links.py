"""Finds the links of a page without keeping its tree, and what the page asks of robots."""

import mimetypes
import re
from dataclasses import dataclass
from html import unescape
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml import etree  # type: ignore[import-untyped]

from crawlers.urls import canonical

# Links followed from one page. Reason: an index page of a large handbook has some thousands. Source: judgement.
MOST_LINKS = 10_000
# Bytes at the start of a page in which its robots meta element is looked for. Reason: it belongs into the head.
HEAD = 65_536
META_ROBOTS = re.compile(rb"<meta\s[^>]{0,300}?name\s*=\s*[\"']?robots\b[^>]{0,300}>", re.IGNORECASE)
NO_PAGES = re.compile(
    r"\.(?:7z|avi|bz2|css|docx?|epub|exe|gif|gz|ico|iso|jar|jpe?g|js|json|m4[av]|mov|mp[34g]|msi|ods|odt|og[gv]|pdf|png"
    r"|pptx?|rar|rss|svgz?|tar|tgz|tiff?|ttf|wav|web[mp]|woff2?|xlsx?|xml|zip)$",
    re.IGNORECASE,
)
# Of these, what is read where a source's files are.
FILES = re.compile(r"\.(?:pdf|docx|pptx)$", re.IGNORECASE)
# Links to documents, listed with the page that has them; most of one page. Source: judgement.
ATTACHED = re.compile(
    r"""<a\s[^>]{0,2000}?href\s*=\s*["']?([^"'\s>]{1,2000}?\.(pdf|docx?|pptx?|xlsx?|od[tps]|epub))["'\s>]""",
    re.IGNORECASE,
)
MOST_ATTACHED = 100
# Characters. Reason: parsing a tag takes time with the square of its attributes: 100,000 of them, over a minute here.
LONG_TAG = re.compile(r"<[A-Za-z][^>]{10000,}>?")
LINKS = etree.XPath(
    "//a[@href and not(contains(@rel,'nofollow'))]/@href|//area/@href|//frame/@src|//link[@rel='next']/@href"
)
REFRESH = etree.XPath("//meta[translate(@http-equiv,'REFSH','refsh')='refresh']/@content")
BASE = etree.XPath("string(//base/@href)")


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a page as they stand there (relative to base, where it is not empty), and whether some were cut."""

    hrefs: tuple[str, ...]
    base: str = ""
    cut: int = 0


def robots_meta(body: bytes, header: str) -> tuple[bool, bool]:
    """Whether the page asks not to be kept, and not to have its links followed (meta element or X-Robots-Tag)."""
    found = META_ROBOTS.search(body, 0, HEAD)
    words = (found[0].decode("latin-1") if found else "").lower() + "," + header.lower()
    none = re.search(r"\bnone\b", words) is not None
    return "noindex" in words or none, "nofollow" in words or none


def no_page(url: str, files: bool) -> bool:
    """Whether an address names a file that is not read, by its ending."""
    path = urlsplit(url).path
    return bool(NO_PAGES.search(path)) and not (files and FILES.search(path))


def attachments(html: str, url: str) -> list[dict[str, str]]:
    """The documents a page links to, with their name, address and media type."""
    found = {}
    for href, ending in islice(ATTACHED.findall(html), MOST_ATTACHED):
        address = canonical(unescape(href), url)
        name = unquote(address.rpartition("/")[2])
        if address:
            kind = mimetypes.types_map.get(f".{ending.lower()}", "application/octet-stream")
            found[address] = {"name": name, "url": address, "media_type": kind}
    return list(found.values())


def read_links(html: str) -> Links:
    """The links of a page. Broken or deeply nested markup gives those that were found before it broke."""
    # The parser's own bounds (depth, text size) stay on, so a hostile page costs a bounded tree.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True)
    try:
        tree = etree.fromstring(LONG_TAG.sub("", html).encode("utf-8", "replace"), parser)
    except (etree.ParseError, ValueError):
        return Links(())
    if tree is None:
        return Links(())
    hrefs = [str(h) for h in LINKS(tree)]
    for content in REFRESH(tree):
        target = str(content).partition("=")[2].strip(" '\"")
        if target:
            hrefs.append(target)
    return Links(tuple(hrefs[:MOST_LINKS]), str(BASE(tree)), max(0, len(hrefs) - MOST_LINKS))
