"""A page's text to one bounded lxml tree: size, depth and attributes are capped before any parser sees them."""

import re
from functools import lru_cache
from typing import TypeAlias

from lxml import etree, html  # type: ignore[import-untyped]
from lxml.cssselect import CSSSelector  # type: ignore[import-untyped]

Element: TypeAlias = html.HtmlElement

# Characters of markup read from one page; what lies beyond is cut off. The largest of 535 real pages has 2.0 million;
# the worst text of this size (a million short lines) takes 8 s and 700 MB.
MOST_CHARACTERS = 5_000_000
# Characters looked at before that, so that a single overlong element does not use them up.
_MOST_LOOKED_AT = 50_000_000
# Attributes kept on one element. libxml2 compares each with all before it, so 1,000,000 take minutes.
MOST_ATTRIBUTES = 200
# Equals signs in a page from which on its tags are counted one by one (unknown).
_MANY_EQUALS = 100_000

# What no HTML parser should meet, as bytes of UTF-8, and the two characters of more bytes.
_CONTROLS = bytes.maketrans(bytes([*range(9), 11, *range(14, 32)]), b" " * 28)
_NO_CHARACTERS = "\ufffe\uffff"
_TAG_START = re.compile(r"<[a-zA-Z]")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s=>/"']+|["'])(\s*=\s*)?""")
_INLINE_TAG = re.compile(r"</?(?:font|b|i|u|s|em|strong|span|small|big|center|tt|a|nobr|ins|del)\b[^<>]*>", re.I)
_ANY_TAG = re.compile(r"<(?!/?(?:html|head|body|title|meta|link|h[1-6])\b)/?[a-z][^<>]*>", re.I)
# lxml.html chooses an element's class in Python, each time an element is met again; one class for all costs nothing.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1\s*>", re.I | re.S)


def parse(text: str) -> Element | None:
    """The page as a tree at most 256 levels deep; None where it holds no element and no word.

    A page nested deeper is read again without its inline elements, then without any but headings and paragraphs:
    the words stay, the nesting goes.
    """
    text = text[:_MOST_LOOKED_AT]
    if text.count("=") > _MANY_EQUALS:
        text = cap_attributes(text)
    text = text[:MOST_CHARACTERS].replace("\r\n", "\n")
    for character in _NO_CHARACTERS:
        text = text.replace(character, " ")
    tree, complete = _parse(text)
    if not complete:
        tree, complete = _parse(_INLINE_TAG.sub(" ", text))
    if not complete:
        tree, _ = _parse(_ANY_TAG.sub("<br>", _SCRIPT.sub(" ", text)))
    return tree


def _parse(text: str) -> tuple[Element | None, bool]:
    """A tree, and whether the parser reached the end of the text."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace").translate(_CONTROLS), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, True
    error = parser.error_log.last_error
    return tree, not (error is not None and error.type_name == "ERR_RESOURCE_LIMIT")


def cap_attributes(text: str) -> str:
    """The markup with at most MOST_ATTRIBUTES attributes an element, in time linear in its length."""
    out, kept_to, position = [], 0, 0
    while match := _TAG_START.search(text, position):
        position = _after_name(text, match.end())
        count = 0
        while (attribute := _ATTRIBUTE.match(text, position)) is not None and attribute.end() > position:
            count += 1
            if count == MOST_ATTRIBUTES:
                out.append(text[kept_to:position])
            position = _after_value(text, attribute)
        if count >= MOST_ATTRIBUTES:
            kept_to = position
    return "".join([*out, text[kept_to:]])


def _after_name(text: str, position: int) -> int:
    while position < len(text) and text[position] not in " \t\n\r\f/>":
        position += 1
    return position


def _after_value(text: str, attribute: "re.Match[str]") -> int:
    end = attribute.end()
    if attribute.group(2) is None or end >= len(text):
        return end
    if text[end] in "\"'":
        closing = text.find(text[end], end + 1)
        return closing + 1 if closing >= 0 else len(text)
    while end < len(text) and text[end] not in " \t\n\r\f>":
        end += 1
    return end


@lru_cache(maxsize=2000)
def selector(css: str) -> CSSSelector:
    """A compiled CSS selector."""
    return CSSSelector(css, translator="html")


def select(element: Element, css: str) -> list[Element]:
    """The elements below one that match a CSS selector, in document order."""
    return list(selector(css)(element))


def words_of(element: Element) -> int:
    """How many words an element holds, split at white space."""
    return len("".join(element.itertext()).split())


class Counts:
    """The words of every part of a tree and how many of them are links, from one walk (words split at white space)."""

    def __init__(self, root: Element) -> None:
        self.words: dict[Element, int] = {}
        self.linked: dict[Element, int] = {}
        all_words, all_linked = self.words, self.linked
        for element in reversed(list(root.iter())):
            text, tail = element.text, element.tail
            words = all_words.get(element, 0) + (len(text.split()) if text else 0)
            linked = words if element.tag == "a" else all_linked.get(element, 0)
            all_words[element], all_linked[element] = words, linked
            above = None if element is root else element.getparent()
            if above is not None:
                all_words[above] = all_words.get(above, 0) + words + (len(tail.split()) if tail else 0)
                all_linked[above] = all_linked.get(above, 0) + linked


def line_of(element: Element | None) -> str:
    """An element's text on one line."""
    if element is None:
        return ""
    return " ".join(("".join(element.itertext()) if len(element) else element.text or "").split())


def has_words(element: Element) -> bool:
    """Whether an element says anything at all."""
    return any(text.strip() for text in element.itertext())


def drop(element: Element) -> None:
    """Take an element out of its tree; the text after it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def word_set(words: str) -> frozenset[str]:
    """The words of a text as a set: long lists of names stay readable this way."""
    return frozenset(words.split())
