"""The inbox: what is dropped becomes an upload, a partition and a run, without a click."""

from __future__ import annotations

import time

import dagster as dg
from pydantic import BaseModel

from mcode_pipelines.defs.harmonisation import WRITE_INTO_IT, sheet_folder
from mcode_pipelines.defs.jobs import REVISION, STAGES, process_upload, stages_after
from mcode_pipelines.defs.notes import done_note_of, take_back, write_done_note, write_failure_note
from mcode_pipelines.defs.older_books import mark_older_books, older_remark
from mcode_pipelines.defs.partitions import OWNERS, survey_uploads
from mcode_pipelines.defs.run_failures import failure_sentences
from mcode_pipelines.defs.run_watch import GONE, TOO_LONG
from mcode_pipelines.defs.stage import plain_failures
from mcode_pipelines.intake import (
    CAME,
    NextSteps,
    RunWanted,
    both_languages,
    ingest,
    is_open_for_writing,
    looks_cut_off,
    next_steps,
    remarks_on_standing,
    scan_inbox,
    storage_errors,
    superseded_in,
    wanted_runs,
)
from mcode_pipelines.lake import OUTPUTS, Lake
from mcode_pipelines.settings import Settings
from mcode_pipelines.survey import Remark

_NOT_ENDED = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


class InboxCursor(BaseModel):
    """What one look hands on to the next: kept by Dagster as the sensor's cursor."""

    seen: dict[str, str] = {}
    """Name to signature of what lay in the inbox."""
    growing: tuple[str, ...] = ()
    """Names of what was seen to change while it lay there."""
    answered: dict[str, str] = {}
    """Name to signature of drops that were answered but could not be cleared away."""
    requested: dict[str, dict[str, str]] = {}
    """Partition to the companions (kind to short sha256) its last run was asked for, and when the upload came."""
    superseded: dict[str, str] = {}
    """Partition to the later delivery in its place, as was told."""


def evaluate_inbox(
    lake: Lake, cursor: InboxCursor, settings: Settings
) -> tuple[InboxCursor, list[RunWanted], list[str]]:
    """One look: takes what is complete, and says which runs uploads lack and what to tell.

    What is still coming is waited for, but not longer than the settle time; a drop that needs longer is looked at
    again at the next look. Raises StorageError where a folder of ours cannot be used.
    """
    started = time.monotonic()
    told: list[str] = []
    answered = dict(cursor.answered)
    steps = _steps(lake, cursor, settings)
    if steps.wait and not steps.admit and settings.settle_seconds <= settings.inbox_seconds:
        time.sleep(settings.settle_seconds)
        seen_now = cursor.model_copy(update={"seen": steps.seen, "growing": tuple(steps.growing)})
        steps = _steps(lake, seen_now, settings)
    for item in steps.admit:
        if time.monotonic() - started > settings.look_seconds:
            break
        answer = ingest(item, lake.uploads, settings.quarantine, limits=settings.limits())
        told += [answer.sentence, *getattr(answer, "remarks", ())]
        if left := getattr(answer, "left_in_inbox", None):
            told.append(left)
            answered[item.name] = item.signature
    requested = cursor.requested or _finished_before(lake)
    uploads = [lake.uploads.get(key) for key in lake.uploads.keys()]  # noqa: SIM118 - a store is no dictionary
    # What somebody runs by hand just now is looked at again when that run has ended, well or not.
    in_hand = {u.key for u in uploads if lake.uploads.is_in_hand(u.key)}
    runs = wanted_runs((u for u in uploads if u.key not in in_hand), requested)
    now_requested = {
        u.key: {CAME: u.came, **{kind: digest[:12] for kind, digest in u.companions.items()}}
        for u in uploads
        if u.key not in in_hand
    }
    now_requested |= {key: requested[key] for key in in_hand if key in requested}
    left_alone = {name: signature for name, signature in answered.items() if steps.seen.get(name) == signature}
    growing = tuple(sorted(steps.growing))
    cursor = InboxCursor(
        seen=steps.seen,
        growing=growing,
        answered=left_alone,
        requested=now_requested,
        superseded=cursor.superseded,
    )
    return cursor, list(runs), told


