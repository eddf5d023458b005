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
    scores = _scores(stub, counts)
    if scored is None or counter.repeated is None:
        return counts, scores
    values = np.append(scored, np.nan)[answers.patterns]
    return counts, _bound(counter, scores, values if within is None else np.where(within, values, np.nan))


def _of_numbers(
    counter: Counter, answers: NumericAnswers, stub: Stub, within: BoolArray | None
) -> tuple[Counts, tuple[Score, ...]]:
    if within is not None:
        silent = None if answers.silent is None else answers.silent & within
        answers = replace(answers, values=np.where(within, answers.values, np.nan), silent=silent)
    patterns, values = by_value(answers)
    if counter.fits(len(values)):
        counts = counter.count(patterns, stub.holds, None, values)
        return counts, _bound(counter, _scores(stub, counts), answers.values)
    counts, scores = ungrouped_scores(counter, answers, stub)
    return counts, _bound(counter, scores, answers.values)


def _bound(counter: Counter, scores: tuple[Score, ...], values: FloatArray) -> tuple[Score, ...]:
    """The scores with what people who answer more than once do to their tests; `values` are (respondents,)."""
    if counter.repeated is None:
        return scores
    found = []
    for score in scores:
        if score.moments is not None:
            own = promoter_scores(values) if score.code == Statistic.NPS else values
            dependence = counter.repeated.of_scores(own, score.moments.mean, score.moments.people.w)
            score = replace(score, dependence=dependence)
        found.append(score)
    return tuple(found)


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
