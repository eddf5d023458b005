"""A sheet as it was decided to look, before any writer touches it: lines of values, each with its style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import NamedTuple

Value = str | float | int | None


class Role(StrEnum):
    """What a cell is; how each looks is said once, in cell_formats."""

    BACK = auto()
    BOOK_TITLE = auto()
    TITLE = auto()
    CAPTION = auto()
    HEADING = auto()
    CODED_HEADING = auto()
    LETTER = auto()
    BASE_LABEL = auto()
    BASE = auto()
    BASE_SMALL = auto()
    BASE_UNTESTED = auto()
    LABEL = auto()
    PERCENT = auto()
    COUNT = auto()
    COUNT_LABEL = auto()
    NET_LABEL = auto()
    NET_PERCENT = auto()
    NET_COUNT = auto()
    STATISTIC_LABEL = auto()
    STATISTIC = auto()
    STATISTIC_PERCENT = auto()
    STATISTIC_WHOLE = auto()
    STATISTIC_SCORE = auto()
    LETTERS = auto()
    NET_LETTERS = auto()
    NET_COUNT_LABEL = auto()
    NOTE_HEADING = auto()
    NOTE = auto()
    FACT = auto()
    TEXT = auto()
    TEXT_LINK = auto()
    WHOLE = auto()
    CODE = auto()
    CONFIDENCE = auto()
    PLAIN = auto()
    CODE_TEXT = auto()


class Style(NamedTuple):
    """A role and the edges the cell's place gives it."""

    role: Role
    left: bool = False
    """A line on the left: the first column of a banner question."""
    bottom: bool = True
    """A line below; left out where the letters of a figure stand right under it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet, from its first column on. A None value keeps the style of its cell."""

    values: Sequence[Value]
    styles: Sequence[Style]
    height: float | None = None
    """Points; None leaves it to the spreadsheet program."""


class Merge(NamedTuple):
    """A block of cells shown as one, counted from 0, last row and column included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Link(NamedTuple):
    """A cell that leads to another sheet of the same workbook."""

    row: int
    column: int
    sheet: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """One finished sheet."""

    name: str
    lines: Sequence[Line]
    widths: Sequence[float]
    merges: Sequence[Merge] = ()
    links: Sequence[Link] = ()
    freeze: tuple[int, int] = (0, 0)
    """Rows and columns that stay in sight."""
    repeat: tuple[int, int] | None = None
    """First and last row printed on every page."""
    page_breaks: Sequence[int] = ()
    """Columns that begin a new printed page; none: the sheet is fitted to one page across."""
    scale: int | None = None
    """Per cent, for sheets of several pages across."""
    footer_text: str = ""
    page_word: str = ""
    autofilter: tuple[int, int, int, int] | None = None
    landscape: bool = True
    gridlines: bool = False
    tab_colour: str | None = None
