"""Tidy cells and pairwise tests as plain files for other programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Literal

import polars as pl

from mcode_pipelines.delivery.delivered_file import DeliveredFile, staging_folder
from mcode_pipelines.delivery.spreadsheet_text import escape_formulas
from mcode_pipelines.survey.tables import CELLS_SCHEMA, TESTS_SCHEMA, CrossTables

_CODES = ("row_code", "column_code")
CellsFormat = Literal["csv", "json", "parquet"]


def write_cells(
    batches: Iterable[CrossTables],
    into: Path,
    formats: Collection[CellsFormat],
    *,
    neutralise: bool = True,
) -> list[DeliveredFile]:
    """Write `cells.*` and `tests.*` of all batches in each of the formats.

    Args:
        batches: Finished tables; taken one batch at a time.
        into: The folder, made if it is not there.
        formats: csv (UTF-8, comma, header), json (an array with one object a row), parquet (zstd).
        neutralise: In csv, put an apostrophe before text that a spreadsheet program would take for a formula;
            codes that call nothing stay as they are in row_code and column_code.

    Raises DeliveryError where the disk is full or the folder cannot be written.
    """
    with staging_folder(into) as staging:
        parts: dict[str, list[Path]] = {"cells": [], "tests": []}
        tables = 0
        for number, batch in enumerate(batches):
            tables += len(batch.heads)
            for kind, frame in (("cells", batch.cells), ("tests", batch.tests)):
                part = staging.path(f"{kind}-{number:05d}.part")
                frame.write_parquet(part, compression="zstd")
                parts[kind].append(part)
        delivered = []
        for kind, schema in (("cells", CELLS_SCHEMA), ("tests", TESTS_SCHEMA)):
            for wanted in sorted(set(formats)):
                file_name = f"{kind}.{wanted}"
                _write(parts[kind], schema, staging.path(file_name), wanted, neutralise)
                delivered.append(staging.finished(file_name, tables=tables))
    return delivered


def _write(parts: list[Path], schema: pl.Schema, path: Path, wanted: CellsFormat, neutralise: bool) -> None:
    if wanted == "parquet":
        _rows(parts, schema).sink_parquet(path, compression="zstd")
    elif wanted == "csv":
        rows = _rows(parts, schema)
        (escape_formulas(rows, _CODES) if neutralise else rows).sink_csv(path)
    else:
        with path.open("w", encoding="utf-8") as file:
            file.write("[")
            for at, text in enumerate(_json_rows(parts)):
                file.write(("" if at == 0 else ",\n") + text)
            file.write("]\n")


def _rows(parts: list[Path], schema: pl.Schema) -> pl.LazyFrame:
    if not parts:
        return pl.LazyFrame(schema=schema)
    return pl.scan_parquet(parts, glob=False)


def _json_rows(parts: list[Path]) -> Iterator[str]:
    """The rows of each part as JSON objects separated by commas."""
    for part in parts:
        text = pl.read_parquet(part, glob=False).write_json()
        if len(text) > len("[]"):
            yield text.strip()[1:-1]
