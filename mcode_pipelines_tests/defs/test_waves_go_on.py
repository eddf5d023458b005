"""What persons said in one wave goes on to the next: plans and edits of the codebook."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from mcode_pipelines.lake import Lake
from mcode_pipelines_tests.defs.conftest import admitted, run, sentence

PLAN = """
title: September
language: en
weight: bobot
banner: [total, Kota]
rows: [Merek, {variable: Merek, title: Net, nets: {Besar: [1, 2]}}, Puas]
"""


def folder(at: Path, wave: str, columns: dict[str, list[object]], **documents: str) -> Path:
    made = at / f"Pelacak Teh {wave}"
    made.mkdir()
    pl.DataFrame(columns).write_csv(made / "data.csv")
    for name, text in documents.items():
        (made / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return made


def answers(brands: dict[int, str], weight: str, **more: list[object]) -> dict[str, list[object]]:
    names = list(brands)
    return {
        "ID": [f"R{i:03}" for i in range(120)],
        "Kota": ["Bandung", "Medan", "Medan"] * 40,
        "Merek": [brands[names[i % len(names)]] for i in range(120)],
        "Puas": [1 + i % 5 for i in range(120)],
        weight: [0.8 + 0.1 * (i % 5) for i in range(120)],
        **more,
    }


@pytest.fixture
def two_waves(definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path) -> tuple[str, str]:
    keys = []
    plan = PLAN.replace("[1, 2]", "[Sariwangi, Sosro]")
    edits = json.dumps({"variables": [{"name": "Puas", "kind": "numeric"}]})
    first = folder(
        tmp_path, "2026-09", answers({1: "Sariwangi", 2: "Sosro", 3: "Tong Tji"}, "bobot"), plan_yaml=plan,
        codebook_json=edits,
    )  # fmt: skip
    more = {"Usia": [20 + i % 40 for i in range(120)]}
    second = folder(tmp_path, "2026-10", answers({1: "Sariwangi", 2: "Sosro", 3: "Tong Tji"}, "penimbang", **more))
    for path in (first, second):
        key = admitted(lake, path)
        result = run(definitions, instance, key)
        assert result.success, sentence(result)
        keys.append(key)
    return keys[0], keys[1]


def test_a_wave_without_a_plan_goes_on_with_that_of_the_wave_before(two_waves: tuple[str, str], lake: Lake) -> None:
    plan = lake.open("tabulation_plan", two_waves[1])
    assert [row.variable for row in plan.rows] == ["Merek", "Merek", "Puas"]
    assert plan.title != "September"
    assert [row.trouble for row in plan.rows] == [None] * 3
    (batch,) = lake.open("crosstab_batches", two_waves[1])
    assert "The plan is that of wave 2026-09." in batch.book.notes
    assert any(note.startswith("New since wave 2026-09") and "Usia" in note for note in batch.book.notes)
    net = batch.cells.filter(pl.col("table_id") == "T0002", pl.col("row_kind") == "net", pl.col("column_code") == "@")
    weights = [0.8 + 0.1 * (i % 5) for i in range(120)]
    assert net["count"].item() == pytest.approx(sum(w for i, w in enumerate(weights) if i % 3 < 2))


def test_what_a_question_is_goes_on(two_waves: tuple[str, str], lake: Lake) -> None:
    for key in two_waves:
        assert lake.open("detected_variables", key)["Puas"].kind == "numeric"


def test_a_run_can_do_without_the_plan_of_the_study(
    two_waves: tuple[str, str], definitions, instance: dg.DagsterInstance, lake: Lake
) -> None:
    result = run(definitions, instance, two_waves[1], "tabulate_upload", tabulation_plan={"plan_of_study": False})
    assert result.success, sentence(result)
    assert "Usia" in [row.variable for row in lake.open("tabulation_plan", two_waves[1]).rows]
