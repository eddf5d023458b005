"""What Dagster calls stale, and which checks it remembers: by its own judgement, on real uploads."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from mcode_pipelines.defs.in_process_run import RunFailed, run_upload
from mcode_pipelines.defs.jobs import STAGES
from mcode_pipelines.defs.run_failures import failure_sentences
from mcode_pipelines.intake import inbox_item_at
from mcode_pipelines.lake import Lake
from mcode_pipelines.sources import open_raw_survey, save_raw_survey
from mcode_pipelines.survey import RawSurvey
from mcode_pipelines_tests.conftest import warung_table
from mcode_pipelines_tests.defs.conftest import admitted, run, sentence


def stale(definitions: dg.Definitions, instance: dg.DagsterInstance, key: str) -> set[str]:
    """The stages that Dagster calls stale for an upload."""
    resolver = CachingStaleStatusResolver(
        instance, definitions.resolve_asset_graph(), loading_context=LoadingContextForTest(instance)
    )
    found = {stage: resolver.get_status(dg.AssetKey(stage), key) for stage in STAGES}
    assert StaleStatus.MISSING not in found.values()
    return {stage for stage, status in found.items() if status == StaleStatus.STALE}


@pytest.fixture
def key(definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, warung_survey: Path) -> str:
    key = admitted(lake, warung_survey)
    result = run(definitions, instance, key)
    assert result.success, sentence(result)
    return key


def test_data_read_in_another_way_make_everything_behind_them_stale(
    definitions: dg.Definitions, instance: dg.DagsterInstance, key: str
) -> None:
    def read(**how: object) -> None:
        job = definitions.resolve_job_def("ingest_upload")
        config = {"ops": {"raw_data": {"config": how}}}
        selection = [dg.AssetKey("raw_data")]
        assert job.execute_in_process(config, instance, partition_key=key, asset_selection=selection).success

    assert stale(definitions, instance, key) == set()
    read()
    assert stale(definitions, instance, key) == set()
    read(skip_rows=1)
    assert stale(definitions, instance, key) == set(STAGES) - {"raw_data"}
    read()
    assert stale(definitions, instance, key) == set()


def test_what_is_made_anew_with_the_same_result_leaves_everything_fresh(
    definitions: dg.Definitions, instance: dg.DagsterInstance, key: str
) -> None:
    def versions() -> dict[str, str]:
        records = (instance.get_latest_materialization_event(dg.AssetKey(stage)) for stage in STAGES)
        return {stage: record.tags["dagster/data_version"] for stage, record in zip(STAGES, records, strict=True)}

    before = versions()
    assert run(definitions, instance, key).success
    assert versions() == before
    assert stale(definitions, instance, key) == set()


def test_another_plan_makes_the_tables_and_workbooks_stale(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, key: str, tmp_path: Path
) -> None:
    (tmp_path / f"{key}.plan.yaml").write_text("title: Warung\n")
    lake.uploads.admit(inbox_item_at(tmp_path / f"{key}.plan.yaml"))
    job = definitions.resolve_job_def("process_upload")
    selection = [dg.AssetKey("tabulation_plan")]
    assert job.execute_in_process(instance=instance, partition_key=key, asset_selection=selection).success
    assert stale(definitions, instance, key) == {"crosstab_batches", "excel_outputs"}


def test_an_earlier_wave_that_was_made_anew_is_in_the_version_of_the_plan_that_compares_with_it(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path
) -> None:
    keys = []
    for wave, people in (("2026-05", 90), ("2026-11", 120)):
        path = tmp_path / f"warung_{wave}.csv"
        warung_table(people).write_csv(path)
        keys.append(admitted(lake, path))
    earlier, later = keys
    compared = {"tabulation_plan": {"waves": "all"}}
    assert run(definitions, instance, earlier).success
    result = run(definitions, instance, later, **compared)
    assert result.success, sentence(result)

    def plan_anew() -> None:
        job = definitions.resolve_job_def("tabulate_upload")
        config = {"ops": {name: {"config": given} for name, given in compared.items()}}
        selection = [dg.AssetKey("tabulation_plan")]
        assert job.execute_in_process(config, instance, partition_key=later, asset_selection=selection).success

    plan_anew()
    assert stale(definitions, instance, later) == set()
    assert run(definitions, instance, earlier, "code_answers", code_frames={"max_codes": 3}).success
    plan_anew()
    assert stale(definitions, instance, later) == {"crosstab_batches", "excel_outputs"}


def test_codes_of_an_earlier_wave_are_in_the_version_of_the_frames_that_follow_it(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path
) -> None:
    keys = []
    for wave, people in (("2026-05", 90), ("2026-11", 120)):
        path = tmp_path / f"warung_{wave}.csv"
        warung_table(people).write_csv(path)
        keys.append(admitted(lake, path))
        assert run(definitions, instance, keys[-1]).success
    earlier, later = keys

    def frames_anew() -> str:
        job = definitions.resolve_job_def("code_answers")
        selection = [dg.AssetKey("code_frames")]
        assert job.execute_in_process(instance=instance, partition_key=later, asset_selection=selection).success
        return lake.digest("code_frames", later)

    written = frames_anew()
    assert stale(definitions, instance, later) == set()
    single = {"classified_responses": {"single_code": True}}
    assert run(definitions, instance, earlier, "code_answers", **single).success
    assert frames_anew() == written
    assert {"classified_responses", "crosstab_batches", "excel_outputs"} <= stale(definitions, instance, later)


def damaged(lake: Lake, key: str) -> None:
    """Loses a row of an upload behind our back."""
    path = lake.uploads.raw_path(key)
    survey = open_raw_survey(path)
    kept = survey.data.collect().filter(~survey.data.collect()["__row__"].is_in([5]))
    save_raw_survey(RawSurvey(kept.lazy(), survey.head), path)


def test_rows_that_are_not_whole_stop_the_run_and_stay_visible_after_another_upload_passed(
    definitions: dg.Definitions, instance: dg.DagsterInstance, lake: Lake, tmp_path: Path
) -> None:
    keys = []
    for people in (60, 90):
        path = tmp_path / f"warung {people}.csv"
        warung_table(people).write_csv(path)
        keys.append(admitted(lake, path))
    broken, whole = keys
    damaged(lake, broken)
    failed = run(definitions, instance, broken)
    assert not failed.success
    assert {e.asset_key.to_user_string() for e in failed.get_asset_materialization_events()} == {"raw_data"}
    (told,) = failure_sentences(instance, failed.run_id)
    assert told.startswith("raw_data: it did not pass its check rows_are_whole (last_row 60, rows 59)")
    assert run(definitions, instance, whole, "ingest_upload").success
    check = dg.AssetCheckKey(dg.AssetKey("raw_data"), "rows_are_whole")
    passed = {
        info.partition_key: info.latest_execution_status.value
        for info in instance.event_log_storage.get_asset_check_partition_info([check])
    }
    assert passed == {broken: "FAILED", whole: "SUCCEEDED"}


def test_the_demo_says_which_check_stopped_it(
    definitions: dg.Definitions, lake: Lake, tmp_path: Path, warung_survey: Path
) -> None:
    key = admitted(lake, warung_survey)
    damaged(lake, key)
    home = tmp_path / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with pytest.raises(RunFailed, match="it did not pass its check rows_are_whole"):
        run_upload(definitions, home, key, lambda line: None)


def test_only_checks_after_which_nothing_makes_sense_stop_a_run(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    blocking = {key.name for key in graph.asset_check_keys if graph.get(key).blocking}
    assert blocking == {"rows_are_whole", "bases_agree"}
    assert all(graph.get(key).partitions_def is not None for key in graph.asset_check_keys)
