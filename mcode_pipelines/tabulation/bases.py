"""Who is in a table's base beside those who answered: those who were asked, or everyone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.survey.plan import RowItem, TabulationPlan
from mcode_pipelines.tabulation.answers import Answers, CodedAnswers
from mcode_pipelines.tabulation.arrays import BoolArray

NO_ANSWER_ROW = "no_answer"
"""The code of the row of those in the base who gave no answer."""


@dataclass(frozen=True)
class BaseWish:
    """What a plan says of one table's base."""

    kind: str
    """answering | asked | all"""
    shows_no_answer: bool

    @classmethod
    def of(cls, plan: TabulationPlan, item: RowItem) -> BaseWish:
        """The row's own words, else the plan's. A "no answer" row needs at least those asked in the base."""
        kind, shows = item.base or plan.base, (item.no_answer or plan.no_answer) == "show"
        return cls("asked" if shows and kind == "answering" else kind, shows)


def with_silent(answers: Answers, silent: BoolArray, shown_as: str | None) -> Answers:
    """The answers with respondents in the base who gave none.

    Args:
        answers: of one question.
        silent: (respondents,) in the base; those of them who answered stay as they are.
        shown_as: the label of a row for them, None for no row.
    """
    choice = Choice(code=NO_ANSWER_ROW, label=shown_as) if shown_as else None
    if not isinstance(answers, CodedAnswers):
        return replace(answers, silent=silent & np.isnan(answers.values), no_answer=choice)
    silent = silent & (answers.patterns < 0)
    choices, members = answers.choices, answers.members
    if choice is not None:
        choices = (*choices, choice)
        members = np.hstack([members, np.zeros((len(members), 1), dtype=bool)])
    if silent.any() or choice is not None:
        nobody = np.zeros((1, members.shape[1]), dtype=bool)
        nobody[0, -1:] = choice is not None
        members = np.vstack([members, nobody])
    patterns = np.where(silent, len(members) - 1, answers.patterns.astype(np.int64))
    return replace(answers, choices=choices, members=members, patterns=patterns)
