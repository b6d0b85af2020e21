"""Compared: the outcome of every comparison in 18 bytes a pair, and the groups of pages it ties together."""

from array import array
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from curation.dedup.text import FOLDED, Kind, Relation

KINDS: tuple[Kind, ...] = ("none", "translation", "contains", "supersedes", "sibling", "revision", "copy")


class Compared:
    """Relations between pages known by number; nothing that is "none" and unmeasured is kept."""

    def __init__(self, pages: int) -> None:
        self._first, self._second = array("I"), array("I")
        self._alike, self._kind = array("d"), array("B")
        self._parents = array("I", range(pages))

    def add(self, a: int, b: int, relation: Relation) -> None:
        """Note how `a` and `b` relate; pages that fold are tied."""
        if relation.kind == "none" and not relation.similarity:
            return
        self._first.append(a)
        self._second.append(b)
        self._alike.append(relation.similarity)
        self._kind.append(KINDS.index(relation.kind))
        if relation.kind in FOLDED:
            one, two = self._root(a), self._root(b)
            self._parents[max(one, two)] = min(one, two)

    def components(self) -> Iterator[list[tuple[int, int, Relation]]]:
        """The relations inside every group of pages that folding pairs tie together, however long the chain."""
        first, second, alike, kind = self._columns()
        roots = np.fromiter(map(self._root, range(len(self._parents))), np.int64, len(self._parents))
        inside = np.flatnonzero(roots[first] == roots[second])
        order = inside[np.argsort(roots[first[inside]], kind="stable")]
        of = roots[first[order]]
        for rows in np.split(order, np.flatnonzero(of[1:] != of[:-1]) + 1) if len(order) else []:
            yield [
                (int(first[n]), int(second[n]), Relation(KINDS[kind[n]], float(alike[n]), "compared before"))
                for n in rows
            ]

    def strongest(self) -> dict[int, tuple[float, Kind]]:
        """For every page, its most alike other page's relation, where that is a link and no fold."""
        found: dict[int, tuple[float, Kind]] = {}
        for a, b, alike, kind in zip(self._first, self._second, self._alike, self._kind, strict=True):
            if kind and KINDS[kind] not in FOLDED:
                link = (alike, KINDS[kind])
                found[a], found[b] = max(found.get(a, link), link), max(found.get(b, link), link)
        return found

    def _root(self, page: int) -> int:
        parents = self._parents
        while parents[page] != page:
            parents[page] = parents[parents[page]]
            page = parents[page]
        return page

    def _columns(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.uint8]]:
        first, second = (np.frombuffer(side, np.uint32).astype(np.int64) for side in (self._first, self._second))
        return first, second, np.frombuffer(self._alike, np.float64), np.frombuffer(self._kind, np.uint8)
