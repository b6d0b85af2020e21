"""Markdown to HTML: CommonMark with tables, footnotes, definition and task lists, admonitions and wiki links."""

import re
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from crawlers.markup import Rendered, front_matter

# [[Page]] and [[words|Page]] of GitHub, GitLab and Gollum; [[_TOC_]] and [TOC] make a table of contents.
WIKI_LINK = re.compile(r"\[\[([^\]\[|\n]{1,200})(?:\|([^\]\[|\n]{1,200}))?\]\]")
CONTENTS = re.compile(r"^[ \t]*(?:\[\[_TOC_\]\]|\[TOC\]|\{:toc\}|\* TOC|<!-- ?toc ?-->)[ \t]*$", re.I | re.M)
# Lines that a site generator replaces (Hugo, Jekyll), that mark kramdown's attributes, or import code (MDX).
GENERATOR = re.compile(
    r"^[ \t]*(?:\{\{[<%].*?[%>]\}\}|\{%.*?%\}|\{:.*?\}|(?:import|export) .+? from .+?;?)[ \t]*$", re.M
)
FENCE = re.compile(r"^[ ]{0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^[ ]{0,3}\1[`~]*[ \t]*$|\Z)", re.M | re.S)


def read(text: str) -> Rendered:
    """A Markdown page as HTML."""
    facts, body = front_matter.split(text.replace("\r\n", "\n"))
    return Rendered(_parser().render(_without_frame(body)), facts)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 50}).enable(["table", "strikethrough"])
    for plugin in (footnote_plugin, deflist_plugin, tasklists_plugin, admon_plugin):
        parser.use(plugin)
    return parser


def _without_frame(body: str) -> str:
    """The page without what only a generator reads, its code left as it is."""
    done, place = [], 0
    for fence in FENCE.finditer(body):
        done += [_mended(body[place : fence.start()]), fence[0]]
        place = fence.end()
    return "".join([*done, _mended(body[place:])])


def _mended(text: str) -> str:
    text = GENERATOR.sub("", CONTENTS.sub("", text))
    return WIKI_LINK.sub(_wiki_link, text) if "[[" in text else text


def _wiki_link(found: re.Match[str]) -> str:
    words, page = found[1].strip(), (found[2] or found[1]).strip()
    target = page if "://" in page else re.sub(r"\s+", "-", page)
    return f'<a href="{escape(target)}">{escape(words)}</a>'
