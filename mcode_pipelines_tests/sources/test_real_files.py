"""Exports of the survey tools themselves: each is read, or refused as the form that it is."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import polars as pl
import pytest

from mcode_pipelines.sources import is_form, read_form, read_survey
from mcode_pipelines.survey import ROW, UnreadableUpload

FORMS = {
    "kobo_analysistools_msna.csv": "kobo_analysistools_msna.form_survey.csv",
    "kobo_koboloadeR_main.csv": "kobo_koboloadeR_form.xls",
    "kobo_kobocruncher_sample.xlsx": "kobo_kobocruncher_sample_form.xlsx",
    "kobo_kpi_transportation.csv": "kobo_kpi_transportation_form.xls",
    "kobo_kpi_transportation_export.xlsx": "kobo_kpi_transportation_form.xls",
    "kobo_kpi_tutorial.csv": "kobo_kpi_tutorial_form.xls",
    "kobo_kpi_tutorial_w_repeats.csv": "kobo_kpi_tutorial_w_repeats_form.xls",
}
TOOLS = {"kobo": "kobo", "gforms": "google_forms", "spss": "spss"}


@pytest.fixture(scope="module")
def surveys() -> Path:
    if "MCODE_SHARED" not in os.environ:
        pytest.skip("MCODE_SHARED is not set: the real survey files are not there")
    return Path(os.environ["MCODE_SHARED"]) / "data" / "surveys"


@pytest.fixture(scope="module")
def manifest(surveys) -> list[dict[str, str]]:
    with (surveys / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_file_has_the_rows_columns_and_header_rows_of_the_manifest(surveys, manifest):
    assert len(manifest) >= 30
    differ = []
    for entry in manifest:
        name = entry["file"]
        form = FORMS.get(name)
        raw = read_survey(surveys / name, name=name, form=surveys / form if form else None, form_name=form)
        data = raw.data.collect()
        empty_at_the_end = int(entry["columns"]) - len(raw.columns)
        found = (data.height, len(raw.head.headers))
        if found != (int(entry["rows"]), int(entry["header_rows"])) or empty_at_the_end not in (0, 1):
            differ.append((name, found, len(raw.columns), entry["rows"], entry["columns"], entry["header_rows"]))
        assert data[ROW].to_list() == list(range(1, data.height + 1))
        assert all(len(row) == len(raw.columns) for row in raw.head.headers)
    assert differ == []


def test_the_tools_are_recognised_without_a_form(surveys, manifest):
    wrong = []
    for entry in manifest:
        name = entry["file"]
        expected = name.split("_")[0]
        expected = TOOLS.get(expected, None if expected == "id" else expected)
        tool = read_survey(surveys / name, name=name).head.source.tool
        if tool != expected:
            wrong.append((name, tool))
    assert wrong == []


@pytest.mark.parametrize("name", sorted(set(FORMS.values())))
def test_forms_are_forms(surveys, name):
    assert is_form(surveys / name, name)
    assert read_form(surveys / name, name).survey.rows
    with pytest.raises(UnreadableUpload, match="the data file is missing"):
        read_survey(surveys / name, name=name)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_data_are_no_forms_and_a_foreign_form_is_refused(surveys, name):
    assert not is_form(surveys / name, name)
    foreign = "kobo_koboloadeR_form.xls" if "koboloadeR" not in name else "kobo_kpi_tutorial_form.xls"
    with pytest.raises(UnreadableUpload, match="does not belong"):
        read_survey(surveys / name, name=name, form=surveys / foreign, form_name=foreign)


def test_cells_are_those_that_the_csv_reader_of_python_finds(surveys, manifest):
    for entry in manifest:
        if not entry["file"].endswith(".csv") or entry["file"] == "id_musik_likert.csv":
            continue
        with (surveys / entry["file"]).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))[int(entry["header_rows"]) :]
        raw = read_survey(surveys / entry["file"], name=entry["file"])
        width = len(raw.columns)
        expected = [[c.replace("\r\n", "\n").strip() or None for c in row[:width]] for row in rows if any(row)]
        found = [list(row) for row in raw.data.drop(ROW).collect().rows()]
        assert found == expected, entry["file"]


def test_nothing_but_texts_comes_out_of_text_files_and_workbooks(surveys, manifest):
    for entry in manifest:
        if entry["file"].endswith(".sav"):
            continue
        schema = read_survey(surveys / entry["file"], name=entry["file"]).data.collect_schema()
        assert {dtype for column, dtype in schema.items() if column != ROW} == {pl.String()}
