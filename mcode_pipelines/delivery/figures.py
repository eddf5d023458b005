"""The figures of one finished table as a sheet shows them, taken from tidy cells without computing any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from mcode_pipelines.survey import TOTAL_CODE, BookOptions, Statistic
from mcode_pipelines.survey.tables import BannerColumn, BookHead, CrossTables, TableHead

Figure = Literal["column_percent", "row_percent", "total_percent", "count", "index", "difference"]
"""What a category row can show; the tidy cells hold all of them."""

FloatArray = npt.NDArray[np.float64]

PERCENTS = frozenset({"column_percent", "row_percent", "total_percent"})
COUNTED_KINDS = frozenset({"category", "net"})
_BOXES = frozenset(statistic.value for statistic in Statistic if statistic.is_share)
_BASES = {"base_unweighted": "unweighted", "base": "weighted", "base_effective": "effective"}
_DECIMALS_KEPT = 12
"""Of a cell's number: far beyond the 1e-9 that anybody compares, and a third less to write, pack and read back."""


class ShownLine(NamedTuple):
    """One line of figures: which row of the table, and which of its figures."""

    row: int
    figure: Figure | Literal["value"]


@dataclass(frozen=True)
class TableFigures:
    """One table: its head, its rows, and the lines that are shown of it."""

    book: BookHead
    head: TableHead
    codes: list[str]
    labels: list[str]
    kinds: list[str]
    lines: list[ShownLine]
    numbers: FloatArray
    """(lines, banner columns) as a sheet holds them: percents as fractions of one; NaN is hidden or missing."""
    letters: list[list[str]]
    """By row of the table and banner column."""
    p_values: dict[tuple[int, int], float]
    """By row of the table and banner column, where the book shows them: the smallest of the cell's letters."""
    flags: list[str]
    """By banner column: "", "*" or "**", as its first row says."""
    respondents: float | None
    """The unweighted base of the table's first column, the total."""


def tables_of(batch: CrossTables) -> Iterator[TableFigures]:
    """The tables of a batch in its order; one that could not be made has no rows.

    Raises ValueError where the cells of a table are not rows x banner columns, standing together.
    """
    columns = len(batch.book.banner)
    look = batch.book.look
    cells = batch.cells
    places = _places(cells, columns)
    of_figure = {name: _finite(cells, name).reshape(-1, columns) for name in ("value", *dict.fromkeys(look.figures))}
    for name, matrix in of_figure.items():
        if name in PERCENTS:
            matrix /= 100
    first_columns = cells.select(pl.col("row_code", "row_label", "row_kind").fill_null(""))[::columns]
    codes, labels, kinds = (first_columns[name].to_list() for name in first_columns.columns)
    marks = cells["letters"].fill_null("").to_list()
    flags = cells["flag"].fill_null("").to_list()
    p_values = _p_values(batch) if look.p_values else {}
    for head in batch.heads:
        first, length = places.get(head.table_id, (0, 0))
        start, end = first // columns, (first + length) // columns
        of_table = kinds[start:end]
        weighted = head.weight_text is not None and _differ(codes[start:end], of_figure["value"][start:end])
        lines = _shown_lines(codes[start:end], of_table, look, weighted=weighted)
        numbers = np.array([of_figure[line.figure][start + line.row] for line in lines]).reshape(-1, columns)
        for at, line in enumerate(lines):
            if of_table[line.row] == "statistic" and is_share(codes[start + line.row]):
                numbers[at] /= 100
        respondents = [of_figure["value"][at, 0] for at in range(start, end) if codes[at] == "base_unweighted"]
        yield TableFigures(
            book=batch.book,
            head=head,
            codes=codes[start:end],
            labels=labels[start:end],
            kinds=of_table,
            lines=lines,
            numbers=_short(numbers),
            letters=[marks[at : at + columns] for at in range(first, first + length, columns)],
            p_values=p_values.get(head.table_id, {}),
            flags=flags[first : first + min(columns, length)] or [""] * columns,
            respondents=float(respondents[0]) if respondents and respondents[0] == respondents[0] else None,
        )


def is_share(statistic: str) -> bool:
    """Whether a statistic is a percentage: boxes, and the shares of things that a sum was divided among."""
    return statistic in _BOXES or statistic.startswith("share:")


