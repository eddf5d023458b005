"""Parquet files: lazily, with their own types."""

from __future__ import annotations

import datetime as dt
import decimal

import polars as pl
import pytest

from mcode_pipelines.sources import read_survey
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
