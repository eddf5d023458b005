"""Tables that compare waves which have changed since: found, marked stale, and told; nothing is made anew by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import dagster as dg

from mcode_pipelines.defs.data_versions import VERSION_TAG, data_version
from mcode_pipelines.intake import of_study
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Remark, SurveyError

_PLAN, _TABLES = "tabulation_plan", "crosstab_batches"
_MOST_PLANS = 20
"""Plans that were made since the tables were are looked behind, so many of them."""


def older_books(instance: dg.DagsterInstance, lake: Lake, keys: Iterable[str]) -> list[str]:
    """Those of the uploads whose tables compare waves, and were made when these were others than now."""
    return [key for key in keys if (made := _made_from(instance, lake, key)) and made != _now(instance, lake, key)]


def mark_older_books(instance: dg.DagsterInstance, lake: Lake, key: str) -> list[str]:
    """Makes Dagster call the tables stale that compare waves of an upload's study and are older than these.

    The upload itself, which has just been run, is left out. Returns the keys of the others.
    """
    study = lake.uploads.get(key).study
    others = [u.key for u in of_study(lake.uploads.uploads(), study) if u.key != key]
    older = older_books(instance, lake, others)
    for other in older:
        record = _records(instance, _PLAN, other, 1)[0]
        now, before = _now(instance, lake, other), record.asset_materialization
        if before is None or (before.tags or {}).get(VERSION_TAG) == now:
            continue
        said = older_remark(other)
        instance.report_runless_asset_event(
            dg.AssetMaterialization(
                asset_key=_PLAN,
                partition=other,
                metadata={**before.metadata, "waves_changed": dg.MetadataValue.text(f"{said.en}\n{said.id}")},
                tags={VERSION_TAG: now},
            )
        )
    return older


def older_remark(key: str) -> Remark:
    """What to do about tables that are older than the waves they compare."""
    return Remark(
        en=f"The waves that these tables compare have changed since they were made; make them anew with: mcode wave "
        f"anew {key}, or in the web UI with the job tabulate_upload and then deliver_upload of this partition.",
        id=f"Gelombang yang dibandingkan di tabel ini sudah berubah sejak tabelnya dibuat; buat ulang dengan: "
        f"mcode wave anew {key}, atau di web dengan job tabulate_upload lalu deliver_upload untuk partisi ini.",
    )


def _made_from(instance: dg.DagsterInstance, lake: Lake, key: str) -> str | None:
    """The version of the plan, with its waves, that the tables were made from; None where they compare none."""
    if not lake.path(_TABLES, key).exists() or not lake.path(_PLAN, key).exists():
        return None
    if lake.open(_PLAN, key).waves is None:
        return None
    tables, plans = _records(instance, _TABLES, key, 1), _records(instance, _PLAN, key, _MOST_PLANS)
    before = [plan for plan in plans if tables and plan.storage_id < tables[0].storage_id]
    return (before[0].event_log_entry.tags or {}).get(VERSION_TAG) if before else None


def _records(instance: dg.DagsterInstance, asset: str, key: str, most: int) -> Sequence[dg.EventLogRecord]:
    """The last materializations of an asset of an upload, the newest first."""
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[key])
    return instance.fetch_materializations(wanted, limit=most).records


def _now(instance: dg.DagsterInstance, lake: Lake, key: str) -> str:
    try:
        return data_version(instance, lake, _PLAN, key).value
    except SurveyError as gone:  # a wave that the plan names is there no more
        return hashlib.sha256(str(gone).encode()).hexdigest()
