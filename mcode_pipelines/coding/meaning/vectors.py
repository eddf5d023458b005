"""Arrays of vectors, shares and chances, and what is done with them everywhere."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
DoubleArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def unit_rows(vectors: FloatArray) -> FloatArray:
    """Each row brought to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return np.asarray(vectors / lengths, dtype=np.float32)


def softmax(rows: DoubleArray) -> DoubleArray:
    """Each row as shares that add to 1."""
    raised = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


def logit(chances: npt.ArrayLike, nearest: float = 1e-4) -> DoubleArray:
    """The logarithms of the odds, in the shape of the chances; none is taken for nearer to 0 or 1 than `nearest`."""
    kept = np.clip(chances, nearest, 1 - nearest)
    return np.asarray(np.log(kept / (1 - kept)), dtype=np.float64)


def sigmoid(odds: npt.ArrayLike) -> DoubleArray:
    """The chances whose odds have these logarithms, in their shape."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(odds, dtype=np.float64))), dtype=np.float64)
