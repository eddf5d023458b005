"""Counted rows and scores of one question's answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mcode_pipelines.survey.codebook import Variable
from mcode_pipelines.survey.plan import Statistic
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.counting.counter import Counter, Counts, by_value
from mcode_pipelines.tabulation.counting.stub import ScoredRow, Stub, promoter_scores
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.statistics.measures import moments, statistic
from mcode_pipelines.tabulation.tables.counted_table import Score
from mcode_pipelines.tabulation.tables.ungrouped import ungrouped_scores


def counted(
    counter: Counter, answers: Answers, stub: Stub, within: BoolArray | None
) -> tuple[Counts, tuple[Score, ...]]:
    """One question's counts and scores, the rows as the stub says.

    `within` is (respondents,) the table's own filter, None for everyone.
    """
    if isinstance(answers, NumericAnswers):
        return _of_numbers(counter, answers, stub, within)
    return _of_choices(counter, answers, stub, within)


def mean_of(counter: Counter, variable: Variable, values: FloatArray, within: BoolArray | None) -> Score:
    """The mean of some (respondents,) numbers, tested."""
    stub = Stub((), np.zeros((0, 0), dtype=bool), (ScoredRow(Statistic.MEAN, ""),), np.zeros(0))
    return _of_numbers(counter, NumericAnswers(variable, values), stub, within)[1][0]


def _of_choices(
    counter: Counter, answers: CodedAnswers, stub: Stub, within: BoolArray | None
) -> tuple[Counts, tuple[Score, ...]]:
    scored = None
    if stub.scored:
        scored = np.where(answers.members.any(axis=1), stub.factors[answers.members.argmax(axis=1)], np.nan)
    counts = counter.count(answers, stub.holds, within, scored)
    return counts, _scores(stub, counts)


def _of_numbers(
    counter: Counter, answers: NumericAnswers, stub: Stub, within: BoolArray | None
) -> tuple[Counts, tuple[Score, ...]]:
    if within is not None:
        silent = None if answers.silent is None else answers.silent & within
        answers = replace(answers, values=np.where(within, answers.values, np.nan), silent=silent)
    patterns, values = by_value(answers)
    if counter.fits(len(values)):
        counts = counter.count(patterns, stub.holds, None, values)
        return counts, _scores(stub, counts)
    return ungrouped_scores(counter, answers, stub)


def _scores(stub: Stub, counts: Counts) -> tuple[Score, ...]:
    if not stub.scored or counts.distribution is None:
        return ()
    spread = counts.distribution
    plain = moments(spread)
    scores = []
    for row in stub.scored:
        source, known = spread, plain
        if row.statistic is Statistic.NPS:
            source = type(spread)(promoter_scores(spread.scores), spread.people)
            known = moments(source)
        tested = known if row.statistic in {Statistic.MEAN, Statistic.NPS} else None
        values = statistic(row.statistic, source, known)
        scores.append(Score(row.statistic.value, row.label, values, tested, known.people, counts.both_scored))
    return tuple(scores)
