"""Coding: a code frame for each open-ended question."""

import dagster as dg
from pydantic import Field

from mcode_pipelines.coding import (
    CodingSettings,
    default_embedder,
    merge_other_answers,
    open_questions,
    semi_open_questions,
)
from mcode_pipelines.defs import pictures
from mcode_pipelines.defs.engine import LANGUAGE_MODEL, configured_engine, told
from mcode_pipelines.defs.stage import log_progress, stage
from mcode_pipelines.intake import read_frames
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Codebook, CodeFrames, RawSurvey


class FrameConfig(dg.Config):
    """How code frames are made."""

    max_codes: int = Field(
        default=0, ge=0, le=200, description="Most codes a question may get; 0: as many as the answers ask for."
    )
    use_given_frames: bool = Field(
        default=True, description="Use the code frames that came with the upload as they are; off: make all anew."
    )
    grow_given_frames: bool = Field(
        default=False,
        description="Give new themes new codes in frames that came with the upload; codes that are there keep their "
        "numbers for ever.",
    )
    merge_other_texts: bool = Field(
        default=False,
        description='Code the texts behind "Lainnya, sebutkan" with their question: what says a printed answer is '
        "counted there, the rest gets new codes after the highest.",
    )
    language_model: bool = Field(default=True, description=LANGUAGE_MODEL)


@stage(
    group="coding",
    kinds={"numpy", "json"},
    code_version="2",
    checks=[("other_and_no_answer_are_last", "every frame ends with its other code and 99, no answer")],
)
def code_frames(
    context: dg.AssetExecutionContext,
    config: FrameConfig,
    lake: dg.ResourceParam[Lake],
    raw_data: RawSurvey,
    detected_variables: Codebook,
) -> dg.MaterializeResult[CodeFrames]:
    """The themes people name in each open-ended question; a frame that came with the upload is used as it is."""
    questions = open_questions(raw_data, detected_variables)
    paths = lake.uploads.frame_paths(context.partition_key) if config.use_given_frames else []
    given = CodeFrames(tuple(frame for path in paths for frame in read_frames(path, path.name)))
    engine = configured_engine(config.language_model)
    frames = engine.build_code_frames(
        questions,
        settings=CodingSettings(max_codes=config.max_codes or None, grow_given_frames=config.grow_given_frames),
        given=CodeFrames(tuple(f for f in given if f.merges is None)),
        progress=log_progress(context),
    )
    if config.merge_other_texts:
        merged, _ = merge_other_answers(
            semi_open_questions(raw_data, detected_variables),
            embedder=default_embedder(),
            settings=CodingSettings(),
            given=given,
            progress=log_progress(context),
        )
        frames = CodeFrames((*frames, *merged))
    crooked = [
        f.variable
        for f in frames
        if f.origin == "generated" and f.merges is None and not _ends_well(f.other, [c.code for c in f.codes])
    ]
    return dg.MaterializeResult(
        value=frames,
        metadata={
            "questions": len(frames),
            "codes": sum(len(f.codes) for f in frames),
            **told(engine.report),
            **{
                f"frame_{f.variable}": pictures.table(
                    [{"code": c.code, "label": c.label, "net": c.net, "definition": c.definition} for c in f.codes]
                )
                for f in frames
            },
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="other_and_no_answer_are_last",
                passed=not crooked,
                metadata={"frames": ", ".join(crooked) or "all well"},
            )
        ],
    )


def _ends_well(other: int | None, codes: list[int]) -> bool:
    return codes[-2:] == [other, 99]
