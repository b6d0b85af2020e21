"""What repeats over a source's pages is learned from their words, so that theme.py can leave it out of articles."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import chain
from typing import Any, Protocol

from crawlers.extract import extract
from crawlers.page import Article, Page

# Lines at each end of an article in which the frame of an unknown theme is looked for (lines; a sidebar that was taken
# for content has some dozens of entries).
_ENDS = 80
# A line repeats that stands on at least so many pages (pages; with fewer a few copies of one page would do) ...
_FEWEST_PAGES = 8
# ... and on this share of those looked at (share; half a source may use another template, and what pages have in
# common by chance is far rarer: of the 18F handbook's and blog's lines the most frequent, a heading, stands on
# 5 pages in 100).
_SHARE = 0.3
# Pages a source is learned from before what repeats is held to be known, and of each later lot, so that a new theme is
# noticed (pages; a share of .3 is then known to within .06; 4 of a lot of 64 cost 6% of its time).
_ENOUGH = 64
_LATER = 4
# Pages after which all counts are halved, so that a theme that went is forgotten (pages; judgement).
_AGEING = 256
# Lines remembered for a source, the most frequent (lines; about 20 bytes each).
_MOST_LINES = 400


class Run(Protocol):
    """Extracts pages without the blocks that repeat, here or in other processes, at once or when they are asked for."""

    def __call__(self, pages: Sequence[Page], repeated: frozenset[str], /) -> Iterable[Article | None]: ...


def here(pages: Sequence[Page], repeated: frozenset[str]) -> Iterable[Article | None]:
    """Extract in this process, each page when its article is asked for."""
    return map(partial(extract, repeated=repeated), pages)


@dataclass(slots=True)
class Repeated:
    """How many of a source's pages show each line near their start or end; small enough to be kept with every run."""

    pages: int = 0
    lines: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, said: Any) -> "Repeated":
        """What was learned before, as `said()` gave it; nothing where nothing was."""
        return cls(int(said["pages"]), dict(said["lines"])) if said else cls()

    def said(self) -> dict[str, Any]:
        """What was learned, as plain data."""
        return {"pages": self.pages, "lines": dict(self.lines)}

    def wanted(self) -> int:
        """How many of the next pages to learn from."""
        return max(_LATER, _ENOUGH - self.pages)

    def read(self, articles: Iterable[Article | None]) -> None:
        """Learn from articles that were extracted whole, each of another page."""
        for article in articles:
            if article is None or article.kind == "thread":
                continue
            self.pages += 1
            for mark in _marks_of(article.text):
                self.lines[mark] = self.lines.get(mark, 0) + 1
        if self.pages >= _AGEING:
            self.pages //= 2
            self.lines = {mark: count // 2 for mark, count in self.lines.items()}
        # Lines of one page only are nearly all there are; once there is enough to compare they are forgotten.
        fewest = 2 if self.pages >= _FEWEST_PAGES else 1
        kept = sorted(self.lines.items(), key=lambda item: (-item[1], item[0]))
        self.lines = {mark: count for mark, count in kept if count >= fewest}
        if self.pages >= _FEWEST_PAGES:
            self.lines = dict(list(self.lines.items())[:_MOST_LINES])

    def blocks(self) -> frozenset[str]:
        """The marks of the lines that repeat on enough pages to be the theme's."""
        least = max(_FEWEST_PAGES, _SHARE * self.pages)
        return frozenset(mark for mark, count in self.lines.items() if count >= least)


def extract_together(pages: Sequence[Page], repeated: Repeated, run: Run = here) -> Iterator[Article | None]:
    """The articles of some pages of one source without what repeats over them, which is learned before this returns.

    No page was learned from before.
    """
    known = repeated.blocks()
    sample = list(run(pages[: repeated.wanted()], frozenset()))
    repeated.read(sample)
    now = repeated.blocks()
    if not now and not known:
        return chain(sample, run(pages[len(sample) :], now))
    return iter(run(pages, now))


def _marks_of(text: str) -> set[str]:
    lines = text.split("\n")
    return {mark for line in {*lines[:_ENDS], *lines[-_ENDS:]} if (mark := mark_of(line))}


def mark_of(line: str) -> str:
    """A line's words, whatever stands between them, as 12 hexadecimal digits; "" where it has no letters."""
    words = re.findall(r"\w+", line.lower())
    if words and words[0].isdigit():
        words = words[1:]
    said = " ".join(words)
    return blake2b(said.encode(), digest_size=6).hexdigest() if re.search(r"[^\W\d]{2}", said) else ""
