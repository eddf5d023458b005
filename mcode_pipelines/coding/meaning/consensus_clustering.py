"""As many themes as are wanted: what many clusterings of the same answers agree on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.meaning.clusters import Themes
from mcode_pipelines.coding.meaning.theme_mixture import PrincipalDirections
from mcode_pipelines.coding.meaning.vectors import DoubleArray, FloatArray, softmax, unit_rows

_RUNS = 24
_TIMES_AS_MANY = (1.0, 1.5, 2.0)
"""Clusters of a run, in multiples of the themes wanted."""
_TIGHTNESS = 20.0
_ROUNDS = 10
_MOST = 3_000
"""Answers whose agreement is counted pairwise (72 MB)."""


def consensus_themes(
    answers: FloatArray, read_whole: FloatArray, counts: npt.NDArray[np.float64], segments: FloatArray, wanted: int
) -> Themes:
    """Themes of whole answers, as segments belong to them.

    `answers` (answers, dimensions) are the means of what each answer says, `read_whole` the same answers encoded in
    one piece, `segments` (segments, dimensions): unit vectors of one space; `counts` (answers,) respondents. Each run
    draws starting points (k-means++, Arthur and Vassilvitskii 2007) and lets them settle, by turns on the means, on
    the answers in one piece and on both, since each sees what the others miss; how often two answers share a cluster
    is linked by average (evidence accumulation, Fred and Jain 2005).
    """
    if not len(answers):
        return Themes(np.full(len(segments), -1, dtype=np.int64), segments[:0])
    heaviest = np.sort(np.argsort(-counts, kind="stable")[:_MOST])
    own, weights = answers[heaviest], counts[heaviest]
    views = (own, read_whole[heaviest], unit_rows(own + read_whole[heaviest]))
    cluster = _agreed([PrincipalDirections(v, weights).of(v) for v in views], np.sqrt(weights), wanted)
    heft = np.sqrt(weights).astype(np.float32)
    centres = unit_rows(np.stack([heft[cluster == c] @ own[cluster == c] for c in np.unique(cluster)]))
    near = (segments @ centres.T).argmax(axis=1).astype(np.int64)
    return Themes(near, centres).only([c for c in range(len(centres)) if (near == c).any()])


def _agreed(views: Sequence[FloatArray], heft: DoubleArray, wanted: int) -> npt.NDArray[np.int64]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    count = len(heft)
    if count <= wanted:
        return np.arange(count, dtype=np.int64)
    together = np.zeros((count, count), dtype=np.float32)
    for run in range(_RUNS):
        many = _TIMES_AS_MANY[run // len(views) % len(_TIMES_AS_MANY)]
        clusters = min(count - 1, max(2, round(wanted * many)))
        shares = _one_run(views[run % len(views)], heft, clusters, run)
        rows = np.asarray(shares / np.linalg.norm(shares, axis=1, keepdims=True), dtype=np.float32)
        together += rows @ rows.T
    apart = np.clip(1 - together.astype(np.float64) / _RUNS, 0, 1)
    apart = (apart + apart.T) / 2
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), method="average")
    return np.asarray(fcluster(tree, wanted, criterion="maxclust"), dtype=np.int64) - 1


def _one_run(places: FloatArray, heft: DoubleArray, clusters: int, seed: int) -> DoubleArray:
    """(answers, clusters) shares."""
    chance = np.random.default_rng(seed)
    chosen = [int(chance.choice(len(places), p=heft / heft.sum()))]
    apart = 1 - places @ places[chosen[0]]
    for _ in range(clusters - 1):
        likely = np.clip(apart, 0, None) * heft
        if likely.sum() <= 0:
            break
        chosen.append(int(chance.choice(len(places), p=likely / likely.sum())))
        apart = np.minimum(apart, 1 - places @ places[chosen[-1]])
    centres, prior = places[chosen], np.ones(len(chosen))
    shares = np.zeros((len(places), len(chosen)))
    for _ in range(_ROUNDS):
        shares = softmax(np.asarray(_TIGHTNESS * (places @ centres.T) + np.log(prior), dtype=np.float64))
        centres = unit_rows(np.asarray((shares * heft[:, None]).T @ places, dtype=np.float32))
        prior = np.sqrt(heft @ shares / heft.sum() + 1e-4)
    return shares