def _places(cells: pl.DataFrame, columns: int) -> dict[str, tuple[int, int]]:
    """Where the cells of each table stand: the first, and how many."""
    runs = cells["table_id"].rle().struct.unnest()
    places: dict[str, tuple[int, int]] = {}
    start = 0
    for table_id, length in zip(runs["value"].to_list(), runs["len"].to_list(), strict=True):
        if table_id in places or length % columns:
            raise ValueError(f"{table_id}: {length} cells do not fill rows of {columns} banner columns")
        places[table_id] = (start, length)
        start += length
    return places


def _differ(codes: Sequence[str], values: FloatArray) -> bool:
    """Whether the weighted base is another than the unweighted one: among several weights one may be none."""
    rows = [values[codes.index(base)] for base in ("base_unweighted", "base") if base in codes]
    return len(rows) < 2 or not np.array_equal(rows[0], rows[1], equal_nan=True)


def _shown_lines(codes: Sequence[str], kinds: Sequence[str], look: BookOptions, *, weighted: bool) -> list[ShownLine]:
    """All rows, but of the bases only those the book shows: without a word, the unweighted one and what weights add."""
    bases = look.bases if look.bases is not None else None if weighted else ("unweighted",)
    lines: list[ShownLine] = []
    for row, (kind, code) in enumerate(zip(kinds, codes, strict=True)):
        if kind in COUNTED_KINDS:
            lines += [ShownLine(row, figure) for figure in look.figures]
        elif kind != "base" or bases is None or _BASES.get(code) in bases:
            lines.append(ShownLine(row, "value"))
    return lines


def _finite(cells: pl.DataFrame, name: str) -> FloatArray:
    """A column of the cells; NaN where it is null or not finite, and where cells of an earlier time do not have it."""
    if name not in cells.columns:
        return np.full(cells.height, np.nan)
    numbers = cells[name].cast(pl.Float64).to_numpy()
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _short(numbers: FloatArray) -> FloatArray:
    # Above a thousand, rounding would only move the last digit of what a double holds.
    return np.where(np.abs(numbers) < 1000, np.round(numbers, _DECIMALS_KEPT), numbers)


def _p_values(batch: CrossTables) -> dict[str, dict[tuple[int, int], float]]:
    """By table: the smallest p-value of each cell's significant comparisons, as they were corrected.

    A letter stands in the higher of two columns; the mark of a comparison with one column alone (the total, the wave
    before) stands in the first, whichever is higher.
    """
    if not batch.book.levels:
        return {}
    first, second = pl.col("column_a"), pl.col("column_b")
    of_first, of_second = pl.col("column_variable"), pl.col("column_variable_b")
    in_first = (pl.col("difference") > 0) | second.is_in([TOTAL_CODE, "rest"]) | pl.lit(batch.book.arrows)
    tests = batch.tests
    if "column_variable_b" not in tests.columns:  # written before tests said the second column's question
        tests = tests.with_columns(of_first.alias("column_variable_b"))
    found = (
        tests.lazy()
        .filter(first.is_not_null(), pl.col("p_adjusted") < 1 - min(batch.book.levels))
        .group_by(
            "table_id",
            "row_code",
            pl.when(in_first).then(of_first).otherwise(of_second).alias("variable"),
            pl.when(in_first).then(first).otherwise(second).alias("code"),
        )
        .agg(pl.col("p_adjusted").min())
        .collect()
    )
    column_of = _columns_by_code(batch.book.banner)
    row_of = {
        (table_id, code): row
        for row, (table_id, code) in enumerate(
            batch.cells.select("table_id", "row_code")[:: len(batch.book.banner)].rows()
        )
    }
    first_row: dict[str, int] = {}
    for (table_id, _), row in row_of.items():
        first_row[table_id] = min(row, first_row.get(table_id, row))
    by_table: dict[str, dict[tuple[int, int], float]] = {}
    for table_id, row_code, variable, code, p_value in found.iter_rows():
        place = row_of.get((table_id, row_code))
        column = column_of.get((variable, code), column_of.get((None, code)))
        if place is not None and column is not None:
            by_table.setdefault(table_id, {})[place - first_row[table_id], column] = p_value
    return by_table


def _columns_by_code(banner: Sequence[BannerColumn]) -> dict[tuple[str | None, str], int]:
    """Banner columns by variable and code, and by the code alone where only one column has it."""
    places: dict[tuple[str | None, str], int] = {}
    times = Counter(column.code for column in banner)
    for at, column in enumerate(banner):
        places[column.variable, column.code] = at
        if times[column.code] == 1:
            places[None, column.code] = at
    return places
