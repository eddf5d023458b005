"""Workbooks: cells as a person sees them, and which sheet holds the data."""

from __future__ import annotations

import datetime as dt

import pytest
import xlsxwriter

from mcode_pipelines.sources import ReadOptions, is_form, read_survey
from mcode_pipelines.survey import ROW, UnreadableUpload
from mcode_pipelines_tests.sources.files import FERRY_DATA, FERRY_FORM, column, old_workbook, rows_of, workbook


def read(path, name="survei.xlsx", **options):
    return read_survey(path, name=name, options=ReadOptions(**options))


def test_numbers_are_text_as_typed(tmp_path):
    path = workbook(tmp_path / "x", {"data": [["id", "S1"], *([f"r{i}", n] for i, n in enumerate(NUMBERS))]})
    assert column(read(path), "S1") == ["1", "2.5", "-3", "0.3", "1234567.891", "628123456789012", "0", "007", "1.0"]


NUMBERS = [1, 2.5, -3, 0.1 + 0.2, 1234567.891, 628123456789012, 0, "007", "1.0"]


def test_dates_are_iso_and_times_have_no_day(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "x")
    sheet = book.add_worksheet("data")
    date, moment, time = (book.add_format({"num_format": f}) for f in ("dd/mm/yyyy", "dd/mm/yy hh:mm", "hh:mm:ss"))
    sheet.write_row(0, 0, ["tanggal", "mulai", "jam", "lahir"])
    sheet.write_datetime(1, 0, dt.datetime(2026, 11, 23), date)
    sheet.write_datetime(1, 1, dt.datetime(2026, 11, 23, 10, 11, 12), moment)
    sheet.write_datetime(1, 2, dt.time(7, 5, 9), time)
    sheet.write_string(1, 3, "31/02/1990")
    book.close()
    assert rows_of(read(tmp_path / "x")) == [("2026-11-23", "2026-11-23T10:11:12", "07:05:09", "31/02/1990")]


def test_truth_values_are_as_excel_shows_them(tmp_path):
    path = workbook(tmp_path / "x", {"data": [["q/1", "q/2", "E1"], [True, False, "true story"], [False, True, None]]})
    assert rows_of(read(path)) == [("TRUE", "FALSE", "true story"), ("FALSE", "TRUE", None)]


def test_formulas_give_their_values_and_errors_are_blank(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "x")
    sheet = book.add_worksheet("data")
    sheet.write_row(0, 0, ["a", "b", "c"])
    sheet.write_formula(1, 0, "=1+1", None, 2)
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    sheet.write_string(1, 2, "=cmd|' /C calc'!A0")
    book.close()
    assert rows_of(read(tmp_path / "x")) == [("2", None, "=cmd|' /C calc'!A0")]


def test_blanks_and_control_characters_go(tmp_path):
    path = workbook(tmp_path / "x", {"data": [["a", "b"], ["  x ", "satu\r\ndua\x0btiga"], ["   ", "y"]]})
    assert rows_of(read(path)) == [("x", "satu\nduatiga"), (None, "y")]


def test_a_table_may_start_anywhere_and_end_in_formatted_nothing(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "x")
    sheet = book.add_worksheet("data")
    sheet.write_row("C4", ["S1", "S2"])
    sheet.write_row("C5", [1, 2])
    sheet.write_row("C7", [3, None])
    sheet.write_blank("J40", None, book.add_format({"bold": True}))
    book.close()
    raw = read(tmp_path / "x")
    assert raw.data.collect().rows() == [(1, "1", "2"), (2, "3", None)]
    assert raw.columns == ["S1", "S2"]
    assert raw.head.source.remarks[0].en == "1 blank row among the data left out."


def test_the_fullest_visible_sheet_is_read_and_the_others_are_named(tmp_path):
    small, large = [["a", "b"], [1, 2]], [["S1", "S2"], *([i, i] for i in range(30))]
    path = workbook(tmp_path / "x", {"notes": small, "data": large[:20], "lists": large, "empty": []}, hidden=["lists"])
    raw = read(path)
    assert raw.head.source.sheet == "data"
    assert raw.head.source.remarks[0].en.startswith("Only the sheet 'data' was read")
    assert "left out: 'notes', 'lists'" in raw.head.source.remarks[0].en


