"""Questions with a column for each choice: which cells tick it, which say no, and which say nothing.

One rule for all of them: in the base is who ticked a choice or said no to one. "No" never counts as missing, however it
is written; a blank, a dash, `n/a` and 99 say neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mcode_pipelines.survey.codebook import Choice, Variable
from mcode_pipelines.survey.codes import canonical_code
from mcode_pipelines.survey.raw_survey import RawSurvey


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


NO = _words("0 false f no n tidak tdk bukan nee nein não nao non unchecked") | {"not selected"}
"""What says "no" in answers."""
TICKED = _words(
    "checked selected ticked marked chosen mentioned quoted picked",
    "dipilih terpilih disebut disebutkan dicentang",
    "genannt angekreuzt ausgewählt gewählt genoemd aangevinkt gekozen geselecteerd",
    "mencionado seleccionado marcado selecionado escolhido cité coché sélectionné mentionné",
)
"""Words that say that a choice was ticked, and nothing else."""
_NEGATIONS = _words("not no non não nicht niet tidak tdk bukan belum")
NOT_TICKED = _words("unchecked unselected unticked unmarked") | {f"{no} {word}" for word in TICKED for no in _NEGATIONS}
"""Words that say that a choice was not ticked."""
NOTHING_SAID = _words(
    "- -- \u2013 \u2014 . n/a na n.a. #n/a ta t.a. #null! null nan <na>",
    "88 98 99 888 998 999 -8 -9 -88 -98 -99 -999",
) | {""}
"""What says neither in a column that ticks a choice, unless it is the choice's own code."""
_ONE, _TWO = "1", "2"
_ONE_OR_ZERO = frozenset({"0", "1"})


@dataclass(frozen=True)
class Ticks:
    """Who said what of each choice."""

    chosen: NDArray[np.bool_]
    """(respondents, choices)"""
    answered: NDArray[np.bool_]
    """(respondents,) who ticked a choice, or said no to one."""
    one_and_two: bool = False
    """Whether 1 was taken for ticked and 2 for not ticked, with no word for it in the codebook."""


def read_ticks(variable: Variable, choices: tuple[Choice, ...], data: pl.DataFrame) -> Ticks:
    """The ticks in the columns of a question's choices.

    A cell ticks with the value that the codebook names (`Variable.counted`), with any value that is not "no", or with
    the choice's own code or label. Where columns hold nothing but 1 and 2, some of them both or several of them 2, 2 is
    "no".
    """
    missing = frozenset(variable.missing)
    columns = [_distinct(data[choice.column or ""]) for choice in choices]
    counted = variable.counted
    guessed = counted is None and _are_one_and_two(choices, columns, missing)
    if guessed:
        counted = _ONE
    numbered = _values_of_one_column(columns) if counted is None else frozenset()
    chosen = np.zeros((data.height, len(choices)), dtype=bool)
    answered = np.zeros(data.height, dtype=bool)
    for i, (choice, cells) in enumerate(zip(choices, columns, strict=True)):
        column = data[choice.column or ""]
        if column.dtype.is_numeric() and _ONE_OR_ZERO.issuperset(cells.values()) and counted in {None, _ONE}:
            present, yes = column.is_not_null().to_numpy(), (column.fill_null(0) != 0).to_numpy()
        else:
            own = {choice.code, choice.label.strip(), *numbered.intersection(cells.values())} - {"", "0"}
            verdicts = [_verdict(spelled, own, cells, missing, counted) for spelled in cells.values()]
            found = (
                column.replace_strict(list(cells), verdicts, default=None, return_dtype=pl.Int8)
                .fill_null(-1)
                .to_numpy()
                if cells
                else np.full(data.height, -1, dtype=np.int8)
            )
            present, yes = found >= 0, found == 1
        chosen[:, i] = yes
        answered |= present
    return Ticks(chosen, answered, guessed)


def values_in(variable: Variable, raw: RawSurvey) -> list[str]:
    """The values in the columns of a question's choices, in their canonical spelling, those declared missing left out.

    Columns that the data does not have are passed over.
    """
    there = set(raw.data.collect_schema().names())
    columns = [c.column for c in variable.choices if c.column in there and c.column]
    data = raw.data.select(list(dict.fromkeys(columns))).collect()
    spelled = {one for column in data for one in _distinct(column).values()} - {"", *variable.missing}
    return sorted(spelled, key=lambda one: (len(one), one))


def _distinct(column: pl.Series) -> dict[object, str]:
    """The values of a column with their canonical spelling."""
    if column.dtype.is_numeric():
        low, high = column.min(), column.max()
        if isinstance(low, int | float) and isinstance(high, int | float) and low >= 0 and high <= 1:
            return {value: canonical_code(value) for value in (low, high)}
    return {value: canonical_code(value) for value in column.unique().drop_nulls().to_list()}


def _values_of_one_column(columns: Sequence[Mapping[object, str]]) -> frozenset[str]:
    """The numbers that are all that one column holds beside "no" and stand in no other: they tick their option."""
    said = [{s for s in cells.values() if s and s.casefold() not in NO} for cells in columns]
    times = Counter(value for values in said for value in values)
    return frozenset(v for values in said if len(values) == 1 for v in values if times[v] == 1 and v.isdecimal())


def _are_one_and_two(
    choices: Sequence[Choice], columns: Sequence[Mapping[object, str]], missing: frozenset[str]
) -> bool:
    said = [{s for s in cells.values() if s.casefold() not in NOTHING_SAID and s not in missing} for cells in columns]
    if any(spelled - {_ONE, _TWO} for spelled in said):
        return False
    with_two = [(choice, spelled) for choice, spelled in zip(choices, said, strict=True) if _TWO in spelled]
    # A single column of nothing but 2 may tick its choice by its number, two columns cannot.
    by_number = len(with_two) == 1 and (with_two[0][0].code == _TWO or not with_two[0][0].code.isdecimal())
    return bool(with_two) and not (by_number and _ONE not in with_two[0][1])


def _verdict(
    spelled: str, own: set[str], cells: Mapping[object, str], missing: frozenset[str], counted: str | None
) -> int:
    """1 for ticked, 0 for "no", -1 for nothing said."""
    plain = spelled.casefold()
    no = plain in NO or plain in NOT_TICKED or (counted == _ONE and spelled == _TWO)
    if counted is not None:
        if plain == counted.casefold():
            return 1
        return 0 if no or not (plain in NOTHING_SAID or spelled in missing) else -1
    said = {s for s in cells.values() if s and s not in missing and s.casefold() not in NO}
    if spelled in own and (said | {spelled}) <= own:
        return 1  # the column holds nothing but its choice's own name and "no", also where that name is "No" or 99
    if no:
        return 0
    return -1 if plain in NOTHING_SAID or spelled in missing else 1
