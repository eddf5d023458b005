"""The one Definitions object; workspace.yaml and pyproject.toml point here."""

from __future__ import annotations

import dagster as dg

from mcode_pipelines.defs.assets.classified_responses import classified_responses
from mcode_pipelines.defs.assets.code_frames import code_frames
from mcode_pipelines.defs.assets.crosstab_batches import crosstab_batches
from mcode_pipelines.defs.assets.detected_variables import detected_variables
from mcode_pipelines.defs.assets.excel_outputs import excel_outputs
from mcode_pipelines.defs.assets.raw_data import raw_data
from mcode_pipelines.defs.assets.tabulation_plan import tabulation_plan
from mcode_pipelines.defs.executors import in_process_or_multiprocess
from mcode_pipelines.defs.io_managers import LakeIOManager
from mcode_pipelines.defs.jobs import UPLOAD_JOBS
from mcode_pipelines.defs.query_job import ask_the_lake
from mcode_pipelines.defs.resources import DUCKDB, usual_lake
from mcode_pipelines.defs.run_watch import run_watch
from mcode_pipelines.defs.sensors import failed_run_notes, finished_run_notes, inbox_sensor
from mcode_pipelines.lake import Lake


def assemble(lake: Lake | None = None) -> dg.Definitions:
    """The whole project; tests put a lake of their own in place of the usual one."""
    lake = lake or usual_lake()
    return dg.Definitions(
        assets=[
            raw_data,
            detected_variables,
            code_frames,
            classified_responses,
            tabulation_plan,
            crosstab_batches,
            excel_outputs,
        ],
        jobs=[*UPLOAD_JOBS, ask_the_lake],
        sensors=[inbox_sensor, failed_run_notes, finished_run_notes, run_watch],
        resources={"lake": lake, "duckdb": DUCKDB, "io_manager": LakeIOManager(lake)},
        executor=in_process_or_multiprocess,
    )


defs = assemble()
