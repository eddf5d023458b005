"""Coding: respondent x question x code, with confidence and who decided."""

import dagster as dg
import polars as pl
from pydantic import Field

from mcode_pipelines.coding import CodingSettings, open_questions, read_coded_examples, uncoded_answers
from mcode_pipelines.defs import pictures
from mcode_pipelines.defs.engine import LANGUAGE_MODEL, configured_engine, told
from mcode_pipelines.defs.stage import log_progress, stage
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Codebook, CodeFrames, RawSurvey


class CodingConfig(dg.Config):
    """How answers are coded."""

    codes_per_answer: int = Field(default=3, ge=1, le=10, description="Most codes one answer may get.")
    review_below: float = Field(
        default=0.5, ge=0, le=1, description="Answers coded less surely than this are counted as needing a look."
    )
    language_model: bool = Field(default=True, description=LANGUAGE_MODEL)


@stage(
    group="coding",
    kinds={"numpy", "parquet"},
    code_version="1",
    checks=[("every_answer_has_a_code", "each open answer of each respondent has at least one code")],
)
def classified_responses(
    context: dg.AssetExecutionContext,
    config: CodingConfig,
    lake: dg.ResourceParam[Lake],
    raw_data: RawSurvey,
    detected_variables: Codebook,
    code_frames: CodeFrames,
) -> dg.MaterializeResult[pl.DataFrame]:
    """Every open answer coded into its question's frame; codes that a person gave are kept."""
    questions = open_questions(raw_data, detected_variables)
    coded = lake.uploads.codes_path(context.partition_key)
    engine = configured_engine(config.language_model)
    codings = engine.code_answers(
        questions,
        code_frames,
        settings=CodingSettings(codes_per_answer=config.codes_per_answer, review_below=config.review_below),
        coded=read_coded_examples(coded) if coded else None,
        progress=log_progress(context),
    )
    without = uncoded_answers(questions, codings)
    unsure = codings.filter(pl.col("confidence") < config.review_below)
    by_code = codings.group_by("variable", "code", "label").agg(answers=pl.len()).sort("variable", "code")
    by_means = codings.group_by("variable", "decided_by").agg(codes=pl.len()).sort("variable", "decided_by")
    return dg.MaterializeResult(
        value=codings,
        metadata={
            "answers": codings.select(pl.struct("variable", "__row__").n_unique()).item() if codings.height else 0,
            "codes_given": codings.height,
            **told(engine.report),
            "to_review": unsure.select(pl.struct("variable", "__row__").n_unique()).item() if unsure.height else 0,
            **{
                f"codes_{name}": pictures.bar_chart("code", "answers", bars.select("label", "answers").rows())
                for (name,), bars in by_code.group_by("variable", maintain_order=True)
            },
            "decided_by": pictures.table(by_means.to_dicts()),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="every_answer_has_a_code", passed=without == 0, metadata={"answers_without_a_code": without}
            )
        ],
    )
