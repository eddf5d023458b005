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
    two cells have to stand below a blank row or a title, and in a sheet of less than four columns any have to stand
    below a title, as its respondents fill few cells too. Beside, its columns are blank next to most respondents.
    """
    header = find_header(sheet.top)
    blocks, places = [], []
    cells = sheet.cells
    if (start := _start_below(cells, header.data)) is not None:
        blocks.append(_texts(_filled(cells.slice(start))))
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


def below_text(cells: pl.LazyFrame, top: Sequence[Sequence[str]], records: int) -> tuple[int, Block] | None:
    """The number of records before a legend at the end of a text file, and the legend; None where there is none.

    All of the file is collected only where its end looks like one.
    """
    end = _texts(cells.slice(max(0, records - _LONGEST)).collect())
    filled = [row for row in end if any(row)]
    if not filled or sum(map(bool, filled[-1])) > _WIDEST:
        return None
    table = cells.collect()
    blank = {"": None}
    table = table.select(pl.all().str.strip_chars().replace(blank))
    start = _start_below(table, find_header(top).data)
    return None if start is None else (start, _texts(_filled(table.slice(start))))


def _start_below(cells: pl.DataFrame, data: int) -> int | None:
    """The first row of a legend at the end; None where there is none."""
    most = min(_LONGEST, (cells.height - data) // 2)
    if most < _FEWEST or cells.width < _FEWEST:
        return None
    narrow = cells.width < _WIDEST
    rows = _texts(cells.tail(most + 1))
    sparse = cells.width if narrow else min(_WIDEST, max(_FEWEST + 1, cells.width // 2))
    begin = len(rows)
    while begin > 1 and sum(map(bool, rows[begin - 1])) <= sparse:
        begin -= 1
    while begin < len(rows):
        below = [[cell for cell in row if cell] for row in rows[begin:]]
        apart = not below[0] or not any(rows[begin - 1])
        titled = _TITLE.fullmatch(next((row[0] for row in below if row), "")) is not None
        if narrow and not (titled and len(below[0]) == 1):
            begin += 1
            continue
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
    pairs = [] if respondents is None else _pairs([row for row in filled if row not in lines])
    if respondents is not None and pairs and not _given(pairs, respondents):
        pairs = []
    codes = len(lines) + len(pairs)
    return codes >= _FEWEST and len(filled) - codes <= max(1, codes // _FEWEST)


def _pairs(rows: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """The codes with words behind them, each with the question it is of: the cell before it, or the one last named."""
    found, question = [], ""
    for row in rows:
        if not _is_pair(row):
            question = row[0]
            continue
        question = row[-3] if len(row) > _FEWEST else question
        found.append((question, row[-2].strip("() .=:")))
    return found


def _is_pair(row: Sequence[str]) -> bool:
    return len(row) > 1 and sum(map(str.isalpha, row[-1])) > 1 and _CODE.fullmatch(row[-2]) is not None


def _given(pairs: Sequence[tuple[str, str]], respondents: pl.DataFrame) -> bool:
    """Whether the codes of a question are different ones, and at least half of all codes answers of respondents."""
    if len(set(pairs)) < len(pairs):
        return False
    plain = {code for _, code in pairs}
    answers = {code for column in respondents.get_columns() for code in plain & set(column.unique().to_list())}
    return 2 * len(answers) >= len(plain)


def _filled(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells without columns that are wholly blank."""
    return cells.select(column for column in cells.get_columns() if column.null_count() < cells.height)


def _texts(cells: pl.DataFrame) -> Block:
    return [[clean_header_cell(cell) for cell in row] for row in cells.rows()]


def _letters(index: int) -> str:
    """A column as a spreadsheet calls it."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
