"""Candidates: which of many pages are worth comparing, from their bands and sketches alone."""

from array import array
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from curation.dedup.signature import BANDS, ROWS, Signature

CROWD = 32
"""Pages in one band that are still all compared with each other. A larger band is boilerplate or a mass of copies:
there each page meets only its neighbours, so work grows with the number of pages and never with its square."""

NEIGHBOURS = 4
"""Pages after it in a crowded band, sorted by sketch, that a page is compared with: equal and nearly equal pages have
sketches that begin alike and stand side by side, and other, rarer bands bring them together too."""

WORTH = 0.20
"""Least share of shingles the sketches must promise. Two pages with similarity .80 had at least .35 (quality corpus,
3,602 pairs; lowest estimate), chance alone gives .004."""

_BATCH = 200_000  # pairs whose sketches are compared at a time: 2 * 25 MB.


class Candidates:
    """Signatures kept in 270 bytes a page, and the pairs of pages that share a band."""

    def __init__(self) -> None:
        self._bands = array("I")
        self._sketches = bytearray()
        self._order = array("Q")
        self._numbers = array("I")
        self._more: list[tuple[int, int]] = []

    def add(self, number: int, key: int, signature: Signature) -> None:
        """Take in page `number`; `key` breaks ties and should depend on the page's id, not on its position."""
        for extra in signature.bands[BANDS:] if signature.words else signature.bands:
            self._more.append((extra, number))
        if signature.words:
            self._bands.extend(band & 0xFFFFFFFF for band in signature.bands[:BANDS])
            self._sketches += signature.sketch
            self._order.append(key)
            self._numbers.append(number)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Every pair (a < b) worth comparing, once, ordered by its first page."""
        numbers = np.frombuffer(self._numbers, np.uint32).astype(np.int64)
        found = self._from_bands()
        pairs = np.stack([numbers[found >> 32], numbers[found & 0xFFFFFFFF]], axis=1)
        pairs = np.concatenate([pairs, self._from_addresses()])
        codes = np.unique((pairs.min(axis=1) << 32) | pairs.max(axis=1))
        for code in codes:
            yield int(code >> 32), int(code & 0xFFFFFFFF)

    def _from_bands(self) -> NDArray[np.int64]:
        bands = np.frombuffer(self._bands, np.uint32).reshape(-1, BANDS)
        sketches = np.frombuffer(self._sketches, np.uint8).reshape(-1, BANDS * ROWS)
        start = sketches[:, :8].copy().view(np.uint64).ravel().byteswap() if len(sketches) else np.empty(0, np.uint64)
        # One rank by sketch, then id, computed once: sorting by it within a band puts near-equal pages side by side.
        rank = np.empty(len(start), np.int64)
        rank[np.lexsort((np.frombuffer(self._order, np.uint64), start))] = np.arange(len(start))
        found = np.empty(0, np.int64)
        for band in range(BANDS):
            new = np.setdiff1d(_meetings(bands[:, band], rank), found)
            found = np.union1d(found, _worth(new, sketches))
        return found

    def _from_addresses(self) -> NDArray[np.int64]:
        """Pages whose addresses differ in the language only; beyond a crowd such an address means nothing."""
        groups: dict[int, list[int]] = {}
        for key, number in self._more:
            groups.setdefault(key, []).append(number)
        small = [g for g in groups.values() if 1 < len(g) <= CROWD]
        return np.array([(a, b) for g in small for n, a in enumerate(g) for b in g[n + 1 :]], np.int64).reshape(-1, 2)


def _meetings(keys: NDArray[np.uint32], rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs of rows with one key, as row * 2**32 + row: all of a small group, neighbours only in a crowd."""
    order = np.lexsort((rank, keys))
    values = keys[order]
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]]) if len(values) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(values)])
    size = np.repeat(sizes, sizes)
    left = np.repeat(starts + sizes, sizes) - np.arange(len(values)) - 1  # rows that follow in the same group
    reach = np.where(size <= CROWD, left, np.minimum(left, NEIGHBOURS))
    found = []
    for step in range(1, int(reach.max(initial=0)) + 1):
        first = np.flatnonzero(reach >= step)
        one, two = order[first], order[first + step]
        found.append((np.minimum(one, two) << 32) | np.maximum(one, two))
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _worth(codes: NDArray[np.int64], sketches: NDArray[np.uint8]) -> NDArray[np.int64]:
    kept = [np.empty(0, np.int64)]
    for start in range(0, len(codes), _BATCH):
        batch = codes[start : start + _BATCH]
        shared = (sketches[batch >> 32] == sketches[batch & 0xFFFFFFFF]).mean(axis=1)
        kept.append(batch[shared >= WORTH])
    return np.concatenate(kept)
