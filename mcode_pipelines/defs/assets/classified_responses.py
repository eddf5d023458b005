"""Coding: respondent x question x code, with confidence and who decided."""

import dagster as dg
import polars as pl
from pydantic import Field

from mcode_pipelines.coding import (
    CodingSettings,
    code_answers,
    default_embedder,
    open_questions,
    read_coded_examples,
    uncoded_answers,
)
from mcode_pipelines.defs import pictures
from mcode_pipelines.defs.resources import LakeResource
from mcode_pipelines.defs.stage import log_progress, stage
from mcode_pipelines.survey import Codebook, CodeFrames, RawSurvey


class CodingConfig(dg.Config):
    """How answers are coded."""

    codes_per_answer: int = Field(default=3, ge=1, le=10, description="Most codes one answer may get.")
    review_below: float = Field(
        default=0.5, ge=0, le=1, description="Answers coded less surely than this are counted as needing a look."
    )


@stage(
    group="coding",
    kinds={"numpy", "parquet"},
    code_version="1",
    checks=[("every_answer_has_a_code", "each open answer of each respondent has at least one code")],
)
def classified_responses(
    context: dg.AssetExecutionContext,
    config: CodingConfig,
    lake: LakeResource,
    raw_data: RawSurvey,
    detected_variables: Codebook,
    code_frames: CodeFrames,
) -> dg.MaterializeResult[pl.DataFrame]:
    """Every open answer coded into its question's frame; codes that a person gave are kept."""
    questions = open_questions(raw_data, detected_variables)
    coded = lake.lake().uploads.codes_path(context.partition_key)
    codings = code_answers(
        questions,
        code_frames,
        embedder=default_embedder(),
        settings=CodingSettings(codes_per_answer=config.codes_per_answer, review_below=config.review_below),
        coded=read_coded_examples(coded) if coded else None,
        progress=log_progress(context),
    )
    without = uncoded_answers(questions, codings)
    unsure = codings.filter(pl.col("confidence") < config.review_below)
    counts = {
        name: bars.select("label", "len").rows()
        for (name,), bars in codings.group_by("variable", "code", "label", maintain_order=True)
        .len()
        .sort("code")
        .partition_by("variable", as_dict=True, maintain_order=True)
        .items()
    }
    return dg.MaterializeResult(
        value=codings,
        metadata={
            "answers": codings.select(pl.struct("variable", "__row__").n_unique()).item() if codings.height else 0,
            "codes_given": codings.height,
            "to_review": unsure.select(pl.struct("variable", "__row__").n_unique()).item() if unsure.height else 0,
            "decided_by": pictures.table(
                codings.group_by("variable", "decided_by").len().sort("variable", "decided_by").to_dicts()
            ),
            **{f"codes_{name}": pictures.bar_chart(f"{name}: answers by code", bars) for name, bars in counts.items()},
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="every_answer_has_a_code", passed=without == 0, metadata={"answers_without_a_code": without}
            )
        ],
    )
