"""The figures of one finished table as matrices, taken from tidy cells without changing any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from mcode_pipelines.survey.tables import BookHead, CrossTables, TableHead

Figure = Literal["column_percent", "count", "row_percent"]
"""What a category row can show; the tidy cells hold all three."""

FloatArray = npt.NDArray[np.float64]

_FIGURES: tuple[Figure, ...] = ("column_percent", "count", "row_percent")


@dataclass(frozen=True)
class TableFigures:
    """One table: its head, its rows, and (rows, banner columns) matrices; NaN is hidden or missing."""

    book: BookHead
    head: TableHead
    codes: list[str]
    labels: list[str]
    kinds: list[str]
    value: FloatArray
    shares: dict[Figure, FloatArray]
    letters: list[list[str]]
    flags: list[str]
    """By banner column: "", "*" or "**"."""


def tables_of(batch: CrossTables) -> Iterator[TableFigures]:
    """The tables of a batch in its order.

    Raises ValueError where the cells of a table are not rows x banner columns, standing together.
    """
    columns = len(batch.book.banner)
    cells = batch.cells.with_columns(pl.col(pl.String).fill_null(""))
    runs = cells["table_id"].rle().struct.unnest()
    places: dict[str, tuple[int, int]] = {}
    start = 0
    for table_id, length in zip(runs["value"].to_list(), runs["len"].to_list(), strict=True):
        if table_id in places or length % columns:
            raise ValueError(f"{table_id}: {length} cells do not fill rows of {columns} banner columns")
        places[table_id] = (start, length)
        start += length
    value = _finite(cells["value"])
    shares = {figure: _finite(cells[figure]) for figure in _FIGURES}
    letters, flags = cells["letters"].to_list(), cells["flag"].to_list()
    first_columns = cells.select("row_code", "row_label", "row_kind")[::columns]
    codes, labels, kinds = (first_columns[name].to_list() for name in first_columns.columns)
    for head in batch.heads:
        first, length = places.get(head.table_id, (0, 0))
        last = first + length
        rows = slice(first // columns, last // columns)
        yield TableFigures(
            book=batch.book,
            head=head,
            codes=codes[rows],
            labels=labels[rows],
            kinds=kinds[rows],
            value=value[first:last].reshape(-1, columns),
            shares={figure: matrix[first:last].reshape(-1, columns) for figure, matrix in shares.items()},
            letters=[letters[at : at + columns] for at in range(first, last, columns)],
            flags=[next((found for found in flags[first + at : last : columns] if found), "") for at in range(columns)],
        )


def _finite(column: pl.Series) -> FloatArray:
    numbers = column.cast(pl.Float64).to_numpy()
    return np.where(np.isfinite(numbers), numbers, np.nan)
