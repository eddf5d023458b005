"""Survey files for the tests of this room, written as the survey tools write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import xlsxwriter

from mcode_pipelines.survey import ROW, RawSurvey


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], hidden: Sequence[str] = ()) -> Path:
    """An .xlsx file of these sheets; None leaves a cell out."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
        if name in hidden:
            sheet.hide()
    book.close()
    return path


def old_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """The same as .xls."""
    import xlwt

    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
    book.save(str(path))
    return path


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    """A text file; line ends as given."""
    path.write_bytes(content.encode(encoding))
    return path


def rows_of(raw: RawSurvey) -> list[tuple[object, ...]]:
    """The cells without the row id."""
    return raw.data.drop(ROW).collect().rows()


def column(raw: RawSurvey, name: str) -> list[object]:
    """One column's cells."""
    return raw.data.select(pl.col(name)).collect().to_series().to_list()


FERRY_FORM: dict[str, list[list[object]]] = {
    "survey": [
        ["type", "name", "label::Bahasa Indonesia (id)", "label::English (en)", "relevant"],
        ["start", "start", None, None, None],
        ["begin_group", "screening", "Penyaringan", "Screening", None],
        ["select_one gender", "S6", "Jenis kelamin", "Sex", None],
        ["select_multiple ship", "S9", "Kapal apa yang pernah Anda naiki?", "Which ships have you taken?", None],
        ["text", "S9_L", "Lainnya, sebutkan", "Other, specify", "selected(${S9}, '96')"],
        ["end_group", None, None, None, None],
        ["integer", "S15", "Umur", "Age", None],
        ["text", "E1", "Apa saran Anda?", "What do you suggest?", None],
    ],
    "choices": [
        ["list_name", "name", "label::Bahasa Indonesia (id)", "label::English (en)"],
        ["gender", 1, "Laki-laki", "Male"],
        ["gender", 2, "Perempuan", "Female"],
        ["ship", 1, "KMP Portlink", "KMP Portlink"],
        ["ship", 96, "Lainnya", "Other"],
    ],
    "settings": [["form_title", "form_id"], ["Penumpang feri", "feri"]],
}
"""An XLSForm of a few questions."""

FERRY_DATA: list[list[object]] = [
    ["start", "S6", "S9", "S9/1", "S9/96", "S9_L", "S15", "E1", "_id", "_uuid", "_submission_time", "_index"],
    ["2026-11-01T08:00:00", 1, "1 96", 1, 1, "Roro", 34, "lebih cepat", 501, "u-1", "2026-11-01T09:00:00", 1],
    ["2026-11-01T08:30:00", 2, "1", 1, 0, None, 27, None, 502, "u-2", "2026-11-01T09:10:00", 2],
]
"""Its data as Kobo exports them with names for headers."""
