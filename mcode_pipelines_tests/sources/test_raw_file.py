"""Raw data stored and opened again."""

from __future__ import annotations

import pickle
import resource

import polars as pl
import pytest

from mcode_pipelines.sources import RawSurveyError, open_raw_survey, read_survey, save_raw_survey
from mcode_pipelines.survey import RawSurvey, SourceNotes, SurveyHead, UnreadableUpload
from mcode_pipelines_tests.sources.files import FERRY_DATA, FERRY_FORM, text, workbook


@pytest.fixture
def ferry(tmp_path):
    return read_survey(workbook(tmp_path / "in", {**FERRY_FORM, "data": FERRY_DATA}), name="feri.xlsx")


def test_saved_raw_data_open_as_they_were(tmp_path, ferry):
    save_raw_survey(ferry, tmp_path / "raw.parquet")
    again = open_raw_survey(tmp_path / "raw.parquet")
    assert again.head == ferry.head
    assert again.data.collect().equals(ferry.data.collect())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "raw.parquet"]


def test_a_lazily_scanned_text_file_is_stored_whole(tmp_path):
    content = "id,E1\n" + "".join(f'{i},"jawaban {i},\nbaris"\n' for i in range(50_000))
    save_raw_survey(read_survey(text(tmp_path / "x", content), name="x.csv"), tmp_path / "raw.parquet")
    data = open_raw_survey(tmp_path / "raw.parquet").data.collect()
    assert data.height == 50_000
    assert data.row(49_999) == (50_000, "49999", "jawaban 49999,\nbaris")
    assert data["__row__"].is_sorted()


def test_a_source_that_fails_while_streaming_leaves_nothing(tmp_path):
    broken = pl.LazyFrame({"__row__": [1], "S1": ["x"]}).with_columns(pl.col("S1").cast(pl.Int64))
    notes = SourceNotes(kind="csv", file="x.csv")
    with pytest.raises(UnreadableUpload, match=r"x\.csv: cannot be read to its end"):
        save_raw_survey(RawSurvey(broken, SurveyHead(source=notes, headers=(("S1",),))), tmp_path / "raw.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path, ferry):
    with pytest.raises(RawSurveyError, match=r"feri\.xlsx could not be stored at .*no such file or directory"):
        save_raw_survey(ferry, tmp_path / "nowhere" / "raw.parquet")


@pytest.mark.parametrize("short_by", [10, 400, 2_000])
def test_a_disk_that_fills_up_anywhere_in_the_file_is_not_blamed_on_the_upload(tmp_path, ferry, short_by):
    save_raw_survey(ferry, tmp_path / "whole.parquet")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "whole.parquet").stat().st_size - short_by, before[1]))
    try:
        with pytest.raises(RawSurveyError, match=r"feri\.xlsx could not be stored"):
            save_raw_survey(ferry, tmp_path / "raw.parquet")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [p.name for p in tmp_path.glob("*raw*")] == []


def test_an_older_file_stays_when_the_new_one_fails(tmp_path, ferry):
    save_raw_survey(ferry, tmp_path / "raw.parquet")
    before = (tmp_path / "raw.parquet").read_bytes()
    broken = RawSurvey(ferry.data.with_columns(pl.col("E1").cast(pl.Int64)), ferry.head)
    with pytest.raises(UnreadableUpload):
        save_raw_survey(broken, tmp_path / "raw.parquet")
    assert (tmp_path / "raw.parquet").read_bytes() == before


def test_what_is_no_raw_survey_is_told(tmp_path):
    with pytest.raises(RawSurveyError, match="no raw data at"):
        open_raw_survey(tmp_path / "none.parquet")
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "other.parquet")
    with pytest.raises(RawSurveyError, match="does not hold raw data"):
        open_raw_survey(tmp_path / "other.parquet")
    text(tmp_path / "text.parquet", "hello")
    with pytest.raises(RawSurveyError, match="does not hold raw data"):
        open_raw_survey(tmp_path / "text.parquet")


def test_refusals_travel_between_processes():
    refused = UnreadableUpload("x.csv", "is empty")
    assert str(pickle.loads(pickle.dumps(refused))) == "x.csv: is empty"
