"""Ridge regression over text vectors in its dual form: exact, closed, for all concepts at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.tagging.vectors import Counts, Ids

Floats = NDArray[np.float32]

# Ridge penalty on kernels of unit vectors. Source: .1, .3 and 1 gave nDCG@5 .638, .632, .607 on 18F and .668,
# .673, .671 on Software Carpentry (training posts, each left out in turn).
PENALTY = 0.3


def stack(vectors: Sequence[Counts], used: Ids) -> Any:
    """Unit vectors as the rows of a scipy CSR matrix whose columns are the buckets `used`, ascending."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    if not vectors:
        return csr_matrix((0, len(used)), dtype=np.float32)
    ends = np.cumsum([0, *(len(vector.ids) for vector in vectors)])
    values = np.concatenate([vector.values for vector in vectors])
    ids = np.concatenate([vector.ids for vector in vectors])
    columns = np.searchsorted(used, ids)
    return csr_matrix((values, columns, ends), shape=(len(vectors), len(used)), dtype=np.float32)


def kernel(rows: Any) -> Floats:
    """Similarities among all rows."""
    return np.asarray((rows @ rows.T).todense(), dtype=np.float32)


def inverse(similar: Floats) -> Floats:
    """(K + penalty)^-1."""
    return np.asarray(np.linalg.inv(similar + PENALTY * np.eye(len(similar), dtype=np.float32)), dtype=np.float32)


def held_out(inverted: Floats, solved: Floats, wanted: Floats, folds: NDArray[np.int64]) -> Floats:
    """What each fold's examples would be predicted by a fit on all the others, without fitting again.

    Block form of the leave-one-out identity: y_b - (G_bb)^-1 a_b, with G the inverse and a = G y (documents by
    concepts). Source: partitioned inverse of the kernel matrix; Rasmussen and Williams 2006, section 5.4.2.
    """
    predicted = np.zeros_like(wanted)
    for fold in np.unique(folds):
        block = np.flatnonzero(folds == fold)
        predicted[block] = wanted[block] - np.linalg.solve(inverted[np.ix_(block, block)], solved[block])
    return predicted
