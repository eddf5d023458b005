"""The whole pipeline on one upload through Dagster, in this process, with progress for a person to watch."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import dagster as dg

from mcode_pipelines.defs.jobs import REVISION, STAGES
from mcode_pipelines.defs.partitions import survey_uploads
from mcode_pipelines.defs.run_failures import failure_sentences
from mcode_pipelines.survey import SurveyError

_LOOK_SECONDS = 0.3

_FIGURES = {
    "raw_data": ("rows", "columns"),
    "detected_variables": ("variables",),
    "code_frames": ("questions", "codes"),
    "classified_responses": ("answers", "codes_given"),
    "tabulation_plan": ("rows",),
    "crosstab_batches": ("tables", "cells"),
    "excel_outputs": ("tables",),
}
"""What each stage made, in one line."""


class RunFailed(SurveyError):
    """A run that did not finish."""


def run_upload(
    definitions: dg.Definitions,
    home: Path,
    key: str,
    say: Callable[[str], None],
    stages: Sequence[str] = STAGES,
    revision: str | None = None,
) -> None:
    """Runs `process_upload`, or some of its stages, for one partition on the instance in `home`.

    `revision` is the upload's content that is run (`RunWanted.run_key`): a service asks for no second run of it.
    Raises RunFailed with the stage's sentence.
    """
    run_id = str(uuid.uuid4())
    with dg.DagsterInstance.from_config(str(home)) as instance:
        instance.add_dynamic_partitions(str(survey_uploads.name), [key])
        finished = threading.Event()
        watcher = threading.Thread(target=_watch, args=(instance, run_id, finished, say, stages), daemon=True)
        watcher.start()
        try:
            result = definitions.resolve_job_def("process_upload").execute_in_process(
                instance=instance,
                partition_key=key,
                run_id=run_id,
                raise_on_error=False,
                tags={REVISION: revision} if revision else None,
                asset_selection=[dg.AssetKey(stage) for stage in stages],
                # Dagster's own log lines are for engineers; they stay readable in the web UI.
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
        finally:
            finished.set()
            watcher.join()
        if not result.success:
            raise RunFailed(_reason(instance, result))


def _watch(
    instance: dg.DagsterInstance,
    run_id: str,
    finished: threading.Event,
    say: Callable[[str], None],
    stages: Sequence[str],
) -> None:
    cursor: str | None = None
    more = True
    started = 0  # stages are counted as they come: the plan may be ready before the answers are coded
    while more:
        more = not finished.wait(_LOOK_SECONDS)
        records = instance.get_records_for_run(run_id, cursor)
        cursor = records.cursor
        for record in records.records:
            event = record.event_log_entry.dagster_event
            if event is not None and event.is_step_start and event.step_key in stages:
                started += 1
                say(f"  {started} of {len(stages)}  {str(event.step_key).replace('_', ' ')} ...")
            elif line := _line(record.event_log_entry):
                say(line)


def _line(entry: dg.EventLogEntry) -> str | None:
    event = entry.dagster_event
    if event is None:
        return (
            f"        {entry.user_message}" if int(entry.level) >= logging.INFO and entry.step_key in STAGES else None
        )
    if event.is_step_materialization and event.step_key in STAGES:
        metadata = event.step_materialization_data.materialization.metadata
        made = [f"{metadata[name].value:,} {name.replace('_', ' ')}" for name in _FIGURES[event.step_key]]
        seconds = metadata.get("seconds")
        return f"        {', '.join(made)}" + (f"  ({seconds.value} s)" if seconds else "")
    return None


def _reason(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> str:
    for sentence in failure_sentences(instance, result.run_id):
        return sentence
    for event in result.filter_events(lambda e: e.is_step_failure):
        if event.step_failure_data.error:
            return f"{event.step_key}: {event.step_failure_data.error.message.strip()}"
    return "the run failed"
