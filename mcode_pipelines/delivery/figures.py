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

FloatMatrix = npt.NDArray[np.float64]

_FIGURES: tuple[Figure, ...] = ("column_percent", "count", "row_percent")


@dataclass(frozen=True)
class TableFigures:
    """One table: its head, its rows, and (rows, banner columns) matrices; NaN is hidden or missing."""

    book: BookHead
    head: TableHead
    codes: list[str]
    labels: list[str]
    kinds: list[str]
    value: FloatMatrix
    shares: dict[Figure, FloatMatrix]
    letters: list[list[str]]
    flags: list[str]
    """By banner column: "", "*" or "**"."""


def tables_of(batch: CrossTables) -> Iterator[TableFigures]:
    """The tables of a batch in its order.

    Raises ValueError where the cells of a table are not rows x banner columns.
    """
    columns = len(batch.book.banner)
    cells_by_table = {
        str(table_id): cells for (table_id,), cells in batch.cells.partition_by("table_id", as_dict=True).items()
    }
    for head in batch.heads:
        cells = cells_by_table.get(head.table_id)
        if cells is None:
            cells = batch.cells.clear()
        if cells.height % columns:
            raise ValueError(f"{head.table_id}: {cells.height} cells do not fill rows of {columns} banner columns")
        yield _figures(batch.book, head, cells, columns)


def _figures(book: BookHead, head: TableHead, cells: pl.DataFrame, columns: int) -> TableFigures:
    first_of_row = cells.gather_every(columns) if cells.height else cells
    letters = _grid(cells, "letters", columns)
    flags = [""] * columns
    for row in _grid(cells, "flag", columns):
        flags = [known or found for known, found in zip(flags, row, strict=True)]
    return TableFigures(
        book=book,
        head=head,
        codes=first_of_row["row_code"].fill_null("").to_list(),
        labels=first_of_row["row_label"].fill_null("").to_list(),
        kinds=first_of_row["row_kind"].fill_null("").to_list(),
        value=_matrix(cells, "value", columns),
        shares={figure: _matrix(cells, figure, columns) for figure in _FIGURES},
        letters=letters,
        flags=flags,
    )


def _matrix(cells: pl.DataFrame, name: str, columns: int) -> FloatMatrix:
    matrix = cells[name].cast(pl.Float64).to_numpy().reshape(-1, columns)
    return np.where(np.isfinite(matrix), matrix, np.nan)


def _grid(cells: pl.DataFrame, name: str, columns: int) -> list[list[str]]:
    flat: list[str] = cells[name].fill_null("").to_list()
    return [flat[at : at + columns] for at in range(0, len(flat), columns)]
