"""Of several sheets the raw one is taken, not one that was made from it."""

from __future__ import annotations

import itertools

import pytest
import xlsxwriter

from mcode_pipelines.sources import read_survey
from mcode_pipelines_tests.sources.files import rows_of, workbook

TOWNS = ["Bogor", "Depok", "Solo"]
RAW = [["No", "Kota", "Nilai"], *[[i, TOWNS[i % 3], 1 + i % 5] for i in range(1, 31)]]
RECODED = [
    ["No", "Kota", "Nilai", "Kode kota", "Skor", "Kelompok"],
    *[[i, TOWNS[i % 3], 1 + i % 5, i % 3, (i % 5) * 20, "A" if i % 2 else "B"] for i in range(1, 31)],
]
PIVOT = [["Row Labels", "Count of No"], ["Bogor", 10], ["Depok", 10], ["Solo", 10], ["Grand Total", 30]]


def read(path, sheets):
    return read_survey(workbook(path / "x.xlsx", sheets), name="x.xlsx")


def told(raw):
    return " ".join(raw.head.source.remarks_in("en"))


@pytest.mark.parametrize(
    ("raw_name", "derived"),
    [
        ("Form Responses 1", "Olah data"),
        ("Data mentah", "Sheet2"),
        ("Sheet1", "Coding"),
        ("RAW", "Data"),
        ("Data", "Rekap skor"),
    ],
)
def test_the_raw_sheet_is_taken_wherever_it_stands(tmp_path, raw_name, derived):
    for order in itertools.permutations([(raw_name, RAW), (derived, RECODED), ("Pivot", PIVOT)]):
        raw = read(tmp_path, dict(order))
        assert raw.head.source.sheet == raw_name
        assert len(rows_of(raw)) == 30
        assert f"'{derived}' were not taken for the data" in told(raw)


def test_a_sheet_of_formulas_was_computed_from_another(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "x.xlsx")
    computed, typed = book.add_worksheet("Lembar 1"), book.add_worksheet("Lembar 2")
    for number, row in enumerate(RAW):
        typed.write_row(number, 0, row)
        for column, cell in enumerate([*row, *row[1:], *row[1:]]):
            computed.write_formula(number, column, f"='Lembar 2'!{'ABCBCBC'[column]}{number + 1}", None, cell)
    book.close()
    raw = read_survey(tmp_path / "x.xlsx", name="x.xlsx")
    assert raw.head.source.sheet == "Lembar 2"
    assert "looks like what they were made from" in told(raw)


def test_a_list_or_another_survey_is_not_what_the_fullest_was_made_from(tmp_path):
    towns = [["Kode wilayah", "Wilayah"], *[[f"W{i}", f"Desa {i}"] for i in range(60)]]
    assert read(tmp_path, {"Hasil olah": RECODED, "Daftar": towns}).head.source.sheet == "Hasil olah"


def test_the_fullest_is_taken_where_nothing_tells_one_from_the_other(tmp_path):
    assert read(tmp_path, {"Juni": RAW, "Juli": RECODED}).head.source.sheet == "Juli"
