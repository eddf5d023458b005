"""Likelihood to recommend: any question from 0 to 10 as promoters, passives and detractors."""

from __future__ import annotations

import numpy as np

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.tabulation.arrays import FloatArray
from mcode_pipelines.tabulation.counting.stub import factors_of
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.respondents.answers import NOBODY, Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.tables.wording import Words

POINTS = 11


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
        of_choice = _points(answers)
        labels = {int(p): c.label for p, c in zip(of_choice, answers.choices, strict=True) if not np.isnan(p)}
        of_pattern = np.append(of_choice[answers.members.argmax(axis=1)] if answers.members.size else [], np.nan)
        points = of_pattern[answers.patterns]
        given = np.where(answers.patterns >= 0, 0.0, np.nan)
    valid = (points >= 0) & (points < POINTS) & (points == np.floor(points))
    # Promoters stand above, so the highest point is the first choice.
    patterns = np.where(valid, POINTS - 1 - np.nan_to_num(points), NOBODY).astype(np.int64)
    choices = tuple(Choice(code=str(p), label=labels.get(p, str(p)), factor=float(p)) for p in reversed(range(POINTS)))
    nets = {
        words("promoters"): ("9", "10"),
        words("passives"): ("7", "8"),
        words("detractors"): tuple(str(p) for p in range(7)),
    }
    left_out = answers.left_out + int((~np.isnan(given) & ~valid).sum())
    return CodedAnswers(answers.variable, choices, patterns, np.eye(POINTS, dtype=bool), nets, left_out)


def _points(answers: CodedAnswers) -> FloatArray:
    points = factors_of(answers.variable, answers.choices)
    if np.isnan(points).all():
        points = np.array([float(c.code) if c.code.isdecimal() else np.nan for c in answers.choices])
    known = points[~np.isnan(points)]
    if not known.size or known.min() < 0 or known.max() > 10 or (known.max() < 10 and known.size < POINTS - 1):
        name = answers.variable.name
        said = f"its points go from {known.min():g} to {known.max():g}" if known.size else "its choices have no points"
        saying = f"titiknya dari {known.min():g} sampai {known.max():g}" if known.size else "pilihannya tanpa titik"
        raise PlanError(
            f"rows: nps of {name!r} needs a scale from 0 to 10; {said}",
            f"rows: nps dari {name!r} memerlukan skala 0 sampai 10; {saying}",
        )
    return points
