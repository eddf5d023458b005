"""Questions across uploads: DuckDB views over the lake's Parquet files, read-only."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import polars as pl

from mcode_pipelines.survey import CELLS_SCHEMA, CODINGS_SCHEMA, TESTS_SCHEMA, SurveyError, neutral


class QueryError(SurveyError):
    """A query that cannot be answered."""


_KEY_OF_FILE = "regexp_extract(filename, '([^/]+)\\.parquet$', 1)"
_KEY_OF_FOLDER = "regexp_extract(filename, '([^/]+)/[^/]+$', 1)"
_SQL_TYPES = {pl.String: "VARCHAR", pl.Float64: "DOUBLE", pl.Int64: "BIGINT"}
_UPLOAD_COLUMNS = {
    "key": "VARCHAR",
    "name": "VARCHAR",
    "study": "VARCHAR",
    "wave": "VARCHAR",
    "received": "TIMESTAMPTZ",
    "sha256": "VARCHAR",
}


def _columns_of(schema: pl.Schema) -> dict[str, str]:
    return {"partition": "VARCHAR", **{name: _SQL_TYPES[type(dtype)] for name, dtype in schema.items()}}


def _parquet_with(key: str) -> str:
    return (
        f'SELECT {key} AS "partition", * EXCLUDE (filename) '
        "FROM read_parquet({files}, filename=true, union_by_name=true)"
    )


_VIEWS: dict[str, tuple[str, str, dict[str, str]]] = {
    "uploads": (
        "uploads/*/upload.json",
        'SELECT key AS "partition", * EXCLUDE (key) FROM read_json({files}, columns=' + f"{{{_UPLOAD_COLUMNS}}})",
        {"partition": "VARCHAR", **{n: t for n, t in _UPLOAD_COLUMNS.items() if n != "key"}},
    ),
    "classified_responses": (
        "classified_responses/*.parquet",
        _parquet_with(_KEY_OF_FILE),
        _columns_of(CODINGS_SCHEMA),
    ),
    "cells": ("crosstab_batches/*/cells-*.parquet", _parquet_with(_KEY_OF_FOLDER), _columns_of(CELLS_SCHEMA)),
    "tests": ("crosstab_batches/*/tests-*.parquet", _parquet_with(_KEY_OF_FOLDER), _columns_of(TESTS_SCHEMA)),
}
"""Name to the files, the SELECT over them, and the columns of the view while there are no files."""

VIEWS = tuple(_VIEWS)


def add_views(connection: duckdb.DuckDBPyConnection, storage: Path) -> None:
    """Makes the views `uploads`, `classified_responses`, `cells` and `tests`, each with its `partition`.

    A view without files yet is empty. Nothing is copied: a view reads the files when it is asked.
    """
    for name, (pattern, select, columns) in _VIEWS.items():
        # Hidden folders hold what is being written just now.
        files = sorted(
            str(f) for f in storage.glob(pattern) if not any(p.startswith(".") for p in f.relative_to(storage).parts)
        )
        nothing = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in columns.items())
        body = select.format(files=_text_list(files)) if files else f"SELECT {nothing} WHERE false"
        connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS {body}')


def _text_list(files: list[str]) -> str:
    return "[" + ", ".join("'" + f.replace("'", "''") + "'" for f in files) + "]"


def run_query(
    connection: duckdb.DuckDBPyConnection, storage: Path, sql: str
) -> tuple[list[str], list[tuple[object, ...]]]:
    """The column names and rows of one SELECT over the lake.

    The connection is closed to everything but reading inside `storage`. Raises QueryError.
    """
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(f"the query cannot be read: {_first_line(error)}") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise QueryError("only one SELECT at a time is answered: the lake is read-only here")
    try:
        add_views(connection, storage)
        connection.execute(f"SET allowed_directories = {_text_list([str(storage)])}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        answer = connection.execute(sql)
        return [c[0] for c in answer.description or []], answer.fetchall()
    except duckdb.Error as error:
        raise QueryError(f"the query cannot be answered: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def as_csv(columns: list[str], rows: list[tuple[object, ...]]) -> str:
    """An answer as comma-separated values; text of an upload is no formula in it, codes and numbers are as they are."""
    codes = [name.lower() == "code" or name.lower().endswith("_code") for name in columns]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([neutral(name) for name in columns])
    for row in rows:
        writer.writerow(
            [
                neutral(cell, is_code=is_code) if isinstance(cell, str) else cell
                for cell, is_code in zip(row, codes, strict=True)
            ]
        )
    return out.getvalue()
