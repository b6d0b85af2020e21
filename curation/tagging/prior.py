"""What a suggestion is worth before this organisation has said anything, as a table of described numbers."""

import numpy as np
from numpy.typing import NDArray

from curation.tagging.features import NAMES

# Examples at which the columns of PRIOR hold. Source: as far as an organisation gets before its first fit, and more.
STAGES = (0, 3, 10, 30, 100, 250)

# Weights of a logistic regression (log odds per unit of the feature) at each stage. Source: the training posts of two
# public blogs (18F, Software Carpentry), told post by post as a curator would, no feature knowing which concept it is
# about (tests/benchmarks/fit_prior.py). Fitted on one blog and tried on the other, untrained, they lose .02 to .04
# nDCG@5. The rows marked * are set by hand, as neither blog has them.
PRIOR = {
    "base": (-3.39, -3.68, -3.81, -3.90, -3.83, -3.69),
    "named": (0.73, 0.88, 0.82, 0.74, 0.64, 0.59),
    "count": (1.24, 0.98, 1.03, 0.87, 0.71, 0.63),
    "density": (-0.70, -0.50, -0.50, -0.36, -0.14, -0.17),
    "share": (0.44, 0.37, 0.32, 0.50, 0.79, 0.66),
    "title": (1.15, 0.89, 1.15, 0.87, 0.60, 0.65),
    "title_share": (1.27, 2.89, 2.54, 3.67, 5.46, 6.19),
    "heading": (-0.42, -0.45, -0.15, -0.28, -0.31, -0.25),
    "early": (0.22, 0.55, 0.72, 0.83, 1.18, 1.21),
    "spread": (0.46, 0.72, 0.71, 0.46, 0.06, -0.12),
    "preferred": (0.73, 0.88, 0.82, 0.74, 0.64, 0.59),
    "exact": (0.17, 0.43, 0.56, 0.89, 0.84, 0.68),
    "long": (0.90, 0.85, 0.78, 0.77, 0.57, 0.53),
    "letters": (-0.04, -0.09, -0.07, -0.07, -0.12, -0.15),
    "short": (-2.12, -1.42, -0.79, -0.63, 0.15, 0.88),
    "rivals": (-1.54, -0.58, -0.55, -0.60, -0.86, -0.70),
    "nested": (-0.65, -0.19, -0.25, -0.38, -0.41, -1.10),
    "neighbours": (0.30, 0.30, 0.30, 0.30, 0.30, 0.30),  # *
    "source": (2.50, 2.50, 2.40, 2.30, 2.20, 2.00),  # *
    "covered": (-0.67, -0.32, -0.04, 0.24, 0.41, 0.42),
    "forms": (0.98, 1.00, 0.95, 0.72, 0.66, 0.59),
    "crowd": (-0.80, -0.84, -0.82, -0.70, -0.51, -0.40),
    "fit": (0.79, 0.87, 2.64, 4.86, 5.34, 5.46),
    "fit_share": (-0.19, -0.21, 0.06, 0.11, 0.40, 0.60),
    "fit_sure": (-0.34, -0.38, -0.52, -0.79, -0.79, -0.98),
    "near": (1.51, 1.66, 3.33, 4.24, 5.26, 5.08),
    "nearest": (0.32, 0.36, -0.12, 0.89, 2.05, 3.04),
    "usual": (0.43, 0.48, 0.50, 0.53, 0.61, 0.64),
    "seen": (-0.46, -0.51, -0.53, -0.62, -0.65, -0.61),
    "kept": (0.00, 0.00, -0.19, -0.44, -0.37, -0.43),
    "ever": (-1.31, -1.44, -2.76, -2.95, -3.50, -3.29),
    "refused": (-0.11, -0.12, -0.35, -0.75, -1.13, -1.30),
}

_WEIGHTS = np.array([PRIOR[name] for name in NAMES], dtype=np.float64).T


def prior_weights(examples: int) -> NDArray[np.float64]:
    """The weights in the order of NAMES for a tagger that has this many examples, between stages by their logarithm."""
    stages = np.log1p(STAGES)
    place = float(np.interp(np.log1p(examples), stages, np.arange(len(stages))))
    below, above = int(place), min(int(place) + 1, len(stages) - 1)
    mixed: NDArray[np.float64] = _WEIGHTS[below] + (place - below) * (_WEIGHTS[above] - _WEIGHTS[below])
    return mixed
