"""Tests between columns: proportions and means, corrected for many comparisons. Formulas only; no tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mcode_pipelines.tabulation.arrays import FloatArray
from mcode_pipelines.tabulation.counting.repeated import Dependence
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.statistics.p_values import p_values

METHODS = ("effective_base_t", "dimensions_t", "pooled_z", "unpooled_t")
_DUST = 1e-13
"""p (1 - p) below this is rounding: one respondent in ten million gives 1e-7."""
CORRECTIONS = ("none", "bonferroni", "holm", "benjamini_hochberg")


@dataclass(frozen=True)
class TestResults:
    """Pairs of columns tested in every row. All (rows, pairs); NaN where there is no test."""

    __test__ = False  # pytest would take the name for a test class

    difference: FloatArray
    statistic: FloatArray
    df: FloatArray
    """Infinite for a z test."""

    @cached_property
    def p_value(self) -> FloatArray:
        """Two-sided."""
        return p_values(self.statistic, self.df)


def test_proportions(
    method: str,
    counts: tuple[FloatArray, FloatArray],
    bases: tuple[Sums, Sums],
    both: Sums,
    bound: Dependence | None = None,
) -> TestResults:
    """Differences of column proportions.

    effective_base_t: pooled proportion, effective bases, and the covariance of the two columns that these assume,
    q0 / (w1 w2) (formulas 2H). dimensions_t: the same with the published overlap term e0 / (e1 e2) (2A, Z = 1), which
    is that covariance only where weights are alike in both columns. pooled_z: pooled proportion, weighted counts as
    they are, normal distribution (2C; n is the sum of weights, not rounded). unpooled_t: each column's own variance
    over its effective base, df = e1 + e2 - e0 - 2 (2F), covariance sqrt(v1 v2) q0 / (w1 w2).

    Args:
        method: one of METHODS.
        counts: (rows, pairs) weighted counts of the first and of the second column.
        bases: (rows, pairs) or (1, pairs) bases of the two columns.
        both: the same for respondents in both columns; zeros where columns are disjoint.
        bound: what people who answer more than once add to it.

    No test where a base is empty, the proportions are equal, or no degree of freedom is left.
    """
    (r1, r2), (one, two) = counts, bases
    with np.errstate(invalid="ignore", divide="ignore"):
        p1, p2 = r1 / one.w, r2 / two.w
        if method == "pooled_z":
            spread = 1 / one.w + 1 / two.w - 2 * _bound(both.w / (one.w * two.w), bound)
            df: FloatArray = np.full_like(spread, np.inf)
        else:
            e1, e2 = one.effective(), two.effective()
            shared = _bound(_covariance(method, one, two, both), bound)
            spread, df = 1 / e1 + 1 / e2 - 2 * shared, e1 + e2 - in_both(both.effective(), e1, e2, bound) - 2
        if method == "unpooled_t":
            v1, v2 = _clipped(p1 * (1 - p1)), _clipped(p2 * (1 - p2))
            variance = v1 / e1 + v2 / e2 - 2 * np.sqrt(v1 * v2) * shared
        else:
            pooled = (r1 + r2) / (one.w + two.w)
            variance = _clipped(pooled * (1 - pooled)) * spread
    return _results(p1 - p2, variance, df, one, two, 1.0)


def test_means(
    method: str,
    means: tuple[FloatArray, FloatArray],
    squares: tuple[FloatArray, FloatArray],
    variances: tuple[FloatArray, FloatArray],
    people: tuple[Sums, Sums],
    both: Sums,
    bound: Dependence | None = None,
) -> TestResults:
    """Differences of column means.

    effective_base_t: formulas 3A with the overlap's covariance q0 / (w1 w2) (2H). dimensions_t: 3A with Z = 1.
    pooled_z: Student's t with the sums of weights as n, as SPSS Custom Tables does.
    unpooled_t: Welch's t with effective bases; df by Satterthwaite.

    Args:
        method: one of METHODS.
        means: (rows, pairs) of the first and of the second column.
        squares: the weighted sums of squared distances from these means.
        variances: of the scores.
        people: the respondents who have a score.
        both: the same for respondents in both columns; zeros where columns are disjoint.
        bound: what people who answer more than once add to it.

    Edges as in `test_proportions`.
    """
    (m1, m2), (ss1, ss2), (s1, s2), (one, two) = means, squares, variances, people
    with np.errstate(invalid="ignore", divide="ignore"):
        if method == "pooled_z":
            df = one.w + two.w - in_both(both.w, one.w, two.w, bound) - 2
            within = (ss1 + ss2) / (one.w + two.w - 2)
            variance = within * (1 / one.w + 1 / two.w - 2 * _bound(both.w / (one.w * two.w), bound))
        else:
            e1, e2 = one.effective(), two.effective()
            shared = _bound(_covariance(method, one, two, both), bound)
            if method == "unpooled_t":
                v1, v2 = s1 / e1, s2 / e2
                variance = v1 + v2 - 2 * np.sqrt(s1 * s2) * shared
                df = (v1 + v2) ** 2 / (v1**2 / (e1 - 1) + v2**2 / (e2 - 1))
            else:
                within = (ss1 + ss2) / ((one.w - one.q / one.w) + (two.w - two.q / two.w))
                variance = within * (1 / e1 + 1 / e2 - 2 * shared)
                df = e1 + e2 - in_both(both.effective(), e1, e2, bound) - 2
    return _results(m1 - m2, variance, df, one, two, np.abs(m1) + np.abs(m2))


def corrected(p_values: FloatArray, families: list[slice], correction: str) -> FloatArray:
    """(rows, pairs) p-values corrected within each row's families of pairs; NaN stays out of the count.

    bonferroni: m p. holm: step-down. benjamini_hochberg: step-up false discovery rate. All as R's p.adjust.

    Source: Holm (1979); Benjamini and Hochberg (1995).
    """
    if correction == "none":
        return p_values
    adjusted = p_values.copy()
    for family in families:
        p = p_values[:, family]
        tested = ~np.isnan(p)
        m = tested.sum(axis=1, keepdims=True)
        if correction == "bonferroni":
            adjusted[:, family] = np.minimum(p * m, 1.0)
            continue
        order = np.argsort(p, axis=1)  # NaN last
        ranked = np.take_along_axis(p, order, axis=1)
        rank = np.arange(1, p.shape[1] + 1)
        if correction == "holm":
            stepped = np.maximum.accumulate(np.where(np.isnan(ranked), -np.inf, ranked * (m - rank + 1)), axis=1)
        else:
            stepped = np.where(np.isnan(ranked), np.inf, ranked * m / rank)
            stepped = np.minimum.accumulate(stepped[:, ::-1], axis=1)[:, ::-1]
        stepped = np.where(np.isnan(ranked), np.nan, np.minimum(stepped, 1.0))
        back = np.empty_like(p)
        np.put_along_axis(back, order, stepped, axis=1)
        adjusted[:, family] = back
    return adjusted


def _covariance(method: str, one: Sums, two: Sums, both: Sums) -> FloatArray:
    """Of two means of independent answers of variance 1, by what the respondents in both columns weigh.

    q0 / (w1 w2): each respondent in both counts w / w1 in one and w / w2 in the other. `dimensions_t` has the published
    e0 / (e1 e2) in its place.

    Source: crosstab formulas, sections 2H and 2A.
    """
    if method == "dimensions_t":
        return both.effective() / (one.effective() * two.effective())
    return both.q / (one.w * two.w)


def _bound(covariance: FloatArray, bound: Dependence | None) -> FloatArray:
    """The covariance with that of people who answer more than once."""
    return covariance if bound is None else covariance + bound.covariance


def in_both(shared: FloatArray, one: FloatArray, two: FloatArray, bound: Dependence | None) -> FloatArray:
    """How many people are in both columns: nobody more than once, so at most as many as in the smaller one."""
    return shared if bound is None else np.minimum(shared + bound.people, np.minimum(one, two))


def _clipped(variance: FloatArray) -> FloatArray:
    # A weighted proportion of everyone is 1 but for the last digits, on either side: its variance is none.
    return np.where(variance > _DUST, variance, 0.0)


def _results(
    difference: FloatArray, variance: FloatArray, df: FloatArray | float, one: Sums, two: Sums, size: FloatArray | float
) -> TestResults:
    # Sums of weights that are equal on paper differ in the last digits: such a difference is none.
    df = np.broadcast_to(np.asarray(df, dtype=np.float64), difference.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = difference / np.sqrt(variance)
        possible = (one.w > 0) & (two.w > 0) & (variance > 0) & (np.abs(difference) > 1e-14 * size) & (df > 0)
    return TestResults(difference, np.where(possible, statistic, np.nan), np.where(possible, df, np.nan))
