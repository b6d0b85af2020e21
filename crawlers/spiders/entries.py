"""Reads RSS 2.0, RSS 1.0 and Atom, also broken ones, without trusting them."""

from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from crawlers.spiders.moments import iso

# Entries of one feed document. Reason: a feed that lists everything rarely holds more. Source: judgement.
MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: where its page is and what the feed says of it. Times are ISO 8601."""

    url: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed document; `next` leads to older entries (RFC 5005); `problem` says what was wrong with it."""

    entries: tuple[FeedEntry, ...] = ()
    title: str = ""
    generator: str = ""
    language: str = ""
    next: str = ""
    problem: str = ""


def read_feed(body: bytes) -> Feed:
    """Read a feed. Entities are never expanded, nothing is fetched, broken XML gives what could be read."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or _name(root) not in {"rss", "RDF", "feed"}:
        return Feed(problem="The address is no feed. Give the address of an RSS or Atom feed, or use the kind site")
    head = root if _name(root) == "feed" else next((e for e in root if _name(e) == "channel"), root)
    found = [e for e in root.iter("{*}item", "{*}entry") if isinstance(e.tag, str)]
    entries = tuple(e for e in map(_entry, found[:MOST_ENTRIES]) if e.url)
    return Feed(
        entries,
        _text(head, "title"),
        _text(head, "generator"),
        (_text(head, "language") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:2].lower(),
        _link(head, ("next", "prev-archive")),
        "" if entries else "The feed lists no entries",
    )


def _entry(element: etree._Element) -> FeedEntry:
    published = _text(element, "pubDate") or _text(element, "published") or _text(element, "date")
    modified = _text(element, "updated") or _text(element, "modified")
    url = _link(element, ("alternate", "")) or _text(element, "link") or _permalink(element)
    return FeedEntry(url, _text(element, "title"), _authors(element), iso(published), iso(modified), _tags(element))


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: etree._Element, name: str) -> str:
    for child in element:
        if _name(child) == name:
            said = " ".join("".join(map(str, child.itertext())).split())
            if said:
                return said
    return ""


def _link(element: etree._Element, relations: tuple[str, ...]) -> str:
    for child in element:
        if _name(child) == "link" and child.get("href") and child.get("rel", "") in relations:
            return str(child.get("href")).strip()
    return ""


def _permalink(element: etree._Element) -> str:
    for child in element:
        if _name(child) == "guid" and child.get("isPermaLink", "true") == "true":
            return (child.text or "").strip()
    return ""


def _authors(element: etree._Element) -> tuple[str, ...]:
    names = []
    for child in element:
        if _name(child) == "creator":
            names.append((child.text or "").strip())
        elif _name(child) == "author":
            named = _text(child, "name") or (child.text or "").strip()
            # RSS writes "ann@example.org (Ann Example)".
            names.append(named.partition("(")[2].rstrip(") ") or named if "@" in named else named)
    return tuple(dict.fromkeys(name for name in names if name))


def _tags(element: etree._Element) -> tuple[str, ...]:
    said = (c.get("term") or c.text or "" for c in element if _name(c) in {"category", "subject"})
    return tuple(dict.fromkeys(tag.strip() for tag in said if tag.strip()))
