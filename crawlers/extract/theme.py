"""Takes out of a page what repeats over its source: the blocks of an unknown theme, known by their words."""

from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import takewhile

from crawlers.extract.render import BLOCKS, render
from crawlers.extract.repeated import mark_of
from crawlers.extract.tree import Counts, Element, drop, has_words

# A block of fewer words that is no link may be the answer to a heading, such as "None." (words; judgement).
_FEWEST_WORDS = 3
# A block with at least this share of linked words is navigation wherever it stands; others only at an end (share).
_LINKED = 0.5
# A page of which repeated blocks without links are more than this share was filled in from a template and is left as
# it is (share of its words; judgement: a footer is shorter than the page, save on pages that say nothing).
_MOST_OF_PAGE = 0.4
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WHOLE = frozenset(("p", "li", "pre", "tr", "dt", "dd", *_HEADINGS))


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
    def _counts(self) -> tuple[int, int]:
        """Its words, and how many of them are linked."""
        if self.element is None:
            return 0, 0
        counts = Counts(self.element)
        return counts.words[self.element], counts.linked[self.element]

    @property
    def words(self) -> int:
        """How many there are."""
        return self._counts[0]

    @cached_property
    def linked(self) -> bool:
        """Whether it is navigation."""
        if self.element is None or next(self.element.iter("a"), None) is None:
            return False
        words, linked = self._counts
        return 0 < _LINKED * words <= linked

    @property
    def goes(self) -> bool:
        """Whether it may go where it stands at an end."""
        return self.learned and (self.heading or self.linked or self.words >= _FEWEST_WORDS)


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
                if has_words(child):
                    yield child if child.tag in BLOCKS else None
            else:
                if (child.text or "").strip():
                    yield None
                yield from _blocks(child)
        if (child.tail or "").strip():
            yield None


def _is_learned(block: Element, repeated: Collection[str]) -> bool:
    marks = [mark for line in render(block, captions=True).text.split("\n") if (mark := mark_of(line))]
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
