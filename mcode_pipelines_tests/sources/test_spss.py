"""SPSS files: numbers, labels, missing values and response sets."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pyreadstat
import pytest

from mcode_pipelines.sources import read_survey
from mcode_pipelines.survey import ROW, UnreadableUpload
from mcode_pipelines_tests.sources.files import column


@pytest.fixture
def ferry_sav(tmp_path):
    frame = pl.DataFrame(
        {
            "S6": [1.0, 2.0, 9.0, None],
            "bobot": [0.5, 1.25, 1.0, 1.25],
            "E1": ["bagus ", "", "  ", "mahal"],
            "wawancara": [dt.date(2026, 11, 23), None, dt.date(2026, 11, 1), None],
            "A1": [1.0, 97.0, 98.0, 5.0],
        }
    )
    pyreadstat.write_sav(
        frame,
        tmp_path / "x",
        column_labels={"S6": "Jenis kelamin", "A1": "Kepuasan"},
        variable_value_labels={"S6": {1: "Laki-laki", 2: "Perempuan"}, "A1": {1: "Buruk", 99: "Tidak tahu"}},
        missing_ranges={"S6": [9], "A1": [{"lo": 97, "hi": 99}]},
        variable_measure={"S6": "nominal", "A1": "ordinal"},
    )
    return tmp_path / "x"


def test_numbers_stay_numbers_and_texts_are_trimmed(ferry_sav):
    raw = read_survey(ferry_sav, name="feri.sav")
    assert dict(raw.data.collect_schema()) == {
        ROW: pl.Int64,
        "S6": pl.Int64,
        "bobot": pl.Float64,
        "E1": pl.String,
        "wawancara": pl.Date,
        "A1": pl.Int64,
    }
    assert column(raw, "E1") == ["bagus", None, None, "mahal"]
    assert column(raw, "S6") == [1, 2, 9, None]
    assert column(raw, "wawancara")[0] == dt.date(2026, 11, 23)
    assert raw.head.source.tool == "spss"


def test_labels_and_missing_values_go_by_canonical_code(ferry_sav):
    dictionary = read_survey(ferry_sav, name="feri.sav").head.dictionary
    assert dictionary["S6"].label == "Jenis kelamin"
    assert dictionary["S6"].value_labels == {"1": "Laki-laki", "2": "Perempuan"}
    assert dictionary["S6"].missing == ("9",)
    assert dictionary["S6"].measure == "nominal"
    assert dictionary["E1"].label is None


def test_missing_ranges_are_the_values_that_occur_or_are_labelled(ferry_sav):
    assert read_survey(ferry_sav, name="feri.sav").head.dictionary["A1"].missing == ("97", "98", "99")


def test_compressed_files_are_read(tmp_path):
    pyreadstat.write_sav(pl.DataFrame({"S1": [1.0, 2.0]}), tmp_path / "x.zsav", compress=True)
    raw = read_survey(tmp_path / "x.zsav", name="x.zsav")
    assert column(raw, "S1") == [1, 2]
    assert raw.head.source.kind == "zsav"


@pytest.mark.parametrize("content", [b"", b"$FL2@(#) IBM SPSS cut off", b"S1,S2\n1,2\n"])
def test_what_is_no_spss_file_is_refused(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UnreadableUpload, match=r"x\.sav: is damaged or not an SPSS file"):
        read_survey(tmp_path / "x", name="x.sav")


def test_a_file_without_cases_is_refused(tmp_path):
    pyreadstat.write_sav(pl.DataFrame({"S1": pl.Series([], dtype=pl.Float64)}), tmp_path / "x")
    with pytest.raises(UnreadableUpload, match="holds no cases"):
        read_survey(tmp_path / "x", name="x.sav")
