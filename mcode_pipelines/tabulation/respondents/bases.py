"""Who is in a table's base beside those who answered: those who were asked, or everyone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.tabulation.arrays import BoolArray, IntArray
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER
from mcode_pipelines.tabulation.respondents.answers import NOBODY, Answers, CodedAnswers

NO_ANSWER_ROW = "no_answer"
"""The code of the row of those in the base who gave no answer."""


def without_no_answer(answers: Answers) -> Answers:
    """The answers without the code for "no answer": those who have no other are nobody, as if they were not coded."""
    if not isinstance(answers, CodedAnswers) or answers.no_answer is None:
        return answers
    kept = [i for i, choice in enumerate(answers.choices) if choice.code != answers.no_answer]
    members = answers.members[:, kept]
    of_pattern = np.append(np.where(members.any(axis=1), np.arange(len(members)), NOBODY), NOBODY)
    patterns: IntArray = of_pattern[answers.patterns]
    if answers.variable.kind in ONE_ANSWER:
        # One pattern a choice, as in every question that takes one answer.
        patterns, members = np.append(members.argmax(axis=1), NOBODY)[patterns], np.eye(len(kept), dtype=bool)
    choices = tuple(answers.choices[i] for i in kept)
    nets = {label: tuple(c for c in codes if c != answers.no_answer) for label, codes in answers.nets.items()}
    nets = {label: codes for label, codes in nets.items() if codes}
    return replace(answers, choices=choices, members=members, patterns=patterns, nets=nets, no_answer=None)


def with_ticks(answers: Answers) -> Answers:
    """The answers of those who gave one of the choices: who said no to all of them is nobody."""
    if not isinstance(answers, CodedAnswers):
        return answers
    ticked = np.append(answers.members.any(axis=1), False)
    return replace(answers, patterns=np.where(ticked[answers.patterns], answers.patterns, NOBODY))


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
    row: int | None = None
    if choice is not None and answers.no_answer is not None:
        row = [c.code for c in choices].index(answers.no_answer)
    elif choice is not None:
        row, choices = len(choices), (*choices, choice)
        members = np.hstack([members, np.zeros((len(members), 1), dtype=bool)])
    patterns: IntArray = answers.patterns.astype(np.int64)
    if row is not None:
        patterns, members = _with_pattern(patterns, members, silent, row)
        # Who answered something that no row counts is in the base all the same, and not among those without an answer.
        silent = silent & (np.zeros_like(silent) if answers.elsewhere is None else answers.elsewhere)
    if silent.any():
        patterns, members = _with_pattern(patterns, members, silent, None)
    return replace(answers, choices=choices, members=members, patterns=patterns)


def _with_pattern(
    patterns: IntArray, members: BoolArray, people: BoolArray, choice: int | None
) -> tuple[IntArray, BoolArray]:
    """The patterns and their members with some `people` under one choice, or under none."""
    of_them = np.zeros((1, members.shape[1]), dtype=bool)
    if choice is not None:
        of_them[0, choice] = True
        same = np.flatnonzero((members == of_them).all(axis=1))
        if same.size:
            return np.where(people, same[0], patterns), members
    return np.where(people, len(members), patterns), np.vstack([members, of_them])
