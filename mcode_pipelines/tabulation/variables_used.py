"""Which variables of the survey the tables of a plan are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.plan import TabulationPlan
from mcode_pipelines.tabulation.plan.compiling import compile_plan
from mcode_pipelines.tabulation.plan.questions import Question, with_sources
from mcode_pipelines.tabulation.plan.rows import Row


def variables_used(plan: TabulationPlan, codebook: Codebook) -> Mapping[str, frozenset[str]]:
    """Every variable of the survey that a completed plan uses, and the rows (by their variable) whose tables use it.

    Used are the questions of rows, banner, weights and filters, and what those the plan defines are made of. Of what
    all tables use, banner, weights and the plan's filter, no rows are named.
    """
    compiled = compile_plan(plan, codebook)

    def traced(questions: Iterable[Question]) -> set[str]:
        return {q.variable.name for q in with_sources(questions) if q.variable.name in codebook}

    shared = [question for column in compiled.banner for question in column.path]
    if not all(row.item.weight for row in compiled.rows):
        shared += [question for weighting in compiled.weightings for question in weighting.questions]
    shared += compiled.filter.questions if compiled.filter else ()
    everywhere = traced(shared)
    used: dict[str, frozenset[str]] = dict.fromkeys(everywhere, frozenset())
    for row in compiled.rows:
        for name in traced(_of_row(row)) - everywhere:
            used[name] = used.get(name, frozenset()) | {row.item.variable}
    return used


def _of_row(row: Row) -> Iterable[Question]:
    yield from row.questions
    if row.item.weight:
        for weighting in row.weightings:
            yield from weighting.questions
    if row.filter:
        yield from row.filter.questions
