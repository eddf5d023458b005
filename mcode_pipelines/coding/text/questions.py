"""The open-ended questions of a survey with their answers."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.text.language_detection import detect_language
from mcode_pipelines.survey import ROW, Codebook, Kind, RawSurvey, Variable

ANSWERS_SCHEMA = pl.Schema({ROW: pl.Int64, "respondent": pl.String, "verbatim": pl.String})


@dataclass(frozen=True)
class OpenQuestion:
    """One open-ended question and everybody's answers to it."""

    variable: str
    text: str
    """The question as it was asked."""
    language: str
    """`id` or `en`: the language most answers are written in."""
    answers: pl.DataFrame
    """ANSWERS_SCHEMA, in row order: only respondents whose cell is not missing."""
    names: bool = False
    """Whether it is answered by proper names (ships, brands, places): those are alike only when spelled alike."""


def same_wording(one: str, other: str) -> bool:
    """Whether two uploads asked a question in the same words."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def open_questions(raw: RawSurvey, codebook: Codebook) -> list[OpenQuestion]:
    """The questions to be coded, in codebook order: open-ended and not personal.

    A question that takes several columns ("first mention", "second mention") is one answer, its parts on lines of
    their own. Respondents are named by the codebook's respondent column, else by their row number.
    Raises CodingError where the codebook names a column that the data do not have.
    """
    variables = [v for v in codebook.of_kind(Kind.OPEN_ENDED) if not v.personal]
    if not variables:
        return []
    columns = set(raw.columns)
    for variable in variables:
        for column in (*variable.columns, *(c for others in variable.versions.values() for c in others)):
            if column not in columns:
                raise CodingError(
                    f"{raw.head.source.file}: the codebook puts question {variable.name} in column {column!r}, "
                    "which the data do not have; correct the codebook or the file"
                )
    number = pl.col(ROW).cast(pl.String)
    respondent = number
    if codebook.respondent_column in columns:
        given = _text(codebook.respondent_column or "").str.strip_chars()
        # Typed files hold whole numbers as 12.0.
        respondent = pl.coalesce(given.str.replace(r"^(-?\d+)\.0+$", "$1"), number)
    wide = raw.data.select(
        pl.col(ROW).cast(pl.Int64),
        respondent.alias("respondent"),
        *[_answer(variable).alias(f"answer:{variable.name}") for variable in variables],
    ).collect()
    questions = []
    for variable in variables:
        answers = (
            wide.select(ROW, "respondent", pl.col(f"answer:{variable.name}").alias("verbatim"))
            .drop_nulls("verbatim")
            .sort(ROW)
        )
        language = detect_language(answers["verbatim"].head(2_000).to_list(), variable.label, codebook.language)
        questions.append(OpenQuestion(variable.name, variable.label, language, answers, variable.names))
    return questions


def _text(column: str) -> pl.Expr:
    """A column as text, blank cells as null."""
    text = pl.col(column).cast(pl.String)
    return pl.when(text.str.strip_chars() != "").then(text)


def _answer(variable: Variable) -> pl.Expr:
    """The answer of one question as text, null where it is missing."""
    parts = []
    for column in variable.columns:
        text = pl.coalesce(_text(column), *(_text(other) for other in variable.versions.get(column, ())))
        if variable.missing:
            text = pl.when(~text.str.strip_chars().is_in(list(variable.missing))).then(text)
        parts.append(text)
    if len(parts) == 1:
        return parts[0]
    joined = pl.concat_str(parts, separator="\n", ignore_nulls=True)
    return pl.when(joined != "").then(joined)
