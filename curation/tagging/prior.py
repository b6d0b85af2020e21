"""What a suggestion is worth before this organisation has said anything, as a table of described numbers."""

import numpy as np
from numpy.typing import NDArray

from curation.tagging.features import NAMES

# Weights of a logistic regression (log odds per unit of the feature): without any example, and with very many; in
# between they are mixed by `trust`. Source: fitted on the training posts of two public blogs (18F, Software
# Carpentry), 7,200 samples with 0 to 800 examples drawn at random, no feature knowing which concept it is about.
# Fitted on one blog and tried on the other they lose .01 to .09 nDCG@5. The rows marked * are set by hand, as neither
# blog has them.
PRIOR = {
    "base": (-4.78, -5.24),
    "named": (0.75, 0.23),
    "count": (1.11, 0.76),
    "density": (-0.44, -0.02),
    "share": (0.56, 0.54),
    "title": (0.87, 0.73),
    "title_share": (3.64, 4.15),
    "heading": (-0.37, -0.16),
    "early": (0.74, 1.23),
    "spread": (0.33, -0.18),
    "preferred": (0.75, 0.23),
    "exact": (0.71, 0.61),
    "long": (0.79, 0.12),
    "letters": (0.16, -0.05),
    "short": (-0.96, 0.52),
    "rivals": (-0.58, -0.24),
    "nested": (-0.37, -0.40),
    "neighbours": (0.30, 0.30),  # *
    "source": (2.50, 2.00),  # *
    "covered": (0.83, -0.09),
    "forms": (0.88, -0.02),
    "crowd": (-0.79, -0.57),
    "fit": (10.21, 17.16),
    "fit_share": (0.75, 1.70),
    "fit_sure": (-6.36, -2.13),
    "near": (0.40, 3.52),
    "nearest": (-3.43, -1.05),
    "usual": (0.07, -0.23),
    "seen": (1.34, 0.17),
    "kept": (-0.25, -0.17),
    "ever": (-1.49, -3.80),
    "refused": (-0.80, -0.80),  # *
}

# Examples at which the two columns weigh the same. Source: chosen once before the fit above, not tuned.
HALF_WAY = 50

_WEIGHTS = np.array([PRIOR[name] for name in NAMES], dtype=np.float64)


def prior_weights(examples: int) -> NDArray[np.float64]:
    """The weights in the order of NAMES for a tagger that has this many examples."""
    trust = examples / (examples + HALF_WAY)
    mixed: NDArray[np.float64] = _WEIGHTS[:, 0] * (1 - trust) + _WEIGHTS[:, 1] * trust
    return mixed
