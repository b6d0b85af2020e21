"""The content of a page of unknown make: each block is weighed, and the subtree whose weights sum highest is taken."""

import re
from dataclasses import dataclass, field

from crawlers.extract.frame import MOST_FRAME, looks_like_frame
from crawlers.extract.render import BLOCKS
from crawlers.extract.tree import Element, words_of

# A block's weight in words, before links are taken off. Numbers: set on every second page of two public
# benchmarks (WCXB and Zyte's), checked on the others.
_LINK_COST = 2.2  # a linked word counts against its block this many times its worth
_SHORT = 12  # words; a block shorter than this and without a sentence's end is a label
_LABEL_WORTH = 0.35  # share of a label's words that count
_EMPTY_COST = 1.5  # words a block costs that has none of its own, so that wrappers of nothing stay outside
_FRAME_COST = 1.0  # share of its words a part costs that names itself frame (nav, share, related)
_NAMED_BONUS = 1.25  # factor for elements that name themselves content
_SENTENCE_END = re.compile(r"[.!?…。！？:;](?:[\"'”’)\]]*)(?:\s|$)")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WHOLE = frozenset(("p", "pre", "blockquote", "li", "td", "th", "dd", "dt", "figcaption"))
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:article|post|entry|story|blog|page|main|body)[\s_-]*(?:body|content|text|copy|main|article|inner)s?(?:[\s_-]|$)"
    r"|articlebody|markdown|(?:^|\s)(?:prose|rich-?text|e-content|content__body|hentry)",
    re.I,
)


@dataclass(slots=True)
class _Weights:
    page_words: int
    sums: dict[Element, float] = field(default_factory=dict)


def find_content(tree: Element) -> Element | None:
    """The element that holds most of a page's sentences and least of its frame; None for a page without words.

    The weight of a block is its words less what its links cost; the sum over a subtree is compared over all elements
    (a maximum-sum subtree, as in maximum-subsequence segmentation by Pasternack and Roth, 2009).
    """
    body = tree.find("body")
    root = body if body is not None else tree
    weights = _Weights(words_of(root))
    _weigh(root, weights, False)
    best, best_sum = None, 0.0
    for element, total in weights.sums.items():
        worth = total * (_NAMED_BONUS if _names_itself_content(element) else 1.0)
        if worth > best_sum:
            best, best_sum = element, worth
    return best


def _names_itself_content(element: Element) -> bool:
    return (
        element.tag in ("article", "main")
        or element.get("role") == "main"
        or element.get("itemprop") in ("articleBody", "text", "description")
        or bool(_NAMED.search(f"{element.get('class', '')} {element.get('id', '')}"))
    )


def _weigh(element: Element, weights: _Weights, in_frame: bool) -> float:
    """The sum of a subtree's weights; each container's is noted."""
    if not in_frame and looks_like_frame(element):
        in_frame = words_of(element) <= MOST_FRAME * weights.page_words
    if element.tag in _WHOLE or element.tag in _HEADINGS or not any(c.tag in BLOCKS for c in element):
        total = block_weight(element)
        total = -_FRAME_COST * abs(total) if in_frame else total
        weights.sums[element] = total
        return total
    total = -_EMPTY_COST + _loose_words(element) * (0.0 if in_frame else 1.0)
    for child in element:
        if isinstance(child.tag, str):
            total += _weigh(child, weights, in_frame)
    weights.sums[element] = total
    return total


def _loose_words(element: Element) -> float:
    """Words that stand directly in a container, between its blocks."""
    loose = len((element.text or "").split()) + sum(len((child.tail or "").split()) for child in element)
    return loose if loose >= _SHORT else loose * _LABEL_WORTH


def block_weight(element: Element) -> float:
    """What a block is worth, in words: high for sentences, about zero for labels, below zero for lists of links."""
    text = "".join(element.itertext())
    words = len(text.split())
    if not words:
        return 0.0
    if element.tag == "pre":
        return float(words)
    linked = sum(len("".join(a.itertext()).split()) for a in element.iter("a"))
    worth = words - _LINK_COST * linked
    if words < _SHORT and not _SENTENCE_END.search(text):
        worth = words * _LABEL_WORTH - _LINK_COST * linked
    return worth
