"""Tabulation: tidy cells and pairwise tests, computed in batches of tables."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from mcode_pipelines.defs.metadata_values import table_facts
from mcode_pipelines.defs.stage import Check, stage
from mcode_pipelines.defs.waves import codebook_of_plan, earlier_waves, study_decisions
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import CELLS_SCHEMA, Codebook, CodeFrames, CrossTables, RawSurvey, TabulationPlan
from mcode_pipelines.tabulation import CrossCheck, tabulate

TABLES_A_BATCH = 100
"""An event a batch, never one a table: a run with hundreds of events makes the web UI slow."""


@stage(
    group="tabulation",
    kinds={"numpy", "parquet"},
    code_version="1",
    checks=[
        Check(
            "bases_agree",
            "no column's base is larger than the total's; all tables of a question have one base",
            blocking=True,
        ),
        Check("percents_add_up", "the column percents of single-choice questions add up to 100"),
    ],
)
def crosstab_batches(
    context: dg.AssetExecutionContext,
    lake: dg.ResourceParam[Lake],
    raw_data: RawSurvey,
    detected_variables: Codebook,
    code_frames: CodeFrames,
    classified_responses: pl.DataFrame,
    tabulation_plan: TabulationPlan,
) -> dg.MaterializeResult[None]:
    """Every table of the plan as tidy cells, with its pairwise tests."""
    check = CrossCheck(detected_variables)
    waves = earlier_waves(lake, context.partition_key, tabulation_plan)
    batches = tabulate(
        tabulation_plan,
        raw_data,
        # With waves `tabulate` joins the codebooks itself: the waves are not opened a second time for it.
        detected_variables
        if waves
        else codebook_of_plan(lake, context.partition_key, detected_variables, tabulation_plan),
        frames=code_frames,
        codings=classified_responses,
        earlier_waves=waves,
        decisions=study_decisions(lake, context.partition_key, tabulation_plan),
        tables_per_batch=TABLES_A_BATCH,
    )
    lake.save("crosstab_batches", context.partition_key, _announced(context, check, batches))
    return dg.MaterializeResult(
        metadata={
            "tables": check.tables,
            "cells": check.cells,
            "tests": check.tests,
            "batches": check.batches,
            **table_facts(check.cells, CELLS_SCHEMA),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name=name, passed=not wrong, metadata={"tables": ", ".join(sorted(wrong)[:20]) or "all well"}
            )
            for name, wrong in (("bases_agree", check.bases_wrong), ("percents_add_up", check.percents_wrong))
        ],
    )


def _announced(
    context: dg.AssetExecutionContext, check: CrossCheck, batches: Iterator[CrossTables]
) -> Iterator[CrossTables]:
    for batch in batches:
        check.look_at(batch)
        context.log_event(
            dg.AssetObservation(
                context.asset_key,
                partition=context.partition_key,
                metadata={"batch": check.batches, "tables_so_far": check.tables},
            )
        )
        yield batch
