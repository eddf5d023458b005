"""Coding: a code frame for each open-ended question."""

import dagster as dg
from pydantic import Field

from mcode_pipelines.coding import CodingSettings, default_embedder, frame_survey, survey_answers
from mcode_pipelines.defs import metadata_values
from mcode_pipelines.defs.coding_engine import LANGUAGE_MODEL, configured_engine, engine_metadata
from mcode_pipelines.defs.stage import Check, log_progress, stage
from mcode_pipelines.defs.waves import frames_of_study, renumbering_remarks
from mcode_pipelines.intake import given_frames
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import Codebook, CodeFrames, RawSurvey

_ORIGIN = {
    "generated": "made from the answers",
    "given": "brought or corrected by a person",
    "wave": "of an earlier upload of the study",
}


class FrameConfig(dg.Config):
    """How code frames are made."""

    max_codes: int = Field(
        default=0, ge=0, le=90, description="Most codes a question may get; 0: as many as the answers ask for."
    )
    use_given_frames: bool = Field(
        default=True, description="Use the code frames that came with the upload as they are; off: make all anew."
    )
    grow_given_frames: bool = Field(
        default=False,
        description="Give new themes new codes in frames that came with the upload; codes that are there keep their "
        "numbers for ever.",
    )
    earlier_waves: bool = Field(
        default=True,
        description="Go on with the frames of the study's latest earlier upload where a question was asked in the same "
        "words; codes keep their numbers, new themes get new ones.",
    )
    merge_other_texts: bool = Field(
        default=True,
        description='Code the texts behind "Lainnya, sebutkan" with their question: what says a printed answer is '
        "counted there, the rest gets new codes after the highest. Tables then show the question with its texts.",
    )
    language_model: bool = Field(default=True, description=LANGUAGE_MODEL)


@stage(
    group="coding",
    kinds={"numpy", "json"},
    code_version="2",
    checks=[Check("other_and_no_answer_are_last", "every frame ends with its other code and 99, no answer")],
)
def code_frames(
    context: dg.AssetExecutionContext,
    config: FrameConfig,
    lake: dg.ResourceParam[Lake],
    raw_data: RawSurvey,
    detected_variables: Codebook,
) -> dg.MaterializeResult[CodeFrames]:
    """The themes people name in each open question; a frame that came with the upload is used as it is."""
    key = context.partition_key
    answers = survey_answers(raw_data, detected_variables)
    given = given_frames(lake.uploads, key) if config.use_given_frames else CodeFrames(())
    earlier = frames_of_study(lake, key)
    engine = configured_engine(config.language_model)
    remarks: list[str] = renumbering_remarks(given, earlier)
    frames = frame_survey(
        answers,
        engine,
        embedder=default_embedder(),
        settings=CodingSettings(max_codes=config.max_codes or None, grow_given_frames=config.grow_given_frames),
        given=given,
        earlier=earlier if config.earlier_waves else None,
        merge_other_texts=config.merge_other_texts,
        remarks=remarks,
        progress=log_progress(context),
    )
    for remark in remarks:
        context.log.warning(remark)
    engine.report.remarks.extend(remarks)
    crooked = [
        f.variable
        for f in frames
        if f.origin == "generated" and f.merges is None and not _ends_well(f.other, [c.code for c in f.codes])
    ]
    return dg.MaterializeResult(
        value=frames,
        metadata={
            "questions": len(frames),
            "origin": metadata_values.table([{"question": f.variable, "frame": _ORIGIN[f.origin]} for f in frames]),
            "codes": sum(len(f.codes) for f in frames),
            **engine_metadata(engine.report),
            **{
                f"frame_{f.variable}": metadata_values.table(
                    [
                        {
                            "code": c.code,
                            "label": c.label,
                            "net": c.net,
                            "definition": c.definition,
                            "examples": " | ".join(c.examples[:2]),
                        }
                        for c in f.codes
                    ]
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
