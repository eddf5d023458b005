"""A harmonisation sheet that came back, read without judging it: what was handed out, and what stands there now."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import ascii_uppercase

from pydantic import ValidationError

from mcode_pipelines.sources.review_file import sheet_rows
from mcode_pipelines.sources.unreadable_cells import unreadable_cells
from mcode_pipelines.sources.workbook import open_workbook
from mcode_pipelines.survey.errors import UnreadableUpload
from mcode_pipelines.survey.harmonisation_sheet import (
    AGREED,
    HOW,
    MEMORY_SHEET,
    ROW_ID,
    SHEET_FORMAT,
    HarmonisationTable,
    ReturnedRow,
    ReturnedSheet,
)

_MOST_BYTES = 256 << 20
_HEADING_WITHIN = 30
_NOT_AGREED = frozenset({"", "-", "0", "no", "n", "tidak", "bukan", "salah", "false"})

Row = Sequence[str]


def read_harmonisation(path: Path, name: str) -> ReturnedSheet:
    """What a harmonisation sheet says. Raises UnreadableUpload where it is none, or cannot be understood any more."""
    workbook = open_workbook(path, name)
    if MEMORY_SHEET not in workbook.sheet_names:
        raise UnreadableUpload(
            name,
            "this is no harmonisation sheet: its hidden sheet is not there; write into the workbook that lies with the "
            "tables, save it as .xlsx and drop that",
        )
    try:
        table = _memory(sheet_rows(workbook, MEMORY_SHEET, as_written=True))
    except (ValueError, IndexError, zlib.error, ValidationError):
        raise UnreadableUpload(
            name,
            "its hidden sheet was changed, so what you changed cannot be told from what was there; write it into the "
            "workbook that lies with the tables and drop that",
        ) from None
    rows: list[ReturnedRow] = []
    columns: tuple[str, ...] = ()
    unreadable = unreadable_cells(path)
    for sheet in workbook.sheet_names:
        if sheet == MEMORY_SHEET:
            continue
        found = sheet_rows(workbook, sheet)
        heading = next((n for n, row in enumerate(found[:_HEADING_WITHIN]) if _place(row, ROW_ID) is not None), None)
        if heading is not None:
            places = _wave_columns(found[heading], table)
            columns = columns or tuple("" if at is None else _letters(at) for at in places)
            rows += _rows(sheet, found, heading, places, unreadable.get(sheet, frozenset()))
    if not columns:
        raise UnreadableUpload(
            name,
            "no sheet of it has the column of row numbers (No. baris, Row no.), so its rows cannot be told apart; "
            "write into the workbook that lies with the tables and drop that",
        )
    return ReturnedSheet(table=table, rows=tuple(rows), columns=columns)


def is_harmonisation_heading(rows: Sequence[Sequence[str | None]]) -> bool:
    """Whether a table that starts with these rows is a harmonisation sheet that was saved without its hidden sheet."""
    top = [[(cell or "").strip() for cell in row] for row in rows[:_HEADING_WITHIN]]
    return any(_place(row, ROW_ID) is not None and _place(row, HOW) is not None for row in top)


def _memory(rows: Sequence[Row]) -> HarmonisationTable:
    if rows[0][0] != "mcode_harmonisation" or rows[0][1] != SHEET_FORMAT:
        raise ValueError("not the hidden sheet of a harmonisation sheet")
    packed = base64.b64decode("".join(row[1] for row in rows[1:] if row[0] == "table"), validate=True)
    unpacked = zlib.decompressobj()
    told = unpacked.decompress(packed, _MOST_BYTES)
    if not unpacked.eof:
        raise ValueError("cut off")
    return HarmonisationTable.model_validate_json(told)


def _wave_columns(heading: Row, table: HarmonisationTable) -> list[int | None]:
    """Where each wave stands. Headings that were changed are taken for the waves that are missing, in their order."""
    titles = [cell.strip() for cell in heading]
    places: list[int | None] = [titles.index(w.label) if w.label in titles else None for w in table.waves]
    before, last = _place(heading, AGREED), _place(heading, ROW_ID)
    if before is None or last is None:
        return places
    free = [at for at in range(before + 1, last) if titles[at] and at not in places]
    lost = [number for number, at in enumerate(places) if at is None]
    if len(free) == len(lost):
        for number, at in zip(lost, free, strict=True):
            places[number] = at
    return places


def _rows(
    sheet: str,
    rows: Sequence[Row],
    heading: int,
    places: Sequence[int | None],
    unreadable: frozenset[tuple[int, int]],
) -> Iterator[ReturnedRow]:
    identity, agreed = _place(rows[heading], ROW_ID), _place(rows[heading], AGREED)
    for number, row in enumerate(rows, start=1):
        if number == heading + 1 or identity is None:
            continue
        cells = tuple(None if at is None else row[at] for at in places)
        if row[identity] or (number > heading + 1 and any(cells)):
            yield ReturnedRow(
                sheet=sheet,
                row=number,
                id=row[identity].removesuffix(".0"),
                cells=cells,
                agreed=agreed is not None and row[agreed].casefold() not in _NOT_AGREED,
                hidden=tuple(at is not None and (number, at + 1) in unreadable for at in places),
            )


def _place(heading: Row, words: frozenset[str]) -> int | None:
    return next((at for at, cell in enumerate(heading) if cell.strip().casefold() in words), None)


def _letters(column: int) -> str:
    """A column as spreadsheet programs call it.

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    text, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        text = ascii_uppercase[letter] + text
    return text
