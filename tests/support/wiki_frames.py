"""Handbook pages inside the frames that mkdocs themes put around them, with the exact text of the content as gold.

The frames are hand-made after the structure of what mkdocs writes with its themes material, readthedocs and mkdocs.
"""

import json
import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from lxml import html
from markdown_it import MarkdownIt

from tests.support.extraction import letters

_FEWEST_WORDS = 4


def _material(title: str, body: str, menu: str, contents: str) -> str:
    return f"""<!doctype html><html lang="en"><head><title>{title} - Handbook</title>
<meta name="generator" content="mkdocs-1.6.1, mkdocs-material-9.5.0"></head><body dir="ltr">
<header class="md-header"><nav class="md-header__inner"><a class="md-logo" href="/">Handbook</a></nav></header>
<div class="md-container"><main class="md-main"><div class="md-main__inner md-grid">
<div class="md-sidebar md-sidebar--primary"><nav class="md-nav"><ul class="md-nav__list">{menu}</ul></nav></div>
<div class="md-sidebar md-sidebar--secondary"><nav class="md-nav md-nav--secondary">
<label class="md-nav__title">Table of contents</label><ul>{contents}</ul></nav></div>
<div class="md-content"><article class="md-content__inner md-typeset">
<a href="/edit" title="Edit this page" class="md-content__button md-icon">Edit</a>{body}
<aside class="md-source-file"><span class="git-revision-date-localized-plugin">2024-05-17</span></aside></article></div>
</div></main><footer class="md-footer"><div class="md-copyright">With Material</div></footer></div></body></html>"""


def _readthedocs(title: str, body: str, menu: str, contents: str) -> str:
    return f"""<!doctype html><html><head><title>{title} - Handbook</title><!-- made by mkdocs --></head>
<body class="wy-body-for-nav"><div class="wy-grid-for-nav"><nav class="wy-nav-side"><ul>{menu}</ul></nav>
<section class="wy-nav-content-wrap"><nav class="wy-nav-top"><a href="/">Handbook</a></nav><div class="wy-nav-content">
<div class="rst-content"><div role="navigation" aria-label="breadcrumbs navigation"><ul class="wy-breadcrumbs">
<li><a href="/">Docs</a></li><li>{title}</li><li><a href="/edit">Edit on GitHub</a></li></ul><hr></div>
<div role="main" class="document"><div class="section" itemprop="articleBody">{body}</div></div>
<footer><div class="rst-footer-buttons"><a href="/n">Next</a></div>Built with <a href="/m">MkDocs</a>.</footer>
</div></div></section></div></body></html>"""


def _mkdocs(title: str, body: str, menu: str, contents: str) -> str:
    return f"""<!doctype html><html><head><title>{title} - Handbook</title>
<meta name="generator" content="mkdocs"></head>
<body><div class="navbar fixed-top"><div class="container"><a class="navbar-brand" href="/">Handbook</a>
<ul class="nav navbar-nav">{menu}</ul></div></div><div class="container"><div class="row">
<div class="col-md-3"><div class="bs-sidebar"><ul class="nav bs-sidenav">{contents}</ul></div></div>
<div class="col-md-9" role="main">{body}</div></div></div>
<footer class="col-md-12"><hr><p>Documentation built with <a href="/m">MkDocs</a>.</p></footer></body></html>"""


FRAMES: dict[str, Callable[[str, str, str, str], str]] = {
    "material": _material,
    "readthedocs": _readthedocs,
    "mkdocs": _mkdocs,
}


def wiki_pages(handbook: Path, frame: str, every: int) -> Iterator[tuple[str, str]]:
    """The (page, gold text) of each `every`th page of the handbook; the gold lacks a heading that repeats the title."""
    rows = [json.loads(line) for line in handbook.read_text(encoding="utf-8").splitlines()]
    menu = "".join(f'<li><a href="/p{n}/">{escape(row["title"] or "")}</a></li>' for n, row in enumerate(rows[:60]))
    reader = MarkdownIt("commonmark").enable("table")
    for row in rows[::every]:
        body, title = reader.render(row["markdown"]), row["title"] or ""
        tree = html.fromstring(f"<div>{body}</div>")
        contents = "".join(f'<li><a href="#h">{escape(h.text_content())}</a></li>' for h in tree.iter("h2"))
        for heading in tree.xpath("//h1")[:1]:
            if letters(heading.text_content()) == letters(title):
                heading.drop_tree()
        gold = tree.text_content()
        if len(re.findall(r"\w+", gold)) >= _FEWEST_WORDS:
            yield FRAMES[frame](escape(title), body, menu, contents), gold
