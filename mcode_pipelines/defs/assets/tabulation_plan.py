"""Tabulation: which rows against which banner, weights, filters and tests."""

import json

import dagster as dg
from pydantic import Field

from mcode_pipelines.defs.harmonisation import sheet_metadata
from mcode_pipelines.defs.metadata_values import code_block, table
from mcode_pipelines.defs.stage import stage
from mcode_pipelines.defs.waves import codebook_of_plan, earlier_waves, parse_waves, plan_of_study
from mcode_pipelines.intake import Upload, read_plan, study_name
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Codebook, TabulationPlan
from mcode_pipelines.tabulation import (
    banner_reasons,
    complete_plan,
    how_to_change,
    parse_plan,
    plan_changes,
)


class PlanConfig(dg.Config):
    """Changes to the plan for this run. Empty: the plan that came with the upload, or a sensible default."""

    plan_yaml: str = Field(default="", description="A whole plan in place of the upload's own, as in plan.yaml.")
    title: str = Field(default="", description="Title of the tab book.")
    language: str = Field(default="", description="Language of the labels we add: id or en; empty: the survey's own.")
    weight: str = Field(default="", description="Name of the weight variable; empty: the plan's or the detected one.")
    filter: str = Field(default="", description="Whom to count, such as: S6 = 1 AND S15 IN (2, 3).")
    plan_of_study: bool = Field(
        default=True, description="Without a plan of its own an upload goes on with that of the study's wave before."
    )
    waves: str = Field(
        default="",
        description="Earlier waves of the study beside this one: all, how many with this one (such as 2), or names.",
    )


# The plan is not made from the data but checked against their codebook. Without the dependency Dagster, which looks one
# step back, would still call it fresh when the data were read anew.
@stage(group="tabulation", kinds={"yaml", "json"}, code_version="1", deps=["raw_data"])
def tabulation_plan(
    context: dg.AssetExecutionContext,
    config: PlanConfig,
    lake: dg.ResourceParam[Lake],
    detected_variables: Codebook,
) -> dg.MaterializeResult[TabulationPlan]:
    """The plan with every variable named and checked: the upload's plan.yaml, else one made from the codebook."""
    uploads = lake.uploads
    given = uploads.plan_path(context.partition_key)
    if config.plan_yaml:
        plan, origin = parse_plan(config.plan_yaml, "the plan in the launchpad"), "given in the launchpad"
    elif given:
        plan, origin = read_plan(given, "plan.yaml"), "came with the upload"
    elif config.plan_of_study and (before := plan_of_study(lake, context.partition_key)) is not None:
        plan, origin = _going_on(lake, *before, detected_variables), f"of the study's upload {before[0].name}"
    else:
        plan, origin = TabulationPlan(), "made by default"
    changes: dict[str, object] = {n: v for n in ("title", "language", "weight", "filter") if (v := getattr(config, n))}
    if config.weight:
        changes["weights"] = ()
    if config.waves:
        changes["waves"] = parse_waves(config.waves)
    if changes:  # read as a file is, so that a wrong word gets the same sentence
        plan = parse_plan(json.dumps({**plan.model_dump(mode="json", exclude_unset=True), **changes}), "the launchpad")
    upload = uploads.get(context.partition_key)
    plan = plan.model_copy(update={"title": plan.title or upload.name, **_study_and_wave(plan, upload, origin)})
    chosen = plan.banner is None
    waves = earlier_waves(lake, context.partition_key, plan)
    plan = complete_plan(plan, codebook_of_plan(lake, context.partition_key, detected_variables, plan))
    return dg.MaterializeResult(
        value=plan,
        metadata={
            "origin": origin,
            "rows": len(plan.rows or ()),
            "banner": ", ".join(item.variable for item in plan.banner or ()),
            **(_why_these_columns(detected_variables, plan.language or "en") if chosen else {}),
            "weight": ", ".join(map(str, plan.weights)) or str(plan.weight or "none"),
            "filter": plan.filter or "none",
            **({"changed_since": "\n".join(str(remark) for remark in plan.remarks)} if plan.remarks else {}),
            "earlier_waves": ", ".join(wave.label for wave in waves) or "none",
            **sheet_metadata(lake, context.partition_key, plan),
            "tables_not_made": sum(row.trouble is not None for row in plan.rows or ()),
            "left_out": "; ".join(
                dict.fromkeys(p.trouble for p in (*plan.define.values(), *(plan.banner or ())) if p.trouble)
            )
            or "none",
            "plan": code_block(plan.as_yaml(), "yaml"),
        },
    )


def _going_on(lake: Lake, before: Upload, plan: TabulationPlan, codebook: Codebook) -> TabulationPlan:
    """A plan of an earlier wave for this one; what is no longer asked leaves out its columns or tables and is told."""
    then: Codebook = lake.open("detected_variables", before.key)
    remarks = tuple(plan_changes(plan, before.wave or before.name, then, codebook))
    return plan.model_copy(update={"remarks": remarks, "on_missing": "drop"})


def _study_and_wave(plan: TabulationPlan, upload: Upload, origin: str) -> dict[str, str | None]:
    """As the store has them, where a later word of a person holds; the launchpad's plan goes before for its run."""
    if origin == "given in the launchpad":
        return {"wave": plan.wave or upload.wave}
    same = plan.study is None or study_name(plan.study) == study_name(upload.study)
    return {"wave": upload.wave or plan.wave, "study": plan.study if same else upload.study}


def _why_these_columns(codebook: Codebook, language: str) -> dict[str, dg.MetadataValue]:
    """Each question that could be in a default banner, why it is there or not, and how to choose others."""
    rows = [
        {
            "variable": reason.variable,
            "label": reason.label,
            "columns": reason.columns or "-",
            "why": reason.why(language),
        }
        for reason in banner_reasons(codebook)
    ]
    why = {"banner_reasons": table(rows)} if rows else {}
    return {**why, "change_the_banner": dg.MetadataValue.text(how_to_change(language))}
