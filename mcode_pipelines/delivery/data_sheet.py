"""A data sheet: columns of any length rendered as rows of XML, a whole column at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import polars as pl

from mcode_pipelines.delivery.sheet import Style
from mcode_pipelines.delivery.spreadsheet_text import cell_text

if TYPE_CHECKING:
    from xlsxwriter.sharedstrings import SharedStringTable

    from mcode_pipelines.delivery.workbook import Book

_CELLS_A_CHUNK = 1_000_000
_PLAIN_NUMBER = r"^-?(0|[1-9]\d*)(\.\d+)?$"
_MOST_DIGITS = 15
"""Excel keeps 15 digits of a number; a longer one is an identifier and must stay text."""


@dataclass(frozen=True)
class DataColumn:
    """One column of a data sheet."""

    name: str
    numeric: bool
    """Whether its cells are written as numbers: every value is a plain number."""
    style: Style | None = None


def data_columns(data: pl.LazyFrame, styles: Mapping[str, Style] | None = None) -> list[DataColumn]:
    """Which columns are written as numbers, decided on all their values in one pass."""
    schema = data.collect_schema()
    judged = [name for name, dtype in schema.items() if dtype == pl.String or dtype.is_integer()]
    plain: dict[str, bool] = {}
    if judged:
        plain = data.select(_all_plain_numbers(name) for name in judged).collect(engine="streaming").row(0, named=True)
    given = styles or {}
    return [
        DataColumn(name, bool(plain.get(name, dtype.is_float())), given.get(name)) for name, dtype in schema.items()
    ]


def _all_plain_numbers(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    digits = text.str.replace_all(r"[-.]", "").str.len_chars()
    return (text.str.contains(_PLAIN_NUMBER) & (digits <= _MOST_DIGITS)).all() & text.is_not_null().any()


def chunks(data: pl.LazyFrame, rows: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows in pieces of about a million cells, every cell as text or null, each with its first row's number."""
    schema = data.collect_schema()
    size = max(1, _CELLS_A_CHUNK // max(1, len(schema)))
    for first in range(0, rows, size):
        yield first, data.slice(first, size).select(_as_text(name, dtype) for name, dtype in schema.items()).collect()


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.String:
        return pl.when(column != "").then(column).alias(name)
    if dtype.is_float():
        whole = column.cast(pl.Int64, strict=False)
        text = pl.when(whole.cast(pl.Float64) == column).then(whole.cast(pl.String)).otherwise(column.cast(pl.String))
        return pl.when(column.is_finite()).then(text).alias(name)
    if isinstance(dtype, pl.List | pl.Array):
        return column.cast(pl.List(pl.String)).list.join(" ", ignore_nulls=True).alias(name)
    return column.cast(pl.String, strict=False).alias(name)


def write_rows(
    data: pl.LazyFrame, rows: int, columns: Sequence[DataColumn], book: Book, file: TextIO, *, first_row: int
) -> int:
    """Render all rows into `file` as `<row>` elements, the first of them row `first_row` (from 0) of the sheet.

    Returns how many different texts were longer than a cell can hold and were cut.
    """
    cells = [pl.format(_cell(at, column, book), "row", f"c{at}") for at, column in enumerate(columns)]
    whole_row = pl.concat_str(pl.format('<row r="{}">', "row"), *cells, pl.lit("</row>"), ignore_nulls=True)
    strings = book.workbook.str_table
    cut = 0
    for first, chunk in chunks(data, rows):
        start = first + first_row + 1
        pieces = {"row": pl.Series(range(start, start + chunk.height), dtype=pl.Int64)}
        for at, column in enumerate(columns):
            values = chunk.to_series(at)
            if not column.numeric:
                values, cut_here = _string_indices(values, strings)
                cut += cut_here
            pieces[f"c{at}"] = values
        file.write(pl.DataFrame(pieces).select(whole_row.str.join("")).item() or "")
    return cut


def _cell(at: int, column: DataColumn, book: Book) -> str:
    """The XML of one column's cells, with places for the row's number and the value."""
    from xlsxwriter.utility import xl_col_to_name

    style = "" if column.style is None else f' s="{book.row_xml.style_index(column.style)}"'
    kind = "" if column.numeric else ' t="s"'
    return f'<c r="{xl_col_to_name(at)}{{}}"{style}{kind}><v>{{}}</v></c>'


def _string_indices(values: pl.Series, strings: SharedStringTable) -> tuple[pl.Series, int]:
    """Each text's place in the workbook's table of strings; null stays null. And how many were cut."""
    different = values.drop_nulls().unique(maintain_order=True)
    texts = different.to_list()
    kept = [cell_text(text) for text in texts]
    index_of = strings._get_shared_string_index
    indices = pl.Series([index_of(text) for text in kept], dtype=pl.Int64)
    strings.count += len(values) - values.null_count() - len(kept)
    cut = sum(len(short) < len(text) for text, short in zip(texts, kept, strict=True))
    return values.replace_strict(different, indices, return_dtype=pl.Int64), cut


def stored_rows(path: Path) -> Iterator[str]:
    """The text of a file in blocks."""
    with path.open(encoding="utf-8") as file:
        while block := file.read(1 << 20):
            yield block
