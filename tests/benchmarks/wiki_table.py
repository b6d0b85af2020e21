"""Extraction from real wikis beside its peers, as a table: F1 by system and theme, and that of its lists of links."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from _pytest.outcomes import Skipped

from tests.benchmarks.bench_extraction import EXTRACTORS, read
from tests.support import dokuwiki, mediawiki, real_wikis, wordpress
from tests.support.corpora import SHARED
from tests.support.extraction import GoldPage, f1
from tests.support.real_wikis import LIST, WikiPage

PEERS = ("ours", "trafilatura", "readability-lxml", "resiliparse")
GENERATED = (("mkdocs", ("mkdocs", "readthedocs", "material")), ("sphinx", ("alabaster", "furo", "sphinx_rtd_theme")))
Rows = list[dict[str, str]]
Site = Callable[[Path, Rows], dict[str, list[WikiPage]]]


def table(every: int, python: str) -> None:
    """Set the handbook up on whatever is installed and print a line for each system and theme."""
    rows = real_wikis.handbook(SHARED / "corpora" / "18f-handbook.jsonl", every)
    print(f"{'':28}{'pages':>6}" + "".join(f"{name:>18}" for name in PEERS) + "   (F1, of lists)")
    for name, pages in _systems(rows, python):
        lists = [page for page in pages if page.linked >= LIST]
        scores = [f"{_score(peer, pages):.4f} {_score(peer, lists):.3f}" for peer in PEERS]
        print(f"{name:28}{len(pages):6}" + "".join(f"{score:>18}" for score in scores), flush=True)


def _systems(rows: Rows, python: str) -> Iterator[tuple[str, list[WikiPage]]]:
    sites: list[Site] = [_mediawiki, _dokuwiki, _wordpress]
    for generator, themes in GENERATED if python else ():
        on = getattr(real_wikis, f"on_{generator}")
        sites += [lambda folder, rows, on=on, theme=theme: on(python, folder, rows, theme) for theme in themes]
    for site in sites:
        with tempfile.TemporaryDirectory() as folder:
            try:
                yield from site(Path(folder), rows).items()
            except Skipped as missing:
                print(missing, file=sys.stderr)


def _score(peer: str, pages: list[WikiPage]) -> float:
    said = [GoldPage("", "wiki", Path(), page.url, page.gold, None, None, None) for page in pages]
    return f1((page.text, read(EXTRACTORS[peer], page, wiki.markup.encode()))
              for page, wiki in zip(said, pages, strict=True))  # fmt: skip


def _mediawiki(folder: Path, rows: Rows) -> dict[str, list[WikiPage]]:
    wiki, server = mediawiki.install(folder)
    with _ended([server.pid]):
        return real_wikis.on_mediawiki(wiki, rows)


def _dokuwiki(folder: Path, rows: Rows) -> dict[str, list[WikiPage]]:
    wiki = dokuwiki.install(folder)
    with _ended([server.pid for server in wiki.servers]):
        return real_wikis.on_dokuwiki(wiki, rows)


def _wordpress(folder: Path, rows: Rows) -> dict[str, list[WikiPage]]:
    blog, servers = wordpress.install(folder)
    with _ended([server.pid for server in reversed(servers)]):
        themes = sorted(path.name for path in real_wikis.THEMES.iterdir() if path.is_dir())
        return {name: pages for theme in themes for name, pages in real_wikis.on_wordpress(blog, rows, theme).items()}


@contextmanager
def _ended(groups: list[int]) -> Iterator[None]:
    try:
        yield
    finally:
        for group in groups:
            os.killpg(group, 15)
