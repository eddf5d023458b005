"""The one Definitions object; workspace.yaml and pyproject.toml point here."""

from __future__ import annotations

from collections.abc import Mapping

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
from mcode_pipelines.defs.questions import ask_the_lake
from mcode_pipelines.defs.resources import RESOURCES, LakeResource
from mcode_pipelines.defs.sensors import inbox_sensor


def assemble(**overrides: object) -> dg.Definitions:
    """The whole project; tests put other resources in place of the usual ones by name."""
    resources: Mapping[str, object] = {**RESOURCES, **overrides}
    lake = resources["lake"]
    assert isinstance(lake, LakeResource)  # noqa: S101 - for the type checker
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
        sensors=[inbox_sensor],
        resources={**resources, "io_manager": LakeIOManager(lake=lake)},
        executor=in_process_or_multiprocess,
    )


defs = assemble()
