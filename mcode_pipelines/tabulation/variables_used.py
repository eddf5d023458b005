"""Which variables of the survey the tables of a plan are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.plan import RowItem, TabulationPlan
from mcode_pipelines.tabulation.book import names_of
from mcode_pipelines.tabulation.plan.conditions import read_filter
from mcode_pipelines.tabulation.plan.definitions import sound_definitions, sources_of, with_definitions
from mcode_pipelines.tabulation.plan.weightings import Wish, wishes_of
from mcode_pipelines.tabulation.respondents.waves import with_waves


def variables_used(plan: TabulationPlan, codebook: Codebook) -> Mapping[str, frozenset[str]]:
    """Every variable of the survey that a completed plan uses, and the rows (by their variable) whose tables use it.

    Used are the questions of rows, banner, weights and filters, and what those the plan defines are made of. Of what
    all tables use, banner, weights and the plan's filter, no rows are named.
    """
    known = with_definitions(plan, with_waves(plan, codebook))
    definitions = sound_definitions(plan)

    def traced(names: Iterable[str]) -> set[str]:
        found: set[str] = set()
        left = [name for name in names if name in known]
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left += sources_of(name, definitions[name], known) if name in definitions else ()
        return {name for name in found if name in codebook}

    shared = [part for item in plan.banner or () if not item.trouble for part in item.path]
    shared += () if all(row.weight for row in plan.rows or ()) else _weighing(wishes_of(plan))
    shared += read_filter(plan.filter, known).variables if plan.filter else ()
    everywhere = traced(shared)
    used: dict[str, frozenset[str]] = dict.fromkeys(everywhere, frozenset())
    for row in plan.rows or ():
        if not row.trouble:
            for name in traced(_of_row(row, known)) - everywhere:
                used[name] = used.get(name, frozenset()) | {row.variable}
    return used


def _of_row(row: RowItem, known: Codebook) -> Iterable[str]:
    yield from names_of(row)
    yield from _weighing(row.weight)
    if row.filter:
        yield from read_filter(row.filter, known).variables


def _weighing(wishes: Iterable[Wish]) -> list[str]:
    return [name for wish in wishes for name in ([wish] if isinstance(wish, str) else wish.variables)]
