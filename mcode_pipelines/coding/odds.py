"""Chances as logarithms of their odds, which add up where chances do not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.seeded_themes import DoubleArray


def log_odds(chances: npt.ArrayLike, nearest: float = 1e-4) -> DoubleArray:
    """The logarithms of the odds, in the shape of the chances; none is taken for nearer to 0 or 1 than `nearest`."""
    kept = np.clip(chances, nearest, 1 - nearest)
    return np.asarray(np.log(kept / (1 - kept)), dtype=np.float64)


def chances_of(odds: npt.ArrayLike) -> DoubleArray:
    """The chances whose odds have these logarithms, in their shape."""
    return np.asarray(1 / (1 + np.exp(-np.asarray(odds, dtype=np.float64))), dtype=np.float64)
