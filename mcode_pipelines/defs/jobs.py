"""Ways in for people: one job for everything, and one per stage."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from mcode_pipelines.defs.partitions import survey_uploads

STAGES = (
    "raw_data",
    "detected_variables",
    "code_frames",
    "classified_responses",
    "tabulation_plan",
    "crosstab_batches",
    "excel_outputs",
)
"""Every asset of an upload, in the order the data flows."""
REVISION = "mcode/revision"
"""The tag of a run that somebody started by hand: which upload with which content it is of, as `RunWanted.run_key`."""


def _job(name: str, description: str, *assets: str) -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        name, selection=dg.AssetSelection.assets(*assets), partitions_def=survey_uploads, description=description
    )


process_upload = _job(
    "process_upload",
    "Everything for one upload: read it, detect its variables, code the open answers, tabulate, write the workbooks.",
    *STAGES,
)
ingest_upload = _job("ingest_upload", "Read one upload again and detect its variables.", *STAGES[:2])
code_answers = _job(
    "code_answers",
    "Make the code frames of one upload and code its open answers. Tables and workbooks follow with their own jobs.",
    *STAGES[2:4],
)
tabulate_upload = _job(
    "tabulate_upload",
    "Make the plan of one upload and compute its tables. The workbooks stay as they are: run deliver_upload after it.",
    *STAGES[4:6],
)
deliver_upload = _job("deliver_upload", "Write the workbooks of one upload from its finished tables.", STAGES[6])

UPLOAD_JOBS = (process_upload, ingest_upload, code_answers, tabulate_upload, deliver_upload)
