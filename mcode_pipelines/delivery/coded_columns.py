"""The columns that coding adds beside an open-ended question: codes, labels, confidence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from mcode_pipelines.survey.code_frame import CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.raw_survey import ROW

CODE_SEPARATOR = " "
LABEL_SEPARATOR = "; "


@dataclass(frozen=True)
class CodedQuestion:
    """One coded question, and the names of the columns that its codes stand in."""

    frame: CodeFrame
    after: str
    """The source column that the new columns stand right of."""
    codes: str
    labels: str
    confidence: str

    @property
    def columns(self) -> tuple[str, str, str]:
        """The three names in the order they stand."""
        return self.codes, self.labels, self.confidence


def coded_questions(columns: Sequence[str], codebook: Codebook, frames: CodeFrames) -> list[CodedQuestion]:
    """The questions with a frame whose answers stand in the data, in the order of the data's columns."""
    taken = set(columns)
    found: list[tuple[int, CodedQuestion]] = []
    for frame in frames:
        sources: list[str] = []
        for variable in {frame.variable, *(frame.merges or ())}:
            sources += codebook[variable].columns if variable in codebook else (variable,)
        places = [columns.index(name) for name in sources if name in taken]
        if places:
            last = max(places)
            names = [unique_name(f"{frame.variable}_{what}", taken) for what in ("coded", "label", "confidence")]
            taken.update(names)
            found.append((last, CodedQuestion(frame, columns[last], *names)))
    return [question for _, question in sorted(found, key=lambda pair: pair[0])]


def unique_name(wanted: str, taken: Collection[str]) -> str:
    """The wanted name, with `_2`, `_3` ... where it is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def coded_columns(question: CodedQuestion, codings: pl.DataFrame) -> pl.DataFrame:
    """(respondents, 4): ROW, codes separated by blanks, labels by "; ", the lowest confidence of the answer's codes.

    Codes stand in the frame's order, labels in the same.
    """
    order = {code.code: place for place, code in enumerate(question.frame.codes)}
    own = codings.filter(pl.col("variable") == question.frame.variable).unique([ROW, "code"], keep="first")
    place = pl.col("code").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return (
        own.sort(ROW, place, "code")
        .group_by(ROW, maintain_order=True)
        .agg(
            pl.col("code").cast(pl.String).str.join(CODE_SEPARATOR).alias(question.codes),
            pl.col("label").str.join(LABEL_SEPARATOR).alias(question.labels),
            pl.col("confidence").min().alias(question.confidence),
        )
    )


def several_codes(variable: str, codings: pl.DataFrame) -> bool:
    """Whether any answer of the question has more than one code."""
    own = codings.filter(pl.col("variable") == variable).unique([ROW, "code"])
    return own.height > own[ROW].n_unique()
