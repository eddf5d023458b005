"""Tabulation: which rows against which banner, weights, filters and tests."""

import dagster as dg
from pydantic import Field

from mcode_pipelines.defs.stage import stage
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Codebook, TabulationPlan
from mcode_pipelines.tabulation import complete_plan, parse_plan


class PlanConfig(dg.Config):
    """Changes to the plan for this run. Empty: the plan that came with the upload, or a sensible default."""

    plan_yaml: str = Field(default="", description="A whole plan in place of the upload's own, as in plan.yaml.")
    title: str = Field(default="", description="Title of the tab book.")
    language: str = Field(default="", description="Language of the labels we add: id or en; empty: the survey's own.")
    weight: str = Field(default="", description="Name of the weight variable; empty: the plan's or the detected one.")
    filter: str = Field(default="", description="Whom to count, such as: S6 = 1 AND S15 IN (2, 3).")


@stage(group="tabulation", kinds={"yaml", "json"}, code_version="1")
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
        plan, origin = parse_plan(given.read_text(encoding="utf-8-sig"), "plan.yaml"), "came with the upload"
    else:
        plan, origin = TabulationPlan(), "made by default"
    changes = {n: v for n in ("title", "language", "weight", "filter") if (v := getattr(config, n))}
    plan = TabulationPlan.model_validate({**plan.model_dump(exclude_unset=True), **changes})
    if plan.title is None:
        plan = plan.model_copy(update={"title": uploads.get(context.partition_key).name})
    plan = complete_plan(plan, detected_variables)
    return dg.MaterializeResult(
        value=plan,
        metadata={
            "origin": origin,
            "rows": len(plan.rows or ()),
            "banner": ", ".join(item.variable for item in plan.banner or ()),
            "weight": str(plan.weight or "none"),
            "filter": plan.filter or "none",
            "plan": dg.MetadataValue.md(f"```yaml\n{plan.as_yaml()}\n```"),
        },
    )
