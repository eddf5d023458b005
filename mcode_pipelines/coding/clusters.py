"""Themes among the segments of a question: average-link clusters, as many as the data bear."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.embedders import FloatArray
from mcode_pipelines.coding.meaning import unit

IntArray = npt.NDArray[np.int64]

_MOST_LINKED = 3_000
"""Segments that are linked pairwise (36 MB of distances); the others join the nearest theme."""
_REFINEMENTS = 3


@dataclass(frozen=True)
class Themes:
    """The themes of a question, heaviest first."""

    theme_of_segment: IntArray
    """(segments,) the theme each segment belongs to, -1 for none."""
    centres: FloatArray
    """(themes, dimensions) unit vectors."""

    def __len__(self) -> int:
        return len(self.centres)


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


def find_themes(vectors: FloatArray, weights: npt.NDArray[np.float64], answers: int, most: int | None) -> Themes:
    """Group segments by what they mean.

    `vectors` (segments, dimensions) are centred unit vectors, `weights` (segments,) respondents. The dendrogram of
    average cosine distance is cut where the themes are told apart best; themes lighter than `least_weight` are
    dissolved and their segments join the nearest theme that is near enough.
    """
    nothing = Themes(np.full(len(vectors), -1, dtype=np.int64), vectors[:0])
    if len(vectors) == 0:
        return nothing
    limit = most if most is not None else most_themes(answers)
    linked = np.sort(np.argsort(-weights, kind="stable")[:_MOST_LINKED])
    best: tuple[float, FloatArray] | None = None
    for partition in _cuts(vectors[linked]):
        centres = _heavy_centres(partition, vectors[linked], weights[linked], least_weight(answers), limit)
        if len(centres) == 0:
            continue
        centres = _refined(centres, vectors[linked], weights[linked])
        quality = _quality(centres, vectors[linked], weights[linked])
        if best is None or quality > best[0] + 1e-9:
            best = quality, centres
    if best is None:
        return nothing
    centres = best[1]
    near, similarity = _nearest(vectors, centres)
    near[similarity < _belonging(similarity, weights)] = -1
    mass = np.array([weights[near == c].sum() for c in range(len(centres))])
    order = np.argsort(-mass, kind="stable")
    order = order[mass[order] > 0]
    place = np.full(len(centres) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return Themes(place[near], centres[order])


def _cuts(vectors: FloatArray) -> list[IntArray]:
    """Partitions of the segments at falling heights of the dendrogram, coarse to fine."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    count = len(vectors)
    if count == 1:
        return [np.zeros(1, dtype=np.int64)]
    distances = np.clip(1 - vectors @ vectors.T, 0, 2).astype(np.float64)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), method="average")
    sizes = sorted({min(count, max(1, round(x))) for x in np.geomspace(2, max(2, count * 0.6), 28)} | {min(count, 12)})
    return [np.asarray(fcluster(tree, size, criterion="maxclust"), dtype=np.int64) - 1 for size in sizes]


def _heavy_centres(
    partition: IntArray, vectors: FloatArray, weights: npt.NDArray[np.float64], least: float, limit: int
) -> FloatArray:
    mass = np.bincount(partition, weights=weights)
    heavy = np.flatnonzero(mass >= least)
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
        near, _similarity = _nearest(vectors, centres)
        groups = [np.flatnonzero(near == c) for c in range(len(centres))]
        centres = _centres([g for g in groups if len(g)], vectors, weights)
    return centres


def _nearest(vectors: FloatArray, centres: FloatArray) -> tuple[IntArray, FloatArray]:
    similarity = vectors @ centres.T
    near = np.argmax(similarity, axis=1).astype(np.int64)
    return near, similarity[np.arange(len(near)), near]


def _belonging(similarity: FloatArray, weights: npt.NDArray[np.float64]) -> float:
    """The similarity below which a segment belongs to no theme."""
    return 0.18


def _quality(centres: FloatArray, vectors: FloatArray, weights: npt.NDArray[np.float64]) -> float:
    """How well the themes are told apart: the mean simplified silhouette over what was said."""
    similarity = vectors @ centres.T
    if len(centres) == 1:
        return -1.0
    top = np.partition(similarity, -2, axis=1)
    own, other = 1 - top[:, -1], 1 - top[:, -2]
    silhouette = (other - own) / np.maximum(other, 1e-6)
    return float((silhouette * weights).sum() / weights.sum())
