"""Scores of a number that takes too many values for a histogram: income, distance, time."""

from __future__ import annotations

import numpy as np

from mcode_pipelines.survey.plan import Statistic
from mcode_pipelines.tabulation.counting.counter import Counter, Counts, Distribution
from mcode_pipelines.tabulation.counting.stub import Stub
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.respondents.answers import NOBODY, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.statistics.measures import Moments, moments, statistic
from mcode_pipelines.tabulation.tables.counted_table import Score


def ungrouped_scores(counter: Counter, answers: NumericAnswers, stub: Stub) -> tuple[Counts, tuple[Score, ...]]:
    """One table of a numeric question, column by column over the respondents themselves."""
    given = ~np.isnan(answers.values)
    someone = CodedAnswers(answers.variable, (), np.where(given, 0, NOBODY), np.ones((1, 0), dtype=bool), {})
    counts = counter.count(someone, np.zeros((0, 0), dtype=bool), None, np.zeros(1))
    size = counter.banner.size
    mean, variance = np.full(size, np.nan), np.full(size, np.nan)
    values = {row.statistic: np.full(size, np.nan) for row in stub.scored}
    for column in range(size):
        people = np.flatnonzero(counter.columns_of(column) & given)
        if not people.size:
            continue
        n = np.ones((people.size, 1))
        w = n if counter.weights is None else counter.weights[people, None]
        spread = Distribution(answers.values[people], Sums(n, w, w * w))
        known = moments(spread)
        mean[column], variance[column] = known.mean[0], known.variance[0]
        for which in values:
            values[which][column] = statistic(which, spread, known)[0]
    all_moments = Moments(counts.base, mean, variance)
    scores = tuple(
        Score(
            row.statistic.value,
            row.label,
            values[row.statistic],
            all_moments if row.statistic is Statistic.MEAN else None,
            counts.base,
            counts.both_scored,
        )
        for row in stub.scored
    )
    if answers.silent is not None:
        choices = (answers.no_answer,) if answers.no_answer else ()
        members = np.zeros((2, len(choices)), dtype=bool)
        members[1:] = True
        patterns = np.where(given, 0, np.where(answers.silent, 1, NOBODY))
        based = CodedAnswers(answers.variable, choices, patterns, members, {})
        counts = counter.count(based, stub.holds, None, None)
    return counts, scores
