"""Markup in, HTML out: Markdown, reStructuredText and AsciiDoc as repositories hold them; no file, no network."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any

# What each ending is. Plain .txt is left out: in repositories most of it is for programs (requirements, robots).
ENDINGS = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".mkd": "markdown", ".mdx": "markdown",
    ".rst": "restructuredtext", ".rest": "restructuredtext",
    ".adoc": "asciidoc", ".asciidoc": "asciidoc", ".asc": "asciidoc",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as HTML, with what it says of itself (title, authors, tags, published, modified, language, draft)."""

    html: str
    facts: dict[str, Any] = field(default_factory=dict)


def markup_of(path: str) -> str:
    """Which markup a file holds, by its name; empty where it is none that is read."""
    return ENDINGS.get(posixpath.splitext(path)[1].lower(), "")


def render(markup: str, text: str) -> Rendered:
    """A page's text as HTML. Broken markup is shown as well as can be, never an error."""
    try:
        return _reader(markup)(text)
    except RecursionError:
        # Nested deeper than any page people write: its words, as they stand.
        return Rendered(f"<pre>{escape(text)}</pre>")


def _reader(markup: str) -> Callable[[str], Rendered]:
    # Each is loaded at its first page: few repositories hold more than one.
    if markup == "restructuredtext":
        from crawlers.markup.restructuredtext import read
    elif markup == "asciidoc":
        from crawlers.markup.asciidoc import read
    else:
        from crawlers.markup.markdown import read
    return read
