"""The algorithm of the old tabulation specification, to measure against.

One table after another. For each: a polars `pivot` of the row variable with every column variable, over columns of
text, for counts and for weights; percentages by column under a row of totals; then the sheet cell by cell through
xlsxwriter with the formats that specification lists (header, total, percent, width 15), a hundred sheets a workbook, a
metadata sheet.

Where it left a choice, the cheaper one was taken. All column variables of a row variable share one sheet, the total
column comes from one plain grouping, columns are read fifty tables at a time, and letters (pooled z at one level; the
specification asks for tests and names no formula) are one numpy expression a question. Workbooks are not reopened.
With `--grouped`, counts come from one `group_by` and only its few rows are pivoted: what a careful programmer would
have made of the same specification.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

import numpy as np
import polars as pl
import xlsxwriter

TABLES_A_BATCH = 50
SHEETS_A_WORKBOOK = 100
CRITICAL_Z = 1.959964
Count = Callable[[pl.DataFrame, str, str, str], tuple[pl.DataFrame, dict[str, int]]]


def tabulate(data: Path, rows: Sequence[str], columns: Sequence[str], weight: str, output: Path, grouped: bool) -> None:
    """Every row variable against every column variable, in workbooks of a hundred sheets."""
    output.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    tables = _batches(data, rows, columns, weight)
    for start in range(0, len(rows), SHEETS_A_WORKBOOK):
        names = rows[start : start + SHEETS_A_WORKBOOK]
        with xlsxwriter.Workbook(output / f"tabulation_{start // SHEETS_A_WORKBOOK + 1}.xlsx") as workbook:
            header = workbook.add_format(
                {"bold": True, "bg_color": "#4472C4", "font_color": "white", "border": 1, "align": "center"}
            )
            total = workbook.add_format({"bold": True, "bg_color": "#D9E1F2", "num_format": "#,##0"})
            percent = workbook.add_format({"num_format": "0.0%"})
            count = grouped_counts if grouped else pivoted_counts
            for name in names:
                crosstabs = [crosstab(next(tables), name, column, weight, count) for column in (None, *columns)]
                _write_sheet(workbook.add_worksheet(name[:31]), name, crosstabs, header, total, percent)
            metadata = workbook.add_worksheet("Metadata")
            facts = [("Tables", len(names)), ("Variables", ", ".join(columns))]
            for row, (label, value) in enumerate([*facts, ("Seconds", time.perf_counter() - started)]):
                metadata.write(row, 0, label)
                metadata.write(row, 1, value)


def _batches(data: Path, rows: Sequence[str], columns: Sequence[str], weight: str) -> Iterator[pl.DataFrame]:
    """The columns of each cross tabulation, read fifty tables at a time."""
    shared = pl.read_parquet(data, columns=[*columns, weight]).with_columns(pl.col(*columns).cast(pl.String))
    for start in range(0, len(rows), TABLES_A_BATCH):
        names = rows[start : start + TABLES_A_BATCH]
        read = pl.read_parquet(data, columns=list(names)).with_columns(pl.all().cast(pl.String))
        for name in names:
            for column in (None, *columns):
                yield shared.select(weight, *([column] if column else [])).with_columns(read[name])


@dataclass(frozen=True)
class Crosstab:
    """One row variable by one column variable: raw totals, percentages by column, and who is higher than whom."""

    columns: list[str]
    rows: list[str]
    totals: np.ndarray
    shares: np.ndarray
    higher: np.ndarray


def crosstab(frame: pl.DataFrame, row: str, column: str | None, weight: str, count: Count) -> Crosstab:
    """The row variable against one column variable, or against everyone."""
    frame = frame.drop_nulls() if column else frame.drop_nulls().with_columns(pl.lit("Total").alias("total"))
    table, people = count(frame, row, column, weight) if column else grouped_counts(frame, row, "total", weight)
    columns = sorted(name for name in table.columns if name != row)
    totals = np.array([people[name] for name in columns])
    weights = table.select(columns).fill_null(0).to_numpy()
    shares = weights / weights.sum(axis=0)
    return Crosstab(columns, table[row].to_list(), totals, shares, _pooled_z(shares, totals) > CRITICAL_Z)


def pivoted_counts(frame: pl.DataFrame, row: str, column: str, weight: str) -> tuple[pl.DataFrame, dict[str, int]]:
    """Weights of row x column and how many respondents each column has: a pivot of the respondents for either."""
    counts = frame.pivot(on=column, index=row, values=weight, aggregate_function="len")
    weights = frame.pivot(on=column, index=row, values=weight, aggregate_function="sum").sort(row)
    return weights, counts.drop(row).sum().row(0, named=True)


def grouped_counts(frame: pl.DataFrame, row: str, column: str, weight: str) -> tuple[pl.DataFrame, dict[str, int]]:
    """The same by one grouping of the respondents, of which only the result is pivoted."""
    cells = frame.group_by(row, column).agg(pl.len().alias("people"), pl.col(weight).sum())
    people = cells.group_by(column).agg(pl.col("people").sum())
    return cells.pivot(on=column, index=row, values=weight).sort(row), dict(people.iter_rows())


def _pooled_z(shares: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """(rows, columns, columns) z of every column against every other."""
    a, b = shares[:, :, None], shares[:, None, :]
    n, m = totals[:, None], totals[None, :]
    pooled = (a * n + b * m) / (n + m)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (a - b) / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))


def _write_sheet(sheet, name: str, crosstabs: Sequence[Crosstab], header, total, percent) -> None:
    sheet.set_column(0, sum(len(c.columns) for c in crosstabs), 15)
    sheet.write(0, 0, name, header)
    sheet.write(1, 0, "Total", total)
    rows = crosstabs[0].rows
    for number, row in enumerate(rows):
        sheet.write(2 + 2 * number, 0, row)
    left = 1
    for crosstab in crosstabs:
        places = {row: place for place, row in enumerate(crosstab.rows)}
        for column, code in enumerate(crosstab.columns):
            sheet.write(0, left + column, code, header)
            sheet.write(1, left + column, int(crosstab.totals[column]), total)
            for number, row in enumerate(rows):
                if row not in places:
                    sheet.write(2 + 2 * number, left + column, "-")
                    continue
                place = places[row]
                sheet.write(2 + 2 * number, left + column, float(crosstab.shares[place, column]), percent)
                lower = np.flatnonzero(crosstab.higher[place, column])
                if len(lower):
                    letters = "".join(ascii_uppercase[(left - 2 + other) % 26] for other in lower)
                    sheet.write(3 + 2 * number, left + column, letters)
        left += len(crosstab.columns)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--rows", nargs="*", default=[], help="row variables")
    parser.add_argument("--columns", nargs="+", required=True, help="column variables")
    parser.add_argument("--weight", required=True)
    parser.add_argument("--grouped", action="store_true", help="group first, pivot the result")
    given = parser.parse_args()
    tabulate(given.data, given.rows, given.columns, given.weight, given.output, given.grouped)
