"""The inbox: what is dropped becomes an upload, a partition and a run, without a click."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
from pydantic import BaseModel

from mcode_pipelines.defs.jobs import REVISION, STAGES, process_upload
from mcode_pipelines.defs.partitions import survey_uploads
from mcode_pipelines.defs.stage import told_plainly
from mcode_pipelines.intake import NextSteps, RunWanted, look, next_steps, still_written, take, wanted_runs
from mcode_pipelines.lake import OUTPUTS, Lake, replaced_file
from mcode_pipelines.settings import Settings

FIRST_STAGE_TOUCHED = {
    "form": "raw_data",
    "codebook": "detected_variables",
    "frames": "code_frames",
    "codes": "classified_responses",
    "plan": "tabulation_plan",
}
"""The first stage that something brought later makes anew; everything behind it follows."""


class InboxMemory(BaseModel):
    """What one look hands on to the next: kept by Dagster as the sensor's cursor."""

    seen: dict[str, str] = {}
    """Name to signature of what lay in the inbox."""
    growing: tuple[str, ...] = ()
    """Names of what was seen to change while it lay there."""
    answered: dict[str, str] = {}
    """Name to signature of drops that were answered but could not be cleared away."""
    requested: dict[str, dict[str, str]] = {}
    """Partition to the companions (kind to short sha256) its last run was asked for."""


def stages_after(touched: frozenset[str] | None) -> tuple[str, ...]:
    """The stages to make anew; None: the upload is new, all of them. A plan leaves the coding as it is."""
    if touched is None:
        return STAGES
    first = min(STAGES.index(FIRST_STAGE_TOUCHED[kind]) for kind in touched)
    return STAGES[first:]


def look_at_inbox(
    lake: Lake, memory: InboxMemory, settings: Settings
) -> tuple[InboxMemory, list[RunWanted], list[str]]:
    """One look: takes what is complete, and says which runs uploads lack and what to tell.

    What is still coming is waited for, but not longer than the settle time; a drop that needs longer is looked at
    again at the next look. Raises StorageTrouble where a folder of ours cannot be used.
    """
    started = time.monotonic()
    told: list[str] = []
    answered = dict(memory.answered)
    steps = _steps(lake, memory, settings)
    if steps.wait and not steps.admit and settings.settle_seconds <= settings.inbox_seconds:
        time.sleep(settings.settle_seconds)
        seen_now = memory.model_copy(update={"seen": steps.seen, "growing": tuple(steps.growing)})
        steps = _steps(lake, seen_now, settings)
    for drop in steps.admit:
        if time.monotonic() - started > settings.look_seconds:
            break
        answer = take(drop, lake.uploads, settings.quarantine, limits=settings.limits())
        told += [answer.sentence, *getattr(answer, "remarks", ())]
        if left := getattr(answer, "left_in_inbox", None):
            told.append(left)
            answered[drop.name] = drop.signature
    requested = memory.requested or _finished_before(lake)
    uploads = [lake.uploads.get(key) for key in lake.uploads.keys()]  # noqa: SIM118 - a store is no dictionary
    # What somebody runs by hand just now is looked at again when that run has ended, well or not.
    in_hand = {u.key for u in uploads if lake.uploads.is_in_hand(u.key)}
    runs = wanted_runs((u for u in uploads if u.key not in in_hand), requested)
    now_requested = {
        u.key: {kind: digest[:12] for kind, digest in u.companions.items()} for u in uploads if u.key not in in_hand
    }
    now_requested |= {key: requested[key] for key in in_hand if key in requested}
    left_alone = {name: signature for name, signature in answered.items() if steps.seen.get(name) == signature}
    growing = tuple(sorted(steps.growing))
    return InboxMemory(seen=steps.seen, growing=growing, answered=left_alone, requested=now_requested), list(runs), told


def _steps(lake: Lake, memory: InboxMemory, settings: Settings) -> NextSteps:
    drops = look(settings.inbox)
    return next_steps(
        drops,
        now=time.time(),
        settle_seconds=settings.settle_seconds,
        previous=memory.seen,
        growing=memory.growing,
        answered=memory.answered,
        held_open=[d.name for d in drops if any(still_written(d.path_of(f)) for f in d.files)],
        at_most=settings.uploads_a_look,
    )


def _finished_before(lake: Lake) -> dict[str, dict[str, str]]:
    """Uploads that were run by hand before the inbox was ever looked at: they need no run of their own."""
    return {
        key: lake.uploads.get(key).companions
        for key in lake.uploads.keys()  # noqa: SIM118 - a store is no dictionary
        if lake.path(OUTPUTS, key).exists()
    }


