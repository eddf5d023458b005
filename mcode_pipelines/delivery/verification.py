"""A written workbook, reopened by another reader and compared with what should be in it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mcode_pipelines.delivery.data_sheet import DataColumn, chunks
from mcode_pipelines.delivery.errors import DeliveryError
from mcode_pipelines.delivery.figures import Figure, TableFigures
from mcode_pipelines.delivery.sheet import Value
from mcode_pipelines.delivery.spreadsheet_text import plain_text
from mcode_pipelines.delivery.table_sheet import MISSING, figure_rows, full_title, shown_rows

if TYPE_CHECKING:
    from fastexcel import ExcelReader

_TOLERANCE = 1e-9
_MOST_CELLS_COMPARED = 5_000_000


@dataclass(frozen=True)
class CheckedTable:
    """Which sheet should show which table, and where its figures begin."""

    sheet: str
    first_row: int
    """The first row under the header, counted from 0."""
    table: TableFigures


def verify_workbook(
    path: Path, tables: Iterable[CheckedTable], *, figures: Sequence[Figure] = ("column_percent",)
) -> None:
    """Reopen a tab book with fastexcel and compare every figure, letter and label with the tables' cells.

    In reading order, the numbers under the banner must be the tables' figures (within 1e-9, relative for large ones),
    the texts there their letters and missing marks, the first column must hold their labels in order, and over every
    column must stand its label and letter.
    Raises DeliveryError naming the first sheet that differs.
    """
    reader = open_again(path)
    sheets = set(reader.sheet_names)
    for checked in tables:
        if checked.sheet not in sheets:
            raise _differs(path, checked.sheet, "the sheet is missing")
        _check_table(path, reader, checked, figures)


def open_again(path: Path) -> ExcelReader:
    """The workbook through fastexcel. Raises DeliveryError where it cannot be read at all."""
    import fastexcel

    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError as broken:
        raise DeliveryError(
            f"{path.name}: the workbook that was just written cannot be opened again ({broken}); run this stage again"
        ) from broken


def _check_table(path: Path, reader: ExcelReader, checked: CheckedTable, figures: Sequence[Figure]) -> None:
    table = checked.table
    width = len(table.book.banner)
    whole = reader.load_sheet(
        checked.sheet, header_row=None, skip_rows=0, use_columns=list(range(width + 1)), dtypes="string"
    ).to_polars()
    _check_header(path, checked, whole.head(checked.first_row))
    found = whole.slice(checked.first_row)
    rows = shown_rows(table)
    numbers = [line for row in rows for line in figure_rows(table, row, figures)]
    expected = np.array(numbers, dtype=np.float64).reshape(-1, width)
    marks: list[str] = []
    for row in rows:
        for line in figure_rows(table, row, figures):
            marks += [MISSING] * int(np.isnan(line).sum())
        marks += [letters for letters in table.letters[row] if letters]

    read_numbers, read_marks = _numbers_and_marks(found)
    wanted = expected[~np.isnan(expected)]
    if len(read_numbers) != len(wanted) or not np.allclose(read_numbers, wanted, rtol=_TOLERANCE, atol=_TOLERANCE):
        raise _differs(path, checked.sheet, "its figures are not those of the table")
    if read_marks != marks:
        raise _differs(path, checked.sheet, "its letters are not those of the table")
    labels = [as_read(plain_text(table.labels[row])) for row in rows]
    stub = [text for text in found[:, 0].to_list() if text is not None]
    at = 0
    for label in labels:
        try:
            at = stub.index(label, at) + 1 if label else at
        except ValueError:
            raise _differs(path, checked.sheet, f"the row {label!r} is missing") from None


def verify_texts(path: Path, sheets: Mapping[str, Sequence[Sequence[Value]]]) -> None:
    """Reopen a workbook with fastexcel and compare every cell of the sheets named; a blank text counts as no text.

    Raises DeliveryError naming the first sheet that differs.
    """
    reader = open_again(path)
    for name, rows in sheets.items():
        if name not in reader.sheet_names:
            raise _differs(path, name, "the sheet is missing")
        found = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars().rows()
        for at, row in enumerate(rows):
            read = [*(found[at] if at < len(found) else ()), *[None] * len(row)][: len(row)]
            if any(not _same(value, text) for value, text in zip(row, read, strict=True)):
                raise _differs(path, name, f"row {at + 1} is not as it was written")


def verify_data(path: Path, sheet: str, data: pl.LazyFrame, rows: int, columns: Sequence[DataColumn]) -> None:
    """Reopen a data sheet and compare every cell with the data; above five million cells only checksums and row count.

    Raises DeliveryError naming the column that differs.
    """
    if rows * len(columns) > _MOST_CELLS_COMPARED:
        _check_archive(path, sheet, rows + 1)
        return
    found = open_again(path).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    if found.height != rows + 1 or found.width != len(columns):
        raise _differs(path, sheet, f"{found.height - 1} rows x {found.width} columns")
    if list(found.row(0)) != [as_read(plain_text(column.name)) for column in columns]:
        raise _differs(path, sheet, "its header is not as it was written")
    for first, chunk in chunks(data, rows):
        read = found.slice(first + 1, chunk.height)
        for at, column in enumerate(columns):
            if not _same_column(chunk.to_series(at), read.to_series(at), numeric=column.numeric):
                raise _differs(path, sheet, f"column {column.name!r} is not as it was written")


def _same_column(written: pl.Series, read: pl.Series, *, numeric: bool) -> bool:
    if not numeric and written.equals(read, null_equal=True):
        return True
    if not (written.is_null() == read.is_null()).all():
        return False
    if numeric:
        numbers = [side.drop_nulls().cast(pl.Float64).to_numpy() for side in (written, read)]
        return bool(np.allclose(numbers[0], numbers[1], rtol=_TOLERANCE, atol=_TOLERANCE))
    pairs = zip(written.drop_nulls().to_list(), read.drop_nulls().to_list(), strict=True)
    return all(text == as_read(plain_text(given)) for given, text in pairs)


def _check_archive(path: Path, sheet: str, rows: int) -> None:
    with zipfile.ZipFile(path) as archive:
        broken = archive.testzip()
        if broken is not None:
            raise _differs(path, sheet, f"the part {broken} is damaged")
        counted, end = 0, b""
        with archive.open("xl/worksheets/sheet1.xml") as part:
            while block := part.read(1 << 20):
                block = end + block
                counted += block.count(b"<row ")
                end = block[-4:]
    if counted != rows:
        raise _differs(path, sheet, f"{counted} rows instead of {rows}")


def _same(value: Value, text: str | None) -> bool:
    if value is None or value == "":
        return not text
    if isinstance(value, str):
        return text == as_read(plain_text(value))
    return text is not None and abs(float(text) - value) <= _TOLERANCE * max(1.0, abs(value))


def as_read(text: str) -> str:
    """Text as the reader gives it back: the two code points that XML cannot hold come back spelled out."""
    return text.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")


def _check_header(path: Path, checked: CheckedTable, found: pl.DataFrame) -> None:
    """The table's title, and over every column its own label and letter."""
    rows = found.rows()
    if as_read(plain_text(full_title(checked.table.head))) not in {row[0] for row in rows}:
        raise _differs(path, checked.sheet, "its title is missing")
    for at, column in enumerate(checked.table.book.banner, start=1):
        over = {row[at] for row in rows}
        for text in (column.labels[-1], column.letter):
            if text and as_read(plain_text(text)) not in over:
                raise _differs(path, checked.sheet, f"its column {at + 1} does not say {text!r}")


def _numbers_and_marks(found: pl.DataFrame) -> tuple[list[float], list[str]]:
    """The numbers and the other texts right of the first column, in reading order."""
    numbers: list[float] = []
    marks: list[str] = []
    for _, *row in found.rows():
        for text in row:
            if text is None:
                continue
            # Not by trying float(): the letters of columns I, N and F together would be a number.
            if text[-1].isdigit():
                numbers.append(float(text))
            else:
                marks.append(text)
    return numbers, marks


def _differs(path: Path, sheet: str, how: str) -> DeliveryError:
    return DeliveryError(
        f"{path.name}, sheet '{sheet}': {how}, read back from the workbook that was just written; "
        "nothing was delivered, run this stage again"
    )
