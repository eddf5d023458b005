"""Workbooks: laid-out sheets drawn by xlsxwriter, text always as text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcode_pipelines.delivery.cell_formats import DEFAULT_FONT, format_properties
from mcode_pipelines.delivery.sheet import Line, Sheet, Style
from mcode_pipelines.delivery.spreadsheet_text import plain_text

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_A4 = 9


class Book:
    """One workbook being written."""

    def __init__(self, workbook: Any, *, plain: bool = False) -> None:
        from mcode_pipelines.delivery.row_xml import RowXml, rows_may_be_given

        self.workbook = workbook
        self._formats: dict[Style, Format] = {}
        self.rows_as_xml = not plain and rows_may_be_given()
        self.row_xml = RowXml(self.format_of, workbook.str_table)

    def format_of(self, style: Style) -> Format:
        """The workbook's own format of a style, declared at first use."""
        made = self._formats.get(style)
        if made is None:
            made = self._formats[style] = self.workbook.add_format(format_properties(style))
        return made

    def add(self, sheet: Sheet) -> None:
        """Draw a sheet after those that are there."""
        from mcode_pipelines.delivery.row_xml import RowXmlSheet

        lines = sheet.lines
        if self.rows_as_xml:
            worksheet = self.workbook.add_worksheet(sheet.name, worksheet_class=RowXmlSheet)
            worksheet.give_rows(
                [self.row_xml.render(lines)],
                len(lines),
                max((len(line.values) for line in lines), default=0),
                sheet.merges,
            )
        else:
            worksheet = self.workbook.add_worksheet(sheet.name)
            self._write_cells(worksheet, sheet, lines)
        for link in sheet.links:
            style = lines[link.row].styles[link.column]
            worksheet.write_url(
                link.row,
                link.column,
                f"internal:'{link.sheet}'!A1",
                self.format_of(style),
                string=plain_text(link.text),
            )
        if self.rows_as_xml:
            # A link also writes its cell, which already stands among the rows.
            worksheet.table.clear()
        set_up(worksheet, sheet)

    def _write_cells(self, worksheet: Worksheet, sheet: Sheet, lines: Sequence[Line]) -> None:
        for merge in sheet.merges:
            worksheet.merge_range(*merge, "", self.format_of(lines[merge.first_row].styles[merge.first_column]))
        for row, line in enumerate(lines):
            if line.height is not None:
                worksheet.set_row(row, line.height)
            for column, (value, style) in enumerate(zip(line.values, line.styles, strict=True)):
                look = self.format_of(style)
                if value is None:
                    worksheet.write_blank(row, column, None, look)
                elif isinstance(value, str):
                    worksheet.write_string(row, column, plain_text(value), look)
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
        worksheet.repeat_columns(0)
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


@contextmanager
def new_workbook(path: Path, *, title: str, plain: bool = False, in_memory: bool = True) -> Iterator[Book]:
    """A workbook that is written to `path` when the block ends normally; nothing is written when it does not.

    Raises OSError where the file cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": DEFAULT_FONT,
        "in_memory": in_memory,
        "tmpdir": str(path.parent),
    }
    # Packed in memory: a disk that fills up while xlsxwriter packs would leave its archive open behind it.
    packed = io.BytesIO()
    workbook = xlsxwriter.Workbook(packed, options)
    workbook.set_properties({"title": title, "company": "", "comments": "mcode_pipelines"})
    try:
        yield Book(workbook, plain=plain)
        workbook.close()
    except FileCreateError as wrapped:
        cause = wrapped.args[0] if wrapped.args else None
        raise cause if isinstance(cause, OSError) else OSError(str(wrapped)) from wrapped
    finally:
        # Else it would close itself, and write everything, when it is forgotten.
        workbook.fileclosed = True
    path.write_bytes(packed.getbuffer())
