"""The harmonisation of a study's waves in the stages: what persons decided, and the sheet they decide in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from mcode_pipelines.defs import metadata_values
from mcode_pipelines.defs.waves import earlier_waves, study_decisions, uploads_by_wave, wanted_uploads
from mcode_pipelines.delivery import DeliveredFile, looked_at, write_harmonisation
from mcode_pipelines.intake import decisions_of_study, rewrite_decisions
from mcode_pipelines.lake import Lake, replaced_folder
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, StudyDecisions
from mcode_pipelines.survey.harmonisation_sheet import HarmonisationTable
from mcode_pipelines.tabulation import Wave, harmonisation_of_waves

if TYPE_CHECKING:
    from mcode_pipelines.survey import TabulationPlan

_MOST_SHOWN = 200
WRITE_INTO_IT = "harmonisation sheet"
"""What the sentence of a failed run says where the sheet is to be filled in."""


def decisions_read(lake: Lake, key: str) -> StudyDecisions:
    """What of this concerns the earlier waves that an upload's plan, which has been made, compares."""
    plan = lake.open("tabulation_plan", key)
    if plan.waves is None:
        return NOTHING_DECIDED
    return study_decisions(lake, key, plan).about(wanted_uploads(lake, key, plan))


def harmonisation_sheet(lake: Lake, key: str, plan: TabulationPlan) -> HarmonisationTable | None:
    """The sheet of the waves that a plan compares, as they are stored now; None where it compares none."""
    earlier = earlier_waves(lake, key, plan)
    if plan.waves is None or not earlier:
        return None
    codebook = lake.open("detected_variables", key)
    upload = lake.uploads.get(key)
    newest = Wave(plan.wave or upload.wave or upload.name, lake.open("raw_data", key), codebook)
    if all(lake.path(asset, key).exists() for asset in ("code_frames", "classified_responses")):
        frames, codings = lake.open("code_frames", key), lake.open("classified_responses", key)
        newest = Wave(newest.label, newest.raw, codebook, frames, codings)
    return harmonisation_of_waves(
        newest,
        earlier,
        plan.language,
        study_decisions(lake, key, plan),
        study=upload.study,
        upload=key,
        uploads=uploads_by_wave(lake, key, plan),
    )


def sheet_folder(storage: Path, key: str) -> Path:
    """Where the sheet of an upload lies as soon as its plan is made, before there are tables."""
    return storage / "harmonisation" / key


def written_sheet(lake: Lake, key: str, plan: TabulationPlan, folder: Path) -> list[DeliveredFile]:
    """Writes the sheet and its YAML into a folder; nothing where the plan compares no waves."""
    sheet = harmonisation_sheet(lake, key, plan)
    return write_harmonisation(sheet, folder) if sheet is not None else []


def sheet_metadata(lake: Lake, key: str, plan: TabulationPlan) -> dict[str, dg.MetadataValue]:
    """What of the waves needs a look, before there is a table; and where the sheet to write into lies.

    What was decided by names and codes alone is kept from now on with what they stand for here.
    """
    sheet = harmonisation_sheet(lake, key, plan)
    if sheet is None:
        return {}
    kept = decisions_of_study(lake.uploads, sheet.study)
    rewrite_decisions(lake.uploads, sheet.study, kept.decisions, sheet.named(kept.decisions))
    with replaced_folder(sheet_folder(lake.root, key)) as folder:
        files = write_harmonisation(sheet, folder)
    rows = looked_at(sheet)
    path = sheet_folder(lake.root, key) / files[0].path.name
    return {
        "harmonisation": dg.MetadataValue.path(str(path)),
        "decisions_not_used": metadata_values.bullet_list([said for r in sheet.unfit for said in (r.en, r.id)]),
        "waves_to_look_at": dg.MetadataValue.int(len(rows)),
        **({"waves_look": metadata_values.table(rows[:_MOST_SHOWN])} if rows else {}),
    }
