"""From the figures of a candidate to the probability that a curator accepts it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from curation.tagging.features import Matrix
from curation.tagging.prior import prior_weights

Numbers = NDArray[np.float64]

# Candidates of a document that the trees look at; the linear part has 95% (18F) and 98% (Software Carpentry) of the
# carried candidates among its first 25. Source: training posts.
STRONGEST = 25

# The trees' part of a score. Source: .3, .5 and .7 in cross-validation, 1,077 posts of Software Carpentry: nDCG@5 .707,
# .711, .714; 298 of 18F: .693, .694, .696; level on 200 of either.
TREES = 0.7

# A trace of the raw score keeps apart what a flat stretch of the calibration would make equal.
TRACE = 1e-4


@dataclass(frozen=True, slots=True)
class Forest:
    """Boosted regression trees, their nodes in one row. Node i asks whether `feature[i]` is at most `threshold[i]` and
    goes on to `child[2 i]` if so, else to `child[2 i + 1]`; a leaf goes to itself. `roots` begin the trees, `depth` is
    the deepest leaf's, `start` what the sum of `value` begins with, in log odds."""

    start: float
    depth: int
    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    child: NDArray[np.int32]
    value: NDArray[np.float64]

    def log_odds(self, rows: Matrix) -> Numbers:
        """The sum of the trees for every row, all of them walked at once."""
        flat = rows.ravel()
        base = (np.arange(len(rows)) * rows.shape[1])[:, None]
        nodes = np.repeat(self.roots[None, :], len(rows), axis=0)
        for _ in range(self.depth):
            above = flat.take(base + self.feature.take(nodes)) > self.threshold.take(nodes)
            nodes = self.child.take(2 * nodes + above)
        total: Numbers = self.start + self.value.take(nodes).sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class Ranker:
    """`weights` None is the shipped prior for the number of examples; `forest` has its part where there is one;
    `bends` are (score, probability) points of the calibration, ascending, empty for none."""

    weights: Numbers | None = None
    forest: Forest | None = None
    bends: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))

    def linear(self, rows: Matrix, examples: int) -> Numbers:
        """Log odds of the linear part."""
        weights = prior_weights(examples) if self.weights is None else self.weights
        odds: Numbers = rows.astype(np.float64) @ weights
        return odds

    def log_odds(self, rows: Matrix, examples: int) -> Numbers:
        """Log odds before calibration."""
        linear = self.linear(rows, examples)
        return linear if self.forest is None else linear + TREES * (self.forest.log_odds(rows) - linear)

    def probabilities(self, rows: Matrix, examples: int, least: int) -> Numbers:
        """The calibrated probability of each row, 0 for all but the STRONGEST (or `least`) by the linear part."""
        linear = self.linear(rows, examples)
        kept = np.argsort(-linear, kind="stable")[: max(STRONGEST, least)]
        found = np.zeros(len(rows))
        found[kept] = calibrated(self.log_odds(rows[kept], examples), self.bends)
        return found


def calibrated(log_odds: Numbers, bends: NDArray[np.float64]) -> Numbers:
    """Probabilities through the points of a calibration, joined by straight lines in log odds; order is kept."""
    if len(bends):
        log_odds = np.interp(log_odds, bends[:, 0], bends[:, 1]) + TRACE * log_odds
    probabilities: Numbers = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    return probabilities
