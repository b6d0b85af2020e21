"""How alike two texts are, word by word, and what differs between them."""

import math
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from curation.dedup.text import cased_words

Operation = Literal["equal", "replace", "delete", "insert"]
Edit = tuple[Operation, tuple[str, ...], tuple[str, ...]]
Block = tuple[Operation, int, int, int, int]

CELLS = 4_000_000_000
"""Pairs of words compared at most: two texts of 63,000 words each, about a second. For longer
ones the similarity is estimated from common 3-word shingles; such pages are books, and rare (source: unknown)."""

DIFFERENCE_CELLS = 25_000_000
"""Pairs of words aligned exactly at most: two texts of 5,000 words, 3 MB and some hundredths of a second. Longer ones
are first aligned by the runs of three words that stand once in each, and exactly between those. Source: judgement."""

HOPED = 0.95
"""Similarity that is tried first: half of the pairs that share a band reach it, and all are measured in 97 instead of
135 microseconds on average (4,222 pairs of the labelled pages; .90 and .97 did no better)."""

# A place for each of the numbers of 20 bits, 4 MB, written before it is read: nothing has to be cleared.
_FIRST = np.empty(1 << 20, np.int32)
_LAST_PLACE = np.uint64((1 << 20) - 1)
_SHIFTS = tuple(np.uint64(shift) for shift in (44, 24, 4))
_ALONE = Lock()


def similarity(a: NDArray[np.uint64], b: NDArray[np.uint64], at_least: float = 0.0) -> float:
    """2*LCS/(n+m) over two rows of word hashes (the normalised Indel similarity); 0.0 where it is below `at_least`.
    Two empty rows have nothing in common: 0.0."""
    if not len(a) or not len(b) or 2 * min(len(a), len(b)) < at_least * (len(a) + len(b)):
        return 0.0
    if len(a) == len(b) and bool((a == b).all()):
        return 1.0
    if len(a) * len(b) > CELLS or len(a) + len(b) > sys.maxunicode:
        return alike if (alike := _shared(a, b)) >= at_least else 0.0
    head = _common_start(a, b)
    tail = _common_start(a[head:][::-1], b[head:][::-1])
    least = math.ceil(at_least * (len(a) + len(b)) / 2 - 1e-9) - head - tail
    one, two = _characters(a[head : len(a) - tail], b[head : len(b) - tail])
    common = head + tail + _common(one, two, least, math.ceil(HOPED * (len(a) + len(b)) / 2) - head - tail)
    alike = 2 * common / (len(a) + len(b))
    return alike if alike >= at_least else 0.0


