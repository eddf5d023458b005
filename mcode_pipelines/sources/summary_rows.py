"""Rows of a table that are no respondents: totals and averages, the header again, notes below the data."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.survey import Remark

MOST_ROWS = 200_000
"""Larger tables come from programs, which write no totals; they are not gone through a second time."""

_SUMS = r"total|totaal|totales|totals|jumlah|jml|sum|summe|gesamt|insgesamt|somme|suma|soma"
_MEANS = r"rata[\s-]*rata|rerata|rataan|average|avg|mean|mittelwert|durchschnitt|moyenne|promedio|m[eé]dia|gemiddelde"
_OTHERS = (
    r"median|modus|minimum|maksimum|maximum|persentase|percentage|percent|"
    r"std\.?\s*dev\w*|standard deviation|standar deviasi|simpangan baku"
)
_SUMMARY = re.compile(
    rf"(?:grand|sub|overall)?[\s_-]*(?:(?P<sum>{_SUMS})|(?P<mean>{_MEANS})|(?:{_OTHERS}))\b"
    r"[^?\d]{0,40}(?:\(?n\s*=\s*\d+\)?)?",
    re.IGNORECASE,
)
_BEGINS = rf"(?i)^\s*(?:grand|sub|overall)?[\s_-]*(?:{_SUMS}|{_MEANS}|{_OTHERS})\b"
_NOTE = re.compile(
    r"(?:\*|(?:sumber|source|catatan|notes?|keterangan|quelle|fuente|diunduh|dicetak|exported|generated|printed)\b).*",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER = r"^\s*-?\d+([.,]\d+)*\s*%?\s*$"
_FIRST_COLUMNS = 4
"""A total is named at the left."""
_NEARLY_ALL = 0.9
_FEWEST_ROWS = 5
_LAST_ROWS = 6
_HEADER_CELLS = 8
"""So many cells of the header tell a row that repeats it."""
_NOTE_WIDTH = 4
"""A table of so many columns has notes below it rather than a respondent who gave one answer only."""


@dataclass(frozen=True)
class NoRespondents:
    """Rows to leave out, by their place among the data from 0, and what to tell of them."""

    places: frozenset[int] = frozenset()
    remarks: tuple[Remark, ...] = ()


def rows_to_leave_out(data: pl.LazyFrame, headers: Sequence[Sequence[str]], first_row: int) -> NoRespondents:
    """The rows of cleaned text cells that are no respondents.

    Args:
        data: the rows below the header, every column of the table; blank cells null.
        headers: the header rows, a cell a column; "" where there is none.
        first_row: the number of the first of the rows as a spreadsheet counts.
    """
    columns = data.collect_schema().names()
    if len(columns) < 2:
        return NoRespondents()
    indexed = data.with_row_index("place")
    named = [[(c, cell) for c, cell in zip(columns, row, strict=True) if cell][:_HEADER_CELLS] for row in headers]
    named = [cells for cells in named if len(cells) > 1]
    suspects = pl.any_horizontal(pl.col(c).str.contains(_BEGINS) for c in columns[:_FIRST_COLUMNS])
    for cells in named:
        suspects |= _equal(cells)
    # Notes stand below all others, in one cell of a row.
    lone = pl.sum_horizontal(pl.col(c).is_not_null() for c in columns) == 1
    suspects |= (lone & (pl.col("place") + _LAST_ROWS >= pl.len())) if len(columns) >= _NOTE_WIDTH else pl.lit(False)
    found = indexed.filter(suspects.fill_null(False)).collect()
    if found.is_empty():
        return NoRespondents()
    body = data.collect()
    if body.height - found.height < _FEWEST_ROWS:
        return NoRespondents()
    return _told(_Table(body, found, columns, named), first_row)


def _told(table: _Table, first_row: int) -> NoRespondents:
    repeated, summaries = table.repeated(), table.summaries()
    notes = table.notes({place for place, _ in summaries})
    remarks = []
    if repeated:
        remarks.append(say.header_again([place + first_row for place in repeated]))
    if summaries:
        remarks.append(say.totals_left_out([(place + first_row, word) for place, word in summaries]))
    if notes:
        remarks.append(say.notes_left_out([(place + first_row, note) for place, note in notes]))
    return NoRespondents(
        frozenset([*repeated, *(place for place, _ in summaries), *(place for place, _ in notes)]), tuple(remarks)
    )


@dataclass(frozen=True)
class _Table:
    """The rows of a table, and those that may be no respondents."""

    body: pl.DataFrame
    found: pl.DataFrame
    """With their `place` among the rows."""
    columns: Sequence[str]
    named: Sequence[Sequence[tuple[str, str]]]
    """The cells of each header row."""

    @cached_property
    def respondents(self) -> pl.DataFrame:
        """The rows that nothing speaks against."""
        places = self.found["place"].implode()
        return self.body.with_row_index("place").filter(~pl.col("place").is_in(places)).drop("place")

    @cached_property
    def numeric(self) -> frozenset[str]:
        """The columns that hold numbers."""
        return frozenset(c for c in self.columns if _share_of_numbers(self.respondents[c]) >= _NEARLY_ALL)

    def repeated(self) -> list[int]:
        """Places of the rows that are the header again; not of one who ticked options that columns are named after."""
        places: set[int] = set()
        for cells in self.named:
            answers = sum(1 for c, cell in cells if self.respondents[c].eq(cell).any())
            if answers * 2 <= len(cells):
                places |= set(self.found.filter(_equal(cells))["place"])
        return sorted(places)

    def summaries(self) -> list[tuple[int, str]]:
        """Places of the rows that sum up, each with the word that says so."""
        return [(int(row["place"]), word) for row in self.found.iter_rows(named=True) if (word := self._word(row))]

    def notes(self, before: Collection[int]) -> list[tuple[int, str]]:
        """Places of the notes below the last respondent, `before` being no respondents either."""
        notes: list[tuple[int, str]] = []
        rows = {int(row["place"]): row for row in self.found.iter_rows(named=True)}
        for place in range(self.body.height - 1, -1, -1):
            if place in before:
                continue
            filled = [(c, str(rows[place][c])) for c in self.columns if rows[place][c]] if place in rows else []
            if len(filled) != 1 or len(self.columns) < _NOTE_WIDTH:
                break
            column, text = filled[0]
            if not _NOTE.fullmatch(text) and (column not in self.numeric or re.match(_NUMBER, text)):
                break
            notes.append((place, text[:40]))
        return notes[::-1]

    def _word(self, row: Mapping[str, Any]) -> str | None:
        """The word that makes a row a total; None where it is a respondent who happens to give that answer."""
        filled = [(c, str(row[c])) for c in self.columns if row[c] is not None]
        column, word = filled[0]
        summary = _SUMMARY.fullmatch(word.strip(" :."))
        if summary is None:
            return None
        figures = [(c, _number(cell)) for c, cell in filled[1:] if re.match(_NUMBER, cell)]
        others = [c for c, cell in filled[1:] if not re.match(_NUMBER, cell) and not _SUMMARY.fullmatch(cell)]
        if any(c not in self.numeric for c in others):
            return None
        last = row["place"] + _LAST_ROWS >= self.body.height
        odd_one = column in self.numeric and (last or self._identifies(column))
        return word if odd_one or (last and not figures) or self._sums_up(figures, summary) else None

    def _identifies(self, column: str) -> bool:
        values = self.respondents[column].drop_nulls()
        return values.n_unique() >= _NEARLY_ALL * len(values)

    def _sums_up(self, figures: Sequence[tuple[str, float]], summary: re.Match[str]) -> bool:
        """Whether most figures of a row are what its word says of their columns."""
        hits = 0
        for column, figure in figures:
            cells = self.respondents[column].drop_nulls()
            values = np.array([_number(v) for v in cells if re.match(_NUMBER, v)] or [np.nan])
            if summary["sum"]:
                likely = [values.sum() if column in self.numeric else np.nan, len(cells)]
            elif summary["mean"]:
                likely = [values.mean()]
            else:
                likely = [np.median(values), values.std(ddof=1), values.std(), values.min(), values.max()]
            hits += any(abs(float(x) - figure) <= max(0.051, abs(figure) / 1000) for x in likely)
        return hits >= max(1.0, len(figures) / 2)


def _equal(cells: Sequence[tuple[str, str]]) -> pl.Expr:
    return pl.all_horizontal(pl.col(c).eq(cell).fill_null(False) for c, cell in cells)


def _share_of_numbers(values: pl.Series) -> float:
    filled = values.drop_nulls()
    return float(filled.str.contains(_NUMBER).mean() or 0.0) if len(filled) else 0.0  # type: ignore[arg-type]


def _number(cell: str) -> float:
    text = cell.strip().rstrip("% ")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", text):
        text = text.replace(".", "")
    elif re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")
