"""Themes among the segments of a question: average-link clusters, as many as the data bear."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.embedders import FloatArray
from mcode_pipelines.coding.meaning import unit

IntArray = npt.NDArray[np.int64]

_MOST_LINKED = 3_000
"""Segments that are linked pairwise (36 MB of distances); the others join the nearest theme."""
_REFINEMENTS = 3
_CUTS = (1.0, 1.5, 2.2, 3.3, 5.0, 7.5)
"""Clusters a cut has, in multiples of the themes wanted: small clusters hold what is said once."""
_SAME_THEME = 0.62
"""Cosine of two (centred) theme centres from which they are one theme."""
_ON_ITS_OWN = 0.3
"""A theme is now and then all that somebody says; what comes along with other things far more often than usual
("from my own experience", "that is all from me") is a manner of speaking."""
_BELONGING = 0.16
"""Cosine below which a segment belongs to no theme."""


@dataclass(frozen=True)
class Themes:
    """The themes of a question, heaviest first."""

    theme_of_segment: IntArray
    """(segments,) the theme each segment belongs to, -1 for none."""
    centres: FloatArray
    """(themes, dimensions) unit vectors."""

    def __len__(self) -> int:
        return len(self.centres)

    def only(self, kept: Sequence[int]) -> Themes:
        """Some of the themes, in this order; the segments of the others belong to none."""
        place = np.full(len(self.centres) + 1, -1, dtype=np.int64)
        place[list(kept)] = np.arange(len(kept))
        return Themes(place[self.theme_of_segment], self.centres[list(kept)])


def most_themes(answers: int) -> int:
    """How many themes an analyst would make of so many answers at most: 10 of 100, 15 of 1,000, 20 of 10,000."""
    return max(1, min(24, round(5 * math.log10(max(answers, 2))), math.ceil(answers / 2)))


def least_weight(answers: int) -> float:
    """How many answers a theme needs at least."""
    if answers < 20:
        return 1
    if answers < 60:
        return 2
    return max(3.0, 0.008 * answers)


def find_themes(
    vectors: FloatArray,
    weights: npt.NDArray[np.float64],
    most: int,
    least: float,
    alone: npt.NDArray[np.float64] | None = None,
) -> Themes:
    """Group segments by what they mean.

    `vectors` (segments, dimensions) are centred unit vectors, `weights` (segments,) respondents, `alone` (segments,)
    those who said nothing else, `most` the most themes wanted, `least` the weight a theme must have. The dendrogram of
    average cosine distance is cut at several heights; the heaviest clusters of a cut are refined and those that mean
    the same are merged, which is how the data choose the number; the cut whose themes are told apart best is kept.
    Segments that are near no theme belong to none.
    """
    nothing = Themes(np.full(len(vectors), -1, dtype=np.int64), vectors[:0])
    if len(vectors) == 0:
        return nothing
    linked = np.sort(np.argsort(-weights, kind="stable")[:_MOST_LINKED])
    own_vectors, own_weights = vectors[linked], weights[linked]
    own_alone = own_weights if alone is None else alone[linked]
    best: tuple[float, FloatArray] | None = None
    for partition in _cuts(own_vectors, most):
        centres = _heavy_centres(partition, own_vectors, own_weights, own_alone, least, most)
        if len(centres) == 0:
            continue
        centres = _merged(_refined(centres, own_vectors, own_weights), own_vectors, own_weights, least)
        quality = _quality(centres, own_vectors, own_weights)
        if best is None or quality > best[0] + 1e-9:
            best = quality, centres
    if best is None:
        return nothing
    centres = best[1]
    near, similarity = _nearest(vectors, centres)
    near[similarity < _BELONGING] = -1
    mass = np.array([weights[near == c].sum() for c in range(len(centres))])
    order = np.argsort(-mass, kind="stable")
    order = order[mass[order] > 0]
    place = np.full(len(centres) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return Themes(place[near], centres[order])


def _cuts(vectors: FloatArray, limit: int) -> list[IntArray]:
    """Partitions of the segments at falling heights of the dendrogram: into `limit` clusters and several times more."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    count = len(vectors)
    if count == 1:
        return [np.zeros(1, dtype=np.int64)]
    distances = np.clip(1 - vectors @ vectors.T, 0, 2).astype(np.float64)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), method="average")
    sizes = sorted({min(count, round(limit * factor)) for factor in _CUTS})
    return [np.asarray(fcluster(tree, size, criterion="maxclust"), dtype=np.int64) - 1 for size in sizes]


