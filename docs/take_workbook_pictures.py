"""Takes the pictures of workbooks that docs/analyst.md and README.md show, from the outputs of `mcode demo`.

Needs what take_table_pictures.py needs, and the folder of the demo's workbooks:

    .venv/bin/mcode demo
    .venv/bin/python -m docs.take_workbook_pictures storage/excel_outputs/ferry-satisfaction-*/
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.styles import Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from docs.take_table_pictures import COLOURS, trimmed

INTO = Path(__file__).parent / "pictures"
DOTS_PER_INCH = 100
ROWS = 16
QUESTION = "E2"


def main(outputs: Path) -> None:
    """Takes all four."""
    (book,) = outputs.glob("*_tabel_001.xlsx")
    (coded,) = outputs.glob("*_coded.xlsx")
    with tempfile.TemporaryDirectory() as folder:
        bench = Path(folder)
        data, frames = bench / "data.xlsx", bench / "frames.xlsx"
        _with_one_sheet(coded, data, 0, _around_the_question)
        _with_one_sheet(coded, frames, 1, _of_the_question)
        for name, path, title in (
            ("tab_book_contents", book, "T0001 "),
            ("tab_book", book, "T0001 B2"),
            ("coded_data", data, f"{QUESTION}_coded"),
            ("code_frames", frames, QUESTION),
        ):
            picture = _first_page(path, bench, after=0 if path != book or name.endswith("contents") else 2, says=title)
            picture.save(INTO / f"{name}.png", optimize=True)
            print(f"{name}: {picture.width} x {picture.height}")


def _with_one_sheet(source: Path, into: Path, sheet: int, cut: Callable[[Worksheet], None]) -> None:
    """A copy of a workbook with one of its sheets, cut to what a picture shows."""
    book = openpyxl.load_workbook(source)
    kept = book.worksheets[sheet]
    for other in [other for other in book.worksheets if other is not kept]:
        book.remove(other)
    kept.auto_filter.ref = None
    cut(kept)
    book.save(into)


def _around_the_question(sheet: Worksheet) -> None:
    header = [cell.value for cell in sheet[1]]
    at = header.index(QUESTION) + 1
    sheet.delete_cols(at + 4, sheet.max_column)
    sheet.delete_cols(1, at - 1)
    sheet.column_dimensions.clear()
    for column, width in enumerate((70, 12, 50, 16), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    empty = [row for row in range(2, 60) if not sheet.cell(row, 1).value]
    for row in reversed(empty):
        sheet.delete_rows(row)
    sheet.delete_rows(ROWS, sheet.max_row)
    thin = Side(style="thin", color="D9D9D9")
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.border = Border(left=thin, right=thin, bottom=thin)
    _one_page(sheet)


def _of_the_question(sheet: Worksheet) -> None:
    rows = [cell.row for cell in sheet["A"] if cell.value == QUESTION]
    sheet.delete_rows(rows[-1] + 1, sheet.max_row)
    sheet.delete_rows(2, rows[0] - 2)
    sheet.delete_rows(ROWS, sheet.max_row)
    for row in range(2, ROWS):
        sheet.row_dimensions[row].height = 54
    _one_page(sheet)


def _one_page(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    sheet.oddFooter.left.text = sheet.oddFooter.right.text = None


def _first_page(path: Path, bench: Path, *, after: int, says: str) -> Image.Image:
    """The first printed page of a workbook, after so many pages, that holds a text."""
    pdf = bench / path.with_suffix(".pdf").name
    if not pdf.is_file():
        convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", bench, path]
        subprocess.run(convert, check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    pages = told.split("\f")[:-1]
    number = next(n for n, page in enumerate(pages, start=1) if n > after and " ".join(says.split()) in _spaced(page))
    at = bench / f"{path.stem}-{number}"
    page = ["-f", str(number), "-l", str(number)]
    subprocess.run(["pdftoppm", "-r", str(DOTS_PER_INCH), *page, "-singlefile", "-png", pdf, at], check=True)
    return trimmed(Image.open(at.with_suffix(".png")).convert("RGB")).quantize(COLOURS)


def _spaced(page: str) -> str:
    return " ".join(page.split())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
