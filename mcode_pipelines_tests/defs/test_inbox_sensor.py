"""From a dropped file to the run request, with real folders."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import dagster as dg
import pytest

from mcode_pipelines.definitions import assemble
from mcode_pipelines.defs.jobs import REVISION, STAGES, stages_after
from mcode_pipelines.defs.sensors import failed_run_notes
from mcode_pipelines.lake import OUTPUTS, Lake
from mcode_pipelines_tests.conftest import warung_table
from mcode_pipelines_tests.defs.conftest import Office, run, sentence


def test_a_dropped_file_becomes_a_partition_and_one_run(office: Office, warung_survey: Path):
    warung_survey.rename(office.inbox / "warung_2026.csv")
    result = office.look()
    (request,) = result.run_requests
    (added,) = result.dynamic_partitions_requests
    assert request.partition_key in added.partition_keys
    assert request.partition_key.startswith("warung-2026-")
    assert request.asset_selection is None
    assert list(office.inbox.iterdir()) == []
    assert office.look().run_requests == []


def test_a_look_that_was_lost_asks_for_the_same_run_again(office: Office, warung_survey: Path):
    warung_survey.rename(office.inbox / "warung_2026.csv")
    first = office.look()
    office.cursor = None
    again = office.look()
    assert [r.run_key for r in again.run_requests] == [r.run_key for r in first.run_requests]


def test_the_same_data_again_is_answered_and_runs_nothing(office: Office, warung_survey: Path):
    content = warung_survey.read_bytes()
    (office.inbox / "warung.csv").write_bytes(content)
    key = office.look().run_requests[0].partition_key
    (office.inbox / "warung_lagi.csv").write_bytes(content)
    result = office.look()
    assert result.run_requests == []
    assert f"already there as {key}" in (office.inbox / "warung_lagi.csv.already.txt").read_text()


def test_a_plan_alone_runs_tabulation_and_delivery_of_its_partition_only(office: Office, warung_survey: Path):
    warung_survey.rename(office.inbox / "warung.csv")
    key = office.look().run_requests[0].partition_key
    (office.inbox / f"{key}.plan.yaml").write_text("title: Rencana baru\n")
    (request,) = office.look().run_requests
    assert request.partition_key == key
    assert [k.to_user_string() for k in request.asset_selection] == [
        "tabulation_plan",
        "crosstab_batches",
        "excel_outputs",
    ]


def test_a_refused_file_goes_to_quarantine_with_its_reason(office: Office):
    (office.inbox / "kosong.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    result = office.look()
    assert result.run_requests == []
    assert (office.quarantine / "kosong.xlsx").exists()
    assert "Why:" in (office.quarantine / "kosong.xlsx.reason.txt").read_text()
    assert "kosong.xlsx" in str(result.skip_reason)


def test_uploads_that_were_run_by_hand_are_not_run_again_at_the_first_look(office: Office, warung_survey: Path):
    warung_survey.rename(office.inbox / "warung.csv")
    key = office.look().run_requests[0].partition_key
    office.lake.path(OUTPUTS, key).mkdir(parents=True)
    office.cursor = None
    assert office.look().run_requests == []


def removed(office: Office, key: str) -> None:
    """What the documentation says: everything of the upload, and its partition."""
    for path in office.lake.root.glob(f"*/{key}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    office.instance.delete_dynamic_partition("survey_uploads", key)


@pytest.mark.parametrize("looked_meanwhile", [True, False])
def test_an_upload_that_was_removed_and_is_dropped_again_runs_again(
    office: Office, warung_survey: Path, looked_meanwhile: bool
):
    content = warung_survey.read_bytes()
    (office.inbox / "warung.csv").write_bytes(content)
    (first,) = office.look().run_requests
    removed(office, first.partition_key)
    if looked_meanwhile:
        assert office.look().run_requests == []
    (office.inbox / "warung.csv").write_bytes(content)
    (again,) = office.look().run_requests
    assert again.partition_key == first.partition_key
    # Dagster passes over a run key that it has run.
    assert again.run_key != first.run_key
    assert again.asset_selection is None


def test_outputs_that_were_left_behind_do_not_keep_a_removed_upload_from_running(office: Office, warung_survey: Path):
    content = warung_survey.read_bytes()
    (office.inbox / "warung.csv").write_bytes(content)
    key = office.look().run_requests[0].partition_key
    office.lake.path(OUTPUTS, key).mkdir(parents=True)
    shutil.rmtree(office.lake.root / "uploads" / key)
    assert office.look().run_requests == []
    (office.inbox / "warung.csv").write_bytes(content)
    assert len(office.look().run_requests) == 1


def test_a_plan_that_is_brought_back_runs_again(office: Office, warung_survey: Path):
    warung_survey.rename(office.inbox / "warung.csv")
    key = office.look().run_requests[0].partition_key
    keys = set()
    for title in ("Pertama", "Kedua", "Pertama"):
        (office.inbox / f"{key}.plan.yaml").write_text(f"title: {title}\n")
        (request,) = office.look().run_requests
        keys.add(request.run_key)
    assert len(keys) == 3


@pytest.mark.parametrize(
    ("touched", "first"),
    [
        ({"plan"}, "tabulation_plan"),
        ({"plan", "codes"}, "classified_responses"),
        ({"frames"}, "code_frames"),
        ({"codebook", "plan"}, "detected_variables"),
        ({"form"}, "raw_data"),
    ],
)
def test_what_was_brought_later_decides_the_first_stage(touched: set[str], first: str):
    assert stages_after(frozenset(touched))[0] == first
    assert stages_after(frozenset(touched))[-1] == STAGES[-1]


def test_a_new_upload_runs_every_stage():
    assert stages_after(None) == STAGES


def test_a_dropped_review_runs_from_the_code_frames_on_and_the_next_from_the_codes(office: Office, tmp_path: Path):
    from mcode_pipelines_tests.review.made import changed as edited
    from mcode_pipelines_tests.review.made import handed_out, raw_survey, recode

    raw_survey().data.drop("__row__").collect().write_csv(office.inbox / "feri.csv")
    key = office.look().run_requests[0].partition_key
    upload = office.lake.uploads.get(key)
    for number, code in enumerate((4, 1)):
        made = handed_out(tmp_path / str(number), upload=key, sha256=upload.sha256)
        edited(made, recode("kursi sobek", code)).rename(office.inbox / f"koreksi {number}.xlsx")
        (request,) = office.look().run_requests
        assert request.partition_key == key
        first = request.asset_selection[0].to_user_string()
        # The first review also fixes the frame that its codes are of.
        assert first == ("code_frames", "classified_responses")[number]
    assert "koreksi 1.xlsx.taken.txt" in {p.name for p in office.inbox.iterdir()}


def test_an_upload_whose_partition_was_lost_gets_it_back(office: Office, warung_survey: Path):
    warung_survey.rename(office.inbox / "warung.csv")
    key = office.look().run_requests[0].partition_key
    (added,) = office.look().dynamic_partitions_requests
    assert added.partition_keys == [key]
    office.instance.add_dynamic_partitions("survey_uploads", [key])
    assert office.look().dynamic_partitions_requests == []


def test_an_upload_that_somebody_runs_by_hand_is_left_alone_until_that_has_ended(office: Office, warung_survey: Path):
    warung_survey.rename(office.inbox / "warung.csv")
    (request,) = office.look().run_requests
    key = str(request.partition_key)
    (office.inbox / f"{key}.plan.yaml").write_text("title: Warung\n")
    with Lake(office.lake.root).uploads.in_hand(key):
        assert office.look().run_requests == []
        assert office.lake.uploads.get(key).companions.keys() == {"plan"}
    # Whoever had it in hand ended without a run, so it is still to be made.
    (request,) = office.look().run_requests
    assert request.tags["mcode/because"] == "new plan"
    assert office.look().run_requests == []


def test_a_run_by_hand_counts_for_the_stages_it_made_alone(office: Office, warung_survey: Path):
    warung_survey.rename(office.inbox / "warung.csv")
    key = str(office.look().run_requests[0].partition_key)
    job = assemble(office.lake).resolve_job_def("process_upload")
    office.instance.add_dynamic_partitions("survey_uploads", [key])
    assert job.execute_in_process(instance=office.instance, partition_key=key).success

    def by_hand(*stages: str) -> None:
        upload = office.lake.uploads.get(key)
        made = job.execute_in_process(
            instance=office.instance,
            partition_key=key,
            asset_selection=[dg.AssetKey(stage) for stage in stages],
            tags={REVISION: upload.run_key},
        )
        assert made.success

    (office.inbox / f"{key}.plan.yaml").write_text("title: Warung\n")
    before = office.cursor
    office.look()
    by_hand("excel_outputs")
    office.cursor = before
    assert len(office.look().run_requests) == 1
    by_hand("tabulation_plan", "crosstab_batches", "excel_outputs")
    office.cursor = before
    assert office.look().run_requests == []


def test_a_name_that_is_no_text_a_link_and_a_pipe_stop_nobody(office: Office, warung_survey: Path):
    (office.inbox / os.fsdecode(b"warung_caf\xe9.csv")).write_bytes(warung_survey.read_bytes())
    (office.inbox / os.fsdecode(b"\xff\xfe.pdf")).write_bytes(b"%PDF")
    (office.inbox / "link.csv").symlink_to("/etc/hostname")
    os.mkfifo(office.inbox / "pipe")
    (office.inbox / "warung_2026.sav").write_bytes(b"$FL2 and no more")
    result = office.look()
    assert len(result.run_requests) == 1
    assert list(office.inbox.iterdir()) == []
    notes = {note.name for note in office.quarantine.glob("*.reason.txt")}
    assert notes == {"ÿþ.pdf.reason.txt", "link.csv.reason.txt", "pipe.reason.txt", "warung_2026.sav.reason.txt"}
    assert office.look().run_requests == []
    assert {note.name for note in office.quarantine.glob("*.reason.txt")} == notes


def test_a_file_that_was_taken_too_early_leaves_one_upload_with_one_partition(office: Office, warung_survey: Path):
    lines = warung_survey.read_text().splitlines(keepends=True)
    (office.inbox / "warung.csv").write_text("".join(lines[: len(lines) // 2]))
    first = str(office.look().run_requests[0].partition_key)
    office.instance.add_dynamic_partitions("survey_uploads", [first])
    office.lake.path(OUTPUTS, first).mkdir(parents=True)
    job = assemble(office.lake).resolve_job_def("process_upload")
    waiting = office.instance.create_run_for_job(job, tags={"dagster/partition": first})
    (office.inbox / "warung.csv").write_text("".join(lines))
    (request,) = office.look().run_requests
    key = str(request.partition_key)
    assert key != first
    assert office.lake.uploads.keys() == [key]
    # What still runs is left until it has ended.
    assert office.lake.path(OUTPUTS, first).exists()
    office.instance.report_run_canceled(waiting)
    assert office.look().run_requests == []
    assert first not in office.instance.get_dynamic_partitions("survey_uploads")
    assert not office.lake.path(OUTPUTS, first).exists()


def test_a_run_of_an_unfinished_copy_ends_with_a_sentence_and_no_note(
    office: Office, warung_survey: Path, instance: dg.DagsterInstance
):
    lines = warung_survey.read_text().splitlines(keepends=True)
    (office.inbox / "warung.csv").write_text("".join(lines[: len(lines) // 2]))
    first = str(office.look().run_requests[0].partition_key)
    (office.inbox / "warung.csv").write_text("".join(lines))
    office.look()
    result = run(assemble(office.lake), instance, first)
    assert "was not finished when it was taken" in sentence(result)
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_run_notes",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=result.dagster_run,
    ).for_run_failure()
    failed_run_notes(context, lake=office.lake)
    assert list(office.quarantine.iterdir()) == []


def test_a_delivery_that_is_superseded_is_told_in_its_metadata_and_its_note(office: Office):
    for people in (60, 66):
        folder = office.inbox / "Warung Oktober 2026"
        folder.mkdir()
        table = warung_table(people)
        # Not a file that has grown: the tool wrote the newest interviews first this time.
        (table if people == 60 else table.reverse()).write_csv(folder / "data.csv")
        result = office.look()
        (request,) = result.run_requests
        if people == 60:
            first = request.partition_key
            assert result.asset_events == []
            office.lake.path(OUTPUTS, first).mkdir(parents=True)
    assert {(event.asset_key.to_user_string(), event.partition) for event in result.asset_events} == {
        ("raw_data", first),
        (OUTPUTS, first),
    }
    told = str(result.asset_events[0].metadata["superseded"].value)
    assert f"a later delivery of the same interviews, {request.partition_key}, stands in its place" in told
    note = (office.inbox / "done" / f"{first}.txt").read_text(encoding="utf-8")
    assert f"mcode wave restore {first}" in note
    assert "Sudah digantikan" in note
    assert office.look().asset_events == []


def test_a_corrected_wave_codes_and_tabulates_its_upload_anew(office: Office, warung_survey: Path):
    warung_survey.rename(office.inbox / "warung 2026-09.csv")
    (request,) = office.look().run_requests
    key = request.partition_key
    (office.inbox / f"{key}.wave.yaml").write_text("wave: Okt 2026\n")
    (again,) = office.look().run_requests
    assert again.partition_key == key
    assert [asset.to_user_string() for asset in again.asset_selection] == list(STAGES[STAGES.index("code_frames") :])
    assert office.lake.uploads.get(key).wave == "Okt 2026"
    assert office.look().run_requests == []
