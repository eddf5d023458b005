"""The value that ticks a choice's column, where a plan names it in place of the codebook."""

from __future__ import annotations

from fnmatch import fnmatchcase

from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.plan import TabulationPlan
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.suggestions import in_indonesian, nearest


def with_counted_values(plan: TabulationPlan, codebook: Codebook, *, earlier: bool = False) -> Codebook:
    """The codebook whose multi-response questions are ticked by the values that the plan names.

    A value may be the label that the codebook has for it in the columns' own variables. In the codebook of an `earlier`
    wave a question may be missing. Raises PlanError for a question that is not there or has no column a choice.
    """
    if not plan.counted:
        return codebook
    named: dict[str, str] = {}
    for name, value in plan.counted.items():
        found = [v for v in codebook if v.name == name] or [
            v for v in codebook if fnmatchcase(v.name, name) and has_column_a_choice(v)
        ]
        if not found and not earlier:
            close = nearest(name, [v.name for v in codebook if has_column_a_choice(v)])
            raise PlanError(
                f"counted: there is no multi-response question {name!r} with a column for each choice{close}",
                f"counted: tidak ada pertanyaan jawaban ganda {name!r} dengan satu kolom per pilihan"
                f"{in_indonesian(close)}",
                unknown=name,
            )
        for variable in found:
            if not has_column_a_choice(variable) and not earlier:
                raise PlanError(
                    f"counted: {name!r} has no column for each choice, so no value ticks one; take it out",
                    f"counted: {name!r} tidak punya satu kolom per pilihan, jadi tidak ada nilai yang "
                    "mencentang; hapus",
                )
            named[variable.name] = _code_of(value, variable, codebook)
    variables = tuple(
        v.model_copy(update={"counted": named[v.name], "missing": tuple(m for m in v.missing if m != named[v.name])})
        if v.name in named
        else v
        for v in codebook
    )
    return codebook.model_copy(update={"variables": variables})


def has_column_a_choice(variable: Variable) -> bool:
    """Whether each choice of a multi-response question has a column that ticks it."""
    return variable.kind == Kind.MULTI_CHOICE and not variable.delimiter and any(c.column for c in variable.choices)


def _code_of(value: str, variable: Variable, codebook: Codebook) -> str:
    """The code that a label stands for in the columns of a question, as their own variables say; else the value."""
    columns = {c.column for c in variable.choices if c.column}
    members = [v for v in codebook if v.name != variable.name and v.columns and {*v.columns} <= columns]
    choices = [choice for member in members for choice in member.choices]
    if any(choice.code == value for choice in choices):
        return value
    codes = {choice.code for choice in choices if choice.label.strip().casefold() == value.casefold()}
    return codes.pop() if len(codes) == 1 else value
