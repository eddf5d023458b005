"""Tables that are older than the waves they compare: marked stale and told, and made anew when somebody asks for it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import polars as pl

from mcode_pipelines.defs.older_books import mark_older_books, older_books
from mcode_pipelines.intake import WaveWord, decide, inbox_item_at
from mcode_pipelines.lake import Lake
from mcode_pipelines_tests.conftest import warung_table
from mcode_pipelines_tests.defs.conftest import admitted, run, sentence
from mcode_pipelines_tests.defs.test_versions_and_checks import stale

COMPARED = {"tabulation_plan": {"waves": "all"}}


def test_a_late_wave_makes_the_tables_stale_that_compare_it_until_they_are_made_anew(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path
) -> None:
    def dropped(wave: str, people: int) -> str:
        path = tmp_path / f"warung_{wave}.csv"
        warung_table(people).write_csv(path)
        return admitted(lake, path)

    def done(key: str, job: str = "process_upload", **config: object) -> None:
        result = run(definitions, instance, key, job, **config)
        assert result.success, sentence(result)

    def waves_of(key: str) -> list[str]:
        (batch,) = lake.open("crosstab_batches", key)
        return [c.code for c in batch.book.banner if c.variable == "wave"]

    first, last = dropped("2026-05", 60), dropped("2026-11", 80)
    done(first)
    done(last, **COMPARED)
    assert mark_older_books(instance, lake, first) == []
    assert stale(definitions, instance, last) == set()

    late = dropped("Agustus 2026", 70)
    done(late)
    assert mark_older_books(instance, lake, late) == [last]
    assert stale(definitions, instance, last) == {"crosstab_batches", "excel_outputs"}
    assert waves_of(last) == ["2026-05", "2026-11"]
    done(last, "tabulate_upload", **COMPARED)
    assert waves_of(last) == ["2026-05", "2026-08", "2026-11"]
    assert older_books(instance, lake, [first, late, last]) == []

    decide(lake.uploads, late, WaveWord(withdrawn=True))
    assert older_books(instance, lake, [first, late, last]) == [last]
    done(last, "tabulate_upload", **COMPARED)
    assert waves_of(last) == ["2026-05", "2026-11"]


def test_codes_of_a_person_go_on_in_the_delivery_that_takes_the_place(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path
) -> None:
    def dropped(people: int) -> str:
        folder = tmp_path / str(people) / "Warung Okt 2026"
        folder.mkdir(parents=True)
        warung_table(people).write_csv(folder / "data.csv")
        return admitted(lake, folder)

    first = dropped(60)
    assert run(definitions, instance, first).success
    codings = lake.open("classified_responses", first)
    one = codings.filter(pl.col("code") != 99).row(0, named=True)
    frame = lake.open("code_frames", first).of(one["variable"])
    other = next(c.code for c in frame.codes if c.code not in {one["code"], 99})
    table = pl.DataFrame([{"respondent": one["respondent"], "variable": one["variable"], "code": other}])
    table.write_csv(tmp_path / f"{first}.codes.csv")
    lake.uploads.admit(inbox_item_at(tmp_path / f"{first}.codes.csv"))
    second = dropped(64)
    result = run(definitions, instance, second)
    assert result.success, sentence(result)
    now = lake.open("classified_responses", second).filter(
        pl.col("respondent") == one["respondent"], pl.col("variable") == one["variable"]
    )
    assert now.select("code", "decided_by").rows() == [(other, "person")]
    numbers = {c.label: c.code for c in lake.open("code_frames", second).of(one["variable"]).codes}
    assert {c.label: numbers.get(c.label) for c in frame.codes} == {c.label: c.code for c in frame.codes}
