"""Wikis, blogs and documentation generators: which one made a page, and its content element."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from crawlers.extract.tables import rows
from crawlers.extract.tree import Element, drop, select, words_of

# A content element with fewer words is a shell that waits for a script, or a theme we do not know; a wiki's index of
# five short links has 10 (words; judgement).
FEWEST_WORDS = 4
# Marks stand in the head, the classes and the assets of a page (characters; unknown).
_MARKS_WITHIN = 400_000
_TAG = re.compile(r"<[a-zA-Z!][^>]*>?")


@dataclass(frozen=True, slots=True)
class System:
    """A system and its content: the fields of systems.yaml, which describes them."""

    name: str
    marks: tuple[str, ...]
    content: tuple[str, ...]
    drop: tuple[str, ...] = ()
    kind: str = "page"


@cache
def known_systems() -> tuple[System, ...]:
    """The table of systems, most telling first."""
    return tuple(System(**row) for row in rows("systems.yaml"))


def where_marks_stand(markup: str) -> str:
    """The tags of a page in lower case, each kind once: marks are looked for in them, not in what people wrote."""
    return "".join(dict.fromkeys(_TAG.findall(markup[:_MARKS_WITHIN]))).lower()


def recognise(tags: str) -> list[System]:
    """The systems whose marks stand in a page's tags (`where_marks_stand`), most telling first."""
    return [system for system in known_systems() if any(mark in tags for mark in system.marks)]


def content_element(
    tree: Element, systems: list[System], believable: Callable[[Element], bool]
) -> tuple[System, Element] | None:
    """The system's own content element, its frame taken out of it.

    None where no system has one that holds words and is `believable`: a mark may stand on a page by chance.
    """
    for system in systems:
        for css in system.content:
            found = max(select(tree, css), key=words_of, default=None)
            if found is not None and _says_something(found) and believable(found):
                for frame in system.drop:
                    for element in select(found, frame):
                        drop(element)
                return system, found
    return None


def _says_something(element: Element) -> bool:
    """Whether an element has words enough; in a list without blanks each item has its own."""
    return len(" ".join(element.itertext()).split()) >= FEWEST_WORDS
