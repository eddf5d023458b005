"""How much to trust each means of coding, told by examples that were held back: from votes to honest chances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.meaning.vectors import DoubleArray, sigmoid, softmax

_BEFOREHAND = np.array([0.5, 0.5, 0.1, 0.5, 0.3])
"""Weight of what was learnt, of where it settled, of the names, of what was learnt of the parts, and of being what a
part is about, before any example was looked at."""
_STEADFAST = 8.0
"""Examples it takes to move the weights away from that."""
_DOUBT = 2.0
"""Examples' worth of doubt about whether chances are near 0 or 1."""

_LOWEST = 0.45
"""The lowest chance from which an answer gets a further code. Less would be best for F1 on some sets, but a code that
is more often wrong than right is one more for a person to take away.
"""


@dataclass(frozen=True)
class Calibration:
    """Weights that turn logarithms of shares into chances."""

    weights: npt.NDArray[np.float64]
    intercept: float
    single_label: bool
    threshold: float
    """The chance from which an answer gets a further code."""

    def probabilities(self, scores: Sequence[DoubleArray]) -> DoubleArray:
        """(answers, codes) how likely each code is right."""
        return _chances(self.weights, self.intercept, scores, self.single_label)


def fit_calibration(scores: Sequence[DoubleArray], given: npt.NDArray[np.int64], single_label: bool) -> Calibration:
    """The blend that fits the held-back examples best.

    `scores` are logarithms in the order of `_BEFOREHAND`, those of parts may be missing; `given` has 1 for the codes of
    each example; all arrays (examples, codes).

    Maximum likelihood, held near equal trust while examples are few; that makes the chances honest as well: it is
    Platt's (1999) scaling with more than one score.
    """
    from scipy.optimize import minimize

    beforehand = np.concatenate([_BEFOREHAND[: len(scores)], [0.0]])

    def cost(values: npt.NDArray[np.float64]) -> float:
        chances = np.clip(_chances(values[:-1], values[-1], scores, single_label), 1e-9, 1 - 1e-9)
        if single_label:
            misfit = -float(np.log(chances[given == 1]).sum())
        else:
            misfit = -float(np.where(given == 1, np.log(chances), np.log(1 - chances)).sum())
        away = values - beforehand
        return misfit + _STEADFAST * float(away[:-1] @ away[:-1]) + _DOUBT * float(values[-1] ** 2) * 0.1

    bounds = [(0.0, 3.0)] * len(scores) + [(-3.0, 3.0)]
    found = minimize(cost, beforehand, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60})
    weights, start = np.round(found.x[:-1], 4), float(np.round(found.x[-1], 4))
    return Calibration(weights, start, single_label, _threshold(_chances(weights, start, scores, single_label), given))


def _chances(
    weights: npt.NDArray[np.float64], intercept: float, scores: Sequence[DoubleArray], single_label: bool
) -> DoubleArray:
    if single_label:
        return softmax(np.asarray(sum(w * p for w, p in zip(weights, scores, strict=True)), dtype=np.float64))
    # The chance of a code does not depend on the others': odds instead of shares.
    odds = [p - np.log1p(-np.exp(np.minimum(p, -1e-4))) for p in scores]
    raised = np.asarray(sum(w * o for w, o in zip(weights, odds, strict=True)) + intercept, dtype=np.float64)
    return sigmoid(raised)


def _threshold(chances: DoubleArray, given: npt.NDArray[np.int64]) -> float:
    """The chance from which further codes bring the highest F1, `_LOWEST` at least."""
    best = chances.argmax(axis=1)
    highest, threshold = -1.0, _LOWEST
    for candidate in np.arange(_LOWEST, 0.71, 0.05):
        found = chances >= candidate
        found[np.arange(len(given)), best] = True
        f1 = 2 * (found & (given == 1)).sum() / max(1, found.sum() + given.sum())
        if f1 > highest + 1e-9:
            highest, threshold = float(f1), float(candidate)
    return threshold
