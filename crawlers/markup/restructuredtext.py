"""reStructuredText to HTML through docutils, which may read no file, no raw markup and no network."""

import re
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from docutils.core import publish_doctree, publish_from_doctree  # type: ignore[import-untyped]
from docutils.parsers.rst import Directive, directives, roles  # type: ignore[import-untyped]
from docutils.utils import SystemMessage  # type: ignore[import-untyped]
from docutils.writers import html5_polyglot  # type: ignore[import-untyped]

from crawlers.markup import Rendered, front_matter

SETTINGS = {
    "file_insertion_enabled": False, "raw_enabled": False, "_disable_config": True, "halt_level": 5, "report_level": 5,
    "warning_stream": False, "syntax_highlight": "none", "embed_stylesheet": False, "stylesheet_path": "",
    "math_output": "MathML", "section_self_link": False, "toc_backlinks": False, "footnote_backlinks": False,
    "line_length_limit": 100_000, "initial_header_level": 2, "doctitle_xform": True, "docinfo_xform": True,
    "input_encoding": "unicode", "output_encoding": "unicode",
}  # fmt: skip
# What Sphinx adds and docutils does not know: roles that name something, boxes of text, and parts that are frame.
ROLES = (
    "ref doc term any numref func class meth mod attr data exc obj const py:func py:class py:meth py:mod py:attr "
    "py:data py:exc py:obj file command program option envvar menuselection guilabel kbd samp dfn abbr download "
    "keyword pep c:func c:type cpp:func cpp:class js:func http:get http:post eq cite index"
)
BOXES = (
    "seealso versionadded versionchanged versionremoved deprecated todo tab-set tab-item tab dropdown card grid only"
)
FRAME = (
    "toctree index automodule autoclass autofunction automethod autosummary autodata currentmodule module "
    "highlight tabularcolumns sectionauthor codeauthor literalinclude raw include bibliography contents sectnum"
)
NAMED = re.compile(r"\s*<([^<>]*)>$")


def read(text: str) -> Rendered:
    """A reStructuredText page as HTML."""
    try:
        document = publish_doctree(text, settings_overrides=SETTINGS)
    except SystemMessage:
        return Rendered("", {})
    facts = front_matter.facts(_docinfo(document))
    for node in list(document.findall(nodes.docinfo)):
        node.parent.remove(node)
    title = document.get("title") or ""
    written: Any = publish_from_doctree(document, writer=_Body(), settings_overrides=SETTINGS)
    heading = next((child for child in document.children if isinstance(child, nodes.title)), None)
    return Rendered(str(written), {**({"title": title} if title and heading is not None else {}), **facts})


class _Body(html5_polyglot.Writer):  # type: ignore[misc]
    """The body alone, with the title as its first heading."""

    def translate(self) -> None:
        super().translate()
        self.output = "".join([*self.body_pre_docinfo, *self.body])


def _docinfo(document: Any) -> dict[str, Any]:
    """The fields at the head of a page, such as :Author: and :Date:."""
    found: dict[str, Any] = {}
    for info in document.findall(nodes.docinfo):
        for child in info.children:
            if isinstance(child, nodes.field):
                found[child[0].astext()] = child[1].astext()
            elif isinstance(child, nodes.authors):
                found["authors"] = [author.astext() for author in child.children]
            else:
                found[child.tagname] = child.astext()
    return found


def _named(
    name: str, rawtext: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = None
) -> tuple[list[Any], list[Any]]:
    """A Sphinx role as the words a reader sees: those before <target>, or the last part of ~a.b.c."""
    words = NAMED.sub("", text) or text
    words = words.rpartition(".")[2] if words.startswith("~") else words.lstrip("!")
    return [nodes.inline(rawtext, words)], []


class _AnyOption(dict[str, Any]):
    """Takes every option, because Sphinx and its extensions have more of them than can be listed."""

    def __missing__(self, name: str) -> Any:
        return directives.unchanged


class _Box(Directive):  # type: ignore[misc]
    """A box of text that docutils does not know: its words, with its argument as the first of them."""

    optional_arguments, final_argument_whitespace, has_content = 1, True, True
    option_spec = _AnyOption({"class": directives.unchanged})

    def run(self) -> list[Any]:
        box = nodes.container()
        if self.arguments and self.name != "only":
            box += nodes.paragraph("", self.arguments[0])
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


class _Frame(_Box):
    """Navigation, or what only Sphinx can fill in: nothing."""

    def run(self) -> list[Any]:
        return []


class _Code(_Box):
    """A listing, whatever options Sphinx gave it."""

    def run(self) -> list[Any]:
        code = "\n".join(self.content)
        return [nodes.literal_block(code, code)]


for _role in ROLES.split():
    roles.register_local_role(_role, _named)
for _name in BOXES.split():
    directives.register_directive(_name, _Box)
for _name in FRAME.split():
    directives.register_directive(_name, _Frame)
for _name in ("code", "code-block", "sourcecode", "prompt", "parsed-literal", "doctest", "console"):
    directives.register_directive(_name, _Code)
