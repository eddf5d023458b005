"""Coding: respondent x question x code, with confidence and who decided."""

import dagster as dg
import polars as pl
from pydantic import Field

from mcode_pipelines.coding import (
    CodeProposal,
    CodingSettings,
    OpenQuestion,
    RunMode,
    code_survey,
    default_embedder,
    overview_of,
    propose_codes,
    read_coded_examples,
    survey_answers,
    uncoded_answers,
    usable_codes,
)
from mcode_pipelines.defs import metadata_values
from mcode_pipelines.defs.coding_engine import LANGUAGE_MODEL, configured_engine, engine_metadata
from mcode_pipelines.defs.coding_metadata import question_metadata, questions_table, review_path
from mcode_pipelines.defs.stage import Check, log_progress, stage
from mcode_pipelines.defs.waves import earlier_codings
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Codebook, CodeFrames, RawSurvey

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
        "(answers that the last run, or the study's upload before, had keep their codes), FROM_SCRATCH (as if nobody "
        "had corrected anything).",
    )
    non_answers: list[str] = Field(
        default=[], description='The project\'s own phrases that count as no answer, such as "belum kepikiran".'
    )
    language_model: bool = Field(default=True, description=LANGUAGE_MODEL)


@stage(
    group="coding",
    kinds={"numpy", "parquet"},
    code_version="2",
    checks=[Check("every_answer_has_a_code", "each open answer of each respondent has at least one code")],
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
    key = context.partition_key
    answers = survey_answers(raw_data, detected_variables)
    path = lake.uploads.codes_path(key)
    engine = configured_engine(config.language_model)
    settings = CodingSettings(
        codes_per_answer=config.codes_per_answer,
        review_below=config.review_below,
        single_code=config.single_code,
        non_answers=tuple(config.non_answers),
    )
    coded, not_used = usable_codes(read_coded_examples(path), answers, code_frames) if path else (None, ())
    for sentence in not_used:
        context.log.warning(sentence)
    codings = code_survey(
        answers,
        code_frames,
        engine,
        embedder=default_embedder(),
        settings=settings,
        coded=coded,
        mode=config.code_anew,
        earlier=earlier_codings(lake, key, only_new=config.code_anew == RunMode.ONLY_NEW),
        progress=log_progress(context),
    )
    proposals = propose_codes(
        _with_many_others(answers.questions, code_frames, codings),
        code_frames,
        embedder=default_embedder(),
        settings=settings,
    )
    without = uncoded_answers(answers.questions, codings)
    seen = [
        overview_of(f, answers.texts.get(f.variable), codings, config.review_below, answers.ticked.get(f.variable))
        for f in code_frames
    ]
    return dg.MaterializeResult(
        value=codings,
        metadata={
            "answers": sum(q.answers for q in seen),
            "codes_given": codings.height,
            **metadata_values.table_facts(codings.height, codings.schema),
            **engine_metadata(engine.report),
            "to_review": sum(q.to_review for q in seen),
            **(
                {"corrections_not_used": metadata_values.table([{"not used": sentence} for sentence in not_used])}
                if not_used
                else {}
            ),
            "questions": questions_table(seen),
            "review_workbook": dg.MetadataValue.path(str(review_path(lake, key))),
            **({"proposed_codes": metadata_values.table([_row_of(p) for p in proposals])} if proposals else {}),
            **{name: shown for question in seen for name, shown in question_metadata(question).items()},
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
