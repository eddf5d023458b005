"""What a compiled plan is made of: questions, how the plan derives new ones, and conditions on them.

Every name is resolved: a derived question holds the questions it is made of, a condition those it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import polars as pl

from mcode_pipelines.survey.codebook import Variable
from mcode_pipelines.survey.plan import Bands, Nets


@dataclass(frozen=True, eq=False)
class SurveyQuestion:
    """A question of the survey."""

    variable: Variable


@dataclass(frozen=True, eq=False)
class WaveQuestion:
    """The question that says which wave of the study a respondent belongs to, or which waves in a row."""

    variable: Variable


@dataclass(frozen=True, eq=False)
class DerivedQuestion:
    """A question that the plan makes of others."""

    variable: Variable
    derivation: Derivation
    written: str
    """The derivation as the plan writes it, for messages: `define: 'age_group'`."""


Question = SurveyQuestion | WaveQuestion | DerivedQuestion


@dataclass(frozen=True)
class Operand:
    """One column that a condition is evaluated on."""

    column: str
    question: Question
    holds: Literal["number", "code", "code_number", "as_read", "has_code", "is_answered"]
    """A number; a code as text or as a number; a cell as it was read; whether a code is among the answers; whether
    there is any answer."""
    code: str = ""
    """Of `has_code`."""


@dataclass(frozen=True, eq=False)
class Condition:
    """A SQL expression over questions: a filter, a case of a definition, or a number made of others."""

    text: str
    """As it was written."""
    in_words: str
    """As a reader of tables understands it: labels in place of names and codes, where labels are short."""
    operands: tuple[Operand, ...]
    expression: pl.Expr
    """Over the columns of the operands."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions it is about, in the order they are named."""
        return tuple({id(o.question): o.question for o in self.operands}.values())


@dataclass(frozen=True)
class Recode:
    """Nets of a question's codes, as its categories."""

    source: Question
    nets: Nets


@dataclass(frozen=True)
class Banding:
    """Bands of a number, or quantiles of it."""

    source: Question
    bands: Bands
    quantiles: int | None


@dataclass(frozen=True)
class Cases:
    """A category for each condition."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Formula:
    """A number by a SQL expression."""

    expression: Condition


@dataclass(frozen=True)
class Composite:
    """The mean or sum of scales and numbers."""

    items: tuple[Question, ...]
    mean: bool
    minimum_answers: int


@dataclass(frozen=True)
class AnswerCount:
    """How many of some codes (of all: none named) a respondent gave."""

    source: Question
    codes: tuple[str, ...]


Derivation = Recode | Banding | Cases | Formula | Composite | AnswerCount


def sources_of(derivation: Derivation) -> tuple[Question, ...]:
    """The questions that a derived one is directly made of."""
    match derivation:
        case Cases(conditions):
            return tuple(question for condition in conditions for question in condition.questions)
        case Formula(expression):
            return expression.questions
        case Composite(items):
            return items
        case Recode(source) | Banding(source) | AnswerCount(source):
            return (source,)


def with_sources(questions: Iterable[Question]) -> Iterator[Question]:
    """The questions and all that they are made of, each once."""
    seen: set[int] = set()
    left = list(questions)
    while left:
        question = left.pop()
        if id(question) in seen:
            continue
        seen.add(id(question))
        yield question
        if isinstance(question, DerivedQuestion):
            left += sources_of(question.derivation)
