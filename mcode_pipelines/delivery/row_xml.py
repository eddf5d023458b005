"""A worksheet that takes its rows as finished XML: the fast way into a workbook.

Nine tenths of the cost of a tab book is Python work for every cell inside xlsxwriter. This worksheet keeps everything
xlsxwriter does (packing, styles, print set-up, links) and replaces one step, the writing of `<sheetData>`. It leans
on a few private names of xlsxwriter; `supports_row_xml` says whether the installed one still has them, and the plain
way, cell by cell, is kept as the fall-back and as the reference of the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from mcode_pipelines.delivery.sheet import Line, Merge, Style, Value
from mcode_pipelines.delivery.spreadsheet_text import cell_text
from mcode_pipelines.delivery.text_metrics import LINE_HEIGHT

_POINTS_A_PIXEL = 0.75
_BLANK = "/>"
_ROW = "\x00"
"""Stands for the number of the row in the XML before the values of a line; no cell text gets there."""
_ROWS_ALIKE = 256
"""Tables on sheets of their own end before this row, as a rule; further down no row is like another."""


class RowXmlSheet(Worksheet):  # type: ignore[misc]
    """A worksheet of xlsxwriter whose rows are given as XML."""

    def __init__(self) -> None:
        super().__init__()
        self.rows_xml: Iterable[str] | None = None

    def set_rows(self, rows_xml: Iterable[str], rows: int, columns: int, merges: Sequence[Merge] = ()) -> None:
        """Take the `<row>` elements (in order, any number a string) of a sheet of so many rows and columns."""
        self.rows_xml = rows_xml
        self.dim_rowmin = self.dim_colmin = 0
        self.dim_rowmax, self.dim_colmax = max(rows - 1, 0), max(columns - 1, 0)
        self.merge.extend([m.first_row, m.first_column, m.last_row, m.last_column] for m in merges)

    def _write_sheet_data(self) -> None:
        if self.rows_xml is None:
            super()._write_sheet_data()
            return
        self.fh.write("<sheetData>")
        for part in self.rows_xml:
            self.fh.write(part)
        self.fh.write("</sheetData>")

    def _write_merge_cells(self) -> None:
        if not self.merge:
            return
        merged = [f'<mergeCells count="{len(self.merge)}">']
        names = _column_names(1 + max(last for *_, last in self.merge))
        merged += [
            f'<mergeCell ref="{names[left]}{top + 1}:{names[right]}{bottom + 1}"/>'
            for top, left, bottom, right in self.merge
        ]
        self.fh.write("".join([*merged, "</mergeCells>"]))


def supports_row_xml() -> bool:
    """Whether the installed xlsxwriter still has the private names that RowXmlSheet leans on."""
    return (
        hasattr(Worksheet, "_write_sheet_data")
        and hasattr(Worksheet, "_write_merge_cells")
        and hasattr(Format, "_get_xf_index")
        and hasattr(SharedStringTable, "_get_shared_string_index")
        and {"merge", "dim_rowmin", "dim_rowmax", "dim_colmin", "dim_colmax"} <= vars(Worksheet()).keys()
    )


_known_columns: list[str] = []


def _column_names(columns: int) -> list[str]:
    """A, B, ... for at least so many columns."""
    while len(_known_columns) < columns:
        _known_columns.append(xl_col_to_name(len(_known_columns)))
    return _known_columns


class _Skeleton(NamedTuple):
    """The cells of a line without their values."""

    styles: Sequence[Style]
    xml: str
    numbered: dict[int, str]
    """By number of the row."""


def _height(line: Line) -> str:
    # In whole pixels, and only where it is not the default, as xlsxwriter does.
    if line.height is None:
        return ""
    points = _POINTS_A_PIXEL * round(line.height / _POINTS_A_PIXEL)
    return "" if points == LINE_HEIGHT else f' ht="{points:g}" customHeight="1"'


class RowXml:
    """Renders lines as `<row>` elements of one workbook."""

    def __init__(self, format_of: Callable[[Style], Format], strings: SharedStringTable) -> None:
        self._format_of = format_of
        self._strings = strings
        self._string_cells: dict[str, str] = {}
        self._indices: dict[Style, int] = {}
        self._skeletons: dict[int, _Skeleton] = {}
        self._repeated: dict[int, tuple[Line, str]] = {}

    def render(self, lines: Sequence[Line], first_row: int = 0) -> str:
        """All rows of a block whose first line is row `first_row` (from 0) of its sheet."""
        rows: list[str] = []
        for number, line in enumerate(lines, start=first_row + 1):
            if line.repeated:
                rows.append(self._once(line).replace(_ROW, str(number)))
            else:
                rows.append(
                    f'<row r="{number}"{_height(line)}>{self._before(line.styles, number) % self._cells(line)}</row>'
                )
        return "".join(rows)

    def _once(self, line: Line) -> str:
        """The XML of a line of many sheets, with `_ROW` for its number."""
        known = self._repeated.get(id(line))
        if known is None or known[0] is not line:
            xml = f'<row r="{_ROW}"{_height(line)}>{self._skeleton(line.styles) % self._cells(line)}</row>'
            known = self._repeated[id(line)] = line, xml
        return known[1]

    def _cells(self, line: Line) -> tuple[str, ...]:
        if line.cells is not None:
            return tuple(line.cells)
        known = self._string_cells
        return tuple(
            [_BLANK if value is None else known[value] if value in known else self.cell(value) for value in line.values]
        )

    def _before(self, styles: Sequence[Style], number: int) -> str:
        """What stands before the values of a line in row `number`.

        Lines of one kind share their list of styles and tables their rows, so nearly everything is asked for again.
        """
        known = self._skeletons.get(id(styles))
        if known is None or known.styles is not styles:
            return self._skeleton(styles).replace(_ROW, str(number))
        if number > _ROWS_ALIKE:
            return known.xml.replace(_ROW, str(number))
        before = known.numbered.get(number)
        if before is None:
            before = known.numbered[number] = known.xml.replace(_ROW, str(number))
        return before

    def cell(self, value: Value) -> str:
        """What follows a cell's place and style: its value and its end."""
        if value is None:
            return _BLANK
        if not isinstance(value, str):
            return f"><v>{value!r}</v></c>"
        known = self._string_cells.get(value)
        if known is None:
            index = int(self._strings._get_shared_string_index(cell_text(value)))
            known = self._string_cells[value] = f' t="s"><v>{index}</v></c>'
        return known

    def cells(self, numbers: pl.Series, missing: str) -> list[str]:
        """`cell` of many numbers at once; NaN stands for the missing mark."""
        without = self.cell(missing or None)
        return (
            pl.select(
                pl.when(numbers.is_nan())
                .then(pl.lit(without))
                .otherwise(pl.concat_str(pl.lit("><v>"), numbers.cast(pl.String), pl.lit("</v></c>")))
            )
            .to_series()
            .to_list()
        )

    def _skeleton(self, styles: Sequence[Style]) -> str:
        """The same with `_ROW` for the number."""
        known = self._skeletons.get(id(styles))
        if known is not None and known.styles is styles:
            return known.xml
        names = _column_names(len(styles))
        xml = "".join(f'<c r="{names[at]}{_ROW}" s="{self.style_index(style)}"%s' for at, style in enumerate(styles))
        self._skeletons[id(styles)] = _Skeleton(styles, xml, {})
        return xml

    def style_index(self, style: Style) -> int:
        """The number by which the workbook's cells refer to a style."""
        index = self._indices.get(style)
        if index is None:
            index = self._indices[style] = self._format_of(style)._get_xf_index()
        return index
