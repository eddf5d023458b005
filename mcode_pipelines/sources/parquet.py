"""Parquet files: scanned lazily, types kept.

Reading decodes every cell of the file once, a few columns at a time. That tells which columns need cleaning (most
files have none, and are stored as they are), and it happens in a process that can be killed: whoever reads the stored
file later decodes nothing that has not been decoded before. A process that goes on with the data itself and may be lost
to them reads a column when it is asked for, and cleans it then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.sources.header import unique_names
from mcode_pipelines.sources.raw_file import scan_parquet, with_row_numbers
from mcode_pipelines.sources.source import ReadOptions
from mcode_pipelines.sources.survey_tool import detect_tool
from mcode_pipelines.sources.text_table import cleaned
from mcode_pipelines.survey import ROW, RawSurvey, Remark, SourceNotes, SurveyHead, UnreadableUpload, bytes_of_cell

_BYTES_AT_ONCE = 80 << 20
_FEW_ANSWERS = 255


class ParquetSource:
    """Parquet files of flat columns."""

    kind = "parquet"
    extensions = (".parquet",)

    def __init__(self, *, whole: bool = True) -> None:
        """`whole`: decode every cell at once; else none, the process that goes on with the data being one to lose."""
        self._whole = whole

    def read(self, path: Path, name: str, options: ReadOptions) -> RawSurvey:
        """The file's columns under their own names; texts trimmed, blank texts null. Raises UnreadableUpload."""
        try:
            data = scan_parquet(path)
            schema = data.collect_schema()
            rows = data.select(pl.len()).collect().item()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise UnreadableUpload(
                name, "is damaged or not a Parquet file; write it again and drop the new file"
            ) from error
        remarks: list[Remark] = []
        columns = [column for column in schema if column != ROW]
        if len(columns) < len(schema):
            remarks.append(say.own_row_number(ROW))
        if not columns or rows == 0:
            raise UnreadableUpload(name, "holds no data; write it again with the answers in it")
        names = unique_names([" ".join(c.split()) or f"column_{i}" for i, c in enumerate(columns, start=1)], (ROW,))
        mended = {column: _flat(name, column, schema[column]) for column in columns}
        notes = SourceNotes(kind=self.kind, file=name, tool=detect_tool([columns]), remarks=tuple(remarks))
        head = SurveyHead(source=notes, headers=(tuple(columns),))
        if not self._whole:
            cells = data.select(
                _when_asked(mended[c], c, schema[c]).alias(n) for c, n in zip(columns, names, strict=True)
            )
            return RawSurvey(with_row_numbers(cells), head)
        needed, compact = _needing(data, mended, rows)
        if not needed and names == list(schema):
            return RawSurvey(with_row_numbers(data), head, path)
        if compact:
            data = pl.concat([data.drop(list(compact)), pl.DataFrame(list(compact.values())).lazy()], how="horizontal")
        cells = data.select(
            (
                pl.col(column).cast(pl.String)
                if column in compact
                else mended[column]
                if column in needed
                else pl.col(column)
            ).alias(final)
            for column, final in zip(columns, names, strict=True)
        )
        return RawSurvey(with_row_numbers(cells), head)


def _needing(data: pl.LazyFrame, mended: Mapping[str, pl.Expr], rows: int) -> tuple[set[str], dict[str, pl.Series]]:
    """The columns that mending changes; texts of few different answers mended already, a byte a cell.

    Decodes every cell.
    """
    schema = data.collect_schema()
    needed = {c for c in mended if not (_is_plain(schema[c]) or schema[c] == pl.String or schema[c].is_float())}
    compact: dict[str, pl.Series] = {}
    for block in _blocks(list(mended), schema, rows):
        for column in data.select(block).collect():
            if column.dtype == pl.String:
                mends = _mends(column, mended[column.name])
                if mends is None:
                    continue
                distinct, clean = mends
                needed.add(column.name)
                if len(distinct) < _FEW_ANSWERS:
                    kind = pl.Enum(clean.drop_nulls().unique())
                    compact[column.name] = column.replace_strict(distinct, clean, default=None, return_dtype=kind)
            elif column.dtype.is_float() and bool(column.is_nan().any()):
                needed.add(column.name)
    return needed, compact


def _mends(texts: pl.Series, mended: pl.Expr) -> tuple[pl.Series, pl.Series] | None:
    """The different texts of a column and what mending makes of them; None where it changes none."""
    if _is_clean(texts):
        return None
    distinct = texts.unique().drop_nulls()
    clean = distinct.to_frame().select(mended).to_series()
    return None if clean.equals(distinct) else (distinct, clean)


def _when_asked(mended: pl.Expr, column: str, kind: pl.DataType) -> pl.Expr:
    """A column that is mended when it is read; of texts only those that need it."""
    if kind != pl.String:
        return pl.col(column) if _is_plain(kind) else mended

    def needed(texts: pl.Series) -> pl.Series:
        mends = _mends(texts.alias(column), mended)
        return texts if mends is None else texts.replace_strict(*mends, default=None, return_dtype=pl.String)

    return pl.col(column).map_batches(needed, return_dtype=pl.String, is_elementwise=True)


def _is_plain(kind: pl.DataType) -> bool:
    """Whether every cell of this type stays as it is."""
    return kind.is_integer() or kind in (pl.Boolean, pl.Date) or kind == pl.Datetime


def _blocks(columns: Sequence[str], schema: pl.Schema, rows: int) -> Iterator[list[str]]:
    """The columns, a few at a time: as many as together take some ten megabytes, and one at least."""
    block: list[str] = []
    held = 0
    for column in columns:
        cost = bytes_of_cell(schema[column]) * rows
        if block and held + cost > _BYTES_AT_ONCE:
            yield block
            block, held = [], 0
        block.append(column)
        held += cost
    if block:
        yield block


def _is_clean(texts: pl.Series) -> bool:
    """Whether all texts are numbers, which are seen sooner than that they need no mending."""
    blank = texts.null_count()
    return any(texts.cast(kind, strict=False).null_count() == blank for kind in (pl.UInt8, pl.Int64))


def _flat(name: str, column: str, dtype: pl.DataType) -> pl.Expr:
    """A column as tables can use it. Raises UnreadableUpload for lists, structures and binary data."""
    if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
        what = "binary data" if not dtype.is_nested() else "lists or structures"
        raise UnreadableUpload(
            name, f"column '{column}' holds {what} ({dtype}); flatten it to one value a cell and write the file again"
        )
    if dtype == pl.String:
        return cleaned(column, control_characters=True)
    if isinstance(dtype, pl.Categorical | pl.Enum | pl.Null | pl.Time | pl.Duration):
        return pl.col(column).cast(pl.String) if dtype != pl.Duration else pl.col(column).dt.to_string("iso")
    if dtype.is_decimal():
        return pl.col(column).cast(pl.Float64)
    if dtype.is_float():
        return pl.col(column).fill_nan(None)
    return pl.col(column)
