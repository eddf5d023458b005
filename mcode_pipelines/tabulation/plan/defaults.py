"""What a survey gets without a word: its default plan, and the statistics of a table that names none."""

from __future__ import annotations

from typing import Literal

from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.plan import RowItem, Statistic, TabulationPlan
from mcode_pipelines.tabulation.plan.batteries import batteries
from mcode_pipelines.tabulation.plan.default_banner import default_banner
from mcode_pipelines.tabulation.plan.waves import is_wave


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

    The items of a battery stand behind a table that sums them up.
    """
    rows: list[RowItem] = []
    summaries = {battery.items[0].name: battery.summary() for battery in batteries(codebook)}
    for variable in codebook:
        if not variable.tabulated or variable.weight or is_wave(variable):
            continue
        if variable.name in summaries:
            rows.append(summaries[variable.name])
        optional = variable.kind == Kind.OPEN_ENDED
        rows.append(with_statistics(RowItem(variable=variable.name, optional=optional), variable))
    return tuple(rows)


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