def test_a_person_may_name_the_sheet(tmp_path):
    path = workbook(tmp_path / "x", {"Data": [["a", "b"], [1, 2], [3, 4]], "Wave 2": [["c"], [9]]})
    assert rows_of(read(path, sheet="wave 2")) == [("9",)]
    with pytest.raises(UnreadableUpload, match="has no sheet 'wave 3'; its sheets are 'Data', 'Wave 2'"):
        read(path, sheet="wave 3")


def test_repeat_sheets_are_left_out_with_a_remark(tmp_path):
    members = [["nama", "_index", "_parent_table_name", "_parent_index"]]
    members += [[f"n{i}", i, "survei", i % 2 + 1] for i in range(1, 40)]
    raw = read(workbook(tmp_path / "x", {"survei": FERRY_DATA, "anggota": members}))
    assert raw.head.source.sheet == "survei"
    assert raw.head.source.tool == "kobo"
    assert "repeated groups" in raw.head.source.remarks[0].en
    assert "'anggota'" in raw.head.source.remarks[0].en


def test_an_older_main_sheet_that_points_to_no_parent_is_data(tmp_path):
    rows = [["S6", "_index", "_parent_table_name", "_parent_index"], [1, 1, None, -1], [2, 2, None, -1]]
    raw = read(workbook(tmp_path / "x", {"survei": rows}))
    assert column(raw, "S6") == ["1", "2"]


def test_form_and_data_may_stand_in_one_workbook(tmp_path):
    path = workbook(tmp_path / "x", {**FERRY_FORM, "catatan": [["jangan"], ["lupa"]], "data": FERRY_DATA})
    raw = read(path)
    assert raw.head.source.sheet == "data"
    assert raw.head.form is not None
    assert raw.head.form.survey.records()[2]["name"] == "S6"
    assert column(raw, "S9_L") == ["Roro", None]
    assert not is_form(path, "survei.xlsx")


def test_a_data_sheet_may_be_called_survey(tmp_path):
    raw = read(workbook(tmp_path / "x", {"survey": [["S1", "S2"], [1, 2]]}))
    assert rows_of(raw) == [("1", "2")]
    assert raw.head.form is None


def test_a_form_dropped_as_data_is_refused(tmp_path):
    with pytest.raises(UnreadableUpload, match=r"is a form .* the data file is missing"):
        read(workbook(tmp_path / "x", FERRY_FORM))


def test_old_workbooks_are_read(tmp_path):
    raw = read(old_workbook(tmp_path / "x", {"data": FERRY_DATA}), name="survei.xls")
    assert column(raw, "S6") == ["1", "2"]
    assert column(raw, "S15") == ["34", "27"]
    assert raw.head.source.kind == "xls"


def test_formula_like_and_long_texts_stay_whole(tmp_path):
    long = "panjang " * 4000
    raw = read(workbook(tmp_path / "x", {"data": [["id", "E1"], [1, long]]}))
    assert column(raw, "E1") == [long.strip()]


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        ({"a": [], "b": []}, "is empty"),
        ({"data": [["S1", "S2"]]}, "sheet 'data' holds a header and no data rows"),
    ],
)
def test_workbooks_without_data_are_refused(tmp_path, sheets, reason):
    with pytest.raises(UnreadableUpload, match=reason):
        read(workbook(tmp_path / "x", sheets))


@pytest.mark.parametrize("content", [b"", b"S1,S2\n1,2\n", b"PK\x03\x04 cut off"])
def test_what_is_no_workbook_is_refused_in_one_sentence(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UnreadableUpload) as refused:
        read(tmp_path / "x")
    assert "cannot be read as a workbook" in refused.value.reason
    assert "\n" not in refused.value.reason


def test_a_cut_off_workbook_is_refused(tmp_path):
    whole = workbook(tmp_path / "x", {"data": FERRY_DATA}).read_bytes()
    (tmp_path / "y").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableUpload, match="cut off"):
        read(tmp_path / "y")


def test_row_ids_are_whole_numbers(tmp_path):
    raw = read(workbook(tmp_path / "x", {"data": FERRY_DATA}))
    assert str(raw.data.collect_schema()[ROW]) == "Int64"
