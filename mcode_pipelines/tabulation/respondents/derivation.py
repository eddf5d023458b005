"""Answers to the questions that a plan derives from others: recodes, bands, cases, formulas, composites, counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.survey.plan import Bands
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray
from mcode_pipelines.tabulation.plan.definitions import told_of_expression
from mcode_pipelines.tabulation.plan.factors import factors_of
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER
from mcode_pipelines.tabulation.plan.nets import check_nets
from mcode_pipelines.tabulation.plan.questions import (
    AnswerCount,
    Banding,
    Cases,
    Composite,
    Condition,
    DerivedQuestion,
    Formula,
    Question,
    Recode,
)
from mcode_pipelines.tabulation.respondents.answers import (
    NOBODY,
    Answers,
    CodedAnswers,
    NumericAnswers,
    from_indicators,
    membership,
)


class Answering(Protocol):
    """Respondents whose answers can be had."""

    @property
    def count(self) -> int:
        """How many respondents there are."""

    def answers(self, question: Question) -> Answers:
        """The answers to one question."""

    def read(self, questions: Sequence[Question]) -> Iterator[Answers]:
        """The answers to several questions."""

    def meeting(self, condition: Condition) -> BoolArray:
        """(respondents,) who meets a condition."""

    def numbers(self, expression: Condition) -> FloatArray:
        """(respondents,) the numbers that an expression gives."""


def derive(question: DerivedQuestion, respondents: Answering) -> Answers:
    """The answers to a derived question.

    Recodes, bands and conditions: a respondent in none of the categories has no answer. Bands include both limits.
    Quantiles cut the numbers of all respondents into parts as equal as ties allow, unweighted. An expression has a
    number where SQL gives one: not where a part of it is missing. Composites take the
    factors of scales and the values of numbers, and need `minimum_answers` of them. Counts count the codes chosen among
    those who answered.
    """
    variable = question.variable
    match question.derivation:
        case Cases(conditions):
            return _of_cases(question, [respondents.meeting(condition) for condition in conditions])
        case Formula(expression):
            with told_of_expression():
                return NumericAnswers(variable, respondents.numbers(expression))
        case Composite() as composite:
            return NumericAnswers(variable, _composite(composite, respondents))
        case AnswerCount() as counted:
            return NumericAnswers(variable, _counted(question.written, counted, respondents))
        case Recode() as recode:
            return _recoded(question, recode, respondents)
        case Banding(source, bands, quantiles):
            answers = respondents.answers(source)
            assert isinstance(answers, NumericAnswers)  # noqa: S101 - by the kind that was checked
            return replace(banded(answers, bands, quantiles), variable=variable)


def banded(source: NumericAnswers, bands: Bands, quantiles: int | None) -> CodedAnswers:
    """A number as bands or quantiles, coded from 1; a number in no band is `elsewhere`."""
    if quantiles:
        return _quantiles(source, quantiles)
    patterns = np.full(len(source.values), NOBODY, dtype=np.int32)
    for number, (low, high) in enumerate(bands.values()):
        above = source.values >= (-np.inf if low is None else low)
        patterns[above & (source.values <= (np.inf if high is None else high))] = number
    choices = tuple(Choice(code=str(i), label=label) for i, label in enumerate(bands, 1))
    elsewhere = ~np.isnan(source.values) & (patterns < 0)
    return CodedAnswers(source.variable, choices, patterns, np.eye(len(choices), dtype=bool), {}, elsewhere=elsewhere)


def band_text(low: float | None, high: float | None) -> str:
    """The limits of a band in signs: `<= 34`, `35 - 54`, `>= 55`."""
    if low is None:
        return f"<= {high:g}"
    if high is None:
        return f">= {low:g}"
    return f"{low:g} - {high:g}" if low != high else f"{low:g}"


def scores_of(answers: Answers) -> FloatArray:
    """(respondents,) numbers as they are, of choices their factors; NaN for none."""
    if isinstance(answers, NumericAnswers):
        return answers.values
    return answers.by_choice(factors_of(answers.variable, answers.choices))


def _of_cases(question: DerivedQuestion, conditions: list[BoolArray]) -> CodedAnswers:
    variable = question.variable
    if len(conditions) == 1:
        met: IntArray = np.where(conditions[0], 0, NOBODY).astype(np.int32)
        members = np.ones((1, 1), dtype=bool)
        return CodedAnswers(variable, variable.choices, met, members, {}, elsewhere=~conditions[0])
    inside = np.stack(conditions, axis=1)
    met, members = from_indicators(inside, np.any(inside, axis=1))
    return CodedAnswers(variable, variable.choices, met, members, {}, elsewhere=met < 0)


def _recoded(question: DerivedQuestion, recode: Recode, respondents: Answering) -> CodedAnswers:
    source, variable = respondents.answers(recode.source), question.variable
    assert isinstance(source, CodedAnswers)  # noqa: S101 - by the kind that was checked
    check_nets(question.written, recode.nets, source.choices)
    sets = membership(source.choices, list(recode.nets.values()))
    members = (source.members.astype(np.float64) @ sets) > 0
    in_any = np.append(members.any(axis=1), False)
    patterns = np.where(in_any[source.patterns], source.patterns, NOBODY)
    elsewhere = (source.patterns >= 0) & (patterns < 0)
    if source.elsewhere is not None:
        elsewhere |= source.elsewhere
    if variable.kind in ONE_ANSWER:
        # One pattern a category, as in every single-choice question.
        category = np.append(members.argmax(axis=1), 0)[patterns]
        patterns, members = np.where(patterns >= 0, category, NOBODY), np.eye(len(variable.choices), dtype=bool)
    return CodedAnswers(variable, variable.choices, patterns, members, {}, elsewhere=elsewhere)


def _composite(composite: Composite, respondents: Answering) -> FloatArray:
    total = np.zeros(respondents.count)
    answered = np.zeros(respondents.count, dtype=np.int64)
    for answers in respondents.read(composite.items):
        scores = scores_of(answers)
        given = ~np.isnan(scores)
        total += np.where(given, scores, 0.0)
        answered += given
    values = total / np.maximum(answered, 1) if composite.mean else total
    return np.where(answered >= composite.minimum_answers, values, np.nan)


def _counted(place: str, counted: AnswerCount, respondents: Answering) -> FloatArray:
    answers = respondents.answers(counted.source)
    assert isinstance(answers, CodedAnswers)  # noqa: S101 - by the kind that was checked
    if counted.codes:
        check_nets(place, {"codes": counted.codes}, answers.choices)
    wanted = [not counted.codes or choice.code in counted.codes for choice in answers.choices]
    how_many = answers.members[:, wanted].sum(axis=1).astype(np.float64)
    return np.append(how_many, np.nan)[answers.patterns]


def _quantiles(source: NumericAnswers, parts: int) -> CodedAnswers:
    given = ~np.isnan(source.values)
    values = source.values[given]
    patterns = np.full(len(source.values), NOBODY, dtype=np.int32)
    labels = [f"{source.variable.label} {i}/{parts}" for i in range(1, parts + 1)]
    if values.size:
        cuts = np.quantile(values, np.arange(1, parts) / parts, method="inverted_cdf")
        patterns[given] = np.searchsorted(cuts, values, side="left")
        for i in range(parts):
            inside = values[patterns[given] == i]
            if inside.size:
                labels[i] = band_text(float(inside.min()), float(inside.max()))
    choices = tuple(Choice(code=str(i), label=label) for i, label in enumerate(labels, 1))
    return CodedAnswers(source.variable, choices, patterns, np.eye(parts, dtype=bool), {})
