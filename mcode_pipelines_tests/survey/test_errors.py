from __future__ import annotations

import errno

import polars as pl
import pytest

from mcode_pipelines.survey import SurveyError, user_message


def test_our_own_errors_are_sentences_already():
    assert user_message(SurveyError("column H is empty")) == "column H is empty"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device", "/data/storage/raw_data/.new-x1/kafe.parquet"),
        pl.exceptions.ComputeError("No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_told_whoever_tells_us(error: Exception):
    told = user_message(error)
    assert told is not None
    assert "the disk is full" in told
    assert ".new-" not in told


def test_a_closed_folder_is_told_with_its_path():
    assert "/data/storage" in str(user_message(PermissionError(errno.EACCES, "Permission denied", "/data/storage")))


def test_a_mistake_of_ours_is_no_sentence():
    assert user_message(ZeroDivisionError("division by zero")) is None
