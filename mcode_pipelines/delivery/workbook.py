"""Workbooks: laid-out sheets drawn by xlsxwriter, text always as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcode_pipelines.delivery.bar_chart import insert_chart
from mcode_pipelines.delivery.cell_formats import DEFAULT_FONT, format_properties
from mcode_pipelines.delivery.sheet import Block, Line, Merge, Sheet, Style, TrendChart
from mcode_pipelines.delivery.spreadsheet_text import cell_text
from mcode_pipelines.delivery.trend_chart import insert_trend

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_A4 = 9


class Book:
    """One workbook being written."""

    def __init__(self, workbook: Any, *, plain: bool = False, decimals: int = 1, language: str | None = None) -> None:
        from mcode_pipelines.delivery.row_xml import RowXml, supports_row_xml

        self.workbook = workbook
        self._decimals, self._language = decimals, language
        self._formats: dict[Style, Format] = {}
        self._placed: dict[str, Worksheet] = {}
        self.rows_as_xml = not plain and supports_row_xml()
        self.row_xml = RowXml(self.format_of, workbook.str_table)

    def format_of(self, style: Style) -> Format:
        """The workbook's own format of a style, declared at first use."""
        made = self._formats.get(style)
        if made is None:
            properties = format_properties(style, self._decimals, self._language)
            made = self._formats[style] = self.workbook.add_format(properties)
        return made

    def place(self, name: str) -> Worksheet:
        """Give a sheet its place after those that are there; it is drawn later."""
        from mcode_pipelines.delivery.row_xml import RowXmlSheet

        worksheet = self.workbook.add_worksheet(name, worksheet_class=RowXmlSheet if self.rows_as_xml else None)
        self._placed[name] = worksheet
        return worksheet

    def add(self, sheet: Sheet) -> None:
        """Draw a sheet, after those that are there unless it has its place."""
        self.add_blocks(sheet, [sheet.block])

    def add_blocks(self, sheet: Sheet, blocks: Iterable[Block]) -> list[int]:
        """Draw a sheet of many blocks, taken one at a time. Returns the first row of each."""
        worksheet = self._placed.pop(sheet.name, None) or self.place(sheet.name)
        self._placed.pop(sheet.name, None)
        first_rows: list[int] = []
        pages: list[int] = []
        rows_xml: list[str] = []
        merges: list[Merge] = []
        row = width = 0
        for block in blocks:
            first_rows.append(row)
            pages += [row + line for line in block.new_pages if row + line]
            moved = [Merge(m.first_row + row, m.first_column, m.last_row + row, m.last_column) for m in block.merges]
            if self.rows_as_xml:
                rows_xml.append(self.row_xml.render(block.lines, row))
                merges += moved
            else:
                self._write_cells(worksheet, block.lines, row, moved)
            self._write_links(worksheet, block, row)
            for chart in block.charts:
                if isinstance(chart, TrendChart):
                    insert_trend(self.workbook, worksheet, chart, row)
                else:
                    insert_chart(self.workbook, worksheet, chart, row)
            row += len(block.lines)
            width = max(width, max((len(line.styles) for line in block.lines), default=0))
        if self.rows_as_xml:
            worksheet.set_rows(rows_xml, row, width, merges)
        set_up(worksheet, sheet)
        if pages:
            worksheet.set_h_pagebreaks(pages)
        return first_rows

    def _write_links(self, worksheet: Worksheet, block: Block, first_row: int) -> None:
        for link in block.links:
            style = block.lines[link.row].styles[link.column]
            worksheet.write_url(
                first_row + link.row,
                link.column,
                f"internal:'{link.sheet}'!A{link.to_row + 1}",
                self.format_of(style),
                string=cell_text(link.text),
            )
        if self.rows_as_xml:
            # A link also writes its cell, which already stands among the rows.
            worksheet.table.clear()

    def _write_cells(
        self, worksheet: Worksheet, lines: Sequence[Line], first_row: int, merges: Sequence[Merge]
    ) -> None:
        for merge in merges:
            style = lines[merge.first_row - first_row].styles[merge.first_column]
            worksheet.merge_range(*merge, "", self.format_of(style))
        for row, line in enumerate(lines, start=first_row):
            if line.height is not None:
                worksheet.set_row(row, line.height)
            for column, (value, style) in enumerate(zip(line.values, line.styles, strict=True)):
                look = self.format_of(style)
                if value is None:
                    worksheet.write_blank(row, column, None, look)
                elif isinstance(value, str):
                    worksheet.write_string(row, column, cell_text(value), look)
                else:
                    worksheet.write_number(row, column, value, look)