def made_by_hand(instance: dg.DagsterInstance, wanted: RunWanted) -> bool:
    """Whether a run that somebody started by hand has made of an upload's content what is wanted."""
    by_hand = dg.RunsFilter(tags={REVISION: wanted.run_key}, statuses=[dg.DagsterRunStatus.SUCCESS])
    stages = {dg.AssetKey(stage) for stage in stages_after(wanted.touched)}
    return any(stages <= (run.asset_selection or stages) for run in instance.get_runs(filters=by_hand, limit=5))


def request_of(wanted: RunWanted) -> dg.RunRequest:
    """The run an upload lacks: everything for a new one, else from the first stage that was touched."""
    stages = stages_after(wanted.touched)
    because = "new upload" if wanted.touched is None else "new " + ", ".join(sorted(wanted.touched))
    return dg.RunRequest(
        run_key=wanted.run_key,
        partition_key=wanted.key,
        asset_selection=None if stages == STAGES else [dg.AssetKey(name) for name in stages],
        tags={"mcode/because": because},
    )


@dg.sensor(
    name="inbox_sensor",
    job=process_upload,
    minimum_interval_seconds=Settings.from_environment().inbox_seconds,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Watches the inbox. A complete file or folder becomes an upload, a partition and a run; "
    "what cannot be used goes to quarantine with its reason.",
)
def inbox_sensor(context: dg.SensorEvaluationContext, lake: dg.ResourceParam[Lake]) -> dg.SensorResult:
    """What is on disk against what is known; a run for every upload that lacks one."""
    memory = InboxMemory.model_validate_json(context.cursor) if context.cursor else InboxMemory()
    with told_plainly(context.log):
        memory, runs, told = look_at_inbox(lake, memory, Settings.from_environment())
    runs = [wanted for wanted in runs if not made_by_hand(context.instance, wanted)]
    for sentence in told:
        context.log.info(sentence)
    # Also uploads that came another way, or whose partition went when Dagster's records were lost.
    known = set(context.instance.get_dynamic_partitions(str(survey_uploads.name)))
    unknown = [key for key in lake.uploads.keys() if key not in known]  # noqa: SIM118 - a store is no dictionary
    return dg.SensorResult(
        run_requests=[request_of(wanted) for wanted in runs],
        dynamic_partitions_requests=[survey_uploads.build_add_request(unknown)] if unknown else [],
        cursor=memory.model_dump_json(),
        skip_reason=None if runs else dg.SkipReason("; ".join(told) or "nothing new in the inbox"),
    )


@dg.run_failure_sensor(
    name="failed_run_notes",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=Settings.from_environment().inbox_seconds,
    description="Tells of a failed run where its upload came from: a note in the quarantine folder, in plain words.",
)
def failed_run_notes(context: dg.RunFailureSensorContext) -> None:
    """A note `<partition>.reason.txt` for an upload whose run failed: whoever drops files need not open the web UI."""
    run = context.dagster_run
    key = run.tags.get("dagster/partition")
    if key is None or run.tags.get("dagster/will_retry") == "true":
        return
    failures = (event.step_failure_data.user_failure_data for event in context.get_step_failure_events())
    sentences = [str(failure.description) for failure in failures if failure is not None]
    write_failure_note(Settings.from_environment().quarantine, key, sentences, run.run_id)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="mended_run_notes",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=Settings.from_environment().inbox_seconds,
    description="Takes back the note of a failed run once a later run of the same upload has delivered.",
)
def mended_run_notes(context: dg.RunStatusSensorContext) -> None:
    """Removes `<partition>.reason.txt` when the upload's workbooks have been written after all."""
    run = context.dagster_run
    key = run.tags.get("dagster/partition")
    chosen = run.asset_selection
    if key and (not chosen or dg.AssetKey(OUTPUTS) in chosen):
        (Settings.from_environment().quarantine / f"{key}.reason.txt").unlink(missing_ok=True)


def write_failure_note(quarantine: Path, key: str, sentences: Sequence[str], run_id: str) -> Path:
    """Writes why an upload could not be processed, and what to do; replaces an earlier note of the same upload."""
    why = "\n".join(sentences) or "The run broke off; an engineer can see more in the web UI."
    now = datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    with replaced_file(quarantine / f"{key}.reason.txt") as beside:
        beside.write_text(
            f"{key} could not be processed to its end.\n\nWhy: {why}\n\n"
            f"Happened {now}. The upload itself is kept; drop again only what you mended, for example "
            f"{key}.plan.yaml. In the web UI the run is {run_id}.\n",
            encoding="utf-8",
        )
    return quarantine / f"{key}.reason.txt"
