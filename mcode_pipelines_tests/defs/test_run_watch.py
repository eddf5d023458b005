"""Runs whose process is gone and runs that take too long: real processes, Dagster's real records."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import EngineEventData
from dagster._core.storage.tags import GRPC_INFO_TAG, WILL_RETRY_TAG

from mcode_pipelines.defs.run_watch import GONE, TOO_LONG, look_after_runs, process_of
from mcode_pipelines.instance_config import prepare_home
from mcode_pipelines.settings import Settings

HOUR = 3600
STATUS = dg.DagsterRunStatus


@dg.op
def nothing() -> None: ...


@dg.job
def some_job() -> None:
    nothing()


@pytest.fixture
def records(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    folders = {f"MCODE_{name}": str(tmp_path / name.lower()) for name in ("STORAGE", "INBOX", "QUARANTINE")}
    prepare_home(tmp_path / "home", Settings.from_environment(folders))
    with dg.DagsterInstance.from_config(str(tmp_path / "home")) as instance:
        yield instance


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    """A process with a child of its own."""
    script = "import subprocess,sys; print(subprocess.Popen(['sleep', '600']).pid, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as made:
        yield made
        made.kill()


def started(records: dg.DagsterInstance, pid: int, *, by_the_service: bool = True) -> dg.DagsterRun:
    run = records.create_run_for_job(some_job, tags={GRPC_INFO_TAG: "{}"} if by_the_service else {})
    records.report_engine_event(f"Started process for run (pid: {pid}).", run, EngineEventData.in_process(pid))
    records.report_dagster_event(
        dg.DagsterEvent(event_type_value="PIPELINE_START", job_name="some_job", message=""), run.run_id
    )
    return run


def state(records: dg.DagsterInstance, run: dg.DagsterRun) -> tuple[STATUS, bool]:
    """The run's status, and whether it will be tried again."""
    now = records.get_run_by_id(run.run_id)
    assert now is not None
    return now.status, now.tags.get(WILL_RETRY_TAG) == "true"


def failures(records: dg.DagsterInstance, run: dg.DagsterRun) -> list[str]:
    return [entry.message for entry in records.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)]


def test_a_run_whose_process_goes_is_left_alone(records: dg.DagsterInstance, process: subprocess.Popen[bytes]):
    run = started(records, process.pid)
    assert look_after_runs(records, HOUR) == []
    assert state(records, run) == (STATUS.STARTED, False)


def test_a_run_whose_process_was_killed_fails_and_is_tried_again(
    records: dg.DagsterInstance, process: subprocess.Popen[bytes]
):
    run = started(records, process.pid)
    process.kill()
    # Not waited for: the kernel still keeps its number, as it does while a stuck parent does not look.
    time.sleep(0.5)
    assert len(look_after_runs(records, HOUR)) == 1
    assert state(records, run) == (STATUS.FAILURE, True)
    assert failures(records, run)[0].startswith(GONE)
    process.wait()
    assert look_after_runs(records, HOUR) == []


def test_another_process_that_got_the_same_number_is_not_the_runs(records: dg.DagsterInstance, tmp_path: Path):
    run = started(records, 1)  # the first process of a machine: long there, and no child of this one
    assert look_after_runs(records, HOUR) == []
    told = process_of(records, run.run_id)
    assert told is not None
    orphan = subprocess.run(
        ["sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!"], capture_output=True, text=True, check=True
    )
    later = int(orphan.stdout)
    try:
        assert type(told)(later, time.time()).is_alive()
        assert not type(told)(later, time.time() - 100).is_alive()
    finally:
        subprocess.run(["kill", str(later)], check=False)


def test_a_run_that_was_being_cancelled_is_cancelled(records: dg.DagsterInstance, process: subprocess.Popen[bytes]):
    run = started(records, process.pid)
    records.report_run_canceling(run)
    process.kill()
    process.wait()
    look_after_runs(records, HOUR)
    assert state(records, run) == (STATUS.CANCELED, False)


def ended(process: int) -> bool:
    """Whether a process is gone, or only waits to be buried; a signal takes a moment to arrive."""
    for _ in range(100):
        with contextlib.suppress(OSError):
            if " Z " not in Path(f"/proc/{process}/stat").read_text():
                time.sleep(0.1)
                continue
        return True
    return False


def test_a_run_over_its_time_is_ended_once_and_not_tried_again(
    records: dg.DagsterInstance, process: subprocess.Popen[bytes]
):
    assert process.stdout is not None
    child = int(process.stdout.readline())
    run = started(records, process.pid)
    time.sleep(1.2)
    assert len(look_after_runs(records, 1)) == 1
    assert process.wait(10) == -9
    assert ended(child)
    assert look_after_runs(records, 1) == []
    assert state(records, run) == (STATUS.FAILURE, False)
    (why,) = failures(records, run)
    assert why.startswith(TOO_LONG)


def test_what_somebody_runs_in_a_terminal_has_no_limit(records: dg.DagsterInstance, process: subprocess.Popen[bytes]):
    run = started(records, process.pid, by_the_service=False)
    time.sleep(1.2)
    assert look_after_runs(records, 1) == []
    assert process.poll() is None
    assert state(records, run) == (STATUS.STARTED, False)


def test_a_run_tells_its_process_also_where_it_is_executed_here(records: dg.DagsterInstance):
    import os

    result = some_job.execute_in_process(instance=records)
    told = process_of(records, result.run_id)
    assert told is not None
    assert (told.pid, told.is_alive()) == (os.getpid(), True)
