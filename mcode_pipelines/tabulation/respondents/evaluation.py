"""Conditions evaluated on respondents."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.plan.conditions import (
    check_code,
    is_number,
    no_condition,
    no_number,
    not_comparable,
)
from mcode_pipelines.tabulation.plan.questions import Condition, Operand, Question
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers, NumericAnswers

ReadAnswers = Callable[[Question], Answers]
"""The answers to a question."""
ReadCells = Callable[[Question], pl.Series]
"""The cells of a question as they were read."""


def who_meets(condition: Condition, people: int, read: ReadAnswers, cells: ReadCells) -> BoolArray:
    """(respondents,) who meets a condition. Raises PlanError where the data does not allow it to be evaluated."""
    made = _evaluated(condition, read, cells)
    if made.dtype != pl.Boolean or len(made) != people:
        raise no_condition(condition)
    return made.fill_null(False).to_numpy().astype(bool)


def numbers_by(expression: Condition, people: int, read: ReadAnswers, cells: ReadCells) -> FloatArray:
    """(respondents,) the numbers that an expression gives, NaN for none, as where it divides by 0.

    Raises PlanError where the data makes it something else.
    """
    made = _evaluated(expression, read, cells)
    if not made.dtype.is_numeric() or len(made) != people:
        raise no_number(expression)
    values = made.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
    values[~np.isfinite(values)] = np.nan
    return values


def _evaluated(condition: Condition, read: ReadAnswers, cells: ReadCells) -> pl.Series:
    answers: dict[int, Answers] = {}

    def answers_to(question: Question) -> Answers:
        if id(question) not in answers:
            answers[id(question)] = read(question)
        return answers[id(question)]

    columns = {}
    for operand in condition.operands:
        values = cells(operand.question) if operand.holds == "as_read" else None
        if values is None:
            values = _column(condition, operand, answers_to(operand.question))
        columns[operand.column] = values.rename(operand.column)
    try:
        return pl.DataFrame(columns).select(condition.expression.alias("made"))["made"]
    except pl.exceptions.PolarsError as error:
        raise not_comparable(condition, error) from error


def _column(condition: Condition, operand: Operand, answers: Answers) -> pl.Series:
    if isinstance(answers, NumericAnswers):
        return pl.Series(answers.values).fill_nan(None)
    if operand.holds in {"code", "code_number"}:
        return _codes(answers, as_numbers=operand.holds == "code_number")
    given = answers.patterns >= 0
    if operand.holds == "is_answered":
        return pl.Series(given)
    codes = [choice.code for choice in answers.choices]
    check_code(condition, operand, codes)
    holds = np.append(answers.members[:, codes.index(operand.code)], False)[answers.patterns]
    return pl.Series(holds).set(pl.Series(~given), None)


def _codes(answers: CodedAnswers, *, as_numbers: bool) -> pl.Series:
    codes = [choice.code for choice in answers.choices]
    # Beside numbers a code of an earlier wave may be a text: an answer, but equal to none of them.
    spelled = [float(c) if is_number(c) else float("nan") for c in codes] if as_numbers else codes
    values = pl.Series(spelled, dtype=pl.Float64 if as_numbers else pl.String)
    positions = pl.Series(answers.patterns)
    return values.gather(positions.set(positions < 0, None))
