"""A worksheet that takes its rows as finished XML: the fast way into a workbook.

Nine tenths of the cost of a tab book is Python work for every cell inside xlsxwriter. This worksheet keeps everything
xlsxwriter does (packing, styles, print set-up, links) and replaces one step, the writing of `<sheetData>`. It leans
on a few private names of xlsxwriter; `rows_may_be_given` says whether the installed one still has them, and the plain
way, cell by cell, is kept as the fall-back and as the reference of the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from xlsxwriter.format import Format
from xlsxwriter.sharedstrings import SharedStringTable
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from mcode_pipelines.delivery.line_height import LINE_HEIGHT
from mcode_pipelines.delivery.sheet import Line, Merge, Style
from mcode_pipelines.delivery.spreadsheet_text import plain_text

_POINTS_A_PIXEL = 0.75


class RowXmlSheet(Worksheet):  # type: ignore[misc]
    """A worksheet of xlsxwriter whose rows are given as XML."""

    def __init__(self) -> None:
        super().__init__()
        self.rows_xml: Iterable[str] | None = None

    def give_rows(self, rows_xml: Iterable[str], rows: int, columns: int, merges: Sequence[Merge] = ()) -> None:
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


def rows_may_be_given() -> bool:
    """Whether the installed xlsxwriter still has the private names that RowXmlSheet leans on."""
    return (
        hasattr(Worksheet, "_write_sheet_data")
        and hasattr(Format, "_get_xf_index")
        and hasattr(SharedStringTable, "_get_shared_string_index")
        and {"merge", "dim_rowmin", "dim_rowmax", "dim_colmin", "dim_colmax"} <= vars(Worksheet()).keys()
    )


class RowXml:
    """Renders lines as `<row>` elements of one workbook."""

    def __init__(self, format_of: Callable[[Style], Format], strings: SharedStringTable) -> None:
        self._format_of = format_of
        self._strings = strings
        self._string_indices: dict[str, int] = {}
        self._indices: dict[Style, int] = {}
        self._heads: dict[int, tuple[Sequence[Style], list[tuple[str, int]]]] = {}
        self._columns: list[str] = []

    def render(self, lines: Sequence[Line]) -> str:
        """All rows of a sheet."""
        rows: list[str] = []
        known = self._string_indices
        for number, line in enumerate(lines, start=1):
            cells: list[str] = []
            for (column, style), value in zip(self._cell_heads(line.styles), line.values, strict=True):
                if value is None:
                    cells.append(f'<c r="{column}{number}" s="{style}"/>')
                elif isinstance(value, str):
                    index = known[value] if value in known else self._string_index(value)
                    cells.append(f'<c r="{column}{number}" s="{style}" t="s"><v>{index}</v></c>')
                else:
                    cells.append(f'<c r="{column}{number}" s="{style}"><v>{value!r}</v></c>')
            # In whole pixels, and only where it is not the default, as xlsxwriter does.
            points = _POINTS_A_PIXEL * round((line.height or LINE_HEIGHT) / _POINTS_A_PIXEL)
            height = "" if points == LINE_HEIGHT else f' ht="{points:g}" customHeight="1"'
            rows.append(f'<row r="{number}"{height}>{"".join(cells)}</row>')
        return "".join(rows)

    def _string_index(self, text: str) -> int:
        index = self._string_indices[text] = int(self._strings._get_shared_string_index(plain_text(text)))
        return index

    def _cell_heads(self, styles: Sequence[Style]) -> list[tuple[str, int]]:
        # Lines of one kind share their list of styles, so what stands before each value is worked out once a list.
        known = self._heads.get(id(styles))
        if known is not None and known[0] is styles:
            return known[1]
        while len(self._columns) < len(styles):
            self._columns.append(xl_col_to_name(len(self._columns)))
        heads = [(self._columns[at], self.style_index(style)) for at, style in enumerate(styles)]
        self._heads[id(styles)] = (styles, heads)
        return heads

    def style_index(self, style: Style) -> int:
        """The number by which the workbook's cells refer to a style."""
        index = self._indices.get(style)
        if index is None:
            index = self._indices[style] = self._format_of(style)._get_xf_index()
        return index
