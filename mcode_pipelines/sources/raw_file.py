"""A raw survey as one Parquet file: the cells as its table, the rest as JSON in its key-value metadata.

A Parquet upload that needs no cleaning keeps its own bytes, under a footer with that JSON; it has no ROW column then,
and its rows are numbered as they are read.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import polars as pl

from mcode_pipelines.sources.parquet_footer import UnsupportedFooter, copy_with_metadata
from mcode_pipelines.survey import ROW, RawSurvey, SurveyError, SurveyHead, UnreadableUpload

_HEAD_KEY = "mcode_survey_head"
_CELLS_OF_A_GROUP = 16_000_000
_PROBE = 1024 * 1024


class RawSurveyError(SurveyError):
    """Raw data could not be stored, through no fault of the upload."""


def save_raw_survey(raw: RawSurvey, path: Path) -> None:
    """Writes data and head into one Parquet file; beside `path` first, then renamed.

    Data that stand in a Parquet file as they are (`RawSurvey.file`) are copied byte by byte, others stream into a
    zstd one.

    Raises UnreadableUpload where the source turns out unreadable while it streams, RawSurveyError
    where the disk refuses. Neither leaves anything at or beside `path`.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    head = raw.head.model_dump_json()
    try:
        if raw.file is None or not _copied(raw.file, beside, head):
            rows = _rows_of_a_group(raw.data.collect_schema())
            with pl.Config(streaming_chunk_size=rows):
                raw.data.sink_parquet(
                    beside,
                    compression="zstd",
                    compression_level=1,
                    row_group_size=rows,
                    metadata={_HEAD_KEY: head},
                    engine="streaming",
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
        if not _has_room(beside):
            raise RawSurveyError(
                f"The raw data of {raw.head.source.file} could not be stored: the disk is full; "
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
        head = SurveyHead.model_validate_json(pl.read_parquet_metadata(path)[_HEAD_KEY])
        data = scan_parquet(path)
        as_it_came = ROW not in data.collect_schema()
    except FileNotFoundError as error:
        raise RawSurveyError(f"There are no raw data at {path}; read the upload again.") from error
    except (KeyError, OSError, pl.exceptions.PolarsError) as error:
        raise RawSurveyError(f"{path} does not hold raw data of a survey; read the upload again.") from error
    return RawSurvey(with_row_numbers(data), head, path) if as_it_came else RawSurvey(data, head)


def scan_parquet(path: Path) -> pl.LazyFrame:
    """A Parquet file, lazily: nothing of it is believed but the cells (statistics may be wrong, paths no patterns)."""
    return pl.scan_parquet(path, glob=False, hive_partitioning=False, use_statistics=False)


def with_row_numbers(data: pl.LazyFrame) -> pl.LazyFrame:
    """The data with ROW in front: Int64, from 1."""
    return data.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))


def _copied(file: Path, beside: Path, head: str) -> bool:
    """Whether the file's own bytes could be taken over."""
    try:
        copy_with_metadata(file, beside, {**pl.read_parquet_metadata(file), _HEAD_KEY: head})
    except UnsupportedFooter:
        return False
    return bool(pl.read_parquet_metadata(beside).get(_HEAD_KEY) == head)


def _has_room(beside: Path) -> bool:
    """Whether the disk takes another megabyte; polars tells of a full one in errors that do not name it."""
    try:
        with beside.open("ab") as probe:
            probe.write(bytes(_PROBE))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError:
        return False
    return True


def _rows_of_a_group(schema: pl.Schema) -> int:
    """Fewer where there are many columns: a whole group is held in memory, a text cell in 16 bytes and more."""
    return max(_CELLS_OF_A_GROUP // len(schema), 4_096)


def _plain(error: OSError) -> str:
    return (error.strerror or first_line(error)).lower()


def first_line(error: Exception) -> str:
    """What an error says, without the advice that libraries give to programmers."""
    return (str(error).strip().splitlines() or ["it cannot be read"])[0]
