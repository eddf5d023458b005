"""Parquet files: lazily, with their own types."""

from __future__ import annotations

import datetime as dt
import decimal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mcode_pipelines.sources import open_raw_survey, read_survey, save_raw_survey, scan_survey
from mcode_pipelines.survey import ROW, UnreadableUpload
from mcode_pipelines_tests.sources.files import column


def read(path):
    return read_survey(path, name="survei.parquet")


def test_types_are_kept(tmp_path):
    frame = pl.DataFrame(
        {
            "S1": pl.Series([1, None], dtype=pl.Int8),
            "bobot": [0.5, float("nan")],
            "E1": [" bagus", "  "],
            "tanggal": [dt.date(2026, 11, 23), None],
            "kota": pl.Series(["Medan", "Bali"], dtype=pl.Categorical()),
            "harga": [decimal.Decimal("1.50"), None],
            "kosong": pl.Series([None, None], dtype=pl.Null),
        }
    )
    frame.write_parquet(tmp_path / "x")
    raw = read(tmp_path / "x")
    assert raw.data.collect().schema == {
        ROW: pl.Int64,
        "S1": pl.Int8,
        "bobot": pl.Float64,
        "E1": pl.String,
        "tanggal": pl.Date,
        "kota": pl.String,
        "harga": pl.Float64,
        "kosong": pl.String,
    }
    assert raw.data.collect().rows()[0] == (1, 1, 0.5, "bagus", dt.date(2026, 11, 23), "Medan", 1.5, None)
    assert raw.data.collect().rows()[1] == (2, None, None, None, None, "Bali", None, None)


def test_folders_named_like_columns_add_none(tmp_path):
    folder = tmp_path / "wave=2" / "[ab]"
    folder.mkdir(parents=True)
    pl.DataFrame({"S1": [1]}).write_parquet(folder / "x")
    assert read(folder / "x").columns == ["S1"]


def test_a_row_id_of_ours_is_not_a_source_column(tmp_path):
    pl.DataFrame({ROW: [5, 6], "S1": [1, 2]}).write_parquet(tmp_path / "x")
    raw = read(tmp_path / "x")
    assert raw.columns == ["S1"]
    assert column(raw, ROW) == [1, 2]


@pytest.mark.parametrize(
    ("values", "word"), [([[1, 2]], "lists or structures"), ([{"a": 1}], "lists or structures"), ([b"x"], "binary")]
)
def test_columns_that_are_no_cells_are_refused_by_name(tmp_path, values, word):
    pl.DataFrame({"S1": [1], "jawaban": values}).write_parquet(tmp_path / "x")
    with pytest.raises(UnreadableUpload, match=f"column 'jawaban' holds {word}"):
        read(tmp_path / "x")


def test_empty_and_damaged_files_are_refused(tmp_path):
    pl.DataFrame({"S1": []}).write_parquet(tmp_path / "x")
    with pytest.raises(UnreadableUpload, match="holds no data"):
        read(tmp_path / "x")
    (tmp_path / "y").write_bytes((tmp_path / "x").read_bytes()[:20])
    with pytest.raises(UnreadableUpload, match="damaged or not a Parquet file"):
        read(tmp_path / "y")


def test_a_file_that_needs_no_cleaning_is_stored_with_its_own_bytes(tmp_path):
    frame = pl.DataFrame({"S6": pl.Series([1, None, 3], dtype=pl.UInt8), "kota": ["Medan", None, "Bali"]})
    frame.write_parquet(tmp_path / "x", metadata={"from": "the field office"})
    raw = read(tmp_path / "x")
    save_raw_survey(raw, tmp_path / "raw.parquet")
    given, stored = (tmp_path / "x").read_bytes(), (tmp_path / "raw.parquet").read_bytes()
    footer = int.from_bytes(given[-8:-4], "little") + 8
    assert stored.startswith(given[:-footer])
    again = open_raw_survey(tmp_path / "raw.parquet")
    assert again.head == raw.head
    assert again.data.collect().equals(frame.insert_column(0, pl.Series(ROW, [1, 2, 3])))
    assert pl.read_parquet_metadata(tmp_path / "raw.parquet")["from"] == "the field office"

    # And once more from there, as the lake does.
    save_raw_survey(again, tmp_path / "once more.parquet")
    assert open_raw_survey(tmp_path / "once more.parquet").data.collect().equals(again.data.collect())


@pytest.mark.parametrize("answer", [" Medan", "Medan ", "Me\x07dan", "", "\u00a0Medan", "a\r\nb"])
def test_one_odd_cell_has_its_column_cleaned_and_no_other(tmp_path, answer):
    rows = 3_000
    answers = {"kota": ["Bali"] * rows, "kode": ["1"] * rows, "E1": [f"jawaban {i}" for i in range(rows)]}
    for column_name in answers:
        odd = {**answers, column_name: [*answers[column_name][:-1], answer]}
        pl.DataFrame(odd).write_parquet(tmp_path / "x")
        save_raw_survey(read(tmp_path / "x"), tmp_path / "raw.parquet")
        stored = open_raw_survey(tmp_path / "raw.parquet").data.collect()
        clean = {" Medan": "Medan", "Medan ": "Medan", "Me\x07dan": "Medan", "": None, "\u00a0Medan": "Medan"}
        assert stored[column_name].to_list() == [*answers[column_name][:-1], clean.get(answer, "a\nb")]
        assert stored.columns == [ROW, *answers]
        for other in answers.keys() - {column_name}:
            assert stored[other].to_list() == answers[other]


def test_a_file_scanned_where_it_lies_reads_as_one_that_is_read_whole(tmp_path):
    pl.DataFrame(
        {
            " kota ": ["Medan", " Bali\x07 ", None, " "],
            "kode": ["1", "2", None, "96"],
            "bobot": [0.5, float("nan"), None, 2.0],
            "S1": pl.Series(["a", None, "b", "a"], dtype=pl.Categorical()),
            "jawaban": ["baris\r\ndua", "\x00", "ya", "tidak"],
        }
    ).write_parquet(tmp_path / "x")
    scanned = scan_survey(tmp_path / "x", "survei.parquet")
    assert_frame_equal(scanned.data.collect(), read(tmp_path / "x").data.collect())
    assert scanned.data.select("kota").collect()["kota"].to_list() == ["Medan", "Bali", None, None]
