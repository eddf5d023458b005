"""A failed run is told where the upload came from."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from mcode_pipelines.defs.sensors import failed_run_notes, finished_run_notes
from mcode_pipelines.intake import scan_inbox
from mcode_pipelines.lake import Lake
from mcode_pipelines_tests.defs.conftest import admitted, run


def test_an_upload_with_a_wrong_plan_gets_a_note_with_the_sentence(
    definitions, instance, lake: Lake, tmp_path: Path, warung_survey: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MCODE_QUARANTINE", str(tmp_path / "quarantine"))
    monkeypatch.setenv("MCODE_INBOX", str(tmp_path / "inbox"))
    (tmp_path / "inbox").mkdir()
    folder = tmp_path / "warung"
    folder.mkdir()
    warung_survey.rename(folder / "warung.csv")
    (folder / "plan.yaml").write_text("weight: Jenis klamin\n")
    key = admitted(lake, folder)
    result = run(definitions, instance, key)
    assert not result.success
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_run_notes",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=result.dagster_run,
    ).for_run_failure()
    failed_run_notes(context, lake=lake)
    note = (tmp_path / "quarantine" / f"{key}.reason.txt").read_text()
    assert "Jenis klamin" in note
    assert "Traceback" not in note
    assert f"{key}.plan.yaml" in note

    mended = run(definitions, instance, key, tabulation_plan={"plan_yaml": "banner: [total, Jenis kelamin]"})
    assert mended.success
    finished = dg.build_run_status_sensor_context(
        sensor_name="finished_run_notes",
        dagster_event=mended.get_run_success_event(),
        dagster_instance=instance,
        dagster_run=mended.dagster_run,
    )
    finished_run_notes(finished, lake=lake)
    assert list((tmp_path / "quarantine").glob("*.reason.txt")) == []
    (done,) = (tmp_path / "inbox" / "done").iterdir()
    told = done.read_text()
    assert done.name == f"{key}.txt"
    for path in lake.path("excel_outputs", key).iterdir():
        assert path.name in told
    assert str(lake.path("excel_outputs", key)) in told
    assert "selesai diolah" in told
    assert "was finished" in told
    # Nothing in the folder of notes is a drop.
    assert scan_inbox(tmp_path / "inbox") == []

    failed_run_notes(context, lake=lake)
    assert not done.exists()
