"""Counts per concept over all examples: how often carried, named, accepted when named, rejected."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from curation.tagging.features import COLUMN, LEARNED, Matrix
from curation.tagging.memory import Recall

# How many examples a concept's own counts must outweigh before they differ much from the average concept's: for being
# carried at all, and for being accepted when named. Source: chosen once, not tuned.
USUAL, NAMED = 20, 4

FIRST = COLUMN[next(iter(LEARNED))]


class Tallies:
    """The counts, and the overall rates that single concepts are held against."""

    def __init__(self) -> None:
        self.examples = 0
        self.carried: Counter[int] = Counter()
        self.named: Counter[int] = Counter()
        self.kept: Counter[int] = Counter()
        self.refused: Counter[int] = Counter()
        self.totals: Counter[str] = Counter()

    def counters(self) -> tuple[Counter[int], ...]:
        """The counts by concept number, in a fixed order."""
        return self.carried, self.named, self.kept, self.refused

    @classmethod
    def restored(
        cls, examples: int, counters: Iterable[Iterable[tuple[int, int]]], totals: Mapping[str, int]
    ) -> "Tallies":
        """Tallies as `counters` and `totals` once said."""
        tallies = cls()
        tallies.examples = examples
        tallies.totals = Counter(totals)
        for counter, pairs in zip(tallies.counters(), counters, strict=True):
            counter.update(dict(pairs))
        return tallies

    def renumbered(self, today: Mapping[int, int]) -> "Tallies":
        """The same under other concept numbers; what has none is dropped, what meets is added up."""
        pairs = [[(today[old], n) for old, n in counts.items() if old in today] for counts in self.counters()]
        merged = []
        for counts in pairs:
            total: Counter[int] = Counter()
            for number, times in counts:
                total[number] += times
            merged.append(total.items())
        return Tallies.restored(self.examples, merged, self.totals)

    def copy(self) -> "Tallies":
        """Counts of its own, equal for now."""
        return Tallies.restored(self.examples, [counts.items() for counts in self.counters()], self.totals)

    def note(self, named: Iterable[int], labels: Mapping[int, float], weight: int = 1, examples: int = 1) -> None:
        """Count one example in, or with weight -1 out again; `examples` 0 for more about one that was counted."""
        self.examples += weight * examples
        for number in named:
            self.named[number] += weight
            self.totals["named"] += weight
            if labels.get(number, 0) > 0:
                self.kept[number] += weight
                self.totals["kept"] += weight
        for number, said in labels.items():
            (self.carried if said > 0 else self.refused)[number] += weight
            self.totals["carried"] += weight * (said > 0)

    def fill(self, rows: Matrix, numbers: list[int], recall: Recall, concepts: int) -> None:
        """Write the columns of LEARNED for candidates by concept number (-1: never met) of `concepts` in all."""

        def column(known: Mapping[int, float]) -> NDArray[np.float64]:
            return np.array([known.get(number, 0) for number in numbers], dtype=np.float64)

        average = max(1e-6, self.totals["carried"] / max(1, self.examples * concepts))
        rate = (self.totals["kept"] + 1) / (self.totals["named"] + 4)
        carried, met, fit = column(self.carried), column(self.named), column(recall.fit)
        seen = np.log1p(carried)
        kept = (column(self.kept) + NAMED * rate) / (met + NAMED)
        rows[:, FIRST:] = np.stack(
            [
                fit,
                fit / max(0.05, max(recall.fit.values(), default=0.0)),
                fit * seen,
                column(recall.near),
                column(recall.nearest),
                np.log((carried + USUAL * average) / (self.examples + USUAL) / average),
                seen,
                np.log(kept / (1 - kept) * (1 - rate) / rate) * rows[:, COLUMN["named"]],
                met / max(1, self.examples),
                np.maximum(0.0, np.log1p(column(self.refused)) - seen),
            ],
            axis=1,
        )
