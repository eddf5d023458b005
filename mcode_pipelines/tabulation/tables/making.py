"""One table after another: a compiled row and its answers become counted figures and a heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mcode_pipelines.tabulation.arrays import FloatArray
from mcode_pipelines.tabulation.plan.rows import Row
from mcode_pipelines.tabulation.respondents.answers import Answers, NumericAnswers
from mcode_pipelines.tabulation.respondents.derivation import banded
from mcode_pipelines.tabulation.tables.allocation import allocation_table
from mcode_pipelines.tabulation.tables.auto_bands import auto_bands
from mcode_pipelines.tabulation.tables.battery import battery_table
from mcode_pipelines.tabulation.tables.counted_table import CountedTable, own_columns
from mcode_pipelines.tabulation.tables.nps import from_0_to_10
from mcode_pipelines.tabulation.tables.ranking import ranking_table
from mcode_pipelines.tabulation.tables.single import single_table
from mcode_pipelines.tabulation.tables.tabulator import Tabulator


def make_table(tabulator: Tabulator, table_id: str, row: Row, answers: Sequence[Answers]) -> CountedTable:
    """One table, counted.

    Args:
        tabulator: of the weighting.
        table_id: the number of the table in its plan.
        row: what is asked for.
        answers: to the row's questions, in order.

    Raises:
        PlanError: why the data does not allow the table to be made.
    """
    item = row.item
    if item.ranking:
        return ranking_table(tabulator, table_id, row, item.ranking, answers)
    if item.allocation:
        return allocation_table(tabulator, table_id, row, item.allocation, answers)
    if item.nps:
        answers = [from_0_to_10(answers[0], tabulator.words)]
    notes: list[str] = []
    if item.bands or item.quantiles or item.auto_bands:
        answers, notes = _banded(tabulator, row, answers[0])
    answers, said = tabulator.based(row, answers)
    notes += said
    if item.summary is not None:
        made = battery_table(tabulator, table_id, row, item.summary, answers)
    else:
        made = single_table(tabulator, table_id, row, answers[0], answers[1] if len(answers) > 1 else None)
    notes += tabulator.notes_of_waves(row)
    banner = tabulator.banner
    if tabulator.plan.written.significance.levels and own_columns(made.head, banner)[banner.shown].any():
        notes.append(tabulator.words("own_columns"))
    return replace(made, head=made.head.model_copy(update={"notes": (*made.head.notes, *notes)})) if notes else made


def _counted_values(tabulator: Tabulator, row: Row, answers: NumericAnswers) -> FloatArray:
    """(respondents,) the numbers of those who stand in the table, NaN for others."""
    within = tabulator.within(row)
    return answers.values if within is None else np.where(within, answers.values, np.nan)


def _banded(tabulator: Tabulator, row: Row, answers: Answers) -> tuple[list[Answers], list[str]]:
    """A number as bands, and the number itself among those in a band."""
    assert isinstance(answers, NumericAnswers)  # noqa: S101 - by the kind that was checked
    words, item = tabulator.words, row.item
    bands = item.bands
    if item.auto_bands:
        bands = auto_bands(_counted_values(tabulator, row, answers), lambda value: words.number(value, 6))
        if not bands:
            return [answers], []
    rows = banded(answers, bands, item.quantiles)
    outside = int((answers.given & (rows.patterns < 0)).sum())
    notes = [words("outside_bands", n=outside)] if outside else []
    if item.auto_bands and any(low != high for low, high in bands.values()):
        notes.append(words("auto_bands"))
    if answers.left_out:
        notes.append(words("left_out_numbers", n=answers.left_out))
    return [rows, replace(answers, values=np.where(rows.patterns >= 0, answers.values, np.nan))], notes
