"""What a page says about itself as data: schema.org JSON-LD and meta elements."""

import json
import re
from collections.abc import Iterator
from typing import Any

from crawlers.extract.tree import Element, word_set

# Bytes of one JSON-LD block and how many are read: beyond that it describes no single page (unknown).
_LONGEST_BLOCK = 1_000_000
_MOST_BLOCKS = 20
_MOST_NODES = 2000
_ABOUT_PAGE = word_set(
    "Article NewsArticle BlogPosting TechArticle ScholarlyArticle Report LiveBlogPosting SocialMediaPosting "
    "HowTo APIReference DiscussionForumPosting Question QAPage WebPage CreativeWork LearningResource Course "
    "Recipe VideoObject FAQPage OpinionNewsArticle AnalysisNewsArticle ReportageNewsArticle ReviewNewsArticle "
    "AdvertiserContentArticle Review Blog"
)
_LESS_TELLING = frozenset(("WebPage", "QAPage", "FAQPage", "VideoObject", "CreativeWork", "Blog"))
_COMMENT_MARKS = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\]\]>|\]\]>)\s*;?\s*$")


def linked_data(tree: Element) -> list[dict[str, Any]]:
    """The schema.org objects that describe a page's content, the most telling first; broken blocks are left out."""
    found = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]")[:_MOST_BLOCKS]:
        text = (script.text or "")[:_LONGEST_BLOCK]
        try:
            data = json.loads(_COMMENT_MARKS.sub("", text).strip(), strict=False)
        except (ValueError, RecursionError):
            continue
        found += [node for node in _nodes(data) if not kinds_of(node).isdisjoint(_ABOUT_PAGE)]
    return sorted(found, key=lambda node: kinds_of(node) <= _LESS_TELLING)


def by_identity(tree_nodes: list[dict[str, Any]], reference: Any) -> Any:
    """The node a `{"@id": …}` reference stands for, or the reference itself."""
    if isinstance(reference, dict) and set(reference) == {"@id"}:
        return next((node for node in tree_nodes if node.get("@id") == reference["@id"]), reference)
    return reference


def kinds_of(node: dict[str, Any]) -> set[str]:
    """The schema.org types of a node, without their address."""
    said = node.get("@type", ())
    return {str(kind).rsplit("/", 1)[-1] for kind in (said if isinstance(said, list) else [said])}


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """The objects at the top, in `@graph` and behind `mainEntity`, a bounded number of them."""
    waiting, seen = [data], 0
    while waiting and seen < _MOST_NODES:
        node, seen = waiting.pop(0), seen + 1
        if isinstance(node, list):
            waiting += node[:_MOST_NODES]
        elif isinstance(node, dict):
            yield node
            waiting += [node[key] for key in ("@graph", "mainEntity") if key in node]


def meta_values(tree: Element) -> dict[str, list[str]]:
    """The content of a page's meta elements by lower-case name or property, in document order."""
    values: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        ).lower()
        content = " ".join((meta.get("content") or "").split())
        if name and content:
            values.setdefault(name, []).append(content)
    return values


def all_nodes(tree: Element) -> list[dict[str, Any]]:
    """Every JSON-LD object of a page that has an identity, for references to resolve against."""
    found: list[dict[str, Any]] = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]")[:_MOST_BLOCKS]:
        try:
            data = json.loads(_COMMENT_MARKS.sub("", (script.text or "")[:_LONGEST_BLOCK]).strip(), strict=False)
        except (ValueError, RecursionError):
            continue
        found += [node for node in _nodes(data) if "@id" in node]
    return found
