"""How much to trust each means of coding, told by examples that were held back: from votes to honest chances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.seeded_themes import DoubleArray, softmax

_BEFOREHAND = np.array([0.5, 0.5, 0.1])
"""Weight of what was learnt, of where it settled, and of the names, before any example was looked at."""
_STEADFAST = 8.0
"""Examples it takes to move the weights away from that."""
_DOUBT = 2.0
"""Examples' worth of doubt about whether chances are near 0 or 1."""


@dataclass(frozen=True)
class Blend:
    """Weights that turn logarithms of shares into chances."""

    weights: npt.NDArray[np.float64]
    start: float
    one_code: bool
    threshold: float
    """The chance from which an answer gets a further code."""

    def chances(self, learnt: DoubleArray, settled: DoubleArray, names: DoubleArray) -> DoubleArray:
        """(answers, codes) how likely each code is right."""
        return _chances(self.weights, self.start, (learnt, settled, names), self.one_code)


def fitted_blend(
    learnt: DoubleArray, settled: DoubleArray, names: DoubleArray, given: npt.NDArray[np.int64], one_code: bool
) -> Blend:
    """The blend that fits the held-back examples best (all arrays (examples, codes), the first three logarithms).

    Maximum likelihood, held near equal trust while examples are few; that makes the chances honest as well: it is
    Platt's (1999) scaling with more than one score.
    """
    from scipy.optimize import minimize

    parts = (learnt, settled, names)
    beforehand = np.concatenate([_BEFOREHAND, [0.0]])

    def cost(values: npt.NDArray[np.float64]) -> float:
        chances = np.clip(_chances(values[:3], values[3], parts, one_code), 1e-9, 1 - 1e-9)
        if one_code:
            misfit = -float(np.log(chances[given == 1]).sum())
        else:
            misfit = -float(np.where(given == 1, np.log(chances), np.log(1 - chances)).sum())
        away = values - beforehand
        return misfit + _STEADFAST * float(away[:3] @ away[:3]) + _DOUBT * float(values[3] ** 2) * 0.1

    bounds = [(0.0, 3.0)] * 3 + [(-3.0, 3.0)]
    found = minimize(cost, beforehand, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60})
    weights, start = np.round(found.x[:3], 4), float(np.round(found.x[3], 4))
    return Blend(weights, start, one_code, _threshold(_chances(weights, start, parts, one_code), given))


def _chances(
    weights: npt.NDArray[np.float64], start: float, parts: tuple[DoubleArray, ...], one_code: bool
) -> DoubleArray:
    if one_code:
        return softmax(np.asarray(sum(w * p for w, p in zip(weights, parts, strict=True)), dtype=np.float64))
    # The chance of a code does not depend on the others': odds instead of shares.
    odds = [p - np.log1p(-np.exp(np.minimum(p, -1e-4))) for p in parts]
    raised = np.asarray(sum(w * o for w, o in zip(weights, odds, strict=True)) + start, dtype=np.float64)
    return np.asarray(1 / (1 + np.exp(-raised)), dtype=np.float64)


def _threshold(chances: DoubleArray, given: npt.NDArray[np.int64]) -> float:
    """The chance from which a further code adds more right codes than wrong ones (highest F1)."""
    best = chances.argmax(axis=1)
    highest, threshold = -1.0, 0.4
    for candidate in np.arange(0.2, 0.71, 0.05):
        found = chances >= candidate
        found[np.arange(len(given)), best] = True
        f1 = 2 * (found & (given == 1)).sum() / max(1, found.sum() + given.sum())
        if f1 > highest + 1e-9:
            highest, threshold = float(f1), float(candidate)
    return threshold
