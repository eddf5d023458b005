"""What a person wants to see of a coded question: its codes, how sure they are, who decided, what needs a look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.survey import ROW, CodeFrame, DecidedBy

_BANDS = 10
_EXAMPLES = 3
_LEAST_SURE = 10
_LONGEST = 70
"""Characters of an answer that are shown."""


@dataclass(frozen=True)
class CodeShare:
    """One code of a question."""

    code: int
    label: str
    answers: int
    share: float
    """Of the question's answers, 0 to 1; an answer may have several codes."""
    examples: tuple[str, ...]
    """Different answers that have it and no other code where there are such, a person's and the surest first."""


@dataclass(frozen=True)
class UnsureAnswer:
    """One different answer that is coded with little confidence."""

    verbatim: str
    times: int
    codes: str
    confidence: float


@dataclass(frozen=True)
class QuestionOverview:
    """One coded question."""

    variable: str
    answers: int
    to_review: int
    """Answers whose least sure code is below the threshold."""
    codes: tuple[CodeShare, ...]
    """Commonest first; codes of the frame that nobody has come last."""
    confidence: tuple[tuple[str, int], ...]
    """Answers by the confidence of their least sure code, in tenths, the surest first."""
    decided_by: tuple[tuple[str, int], ...]
    """Answers by who decided, commonest first."""
    least_sure: tuple[UnsureAnswer, ...]


def overview_of(
    frame: CodeFrame,
    texts: OpenQuestion | None,
    codings: pl.DataFrame,
    below: float,
    ticked: pl.DataFrame | None = None,
) -> QuestionOverview:
    """The overview of one question from its `codings` (CODINGS_SCHEMA, other questions' rows are passed over).

    `texts` are its verbatims (of a semi-open question the texts behind the list); `below` is the confidence from which
    an answer needs a look; `ticked` ([ROW, code String]) is what respondents ticked of a semi-open question.
    """
    own = codings.filter(pl.col("variable") == frame.variable)
    by_answer = own.group_by(ROW, maintain_order=True).agg(
        pl.col("confidence").min(),
        pl.col("decided_by").sort_by("confidence", maintain_order=True).first(),
        pl.col("label").str.join("; "),
        pl.len().alias("codes"),
    )
    number = by_answer.height
    said = own.select(ROW).unique().with_columns(pl.lit(None, dtype=pl.String).alias("verbatim"))
    if texts is not None:
        said = texts.answers.select(ROW, "verbatim").unique(ROW, keep="first", maintain_order=True)
    counts = own.group_by("code").agg(pl.col(ROW).n_unique().alias("answers"), pl.col("label").first())
    known = {code: (answers, label) for code, answers, label in counts.iter_rows()}
    labels = {c.code: c.label for c in frame.codes} | {code: label for code, (_, label) in known.items()}
    # What was ticked besides says nothing of the text.
    told = own.filter(pl.col("decided_by") != DecidedBy.RULE.value) if frame.merges else own
    if frame.merges and ticked is not None:
        also = ticked.select(ROW, pl.col("code").cast(pl.Int64, strict=False)).drop_nulls()
        told = told.join(also, on=[ROW, "code"], how="anti", maintain_order="left")
    examples = _examples(told, by_answer, said)
    order = sorted(labels, key=lambda code: (-known.get(code, (0, ""))[0], code))
    return QuestionOverview(
        variable=frame.variable,
        answers=number,
        to_review=by_answer.filter(pl.col("confidence") < below).height,
        codes=tuple(
            CodeShare(
                code, labels[code], count := known.get(code, (0, ""))[0], count / max(number, 1), examples.get(code, ())
            )
            for code in order
        ),
        confidence=_bands(by_answer["confidence"]),
        decided_by=tuple(
            by_answer.group_by("decided_by").len().sort(["len", "decided_by"], descending=[True, False]).iter_rows()
        ),
        least_sure=_least_sure(by_answer, said, below),
    )


def _bands(confidence: pl.Series) -> tuple[tuple[str, int], ...]:
    place = (confidence * _BANDS).floor().clip(0, _BANDS - 1).cast(pl.Int64)
    counted = dict(place.value_counts().iter_rows()) if len(place) else {}
    return tuple(
        (f"{band / _BANDS:.1f} to {(band + 1) / _BANDS:.1f}", counted.get(band, 0)) for band in reversed(range(_BANDS))
    )


def _examples(own: pl.DataFrame, by_answer: pl.DataFrame, said: pl.DataFrame) -> dict[int, tuple[str, ...]]:
    told = (
        own.select(ROW, "code", "confidence", "decided_by")
        .join(by_answer.select(ROW, "codes"), on=ROW, maintain_order="left")
        .join(said.drop_nulls("verbatim"), on=ROW, maintain_order="left")
        .with_columns(
            (pl.col("decided_by") != DecidedBy.PERSON.value).alias("by machine"),
            pl.col("verbatim")
            .str.to_lowercase()
            .str.replace_all(r"[^\p{L}\p{N}]+", " ")
            .str.strip_chars()
            .alias("same"),
        )
        .sort(["by machine", "codes", "confidence", ROW], descending=[False, False, True, False])
        .unique(["code", "same"], keep="first", maintain_order=True)
        .group_by("code", maintain_order=True)
        .agg(pl.col("verbatim").head(_EXAMPLES))
    )
    return {code: tuple(_cut(v) for v in verbatims) for code, verbatims in told.iter_rows()}


def _least_sure(by_answer: pl.DataFrame, said: pl.DataFrame, below: float) -> tuple[UnsureAnswer, ...]:
    told = (
        by_answer.filter(pl.col("confidence") < below)
        .join(said.drop_nulls("verbatim"), on=ROW, maintain_order="left")
        .with_columns(pl.col("verbatim").str.to_lowercase().alias("same"))
        .group_by("same", "label", maintain_order=True)
        .agg(pl.col("verbatim").first(), pl.len().alias("times"), pl.col("confidence").min(), pl.col(ROW).first())
        .sort(["confidence", "times", ROW], descending=[False, True, False])
        .head(_LEAST_SURE)
    )
    return tuple(
        UnsureAnswer(_cut(verbatim), times, labels, round(confidence, 2))
        for verbatim, times, labels, confidence in told.select("verbatim", "times", "label", "confidence").iter_rows()
    )


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def uncoded_answers(questions: Iterable[OpenQuestion], codings: pl.DataFrame) -> int:
    """How many answers (respondent x question) have no row in `codings` (CODINGS_SCHEMA): none may be lost."""
    return sum(
        q.answers.join(codings.filter(pl.col("variable") == q.variable), on=ROW, how="anti").height for q in questions
    )
