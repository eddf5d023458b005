"""Themes that start from what is known of them and settle where the answers lie."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.meaning.vectors import DoubleArray, FloatArray, softmax, unit_rows

_DIRECTIONS = 96
"""Principal directions kept: the rest of what an encoder says is noise at the size of a survey."""
_TIGHTNESS = 8.0
"""Concentration of a theme around its centre on the unit sphere."""
SEVERAL_PARTS = 2.0
"""How much more tightly answers of several parts lie around their theme: the mean of several is the surer place."""
_ROUNDS = 8
_LEAST_SPREAD = 0.05
_SEED_HEFT = 4.0
"""Answers that a theme's starting point counts for."""
_EXAMPLE_HEFT = 3.0
"""How much more a decided answer counts for a theme's centre than one that is only likely to belong to it."""


class PrincipalDirections:
    """The directions in which the answers to one question differ most."""

    def __init__(self, vectors: FloatArray, weights: npt.NDArray[np.float64]) -> None:
        wanted = min(_DIRECTIONS, vectors.shape[1], max(1, len(vectors) - 1))
        self._axes = _principal_axes(vectors * np.sqrt(weights / max(weights.mean(), 1e-9))[:, None], wanted)

    def of(self, vectors: FloatArray) -> FloatArray:
        """(n, directions) unit vectors."""
        return unit_rows(np.asarray(vectors @ self._axes, dtype=np.float32))


def _principal_axes(rows: npt.NDArray[np.floating], wanted: int) -> FloatArray:
    """(dimensions, wanted) axes by randomised subspace iteration. Source: Halko, Martinsson and Tropp (2011), 4.4."""
    rows = np.asarray(rows, dtype=np.float32)
    start = np.random.default_rng(7).standard_normal((rows.shape[1], min(wanted + 8, rows.shape[1]))).astype(np.float32)
    basis = start
    for _ in range(3):
        basis, _ = np.linalg.qr(rows.T @ (rows @ basis))
    _, _, turned = np.linalg.svd(rows @ basis, full_matrices=False)
    return np.asarray((basis @ turned.T)[:, :wanted], dtype=np.float32)


class ThemeMixture:
    """A mixture of themes on the unit sphere, fitted to all answers of a question from a first guess.

    Every answer says what it is most likely about; every theme moves to where its answers lie; and so on for a few
    rounds. The first guess keeps its say all along (`anchors`), so that a theme cannot wander off to another topic.
    Source: mixture of von Mises-Fisher distributions, Banerjee et al. (2005), with priors for each answer.
    """

    def __init__(
        self,
        places: FloatArray,
        anchors: DoubleArray,
        weights: DoubleArray,
        *,
        seeds: FloatArray | None = None,
        start: DoubleArray | None = None,
        decided: DoubleArray | None = None,
    ) -> None:
        """Fit.

        Args:
            places: (n, directions) unit vectors.
            anchors: (n, themes) logarithms of the first guess, up to a constant in each row.
            weights: (n,) respondents.
            start: (n, themes) shares to start from; None: by the anchors.
            seeds: (themes, directions) where each theme starts; counts like a few answers.
            decided: (n, themes) shares of the themes for rows that a person decided; rows of NaN for the others.
        """
        known = ~np.isnan(decided).any(axis=1) if decided is not None else np.zeros(len(places), dtype=np.bool_)
        heft = np.sqrt(weights) * np.where(known, _EXAMPLE_HEFT, 1.0)
        pull = 0.0 if seeds is None else _SEED_HEFT * seeds
        themes = anchors.shape[1]
        shares = softmax(2 * anchors) if start is None else start.copy()
        self._prior = np.full(themes, 1.0)
        for _ in range(_ROUNDS):
            if decided is not None:
                shares[known] = decided[known]
            self._centres = unit_rows(np.asarray((shares**2 * heft[:, None]).T @ places + pull, dtype=np.float32))
            self._prior = np.sqrt((heft @ shares + 1.0) / (heft.sum() + themes))
            shares = self.shares(places, anchors)

    def shares(
        self, places: FloatArray, anchors: DoubleArray, tightness: npt.NDArray[np.float32] | None = None
    ) -> DoubleArray:
        """(n, themes) how likely each theme is, each row adding to 1; `tightness` (n,) in multiples of the usual."""
        cosine = places @ self._centres.T
        if tightness is not None:
            cosine = tightness[:, None] * cosine
        fit = _TIGHTNESS * cosine + anchors + np.log(self._prior)
        return softmax(np.asarray(fit, dtype=np.float64))


class LogPrior:
    """Likenesses as logarithms of a first guess: what is like every theme alike tells nothing."""

    def __init__(self, likeness: FloatArray) -> None:
        """`likeness` (n, themes) of the answers that the themes are fitted to."""
        self._means = likeness.mean(axis=0) if len(likeness) > 1 else np.zeros(likeness.shape[1], dtype=np.float32)
        spread = float((likeness - self._means).std()) if len(likeness) > 1 else 0.0
        self._spread = max(spread, _LEAST_SPREAD)

    def __call__(self, likeness: FloatArray) -> DoubleArray:
        """(n, themes) the first guess."""
        return np.asarray((likeness - self._means) / self._spread, dtype=np.float64)
