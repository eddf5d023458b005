"""SPSS files: numbers, labels, missing values and response sets."""

from __future__ import annotations

import datetime as dt
import struct

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


def with_weight(path, record, order="<"):
    """The file as SPSS saves it under WEIGHT BY the variable of this record (from 1, continuations counted)."""
    content = bytearray(path.read_bytes())
    struct.pack_into(f"{order}i", content, 76, record)
    path.write_bytes(content)


def with_sets(path, subtype, text):
    """The file with multiple-response sets in its dictionary, as SPSS writes them."""
    content = path.read_bytes()
    end = content.index(struct.pack("<ii", 999, 0))
    record = struct.pack("<iiii", 7, subtype, 1, len(text)) + text.encode()
    path.write_bytes(content[:end] + record + content[end:])


@pytest.mark.parametrize(("ending", "compress"), [("sav", False), ("zsav", True)])
def test_the_weight_of_the_file_is_named_by_its_long_name_and_told(tmp_path, ending, compress):
    frame = pl.DataFrame(
        {
            "kota_tempat_tinggal": ["Bogor", "Kabupaten Tasikmalaya Selatan", "Depok"],
            "umur": [20.0, 30.0, 40.0],
            "penimbang_akhir_survei": [0.5, 1.25, 1.25],
        }
    )
    path = tmp_path / f"x.{ending}"
    pyreadstat.write_sav(
        frame, path, compress=compress, column_labels=["Kota", None, "Bobot"], variable_value_labels={"umur": {20: "x"}}
    )
    strings = -(-max(len(v) for v in frame["kota_tempat_tinggal"]) // 8)
    with_weight(path, strings + 2)
    head = read_survey(path, name=f"x.{ending}").head
    assert head.weight == "penimbang_akhir_survei"
    assert "WEIGHT BY penimbang_akhir_survei" in head.source.remarks[0].en
    assert "WEIGHT BY penimbang_akhir_survei" in head.source.remarks[0].id


@pytest.mark.parametrize("record", [0, 1, 77])
def test_no_weight_a_text_as_weight_and_one_that_is_not_there_weight_nothing(tmp_path, record):
    pyreadstat.write_sav(pl.DataFrame({"nama": ["A", "B"], "w": [1.0, 2.0]}), tmp_path / "x.sav")
    with_weight(tmp_path / "x.sav", record)
    head = read_survey(tmp_path / "x.sav", name="x.sav").head
    assert head.weight is None
    assert head.source.remarks == ()


def test_sets_that_share_variables_keep_all_of_them(tmp_path):
    pyreadstat.write_sav(
        pl.DataFrame({"first": [1.0], "second": [2.0], "prompted": [3.0]}),
        tmp_path / "x.sav",
        variable_value_labels={c: {1: "Teh A", 2: "Teh B", 3: "Teh C"} for c in ("first", "second", "prompted")},
    )
    with_sets(
        tmp_path / "x.sav", 7, "$unaided=C 7 Unaided first second\n$all=C 15 Total awareness first second prompted\n"
    )
    sets = {s.name: s for s in read_survey(tmp_path / "x.sav", name="x.sav").head.response_sets}
    assert sets["unaided"].columns == ("first", "second")
    assert sets["all"].columns == ("first", "second", "prompted")
    assert sets["all"].counted is None


def test_a_set_says_what_it_counts_and_where_its_options_have_their_names(tmp_path):
    pyreadstat.write_sav(
        pl.DataFrame({"m1": [1.0, 2.0], "m2": [2.0, 1.0], "b1": [1.0, 0.0], "b2": [0.0, 1.0]}), tmp_path / "x.sav"
    )
    with_sets(tmp_path / "x.sav", 7, "$media=D1 1 5 Media m1 m2\n")
    with_sets(tmp_path / "x.sav", 19, "$bank=E 1 1 1 5 Banks b1 b2\n")
    sets = {s.name: s for s in read_survey(tmp_path / "x.sav", name="x.sav").head.response_sets}
    assert (sets["media"].counted, sets["media"].labelled_by) == ("1", "variables")
    assert (sets["bank"].counted, sets["bank"].labelled_by) == ("1", "counted_values")
