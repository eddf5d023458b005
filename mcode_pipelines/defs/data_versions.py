"""The data version of what a stage wrote: Dagster calls stale whatever was made from another version."""

from __future__ import annotations

import hashlib
import json

import dagster as dg

from mcode_pipelines.defs.harmonisation import decisions_read
from mcode_pipelines.defs.jobs import FIRST_STAGE_TOUCHED, STAGES
from mcode_pipelines.defs.waves import ingested_to_code_by, wanted_uploads
from mcode_pipelines.intake import Upload, decisions_digest
from mcode_pipelines.lake import OUTPUTS, Lake

_READ_OF_A_WAVE = ("raw_data", "detected_variables", "code_frames", "classified_responses")
_COMPARING_WAVES = ("tabulation_plan", "crosstab_batches", OUTPUTS)
VERSION_TAG = "dagster/data_version"


def data_version(instance: dg.DagsterInstance, lake: Lake, asset: str, key: str) -> dg.DataVersion:
    """The sha256 of what an asset wrote, of the companions it is made from and the earlier waves it is compared with.

    The same content again has the same version, whenever and however often it is made.
    """
    companions = lake.uploads.get(key).companions
    parts = {
        "content": _workbooks(instance, lake, key) if asset == OUTPUTS else lake.digest(asset, key),
        "companions": {kind: companions[kind] for kind in sorted(companions) if _is_read_by(asset, kind)},
        "waves": {
            label: {read: _version(instance, lake, read, upload.key) for read in _READ_OF_A_WAVE}
            for label, upload in _waves_of(lake, asset, key).items()
        },
    }
    if asset in _COMPARING_WAVES and (decided := decisions_read(lake, key)):
        parts["decisions"] = decisions_digest(decided)
    return dg.DataVersion(hashlib.sha256(json.dumps(parts).encode()).hexdigest())


def _is_read_by(asset: str, companion: str) -> bool:
    # Of a harmonisation the decisions count that hold for the study, whichever upload they came with.
    return FIRST_STAGE_TOUCHED[companion] == asset and companion != "harmonisation"


def _workbooks(instance: dg.DagsterInstance, lake: Lake, key: str) -> dict[str, object]:
    """Which workbooks there are and what they were made from.

    Their bytes say nothing: they hold the run and its time, and the order of their styles is not the same twice. That
    they hold what was computed is checked when they are written.
    """
    return {
        "files": sorted(file.name for file in lake.path(OUTPUTS, key).iterdir() if file.is_file()),
        "made_from": {asset: _version(instance, lake, asset, key) for asset in STAGES if asset != OUTPUTS},
    }


def _waves_of(lake: Lake, asset: str, key: str) -> dict[str, Upload]:
    """The earlier waves that an asset, or a stage behind it, reads beside its own upload."""
    if asset in _COMPARING_WAVES:
        return wanted_uploads(lake, key, lake.open("tabulation_plan", key))
    # Coding learns from earlier waves, whether or not it leaves the frames as they are.
    return {upload.key: upload for upload in ingested_to_code_by(lake, key)} if asset == "code_frames" else {}


def _version(instance: dg.DagsterInstance, lake: Lake, asset: str, key: str) -> str:
    """The version of an asset of another upload; what Dagster has no record of is read."""
    if not lake.path(asset, key).exists():
        return "not made"
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[key]), limit=1
    ).records
    known = (records[0].event_log_entry.tags or {}).get(VERSION_TAG) if records else None
    return known or lake.digest(asset, key)
