"""Reads sitemaps and sitemap indexes (sitemaps.org), packed or plain, without trusting them."""

import io
import zlib
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

# Addresses in one sitemap. Source: the protocol's own limit.
MOST_ENTRIES = 50_000


@dataclass(frozen=True, slots=True)
class Entry:
    """An address in a sitemap and when it says the page changed (as written there, may be empty)."""

    url: str
    modified: str = ""


@dataclass(frozen=True, slots=True)
class SiteMap:
    """What a sitemap lists: pages, or further sitemaps. `problem` is a sentence where it could not be read in full."""

    pages: tuple[Entry, ...] = ()
    maps: tuple[Entry, ...] = ()
    problem: str = ""


def unpacked(body: bytes, most: int) -> bytes:
    """The body itself, or what it unpacks to where it is gzip.

    Raises:
        ValueError: it unpacks to more than `most` bytes, or is broken gzip.
    """
    if not body.startswith(b"\x1f\x8b"):
        return body
    machine = zlib.decompressobj(wbits=31)
    try:
        text = machine.decompress(body, most + 1)
    except zlib.error as error:
        raise ValueError("A sitemap is broken gzip") from error
    if len(text) > most:
        raise ValueError(f"A sitemap unpacks to more than {most:,} bytes, left out")
    return text


def read_sitemap(body: bytes, most_bytes: int) -> SiteMap:
    """Read a sitemap (XML, gzip or one address a line). Entities are never expanded."""
    try:
        text = unpacked(body, most_bytes)
    except ValueError as problem:
        return SiteMap(problem=str(problem))
    if text.lstrip()[:1] != b"<":
        return _lines(text)
    pages: list[Entry] = []
    maps: list[Entry] = []
    try:
        for place, entry in _entries(text):
            (maps if place == "sitemap" else pages).append(entry)
            if len(pages) + len(maps) >= MOST_ENTRIES:
                return SiteMap(tuple(pages), tuple(maps), f"A sitemap holds more than {MOST_ENTRIES:,} addresses; cut")
    except etree.XMLSyntaxError as error:
        return SiteMap(tuple(pages), tuple(maps), f"A sitemap is no good XML ({str(error)[:100]})")
    return SiteMap(tuple(pages), tuple(maps), "" if pages or maps else "A sitemap lists nothing")


def _entries(text: bytes) -> "list[tuple[str, Entry]]":
    found: list[tuple[str, Entry]] = []
    steps = etree.iterparse(
        io.BytesIO(text), events=("end",), recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    for _, element in steps:
        name = _name(element)
        if name not in {"url", "sitemap"}:
            continue
        values = {_name(child): (child.text or "").strip() for child in element}
        if values.get("loc"):
            found.append((name, Entry(values["loc"], values.get("lastmod", ""))))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
        if len(found) >= MOST_ENTRIES:
            break
    return found


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _lines(text: bytes) -> SiteMap:
    lines = (line.strip() for line in text.decode("utf-8", "replace").splitlines()[:MOST_ENTRIES])
    pages = tuple(Entry(line) for line in lines if line.startswith(("http://", "https://")))
    return SiteMap(pages, problem="" if pages else "A sitemap lists nothing")
