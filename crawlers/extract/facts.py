"""What a page says about itself: title, authors, dates, language, licence, tags, each with where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml.etree import XPath  # type: ignore[import-untyped]

from crawlers.extract.dates import date_in_address, iso_date
from crawlers.extract.language import language_code
from crawlers.extract.licences import licence_of
from crawlers.extract.linked_data import all_nodes, by_identity, kinds_of, linked_data, meta_values
from crawlers.extract.names import people
from crawlers.extract.places import WEAK, places
from crawlers.extract.titles import title_of
from crawlers.extract.tree import Element, line_of, select

_AUTHOR_META = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "dc.creator.1",
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "byline",
    "twitter:data1:author",
    "article:author_name",
)
_PUBLISHED_META = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dcterms.date",
    "date",
    "citation_publication_date",
    "citation_date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publish_date",
    "publish-date",
    "article:published",
    "datecreated",
    "created",
    "publication_date",
    "ms.date",
)
_MODIFIED_META = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "revised",
    "updated_at",
    "lastmod",
)
_TAG_META = (
    "article:tag",
    "keywords",
    "news_keywords",
    "parsely-tags",
    "citation_keywords",
    "dc.subject",
    "dcterms.subject",
)
# Links to a page's tags by their relation, and where systems put theirs (a class each theme of the system keeps).
_TAG_RELATIONS = frozenset(("tag", "category"))
_TAG_PLACES = ".mw-normal-catlinks li a, .p-category, #labels-section .aui-label, .discourse-tag"
_HAS_TAG_PLACES = XPath(
    "boolean(//@class[contains(., 'mw-normal-catlinks') or contains(., 'p-category') or contains(., 'aui-label')"
    " or contains(., 'discourse-tag')])"
)
_MOST_TAGS = 30
_LONGEST_TAG = 60


@dataclass(slots=True)
class Facts:
    """What a page says about itself; `evidence` names the source of each fact by its field."""

    title: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    licence: str | None = None
    tags: tuple[str, ...] = ()
    types: frozenset[str] = frozenset()
    publisher: tuple[str, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, value: Any, source: str) -> None:
        """Set a fact that is not yet known, with its source."""
        if value and not getattr(self, name):
            setattr(self, name, value)
            self.evidence[name] = source


def facts_of(tree: Element, url: str, hints: Mapping[str, Any]) -> Facts:
    """Everything a page says about itself. Hints from a system's interface come first, then JSON-LD, meta, markup."""
    facts = Facts()
    _from_hints(facts, hints)
    data, said = linked_data(tree), meta_values(tree)
    nodes = all_nodes(tree) if data else []
    headline = next((str(node["headline"]) for node in data if isinstance(node.get("headline"), str)), "")
    title, source = title_of(tree, said, headline)
    facts.note("title", title, source)
    facts.types = frozenset(str(kind) for node in data for kind in _as_list(node.get("@type")))
    for node in data:
        _from_linked_data(facts, node, nodes)
    _from_meta(facts, said)
    _from_markup(facts, tree)
    _from_address(facts, [url, *_own_addresses(tree, said)])
    facts.note("authors", facts.publisher, "json-ld author (an organisation)")
    return facts


def _own_addresses(tree: Element, said: Mapping[str, list[str]]) -> list[str]:
    """The addresses a page names as its own, which count where it was read from a file."""
    return [*(link.get("href") or "" for link in select(tree, "link[rel~=canonical]")), *said.get("og:url", [])]


