"""Wave on wave through the stages: uploads of one study, side by side."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import openpyxl
import polars as pl
import pytest

from mcode_pipelines.defs.waves import earlier_uploads, parse_waves, renumbering_remarks
from mcode_pipelines.intake import Upload, by_wave_label
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Code, CodeFrame, CodeFrames
from mcode_pipelines.tabulation import PlanError
from mcode_pipelines_tests.conftest import warung_table
from mcode_pipelines_tests.defs.conftest import admitted, run, sentence

SEX = "Jenis kelamin"


def upload(key: str, wave: str | None, study: str = "warung", hours: int = 0) -> Upload:
    received = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hours)
    return Upload(
        key=key, name=f"name of {key}", sha256=key * 8, received=received, study=study, wave=wave, data_name="data.csv"
    )


def test_waves_follow_each_other_by_their_numbers_whenever_they_came() -> None:
    uploads = [upload("c", "2026-11"), upload("a", "2026-02", hours=1), upload("b", "2025-11", hours=2)]
    assert [u.key for u in earlier_uploads(uploads, "c")] == ["b", "a"]
    assert [u.key for u in earlier_uploads(uploads, "b")] == []


def test_without_names_they_follow_each_other_as_they_came() -> None:
    uploads = [upload("a", None, hours=2), upload("b", "2026-11", hours=1), upload("c", None, hours=3)]
    assert [u.key for u in earlier_uploads(uploads, "c")] == ["b", "a"]


def test_only_uploads_of_the_study_are_its_waves() -> None:
    uploads = [upload("a", "1"), upload("b", "2", study="other"), upload("c", "3")]
    assert [u.key for u in earlier_uploads(uploads, "c")] == ["a"]
    assert [u.key for u in earlier_uploads(uploads, "c", study="other")] == ["b"]


def test_two_uploads_of_one_wave_are_told_apart_by_their_names() -> None:
    found = by_wave_label([upload("a", "1"), upload("b", "1"), upload("c", "2")])
    assert list(found) == ["name of a", "name of b", "2"]


@pytest.mark.parametrize(
    ("text", "waves"), [("all", "all"), (" 3 ", 3), ("2026-05, 2026-08", ("2026-05", "2026-08")), ("2025", ("2025",))]
)
def test_waves_are_named_in_one_line(text: str, waves: object) -> None:
    assert parse_waves(text) == waves


def test_one_wave_is_no_comparison() -> None:
    with pytest.raises(PlanError, match="1 is no comparison"):
        parse_waves("1")


@pytest.fixture
def two_waves(definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path) -> str:
    for number, (wave, people) in enumerate((("2026-05", 90), ("2026-11", 120))):
        path = tmp_path / f"warung_{wave}.csv"
        warung_table(people).write_csv(path)
        key = admitted(lake, path)
        result = run(definitions, instance, key, **({"tabulation_plan": {"waves": "all"}} if number else {}))
        assert result.success, sentence(result)
    return key


def test_a_later_wave_has_a_column_for_each_earlier_one(two_waves: str, lake: Lake) -> None:
    (batch,) = lake.open("crosstab_batches", two_waves)
    assert [(c.variable, c.code) for c in batch.book.banner[:3]] == [
        ("total", "@"),
        ("wave", "2026-05"),
        ("wave", "2026-11"),
    ]
    count = batch.cells.filter(pl.col("row_variable") == SEX, pl.col("row_kind") == "category")
    by_wave = count.group_by("column_code").agg(pl.col("count").sum()).rows()
    assert {("@", 210.0), ("2026-05", 90.0), ("2026-11", 120.0)} <= set(by_wave)
    liked = batch.cells.filter(
        pl.col("row_variable") == "Apa yang paling Anda sukai?",
        pl.col("row_code") == "base_unweighted",
        pl.col("column_code") == "2026-05",
    )
    assert liked["value"].item() > 0
    (book,) = lake.path("excel_outputs", two_waves).glob("*_tabel_*.xlsx")
    told = [(str(row[0].value), row[1].value) for row in openpyxl.load_workbook(book)["Metadata"].iter_rows()]
    at = told.index(("Gelombang sebelumnya", "2026-05"))
    earlier = next(upload for upload in lake.uploads.uploads() if upload.wave == "2026-05")
    assert told[at + 1 : at + 4] == [
        ("Berkas data", earlier.data_name),
        ("SHA-256 data", earlier.sha256),
        ("Baris data", 90),
    ]


def test_a_wave_that_is_not_there_is_told(two_waves: str, definitions, instance, lake: Lake) -> None:
    result = run(definitions, instance, two_waves, "tabulate_upload", tabulation_plan={"waves": "2026-06"})
    assert not result.success
    assert "waves: this study has no wave '2026-06'" in sentence(result)


def _frame_of(origin: str, *codes: tuple[int, str], retired: tuple[int, ...] | None = None) -> CodeFrames:
    made = tuple(Code(code=code, label=label) for code, label in codes)
    frame = CodeFrame(variable="E1", question="Apa?", language="id", codes=made, origin=origin, retired=retired)
    return CodeFrames((frame,))


def test_a_frame_that_means_something_else_by_numbers_of_the_wave_before_is_told() -> None:
    before = _frame_of("given", (1, "Antrean"), (2, "Toilet"), retired=(3,))
    (told,) = renumbering_remarks(_frame_of("given", (1, "Toilet"), (2, "Antrean"), (3, "Parkir")), before)
    assert "1 'Toilet' (which is code 2)" in told
    assert "3 'Parkir' (the number of a code that is gone)" in told
    assert renumbering_remarks(_frame_of("given", (1, "Antrean panjang"), (2, "Toilet"), (4, "Parkir")), before) == []
    # A frame that no person confirmed binds nobody.
    unconfirmed = _frame_of("generated", (1, "Antrean"), (2, "Toilet"))
    assert renumbering_remarks(_frame_of("given", (1, "Toilet"), (2, "Antrean")), unconfirmed) == []
