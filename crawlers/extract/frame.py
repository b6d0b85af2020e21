"""The frame of a page: which elements are navigation, sharing, adverts or forms, and taking them out of the content."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from crawlers.extract.render import BLOCKS
from crawlers.extract.tables import table
from crawlers.extract.titles import is_title
from crawlers.extract.tree import Counts, Element, drop, has_words, line_of, word_set

_TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
# What themes and publishers call it is a table of its own, described there.
TABLE = table("frame.yaml")
_FRAME_WORDS = frozenset(TABLE["words"])
_FRAME_PHRASES = re.compile("|".join(TABLE["phrases"]), re.I)
_FRAME_TAGS = frozenset(("nav", "footer", "dialog", "menu", "form"))
_FRAME_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alert", "menu", "menubar", "toolbar")
)
SECTIONS = word_set("h2 h3 h4 h5 h6")
_TEXT = word_set("p ul ol table pre blockquote dl")
_CELLS = word_set("td th tr")
_NOTES = re.compile(r"note|tip|warning|caution|danger|info|important|admonition|callout|alert|hint|aside", re.I)
_NEVER = word_set("html body main article pre code p table tbody tr h1 h2 h3 span a em strong math")
_NO_COMMENTS = word_set("span code em i b p pre a")
_COMMENTS = re.compile("|".join(TABLE["comments"]), re.I)
# Classes of utilities ("md:hidden", "[&_nav]:mt-2") and of layouts ("has-sidebar", "grid-content-sidebar").
_UTILITY = re.compile(r"[:\[]|(?:^|[-_])(?:has|with|without|no|grid)[-_]", re.I)
_SHOWN_ON_SOME = re.compile(r"(?:^|\s)[\w-]+:(?:block|flex|grid|inline|table|contents)", re.I)
# An id of more words was made from a heading and names its section's subject (words; judgement).
_LONGEST_ID = 3

# A part with more than this share of the content's words is no frame, whatever it is called (share; unknown).
MOST_FRAME = 0.5
# A list or table with more linked words than this is a list of links (share; unknown).
_LINK_SHARE = 0.75
# The first list under a heading stays where so many more parts like it follow: a course's modules (parts; judgement).
_MORE_LISTS = 2
_LINKS_BEHIND = re.compile("|".join(TABLE["labels"]), re.I)

# From this many words on a block above the rest is the first paragraph (words; bylines are shorter).
_PARAGRAPH = 25
# Blocks looked at for a byline (blocks; unknown).
_MOST_LEAD_IN = 15
# Words of a paragraph that is one link from which on it is a headline, not a reference (words; unknown).
_PROMOTION = 4
# The longest line taken for an aside (words; longer ones are sentences of the text that begin alike).
_LONGEST_ASIDE = 30
_ASIDE = re.compile("|".join(TABLE["asides"]), re.I)
_DECK = re.compile("|".join(TABLE["decks"]), re.I)
_BYLINE = re.compile("|".join(TABLE["bylines"]), re.I)
# From this many words on a line that ends as a sentence does is one, though it names a day (words; unknown).
_SENTENCE = 8
_SENTENCE_END = re.compile(r"(?<![ap]\.m)[.!?…。！？][\"'”’)]*$", re.I)


def looks_like_frame(element: Element) -> bool:
    """Whether an element says by tag, role or name that it is part of the frame."""
    if element.tag in _FRAME_TAGS:
        return True
    if not element.keys():
        return bool(element.tag == "aside")
    if element.get("role") in _FRAME_ROLES:
        return True
    named = f"{element.get('class', '')} #{element.get('id', '')}"
    if element.tag == "aside":
        return not _NOTES.search(named)
    return element.tag not in _NEVER and named != " #" and _names_frame(named)


@lru_cache(maxsize=20_000)
def _names_frame(named: str) -> bool:
    shown = bool(_SHOWN_ON_SOME.search(named))
    said = " ".join(name for name in named.split() if not _names_no_part(name) and not (shown and name == "hidden"))
    words = {word.lower() for word in _TOKENS.findall(said)}
    return not words.isdisjoint(_FRAME_WORDS) or bool(_FRAME_PHRASES.search(said))


def _names_no_part(name: str) -> bool:
    """Whether a name is no part's: a utility with a condition, a layout of parts, or a heading's words as an id."""
    if name.startswith("#"):
        return len(_TOKENS.findall(name)) > _LONGEST_ID
    return bool(_UTILITY.search(name))


def holds_comments(element: Element) -> bool:
    """Whether an element is the list of comments, which may be far longer than what they are about; none in code."""
    if element.tag in _NO_COMMENTS:
        return False
    named = f"{element.get('class', '')} {element.get('id', '')}"
    return named != " " and _names_comments(named) and element.find(".//h1") is None


@lru_cache(maxsize=20_000)
def _names_comments(named: str) -> bool:
    return any(_COMMENTS.fullmatch(name) for name in named.split())


def drop_frame(content: Element, counts: Counts, named: bool = True, lists: bool = True, comments: bool = True) -> None:
    """Take navigation, sharing, adverts and lists of links out of the content.

    With `named` false only what gives itself away by its links is taken, not what only carries a suspicious name:
    a system's own content element has its own list of frame. With `lists` false lists of links stay, with
    `comments` false lists of comments.
    """
    words, most = counts.words, MOST_FRAME * counts.words[content]
    for element in list(content.iterdescendants()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        frame = element.tag == "nav" or (named and looks_like_frame(element))
        if (frame and words[element] <= most) or (named and comments and holds_comments(element)):
            drop(element)
    for element in list(content.iterdescendants("ul", "ol", "div", "section", "table")) if named else []:
        if element.getparent() is not None and _is_list_of_links(element, counts) and words[element] <= most:
            _drop_with_label(element)


def drop_asides(content: Element, counts: Counts) -> None:
    """Take out the short lines that publishers put between paragraphs: adverts, pointers, calls to follow."""
    for block in list(
        content.iterdescendants("p", "div", "h2", "h3", "h4", "h5", "h6", "span", "strong", "section", "li")
    ):
        if counts.words[block] <= _LONGEST_ASIDE and block.getparent() is not None and _ASIDE.match(line_of(block)):
            drop(block)


def drop_lead_in(content: Element, title: str) -> None:
    """Take out what stands above the first paragraph and repeats what has a field of its own: title, byline, date."""
    for block in list(islice(leaf_blocks(content), _MOST_LEAD_IN)):
        line = line_of(block)
        named = f"{block.get('class', '')} {block.getparent().get('class', '')}"
        if block.tag in _CELLS:
            continue
        if is_title(line, title) or _DECK.search(named):
            drop(block)
        elif len(line.split()) >= _PARAGRAPH:
            return
        elif _BYLINE.search(line) and not _is_sentence(line):
            drop(block)


def _is_sentence(line: str) -> bool:
    return len(line.split()) >= _SENTENCE and bool(_SENTENCE_END.search(line))


def leaf_blocks(content: Element, last_first: bool = False) -> Iterator[Element]:
    """The blocks with words that hold no others, in order or from the last."""
    for element in reversed(list(content.iterdescendants())) if last_first else content.iterdescendants():
        holds = element.tag in BLOCKS and any(below.tag in BLOCKS for below in element.iterdescendants())
        if element.tag in BLOCKS and not holds and has_words(element):
            yield element


def drop_promotions(content: Element, counts: Counts) -> None:
    """Take out paragraphs that are nothing but a link to another page, as news sites strew them into a text."""
    for block in list(content.iterdescendants("p", "h2", "h3", "h4", "div")):
        words = counts.words[block]
        if words < _PROMOTION or counts.linked[block] < words or block.getparent() is None:
            continue
        links = list(islice(block.iter("a"), 2))
        one = len(links) == 1 and not (links[0].get("href") or "#").startswith("#")
        if one and block.getparent().tag not in ("li", "td", "blockquote") and block.find(".//img") is None:
            drop(block)


def _is_list_of_links(element: Element, counts: Counts) -> bool:
    """Whether an element's words are nearly all links, several of them, as in menus and related posts."""
    words, linked = counts.words[element], counts.linked[element]
    several = linked > _LINK_SHARE * words > 0 and len(list(islice(element.iter("a"), 2))) > 1
    return several and not _is_introduced(element)


def _is_introduced(element: Element) -> bool:
    """Whether a list stands in the running text: behind a line that announces it or under one of its headings."""
    before = element.getprevious()
    if element.tag not in ("ul", "ol") or before is None or not isinstance(before.tag, str):
        return False
    line = line_of(before)
    if before.tag == "p":
        return line.endswith(":") and not _LINKS_BEHIND.match(line)
    if before.tag not in SECTIONS or _LINKS_BEHIND.match(line):
        return False
    if any(_opens_text(other) for other in before.itersiblings(before.tag, preceding=True)):
        return True
    return sum(_opens_text(other) for other in before.itersiblings(before.tag)) >= _MORE_LISTS


def _opens_text(heading: Element) -> bool:
    after = heading.getnext()
    return after is not None and after.tag in _TEXT


def _drop_with_label(element: Element) -> None:
    before = element.getprevious()
    if before is not None and isinstance(before.tag, str) and _LINKS_BEHIND.match(line_of(before)):
        drop(before)
    drop(element)
