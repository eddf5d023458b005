"""Ways in for people: one job for everything, and one per stage."""

import dagster as dg

from mcode_pipelines.defs.dagster_internals import AssetJob
from mcode_pipelines.defs.partitions import OWNERS

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

FIRST_STAGE_TOUCHED = {
    "form": "raw_data",
    "codebook": "detected_variables",
    "wave": "code_frames",
    "frames": "code_frames",
    "codes": "classified_responses",
    "plan": "tabulation_plan",
    "harmonisation": "tabulation_plan",
}
"""The first stage that something brought later makes anew; everything behind it follows."""

REVISION = "mcode/revision"
"""The tag of a run that somebody started by hand: which upload with which content it is of, as `RunWanted.run_key`."""


def stages_after(touched: frozenset[str] | None) -> tuple[str, ...]:
    """The stages to make anew; None: the upload is new, all of them. A plan leaves the coding as it is."""
    if touched is None:
        return STAGES
    first = min(STAGES.index(FIRST_STAGE_TOUCHED[kind]) for kind in touched)
    return STAGES[first:]


def _job(name: str, description: str, *assets: str) -> AssetJob:
    # Its partitions are those of its assets.
    return dg.define_asset_job(
        name, selection=dg.AssetSelection.assets(*assets), description=description, owners=OWNERS
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