def set_up(worksheet: Worksheet, sheet: Sheet) -> None:
    """Everything of a sheet beside its cells: widths, frozen panes, the printed page."""
    first = 0
    for last in range(len(sheet.widths)):
        if last + 1 == len(sheet.widths) or sheet.widths[last + 1] != sheet.widths[first]:
            worksheet.set_column(first, last, sheet.widths[first])
            first = last + 1
    if sheet.freeze != (0, 0):
        worksheet.freeze_panes(*sheet.freeze)
    if sheet.autofilter is not None:
        worksheet.autofilter(*sheet.autofilter)
    if sheet.landscape:
        worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    if sheet.page_breaks:
        # Excel heeds page breaks only on sheets that are not fitted to a number of pages.
        worksheet.set_print_scale(sheet.scale or 100)
        worksheet.set_v_pagebreaks(list(sheet.page_breaks))
        worksheet.repeat_columns(0, sheet.repeat_columns)
    elif sheet.scale is not None:
        worksheet.set_print_scale(sheet.scale)
    else:
        worksheet.fit_to_pages(1, 0)
    if not sheet.gridlines:
        worksheet.hide_gridlines(2)
    if sheet.repeat is not None:
        worksheet.repeat_rows(*sheet.repeat)
    if sheet.tab_colour:
        worksheet.set_tab_color(sheet.tab_colour)
    worksheet.set_footer(
        f"&L&8{_footer_text(sheet.footer_text)}&R&8{sheet.page_word} &P / &N" if sheet.page_word else ""
    )


def _footer_text(text: str) -> str:
    # An ampersand starts a command in a footer; Excel allows 255 characters for the whole footer.
    return " ".join(text.split())[:80].replace("&", "&&")


_CREATED = datetime(2000, 1, 1)
"""Of every workbook: the same input gives the same file, to the last byte."""


@contextmanager
def new_workbook(
    path: Path,
    *,
    title: str,
    plain: bool = False,
    in_memory: bool = True,
    decimals: int = 1,
    language: str | None = None,
) -> Iterator[Book]:
    """A workbook that is written to `path` when the block ends normally; nothing is written when it does not.

    Raises OSError where the file cannot be written.
    """
    from xlsxwriter.exceptions import FileCreateError

    from mcode_pipelines.delivery.packager import QuickWorkbook

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": DEFAULT_FONT,
        "in_memory": in_memory,
        "tmpdir": str(path.parent),
    }
    # Packed in memory: a disk that fills up while xlsxwriter packs would leave its archive open behind it.
    workbook = QuickWorkbook(options)
    about = {"title": title, "company": "", "comments": "mcode_pipelines", "created": _CREATED}
    workbook.set_properties(about)
    try:
        yield Book(workbook, plain=plain, decimals=decimals, language=language)
        workbook.close()
    except FileCreateError as wrapped:
        cause = wrapped.args[0] if wrapped.args else None
        raise cause if isinstance(cause, OSError) else OSError(str(wrapped)) from wrapped
    finally:
        # Else it would close itself, and write everything, when it is forgotten.
        workbook.fileclosed = True
    path.write_bytes(workbook.packed())