def _heavy_centres(
    partition: IntArray,
    vectors: FloatArray,
    weights: npt.NDArray[np.float64],
    alone: npt.NDArray[np.float64],
    least: float,
    limit: int,
) -> FloatArray:
    """The centres of a cut's heaviest clusters that stand on their own now and then."""
    mass = np.bincount(partition, weights=weights)
    on_its_own = np.bincount(partition, weights=alone) / np.maximum(mass, 1e-9)
    heavy = np.flatnonzero((mass >= least) & (on_its_own >= _ON_ITS_OWN * alone.sum() / weights.sum()))
    heavy = heavy[np.argsort(-mass[heavy], kind="stable")][:limit]
    return _centres([np.flatnonzero(partition == c) for c in heavy], vectors, weights)


def _centres(groups: list[IntArray], vectors: FloatArray, weights: npt.NDArray[np.float64]) -> FloatArray:
    if not groups:
        return vectors[:0]
    # The square root keeps one repeated phrase from being the whole theme.
    means = [np.sqrt(weights[g]).astype(np.float32) @ vectors[g] for g in groups]
    return unit(np.asarray(means, dtype=np.float32))


def _refined(centres: FloatArray, vectors: FloatArray, weights: npt.NDArray[np.float64]) -> FloatArray:
    for _ in range(_REFINEMENTS):
        centres = _centres(_groups(centres, vectors), vectors, weights)
    return centres


def _groups(centres: FloatArray, vectors: FloatArray) -> list[IntArray]:
    near, similarity = _nearest(vectors, centres)
    groups = [np.flatnonzero((near == c) & (similarity >= _BELONGING)) for c in range(len(centres))]
    return [g for g in groups if len(g)]


def _merged(centres: FloatArray, vectors: FloatArray, weights: npt.NDArray[np.float64], least: float) -> FloatArray:
    """The centres after the likest pair was merged again and again, and themes that became too light dissolved."""
    while len(centres) > 1:
        groups = _groups(centres, vectors)
        centres = _centres(groups, vectors, weights)
        alike = centres @ centres.T
        np.fill_diagonal(alike, -1)
        mass = np.array([weights[g].sum() for g in groups])
        if alike.size and alike.max() >= _SAME_THEME:
            first, second = divmod(int(np.argmax(alike)), len(centres))
            joined = np.union1d(groups[first], groups[second])
            groups = [g for i, g in enumerate(groups) if i not in {first, second}] + [joined]
            centres = _centres(groups, vectors, weights)
        elif len(mass) and mass.min() < least:
            centres = np.delete(centres, int(np.argmin(mass)), axis=0)
        else:
            break
    return centres


def _nearest(vectors: FloatArray, centres: FloatArray) -> tuple[IntArray, FloatArray]:
    similarity = vectors @ centres.T
    near = np.argmax(similarity, axis=1).astype(np.int64)
    return near, similarity[np.arange(len(near)), near]


def _quality(centres: FloatArray, vectors: FloatArray, weights: npt.NDArray[np.float64]) -> float:
    """How well the themes are told apart: the mean simplified silhouette over what was said; -1 for a single theme."""
    if len(centres) < 2:
        return -1.0
    top = np.partition(vectors @ centres.T, -2, axis=1)
    own, other = 1 - top[:, -1], 1 - top[:, -2]
    silhouette = (other - own) / np.maximum(other, 1e-6)
    return float((silhouette * weights).sum() / weights.sum())
