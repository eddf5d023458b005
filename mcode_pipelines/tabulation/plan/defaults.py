"""What a survey gets without a word: its default plan, and the statistics of a table that names none."""

from __future__ import annotations

from typing import Literal

from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.plan import TOTAL, Ranking, RowItem, Statistic, TabulationPlan
from mcode_pipelines.tabulation.plan.batteries import batteries
from mcode_pipelines.tabulation.plan.default_banner import AGE_BANDS, default_banner, has_order, is_age
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.scores import nps_points
from mcode_pipelines.tabulation.plan.waves import is_wave, only_earlier

_LONGEST_UNSORTED = 12
"""Choices of a list that a default plan leaves in the questionnaire's order."""
_MOST_ROWS = 20
"""Choices of a longer list that have a row of their own in a default plan."""


def default_plan(codebook: Codebook, *, title: str | None = None) -> TabulationPlan:
    """The plan of a survey that came without one.

    Every tabulated variable against the total and respondents' characteristics (see `banner_reasons`), weighted by the
    detected weight. Rows and statistics are spelled out, so that people can see and edit them. Open-ended
    questions are marked `optional`: they get a table once they are coded.
    """
    return TabulationPlan(
        title=title,
        language=language_of(codebook),
        weight=default_weight(codebook),
        banner=default_banner(codebook),
        rows=default_rows(codebook),
    )


def default_weight(codebook: Codebook) -> str | None:
    """The detected weight's name."""
    return next((v.name for v in codebook if v.weight and v.kind == Kind.NUMERIC), None)


def default_rows(codebook: Codebook) -> tuple[RowItem, ...]:
    """Every tabulated variable but the weights and the wave, with its statistics spelled out.

    The items of a battery, and the places of a ranking, stand behind a table that sums them up.
    """
    rows: list[RowItem] = []
    summaries = {battery.items[0].name: battery.summary() for battery in batteries(codebook)}
    for variable in codebook:
        if not variable.tabulated or variable.weight or is_wave(variable) or only_earlier(variable):
            continue
        if variable.name in summaries:
            rows.append(summaries[variable.name])
        if variable.place == 1 and (ranking := _ranking(variable, codebook)) is not None:
            rows.append(ranking)
        rows.append(with_statistics(_default_row(variable), variable))
    return tuple(rows)


def _ranking(first: Variable, codebook: Codebook) -> RowItem | None:
    """The table of a ranking that stands in one cell, whose first place is given; None where there is no second."""
    places = [v for v in codebook if v.place is not None and v.columns == first.columns and v.tabulated]
    if len(places) < 2:
        return None
    positions = tuple(v.name for v in sorted(places, key=lambda v: v.place or 0))
    title = first.label.removesuffix(f" - {first.place}")
    return RowItem(variable=first.group or first.name, title=title, ranking=Ranking(positions=positions))


def _default_row(variable: Variable) -> RowItem:
    if variable.nps and _goes_from_0_to_10(variable):
        return RowItem(variable=variable.name, nps=True, members=True)
    if variable.kind == Kind.NUMERIC:
        if is_age(variable):
            return RowItem(variable=variable.name, bands=AGE_BANDS, hide_empty=True)
        return RowItem(variable=variable.name, auto_bands=True)
    long = variable.kind in (Kind.SINGLE_CHOICE, Kind.MULTI_CHOICE) and len(variable.choices) > _LONGEST_UNSORTED
    if long and not _in_order(variable):
        most = _MOST_ROWS if len(variable.choices) > _MOST_ROWS + 1 else None
        return RowItem(variable=variable.name, sort=TOTAL, most_rows=most)
    return RowItem(variable=variable.name, optional=variable.kind == Kind.OPEN_ENDED)


def _goes_from_0_to_10(variable: Variable) -> bool:
    if variable.kind == Kind.NUMERIC:
        return True
    try:
        nps_points(variable, variable.choices)
    except PlanError:
        return False
    return True


def _in_order(variable: Variable) -> bool:
    """Whether the choices have an order of their own: as detected, by factors, or by numbers in most labels."""
    if variable.ordered or any(choice.factor is not None for choice in variable.choices):
        return True
    numbered = sum(any(sign.isdigit() for sign in choice.label) for choice in variable.choices)
    return 2 * numbered > len(variable.choices) or has_order(variable)


def language_of(codebook: Codebook) -> Literal["id", "en"]:
    """The language of a book whose plan says none: the survey's own."""
    return "en" if codebook.language == "en" else "id"


def with_statistics(item: RowItem, variable: Variable) -> RowItem:
    """The row with the statistics that its table shows where the plan names none."""
    if item.statistics is not None:
        return item
    if item.factors:
        return item.model_copy(update={"statistics": (Statistic.MEAN,)})
    if item.nps:
        return item.model_copy(update={"statistics": (Statistic.NPS, Statistic.MEAN)})
    return item.model_copy(update={"statistics": _default_statistics(variable)})


def _default_statistics(variable: Variable) -> tuple[Statistic, ...]:
    if variable.kind == Kind.NUMERIC:
        return (Statistic.MEAN, Statistic.MEDIAN, Statistic.STD_DEV, Statistic.MINIMUM, Statistic.MAXIMUM)
    if variable.kind != Kind.SCALE:
        return ()
    factors = sorted({c.factor for c in variable.choices if c.factor is not None})
    if factors == [float(n) for n in range(11)]:
        return (Statistic.NPS, Statistic.MEAN)
    if len(factors) >= 4:
        return (Statistic.TOP2, Statistic.BOTTOM2, Statistic.MEAN)
    return (Statistic.MEAN,) if factors else ()
