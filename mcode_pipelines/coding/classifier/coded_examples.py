"""A person's decisions: which respondent's answer has which codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.survey import NO_ANSWER, CodeFrames


@dataclass(frozen=True)
class CodedExamples:
    """The decisions about one question."""

    codes_of_row: dict[int, tuple[int, ...]]
    """By the position of the answer in the question's answers; codes in the order given."""


def coded_examples(
    coded: pl.DataFrame | None, questions: Sequence[OpenQuestion], frames: CodeFrames
) -> dict[str, CodedExamples]:
    """Coded examples by question. Respondents who did not answer the question are passed over.

    Raises CodingError for codes that a frame does not have, for unknown questions, and where no respondent fits.
    """
    if coded is None or coded.height == 0:
        return {}
    for column in ("respondent", "variable", "code"):
        if column not in coded.columns:
            raise CodingError(
                f"The coded examples have no column {column!r} (found: {', '.join(coded.columns)}); "
                "expected respondent, variable, code."
            )
    by_variable = {q.variable: q for q in questions}
    decided: dict[str, CodedExamples] = {}
    for (variable,), rows in coded.group_by("variable", maintain_order=True):
        name = str(variable)
        question, frame = by_variable.get(name), frames.of(name)
        if question is None or frame is None:
            raise CodingError(
                f"The coded examples name question {name!r}, which is not an open-ended question of this survey "
                f"({', '.join(by_variable) or 'it has none'}); correct the variable column."
            )
        known = {c.code for c in frame.codes} | {NO_ANSWER}
        beyond = sorted(set(rows["code"].to_list()) - known)
        if beyond:
            first = rows.filter(pl.col("code") == beyond[0])["respondent"][0]
            raise CodingError(
                f"The coded examples give respondent {first} code {beyond[0]} for question {name}, which its frame "
                f"does not have (it has {', '.join(map(str, sorted(known)))}); correct the code or add it to the frame."
            )
        position = {r: i for i, r in reversed(list(enumerate(question.answers["respondent"].to_list())))}
        codes_of_row: dict[int, tuple[int, ...]] = {}
        for respondent, code in rows.select("respondent", "code").unique(maintain_order=True).iter_rows():
            if (row := position.get(respondent)) is not None:
                codes_of_row[row] = (*codes_of_row.get(row, ()), int(code))
        if not codes_of_row:
            raise CodingError(
                f"None of the respondents in the coded examples of question {name} (such as "
                f"{rows['respondent'][0]!r}) answered it in this survey; give the survey's own respondent identifiers."
            )
        decided[name] = CodedExamples(codes_of_row)
    return decided
