"""What can be asked of a question's scores, checked against its choices."""

from __future__ import annotations

import numpy as np

from mcode_pipelines.survey.codebook import Choice, Variable
from mcode_pipelines.survey.plan import RowItem, Statistic
from mcode_pipelines.tabulation.arrays import FloatArray
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.factors import points_of
from mcode_pipelines.tabulation.plan.kinds import SEVERAL_ANSWERS

BOXES = {
    Statistic.TOP1: 1,
    Statistic.TOP2: 2,
    Statistic.TOP3: 3,
    Statistic.BOTTOM1: -1,
    Statistic.BOTTOM2: -2,
    Statistic.BOTTOM3: -3,
    Statistic.TOP4: 4,
    Statistic.TOP5: 5,
    Statistic.BOTTOM4: -4,
    Statistic.BOTTOM5: -5,
}
"""Top and bottom boxes: how many of the highest (or, negative, lowest) factors they hold."""
NPS_POINTS = 11


def with_factors(item: RowItem, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices with the factors that the plan gives them. Raises PlanError for a code that there is none of."""
    codes = [c.code for c in choices]
    for code in item.factors:
        if code not in codes:
            raise PlanError(
                f"rows: {item.variable!r}: factors: the question has no code {code!r}; its codes are "
                f"{', '.join(codes[:20])}",
                f"rows: {item.variable!r}: factors: pertanyaan ini tidak punya kode {code!r}; kodenya "
                f"{', '.join(codes[:20])}",
            )
    return tuple(c.model_copy(update={"factor": item.factors.get(c.code)}) for c in choices)


def check_statistics(item: RowItem, variable: Variable, factors: FloatArray) -> None:
    """Raises PlanError for statistics of a question that takes several answers or has no factors to make them of."""
    asked = (item.statistics or (Statistic.MEAN,))[0].value
    if variable.kind in SEVERAL_ANSWERS:
        raise PlanError(
            f"rows: {item.variable!r} takes several answers, so it has no {asked}; ask only for its categories",
            f"rows: {item.variable!r} boleh dijawab lebih dari satu, jadi tidak punya {asked}; minta kategorinya saja",
        )
    if np.isnan(factors).all():
        raise PlanError(
            f"rows: {item.variable!r} has no factors, so it has no {asked}; give its choices factors in the codebook",
            f"rows: {item.variable!r} tidak punya faktor, jadi tidak punya {asked}; "
            "beri faktor pada pilihannya di buku kode",
        )
    if Statistic.NPS in (item.statistics or ()):
        known = factors[~np.isnan(factors)]
        if known.min() < 0 or known.max() != 10:
            raise PlanError(
                f"rows: nps of {item.variable!r} needs a scale from 0 to 10; "
                f"its factors go from {known.min():g} to {known.max():g}",
                f"rows: nps dari {item.variable!r} memerlukan skala 0 sampai 10; "
                f"faktornya dari {known.min():g} sampai {known.max():g}",
            )


def check_statistics_of_number(item: RowItem) -> None:
    """Raises PlanError for boxes, nets or an NPS score of a number, which has no choices."""
    boxes = [s.value for s in item.statistics or () if s in BOXES or s is Statistic.NPS]
    if boxes or item.nets:
        asked = boxes[0] if boxes else "nets"
        hint = {"nps": "write nps: true", "nets": "write bands"}.get(asked, "ask for a mean or a median")
        raise PlanError(
            f"rows: {item.variable!r} is a number and {asked} needs a question with choices; {hint}",
            f"rows: {item.variable!r} adalah angka, sedangkan {asked} memerlukan pertanyaan dengan pilihan jawaban",
        )


def nps_points(variable: Variable, choices: tuple[Choice, ...]) -> FloatArray:
    """(choices,) their points from 0 to 10: the factors, else the codes. Raises PlanError for any other question."""
    points = points_of(variable, choices)
    known = points[~np.isnan(points)]
    if not known.size or known.min() < 0 or known.max() > 10 or (known.max() < 10 and known.size < NPS_POINTS - 1):
        name = variable.name
        said = f"its points go from {known.min():g} to {known.max():g}" if known.size else "its choices have no points"
        saying = f"titiknya dari {known.min():g} sampai {known.max():g}" if known.size else "pilihannya tanpa titik"
        raise PlanError(
            f"rows: nps of {name!r} needs a scale from 0 to 10; {said}",
            f"rows: nps dari {name!r} memerlukan skala 0 sampai 10; {saying}",
        )
    return points
