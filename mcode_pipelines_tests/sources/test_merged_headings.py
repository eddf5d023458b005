"""Headings over several columns: what merged cells cover, and where no cells are merged."""

from __future__ import annotations

import xlsxwriter

from mcode_pipelines.sources import read_survey
from mcode_pipelines_tests.sources.files import workbook


def answers(width, first_column=0):
    return [[*[None] * first_column, i, *((i * k) % 5 + 1 for k in range(1, width))] for i in range(1, 21)]


def test_a_merged_heading_stands_over_the_columns_that_it_covers_and_no_further(tmp_path):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Daten")
        sheet.merge_range(3, 2, 3, 3, "Service")
        sheet.merge_range(3, 5, 3, 6, "Preis")
        sheet.write(3, 1, "Nr")
        sheet.write_row(4, 2, ["Tempo", "Ton", "Alter", "Höhe", "Klarheit", "Wohnjahre"])
        for number, row in enumerate(answers(7, 1), start=5):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
    raw = read_survey(path, name="x.xlsx")
    assert raw.columns == [
        *("Nr", "Service [Tempo]", "Service [Ton]", "Alter", "Preis [Höhe]", "Preis [Klarheit]", "Wohnjahre")
    ]


def test_a_heading_in_the_middle_row_goes_on_within_its_own_heading(tmp_path):
    header = [
        ["Orang", None, "Penilaian", None, None, None],
        ["No", "Usia", "Menu", None, "Tempat", None],
        [None, None, "Harga", "Rasa", "Harga", "Kebersihan"],
    ]
    raw = read_survey(workbook(tmp_path / "x.xlsx", {"Isian": [*header, *answers(6)]}), name="x.xlsx")
    assert raw.columns == [
        *("Orang [No]", "Orang [Usia]", "Penilaian [Menu - Harga]", "Penilaian [Menu - Rasa]"),
        *("Penilaian [Tempat - Harga]", "Penilaian [Tempat - Kebersihan]"),
    ]


def test_rows_are_numbered_as_the_spreadsheet_does_below_blank_ones(tmp_path):
    rows = [[], [], ["No", "A", "B"], *answers(3), ["Total", 60, 50]]
    raw = read_survey(workbook(tmp_path / "x.xlsx", {"Isian": rows}), name="x.xlsx")
    assert any("row 24 'Total'" in remark.en for remark in raw.head.source.remarks)
