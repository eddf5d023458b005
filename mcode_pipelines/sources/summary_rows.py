"""Rows of a table that are no respondents: totals and averages, the header again, notes below the data."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.survey import Remark

MOST_ROWS = 200_000
"""Larger tables come from programs, which write no totals; they are not gone through a second time."""

_SUMS = (
    r"total|totaal|totales|totals|jumlah|jml|sum|summe|gesamtsumme|gesamt|insgesamt|somme|suma|soma|\u03a3|\u2211|"
    r"count|anzahl|n(?=\s*$|\s*[=:])|banyaknya"
)
_MEANS = (
    r"rata[\s-]*rata|rata[\s-]*(?:2|\u00b2)|rerata|rataan|average|avg|mean|mittelwert|durchschnitt|moyenne|promedio|m[eé]dia|"
    r"gemiddelde"
)
_OTHERS = (
    r"median|modus|mode|tertinggi|terendah|highest|lowest|min|minimum|maks|max|maksimum|maximum|"
    r"m[aá]ximo|m[ií]nimo|"
    r"persentase|percentage|percent|prozent|porcentaje|"
    r"std\.?\s*dev\w*|standard deviation|standar deviasi|simpangan baku|sd|stdev|varians?|variansi|variance|varianz|"
    r"standardabweichung|desviaci[oó]n est[aá]ndar|[rt][\s-]*(?:hitung|tabel|table)|valid(?:itas)?"
)
_BEFORE = r"(?:(?:grand|sub|overall|skor|nilai|score)[\s_-]*)?"
_SUMMARY = re.compile(
    rf"{_BEFORE}(?:(?P<sum>{_SUMS})|(?P<mean>{_MEANS})|(?:{_OTHERS}))(?!\w)"
    r"[^?\d]{0,40}(?:\(?n\s*=\s*\d+\)?)?",
    re.IGNORECASE,
)
# Polars' patterns know no look-ahead: which of these rows sum up is looked at more closely.
_BEGINS = rf"(?i)^\s*{_BEFORE}(?:{_SUMS}|{_MEANS}|{_OTHERS})".replace(r"(?=\s*$|\s*[=:])", r"(?:\s*$|\s*[=:])")
_NOTE = re.compile(
    r"(?:\*|(?:sumber|source|catatan|notes?|keterangan|quelle|fuente|diunduh|dicetak|exported|generated|printed)\b).*",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER = r"^\s*-?\d+([.,]\d+)*\s*%?\s*$"
_FIRST_COLUMNS = 4
"""A total is named at the left."""
_NEARLY_ALL = 0.9
_FEWEST_ROWS = 5
_FEWEST_FIGURES = 2
_SHORT = 4
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
    suspects |= _unlike_ids(columns[0]) & pl.any_horizontal(pl.col(c).is_not_null() for c in columns)
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
        return [
            (int(row["place"]), word)
            for row in self.found.iter_rows(named=True)
            if (word := self._word(row) or self._unnamed(row))
        ]

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
        figures = [(c, _readings(cell)) for c, cell in filled[1:] if re.match(_NUMBER, cell)]
        others = [c for c, cell in filled[1:] if not re.match(_NUMBER, cell) and not _SUMMARY.fullmatch(cell)]
        if any(c not in self.numeric for c in others):
            return None
        last = row["place"] + _LAST_ROWS >= self.body.height
        numbered = column in self.numeric or (self._numbered(column) and not re.search(r"\d", word))
        odd_one = numbered and (last or self._identifies(column))
        summed = self._sums_up(figures, summary, self.respondents) or (
            len(figures) >= _FEWEST_FIGURES and self._sums_up(figures, summary, self._block_above(row["place"]))
        )
        # A lone N or Max below the data may be an answer.
        alone = last and not figures and len(word) > _SHORT
        return word if odd_one or alone or summed else None

    def _unnamed(self, row: Mapping[str, Any]) -> str | None:
        """What stands at the left of a row below the data whose figures nobody gave: sums, means and the like.

        So it is where the first column numbers the respondents, but not this row.
        """
        first = self.columns[0]
        label = str(row[first] or "")
        if row["place"] + _LAST_ROWS < self.body.height or not (self._numbered(first) and self._identifies(first)):
            return None
        filled = [(c, str(row[c])) for c in self.columns if row[c] is not None and not (c == first and label)]
        figures = [(c, _readings(cell)) for c, cell in filled if c in self.numeric and re.match(_NUMBER, cell)]
        if len(figures) < _FEWEST_FIGURES or len(figures) < len(filled) - 1:
            return None
        strange = sum(any(self._strange(c, reading) for reading in readings) for c, readings in figures)
        if strange:
            strange += sum(readings[0] == self._numbers(c, self.respondents).mean() for c, readings in figures)
        return (label or f"{figures[0][1][0]:g}, \u2026") if strange > len(figures) / 2 else None

    def _strange(self, column: str, figure: float) -> bool:
        """Whether a figure is the sum or mean of a column, or broken in a column of whole numbers."""
        values = self._numbers(column, self.respondents)
        if figure in values:
            return False
        whole = not (values % 1).any()
        near = max(0.0051, abs(figure) / 1e6)
        return bool(
            (whole and figure % 1) or abs(float(values.sum()) - figure) <= near or abs(values.mean() - figure) <= near
        )

    @staticmethod
    def _numbers(column: str, rows: pl.DataFrame) -> NDArray[np.float64]:
        return np.array([_number(v) for v in rows[column].drop_nulls() if re.match(_NUMBER, v)] or [np.nan])

    def _block_above(self, place: int) -> pl.DataFrame:
        """The respondents between the last row before that may be none, and this one."""
        before = [p for p in self.found["place"] if p < place]
        start = max(before) + 1 if before else 0
        return self.body.slice(start, place - start if place - start > 1 else 0)

    def _numbered(self, column: str) -> bool:
        """Whether the cells of a column nearly all hold a digit, as numbers of respondents do."""
        values = self.respondents[column].drop_nulls()
        return len(values) > 0 and float(values.str.contains(r"\d").mean() or 0.0) >= _NEARLY_ALL  # type: ignore[arg-type]

    def _identifies(self, column: str) -> bool:
        values = self.respondents[column].drop_nulls()
        return values.n_unique() >= _NEARLY_ALL * len(values)

    def _sums_up(
        self, figures: Sequence[tuple[str, tuple[float, ...]]], summary: re.Match[str], rows: pl.DataFrame
    ) -> bool:
        """Whether most figures of a row are what its word says of their columns in these rows."""
        if rows.height == 0:
            return False
        hits = 0
        for column, readings in figures:
            cells = rows[column].drop_nulls()
            values = self._numbers(column, rows)
            if summary["sum"]:
                likely = [values.sum() if column in self.numeric else np.nan, len(cells)]
            elif summary["mean"]:
                likely = [values.mean()]
            else:
                likely = [np.median(values), values.std(ddof=1), values.std(), values.min(), values.max()]
            hits += any(abs(float(x) - f) <= max(0.051, abs(f) / 1000) for x in likely for f in readings)
        return hits >= max(1.0, len(figures) / 2)


def _unlike_ids(column: str) -> pl.Expr:
    """Rows at the end without a digit in a column that has one in nearly all others."""
    digit = pl.col(column).str.contains(r"\d").fill_null(False)
    return ~digit & (pl.col("place") + _LAST_ROWS >= pl.len()) & (digit.sum() + _LAST_ROWS >= _NEARLY_ALL * pl.len())


def _equal(cells: Sequence[tuple[str, str]]) -> pl.Expr:
    return pl.all_horizontal(pl.col(c).eq(cell).fill_null(False) for c, cell in cells)


def _share_of_numbers(values: pl.Series) -> float:
    filled = values.drop_nulls()
    return float(filled.str.contains(_NUMBER).mean() or 0.0) if len(filled) else 0.0  # type: ignore[arg-type]


def _readings(cell: str) -> tuple[float, ...]:
    """What a figure may be: `3.175` is a mean in a workbook, and thousands where people typed it."""
    number = _number(cell)
    plain = float(cell) if re.fullmatch(r"-?\d+\.\d+", cell) else number
    return (number,) if plain == number else (plain, number)


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
