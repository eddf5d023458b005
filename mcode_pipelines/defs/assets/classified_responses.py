"""Coding: respondent x question x code, with confidence and who decided."""

import dagster as dg
import polars as pl
from pydantic import Field

from mcode_pipelines.coding import (
    CodeProposal,
    CodingSettings,
    OpenQuestion,
    RunMode,
    default_embedder,
    merge_other_answers,
    open_questions,
    propose_codes,
    read_coded_examples,
    semi_open_questions,
    uncoded_answers,
    with_earlier_codes,
)
from mcode_pipelines.defs import pictures
from mcode_pipelines.defs.engine import LANGUAGE_MODEL, configured_engine, told
from mcode_pipelines.defs.stage import log_progress, stage
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Codebook, CodeFrames, RawSurvey

CODINGS = "classified_responses"
_MANY_OTHERS = 0.05
"""Share of a question's answers under its other code from which it is looked for codes that are missing."""


class CodingConfig(dg.Config):
    """How answers are coded."""

    codes_per_answer: int = Field(default=3, ge=1, le=10, description="Most codes one answer may get.")
    review_below: float = Field(
        default=0.5, ge=0, le=1, description="Answers coded less surely than this are counted as needing a look."
    )
    single_code: bool = Field(default=False, description="Give every answer one code only, the surest.")
    code_anew: RunMode = Field(
        default=RunMode.ALL_BUT_CORRECTED,
        description="What to code anew: ALL_BUT_CORRECTED (what a person decided stands and teaches), ONLY_NEW "
        "(answers that the last run had keep their codes), FROM_SCRATCH (as if nobody had corrected anything).",
    )
    non_answers: list[str] = Field(
        default=[], description='The project\'s own phrases that count as no answer, such as "belum kepikiran".'
    )
    language_model: bool = Field(default=True, description=LANGUAGE_MODEL)


@stage(
    group="coding",
    kinds={"numpy", "parquet"},
    code_version="2",
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
    path = lake.uploads.codes_path(context.partition_key) if config.code_anew != RunMode.FROM_SCRATCH else None
    coded = read_coded_examples(path) if path else None
    engine = configured_engine(config.language_model)
    settings = CodingSettings(
        codes_per_answer=config.codes_per_answer,
        review_below=config.review_below,
        single_code=config.single_code,
        non_answers=tuple(config.non_answers),
    )
    merged = {f.variable: f for f in code_frames if f.merges is not None}
    open_coded = coded.filter(~pl.col("variable").is_in(list(merged))) if coded is not None else None
    codings = engine.code_answers(
        questions, code_frames, settings=settings, coded=open_coded, progress=log_progress(context)
    )
    if config.code_anew == RunMode.ONLY_NEW and lake.path(CODINGS, context.partition_key).exists():
        earlier = lake.open(CODINGS, context.partition_key)
        codings = with_earlier_codes(questions, code_frames, codings, earlier)
    if merged:
        semi_open = [q for q in semi_open_questions(raw_data, detected_variables) if q.parent.name in merged]
        given = CodeFrames(tuple(merged.values()))
        _, others = merge_other_answers(
            semi_open, embedder=default_embedder(), settings=settings, given=given, coded=coded
        )
        codings = pl.concat([codings, others])
    proposals = propose_codes(
        _with_many_others(questions, code_frames, codings),
        code_frames,
        embedder=default_embedder(),
        settings=settings,
    )
    without = uncoded_answers(questions, codings)
    unsure = codings.filter(pl.col("confidence") < config.review_below)
    by_code = (
        codings.group_by("variable", "code", "label")
        .agg(answers=pl.len())
        .sort("variable", "answers", "code", descending=[False, True, False])
    )
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
            **({"proposed_codes": pictures.table([_row_of(p) for p in proposals])} if proposals else {}),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="every_answer_has_a_code", passed=without == 0, metadata={"answers_without_a_code": without}
            )
        ],
    )


def _with_many_others(questions: list[OpenQuestion], frames: CodeFrames, codings: pl.DataFrame) -> list[OpenQuestion]:
    """The questions whose other code is large."""
    found = []
    for question in questions:
        frame = frames.of(question.variable)
        own = codings.filter(pl.col("variable") == question.variable)
        if frame is None or frame.other is None or not own.height:
            continue
        if own.filter(pl.col("code") == frame.other).height >= _MANY_OTHERS * question.answers.height:
            found.append(question)
    return found


def _row_of(proposal: CodeProposal) -> dict[str, object]:
    return {
        "question": proposal.variable,
        "proposed code": proposal.label,
        "answers": proposal.answers,
        "examples": "; ".join(proposal.examples),
    }
