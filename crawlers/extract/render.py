"""An element of a page to plain text and to clean HTML, in one walk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from urllib.parse import urljoin, urlsplit

from crawlers.extract.tree import Element, word_set

_SKIPPED = word_set(
    "script style noscript template iframe svg canvas button input select textarea object embed video audio "
    "map head title dialog progress meter datalist"
)
BLOCKS = word_set(
    "p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre blockquote table thead tbody tfoot tr caption figure "
    "figcaption hr details summary div section article main header footer aside address center fieldset form "
    "body html nav hgroup menu legend"
)
_KEPT_BLOCKS = word_set(
    "p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd pre blockquote table thead tbody tfoot tr caption figure "
    "figcaption details summary"
)
_KEPT_INLINE = word_set("em strong b i u s del ins code kbd samp var sub sup abbr cite q mark small dfn time ruby rt")
_CELLS = frozenset(("td", "th"))
_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
    "ol": ("start",),
    "time": ("datetime",),
    "abbr": ("title",),
}
_SPACE_LIKE = "\t\r\f\v\n\u00a0"
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight|brush:?)[-: ]?([\w+#-]+)")
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:wp-)?(?:caption|photo-?credit|image-?credit|media-?credit|credit)s?(?:-text|__text|-full)?(?:[\s_]|$)",
    re.I,
)
_LONGEST_NUMBER = 7  # digits of a list's first number; a longer one is no number of an item
_TEX = "application/x-tex"


@dataclass(slots=True)
class Rendered:
    """Plain text with a block a line, HTML with the structure kept, and the absolute addresses linked to."""

    text: str
    html: str
    links: tuple[str, ...] = ()


@dataclass(slots=True)
class _Walk:
    base: str
    text: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    links: dict[str, None] = field(default_factory=dict)
    items: dict[Element, int] = field(default_factory=dict)
    captions: bool = False
    unnumbered: bool = False
    verbatim: int = 0

    def line_end(self) -> None:
        if self.text and self.text[-1] != "\n":
            self.text.append("\n")

    def say(self, words: str | None) -> None:
        if not words:
            return
        if not self.verbatim:
            words = spaced(words)
        self.text.append(words)
        self.markup.append(escape(words, quote=False))

    def open(self, tag: str, attributes: Mapping[str, str]) -> None:
        said = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
        self.markup.append(f"<{tag}{said}>")


def render(element: Element, base: str = "", captions: bool = False, numbers: bool = True) -> Rendered:
    """The content of an element. `base` is the page's address; links are made absolute against it.

    With `captions` the captions of pictures and listings are said in the text; without, they stand in the HTML alone,
    because in an article they would break into the sentences around them. Without `numbers` the items of ordered lists
    are said without them.
    """
    walk = _Walk(base, captions=captions, unnumbered=not numbers)
    _inside(element, walk)
    text = _tidy("".join(walk.text))
    markup = re.sub(r"<(p|li|ul|ol|em|strong|b|i|dd|dt|figure|blockquote|h[1-6])>\s*</\1>", "", "".join(walk.markup))
    return Rendered(text, markup.strip(), tuple(walk.links))


def spaced(words: str) -> str:
    """A text with one space wherever a page has any number of spaces, tabs and line ends; faster than a pattern."""
    for space in _SPACE_LIKE:
        words = words.replace(space, " ")
    while "  " in words:
        words = words.replace("  ", " ")
    return words


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    lines = [line[1:] if line.startswith(" ") and not line.startswith("  ") else line for line in lines]
    return _BLANK_LINES.sub("\n", "\n".join(lines)).strip()


def _inside(element: Element, walk: _Walk) -> None:
    walk.say(element.text)
    for child in element:
        if isinstance(child.tag, str):
            _element(child, walk)
        walk.say(child.tail)


def _element(element: Element, walk: _Walk) -> None:
    tag = element.tag
    if tag in _SKIPPED:
        return
    if not walk.captions and (tag == "figcaption" or _names_caption(element.get("class") or "")):
        _unsaid(element, walk)
        return
    if tag == "br":
        walk.line_end()
        walk.markup.append("<br>")
    elif tag == "img":
        _image(element, walk)
    elif tag == "math":
        _math(element, walk)
    elif tag == "a":
        _link(element, walk)
    elif tag == "pre":
        _verbatim(element, walk)
    elif tag in _CELLS:
        _cell(element, walk)
    elif tag in BLOCKS:
        _block(element, walk)
    elif tag in _KEPT_INLINE:
        _wrapped(element, walk)
    else:
        _inside(element, walk)


@lru_cache(maxsize=20_000)
def _names_caption(named: str) -> bool:
    return bool(_CAPTION.search(named))


def _unsaid(element: Element, walk: _Walk) -> None:
    """An element in the HTML alone."""
    length = len(walk.text)
    _wrapped(element, walk)
    del walk.text[length:]


def _wrapped(element: Element, walk: _Walk) -> None:
    names = _ATTRIBUTES.get(element.tag, ())
    walk.open(element.tag, {name: element.get(name) for name in names if element.get(name)})
    _inside(element, walk)
    walk.markup.append(f"</{element.tag}>")


def _block(element: Element, walk: _Walk) -> None:
    walk.line_end()
    if element.tag == "hr":
        walk.markup.append("<hr>")
    elif element.tag in _KEPT_BLOCKS:
        if element.tag == "li":
            walk.text.append(_marker(element, walk))
        _wrapped(element, walk)
    elif _holds_only_words(element):
        walk.markup.append("<p>")
        _inside(element, walk)
        walk.markup.append("</p>")
    else:
        _inside(element, walk)
    walk.line_end()


def _marker(item: Element, walk: _Walk) -> str:
    """What stands before a list item in the text: its number in an ordered list, else a dash.

    A wiki's own content element is said word for word: its numbers are the browser's, not the author's.
    """
    parent = item.getparent()
    if walk.unnumbered or parent is None or parent.tag != "ol":
        return "- "
    start = parent.get("start") or ""
    first = int(start) if start.isdecimal() and len(start) < _LONGEST_NUMBER else 1
    walk.items[parent] = number = walk.items.get(parent, first - 1) + 1
    return f"{number}. "


def _holds_only_words(element: Element) -> bool:
    """Whether a neutral container is a paragraph in all but name."""
    own = bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)
    parent = element.getparent()
    inside_words = parent is not None and parent.tag in ("p", "li", "td", "th", "dd", "dt", "h1", "h2", "h3", "h4")
    return own and not inside_words and not any(child.tag in BLOCKS for child in element)


def _cell(element: Element, walk: _Walk) -> None:
    if element.getprevious() is not None and walk.text and walk.text[-1] != "\n":
        walk.text.append(" | ")
    _wrapped(element, walk)


def _verbatim(element: Element, walk: _Walk) -> None:
    walk.line_end()
    code = element.find(".//code")
    named = _LANGUAGE.search(f"{element.get('class', '')} {code.get('class', '') if code is not None else ''}")
    walk.open("pre", {"class": f"language-{named.group(1)}"} if named else {})
    walk.verbatim += 1
    _inside(element, walk)
    walk.verbatim -= 1
    walk.markup.append("</pre>")
    walk.line_end()


def _link(element: Element, walk: _Walk) -> None:
    address = resolved(walk.base, element.get("href"))
    if not address:
        _inside(element, walk)
        return
    walk.links.setdefault(address)
    walk.open("a", {"href": address})
    _inside(element, walk)
    walk.markup.append("</a>")


def _image(element: Element, walk: _Walk) -> None:
    """Pictures stay in the HTML with what stands for them; formula pictures are read out in the text as well."""
    said = spaced(element.get("alt") or "").strip()
    source = resolved(walk.base, element.get("data-src") or element.get("src"))
    if "tex" in (element.get("class") or "").split() or "math" in (element.get("class") or ""):
        walk.say(said)
    elif said or source:
        walk.open("img", {"src": source, "alt": said} if source else {"alt": said})


def _math(element: Element, walk: _Walk) -> None:
    """A formula as the TeX its author wrote where that is kept, else as the characters shown."""
    for note in element.iter("annotation"):
        if note.get("encoding") == _TEX and (note.text or "").strip():
            walk.text.append(note.text.strip())
            walk.markup.append(f'<code class="language-tex">{escape(note.text.strip(), quote=False)}</code>')
            return
    _inside(element, walk)


def resolved(base: str, address: str | None) -> str:
    """An absolute http(s) address, or "" for anything a reader can't follow (script, mail, a place on this page)."""
    address = (address or "").strip()
    if not address or address.startswith("#"):
        return ""
    try:
        full = urljoin(base, address)
        scheme = urlsplit(full).scheme
    except ValueError:
        return ""
    return full if scheme in ("http", "https") or (not scheme and not base) else ""
