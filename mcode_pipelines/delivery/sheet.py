"""A sheet as it was decided to look, before any writer touches it: lines of values, each with its style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import NamedTuple

Value = str | float | int | None


class Role(StrEnum):
    """What a cell is; how each looks is said once, in cell_formats."""

    # Styles are looked up for every line, and an enum's own hash is a Python function.
    __hash__ = str.__hash__

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
    INDEX = auto()
    DIFFERENCE = auto()
    LETTERS = auto()
    P_VALUE = auto()
    STATISTIC_LABEL = auto()
    STATISTIC = auto()
    STATISTIC_PERCENT = auto()
    STATISTIC_WHOLE = auto()
    STATISTIC_SCORE = auto()
    NOTE_HEADING = auto()
    NOTE = auto()
    FACT = auto()
    TROUBLE = auto()
    TEXT = auto()
    TEXT_LINK = auto()
    WHOLE = auto()
    CODE = auto()
    CONFIDENCE = auto()
    PLAIN = auto()
    CODE_TEXT = auto()


class Style(NamedTuple):
    """A role and what the cell's place adds to it."""

    role: Role
    left: bool = False
    """A line on the left: the first column of a banner question."""
    bottom: bool = True
    """A line below; left out where another line of the same row stands right under it."""
    net: bool = False
    minor: bool = False
    """A further figure of a row: smaller and grey."""
    half: int = 0
    """Of two cells that are read as one, a figure and its letters: 1 the left one, 2 the right one; 0 a whole cell."""
    tint: int = 0
    """Shading of a high figure: 0 none, 5 the darkest."""
    indent: int = 0
    """How deep a label stands in nets."""


class Line(NamedTuple):
    """One row of a sheet, from its first column on. A None value keeps the style of its cell."""

    values: Sequence[Value]
    styles: Sequence[Style]
    height: float | None = None
    """Points; None leaves it to the spreadsheet program."""
    cells: Sequence[str] | None = None
    """In place of the values: as `RowXml.cell` writes them, where many lines' were written at once."""
    repeated: bool = False
    """The same line stands on many sheets of a book: what was made of it is worth keeping."""


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
    to_row: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a bar chart."""

    name: str
    column: int
    figures: Sequence[float]


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One line of a trend chart."""

    name: str
    row: int
    """Of its figures."""
    figures: Sequence[float]


@dataclass(frozen=True, slots=True)
class TrendChart:
    """Lines over the waves, a line a row of a sheet."""

    row: int
    """Where its upper edge stands."""
    column: int
    """Where its left edge stands."""
    height: float
    """Points."""
    header: int
    """The row of the waves' labels."""
    header_above: bool
    """Whether that row is one of the whole sheet, above all tables, rather than of the table's own lines."""
    columns: Sequence[int]
    """The columns of the waves, oldest first."""
    labels: Sequence[str]
    lines: Sequence[TrendLine]
    title: str
    left_out: Sequence[str]
    """What the lines do not show of the table, said behind the title."""
    percent: bool
    width: float
    """Points."""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars for some rows of a sheet; labels stand in the first column."""

    row: int
    """Where its upper edge stands."""
    column: int
    """Where its left edge stands."""
    height: float
    """Points."""
    rows: Sequence[int]
    labels: Sequence[str]
    series: Sequence[Series]
    title: str
    left_out: Sequence[str]
    """What the bars do not show of the table, said behind the title."""
    percent: bool
    width: float
    """Points."""


@dataclass(frozen=True)
class Block:
    """Lines that follow each other, and what lies over them; rows are counted from the block's first line."""

    lines: Sequence[Line]
    merges: Sequence[Merge] = ()
    links: Sequence[Link] = ()
    charts: Sequence[BarChart | TrendChart] = ()
    new_pages: Sequence[int] = ()
    """Lines that begin a new printed page."""


@dataclass(frozen=True)
class Sheet:
    """One finished sheet; a sheet of many blocks has its lines there."""

    name: str
    widths: Sequence[float]
    lines: Sequence[Line] = ()
    merges: Sequence[Merge] = ()
    links: Sequence[Link] = ()
    charts: Sequence[BarChart | TrendChart] = ()
    new_pages: Sequence[int] = ()
    freeze: tuple[int, int] = (0, 0)
    """Rows and columns that stay in sight."""
    repeat: tuple[int, int] | None = None
    """First and last row printed on every page."""
    repeat_columns: int = 0
    """The last column printed on every page, where several lie side by side."""
    page_breaks: Sequence[int] = ()
    """Columns that begin a new printed page; none: the sheet is fitted to one page across."""
    scale: int | None = None
    """Per cent, for sheets of several pages across or with page breaks of their own."""
    footer_text: str = ""
    page_word: str = ""
    autofilter: tuple[int, int, int, int] | None = None
    landscape: bool = True
    gridlines: bool = False
    tab_colour: str | None = None

    @property
    def block(self) -> Block:
        """The sheet's own lines as a block."""
        return Block(self.lines, self.merges, self.links, self.charts, self.new_pages)
