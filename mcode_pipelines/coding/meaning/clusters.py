"""Themes among the segments of a question: average-link clusters, as many as the data bear."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.meaning.embedding_space import CENTRED_FROM
from mcode_pipelines.coding.meaning.vectors import FloatArray, IntArray, unit_rows

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
_FEW = 20
_ALIKE_OF_FEW, _ALIKE_NOT_CENTRED = 0.08, 0.4
"""Mean cosine of the segments of a theme at least, where there are very few; more where nothing was taken away."""
_LOOSE = 0.75
"""Share of the usual tightness (mean cosine to the centre) below which a theme is too loose."""
_COMPARED = 4
"""Themes from which there is a usual tightness."""
_BELONGING, _BELONGING_NOT_CENTRED = 0.16, 0.7
"""Cosine below which a segment belongs to no theme; more where there are so few that nothing was taken away."""

_MORE_WITHIN = 1.5
"""How many more themes are looked for within a side than its share of what was said would have: the least are joined
or dropped afterwards."""
_OTHER_SIDE = 0.1
"""Share of a theme's praise and complaints that the lesser of the two must have to be a theme of its own."""
_BOTH_SIDES = 0.15
"""Share of what was said that must praise, and complain, for a question to have drawn both."""
_JOINED_FROM = 0.3
"""Cosine of two themes' centres from which the lesser joins the other where there are more than wanted."""
_ONE_SIDED = 0.4
"""Share of a theme that must praise (or complain) for the theme to be praise (or complaint)."""


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


def maximum_themes(answers: int, *, on_both_sides: bool = False) -> int:
    """How many themes an analyst would make of so many answers at most: 10 of 100, 15 of 1,000, 20 of 10,000.

    A quarter more where praise and complaints are themes of their own.
    """
    most = max(1, min(24, round(5 * math.log10(max(answers, 2))), math.ceil(answers / 2)))
    return most + most // 4 if on_both_sides else most


def has_praise_and_complaints(sides: npt.NDArray[np.int8], weights: npt.NDArray[np.float64]) -> bool:
    """Whether a question drew praise and complaints, neither of them just now and then."""
    praise, complaint = weights[sides > 0].sum(), weights[sides < 0].sum()
    return bool(min(praise, complaint) >= _BOTH_SIDES * weights.sum() > 0)


def minimum_theme_weight(answers: int) -> float:
    """How many answers a theme needs at least: what one person says is no theme yet."""
    if answers < 60:
        return 2
    return max(3.0, 0.008 * answers)


