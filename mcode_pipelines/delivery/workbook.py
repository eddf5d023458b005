"""Workbooks: laid-out sheets drawn by xlsxwriter, text always as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcode_pipelines.delivery.cell_formats import format_properties
from mcode_pipelines.delivery.sheet import Line, Sheet, Style, Value

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT = 32_767
"""Excel's limit for the text of one cell, in UTF-16 units."""
_CUT_MARK = "…"
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

        lines = [_safe(line) for line in sheet.lines]
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

    def _write_cells(self, worksheet: Worksheet, sheet: Sheet, lines: list[Line]) -> None:
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
                    worksheet.write_string(row, column, value, look)
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
    worksheet.fit_to_pages(sheet.pages_wide, 0)
    if not sheet.gridlines:
        worksheet.hide_gridlines(2)
    if sheet.repeat is not None:
        worksheet.repeat_rows(*sheet.repeat)
    if sheet.pages_wide > 1:
        worksheet.repeat_columns(0)
    if sheet.tab_colour:
        worksheet.set_tab_color(sheet.tab_colour)
    worksheet.set_footer(
        f"&L&8{_footer_text(sheet.footer_text)}&R&8{sheet.page_word} &P / &N" if sheet.page_word else ""
    )


def _footer_text(text: str) -> str:
    # An ampersand starts a command in a footer; Excel allows 255 characters for the whole footer.
    return " ".join(text.split())[:80].replace("&", "&&")


def plain_text(text: str) -> str:
    """Text as a cell takes it: at most 32,767 UTF-16 units (cut with an ellipsis), never mistaken for rich text."""
    if len(text) * 2 > LONGEST_TEXT and len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_TEXT:
        while len(text.encode("utf-16-le", "surrogatepass")) > 2 * (LONGEST_TEXT - 1):
            excess = len(text.encode("utf-16-le", "surrogatepass")) // 2 - (LONGEST_TEXT - 1)
            text = text[: -max(1, excess // 2)]
        text += _CUT_MARK
    # xlsxwriter passes a shared string between these marks on as XML; a blank at the end keeps it text.
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "
    return text


def _safe(line: Line) -> Line:
    if not any(
        isinstance(value, str) and (len(value) > LONGEST_TEXT // 2 or value[:3] == "<r>") for value in line.values
    ):
        return line
    values: list[Value] = [plain_text(value) if isinstance(value, str) else value for value in line.values]
    return Line(values, line.styles, line.height)


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
        "in_memory": in_memory,
        "tmpdir": str(path.parent),
    }
    workbook = xlsxwriter.Workbook(str(path), options)
    workbook.set_properties({"title": title, "company": "", "comments": "mcode_pipelines"})
    yield Book(workbook, plain=plain)
    try:
        workbook.close()
    except FileCreateError as wrapped:
        cause = wrapped.args[0] if wrapped.args else None
        if isinstance(cause, OSError):
            raise cause from wrapped
        raise OSError(str(wrapped)) from wrapped
