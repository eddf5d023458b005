"""The tests of a whole batch of tables at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np

from mcode_pipelines.survey.plan import Significance
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray
from mcode_pipelines.tabulation.counting.repeated import Dependence
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.statistics.comparisons import ALL_PAIRS_LISTED, REST, Comparisons, computed_against
from mcode_pipelines.tabulation.statistics.measures import Moments, variance_of
from mcode_pipelines.tabulation.statistics.p_values import p_values, reached
from mcode_pipelines.tabulation.statistics.significance import (
    TestResults,
    corrected,
    in_both,
    test_means,
    test_proportions,
)

_TESTS_AT_ONCE = 500_000
"""Tests computed together: enough to forget Python, few enough to stay in the processor's cache and in memory."""


@dataclass(frozen=True)
class Proportions:
    """Counted rows of a batch, for testing."""

    counts: FloatArray
    """(rows, columns) weighted."""
    bases: Sums
    """(tables, columns)"""
    both: Sums | None
    """(tables, columns, columns)"""
    table: IntArray
    """(rows,) the table each row belongs to."""
    untested: BoolArray | None = None
    """(rows, columns) that are not tested though their bases would do; None for none."""
    dependence: Dependence | None = None
    """(rows, pairs) what people who answer more than once do; None where nobody does."""


@dataclass(frozen=True)
class Marks:
    """Significant comparisons. All (comparisons,), row by row and pair by pair."""

    row: IntArray
    """Place of the row among those tested together."""
    pair: IntArray
    strict: BoolArray
    """Whether at the first level as well as at the last."""
    higher: BoolArray
    """Whether the first column is the higher one."""


@dataclass(frozen=True)
class Tested:
    """The tests that are listed; empty where none are asked for. All (tests,), row by row and pair by pair."""

    row: IntArray
    """Place of the row among those tested together."""
    pair: IntArray
    difference: FloatArray
    statistic: FloatArray
    df: FloatArray
    p_value: FloatArray
    p_adjusted: FloatArray
    overlap: FloatArray


def tested_proportions(
    rows: Proportions, plan: Significance, pairs: Comparisons, untested: BoolArray, *, listed: bool
) -> tuple[Marks, Tested]:
    """Tests of every counted row of a batch. `untested`: (tables, columns) whose bases are too small."""
    parts = []
    for chunk in _chunks(rows.table, len(pairs.first)):
        first, last = rows.table[chunk][0], rows.table[chunk][-1]
        tables = slice(first, last + 1)
        table = rows.table[chunk] - first
        both = None if rows.both is None else _of(rows.both, tables)
        bases = _of(rows.bases, tables)
        against = computed_against(plan, pairs)
        one, two, shared = _paired(bases, both, pairs, against)
        if first != last:
            one, two, shared = (_of(sums, table) for sums in (one, two, shared))
        r1, r2 = rows.counts[chunk][:, pairs.first], rows.counts[chunk][:, pairs.second]
        bound = None if rows.dependence is None else rows.dependence.rows(chunk)
        shares = (r1, r2 - r1) if against == REST else (r1, r2)
        results = test_proportions(plan.method, shares, (one, two), shared, bound)
        if against != pairs.against:
            with np.errstate(invalid="ignore", divide="ignore"):
                difference = r1 / one.w - r2 / bases.w[:, pairs.second][table]
            results, shared = replace(results, difference=difference), one
        small = _small_rest(two, plan, against)
        never = untested[tables][table] if rows.untested is None else untested[tables][table] | rows.untested[chunk]
        overlap = _overlap(plan, shared, (one, two), bound if against == pairs.against else None)
        parts.append(_finished(results, overlap, never, small, plan, pairs, chunk.start, listed))
    return _joined(parts)


