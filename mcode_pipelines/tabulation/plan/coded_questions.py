"""Questions coded together with the texts behind their "other" choice: one question, with the codes of both."""

from __future__ import annotations

import polars as pl

from mcode_pipelines.survey.code_frame import Code, CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.codes import NO_ANSWER
from mcode_pipelines.survey.raw_survey import ROW


def with_coded_choices(codebook: Codebook, frames: CodeFrames, codings: pl.DataFrame | None) -> Codebook:
    """The codebook in which such questions have the choices of their frame, so that a plan may name any of them.

    A question of one answer stays one unless somebody has two codes (a person may give them). Doing it twice changes
    nothing.
    """
    if codings is None or not any(frame.merges for frame in frames):
        return codebook
    variables = tuple(
        _coded(v, frame, codings) if (frame := frames.of(v.name)) and frame.merges else v for v in codebook
    )
    return codebook.model_copy(update={"variables": variables})


def open_lists(codebook: Codebook) -> frozenset[str]:
    """The questions whose choices coding may add to: with a text behind "other", or without a list of choices."""
    return frozenset(v.name for v in codebook if not v.choices) | {v.other_of for v in codebook if v.other_of}


def coded_choices(variable: Variable, frame: CodeFrame) -> tuple[Choice, ...]:
    """A frame's codes as choices, in the order they are shown.

    A printed choice keeps its own code (frames have numbers only), also where a person renamed it.
    """
    own = _printed_choices(variable, frame)
    by_label = {choice.label: choice for choice in variable.choices} if frame.merges else {}
    return tuple(
        own[c.code].model_copy(update={"label": c.label})
        if c.code in own
        else by_label.get(c.label) or Choice(code=str(c.code), label=c.label)
        for c in shown_codes(frame)
    )


def choice_of_code(variable: Variable, frame: CodeFrame) -> dict[int, str]:
    """The choice code that each number of a frame goes by in tables."""
    pairs = zip(shown_codes(frame), coded_choices(variable, frame), strict=True)
    return {code.code: choice.code for code, choice in pairs}


def _printed_choices(variable: Variable, frame: CodeFrame) -> dict[int, Choice]:
    """The choice of the question that each printed number of a frame stands for: matched by code, never by place.

    Frames of old do not say the codes. Their numbers are the codes where these are numbers; words stand in the order of
    the question, as long as nothing was added to it.
    """
    by_code = {choice.code: choice for choice in variable.choices}
    of_number = frame.choice_of_number or {n: str(n) for n in frame.printed or () if str(n) in by_code}
    if not of_number and frame.printed and len(frame.printed) == len(variable.choices):
        return dict(zip(frame.printed, variable.choices, strict=True))
    return {number: by_code[code] for number, code in of_number.items() if code in by_code}


def shown_codes(frame: CodeFrame) -> list[Code]:
    """The codes of a frame in the order they are shown: "other" and then 99 last."""
    last = {frame.other: 1, NO_ANSWER: 2}
    return sorted(frame.codes, key=lambda c: last.get(c.code, 0))


def _coded(variable: Variable, frame: CodeFrame, codings: pl.DataFrame) -> Variable:
    kind = variable.kind
    mine = codings.filter(pl.col("variable") == variable.name)
    if mine[ROW].is_duplicated().any():
        kind = Kind.MULTI_CHOICE
    return variable.model_copy(update={"kind": kind, "choices": coded_choices(variable, frame)})
