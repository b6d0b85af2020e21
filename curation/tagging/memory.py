"""The documents people tagged, kept as vectors: which are similar to a new one, and what they predict for it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.tagging import ridge
from curation.tagging.ridge import Floats
from curation.tagging.vectors import BUCKETS, Counts, Ids, Values, weigh

# Buckets that fewer examples than this have say nothing about others. Source: 2 beat 1 on 18F (.632 to .604 nDCG@5),
# level on Software Carpentry.
COMMON = 2

# How strongly rare words count: the power of the inverse document frequency. Source: in cross-validation on training
# posts .7 and 1 gave nDCG@5 .695 and .697 on 18F, .714 and .712 on Software Carpentry (F1@5 .540, .540; .364, .361).
RARITY = 0.7

# Most similar examples whose tags are looked at. Source: chosen once, not tuned.
NEIGHBOURS = 20

# Most examples whose ridge is solved exactly (memory is 4 bytes times the square), the newest ones. Source: a fit of
# 7,050 examples took 40 CPU seconds and 1.5 GB at its peak.
EXACT = 6000

# Most numbers in the table of coefficients; concepts with most examples first. 40 million are 160 MB.
TABLE = 40_000_000

# Numbers in the table up to which every concept is predicted for every document (2 million take under 1 ms); in
# a larger one only concepts that the text or similar examples bring up.
SMALL = 2_000_000

# What a rejection counts as, where carrying is 1 and silence 0. Source: unknown; -1 would push similar concepts too.
REFUSED = -0.5

# New examples after which the word statistics of an unfitted memory are counted afresh each time, then by steps.
OFTEN, STEP = 64, 16


@dataclass(slots=True)
class Recall:
    """What the examples say of one document, by concept number: ridge prediction, share among neighbours, similarity of
    the nearest example that carries it."""

    fit: dict[int, float]
    near: dict[int, float]
    nearest: dict[int, float]


@dataclass(frozen=True, slots=True)
class Fresh:
    """Fresh examples solved: their postings, the column of each concept number, coefficients by example and column."""

    postings: Any
    columns: dict[int, int]
    table: Floats


class Memory:
    """Examples in the order they came: the settled ones, solved in a fit, and fresh ones solved on top of those."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.counts: list[Counts] = []
        self.labels: list[dict[int, float]] = []
        self.frequency: Values = np.zeros(BUCKETS, np.float32)
        self.settled = 0
        self.changes = 0
        self._where: dict[str, int] = {}
        self.numbers: NDArray[np.int64] = np.zeros(0, np.int64)
        self.table: Floats = np.zeros((0, 0), np.float32)
        self._idf: Values | None = None
        self._used: Ids = np.zeros(0, np.int32)
        self._postings: Any = None
        self._place: dict[int, int] = {}
        self._fresh: Fresh | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, name: str, counts: Counts, labels: dict[int, float]) -> None:
        """Remember a document, or more about one that is remembered."""
        self.changes += 1
        self._fresh = None
        place = self.find(name)
        if place is not None:
            self.labels[place].update(labels)
            if place >= self.settled:
                return
        # More about a settled example is solved as a fresh one with the same words, over what the old one explains.
        self._where[name] = len(self.ids)
        self.ids.append(name)
        self.counts.append(counts)
        self.labels.append(dict(labels))
        if self.settled == 0:
            self.frequency[counts.ids] += 1
            if len(self.ids) <= OFTEN or len(self.ids) % STEP == 0:
                self._idf = None

    def column(self, number: int) -> int | None:
        """The column of a concept among the settled coefficients, None where it has none."""
        return self._place.get(number)

    def restore(
        self,
        ids: list[str],
        counts: list[Counts],
        labels: list[dict[int, float]],
        settled: int,
        numbers: NDArray[np.int64],
        table: Floats,
    ) -> None:
        """Become the memory that was once saved."""
        self.ids, self.counts, self.labels, self.settled = ids, counts, labels, settled
        self._where = {name: place for place, name in enumerate(ids)}
        self.numbers, self.table = numbers, table
        self._place = {int(number): column for column, number in enumerate(numbers)}
        for one in counts[: settled or len(counts)]:
            self.frequency[one.ids] += 1
        if settled:
            self._postings = ridge.stack([weigh(one, self.idf) for one in counts[:settled]], self.used).T.tocsr()

    def renumber(self, today: dict[int, int]) -> None:
        """Lead concept numbers to others; what has none is dropped, and of several that meet the strongest stays."""
        self.labels = [_renumbered(labels, today) for labels in self.labels]
        kept = [(today[int(number)], row) for row, number in enumerate(self.numbers) if int(number) in today]
        numbers = sorted({number for number, _ in kept})
        table = np.zeros((len(numbers), self.table.shape[1]), np.float32)
        self._place = {number: column for column, number in enumerate(numbers)}
        for number, row in kept:
            table[self._place[number]] += self.table[row]
        self.numbers, self.table, self._fresh = np.array(numbers, dtype=np.int64), table, None

    def find(self, name: str) -> int | None:
        """The place of a document, None where it is not remembered."""
        return self._where.get(name)

    @property
    def idf(self) -> Values:
        """Weights of the buckets: 0 for those too few examples have."""
        if self._idf is None:
            total = self.settled or len(self.ids)
            self._used = np.flatnonzero(self.frequency >= COMMON).astype(np.int32)
            self._idf = np.zeros(BUCKETS, np.float32)
            self._idf[self._used] = (np.log((total + 1) / (self.frequency[self._used] + 1)) + 1) ** RARITY
        return self._idf

    @property
    def used(self) -> Ids:
        """The buckets with a weight, ascending."""
        if self._idf is None:
            _ = self.idf
        return self._used

    def settle(self) -> tuple[Floats, Floats, Floats]:
        """Solve the ridge for all examples. Returns similarities, the inverse and the wanted labels of the examples
        solved (the newest EXACT), for whoever wants to know what each would be predicted by the others."""
        self.settled, self._fresh, self._idf = len(self.ids), None, None
        self.frequency = np.zeros(BUCKETS, np.float32)
        for counts in self.counts:
            self.frequency[counts.ids] += 1
        rows = ridge.stack([weigh(counts, self.idf) for counts in self.counts], self.used)
        self._postings = rows.T.tocsr()
        first = max(0, self.settled - EXACT)
        used = Counter(number for labels in self.labels[first:] for number, said in labels.items() if said > 0)
        solved = self.settled - first
        most = [number for number, _ in used.most_common(max(1, TABLE // max(1, solved)))]
        self.numbers = np.array(sorted(most), dtype=np.int64)
        self._place = {int(number): column for column, number in enumerate(self.numbers)}
        similar = ridge.kernel(rows[first:])
        inverted = ridge.inverse(similar)
        wanted = self._wanted(first, self.settled)
        self.table = np.ascontiguousarray((inverted @ wanted).T)
        return similar, inverted, wanted

    def _wanted(self, first: int, last: int) -> Floats:
        """Labels of some examples as a table, examples by settled concepts."""
        place = self._place
        wanted = np.zeros((last - first, len(self.numbers)), np.float32)
        for row, labels in enumerate(self.labels[first:last]):
            for number, said in labels.items():
                if number in place:
                    wanted[row, place[number]] = said if said > 0 else REFUSED
        return wanted

    def recall(self, counts: Counts, thought_of: set[int]) -> Recall:
        """What the examples predict for a document: for the concepts thought of, and those the examples add."""
        if not self.ids:
            return Recall({}, {}, {})
        vector = weigh(counts, self.idf)
        fresh = self._solve_fresh()
        # Documents by bucket: a text asks for its own buckets, an eighth of all that is stored, and not for every row.
        places = np.searchsorted(self.used, vector.ids)
        parts = [vector.values @ stored[places] for stored in (self._postings, fresh.postings) if stored is not None]
        similar = np.concatenate(parts)
        near, nearest = self.neighbours(similar)
        return Recall(self._fit(similar, fresh, thought_of | near.keys()), near, nearest)

    def neighbours(self, similar: Floats) -> tuple[dict[int, float], dict[int, float]]:
        """From similarities to all examples: each concept's share among the nearest, and its best example."""
        close = np.argpartition(-similar, NEIGHBOURS)[:NEIGHBOURS] if len(similar) > NEIGHBOURS else range(len(similar))
        near: dict[int, float] = {}
        nearest: dict[int, float] = {}
        total = 0.0
        for place in close:
            alike = float(similar[place])
            if alike <= 0:
                continue
            total += alike
            for number, said in self.labels[place].items():
                if said > 0:
                    near[number] = near.get(number, 0.0) + alike
                    nearest[number] = max(nearest.get(number, 0.0), alike)
        return {number: value / total for number, value in near.items()}, nearest

    def _fit(self, similar: Floats, fresh: Fresh, asked: set[int]) -> dict[int, float]:
        """Ridge predictions: of those asked for, and of the best others where the table is small."""
        found: dict[int, float] = {}
        old = similar[self.settled - self.table.shape[1] : self.settled]
        # einsum rather than @, because BLAS wakes all threads for a product this small and they burn CPU waiting.
        if self.table.size <= SMALL:
            every = np.einsum("cd,d->c", self.table, old)
            best = np.argsort(-every)[:NEIGHBOURS]
            asked = asked | {int(self.numbers[place]) for place in best}
            found = {number: float(every[place]) for number in asked if (place := self._place.get(number)) is not None}
        else:
            known = [number for number in asked if number in self._place]
            values = np.einsum("cd,d->c", self.table[[self._place[number] for number in known]], old)
            found = dict(zip(known, values.tolist(), strict=True))
        if fresh.columns:
            added = similar[self.settled :] @ fresh.table
            for number, column in fresh.columns.items():
                found[number] = found.get(number, 0.0) + float(added[column])
        return found

    def _solve_fresh(self) -> "Fresh":
        """The ridge of the fresh examples over what the settled ones leave unexplained; solved once a change."""
        if self._fresh is not None:
            return self._fresh
        vectors = [weigh(counts, self.idf) for counts in self.counts[self.settled :]]
        rows = ridge.stack(vectors, self.used)
        numbers = sorted({number for labels in self.labels[self.settled :] for number in labels})
        columns = {number: column for column, number in enumerate(numbers)}
        wanted = np.zeros((len(vectors), len(numbers)), np.float32)
        for row, labels in enumerate(self.labels[self.settled :]):
            for number, said in labels.items():
                wanted[row, columns[number]] = said if said > 0 else REFUSED
        if self.settled and len(vectors):
            solved = self._postings[:, self.settled - self.table.shape[1] :]
            explained = np.asarray((rows @ solved).todense(), np.float32).T
            for number in set(numbers) & self._place.keys():
                wanted[:, columns[number]] -= self.table[self._place[number]] @ explained
        table = ridge.inverse(ridge.kernel(rows)) @ wanted if len(vectors) else wanted
        self._fresh = Fresh(rows.T.tocsr() if vectors else None, columns, table)
        return self._fresh


def _renumbered(labels: dict[int, float], today: dict[int, int]) -> dict[int, float]:
    found: dict[int, float] = {}
    for old, said in labels.items():
        if old in today:
            found[today[old]] = max(said, found.get(today[old], said))
    return found
