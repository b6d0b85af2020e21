"""The content of a page of unknown make: each block is weighed, and the subtree whose weights sum highest is taken."""

import re
from itertools import islice

from crawlers.extract.frame import MOST_FRAME, holds_comments, looks_like_frame
from crawlers.extract.render import BLOCKS
from crawlers.extract.tails import tail_parts
from crawlers.extract.tree import Counts, Element, word_set

# A block's weight in words, before links are taken off. These numbers were chosen by hand and not searched for;
# tests/quality says what they reach.
_LINK_COST = 2.2  # a linked word counts against its block this many times its worth
_SHORT = 12  # words; a block shorter than this and without a sentence's end is a label
_LABEL_WORTH = 0.35  # share of a label's words that count
_EMPTY_COST = 1.5  # words a block costs that has none of its own, so that wrappers of nothing stay outside
_FRAME_COST = 1.0  # share of its words a part costs that names itself frame (nav, share, related)
# Where names of frame hide more than the rest of the content's weight, the theme's names mean something else (share).
_MISNAMED = 0.4
# A best element with less of the words of the page's main element than this is a paragraph on a page of links (share).
_LEAST_OF_MAIN = 0.3
# A page of contents says at most so many times the words of its only paragraph (factor; the rest is a site's menus),
# and this share of them at least is linked (share; both judgement).
_MOST_CONTENTS = 6.0
_LEAST_CONTENTS = 0.3
# A page is strewn text where an element around the best one says so many times its words without links (factor), links
# taken off twice, and of what is added no more than a share is linked (judgement, held against the labelled pages).
_FAR_MORE = 2.0
_STREWN_LINK_COST = 2.0
_MOST_LINKED = 0.4
# A system's content element with less of the best weight than this is another element of the same name (share).
_LEAST_WEIGHT = 0.5
# Where no part of a page weighs more there is no text beside a system's own content, but a footer or a dialog (words;
# MediaWiki's footer with a licence has 25, mkdocs' search dialog 12).
_LEAST_TEXT = 50
_SURE_BONUS = 1.7  # factor for names that themes give to nothing else
_NAMED_BONUS = 1.25  # factor for elements that name themselves content
_SENTENCE_END = re.compile(r"[.!?…。！？:;](?:[\"'”’)\]]*)(?:\s|$)")
_WHOLE = word_set("p pre blockquote li dd dt figcaption h1 h2 h3 h4 h5 h6")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:article|post|entry|story|blog|body)[\s_-]*"
    r"(?:body|content|text|copy|main|article|inner)s?(?:[\s_-]|$)"
    r"|(?:^|\s)(?:prose|rich-?text|e-content|content__body|hentry)",
    re.I,
)
_NAMED_SURELY = re.compile(
    r"(?:^|[\s_-])(?:article|post|entry|story|blog)[\s_-]*(?:body|content|text|copy)(?:[\s_-]|$)|"
    r"articlebody|storybody|markdown-body",
    re.I,
)


