"""Gradient-boosted trees grown with scikit-learn and kept as plain arrays; imported only by a fit."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.tagging.features import Matrix
from curation.tagging.ranker import Forest

# Trees, learning rate, leaves and depth of a tree, least rows a leaf, ridge on leaves. Source: chosen once; in cross-
# validation on the training posts of 18F and Software Carpentry twice the trees, 16 leaves, 10 rows a leaf and no limit
# of depth were level (within .006 nDCG@5), and depth is what a suggestion pays for.
SETTINGS: dict[str, Any] = {
    "max_iter": 60, "learning_rate": 0.1, "max_leaf_nodes": 10, "max_depth": 4, "min_samples_leaf": 20,
    "l2_regularization": 5.0,
}  # fmt: skip


def grow(rows: Matrix, wanted: NDArray[np.float64]) -> Forest | None:
    """The trees for these rows, None where they can't be kept as arrays faithfully."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # One thread: on shared machines several wait for each other and cost twice the CPU.
    with threadpool_limits(limits=1):
        grown = HistGradientBoostingClassifier(**SETTINGS, early_stopping=False, random_state=0).fit(rows, wanted)
        forest = _arrays(grown)
        # scikit-learn has no public form of these trees, so what was read is held against its own answer.
        sample = rows[:: max(1, len(rows) // 500)]
        return forest if np.allclose(forest.log_odds(sample), grown.decision_function(sample), atol=1e-4) else None


def _arrays(grown: Any) -> Forest:
    """The nodes of every tree, one tree after the other."""
    trees = [predictors[0].nodes for predictors in grown._predictors]
    roots = np.cumsum([0, *(len(nodes) for nodes in trees)])[:-1].astype(np.int32)
    nodes = np.concatenate(trees)
    here = np.arange(len(nodes), dtype=np.int32)
    first = np.repeat(roots, [len(tree) for tree in trees])
    leaf = nodes["is_leaf"] == 1
    child = np.stack([np.where(leaf, here, first + nodes[side]) for side in ("left", "right")], axis=1)
    return Forest(
        start=float(np.ravel(grown._baseline_prediction)[0]),
        depth=int(nodes["depth"].max()),
        roots=roots,
        feature=np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32),
        threshold=np.where(leaf, 0, nodes["num_threshold"]).astype(np.float64),
        child=child.ravel().astype(np.int32),
        value=np.where(leaf, nodes["value"], 0).astype(np.float64),
    )
