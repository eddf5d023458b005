from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from mcode_pipelines.delivery import write_cells
from mcode_pipelines.delivery.spreadsheet_text import escape_formulas
from mcode_pipelines.survey.tables import CELLS_SCHEMA, TESTS_SCHEMA, CrossTables
from mcode_pipelines_tests.delivery.finished_tables import ScaleTable, batch_of, tables


def with_tests(batch: CrossTables) -> CrossTables:
    row = {name: 0.25 if dtype == pl.Float64 else "x" for name, dtype in TESTS_SCHEMA.items()}
    return CrossTables(batch.book, batch.heads, batch.cells, pl.DataFrame([row], schema=TESTS_SCHEMA))


def test_every_format_holds_the_cells_of_all_batches(tmp_path: Path) -> None:
    batches = [with_tests(tables(2)), with_tests(tables(1, first=3))]
    made = write_cells(batches, tmp_path, ["csv", "json", "parquet"])
    assert sorted(file.path.name for file in made) == [
        f"{kind}.{ending}" for kind in ("cells", "tests") for ending in ("csv", "json", "parquet")
    ]
    expected = pl.concat([batch.cells for batch in batches])
    assert_frame_equal(pl.read_parquet(tmp_path / "cells.parquet"), expected)
    assert_frame_equal(pl.read_csv(tmp_path / "cells.csv", schema=CELLS_SCHEMA), expected)
    assert json.loads((tmp_path / "cells.json").read_text(encoding="utf-8")) == expected.to_dicts()
    assert len(json.loads((tmp_path / "tests.json").read_text())) == 2


def test_no_batches_make_files_with_a_header(tmp_path: Path) -> None:
    write_cells([], tmp_path, ["csv", "json", "parquet"])
    assert (tmp_path / "cells.csv").read_text().strip() == ",".join(CELLS_SCHEMA)
    assert json.loads((tmp_path / "tests.json").read_text()) == []
    assert pl.read_parquet(tmp_path / "tests.parquet").schema == TESTS_SCHEMA


def labels_in(path: Path) -> list[str]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["row_kind"] == "category"]
    return [row["row_label"] for row in rows if row["column_code"] == "@"]


HOSTILE = ("=1+1", "+62811", "@admin", "-5 menit", "\tx", "\rx", "-5", "biasa")


def test_csv_text_that_begins_like_a_formula_gets_an_apostrophe(tmp_path: Path) -> None:
    write_cells([batch_of([ScaleTable(1, labels=HOSTILE)])], tmp_path, ["csv"])
    assert labels_in(tmp_path / "cells.csv") == [
        "'=1+1",
        "'+62811",
        "'@admin",
        "'-5 menit",
        "'\tx",
        "'\rx",
        "-5",
        "biasa",
    ]


def test_csv_text_is_left_as_it_is_when_asked(tmp_path: Path) -> None:
    write_cells([batch_of([ScaleTable(1, labels=HOSTILE)])], tmp_path, ["csv"], neutralise=False)
    assert labels_in(tmp_path / "cells.csv") == list(HOSTILE)


def test_the_totals_code_and_negative_figures_are_not_touched(tmp_path: Path) -> None:
    batch = tables(1)
    negative = CrossTables(batch.book, batch.heads, batch.cells.with_columns(value=-pl.col("value")), batch.tests)
    write_cells([negative], tmp_path, ["csv"])
    back = pl.read_csv(tmp_path / "cells.csv", schema=CELLS_SCHEMA)
    assert "@" in back["column_code"].to_list()
    assert_frame_equal(back, negative.cells)


@given(st.lists(st.text(max_size=6) | st.sampled_from(["=1", "-1", "-1,5", "@", "-", "+1", "\n=1"])))
def test_neutralised_text_never_begins_a_formula_and_loses_nothing(texts: list[str]) -> None:
    after = escape_formulas(pl.LazyFrame({"t": texts}, schema={"t": pl.String})).collect()["t"].to_list()
    for before, now in zip(texts, after, strict=True):
        assert now in (before, f"'{before}")
        assert len(now) < 2 or now[0] not in "=+@\t\r"
        if now[0:1] == "-" and len(now) > 1:
            float(now.replace(",", "."))


def test_an_unfinished_set_of_cells_leaves_no_file(tmp_path: Path) -> None:
    def batches():
        yield tables(1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_cells(batches(), tmp_path, ["csv", "parquet"])
    assert list(tmp_path.iterdir()) == []


def test_codes_stay_as_they_are_unless_they_could_compute_something(tmp_path: Path) -> None:
    codes = ["-oth", "@", "+62", "-9", "=1+1", '=HYPERLINK("x")', "-1+cmd|x"]
    batch = batch_of([ScaleTable(1, labels=tuple(codes))])
    labelled = batch.cells.with_columns(row_code=pl.col("row_label"))
    write_cells([CrossTables(batch.book, batch.heads, labelled, batch.tests)], tmp_path, ["csv"])
    back = pl.read_csv(tmp_path / "cells.csv", schema=CELLS_SCHEMA)
    written = dict(zip(labelled["row_label"], back["row_code"], strict=True))
    assert [written[code] for code in codes] == [*codes[:4], "'=1+1", '\'=HYPERLINK("x")', "'-1+cmd|x"]
    assert dict(zip(labelled["row_label"], back["row_label"], strict=True))["-oth"] == "'-oth"
