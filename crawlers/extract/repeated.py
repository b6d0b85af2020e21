"""What repeats over a source's pages: an unknown theme's blocks are learned by their words and left out of articles."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import blake2b
from itertools import chain, takewhile
from typing import Any, Protocol

from crawlers.extract import extract
from crawlers.extract.render import BLOCKS, render
from crawlers.extract.tree import Counts, Element, drop
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
# A block of fewer words that is no link may be the answer to a heading, such as "None." (words; judgement).
_FEWEST_WORDS = 3
# A block with at least this share of linked words is navigation wherever it stands; others only at an end (share).
_LINKED = 0.5
# A page of which repeated blocks without links are more than this share was filled in from a template and is left as
# it is (share of its words; judgement: a footer is shorter than the page, save on pages that say nothing).
_MOST_OF_PAGE = 0.4
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WHOLE = frozenset(("p", "li", "pre", "tr", "dt", "dd", *_HEADINGS))


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


class _Block:
    """A block of a content element, of which only what is asked is found out; None is words between blocks."""

    def __init__(self, element: Element | None, repeated: Collection[str]) -> None:
        self.element, self._repeated = element, repeated
        self.heading = element is not None and element.tag in _HEADINGS

    @cached_property
    def learned(self) -> bool:
        """Whether all it says repeats over the source."""
        return self.element is not None and _is_learned(self.element, self._repeated)

    @cached_property
    def words(self) -> int:
        """How many there are."""
        return 0 if self.element is None else Counts(self.element).words[self.element]

    @cached_property
    def linked(self) -> bool:
        """Whether it is navigation."""
        if self.element is None or next(self.element.iter("a"), None) is None:
            return False
        return 0 < _LINKED * self.words <= Counts(self.element).linked[self.element]

    @property
    def goes(self) -> bool:
        """Whether it may go where it stands at an end."""
        return self.learned and (self.heading or self.linked or self.words >= _FEWEST_WORDS)


def _marks_of(text: str) -> set[str]:
    lines = text.split("\n")
    return {mark for line in {*lines[:_ENDS], *lines[-_ENDS:]} if (mark := _mark(line))}


def _mark(line: str) -> str:
    """A line's words, whatever stands between them, as 12 hexadecimal digits; "" where it has no letters."""
    words = re.findall(r"\w+", line.lower())
    if words and words[0].isdigit():
        words = words[1:]
    said = " ".join(words)
    return blake2b(said.encode(), digest_size=6).hexdigest() if re.search(r"[^\W\d]{2}", said) else ""


def drop_repeated(content: Element, repeated: Collection[str]) -> int:
    """Take the blocks out of a content element whose words repeat over the source; how many were taken.

    Without links a block goes only at the start or the end of the content, and a heading only with all that stands
    under it: headings of a template, and what an author wrote under them, stay.
    """
    if not repeated:
        return 0
    blocks = [_Block(element, repeated) for element in _blocks(content)]
    goes = [*_from_end(blocks), *_from_start(blocks)]
    words = sum(block.words for block in goes if not block.linked)
    if words and words > _MOST_OF_PAGE * Counts(content).words[content]:
        goes = []
    goes += [block for block in blocks if block.linked and not block.heading and block.learned]
    taken = {id(block): block.element for block in goes}
    for element in taken.values():
        drop(element)
    return len(taken)


def _blocks(element: Element) -> Iterator[Element | None]:
    """The blocks that hold no others, in order; None for words that stand between them."""
    for child in element:
        if isinstance(child.tag, str):
            if child.tag in _WHOLE or not any(below.tag in BLOCKS for below in child.iterdescendants()):
                if any(text.strip() for text in child.itertext()):
                    yield child if child.tag in BLOCKS else None
            else:
                if (child.text or "").strip():
                    yield None
                yield from _blocks(child)
        if (child.tail or "").strip():
            yield None


def _is_learned(block: Element, repeated: Collection[str]) -> bool:
    marks = [mark for line in render(block, captions=True).text.split("\n") if (mark := _mark(line))]
    return bool(marks) and all(mark in repeated for mark in marks)


def _from_end(blocks: list["_Block"]) -> list["_Block"]:
    """The learned blocks that end the content; a heading among them has nothing left under it."""
    return list(takewhile(lambda block: block.goes, reversed(blocks)))


def _from_start(blocks: list["_Block"]) -> list["_Block"]:
    """The learned blocks that begin the content, a heading with what stands under it."""
    goes = list(takewhile(lambda block: block.goes, blocks))
    while goes and len(goes) < len(blocks) and not blocks[len(goes)].heading and _has_heading(goes):
        while not goes.pop().heading:
            pass
    while goes and goes[-1].heading:
        goes.pop()
    return goes


def _has_heading(blocks: list["_Block"]) -> bool:
    return any(block.heading for block in blocks)
