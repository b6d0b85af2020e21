"""Compared: the outcome of every comparison in 17 bytes a pair, and the groups of pages it ties together."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from curation.dedup.text import FOLDED, Kind, Relation

Pages = NDArray[np.int64]
KINDS: tuple[Kind, ...] = ("none", "translation", "contains", "supersedes", "sibling", "revision", "copy")


class Compared:
    """Relations between pages known by number; nothing that is "none" and unmeasured is kept."""

    def __init__(self, pages: int) -> None:
        self._codes = array("Q")
        self._alike, self._kind = array("d"), array("B")
        self._parents = array("I", range(pages))

    def add(self, a: int, b: int, relation: Relation) -> None:
        """Note how `a` and `b` (a < b) relate; pairs come in their order. Pages that fold are tied."""
        if relation.kind == "none" and not relation.similarity:
            return
        code = a << 32 | b
        if self._codes and code <= self._codes[-1]:
            raise ValueError(f"The pair {a}, {b} came after a greater one.")
        self._codes.append(code)
        self._alike.append(relation.similarity)
        self._kind.append(KINDS.index(relation.kind))
        if relation.kind in FOLDED:
            one, two = self._root(a), self._root(b)
            self._parents[max(one, two)] = min(one, two)

    def relation(self, a: int, b: int) -> Relation | None:
        """How two pages (a < b) relate, if that was noted."""
        place = bisect_left(self._codes, a << 32 | b)
        if place == len(self._codes) or self._codes[place] != a << 32 | b:
            return None
        return Relation(KINDS[self._kind[place]], self._alike[place], "compared before")

    def components(self) -> Iterator[tuple[Pages, Pages, NDArray[np.float64]]]:
        """The folding pairs of every group of pages that they tie together, however long the chain: the first pages,
        the second, and how alike they are."""
        codes = np.frombuffer(self._codes, np.uint64)
        fold = np.flatnonzero(np.isin(np.frombuffer(self._kind, np.uint8), [KINDS.index(kind) for kind in FOLDED]))
        first = (codes[fold] >> np.uint64(32)).astype(np.int64)
        roots = np.fromiter(map(self._root, range(len(self._parents))), np.int64, len(self._parents))
        order = np.argsort(roots[first], kind="stable")
        of, fold = roots[first[order]], fold[order]
        for places in np.split(fold, np.flatnonzero(of[1:] != of[:-1]) + 1) if len(fold) else []:
            pairs = codes[places]
            one, two = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
            yield one, two, np.frombuffer(self._alike, np.float64)[places]

    def strongest(self) -> Callable[[int], tuple[float, Kind]]:
        """For every page, its most alike other page's relation where that is a link and no fold; else 0 and none."""
        alike, kinds = array("d", bytes(8 * len(self._parents))), array("B", bytes(len(self._parents)))
        for code, similar, kind in zip(self._codes, self._alike, self._kind, strict=True):
            if kind and KINDS[kind] not in FOLDED:
                for page in (code >> 32, code & 0xFFFFFFFF):
                    if (similar, KINDS[kind]) > (alike[page], KINDS[kinds[page]]) or not kinds[page]:
                        alike[page], kinds[page] = similar, kind
        return lambda page: (alike[page], KINDS[kinds[page]])

    def _root(self, page: int) -> int:
        parents = self._parents
        while parents[page] != page:
            parents[page] = parents[parents[page]]
            page = parents[page]
        return page
