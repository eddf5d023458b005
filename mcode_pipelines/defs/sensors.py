"""The inbox: what is dropped becomes an upload, a partition and a run, without a click."""

from __future__ import annotations

import json
import time

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pydantic import BaseModel

from mcode_pipelines.defs.jobs import STAGES, process_upload
from mcode_pipelines.defs.partitions import survey_uploads
from mcode_pipelines.defs.resources import LakeResource
from mcode_pipelines.defs.stage import told_plainly
from mcode_pipelines.intake import Admitted, Answer, NotYet, RunWanted, look, next_steps, still_written, take, wanted_runs
from mcode_pipelines.lake import OUTPUTS, Lake
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