def _common_start(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> int:
    shortest = min(len(a), len(b))
    differ = a[:shortest] != b[:shortest]
    return int(differ.argmax()) if differ.any() else shortest


def _common(one: str, two: str, least: int, hoped: int) -> int:
    """The length of the longest common row, 0 where it is below `least`; the higher what is asked for, the narrower
    the band the library looks at, so `hoped` is tried first."""
    if hoped > max(least, 0) and (found := int(LCSseq.similarity(one, two, score_cutoff=hoped))):
        return found
    return int(LCSseq.similarity(one, two, score_cutoff=max(least, 0)))


def _characters(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> tuple[str, str]:
    """One character for each word, the same for the same word: strings are compared a quarter faster than arrays."""
    numbers = _numbered(np.concatenate([a, b])).astype("<u4")
    one, two = numbers[: len(a)], numbers[len(a) :]
    return one.tobytes().decode("utf-32-le", "surrogatepass"), two.tobytes().decode("utf-32-le", "surrogatepass")


def _numbered(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """A number for each word in the order in which they first appear, so that the frequent ones get the least, which
    are compared fastest. By a table of places instead of sorting: three times faster; sorted only where two different
    words meet at one place with any of three parts of their hashes."""
    order = np.arange(len(keys), dtype=np.int32)
    for shift in _SHIFTS:
        places = ((keys >> shift) & _LAST_PLACE).view(np.int64)
        with _ALONE:
            _FIRST[places[::-1]] = order[::-1]
            first = _FIRST[places]
        if bool((keys[first] == keys).all()):
            numbers: NDArray[np.int64] = (first == order).cumsum()
            return numbers[first] - 1
    return np.unique(keys, return_inverse=True)[1]


def difference(a: str, b: str) -> list[Edit]:
    """What turns text `a` into `b`, in order: ("equal" | "replace" | "delete" | "insert", words of a, words of b).
    Words are as written; case and punctuation alone are no difference."""
    return edits(cased_words(a), cased_words(b))


def edits(left: Sequence[str], right: Sequence[str]) -> list[Edit]:
    """The same for words already split."""
    found: list[Edit] = []
    for operation, i, j, k, m in _blocks([w.lower() for w in left], [w.lower() for w in right]):
        one, two = tuple(left[i:j]), tuple(right[k:m])
        if found and (operation == "equal") == (found[-1][0] == "equal"):
            one, two = found[-1][1] + one, found[-1][2] + two
            operation = found.pop()[0]
        if operation != "equal":
            operation = "replace" if one and two else "delete" if one else "insert"
        found.append((operation, one, two))
    return found


def _blocks(left: list[str], right: list[str]) -> Iterator[Block]:
    """Runs of words that are equal or not, in order, none empty."""
    i = k = 0
    for j, m in [*_anchors(left, right), (len(left), len(right))]:
        yield from _aligned(left, right, (i, j, k, m))
        if j < len(left):
            yield "equal", j, j + 1, m, m + 1
        i, k = j + 1, m + 1


def _aligned(left: list[str], right: list[str], span: tuple[int, int, int, int]) -> Iterator[Block]:
    """The alignment within a span: exact, or where that is too large, one replacement between equal ends."""
    i, j, k, m = span
    if (j - i) * (m - k) > DIFFERENCE_CELLS:
        shortest = min(j - i, m - k)
        head = next((n for n in range(shortest) if left[i + n] != right[k + n]), shortest)
        tail = next((n for n in range(shortest - head) if left[j - 1 - n] != right[m - 1 - n]), shortest - head)
        blocks: list[Block] = [
            ("equal", i, i + head, k, k + head),
            ("replace", i + head, j - tail, k + head, m - tail),
            ("equal", j - tail, j, m - tail, m),
        ]
        yield from (block for block in blocks if block[1] < block[2] or block[3] < block[4])
        return
    numbers: dict[str, int] = {}
    rows = [array("Q", (numbers.setdefault(w, len(numbers)) for w in side)) for side in (left[i:j], right[k:m])]
    for o in LCSseq.opcodes(*rows):
        yield cast(Operation, o.tag), i + o.src_start, i + o.src_end, k + o.dest_start, k + o.dest_end


def _anchors(left: list[str], right: list[str]) -> list[tuple[int, int]]:
    """Where both texts certainly stand side by side: the longest row of common runs of three words, unique in each and
    in the same order in both (Cohen's patience diff). None where the texts are short enough to be aligned whole."""
    if len(left) * len(right) <= DIFFERENCE_CELLS:
        return []
    here, there = _unique(left), _unique(right)
    pairs = sorted((place, there[run]) for run, place in here.items() if run in there)
    ends: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for n, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        ends[at : at + 1], lasts[at : at + 1] = [place], [n]
        before.append(lasts[at - 1] if at else -1)
    found, n = [], lasts[-1] if lasts else -1
    while n >= 0:
        found.append(pairs[n])
        n = before[n]
    return found[::-1]


def _unique(found: list[str]) -> dict[tuple[str, str, str], int]:
    """The place of every run of three words that stands once."""
    places: dict[tuple[str, str, str], int] = {}
    for n, run in enumerate(zip(found, found[1:], found[2:], strict=False)):
        places[run] = -1 if run in places else n
    return {run: place for run, place in places.items() if place >= 0}


def _shared(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> float:
    """The cube root of the share of common 3-word shingles: were words changed here and there, that is the share of
    words kept. Words in another order count for nothing."""
    one, counts_one = np.unique(_triples(a), return_counts=True)
    two, counts_two = np.unique(_triples(b), return_counts=True)
    _, i, j = np.intersect1d(one, two, assume_unique=True, return_indices=True)
    share = 2 * np.minimum(counts_one[i], counts_two[j]).sum() / max(1, len(a) + len(b) - 4)
    return float(share ** (1 / 3))


def _triples(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    odd = np.uint64(0x9E3779B97F4A7C15)
    return (keys[:-2] * odd + keys[1:-1]) * odd + keys[2:]
