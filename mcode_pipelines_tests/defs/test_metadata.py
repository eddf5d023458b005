"""Metadata of a stage: what Dagster knows by name, and that text of an upload is never markup."""

from __future__ import annotations

import inspect
from html import escape, unescape
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from markdown_it import MarkdownIt

from mcode_pipelines.defs.jobs import STAGES, UPLOAD_JOBS
from mcode_pipelines.defs.metadata_values import bullet_list, code_block, escape_markdown, table_facts
from mcode_pipelines.defs.partitions import OWNERS
from mcode_pipelines.intake import inbox_item_at
from mcode_pipelines.lake import OUTPUTS, Lake
from mcode_pipelines.survey import CELLS_SCHEMA, CODINGS_SCHEMA
from mcode_pipelines_tests.conftest import warung_table
from mcode_pipelines_tests.defs.conftest import admitted, run, sentence

HOSTILE = [
    "![p](/graphql?query=mutation{terminateRun})",
    '<img src="/graphql?query=x" onerror="alert(1)">',
    "[laporan](javascript:alert(1))",
    "<https://example.org/login>",
    "a | b\n|---|---|\n| c | d |",
    "```\n![p](/graphql)\n```",
    "`kode` dan ``ganda``",
    "# Judul",
    "1. satu",
    "2) dua",
    "- butir",
    "+ butir",
    "satu\n===",
    "satu\n---",
    "> kutipan",
    "**tebal** _miring_ ~~coret~~",
    "\\![p](/graphql)",
    "\\\\![p](/graphql)",
    "&lt;img&gt; &amp; $x$",
    "[p]: /graphql\n\n![p]",
    "    ![p](/graphql)",
    "!\u2028[p](/graphql)",
]


