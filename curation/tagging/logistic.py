"""Logistic regression around given weights, and the calibration of scores: small, exact, numpy alone."""

import numpy as np
from numpy.typing import NDArray

from curation.tagging.features import Matrix
from curation.tagging.ranker import Numbers

# Newton steps at most, and the step below which it is done. Source: unknown, round numbers.
STEPS, SMALL = 30, 1e-6

# Bends of a calibration at most, and rows each stands for at least. Source: unknown.
BENDS, ROWS = 12, 50


def weights_around(prior: Numbers, rows: Matrix, wanted: NDArray[np.float64], pull: float) -> Numbers:
    """Weights of greatest posterior: logistic loss of the rows plus `pull` / 2 times the squared distance from the
    prior, each feature in units of its own spread. Source: Newton's method, any textbook."""
    spread = rows.std(axis=0, dtype=np.float64) + 1e-2
    spread[0] = 1.0
    scaled = rows.astype(np.float64) / spread
    centre = prior * spread
    weights = centre.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
        gradient = scaled.T @ (chance - wanted) + pull * (weights - centre)
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + pull * np.eye(len(weights))
        step = np.linalg.solve(curve, gradient)
        # A full Newton step can overshoot where the prior is far off; steps of at most 2 spreads do not.
        step *= min(1.0, 2.0 / max(1e-12, float(np.abs(step).max())))
        weights -= step
        if float(np.abs(step).max()) < SMALL:
            break
    result: Numbers = weights / spread
    return result


def calibration(raw: Numbers, wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """(raw log odds, calibrated log odds) points, ascending in both, from scores given to held-out candidates.

    Isotonic regression by pooling of neighbours (Ayer and others 1955) over groups of equal positives, then the groups'
    means; empty where too little is known.
    """
    order = np.argsort(raw, kind="stable")
    raw, wanted = raw[order], wanted[order]
    hits = np.cumsum(wanted)
    groups = int(min(BENDS, hits[-1] // 10 if len(hits) else 0, len(raw) // ROWS))
    if groups < 2:
        return np.zeros((0, 2))
    cuts = np.searchsorted(hits, np.linspace(0, hits[-1], groups + 1)[1:-1])
    pooled: list[list[float]] = []
    for one_raw, one_wanted in zip(np.split(raw, cuts), np.split(wanted, cuts), strict=True):
        if not len(one_raw):
            continue
        pooled.append([float(one_raw.sum()), float(one_wanted.sum()), float(len(one_raw))])
        while len(pooled) > 1 and pooled[-2][1] / pooled[-2][2] >= pooled[-1][1] / pooled[-1][2]:
            last = pooled.pop()
            pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    chance = [(hit + 0.5) / (total + 1) for _, hit, total in pooled]
    odds = [float(np.log(one / (1 - one))) for one in chance]
    return np.array([[total_raw / total, odd] for (total_raw, _, total), odd in zip(pooled, odds, strict=True)])
