"""Questions coded together with the texts behind their "other" choice: one question, with the codes of both."""

from __future__ import annotations

import polars as pl

from mcode_pipelines.survey.code_frame import CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.raw_survey import ROW
from mcode_pipelines.tabulation.respondents.decoding import coded_choices


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


def may_get_codes(variable: Variable, codebook: Codebook) -> bool:
    """Whether coding may add choices to a question: one with a text behind "other", or without a list of choices."""
    return not variable.choices or any(v.other_of == variable.name for v in codebook)


def _coded(variable: Variable, frame: CodeFrame, codings: pl.DataFrame) -> Variable:
    kind = variable.kind
    mine = codings.filter(pl.col("variable") == variable.name)
    if mine[ROW].is_duplicated().any():
        kind = Kind.MULTI_CHOICE
    return variable.model_copy(update={"kind": kind, "choices": coded_choices(variable, frame)})