def _steps(lake: Lake, cursor: InboxCursor, settings: Settings) -> NextSteps:
    items = scan_inbox(settings.inbox)
    return next_steps(
        items,
        now=time.time(),
        settle_seconds=settings.settle_seconds,
        previous=cursor.seen,
        growing=cursor.growing,
        answered=cursor.answered,
        held_open=[d.name for d in items if any(is_open_for_writing(d.path_of(f)) for f in d.files)],
        cut_off=[d.name for d in items if any(looks_cut_off(d.path_of(f)) for f in d.files)],
        at_most=settings.uploads_a_look,
    )


def _finished_before(lake: Lake) -> dict[str, dict[str, str]]:
    """Uploads that were run by hand before the inbox was ever looked at: they need no run of their own."""
    finished = {}
    for key in lake.uploads.keys():  # noqa: SIM118 - a store is no dictionary
        upload, outputs = lake.uploads.get(key), lake.path(OUTPUTS, key)
        # Outputs that are older were left behind when an earlier upload of the same data was removed.
        if outputs.exists() and outputs.stat().st_mtime >= upload.received.timestamp():
            finished[key] = upload.companions
    return finished


def clear_unfinished(instance: dg.DagsterInstance, lake: Lake, settings: Settings) -> list[str]:
    """Removes partition, results and notes of uploads whose file was not finished when it was taken.

    One that still runs is looked at again: its run ends by itself, since there is no such upload any more. Returns
    what was done, a sentence each. Raises StorageError.
    """
    told = []
    partitions = set(instance.get_dynamic_partitions(str(survey_uploads.name)))
    for upload in lake.uploads.uploads():
        for key in upload.grew_from:
            if key in lake.uploads:
                # Whoever put it away was killed before.
                with lake.uploads.locked():
                    lake.uploads.put_away_unfinished(upload)
            of_it = dg.RunsFilter(tags={"dagster/partition": key}, statuses=_NOT_ENDED)
            if key in partitions and not instance.get_runs_count(of_it):
                with storage_errors(lake.root):
                    lake.forget(key)
                take_back(done_note_of(settings.inbox, key))
                take_back(settings.quarantine / f"{key}.reason.txt")
                instance.delete_dynamic_partition(str(survey_uploads.name), key)
                told.append(f"{key} was not finished when it was taken; {upload.key} takes its place")
    return told


def was_run_by_hand(instance: dg.DagsterInstance, wanted: RunWanted) -> bool:
    """Whether a run that somebody started by hand has made of an upload's content what is wanted."""
    by_hand = dg.RunsFilter(tags={REVISION: wanted.run_key}, statuses=[dg.DagsterRunStatus.SUCCESS])
    stages = {dg.AssetKey(stage) for stage in stages_after(wanted.touched)}
    return any(stages <= (run.asset_selection or stages) for run in instance.get_runs(filters=by_hand, limit=5))


def run_request(wanted: RunWanted) -> dg.RunRequest:
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
    owners=OWNERS,
    description="Watches the inbox. A complete file or folder becomes an upload, a partition and a run; "
    "what cannot be used goes to quarantine with its reason.",
)
def inbox_sensor(context: dg.SensorEvaluationContext, lake: dg.ResourceParam[Lake]) -> dg.SensorResult:
    """What is on disk against what is known; a run for every upload that lacks one."""
    cursor = InboxCursor.model_validate_json(context.cursor) if context.cursor else InboxCursor()
    with plain_failures(context.log):
        cursor, runs, told = evaluate_inbox(lake, cursor, Settings.from_environment())
        told += clear_unfinished(context.instance, lake, Settings.from_environment())
    runs = [wanted for wanted in runs if not was_run_by_hand(context.instance, wanted)]
    for sentence in told:
        context.log.info(sentence)
    cursor, observations = _newly_superseded(lake, cursor)
    # Also uploads that came another way, or whose partition went when Dagster's records were lost.
    known = set(context.instance.get_dynamic_partitions(str(survey_uploads.name)))
    unknown = [key for key in lake.uploads.keys() if key not in known]  # noqa: SIM118 - a store is no dictionary
    return dg.SensorResult(
        run_requests=[run_request(wanted) for wanted in runs],
        dynamic_partitions_requests=[survey_uploads.build_add_request(unknown)] if unknown else [],
        cursor=cursor.model_dump_json(),
        asset_events=observations,
        skip_reason=None if runs else dg.SkipReason("; ".join(told) or "nothing new in the inbox"),
    )


