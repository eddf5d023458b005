"""Whether the data hold the values that a plan says tick the choices of its multi-response questions."""

from __future__ import annotations

from fnmatch import fnmatchcase

from mcode_pipelines.survey.ticks import values_in
from mcode_pipelines.tabulation.plan.compiling import CompiledPlan
from mcode_pipelines.tabulation.plan.counted_values import has_column_a_choice
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.respondents.waves import Wave

_MOST_NAMED = 8


def check_counted_values(plan: CompiledPlan, wave: Wave) -> None:
    """Looks whether each value that a plan counts as ticked stands in a column of its question.

    Raises PlanError where it stands in none, and for a question that was coded together with the texts behind its
    "other" choice, whose ticks were read before.
    """
    counted = plan.written.counted
    for name in plan.questions if counted else ():
        variable = plan.questions[name].variable
        written = next((w for w in counted if w == name or fnmatchcase(name, w)), None)
        if written is None or not has_column_a_choice(variable):
            continue
        frame = wave.frames.of(name)
        if frame is not None and frame.merges is not None and wave.codings is not None:
            raise PlanError(
                f'counted: {name!r} was coded together with its "other" texts, so what ticks its choices must be '
                "known before; write it as `counted` in the codebook",
                f'counted: {name!r} sudah dikode bersama teks "lainnya", jadi nilai yang mencentang harus diketahui '
                "sebelumnya; tulis `counted` di buku kode",
            )
        found = values_in(variable, wave.raw)
        if variable.counted is not None and variable.counted.casefold() not in {v.casefold() for v in found}:
            there = ", ".join(found[:_MOST_NAMED]) + (" ..." if len(found) > _MOST_NAMED else "")
            raise PlanError(
                f"counted: no column of {name!r} holds {counted[written]!r}; they hold {there or 'nothing'}",
                f"counted: tidak ada kolom {name!r} yang berisi {counted[written]!r}; isinya {there or 'tidak ada'}",
            )
