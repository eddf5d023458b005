"""A raw survey as one Parquet file: the cells as its table, the rest as JSON in its key-value metadata."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import polars as pl

from mcode_pipelines.survey import RawSurvey, SurveyError, SurveyHead, UnreadableUpload

_HEAD_KEY = "mcode_survey_head"


class RawSurveyError(SurveyError):
    """Raw data could not be stored, through no fault of the upload."""


def save_raw_survey(raw: RawSurvey, path: Path) -> None:
    """Writes data and head into one zstd Parquet file, streaming; beside `path` first, then renamed.

    Raises UnreadableUpload where the source turns out unreadable while it streams, RawSurveyError
    where the disk refuses. Neither leaves anything at or beside `path`.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        raw.data.sink_parquet(
            beside, compression="zstd", metadata={_HEAD_KEY: raw.head.model_dump_json()}, engine="streaming"
        )
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(path)
    except OSError as error:
        raise RawSurveyError(
            f"The raw data of {raw.head.source.file} could not be stored at {path}: {_plain(error)}; "
            "make room or give write permission there, and start again."
        ) from error
    except pl.exceptions.PolarsError as error:
        if "No space left" in str(error):
            raise RawSurveyError(
                f"The raw data of {raw.head.source.file} could not be stored at {path}: the disk is full; "
                "make room and start again."
            ) from error
        raise UnreadableUpload(
            raw.head.source.file,
            f"cannot be read to its end ({first_line(error)}); export it again and drop the new file",
        ) from error
    finally:
        beside.unlink(missing_ok=True)


def open_raw_survey(path: Path) -> RawSurvey:
    """The raw survey that `save_raw_survey` left at `path`; the data lazily. Raises RawSurveyError."""
    try:
        head = pl.read_parquet_metadata(path)[_HEAD_KEY]
    except FileNotFoundError as error:
        raise RawSurveyError(f"There are no raw data at {path}; read the upload again.") from error
    except (KeyError, OSError, pl.exceptions.PolarsError) as error:
        raise RawSurveyError(f"{path} does not hold raw data of a survey; read the upload again.") from error
    data = pl.scan_parquet(path, glob=False, hive_partitioning=False)
    return RawSurvey(data, SurveyHead.model_validate_json(head))


def _plain(error: OSError) -> str:
    return (error.strerror or first_line(error)).lower()


def first_line(error: Exception) -> str:
    """What an error says, without the advice that libraries give to programmers."""
    return (str(error).strip().splitlines() or ["it cannot be read"])[0]
