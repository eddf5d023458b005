"""Looks after runs that go: whose process is gone, and who takes too long.

Dagster notices a dead run process only through the code server that started it. After a power cut, or when the code
server itself was killed, nobody knows, and the run would keep its place and block its upload until its time is over.
Dagster's own time limit restarts a run that exceeded it, which then exceeds it again. A sensor rather than a thread of
`mcode serve`: it can be seen, and stopped, in the web UI, and needs nothing but the public records.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from mcode_pipelines.defs.dagster_internals import CODE_SERVER_TAG, RETRIES_TAG
from mcode_pipelines.defs.partitions import OWNERS
from mcode_pipelines.settings import Settings

GONE = "The process of the run is gone"
TOO_LONG = "The run took longer than"
_GOING = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
_SECOND_LOOK_SECONDS = 2
"""A code server that lives tells of a dead process within a second; what it tells is not told twice."""
_STARTED_LATER_SECONDS = 2
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class RunProcess:
    """The process of a run, as the run's records name it."""

    pid: int
    known_since: float
    """When it told its number, in seconds since 1970: a process that started later only has the same number."""

    def is_alive(self) -> bool:
        """Whether this very process still goes. A child of ours does, even where somebody set the clock."""
        facts = _facts(self.pid)
        if facts is None or facts.is_dead:
            return False
        return facts.parent == os.getpid() or facts.started <= self.known_since + _STARTED_LATER_SECONDS

    def end(self) -> None:
        """Kills it and the processes it started. What it was writing lies beside its place and harms nobody."""
        if self.is_alive():
            for pid in (self.pid, *_descendants(self.pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def process_of(instance: dg.DagsterInstance, run_id: str) -> RunProcess | None:
    """The process that executes a run; None where the run has not told yet."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        event = entry.dagster_event
        pid = event.engine_event_data.metadata.get("pid") if event else None
        if pid is not None and str(pid.value).isdecimal():
            return RunProcess(int(str(pid.value)), entry.timestamp)
    return None


def look_after_runs(instance: dg.DagsterInstance, run_seconds: int) -> list[str]:
    """Fails every run whose process is gone (it is then retried) and ends every run over its time (it is not).

    A run that somebody executes in a terminal has no limit of time. Returns what was done, a sentence each.
    """
    told = []
    records = instance.get_run_records(dg.RunsFilter(statuses=_GOING))
    processes = {record.dagster_run.run_id: process_of(instance, record.dagster_run.run_id) for record in records}
    lost = [run_id for run_id, process in processes.items() if process is not None and not process.is_alive()]
    if lost:
        time.sleep(_SECOND_LOOK_SECONDS)
    for run_id in lost:
        run = instance.get_run_by_id(run_id)
        if run is None or run.status not in _GOING:
            continue
        sentence = f"{GONE}: it was killed, or the machine went down."
        if run.status == dg.DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, sentence)
        else:
            instance.report_run_failed(run, sentence)
        told.append(f"{run_id}: {sentence}")
    for record in records:
        run, started = record.dagster_run, record.start_time
        if (
            run.run_id not in lost
            and run.status == dg.DagsterRunStatus.STARTED
            and CODE_SERVER_TAG in run.tags
            and started is not None
            and time.time() - started > run_seconds
        ):
            told.append(f"{run.run_id}: {_end(instance, run, processes[run.run_id], run_seconds)}")
    return told


def _end(instance: dg.DagsterInstance, run: dg.DagsterRun, process: RunProcess | None, run_seconds: int) -> str:
    sentence = f"{TOO_LONG} {run_seconds:,} seconds (MCODE_RUN_SECONDS) and was ended."
    # Trying again would take as long again.
    instance.add_run_tags(run.run_id, {RETRIES_TAG: "0"})
    instance.report_run_failed(run, sentence)
    if process is not None:
        process.end()
    return sentence


@dataclass(frozen=True)
class _Facts:
    parent: int
    started: float
    is_dead: bool


def _facts(pid: int) -> _Facts | None:
    """What the kernel says of a process; None where there is none (Linux)."""
    try:
        # The name of the program stands in brackets and may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        booted = next(
            int(line.split()[1])
            for line in Path("/proc/stat").read_text(encoding="ascii").splitlines()
            if line.startswith("btime ")
        )
    except (OSError, StopIteration):
        return None
    return _Facts(int(fields[1]), booted + int(fields[19]) / _TICKS, is_dead=fields[0] in {"Z", "X"})


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text(encoding="ascii").split():
                yield from _descendants(int(child))
                yield int(child)


@dg.sensor(
    name="run_watch",
    minimum_interval_seconds=Settings.from_environment().monitor_seconds,
    default_status=dg.DefaultSensorStatus.RUNNING,
    owners=OWNERS,
    description="Fails runs whose process is gone, so that they are tried again, and ends runs over their time.",
)
def run_watch(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """A look at every run that goes; asks for no run itself."""
    told = look_after_runs(context.instance, Settings.from_environment().run_seconds)
    for sentence in told:
        context.log.warning(sentence)
    return dg.SkipReason("; ".join(told) or "every run that goes has its process and its time")
