"""Rewrites HTML from a crawl as a small, balanced, shallow subset in one linear pass, so that what follows stays cheap.

The sanitiser's time grows with the square of nesting, and misnested tags nest deeper once a browser's parser mends
them. So tags are balanced here, nothing nests past a limit, and only known tags with known attributes go on.
"""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape

# Levels of elements kept; the deepest real page seen nests some 30, and cost grows with the square.
MOST_DEPTH = 100
VOID = {"br", "hr", "img", "wbr"}
KEPT = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "dfn", "div", "dl", "dt",
    "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark",
    "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
}  # fmt: skip
ATTRIBUTES = {
    "a": ("href", "title"), "img": ("src", "alt", "width"), "abbr": ("title",), "time": ("datetime",), "ol": ("start",),
    "td": ("colspan", "rowspan"), "th": ("colspan", "rowspan", "scope"), "details": ("open",),
}  # fmt: skip
# What stands inside these is not for reading; their end is looked for as plain text, as browsers mostly do.
SKIPPED = {
    "script", "style", "template", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext",
    "svg", "math", "select", "object", "applet", "audio", "video", "canvas", "head",
}  # fmt: skip
# An open one of these ends when the next of the same kind begins: people rarely close them.
SELF_ENDING = {"p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot"}

_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s=>/"'<]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?""")
_END = re.compile(r"[^>]*>")

Attributes = dict[str, str]
Opened = Callable[[str, Attributes], str | None]


class Rewriter:
    """One pass over one page: `text` in, balanced markup out by `run()`.

    `change` is asked about every kept start tag and may alter its attributes in place; a string it returns is put in
    the element's stead (used for images), None keeps the element. `rename` maps tags to others.
    """

    def __init__(self, text: str, change: Opened, rename: Mapping[str, str] | None = None) -> None:
        self.text = text.replace("\0", "")
        self.change = change
        self.rename = rename or {}
        self.out: list[str] = []
        self.stack: list[str] = []

    def run(self) -> str:
        """The page, rewritten."""
        position, end = 0, len(self.text)
        while position < end:
            angle = self.text.find("<", position)
            stop = end if angle < 0 else angle
            self.out.append(_safe(self.text[position:stop]))
            position = end if angle < 0 else self._markup(angle)
        self._close_down_to(0)
        return "".join(self.out)

    def _markup(self, at: int) -> int:
        """Deal with the `<` at this place; returns where to go on."""
        following = self.text[at + 1 : at + 2]
        if following.isascii() and following.isalpha():
            return self._start(at + 1)
        if following == "/":
            return self._finish(at + 2)
        if following in {"!", "?"}:
            closing = "-->" if self.text.startswith("<!--", at) else ">"
            found = self.text.find(closing, at + 2)
            return len(self.text) if found < 0 else found + len(closing)
        self.out.append("&lt;")
        return at + 1

    def _start(self, at: int) -> int:
        """A start tag whose name begins here."""
        name_match = _NAME.match(self.text, at)
        if name_match is None:
            return at
        name = name_match.group().lower()
        attributes, position = self._attributes(name, name_match.end())
        if name in SKIPPED:
            own_end = self.text.startswith("/>", position - 2) and name in {"svg", "math"}
            return position if own_end else self._skip(name, position)
        if name in KEPT:
            self._open(self.rename.get(name, name), attributes)
        return position

    def _attributes(self, name: str, position: int) -> tuple[Attributes, int]:
        """The attributes worth keeping, the first of a name winning, and where the tag ends."""
        wanted, kept = ATTRIBUTES.get(name, ()), {}
        while match := _ATTRIBUTE.match(self.text, position):
            position = match.end()
            key, value = match.group(1).lower(), match.group(2) or ""
            if key in wanted and key not in kept:
                kept[key] = unescape(value[1:-1] if value[:1] in {'"', "'"} else value)
        ending = _END.match(self.text, position)
        return kept, ending.end() if ending else len(self.text)

    def _skip(self, name: str, position: int) -> int:
        """Past the end tag of an element that is not for reading; to the end of the page where it is never closed."""
        closing = re.compile(rf"</{name}(?=[\s/>])[^>]*>?", re.IGNORECASE).search(self.text, position)
        return closing.end() if closing else len(self.text)

    def _open(self, name: str, attributes: Attributes) -> None:
        """Write a start tag, unless it would nest too deep."""
        if name in SELF_ENDING and self.stack and self.stack[-1] == name:
            self._close_down_to(len(self.stack) - 1)
        if len(self.stack) >= MOST_DEPTH or (name == "a" and "a" in self.stack):
            return
        instead = self.change(name, attributes)
        if instead is not None:
            self.out.append(instead)
            return
        written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        self.out.append(f"<{name}{written}>")
        if name not in VOID:
            self.stack.append(name)

    def _finish(self, at: int) -> int:
        """An end tag whose name begins here: close it and what was left open inside it."""
        name_match = _NAME.match(self.text, at)
        name = name_match.group().lower() if name_match else ""
        name = self.rename.get(name, name)
        if name in self.stack:
            self._close_down_to(len(self.stack) - 1 - self.stack[::-1].index(name))
        ending = _END.match(self.text, at)
        return ending.end() if ending else len(self.text)

    def _close_down_to(self, depth: int) -> None:
        """Close elements, innermost first, until this many are open."""
        while len(self.stack) > depth:
            self.out.append(f"</{self.stack.pop()}>")


def _safe(text: str) -> str:
    """Text between tags: references stay as they are, stray closing brackets are escaped."""
    return text.replace(">", "&gt;")
