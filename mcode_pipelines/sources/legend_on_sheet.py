"""A legend on the sheet of the data itself, below the last respondent or beside the first ones: set apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from mcode_pipelines.sources.header import find_header
from mcode_pipelines.sources.text_table import clean_header_cell
from mcode_pipelines.sources.workbook import Sheet

_LONGEST = 60
"""Rows of the longest legend on a sheet of data."""
_WIDEST = 4
_FEWEST = 2
"""Codes in the shortest legend."""
_LINE = re.compile(r"\(?-?\w{1,6}\)?\s*[=:]\s*\S.*", re.DOTALL)
_CODE = re.compile(r"\(?(-?[^\W\d_]{0,3}\d{1,4}|[^\W\d_]{1,4})\)?\s*[.=:)]?")
_TITLE = re.compile(
    r"(?:keterangan|ket|legenda?|kode|codes?|coding|skala|scale|skor|catatan|notes?|key|leyenda|clave|legende|sleutel|"
    r"arti|makna|meaning|nilai|values?|label)\b.*",
    re.IGNORECASE | re.DOTALL,
)

Block = list[list[str]]


@dataclass(frozen=True)
class SetApart:
    """A sheet without its legends."""

    sheet: Sheet
    legends: tuple[Block, ...] = ()
    """The cells of each legend, blank ones as ""."""
    places: tuple[str, ...] = ()
    """Where they stood, as a person would look for them: `row 43`, `column 12`."""


def set_apart(sheet: Sheet) -> SetApart:
    """The sheet without the rows below and the columns beside the data that say what codes mean.

    Below, a legend's rows fill a few cells and most of them pair a code with words (`1 = Yes`, or two cells); pairs in
    two cells have to stand below a blank row or a title. Beside, its columns are blank next to most respondents.
    """
    header = find_header(sheet.top)
    blocks, places = [], []
    cells = sheet.cells
    if (start := _start_below(cells, header.data)) is not None:
        blocks.append(_texts(cells.slice(start)))
        places.append(f"{start + 1}")
        cells = cells.head(start)
        filled = cells.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_true()
        cells = cells.head(int(filled[-1]) + 1)
    if (first := _first_beside(cells, header.data)) is not None:
        beside = cells.select(cells.columns[first:])
        blocks.append(_texts(beside.head(_LONGEST)))
        places.append(_letters(first))
        cells = cells.select(cells.columns[:first])
    return SetApart(replace(sheet, cells=cells) if blocks else sheet, tuple(blocks), tuple(places))


def _start_below(cells: pl.DataFrame, data: int) -> int | None:
    """The first row of a legend at the end; None where there is none."""
    most = min(_LONGEST, (cells.height - data) // 2)
    if most < _FEWEST or cells.width < _WIDEST:
        return None
    rows = _texts(cells.tail(most + 1))
    sparse = min(_WIDEST, cells.width // 2)
    begin = len(rows)
    while begin > 1 and sum(map(bool, rows[begin - 1])) <= sparse:
        begin -= 1
    while begin < len(rows):
        below = [[cell for cell in row if cell] for row in rows[begin:]]
        apart = not below[0] or not any(rows[begin - 1])
        titled = _TITLE.fullmatch(next((row[0] for row in below if row), "")) is not None
        above = cells.slice(data, cells.height - data - len(rows) + begin)
        if below[0] and _explains(below, above if apart or titled else None):
            return cells.height - len(rows) + begin
        begin += 1
    return None


def _first_beside(cells: pl.DataFrame, data: int) -> int | None:
    """The first column of a legend at the right; None where there is none."""
    respondents = cells.height - data
    width = cells.width
    while width > 1 and _beside(cells.to_series(width - 1), respondents):
        width -= 1
    for first in range(max(width, cells.width - _WIDEST), cells.width):
        if cells.to_series(first).is_null().all():
            continue
        below = [[cell for cell in row if cell] for row in _texts(cells.select(cells.columns[first:]).head(_LONGEST))]
        respondents_alone = cells.slice(data).select(cells.columns[:first])
        if any(below) and _explains(below, respondents_alone):
            return first
    return None


def _beside(column: pl.Series, respondents: int) -> bool:
    filled = column.is_not_null().arg_true()
    return len(filled) == 0 or (len(filled) <= respondents / 2 and int(filled[-1]) < _LONGEST)


def _explains(rows: Sequence[Sequence[str]], respondents: pl.DataFrame | None) -> bool:
    """Whether filled cells are codes with their words, but for a title, the name of a question and a header.

    Codes in cells of their own have to occur among the respondents' answers; none are looked for without these.
    """
    filled = [row for row in rows if row]
    lines = [row for row in filled if len(row) <= _FEWEST and any(_LINE.fullmatch(cell) for cell in row)]
    pairs = [row[-2] for row in filled if respondents is not None and row not in lines and _is_pair(row)]
    if respondents is not None and pairs and not _given(pairs, respondents):
        pairs = []
    codes = len(lines) + len(pairs)
    return codes >= _FEWEST and len(filled) - codes <= max(1, codes // _FEWEST)


def _is_pair(row: Sequence[str]) -> bool:
    return len(row) > 1 and sum(map(str.isalpha, row[-1])) > 1 and _CODE.fullmatch(row[-2]) is not None


def _given(codes: Sequence[str], respondents: pl.DataFrame) -> bool:
    """Whether codes are different ones, at least half of them answers of respondents."""
    plain = {code.strip("() .=:") for code in codes}
    if len(plain) < len(codes):
        return False
    answers = {code for column in respondents.get_columns() for code in plain & set(column.unique().to_list())}
    return 2 * len(answers) >= len(plain)


def _texts(cells: pl.DataFrame) -> Block:
    return [[clean_header_cell(cell) for cell in row] for row in cells.rows()]


def _letters(index: int) -> str:
    """A column as a spreadsheet calls it."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
