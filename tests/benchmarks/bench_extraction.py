"""Extraction beside its peers on the same labelled pages in one run: F1 by corpus and time per page.

Usage: python -m tests.benchmarks.bench_extraction [EVERY]   (EVERY = 3 takes each third page; default 1)
       python -m tests.benchmarks.bench_extraction wiki [EVERY] [PYTHON]

`wiki` sets a handbook up on real wikis (those of MediaWiki, DokuWiki and WordPress that are installed) and builds it
with mkdocs and Sphinx where PYTHON has them: `python -m venv /tmp/sites && /tmp/sites/bin/pip install mkdocs
mkdocs-material sphinx myst-parser furo sphinx-rtd-theme`. What the wiki itself gives as a page's content is the gold; a
page of which most is links is a list.

Each extractor reads one page before the clock runs, so that loading its tables and models is not counted.
"""

import sys
import time
from collections.abc import Callable

from trafilatura import extract

from crawlers.extract import article_from_html
from crawlers.extract.language import guessed_language
from tests.support.corpora import SHARED
from tests.support.extraction import GoldPage, f1, gold_pages

Extractor = Callable[[GoldPage, bytes], str]


def ours(page: GoldPage, body: bytes) -> str:
    return article_from_html(body, page.url).text


def trafilatura(**options: bool) -> Extractor:
    return lambda page, body: extract(body, include_comments=page.kind == "forum", **options) or ""


def readability(page: GoldPage, body: bytes) -> str:
    from lxml import html
    from readability import Document

    summary = Document(body.decode("utf-8", "replace")).summary()
    return "\n".join(html.fromstring(summary).itertext())


def resiliparse(page: GoldPage, body: bytes) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    text = body.decode("utf-8", "replace")
    return str(extract_plain_text(text, main_content=True, links=False, alt_texts=False, form_fields=False))


EXTRACTORS: dict[str, Extractor] = {
    "ours": ours,
    "trafilatura": trafilatura(),
    "trafilatura precision": trafilatura(favor_precision=True),
    "trafilatura fast": trafilatura(fast=True),
    "readability-lxml": readability,
    "resiliparse": resiliparse,
}


def main() -> None:
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    corpora = SHARED / "corpora"
    pages = (gold_pages(corpora / "pages") + gold_pages(corpora / "articles", "zyte"))[::every]
    extractors = EXTRACTORS
    found: dict[str, list[str]] = {name: [] for name in extractors}
    spent = dict.fromkeys(extractors, 0.0)
    for extractor in extractors.values():
        read(extractor, pages[0], pages[0].body())
    guessed_language("This sentence is long enough that the model of languages is loaded for it.")
    for page in pages:
        body = page.body()
        for name, extractor in extractors.items():
            start = time.process_time()
            found[name].append(read(extractor, page, body))
            spent[name] += time.process_time() - start
    _report(pages, found, spent)


def read(extractor: Extractor, page: GoldPage, body: bytes) -> str:
    try:
        return extractor(page, body)
    except Exception as error:
        print(f"{page.name}: {type(error).__name__}", file=sys.stderr)
        return ""


def _report(pages: list[GoldPage], found: dict[str, list[str]], spent: dict[str, float]) -> None:
    kinds = sorted({page.kind for page in pages})
    print(f"{'':24}" + "".join(f"{kind:>15}" for kind in kinds) + f"{'ms/page':>10}{'of trafilatura':>16}")
    for name, texts in found.items():
        scores = [
            f1((page.text, text) for page, text in zip(pages, texts, strict=True) if page.kind == kind)
            for kind in kinds
        ]
        ratio = spent[name] / spent["trafilatura"]
        each = spent[name] / len(pages) * 1000
        print(f"{name:24}" + "".join(f"{score:15.4f}" for score in scores) + f"{each:10.1f}{ratio:16.2f}")
    _halves(pages, found["ours"], kinds)


def _halves(pages: list[GoldPage], texts: list[str], kinds: list[str]) -> None:
    """Ours on every second page and on the others: what was tuned on some pages must hold on the rest."""
    for start, label in ((0, "ours, one half"), (1, "ours, other half")):
        pairs = [[(p.text, t) for p, t in zip(pages, texts, strict=True) if p.kind == kind][start::2] for kind in kinds]
        print(f"{label:24}" + "".join(f"{f1(half):15.4f}" for half in pairs))


if __name__ == "__main__":
    if sys.argv[1:2] == ["wiki"]:
        from tests.benchmarks.wiki_table import table

        table(int(sys.argv[2]) if len(sys.argv) > 2 else 6, sys.argv[3] if len(sys.argv) > 3 else "")
    else:
        main()
