"""Articles of pages that are not yet believed: kept on disk until their crawl is taken in, or forgotten with it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import orjson

from crawlers.extract.handed import hints_hash
from crawlers.extract.repeated import Run
from crawlers.page import Article, Page, from_dict

Noted = tuple[str, Article | None]


def name_of(page: Page, repeated: frozenset[str]) -> str:
    """A name for all that an article is made from; good within one process alone."""
    return "\n".join((page.url, page.content_type, str(hash(page.html)), hints_hash(page.hints), str(hash(repeated))))


def noted(run: Run, made: list[Noted]) -> Run:
    """The same run, whose articles are noted when they are taken."""

    def note(pages: Sequence[Page], repeated: frozenset[str]) -> Iterable[Article | None]:
        articles = run(pages, repeated)
        return map(one, pages, repeat(repeated), articles)

    def one(page: Page, repeated: frozenset[str], article: Article | None) -> Article | None:
        made.append((name_of(page, repeated), article))
        return article

    return note


def _packed(said: Any) -> bytes:
    try:
        return orjson.dumps(said)
    except TypeError:
        # Half a pair of surrogates, which broken pages hold and JSON can escape.
        return json.dumps(said, default=lambda article: {f: getattr(article, f) for f in Article.__slots__}).encode()


def _unpacked(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except ValueError:
        return json.loads(line)


class Understood:
    """The articles of a crawl's first lots, in a file without a name: it ends with its process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self._lines = TemporaryFile("w+b", dir=folder)  # noqa: SIM115 - it is closed by close()
        self._starts = [0]
        self.pages = 0

    def note(self, articles: Iterable[Noted]) -> None:
        """Keep the articles of the next lot.

        Raises:
            OSError: the disk takes no more; this must be closed then.
        """
        for name, article in articles:
            self._lines.write(_packed([name, article]) + b"\n")
            self.pages += 1
        self._lines.flush()
        self._starts.append(self._lines.tell())

    def recalled(self, number: int, run: Run) -> Run:
        """How the pages of a lot are extracted: those that are not kept here by `run`."""
        known = dict(self._lot(number))

        def recall(pages: Sequence[Page], repeated: frozenset[str]) -> Iterable[Article | None]:
            names = [name_of(page, repeated) for page in pages]
            others = [page for page, name in zip(pages, names, strict=True) if name not in known]
            made = iter(run(others, repeated))
            return (known[name] if name in known else next(made) for name in names)

        return recall

    def _lot(self, number: int) -> Iterator[Noted]:
        if number + 1 < len(self._starts):
            start, end = self._starts[number : number + 2]
            self._lines.seek(start)
            for line in self._lines.read(end - start).splitlines():
                name, said = _unpacked(line)
                yield name, from_dict(said, Article) if said else None

    def close(self) -> None:
        """Give the disk back, full as it may be."""
        with suppress(OSError):
            self._lines.close()
