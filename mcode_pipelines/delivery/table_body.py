"""The body of a table: lines of figures (one or more per row), letters, p-values, flags, shading."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mcode_pipelines.delivery.banner_layout import STUB_WIDTH, BannerLayout
from mcode_pipelines.delivery.cell_formats import INDENT_A_NET
from mcode_pipelines.delivery.figures import (
    COUNTED_KINDS,
    PERCENTS,
    Figure,
    FloatArray,
    TableFigures,
    is_share,
)
from mcode_pipelines.delivery.sheet import Line, Role, Style, Value
from mcode_pipelines.delivery.text_metrics import LINE_HEIGHT, wrapped_lines

if TYPE_CHECKING:
    from mcode_pipelines.delivery.row_xml import RowXml

_Cell = TypeVar("_Cell")
_Tints = list[tuple[int, int]]
"""Sheet columns and how dark each is."""

_STUB_INDENT = 2
_LETTERS_HEIGHT = 11.5
_LETTERS_A_WIDTH = 1.13
"""Letters, in their smaller type, that go into a column for each character of its width."""
_LETTERS_SHOWN = 6
"""Lines of letters in a cell that are in sight; a cell of a very wide banner can hold more."""
_LABEL_SHOWN = 12
_TINTS = 5
_LEAST_SPREAD = 0.10
"""Shading needs a difference: in a row whose percents differ by less, none gets the darkest."""

_PERCENTILES = frozenset(f"p{n}" for n in (5, 10, 20, 40, 60, 80, 90, 95))
_COUNTED_STATISTICS = frozenset({"sum", "minimum", "maximum", "median", "quartile1", "quartile3"}) | _PERCENTILES
"""Shown without decimals where every figure is whole."""
_NUMBER_OF_ANSWERS = "responses"
_FLAGGED_BASE = {"*": Role.BASE_SMALL, "**": Role.BASE_UNTESTED}
_STUBS = {"base": Role.BASE_LABEL, "statistic": Role.STATISTIC_LABEL, "category": Role.LABEL, "net": Role.LABEL}
_ROLES: dict[str, Role] = {
    "count": Role.COUNT,
    "index": Role.INDEX,
    "difference": Role.DIFFERENCE,
    **dict.fromkeys(PERCENTS, Role.PERCENT),
}
_SHADED = frozenset({Role.PERCENT, Role.STATISTIC_PERCENT})


class TableBody:
    """Lays out the figures of the tables of one book.

    Where the workbook takes rows as XML, the figures of all tables are written at once, which is what makes it fast.
    """

    def __init__(self, banner: BannerLayout, tables: Sequence[TableFigures], row_xml: RowXml | None) -> None:
        self._banner = banner
        self._look = banner.book.look
        self._row_xml = row_xml
        self._letters_a_line = int(_LETTERS_A_WIDTH * banner.column_width)
        self._made_styles: dict[tuple[str, Role, bool, bool, int], Sequence[Style]] = {}
        self._cells: list[str] = []
        self._first_cell: dict[str, int] = {}
        if row_xml is not None and tables:
            import polars as pl

            numbers = np.concatenate([table.numbers.ravel() for table in tables])
            self._cells = row_xml.cells(pl.Series(numbers), self._look.missing)
            start = 0
            for table in tables:
                self._first_cell[table.head.table_id] = start
                start += table.numbers.size

    def add(self, table: TableFigures, lines: list[Line]) -> dict[int, int]:
        """Adds the lines of a table. Returns the line of each row's first figure."""
        first_lines: dict[int, int] = {}
        at, count = 0, len(table.lines)
        flags: Sequence[str] | None = table.flags if any(table.flags) else None
        while at < count:
            row = table.lines[at].row
            first_lines[row] = len(lines)
            after = at + 1
            while after < count and table.lines[after].row == row:
                after += 1
            self._add_row(table, row, at, after, flags if table.kinds[row] == "base" else None, lines)
            if table.kinds[row] == "base":
                flags = None
            at = after
        return first_lines

    def _add_row(
        self, table: TableFigures, row: int, first: int, after: int, flags: Sequence[str] | None, lines: list[Line]
    ) -> None:
        """Adds one row: its first figure with letters and p-values, then its other figures."""
        banner, kind = self._banner, table.kinds[row]
        figure = table.lines[first].figure
        role = _role(kind, table.codes[row], figure, table.numbers[first])
        letters = table.letters[row] if any(table.letters[row]) else None
        p_values = self._p_values(table, row) if letters else None
        below = letters is not None and not banner.beside
        left = after - first + below + (p_values is not None) - 1
        tints = self._tints(table, table.numbers[first]) if self._look.heat and role in _SHADED else []

        label = table.labels[row]
        indent = _indent(table, row)
        taken = min(_LABEL_SHOWN, wrapped_lines(label, STUB_WIDTH - _STUB_INDENT - INDENT_A_NET * indent))
        looks = self._styles(kind, role, left == 0, indent=indent)
        if flags is not None:
            looks = _flagged(looks, banner.places, flags)
        height = LINE_HEIGHT * taken if taken > 1 else None
        beside = letters if banner.beside else None
        lines.append(self._figures(table, first, label, beside, _tinted(looks, tints), height))
        if letters is not None and below:
            left -= 1
            longest = max(map(len, letters))
            height = _LETTERS_HEIGHT * min(math.ceil(longest / self._letters_a_line), _LETTERS_SHOWN)
            values: list[Value] = [None, *[text or None for text in letters]]
            lines.append(Line(values, _tinted(self._styles(kind, Role.LETTERS, left == 0), tints), height))
        if p_values is not None:
            left -= 1
            placed = self._placed(None, p_values, blank=None)
            lines.append(Line(placed, _tinted(self._styles(kind, Role.P_VALUE, left == 0), tints), _LETTERS_HEIGHT))
        for place in range(first + 1, after):
            left -= 1
            figure = table.lines[place].figure
            role = _role(kind, table.codes[row], figure, table.numbers[place])
            looks = self._styles(kind, role, left == 0, minor=True)
            lines.append(self._figures(table, place, banner.words.of_figure(figure), None, looks, None))

    def _styles(self, kind: str, role: Role, bottom: bool, *, minor: bool = False, indent: int = 0) -> Sequence[Style]:
        """The styles of one kind of line, the same list each time; `bottom` for the last line of its row."""
        key = (kind, role, bottom, minor, indent)
        made = self._made_styles.get(key)
        if made is None:
            net = kind == "net"
            made = self._made_styles[key] = self._banner.styles(
                Style(_STUBS[kind], bottom=bottom, net=net, minor=minor, indent=indent),
                Style(role, bottom=bottom, net=net, minor=minor),
                None if kind == "base" else Style(Role.LETTERS, bottom=bottom, net=net),
            )
        return made

    def _figures(
        self,
        table: TableFigures,
        place: int,
        label: str,
        letters: Sequence[str] | None,
        styles: Sequence[Style],
        height: float | None,
    ) -> Line:
        """One line of figures, with letters right of them where the layout has it so."""
        if self._row_xml is None:
            missing = self._look.missing or None
            values: list[Value] = [missing if number != number else number for number in table.numbers[place].tolist()]
            marks: list[Value] | None = [text or None for text in letters] if letters else None
            return Line(self._placed(label, values, marks, blank=None), styles, height)
        width = table.numbers.shape[1]
        first = self._first_cell[table.head.table_id] + place * width
        cell = self._row_xml.cell
        cells = self._cells[first : first + width]
        if not self._banner.beside:
            return Line((), styles, height, [cell(label), *cells])
        written = [cell(text or None) for text in letters] if letters else None
        return Line((), styles, height, self._placed(cell(label), cells, written, blank=cell(None)))

    def _placed(
        self, first: _Cell, figures: Sequence[_Cell], letters: Sequence[_Cell] | None = None, *, blank: _Cell
    ) -> list[_Cell]:
        """A line's cells: the stub, every figure in its column, its letters where they have one."""
        banner = self._banner
        placed = [blank] * banner.columns
        placed[0] = first
        for place, figure in zip(banner.places, figures, strict=True):
            placed[place] = figure
        if letters is not None:
            for narrow, text in zip(banner.letter_places, letters, strict=True):
                if narrow is not None:
                    placed[narrow] = text
        return placed

    def _p_values(self, table: TableFigures, row: int) -> list[Value] | None:
        if not table.p_values:
            return None
        found: list[Value] = [
            table.p_values.get((row, at)) if letters else None for at, letters in enumerate(table.letters[row])
        ]
        return found if any(value is not None for value in found) else None

    def _tints(self, table: TableFigures, numbers: FloatArray) -> _Tints:
        """Darker the higher a percent is within its row; the total and untested columns are left out."""
        banner = self._banner
        shown = [at for at, column in enumerate(table.book.banner) if column.letter and table.flags[at] != "**"]
        shares = numbers[shown]
        if np.isfinite(shares).sum() < 2:
            return []
        low = np.nanmin(shares)
        spread = max(np.nanmax(shares) - low, _LEAST_SPREAD)
        steps = np.nan_to_num(np.floor((shares - low) / spread * _TINTS), nan=-1).astype(int) + 1
        return [
            (place, tint)
            for at, tint in zip(shown, np.minimum(steps, _TINTS).tolist(), strict=True)
            for place in range(banner.places[at], banner.last(at) + 1)
        ]


