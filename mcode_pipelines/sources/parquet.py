"""Parquet files: scanned lazily, types kept."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from mcode_pipelines.sources.header import unique_names
from mcode_pipelines.sources.source import ReadOptions
from mcode_pipelines.sources.table import cleaned, numbered
from mcode_pipelines.sources.tool import tool_of
from mcode_pipelines.survey import ROW, RawSurvey, SourceNotes, SurveyHead, UnreadableUpload


class ParquetSource:
    """Parquet files of flat columns."""

    kind = "parquet"
    extensions = (".parquet",)

    def read(self, path: Path, name: str, options: ReadOptions) -> RawSurvey:
        """The file's columns under their own names; texts trimmed, blank texts null. Raises UnreadableUpload."""
        try:
            scan = pl.scan_parquet(path, glob=False, hive_partitioning=False)
            schema = scan.collect_schema()
            rows = scan.select(pl.len()).collect().item()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise UnreadableUpload(
                name, "is damaged or not a Parquet file; write it again and drop the new file"
            ) from error
        remarks: list[str] = []
        if ROW in schema:
            scan = scan.drop(ROW)
            remarks.append(f"The column {ROW} is this product's own row number and was left out.")
        columns = [column for column in schema if column != ROW]
        if not columns or rows == 0:
            raise UnreadableUpload(name, "holds no data; write it again with the answers in it")
        names = unique_names([" ".join(c.split()) or f"column_{i}" for i, c in enumerate(columns, start=1)], (ROW,))
        data = scan.select(
            _flat(name, column, schema[column]).alias(final) for column, final in zip(columns, names, strict=True)
        )
        notes = SourceNotes(kind=self.kind, file=name, tool=tool_of([columns]), remarks=tuple(remarks))
        return RawSurvey(numbered(data), SurveyHead(source=notes, headers=(tuple(columns),)))


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
