"""RIM weights: iterative proportional fitting, with caps on request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcode_pipelines.tabulation.arrays import FloatArray, IntArray
from mcode_pipelines.tabulation.plan.errors import PlanError

_CONVERGED = 1e-12
_CONVERGED_CAPPED = 1e-9
_GOOD_ENOUGH = 1e-6
_MOST_ROUNDS = 5_000
_FEWEST_ROUNDS_A_CHECK = 500

Margin = tuple[IntArray, FloatArray]
"""(respondents,) category from 0, and (categories,) target shares adding to 1."""


@dataclass(frozen=True)
class Raked:
    """RIM weights and how they came about."""

    weights: FloatArray
    """(respondents,) with mean 1."""
    rounds: int
    trimmed: int = 0
    """Respondents whose weight stands at a cap."""


def rake(margins: list[Margin], cap: tuple[float | None, float | None] = (None, None)) -> Raked:
    """Weights with mean 1 that meet every margin, by iterative proportional fitting from equal weights.

    With caps every round ends by trimming the weights to them, and the next one rakes the trimmed weights, until
    weights within the caps meet the targets.

    Args:
        margins: what is to be met.
        cap: lowest and highest weight, in multiples of the mean weight; None is no limit.

    Returns:
        The weights, and the rounds it took until no category was off by more than 1e-12 of its target (1e-9 capped).

    Raises:
        PlanError: when the margins contradict each other, or cannot be met within the caps.

    Source: Deming and Stephan (1940), the same fixed point as R survey's `rake`; trimming within the rounds: Izrael,
    Battaglia and Frankel (2009).
    """
    people = len(margins[0][0])
    cells: IntArray = np.zeros(people, dtype=np.int64)
    for category, shares in margins:
        cells = np.unique(cells * len(shares) + category, return_inverse=True)[1]
    # Respondents of one cell always get one weight: rake the cells.
    _, first, cells = np.unique(cells, return_index=True, return_inverse=True)
    size = np.bincount(cells).astype(np.float64)
    of_cell = [(category[first], shares * people) for category, shares in margins]
    low, high = cap
    capped = low is not None or high is not None
    goal = _CONVERGED_CAPPED if capped else _CONVERGED
    weight = np.ones(len(size))
    off = before = np.inf
    for done in range(1, _MOST_ROUNDS + 1):
        for category, target in of_cell:
            weight *= (target / np.bincount(category, weight * size, minlength=len(target)))[category]
        if capped:
            weight = np.clip(weight, low, high)
        off = _furthest(of_cell, weight * size)
        if off < goal:
            return Raked(weight[cells], done, _trimmed(weight, size, cap))
        if done % _FEWEST_ROUNDS_A_CHECK == 0:
            if off > 0.999 * before:
                break
            before = off
    if off < _GOOD_ENOUGH:
        return Raked(weight[cells], done, _trimmed(weight, size, cap))
    if capped:
        raise PlanError(
            f"weight: rim: no weights within the cap {_said(cap)} meet all targets (the nearest miss one by "
            f"{100 * off:.1f}%); widen the cap, merge small categories or leave a variable out",
            f"weight: rim: tidak ada bobot dalam batas cap yang memenuhi semua target (yang terdekat meleset "
            f"{100 * off:.1f}%); longgarkan batasnya, gabungkan kategori kecil, atau hapus satu variabel",
        )
    raise PlanError(
        "weight: rim: no weights meet all targets together (empty combinations of categories stand in the way); "
        "merge small categories or leave a variable out",
        "weight: rim: tidak ada bobot yang memenuhi semua target sekaligus (ada kombinasi kategori yang kosong); "
        "gabungkan kategori kecil atau hapus satu variabel",
    )


def _furthest(margins: list[Margin], people: FloatArray) -> float:
    """How far the category that is furthest off is from its target, as a share of the target."""
    return max(
        float(np.max(np.abs(np.bincount(category, people, minlength=len(target)) / target - 1)))
        for category, target in margins
    )


def _trimmed(weight: FloatArray, size: FloatArray, cap: tuple[float | None, float | None]) -> int:
    low, high = cap
    at_low = np.zeros(len(weight), dtype=bool) if low is None else weight <= low
    at_high = np.zeros(len(weight), dtype=bool) if high is None else weight >= high
    return int(size[at_low | at_high].sum())


def _said(cap: tuple[float | None, float | None]) -> str:
    low, high = cap
    if low is None:
        return f"of at most {high:g}"
    return f"from {low:g} to {high:g}" if high is not None else f"of at least {low:g}"