def _indent(table: TableFigures, row: int) -> int:
    """How deep a row stands in nets."""
    at = row - table.kinds.count("base")
    return table.head.indents[at] if 0 <= at < len(table.head.indents) else 0


def _flagged(styles: Sequence[Style], places: Sequence[int], flags: Sequence[str]) -> list[Style]:
    marked = list(styles)
    for place, flag in zip(places, flags, strict=True):
        if flag in _FLAGGED_BASE:
            marked[place] = marked[place]._replace(role=_FLAGGED_BASE[flag])
    return marked


def _tinted(styles: Sequence[Style], tints: _Tints) -> Sequence[Style]:
    if not tints:
        return styles
    shaded = list(styles)
    for place, tint in tints:
        shaded[place] = shaded[place]._replace(tint=tint)
    return shaded


def _role(kind: str, code: str, figure: Figure | str, numbers: FloatArray) -> Role:
    if kind == "base":
        return Role.BASE
    if kind in COUNTED_KINDS:
        return _ROLES[figure]
    if is_share(code):
        return Role.STATISTIC_PERCENT
    if code == "nps":
        return Role.STATISTIC_SCORE
    if code == _NUMBER_OF_ANSWERS:
        return Role.STATISTIC_WHOLE
    if code in _COUNTED_STATISTICS and bool(np.all(np.isnan(numbers) | (numbers == np.round(numbers)))):
        return Role.STATISTIC_WHOLE
    return Role.STATISTIC
