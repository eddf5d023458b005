"""A written workbook, reopened by another reader and compared with what should be in it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mcode_pipelines.delivery.banner_layout import BannerLayout
from mcode_pipelines.delivery.data_sheet import DataColumn, chunks
from mcode_pipelines.delivery.errors import DeliveryError
from mcode_pipelines.delivery.figures import FloatArray, TableFigures
from mcode_pipelines.delivery.sheet import Value
from mcode_pipelines.delivery.spreadsheet_text import cell_text
from mcode_pipelines.delivery.table_sheet import full_title
from mcode_pipelines.delivery.wording import wording
from mcode_pipelines.survey.tables import BookHead

if TYPE_CHECKING:
    from fastexcel import ExcelReader

_TOLERANCE = 1e-9
_MOST_CELLS_COMPARED = 5_000_000


@dataclass(frozen=True)
class CheckedTable:
    """Which sheet should show which table, and in which of its rows (counted from 0)."""

    sheet: str
    table: TableFigures
    top: int
    """The table's first row."""
    header: int
    """The first row of the banner over its figures."""
    body: int
    """The first row of figures, under the header."""
    end: int
    """The row after the last of figures."""


@dataclass(frozen=True)
class _ReadTable:
    """A table as it was read back."""

    checked: CheckedTable
    beside: bool
    texts: list[str]
    """What stands right of the labels, in reading order."""


@dataclass(frozen=True)
class _Banner:
    """What must stand over the figures of every table of a book."""

    places: list[int]
    heads: list[list[str]]
    """By banner column its innermost label and its letter."""
    beside: bool
    lines: int
    """How many lines the header takes."""
    checked: list[Sequence[Sequence[str | None]]]
    """The last header that was found to be right: that of the next table mostly equals it."""

    @classmethod
    def of(cls, book: BookHead) -> _Banner:
        layout = BannerLayout(book, wording(book.language))
        heads = [
            [as_read(cell_text(text)) for text in (column.labels[-1], column.letter) if text] for column in book.banner
        ]
        return cls(layout.places, heads, layout.beside, len(layout.header[0]), [()])


def verify_workbook(path: Path, tables: Iterable[CheckedTable]) -> None:
    """Reopen a tab book with fastexcel and compare every figure, letter and label with the tables' cells.

    In reading order, the numbers under the banner must be the tables' figures and p-values (within 1e-9, relative for
    large ones), the texts there their letters and missing marks, the first column must hold their labels in order, and
    over every column must stand its label and letter.
    Raises DeliveryError naming the first sheet that differs.
    """
    reader = reopen_workbook(path)
    sheets = set(reader.sheet_names)
    banners: dict[int, _Banner] = {}
    read: list[_ReadTable] = []
    for sheet, group in groupby(tables, key=lambda checked: checked.sheet):
        on_sheet = list(group)
        if sheet not in sheets:
            raise _differs(path, sheet, "the sheet is missing")
        book = on_sheet[0].table.book
        banner = banners.get(id(book)) or banners.setdefault(id(book), _Banner.of(book))
        rows = _read(reader, sheet).rows()
        for checked in on_sheet:
            _check_header(path, checked, banner, rows)
            body = rows[checked.body : checked.end]
            _check_labels(path, checked, [label for label, *_ in body])
            texts = [text for row in body for text in row[1:] if text is not None]
            read.append(_ReadTable(checked, banner.beside, texts))
    _check_figures(path, read)


def _read(reader: ExcelReader, sheet: str) -> pl.DataFrame:
    """Every cell of a sheet as text; columns at the right that are wholly blank are not there."""
    return reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()


def reopen_workbook(path: Path) -> ExcelReader:
    """The workbook through fastexcel. Raises DeliveryError where it cannot be read at all."""
    import fastexcel

    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError as broken:
        raise DeliveryError(
            f"{path.name}: the workbook that was just written cannot be opened again ({broken}); run this stage again"
        ) from broken


def _check_figures(path: Path, read: Sequence[_ReadTable]) -> None:
    """All tables at once, and one after the other only to tell in which of them something differs."""
    if not read or _as_expected(read) == "":
        return
    for one in read:
        if how := _as_expected([one]):
            raise _differs(path, one.checked.sheet, how)
    raise _differs(path, read[0].checked.sheet, "its figures are not those of the table")


def _as_expected(read: Sequence[_ReadTable]) -> str:
    """What differs in the figures of some tables, "" where nothing does."""
    expected = [_expected(one.checked.table, beside=one.beside) for one in read]
    texts = pl.Series([text for one in read for text in one.texts], dtype=pl.String)
    # Not by trying to make them numbers: the letters of columns I, N and F together would be one.
    are_numbers = texts.str.contains("[0-9]$")
    numbers = np.concatenate([figures for figures, _ in expected])
    found = texts.filter(are_numbers).cast(pl.Float64, strict=False).to_numpy()
    if len(found) != len(numbers) or not np.allclose(found, numbers, rtol=_TOLERANCE, atol=_TOLERANCE):
        return "its figures are not those of the table"
    if texts.filter(~are_numbers).to_list() != [mark for _, marks in expected for mark in marks]:
        return "its letters are not those of the table"
    return ""


