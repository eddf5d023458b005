"""Likelihood to recommend: any question from 0 to 10 as promoters, passives and detractors."""

from __future__ import annotations

import numpy as np

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.tabulation.plan.scores import NPS_POINTS, nps_points
from mcode_pipelines.tabulation.respondents.answers import NOBODY, Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.tables.wording import Words


def from_0_to_10(answers: Answers, words: Words) -> CodedAnswers:
    """The answers as points from 0 to 10, with the three groups as nets.

    Numbers that are none of the points are left out. Of a question with choices the factors count, else the codes.

    Raises:
        PlanError: for a question whose choices are not points from 0 to 10.
    """
    if isinstance(answers, NumericAnswers):
        given, labels = answers.values, {}
        points = given
    else:
        of_choice = nps_points(answers.variable, answers.choices)
        labels = {int(p): c.label for p, c in zip(of_choice, answers.choices, strict=True) if not np.isnan(p)}
        points = answers.by_choice(of_choice)
        given = np.where(answers.given, 0.0, np.nan)
    valid = (points >= 0) & (points < NPS_POINTS) & (points == np.floor(points))
    # Promoters stand above, so the highest point is the first choice.
    patterns = np.where(valid, NPS_POINTS - 1 - np.nan_to_num(points), NOBODY).astype(np.int64)
    choices = tuple(
        Choice(code=str(p), label=labels.get(p, str(p)), factor=float(p)) for p in reversed(range(NPS_POINTS))
    )
    nets = {
        words("promoters"): ("9", "10"),
        words("passives"): ("7", "8"),
        words("detractors"): tuple(str(p) for p in range(7)),
    }
    left_out = answers.left_out + int((~np.isnan(given) & ~valid).sum())
    return CodedAnswers(answers.variable, choices, patterns, np.eye(NPS_POINTS, dtype=bool), nets, left_out)