def _from_address(facts: Facts, addresses: list[str]) -> None:
    """The day in the page's address: surer than a place in the markup, less exact where both name the same day."""
    day = next((day for address in addresses if (day := date_in_address(address))), None)
    known = facts.published or ""
    if day and (not known or (facts.evidence["published"].startswith(WEAK) and known[:10] != day)):
        facts.published, facts.evidence["published"] = day, "address"


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _from_hints(facts: Facts, hints: Mapping[str, Any]) -> None:
    for name in ("title", "summary", "licence"):
        facts.note(name, " ".join(str(hints.get(name) or "").split()), "system")
    facts.note(
        "authors", tuple(str(name) for name in _as_list(hints.get("authors") or ()) if name and name != ()), "system"
    )
    if isinstance(hints.get("authors"), tuple):
        facts.authors = tuple(str(name) for name in hints["authors"])
    facts.note("published", iso_date(hints.get("published")), "system")
    facts.note("modified", iso_date(hints.get("modified")), "system")
    facts.note("language", language_code(hints.get("language")), "system")
    tags = hints.get("tags") or ()
    facts.note("tags", tuple(str(tag) for tag in (tags if isinstance(tags, list | tuple) else [tags])), "system")


def _from_linked_data(facts: Facts, node: Mapping[str, Any], nodes: list[dict[str, Any]]) -> None:
    writer = by_identity(nodes, node.get("author") or node.get("creator"))
    writers = [by_identity(nodes, one) for one in writer] if isinstance(writer, list) else writer
    persons = [one for one in _as_list(writers) if not (isinstance(one, dict) and "Organization" in kinds_of(one))]
    facts.note("authors", people(persons), "json-ld author")
    facts.publisher = facts.publisher or people(writers)
    facts.note("published", iso_date(node.get("datePublished") or node.get("dateCreated")), "json-ld datePublished")
    facts.note("modified", iso_date(node.get("dateModified")), "json-ld dateModified")
    facts.note("language", language_code(node.get("inLanguage")), "json-ld inLanguage")
    facts.note("licence", licence_of(node.get("license")), "json-ld license")
    if isinstance(node.get("description"), str):
        facts.note("summary", " ".join(unescape(node["description"]).split()), "json-ld description")


def _from_meta(facts: Facts, said: Mapping[str, list[str]]) -> None:
    for name in _AUTHOR_META:
        facts.note("authors", people(said.get(name, [])), f"meta {name}")
    for field_name, names in (("published", _PUBLISHED_META), ("modified", _MODIFIED_META)):
        for name in names:
            facts.note(field_name, iso_date(next(iter(said.get(name, [])), "")), f"meta {name}")
    for name in ("description", "og:description", "dc.description", "twitter:description"):
        facts.note("summary", next(iter(said.get(name, [])), ""), f"meta {name}")
    for name in ("dc.rights", "dcterms.license", "dcterms.rights", "rights"):
        facts.note("licence", licence_of(next(iter(said.get(name, [])), "")), f"meta {name}")
    for name in _TAG_META:
        tags = [tag.strip() for value in said.get(name, []) for tag in value.split(",")]
        facts.note("tags", _usable_tags(tags), f"meta {name}")
    for name in ("content-language", "og:locale", "dc.language"):
        facts.note("language", language_code(next(iter(said.get(name, [])), "")), f"meta {name}")


def _usable_tags(tags: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in tags if 0 < len(tag) <= _LONGEST_TAG))[:_MOST_TAGS]


def _from_markup(facts: Facts, tree: Element) -> None:
    spoken = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    facts.note("language", language_code(spoken), "html lang")
    missing = [name for name in ("authors", "published", "modified") if not getattr(facts, name)]
    for name, value, place in places(tree, missing):
        facts.note(name, value, place)
    tags = []
    for link in tree.iter("a", "link"):
        relation, address = link.get("rel") or "", link.get("href") or ""
        marked = "license" in relation
        if marked or "creativecommons.org/" in address:
            facts.note("licence", licence_of(address), "rel=license" if marked else "link to a licence")
        if relation and link.tag == "a" and not _TAG_RELATIONS.isdisjoint(relation.split()):
            tags.append(line_of(link))
    tags += [line_of(link) for link in select(tree, _TAG_PLACES)] if _HAS_TAG_PLACES(tree) else []
    facts.note("tags", _usable_tags(tags), "tag links")
