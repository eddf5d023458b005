"""Statistics of scores, column by column, from how the scores are spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcode_pipelines.survey.plan import Statistic
from mcode_pipelines.tabulation.arrays import FloatArray
from mcode_pipelines.tabulation.counting.counter import Distribution
from mcode_pipelines.tabulation.counting.sums import Sums


@dataclass(frozen=True)
class Moments:
    """Mean and variance of a score in every column, and who has one. All (columns,)."""

    people: Sums
    mean: FloatArray
    """NaN where nobody has a score."""
    variance: FloatArray
    """Weighted, with the sum of weights less one below; NaN where that is not positive."""


def moments(distribution: Distribution) -> Moments:
    """Mean and variance: m = sum(w x) / sum(w), s**2 = sum(w (x - m)**2) / (sum(w) - 1).

    Source: crosstab formulas, section 3A (SPSS Dimensions, quantipy). Respondents without a score are left out.
    """
    scored, people = _scored(distribution)
    w = people.w.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(w > 0, (scored[:, None] * people.w).sum(axis=0) / w, np.nan)
        away = (people.w * (scored[:, None] - np.where(np.isnan(mean), 0.0, mean)) ** 2).sum(axis=0)
        variance = np.where(w > 1, away / (w - 1), np.nan)
    return Moments(Sums(people.n.sum(axis=0), w, people.q.sum(axis=0)), mean, variance)


_SHARES = {
    Statistic.P5: 0.05,
    Statistic.P10: 0.1,
    Statistic.P20: 0.2,
    Statistic.QUARTILE1: 0.25,
    Statistic.P40: 0.4,
    Statistic.MEDIAN: 0.5,
    Statistic.P60: 0.6,
    Statistic.QUARTILE3: 0.75,
    Statistic.P80: 0.8,
    Statistic.P90: 0.9,
    Statistic.P95: 0.95,
}


def statistic(which: Statistic, distribution: Distribution, known: Moments) -> FloatArray:
    """(columns,) one statistic of the scores; NaN where it is not defined.

    mean and std_dev: see `moments`. std_error: std_dev / sqrt(sum of weights), as SPSS Dimensions and quantipy give
    it. sum: sum(w x). median, quartiles and percentiles: see `percentile`. minimum, maximum: among
    respondents who are counted.
    """
    if which in {Statistic.MEAN, Statistic.NPS}:
        return known.mean
    if which is Statistic.STD_DEV:
        return np.sqrt(known.variance)
    if which is Statistic.STD_ERROR:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.sqrt(known.variance / known.people.w)
    if which is Statistic.SUM:
        return np.where(known.people.n > 0, known.mean * known.people.w, np.nan)
    if which in _SHARES:
        return percentile(distribution, _SHARES[which])
    scored, people = _scored(distribution)
    if which is Statistic.MINIMUM:
        return _extreme(np.where(people.n > 0, scored[:, None], np.inf).min(axis=0, initial=np.inf))
    if which is Statistic.MAXIMUM:
        return _extreme(np.where(people.n > 0, scored[:, None], -np.inf).max(axis=0, initial=-np.inf))
    raise ValueError(which)


def percentile(distribution: Distribution, share: float) -> FloatArray:
    """(columns,) the weighted percentile at this share (0 to 1); NaN for an empty column.

    With W the sum of weights and c(i) the cumulated weight up to the i-th distinct score, k = (W + 1) share lies
    between two scores; the result is interpolated between them while k is less than one weight unit past the lower
    one, else it is the upper.
    Unweighted this is the usual sample median.

    Source: SPSS EXAMINE, HAVERAGE; Hyndman and Fan (1996), definition 6, adjusted for weights.
    """
    scored, people = _scored(distribution)
    order = np.argsort(scored, kind="stable")
    result = np.full(people.w.shape[1], np.nan)
    for column in range(people.w.shape[1]):
        weight = people.w[order, column]
        taken = weight > 0
        weight, scores = weight[taken], scored[order][taken]
        if scores.size:
            result[column] = _weighted_percentile(scores, weight, share)
    return result


def _weighted_percentile(scores: FloatArray, weight: FloatArray, share: float) -> float:
    scores, place = np.unique(scores, return_inverse=True)
    weight = np.bincount(place, weight).astype(np.float64)
    reached = np.cumsum(weight)
    goal = (reached[-1] + 1.0) * share
    below = int(np.searchsorted(reached, goal, side="right")) - 1
    if below < 0:
        return float(scores[0])
    if below >= scores.size - 1:
        return float(scores[-1])
    excess = goal - reached[below]
    if excess >= 1.0:
        return float(scores[below + 1])
    part = excess if weight[below + 1] >= 1.0 else excess / weight[below + 1]
    part = min(part, 1.0)
    return float((1.0 - part) * scores[below] + part * scores[below + 1])


def _scored(distribution: Distribution) -> tuple[FloatArray, Sums]:
    kept = ~np.isnan(distribution.scores)
    people = distribution.people
    return distribution.scores[kept], Sums(people.n[kept], people.w[kept], people.q[kept])


def _extreme(found: FloatArray) -> FloatArray:
    return np.where(np.isfinite(found), found, np.nan)
