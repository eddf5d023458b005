"""Workbooks: their sheets as tables of text, as a person sees the cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mcode_pipelines.sources.header import TOP_ROWS
from mcode_pipelines.sources.text_table import clean_header_cell, positional_names
from mcode_pipelines.survey import UnreadableUpload

_DATE_TIME = r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?$"
_MIDNIGHT = r"T00:00:00$"
_TIME_OF_DAY = r"^(1899-12-3[01])T"


@dataclass(frozen=True)
class Sheet:
    """One sheet, every cell as text: whole numbers without `.0`, dates in ISO, TRUE and FALSE."""

    name: str
    cells: pl.DataFrame
    """String columns named by `positional_names`; blank rows at the end left out."""
    hidden: bool = False
    first_column: int = 0
    """The place in the sheet of the first of the columns; blank ones before it are not among the cells."""

    @cached_property
    def top(self) -> list[list[str]]:
        """The first rows, blank cells as ""."""
        return [[clean_header_cell(cell) for cell in row] for row in self.cells.head(TOP_ROWS).rows()]

    @cached_property
    def rows(self) -> list[list[str]]:
        """All rows, blank cells as ""."""
        return [[clean_header_cell(cell) for cell in row] for row in self.cells.rows()]

    @cached_property
    def blank(self) -> NDArray[np.bool_]:
        """(rows,) whether all cells of a row are blank."""
        return self.cells.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()

    @cached_property
    def filled(self) -> int:
        """How many cells are not blank."""
        return self.cells.height * self.cells.width - sum(self.cells.null_count().row(0)) if self.cells.width else 0


@dataclass(frozen=True)
class Workbook:
    """An open workbook; sheets are parsed when asked for."""

    name: str
    reader: Any

    @property
    def sheet_names(self) -> list[str]:
        """All sheets, in the workbook's order."""
        return list(self.reader.sheet_names)

    def sheet(self, sheet_name: str) -> Sheet:
        """One sheet, parsed. Raises UnreadableUpload."""
        try:
            loaded = self.reader.load_sheet(sheet_name, header_row=None, dtypes="string", skip_rows=0)
            cells = loaded.to_polars()
        except BaseException as error:
            raise _refused(self.name, error, f"sheet '{sheet_name}' ") from error
        cells = cells.rename(dict(zip(cells.columns, positional_names(cells.width), strict=True)))
        columns = loaded.selected_columns
        return Sheet(
            sheet_name,
            _as_seen(cells),
            hidden=loaded.visible != "visible",
            first_column=columns[0].absolute_index if columns else 0,
        )


def open_workbook(path: Path, name: str) -> Workbook:
    """Opens an .xlsx or .xls file. Raises UnreadableUpload."""
    import fastexcel

    try:
        return Workbook(name, fastexcel.read_excel(path.read_bytes()))
    except BaseException as error:
        raise _refused(name, error) from error


def _refused(name: str, error: BaseException, where: str = "") -> UnreadableUpload:
    """The sentence for what the spreadsheet library says; its panics are no Exception but are caught here.

    Raises what is none of the library's.
    """
    if isinstance(error, UnreadableUpload) or not (
        isinstance(error, Exception) or type(error).__name__ == "PanicException"
    ):
        raise error
    if isinstance(error, MemoryError):
        raise error
    if "password" in str(error).lower() or "encrypted" in str(error).lower():
        return UnreadableUpload(
            name, "has a password; open it in Excel, take the password away, save and drop it again"
        )
    return UnreadableUpload(
        name,
        f"{where}cannot be read as a workbook: it is damaged, cut off or of another kind; "
        "open it in Excel, save it again as .xlsx and drop the new file",
    )


def _as_seen(cells: pl.DataFrame) -> pl.DataFrame:
    """Dates as ISO dates, times of day without the day, truth values as Excel shows them."""
    texts = [column for column, kind in cells.schema.items() if kind == pl.String]
    truths = _columns_where(cells, {c: pl.col(c).is_in(["true", "false"]) for c in texts})
    dates = _columns_where(cells, {c: _long_enough(c).str.contains(_DATE_TIME) for c in texts})
    changes = {c: pl.col(c).cast(pl.String) for c in cells.columns if c not in texts}
    changes |= {c: pl.col(c).replace({"true": "TRUE", "false": "FALSE"}) for c in truths}
    for c in dates:
        cell = changes.get(c, pl.col(c)).str.replace(_DATE_TIME, "${1}T${2}${3}")
        changes[c] = cell.str.replace(_TIME_OF_DAY, "").str.replace(_MIDNIGHT, "")
    cells = cells.with_columns(**changes)
    if cells.width == 0:
        return cells
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_true()
    return cells.head(int(filled[-1]) + 1 if len(filled) else 0)


def _columns_where(cells: pl.DataFrame, conditions: Mapping[str, pl.Expr]) -> list[str]:
    """The columns for which a condition holds somewhere."""
    if not conditions:
        return []
    return [c for c, holds in cells.select(e.any() for e in conditions.values()).row(0, named=True).items() if holds]


def _long_enough(column: str) -> pl.Expr:
    return pl.col(column).filter(pl.col(column).str.len_bytes().is_between(19, 26))