def find_themes(
    vectors: FloatArray,
    weights: npt.NDArray[np.float64],
    most: int,
    least: float,
    alone: npt.NDArray[np.float64] | None = None,
    sides: npt.NDArray[np.int8] | None = None,
) -> Themes:
    """Group segments by what they mean.

    `vectors` (segments, dimensions) are centred unit vectors, `weights` (segments,) respondents, `alone` (segments,)
    those who said nothing else, `sides` (segments,) 1 for praise, -1 for a complaint, 0 for neither; `most` the most
    themes wanted, `least` the weight a theme must have. The dendrogram of
    average cosine distance is cut at several heights; the heaviest clusters of a cut are refined and those that mean
    the same are merged, which is how the data choose the number; the cut whose themes are told apart best is kept.
    A theme that holds both praise and complaints is divided, and what praises never belongs to a theme of complaints.
    Segments that are near no theme belong to none.
    """
    nothing = Themes(np.full(len(vectors), -1, dtype=np.int64), vectors[:0])
    if len(vectors) == 0:
        return nothing
    by_itself = weights if alone is None else alone
    apart = sides is not None and has_praise_and_complaints(sides, weights)
    found: list[FloatArray] = []
    of_side: list[int] = []
    for side in (1, -1, 0) if sides is not None and apart else (None,):
        own = np.arange(len(vectors)) if side is None or sides is None else np.flatnonzero(sides == side)
        share = weights[own].sum() / max(weights.sum(), 1e-9)
        if share * weights.sum() < least:
            continue
        wanted = max(1, min(most, math.ceil(_MORE_WITHIN * share * most))) if apart else most
        centres = _best_centres(vectors[own], weights[own], by_itself[own], wanted, least)
        found.append(centres)
        of_side += [side or 0] * len(centres)
    if not of_side:
        return nothing
    centres = np.concatenate(found)
    if apart and sides is not None:
        near = _nearest_on_side(vectors, centres, sides, np.array(of_side))
    else:
        near, similarity = _nearest(vectors, centres)
        near[similarity < _belonging(vectors)] = -1
    if sides is not None and sides.any():
        centres, near = _of_one_side(centres, near, vectors, weights, sides, least, most)
    centres, near = _cores(centres, near, vectors, weights, least)
    mass = np.array([weights[near == c].sum() for c in range(len(centres))])
    if alone is not None:
        by_itself = np.array([alone[near == c].sum() for c in range(len(centres))])
        mass[by_itself < _ON_ITS_OWN * mass * alone.sum() / weights.sum()] = 0
    order = np.argsort(-mass, kind="stable")
    order = order[mass[order] > 0]
    place = np.full(len(centres) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return Themes(place[near], centres[order])


def _best_centres(
    vectors: FloatArray, weights: npt.NDArray[np.float64], alone: npt.NDArray[np.float64], most: int, least: float
) -> FloatArray:
    """The centres of the cut whose themes are told apart best; none where no cut has a theme that is heavy enough."""
    linked = np.sort(np.argsort(-weights, kind="stable")[:_MOST_LINKED])
    vectors, weights, alone = vectors[linked], weights[linked], alone[linked]
    best: tuple[float, FloatArray] | None = None
    for partition in _cuts(vectors, most):
        centres = _heavy_centres(partition, vectors, weights, alone, least, most)
        if len(centres) == 0:
            continue
        centres = _merged(_refined(centres, vectors, weights), vectors, weights, least)
        quality = _quality(centres, vectors, weights)
        if best is None or quality > best[0] + 1e-9:
            best = quality, centres
    return vectors[:0] if best is None else best[1]


def _nearest_on_side(
    vectors: FloatArray, centres: FloatArray, sides: npt.NDArray[np.int8], of_side: IntArray
) -> IntArray:
    """(segments,) the nearest theme of each that is not of the other side; -1 where none is near."""
    similarity = vectors @ centres.T
    similarity[np.multiply.outer(sides, of_side) < 0] = -1
    near: IntArray = np.argmax(similarity, axis=1).astype(np.int64)
    near[similarity[np.arange(len(near)), near] < _belonging(vectors)] = -1
    return near


def _of_one_side(
    centres: FloatArray,
    near: IntArray,
    vectors: FloatArray,
    weights: npt.NDArray[np.float64],
    sides: npt.NDArray[np.int8],
    least: float,
    most: int,
) -> tuple[FloatArray, IntArray]:
    """Centres and (segments,) their themes once no theme holds both praise and complaints."""
    groups: list[IntArray] = []
    of_side: list[int] = []
    for theme in range(len(centres)):
        own = np.flatnonzero(near == theme)
        praise, complaint = own[sides[own] > 0], own[sides[own] < 0]
        heavy, light = weights[praise].sum(), weights[complaint].sum()
        if min(heavy, light) >= max(least, _OTHER_SIDE * (heavy + light)):
            groups += [praise, complaint]
            of_side += [1, -1]
        elif max(heavy, light) >= _ONE_SIDED * weights[own].sum():
            side = 1 if heavy >= light else -1
            groups.append(own[sides[own] != -side])
            of_side.append(side)
        else:
            groups.append(own)
            of_side.append(0)
    filled = [g for g, group in enumerate(groups) if len(group)]
    groups, of_side = [groups[g] for g in filled], [of_side[g] for g in filled]
    if not groups:
        return centres[:0], near
    while True:
        centres = _centres(groups, vectors, weights)
        near = _nearest_on_side(vectors, centres, sides, np.array(of_side))
        mass = np.array([weights[near == g].sum() for g in range(len(groups))])
        lightest = int(np.argmin(mass))
        if len(groups) <= most and mass[lightest] >= least:
            return centres, near
        alike = centres @ centres[lightest]
        alike[(np.array(of_side) * of_side[lightest] < 0) | (np.arange(len(groups)) == lightest)] = -1
        nearest = int(np.argmax(alike))
        if alike[nearest] >= _JOINED_FROM:
            groups[nearest] = np.union1d(groups[nearest], groups[lightest])
        del groups[lightest], of_side[lightest]
        if not groups:
            return centres[:0], np.full(len(near), -1, dtype=np.int64)


def _cores(
    centres: FloatArray, near: IntArray, vectors: FloatArray, weights: npt.NDArray[np.float64], least: float
) -> tuple[FloatArray, IntArray]:
    """Centres and (segments,) their themes once themes much looser than the others are cut down to their core.

    A loose theme is where the odds and ends of a question gather: what lies close together in it stays, if it is
    heavy enough, and the rest belongs to no theme.
    """
    cosine = np.einsum("ij,ij->i", vectors, centres[near]) if len(centres) else np.zeros(len(vectors))
    groups = [np.flatnonzero(near == c) for c in range(len(centres))]
    tightness = [float(np.average(cosine[g], weights=weights[g])) if len(g) else 0.0 for g in groups]
    bar = _LOOSE * float(np.median(tightness)) if len(groups) >= _COMPARED else 0.0
    near = near.copy()
    for theme, (group, tight) in enumerate(zip(groups, tightness, strict=True)):
        if tight >= bar or not len(group):
            continue
        core = group[cosine[group] >= np.median(cosine[group])]
        centre = _centres([core], vectors, weights)
        kept = group[(vectors[group] @ centre[0]) >= bar]
        near[group] = -1
        if weights[kept].sum() >= least:
            centres = np.concatenate([centres[:theme], centre, centres[theme + 1 :]])
            near[kept] = theme
    return centres, near


def _cuts(vectors: FloatArray, limit: int) -> list[IntArray]:
    """Partitions of the segments at falling heights of the dendrogram: into `limit` clusters and several times more.

    Very few are divided once, by how alike things must be to be one theme: a number of clusters would force unlike
    things together.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    count = len(vectors)
    if count == 1:
        return [np.zeros(1, dtype=np.int64)]
    distances = np.clip(1 - vectors @ vectors.T, 0, 2).astype(np.float64)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), method="average")
    if count < _FEW:
        alike = _ALIKE_OF_FEW if count >= CENTRED_FROM else _ALIKE_NOT_CENTRED
        return [np.asarray(fcluster(tree, 1 - alike, criterion="distance"), dtype=np.int64) - 1]
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
    return unit_rows(np.asarray(means, dtype=np.float32))


def _refined(centres: FloatArray, vectors: FloatArray, weights: npt.NDArray[np.float64]) -> FloatArray:
    for _ in range(_REFINEMENTS):
        centres = _centres(_groups(centres, vectors), vectors, weights)
    return centres


def _groups(centres: FloatArray, vectors: FloatArray) -> list[IntArray]:
    near, similarity = _nearest(vectors, centres)
    groups = [np.flatnonzero((near == c) & (similarity >= _belonging(vectors))) for c in range(len(centres))]
    return [g for g in groups if len(g)]


def _belonging(vectors: FloatArray) -> float:
    """Cosine to a centre from which a segment belongs to its theme."""
    return _BELONGING if len(vectors) >= CENTRED_FROM else _BELONGING_NOT_CENTRED


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