def _check_labels(path: Path, checked: CheckedTable, texts: Sequence[str | None]) -> None:
    table = checked.table
    stub = [text for text in texts if text is not None]
    at = 0
    for row in dict.fromkeys(line.row for line in table.lines):
        label = as_read(cell_text(table.labels[row]))
        try:
            at = stub.index(label, at) + 1 if label else at
        except ValueError:
            raise _differs(path, checked.sheet, f"the row {label!r} is missing") from None


def _expected(table: TableFigures, *, beside: bool) -> tuple[FloatArray, list[str]]:
    """The numbers and the other texts under the banner, in reading order: letters follow a row's first figure."""
    missing = table.book.look.missing
    absent = np.isnan(table.numbers)
    if not (beside or table.p_values or absent.any()):
        rows = dict.fromkeys(line.row for line in table.lines)
        return table.numbers.ravel(), [text for row in rows for text in table.letters[row] if text]
    gaps = absent.sum(axis=1).tolist()
    parts: list[FloatArray] = []
    marks: list[str] = []
    before = -1
    for at, (row, _) in enumerate(table.lines):
        letters = table.letters[row] if row != before else []
        before = row
        parts.append(table.numbers[at])
        if beside and letters:
            for gap, text in zip(absent[at].tolist(), letters, strict=True):
                marks += [text for text in (missing if gap else "", text) if text]
        else:
            marks += [missing] * gaps[at] if missing else []
            marks += [text for text in letters if text]
        if table.p_values and letters:
            p_values = [table.p_values.get((row, column)) for column, text in enumerate(letters) if text]
            parts.append(np.array([p for p in p_values if p is not None]))
    numbers = np.concatenate(parts) if parts else np.empty(0)
    return numbers[~np.isnan(numbers)], marks


def verify_texts(path: Path, sheets: Mapping[str, Sequence[Sequence[Value]]]) -> None:
    """Reopen a workbook with fastexcel and compare every cell of the sheets named; a blank text counts as no text.

    Raises DeliveryError naming the first sheet that differs.
    """
    reader = reopen_workbook(path)
    for name, rows in sheets.items():
        if name not in reader.sheet_names:
            raise _differs(path, name, "the sheet is missing")
        found = _read(reader, name).rows()
        for at, row in enumerate(rows):
            read = found[at][: len(row)] if at < len(found) else ()
            if read == tuple(row):
                continue
            read += (None,) * (len(row) - len(read))
            if any(not _same(value, text) for value, text in zip(row, read, strict=True)):
                raise _differs(path, name, f"row {at + 1} is not as it was written")


def verify_data(path: Path, sheet: str, data: pl.LazyFrame, rows: int, columns: Sequence[DataColumn]) -> None:
    """Reopen a data sheet and compare every cell with the data; above five million cells only checksums and row count.

    Raises DeliveryError naming the column that differs.
    """
    if rows * len(columns) > _MOST_CELLS_COMPARED:
        _check_archive(path, sheet, rows + 1)
        return
    found = _read(reopen_workbook(path), sheet)
    if found.height != rows + 1 or found.width != len(columns):
        raise _differs(path, sheet, f"{found.height - 1} rows x {found.width} columns")
    if list(found.row(0)) != [as_read(cell_text(column.name)) for column in columns]:
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
    return all(text == as_read(cell_text(given)) for given, text in pairs)


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
        return text == as_read(cell_text(value))
    return text is not None and abs(float(text) - value) <= _TOLERANCE * max(1.0, abs(value))


def as_read(text: str) -> str:
    """Text as the reader gives it back: the two code points that XML cannot hold come back spelled out."""
    return text.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")


def _check_header(path: Path, checked: CheckedTable, banner: _Banner, rows: Sequence[tuple[str | None, ...]]) -> None:
    """The table's title, and over every column its own label and letter."""
    title = as_read(cell_text(full_title(checked.table.head)))
    if not any(title in row for row in rows[checked.top : checked.body]):
        raise _differs(path, checked.sheet, "its title is missing")
    header = rows[checked.header : checked.header + banner.lines]
    if header == banner.checked[-1]:
        return
    over = list(zip(*header, strict=True))
    for place, texts in zip(banner.places, banner.heads, strict=True):
        for text in texts:
            if place >= len(over) or text not in over[place]:
                raise _differs(path, checked.sheet, f"its column {place + 1} does not say {text!r}")
    banner.checked[-1] = header


def _differs(path: Path, sheet: str, how: str) -> DeliveryError:
    return DeliveryError(
        f"{path.name}, sheet '{sheet}': {how}, read back from the workbook that was just written; "
        "nothing was delivered, run this stage again"
    )