class Scale:
    """The weights of a page's parts, worked out once and asked many times.

    The weight of a block is its words less what its links cost; the sum over a subtree is compared over all elements
    (a maximum-sum subtree, as in maximum-subsequence segmentation by Pasternack and Roth, 2009).
    """

    def __init__(self, tree: Element) -> None:
        self.counts = Counts(tree)
        self.is_index = False
        """Whether the page is mostly links, so that its lists of links are its content."""
        body = tree.find("body")
        self._bare: dict[Element, tuple[int, int]] = {}
        self._tails = tail_parts(tree, self.counts)
        self._most_frame = MOST_FRAME * self.counts.words[tree]
        self._all: dict[Element, float] = {}
        self._seeing: dict[Element, float] = {}
        self._blind: dict[Element, float] = {}
        self._weigh(body if body is not None else tree)
        seeing, most = _best(self._seeing)
        blind, most_blind = _best(self._blind)
        self.names_hold = most > _MISNAMED * most_blind
        """Whether names of frame can be believed here, or wrap the content itself."""
        self.best = self._or_main(tree, seeing if self.names_hold else blind)
        """The element that holds most of a page's sentences and least of its frame; None where there are none."""
        self.best_weight = 0.0 if self.best is None else max(self._all[self.best], 0.0)

    def _or_main(self, tree: Element, best: Element | None) -> Element | None:
        """The page's one main element where the best one is but a paragraph of it, as on pages of links."""
        for name in ("article", "main"):
            found = list(islice(tree.iter(name), 2))
            if len(found) == 1 and (best is None or found[0] in set(best.iterancestors())):
                best_words = 0 if best is None else self.counts.words[best]
                if best_words < _LEAST_OF_MAIN * self.counts.words[found[0]]:
                    self.is_index = True
                    return found[0]
        if best is not None and best.tag in _WHOLE:
            return self._contents_of(best)
        return best if best is None else self._around(best)

    def _contents_of(self, paragraph: Element) -> Element:
        """The chapter around a page's only paragraph, where a heading and links make it a page of contents."""
        most = _MOST_CONTENTS * self.counts.words[paragraph]
        for above in paragraph.iterancestors():
            if above.tag in ("body", "html") or self._is_frame(above) or self.counts.words[above] > most:
                break
            headed = next(above.iter("h1", "h2"), None) is not None
            if headed and self.counts.linked[above] > _LEAST_CONTENTS * self.counts.words[above]:
                self.is_index = True
                return above
        return self._around(paragraph)

    def _around(self, best: Element) -> Element:
        """What stands around the best element and says far more, where a page's text is strewn over short parts.

        Menus and footers by name do not count; links cost no more than themselves.
        """
        own, own_linked = self._unframed(best)
        chosen, most = best, _FAR_MORE * (own - own_linked)
        for above in best.iterancestors():
            if above.tag in ("body", "html") or self._is_frame(above):
                break
            words, linked = self._unframed(above)
            worth = words - _STREWN_LINK_COST * linked
            if worth > most and linked - own_linked < _MOST_LINKED * (words - own):
                chosen, most = above, worth
        return chosen

    def _unframed(self, element: Element) -> tuple[int, int]:
        """The words of an element and those linked, without the parts that name themselves frame."""
        if element in self._bare:
            return self._bare[element]
        words, linked = self.counts.words[element], self.counts.linked[element]
        for child in element:
            if isinstance(child.tag, str) and self.counts.words[child]:
                if looks_like_frame(child):
                    words -= self.counts.words[child]
                    linked -= self.counts.linked[child]
                else:
                    inner = self._unframed(child)
                    words -= self.counts.words[child] - inner[0]
                    linked -= self.counts.linked[child] - inner[1]
        self._bare[element] = words, linked
        return words, linked

    def holds_content(self, element: Element) -> bool:
        """Whether an element holds the best one, most of its words, or at least half of its weight; or the page must be
        an index, whose links weigh nothing: what weighs most is a footer's sentence, or tiny beside it.
        """
        if self.best is None or element is self.best or element in set(self.best.iterancestors()):
            return True
        if self.best_weight < _LEAST_TEXT or self.weight(element) >= _LEAST_WEIGHT * self.best_weight:
            return True
        words = self.counts.words[element]
        within = self.best in set(element.iterancestors()) and words >= _LEAST_WEIGHT * self.counts.words[self.best]
        return within or words >= _MOST_CONTENTS * self.best_weight

    def weight(self, element: Element) -> float:
        """The sum of an element's weights, whatever its parts are called."""
        if element not in self._all:
            self._weigh(element)
        return self._all[element]

    def _weigh(self, element: Element, framed: bool = False, commented: bool = False) -> tuple[float, float, float]:
        """The sums of a subtree's weights: whatever its parts are called, with named frame, with comments against it.

        Those of each container are noted.
        """
        framed = framed or self._is_frame(element)
        commented = commented or element in self._tails or holds_comments(element)
        children = list(element)
        if element.tag in _WHOLE or not any(child.tag in BLOCKS for child in children):
            total = self._block_weight(element)
            against = -_FRAME_COST * abs(total)
            seeing, blind = against if framed else total, against if commented else total
        else:
            loose = _loose_words(element, children)
            total = loose - _EMPTY_COST
            seeing, blind = -_EMPTY_COST if framed else total, -_EMPTY_COST if commented else total
            for child in children:
                inner = self._weigh(child, framed, commented)
                total, seeing, blind = total + inner[0], seeing + inner[1], blind + inner[2]
        self._all[element], self._seeing[element], self._blind[element] = total, seeing, blind
        return total, seeing, blind

    def _is_frame(self, element: Element) -> bool:
        named = looks_like_frame(element) and self.counts.words[element] <= self._most_frame
        return named or element in self._tails

    def _block_weight(self, element: Element) -> float:
        """What a block is worth: much for sentences, about nothing for labels, less than nothing for lists of links."""
        words, linked = self.counts.words[element], self.counts.linked[element]
        if not words or element.tag == "pre":
            return float(words)
        if words < _SHORT and not _SENTENCE_END.search("".join(element.itertext())):
            return words * _LABEL_WORTH - _LINK_COST * linked
        return words - _LINK_COST * linked


def _best(sums: dict[Element, float]) -> tuple[Element | None, float]:
    best, best_sum = None, 0.0
    for element, total in sums.items():
        worth = total * (_bonus(element) if total > best_sum / _SURE_BONUS else 1.0)
        if worth > best_sum:
            best, best_sum = element, worth
    return best, best_sum


def _bonus(element: Element) -> float:
    """How much more an element counts that names itself content."""
    named = f"{element.get('class', '')} {element.get('id', '')}"
    if element.tag in ("body", "html"):
        return 1.0
    if element.get("itemprop") == "articleBody" or _NAMED_SURELY.search(named):
        return _SURE_BONUS
    by_tag = element.tag in ("article", "main") or element.get("role") == "main" or element.get("itemprop") == "text"
    return _NAMED_BONUS if by_tag or _NAMED.search(named) else 1.0


def _loose_words(element: Element, children: list[Element]) -> float:
    """Words that stand directly in a container, between its blocks."""
    said = [text for text in (element.text, *[child.tail for child in children]) if text]
    loose = sum(len(text.split()) for text in said)
    return loose if loose >= _SHORT else loose * _LABEL_WORTH
