from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from mcode_pipelines.lake.queries import VIEWS, QueryError, run_query
from mcode_pipelines.survey import CODINGS_SCHEMA


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    """A lake with the codings of two uploads, one of them with an apostrophe in its folder's path."""
    root = tmp_path / "riset d'Ambon"
    (root / "classified_responses").mkdir(parents=True)
    for key, code in (("feri-11111111", 1), ("kafe-22222222", 99)):
        pl.DataFrame(
            [(1, "r1", "E1", code, "Jadwal", 0.9, "model")], schema=dict(CODINGS_SCHEMA), orient="row"
        ).write_parquet(root / "classified_responses" / f"{key}.parquet")
    return root


def asked(storage: Path, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
    with duckdb.connect(":memory:") as connection:
        return run_query(connection, storage, sql)


def test_rows_of_every_upload_come_with_their_partition(storage: Path):
    columns, rows = asked(storage, 'SELECT "partition", code FROM classified_responses ORDER BY code')
    assert columns == ["partition", "code"]
    assert rows == [("feri-11111111", 1), ("kafe-22222222", 99)]


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_answers_on_an_empty_lake(tmp_path: Path, view: str):
    columns, rows = asked(tmp_path, f"SELECT * FROM {view}")
    assert "partition" in columns
    assert rows == []


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE mine AS SELECT 1",
        "COPY (SELECT 1) TO 'out.csv'",
        "SELECT 1; SELECT 2",
        "ATTACH 'other.db'",
        "INSTALL httpfs",
        "DELETE FROM uploads",
        "",
    ],
)
def test_anything_but_one_select_is_refused(storage: Path, sql: str):
    with pytest.raises(QueryError, match="read-only"):
        asked(storage, sql)


@pytest.mark.parametrize("reader", ["read_csv", "read_text", "read_blob"])
def test_a_query_reads_nothing_outside_the_lake(storage: Path, reader: str):
    secret = storage.parent / "secret.csv"
    secret.write_text("password\nhunter2\n")
    with pytest.raises(QueryError, match="cannot be answered"):
        asked(storage, f"SELECT * FROM {reader}('{str(secret).replace(chr(39), chr(39) * 2)}')")


def test_a_mistake_in_the_query_is_told_in_one_line(storage: Path):
    with pytest.raises(QueryError) as told:
        asked(storage, "SELECT nosuch FROM classified_responses")
    assert "nosuch" in str(told.value)
    assert "\n" not in str(told.value)