def _chunks(table: IntArray, pairs: int) -> Iterator[slice]:
    """Rows that are tested together: those of one table where pairs are many, as much depends on the table alone."""
    step = max(1, _TESTS_AT_ONCE // pairs)
    bounds = [0, len(table)]
    if pairs > ALL_PAIRS_LISTED:
        bounds[1:1] = (1 + np.flatnonzero(np.diff(table))).tolist()
    for start, end in pairwise(bounds):
        for at in range(start, end, step):
            yield slice(at, min(at + step, end))


def tested_means(
    scores: Sequence[Moments],
    both: Sequence[Sums | None],
    plan: Significance,
    pairs: Comparisons,
    untested: BoolArray,
    dependence: Dependence | None = None,
    *,
    listed: bool,
) -> tuple[Marks, Tested]:
    """Tests of every mean of a batch. `untested`: (rows, columns) whose bases are too small."""
    parts = []
    step = max(1, _TESTS_AT_ONCE // len(pairs.first))
    for start in range(0, len(scores), step):
        chunk = slice(start, start + step)
        people = stacked([s.people for s in scores[chunk]])
        known = [b for b in both[chunk] if b is not None]
        against = computed_against(plan, pairs)
        one, two, shared = _paired(people, stacked(known) if known else None, pairs, against)
        mean, squares = np.stack([s.mean for s in scores[chunk]]), np.stack([s.squares for s in scores[chunk]])
        weight = np.array([s.mean_weight for s in scores[chunk]])[:, None]
        m1, ss1 = mean[:, pairs.first], squares[:, pairs.first]
        m2, ss2 = mean[:, pairs.second], squares[:, pairs.second]
        difference = m1 - m2
        if against == REST:
            m2, ss2 = _rest_moments(one, two, (m1, ss1), (m2, ss2))
        bound = None if dependence is None else dependence.rows(chunk)
        variances = variance_of(ss1, one.w, weight), variance_of(ss2, two.w, weight)
        results = test_means(plan.method, (m1, m2), (ss1, ss2), variances, (one, two), shared, bound)
        if against != pairs.against:
            results, shared = replace(results, difference=difference), one
        small = _small_rest(two, plan, against)
        overlap = _overlap(plan, shared, (one, two), bound if against == pairs.against else None)
        parts.append(_finished(results, overlap, untested[chunk], small, plan, pairs, start, listed))
    return _joined(parts)


def stacked(parts: Sequence[Sums]) -> Sums:
    """Sums of several tables as one, tables first."""
    return Sums(np.stack([s.n for s in parts]), np.stack([s.w for s in parts]), np.stack([s.q for s in parts]))


def _of(sums: Sums, chosen: slice | IntArray) -> Sums:
    return Sums(sums.n[chosen], sums.w[chosen], sums.q[chosen])


def _paired(bases: Sums, both: Sums | None, pairs: Comparisons, against: str) -> tuple[Sums, Sums, Sums]:
    """(tables, pairs) sums of the first columns, the second columns, and the respondents in both."""
    one = Sums(bases.n[:, pairs.first], bases.w[:, pairs.first], bases.q[:, pairs.first])
    two = Sums(bases.n[:, pairs.second], bases.w[:, pairs.second], bases.q[:, pairs.second])
    nobody = np.zeros_like(one.n)
    if against == "total":
        return one, two, one
    if against == REST:
        # Weights subtract to dust rather than nothing: the unweighted count decides who is empty.
        left = two.n - one.n
        some = left > 0
        return (
            one,
            Sums(left, np.where(some, two.w - one.w, 0.0), np.where(some, two.q - one.q, 0.0)),
            Sums(nobody, nobody, nobody),
        )
    if both is None:
        return one, two, Sums(nobody, nobody, nobody)
    shared = tuple(figure[:, pairs.first, pairs.second] for figure in (both.n, both.w, both.q))
    return one, two, Sums(*shared)


def _small_rest(rest: Sums, plan: Significance, against: str) -> BoolArray | bool:
    """(tables, pairs) where so few are not in the column that the test is against next to nobody."""
    return rest.n < max(plan.small_base[0], plan.hide_below) if against == REST else False


def _rest_moments(
    column: Sums, rest: Sums, of_column: tuple[FloatArray, FloatArray], of_total: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Mean and squares of the rest, from those of a column and of the total it is part of.

    Source: Chan, Golub and LeVeque (1979), the pairwise update of sums of squares, turned round.
    """
    (m1, ss1), (m, ss) = of_column, of_total
    with np.errstate(invalid="ignore", divide="ignore"):
        total_w = column.w + rest.w
        mean = (m * total_w - np.where(column.w > 0, m1 * column.w, 0.0)) / rest.w
        between = np.where(column.w > 0, (m1 - mean) ** 2 * column.w * rest.w / total_w, 0.0)
        squares = np.maximum(ss - np.where(column.w > 0, ss1, 0.0) - between, 0.0)
    return np.where(rest.w > 0, mean, np.nan), np.where(rest.w > 0, squares, np.nan)


def _overlap(plan: Significance, both: Sums, columns: tuple[Sums, Sums], bound: Dependence | None) -> FloatArray:
    """(rows, pairs) the (effective) number of people in both columns."""
    as_people = plan.method == "pooled_z"
    one, two, shared = (sums.w if as_people else sums.effective() for sums in (*columns, both))
    return in_both(shared, one, two, bound)


def _finished(
    results: TestResults,
    overlap: FloatArray,
    untested: BoolArray,
    small: BoolArray | bool,
    plan: Significance,
    pairs: Comparisons,
    start: int,
    listed: bool,
) -> tuple[Marks, Tested]:
    """What is significant and, where `listed`, every test; of more pairs than `ALL_PAIRS_LISTED` the significant ones.

    p-values are computed of those alone for which more is asked than whether they are below a level.
    """
    limits = alphas(plan)
    first, last = limits[0], limits[-1]
    statistic = np.where(untested[:, pairs.first] | untested[:, pairs.second] | small, np.nan, results.statistic)
    df, every = results.df, listed and len(pairs.first) <= ALL_PAIRS_LISTED
    adjusted = None
    if every or plan.correction != "none":
        p = p_values(statistic, df) if every else _p_values_below(statistic, df, last)
        adjusted = corrected(p, pairs.families, plan.correction)
        with np.errstate(invalid="ignore"):
            found = adjusted < last
        row, pair = np.nonzero(found)
        strict = adjusted[row, pair] < first
    else:
        row, pair = np.nonzero(reached(statistic, df, last))
        strict = reached(statistic[row, pair], df[row, pair], first)
    marks = Marks(row + start, pair, strict, results.difference[row, pair] > 0)
    if not listed:
        row = pair = row[:0]
    elif every:
        row, pair = np.nonzero(~np.isnan(p))
    p_value = p[row, pair] if every else p_values(statistic[row, pair], df[row, pair])
    return marks, Tested(
        row + start,
        pair,
        results.difference[row, pair],
        statistic[row, pair],
        df[row, pair],
        p_value,
        p_value if adjusted is None else adjusted[row, pair],
        np.broadcast_to(overlap, statistic.shape)[row, pair],
    )


def _p_values_below(statistic: FloatArray, df: FloatArray, alpha: float) -> FloatArray:
    """p-values below a level, 1 for the others, NaN where there is no test: enough for the corrections below it.

    A corrected p-value is never smaller than it was, and those above the level make none of those below it larger.
    """
    p = np.where(np.isnan(statistic), np.nan, 1.0)
    below = reached(statistic, df, alpha)
    p[below] = p_values(statistic[below], df[below])
    return p


def alphas(plan: Significance) -> list[float]:
    """The significance levels as error probabilities, strictest first: 0.05 for a level of 0.95."""
    return [round(1 - level, 12) for level in plan.levels]


def _joined(parts: Sequence[tuple[Marks, Tested]]) -> tuple[Marks, Tested]:
    marks, tested = ([one[at] for one in parts] for at in (0, 1))
    return (
        Marks(*(np.concatenate([getattr(part, f.name) for part in marks]) for f in fields(Marks))),
        Tested(*(np.concatenate([getattr(part, f.name) for part in tested]) for f in fields(Tested))),
    )
