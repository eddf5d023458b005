"""Forms: reading them, telling them from data, and refusing one that belongs to other data."""

from __future__ import annotations

import csv
import io

import pytest

from mcode_pipelines.sources import is_form, read_form, read_survey
from mcode_pipelines.survey import UnreadableUpload
from mcode_pipelines_tests.sources.files import FERRY_DATA, FERRY_FORM, column, old_workbook, text, workbook


def as_csv(rows, delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(
        ["" if cell is None else cell for cell in row] for row in rows
    )
    return out.getvalue()


@pytest.mark.parametrize(("write", "name"), [(workbook, "form.xlsx"), (old_workbook, "form.xls")])
def test_the_three_sheets_of_a_form_are_read(tmp_path, write, name):
    form = read_form(write(tmp_path / "x", FERRY_FORM), name)
    assert form.survey.header[:2] == ("type", "name")
    assert len(form.survey.rows) == 8
    assert form.survey.records()[5] == {"type": "end_group"}
    assert form.choices.records()[3] == {
        "list_name": "ship",
        "name": "96",
        "label::bahasa indonesia (id)": "Lainnya",
        "label::english (en)": "Other",
    }
    assert form.settings.records() == [{"form_title": "Penumpang feri", "form_id": "feri"}]


def test_sheet_names_and_headers_may_be_written_any_way(tmp_path):
    sheets = {" Survey ": [["Type", "Name"], ["text", "E1"]], "Choices": [["list name", "name"], ["a", 1.5]]}
    form = read_form(workbook(tmp_path / "x", sheets), "form.xlsx")
    assert form.survey.records() == [{"type": "text", "name": "E1"}]
    assert form.choices.records() == [{"list name": "a", "name": "1.5"}]
    assert form.settings.rows == ()


def test_a_form_in_csv_is_its_survey_sheet(tmp_path):
    path = text(tmp_path / "x", as_csv(FERRY_FORM["survey"], ";"))
    assert is_form(path, "form.csv")
    assert read_form(path, "form.csv").survey.records()[2]["name"] == "S6"


def test_a_workbook_that_is_no_form_is_refused_as_one(tmp_path):
    path = workbook(tmp_path / "x", {"data": FERRY_DATA})
    assert not is_form(path, "form.xlsx")
    with pytest.raises(UnreadableUpload, match="no sheet called 'survey'"):
        read_form(path, "form.xlsx")
    with pytest.raises(UnreadableUpload, match="no column 'type'"):
        read_form(workbook(tmp_path / "y", {"survey": [["name"], ["E1"]]}), "form.xlsx")
    with pytest.raises(UnreadableUpload, match=r"not \.sav"):
        read_form(path, "form.sav")


def test_forms_are_told_from_data(tmp_path):
    notes = [["rencana", "analisis"], ["S6", "silang"]]
    assert is_form(workbook(tmp_path / "a", FERRY_FORM), "a.xlsx")
    assert is_form(workbook(tmp_path / "b", {**FERRY_FORM, "rencana": notes}), "b.xlsx")
    assert is_form(old_workbook(tmp_path / "c", FERRY_FORM), "c.xls")
    assert not is_form(workbook(tmp_path / "d", {**FERRY_FORM, "data": FERRY_DATA}), "d.xlsx")
    assert not is_form(text(tmp_path / "e", as_csv(FERRY_DATA)), "e.csv")
    assert not is_form(text(tmp_path / "f", "type,name\ncat,Tom\n"), "f.csv")
    assert not is_form(text(tmp_path / "g", "no workbook"), "g.xlsx")
    assert not is_form(text(tmp_path / "h", "anything"), "h.sav")


def test_a_form_comes_along_in_the_head(tmp_path):
    data = text(tmp_path / "d", as_csv(FERRY_DATA, ";"))
    raw = read_survey(data, name="d.csv", form=workbook(tmp_path / "f", FERRY_FORM), form_name="form.xlsx")
    assert raw.head.form is not None
    assert raw.head.form.choices.rows[0] == ("gender", "1", "Laki-laki", "Male")
    assert raw.head.source.tool == "kobo"
    assert column(raw, "S9/96") == ["1", "0"]


LABELS = ["Jenis kelamin", "Kapal apa yang pernah Anda naiki?", "Umur", "Apa saran Anda?"]


@pytest.mark.parametrize(
    "header",
    [
        ["screening/S6", "screening/S9", "S15", "E1"],
        ["screening.S6", "screening.S9", "S15", "E1"],
        LABELS,
        ["Penyaringan/" + LABELS[0], "Penyaringan/" + LABELS[1], LABELS[2], "**Apa saran Anda?**"],
        ["Sex", "Which ships have you taken?/Other", "Age", "What do you\nsuggest?"],
    ],
)
def test_names_group_paths_and_labels_all_say_that_a_form_belongs(tmp_path, header):
    data = text(tmp_path / "d", as_csv([header, [1, 1, 34, "x"]]))
    raw = read_survey(data, name="d.csv", form=workbook(tmp_path / "f", FERRY_FORM), form_name="form.xlsx")
    assert raw.head.form is not None


def test_a_form_of_other_data_is_refused_with_both_names(tmp_path):
    data = text(tmp_path / "d", "umur_anak,berat\n3,12\n")
    with pytest.raises(UnreadableUpload, match=r"anak\.csv: the form feri\.xlsx does not belong to these data"):
        read_survey(data, name="anak.csv", form=workbook(tmp_path / "f", FERRY_FORM), form_name="feri.xlsx")


def test_questions_of_repeats_are_not_looked_for(tmp_path):
    repeated = [["text", f"r{i}"] for i in range(30)]
    sheet = [["type", "name"], ["text", "E1"], ["begin_repeat", "anggota"], *repeated, ["end_repeat", None]]
    form = workbook(tmp_path / "f", {"survey": sheet})
    raw = read_survey(text(tmp_path / "d", "E1,_index\nx,1\n"), name="d.csv", form=form, form_name="f.xlsx")
    assert raw.head.form is not None


def test_a_form_in_csv_dropped_as_data_is_refused(tmp_path):
    path = text(tmp_path / "x", as_csv(FERRY_FORM["survey"]))
    with pytest.raises(UnreadableUpload, match="the data file is missing"):
        read_survey(path, name="form.csv")