def rendered(markdown: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    shown = rendered(escape_markdown(text))
    assert shown.startswith("<p>")
    assert unescape(shown.removeprefix("<p>").removesuffix("</p>\n")) == " ".join(text.split())
    assert "<" not in shown.removeprefix("<p>").removesuffix("</p>\n")


def test_a_list_has_a_bullet_for_each_line_and_nothing_else() -> None:
    shown = rendered(str(bullet_list(HOSTILE).value))
    assert shown.count("<li>") == len(HOSTILE)
    assert sorted({part.split(">")[0] for part in shown.split("<")[1:]}) == ["/li", "/ul", "li", "ul"]
    assert bullet_list([]).value == "none"


@pytest.mark.parametrize("text", ["title: a", *HOSTILE, "x: |\n  ```\n  ![p](/graphql)\n  ```\n````\n"])
def test_a_code_block_holds_its_text_whole(text: str) -> None:
    shown = rendered(str(code_block(text, "yaml").value))
    begin, end = '<pre><code class="language-yaml">', "</code></pre>\n"
    assert shown.startswith(begin)
    assert shown.endswith(end)
    inside = shown.removeprefix(begin).removesuffix(end)
    assert "<" not in inside
    assert unescape(inside).rstrip("\n") == text.rstrip("\n")


def test_headers_labels_and_plans_of_an_upload_are_no_markup_in_the_web_ui(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path
) -> None:
    folder = tmp_path / "warung"
    folder.mkdir()
    names = [" ".join(name.split()) for name in HOSTILE[:6]]
    table = warung_table(60)
    table.rename(dict(zip(table.columns, names, strict=False))).write_csv(folder / "data.csv")
    (folder / "plan.yaml").write_text('title: "```\\n![p](/graphql?query=x) <img src=/graphql>"\n')
    answer = lake.uploads.admit(inbox_item_at(folder))
    key = answer.upload.key
    result = run(definitions, instance, key)
    seen = 0
    for event in result.get_asset_materialization_events():
        for value in event.step_materialization_data.materialization.metadata.values():
            if isinstance(value, dg.MarkdownMetadataValue):
                seen += 1
                shown = rendered(str(value.value))
                assert not any(mark in shown for mark in ("<img", "<a ", "<table", "<h1"))
    assert seen >= 2
    assert result.success, sentence(result)
    page = lake.path("detected_variables", key).with_suffix(".html").read_text(encoding="utf-8")
    assert not any(mark in page for mark in ("<img", "<a ", "<script"))
    assert all(escape(name) in page for name in names)
    assert "default-src 'none'" in page


def test_what_needs_a_look_comes_first_and_on_a_page(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path
) -> None:
    folder = tmp_path / "belanja"
    folder.mkdir()
    table = warung_table(60).with_columns(pl.Series("Belanja bulan ini", ["15.000", "27.500", "100.000"] * 20))
    table.write_csv(folder / "data.csv")
    key = lake.uploads.admit(inbox_item_at(folder)).upload.key
    result = run(definitions, instance, key)
    assert result.success, sentence(result)
    (told,) = (
        event.step_materialization_data.materialization.metadata
        for event in result.get_asset_materialization_events()
        if event.asset_key.to_user_string() == "detected_variables"
    )
    assert next(iter(told)) == "needs_a_look"
    first = told["needs_a_look"].records[0].data
    assert first["name"] == "Belanja bulan ini"
    assert "'100.000' dibaca sebagai 100000" in first["why"]
    page = Path(told["page"].value).read_text(encoding="utf-8")
    assert page.index("Perlu diperiksa") < page.index("dibaca sebagai 100000") < page.index("Semua variabel")


def test_stored_tables_tell_their_rows_columns_and_address(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, warung_survey: Path
) -> None:
    key = admitted(lake, warung_survey)
    result = run(definitions, instance, key)
    assert result.success, sentence(result)
    told = {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
        for event in result.get_asset_materialization_events()
    }
    for stage in STAGES:
        assert told[stage]["dagster/uri"].value == lake.path(stage, key).as_uri()
        assert told[stage]["path"].value == str(lake.path(stage, key))
    for stage, schema in (("classified_responses", CODINGS_SCHEMA), ("crosstab_batches", CELLS_SCHEMA)):
        columns = {column.name: column.type for column in told[stage]["dagster/column_schema"].value.columns}
        assert columns == {name: str(dtype) for name, dtype in schema.items()}
    raw = pl.read_parquet(lake.path("raw_data", key))
    assert told["raw_data"]["dagster/row_count"].value == raw.height == 120
    assert [c.name for c in told["raw_data"]["dagster/column_schema"].value.columns] == raw.columns
    cells = sum(batch.cells.height for batch in lake.open("crosstab_batches", key))
    assert told["crosstab_batches"]["dagster/row_count"].value == cells
    assert told[OUTPUTS]["size_kb"].value > 0


def test_a_schema_of_very_many_columns_is_left_out_and_its_rows_are_told() -> None:
    wide = {f"c{n}": pl.String() for n in range(1_001)}
    assert set(table_facts(3, wide)) == {"dagster/row_count"}


def test_every_stage_leads_to_its_source_and_everything_has_an_owner(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for stage in STAGES:
        (reference,) = graph.get(dg.AssetKey(stage)).metadata["dagster/code_references"].code_references
        assert reference.file_path.endswith(f"defs/assets/{stage}.py")
        lines = Path(reference.file_path).read_text().splitlines()
        assert any(f"def {stage}(" in line for line in lines[reference.line_number - 1 : reference.line_number + 20])
        assert graph.get(dg.AssetKey(stage)).owners == OWNERS
    for job in ("ask_the_lake", *(job.name for job in UPLOAD_JOBS)):
        assert definitions.resolve_job_def(job).owners == OWNERS
    for sensor in ("inbox_sensor", "run_watch"):
        assert definitions.resolve_sensor_def(sensor).owners == OWNERS


def test_sensors_that_watch_runs_still_take_no_owner() -> None:
    """Where they take one, they are to get it."""
    for sensor in (dg.run_failure_sensor, dg.run_status_sensor):
        assert "owners" not in inspect.signature(sensor).parameters