@dg.run_failure_sensor(
    name="failed_run_notes",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=Settings.from_environment().inbox_seconds,
    description="Tells of a failed run where its upload came from: a note in the quarantine folder, in plain words.",
)
def failed_run_notes(context: dg.RunFailureSensorContext, lake: dg.ResourceParam[Lake]) -> None:
    """A note `<partition>.reason.txt` for an upload whose run failed: whoever drops files need not open the web UI."""
    run = context.dagster_run
    key = run.tags.get("dagster/partition")
    if key is None or run.tags.get("dagster/will_retry") == "true" or lake.uploads.successor(key) is not None:
        return
    sentences = failure_sentences(context.instance, run.run_id)
    ended = context.failure_event.message or ""
    if not sentences and ended.startswith((GONE, TOO_LONG)):
        sentences = [ended]
    settings = Settings.from_environment()
    sheet = sheet_folder(lake.root, key) if any(WRITE_INTO_IT in said for said in sentences) else None
    write_failure_note(settings.quarantine, key, sentences, run.run_id, sheet=sheet)
    take_back(done_note_of(settings.inbox, key))


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="finished_run_notes",
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=Settings.from_environment().inbox_seconds,
    description="Tells of finished workbooks where their upload came from: a note in the inbox's folder done. The note "
    "of an earlier failed run is taken back.",
)
def finished_run_notes(context: dg.RunStatusSensorContext, lake: dg.ResourceParam[Lake]) -> None:
    """A note `done/<partition>.txt` in the inbox when an upload's workbooks have been written."""
    run = context.dagster_run
    key = run.tags.get("dagster/partition")
    chosen = run.asset_selection
    if key is None or (chosen and dg.AssetKey(OUTPUTS) not in chosen) or key not in lake.uploads:
        return
    settings = Settings.from_environment()
    take_back(settings.quarantine / f"{key}.reason.txt")
    _write_note(lake, settings, key)
    for other in mark_older_books(context.instance, lake, key):
        _write_note(lake, settings, other, older_remark(other))


def _write_note(lake: Lake, settings: Settings, key: str, *more: Remark) -> None:
    remarks = (*remarks_on_standing(lake.uploads, key), *more)
    write_done_note(settings.inbox, lake.uploads.get(key), lake.path(OUTPUTS, key), remarks)


def _newly_superseded(lake: Lake, cursor: InboxCursor) -> tuple[InboxCursor, list[dg.AssetObservation]]:
    """What to tell of uploads in whose place a later delivery stands since the last look; and that it was told."""
    now = {key: by.key for key, by in superseded_in(lake.uploads.uploads()).items()}
    settings, told = Settings.from_environment(), []
    for key in (key for key, by in now.items() if cursor.superseded.get(key) != by):
        said = both_languages(remarks_on_standing(lake.uploads, key))
        for asset in ("raw_data", OUTPUTS):
            metadata = {"superseded": dg.MetadataValue.text("\n".join(said))}
            told.append(dg.AssetObservation(asset_key=asset, partition=key, metadata=metadata))
        if lake.path(OUTPUTS, key).exists():
            _write_note(lake, settings, key)
    return cursor.model_copy(update={"superseded": now}), told
