"""The answers of one question as a person reviews them: equal ones together, the least sure first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from mcode_pipelines.survey.code_frame import CodeFrame
from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.raw_survey import ROW, RawSurvey
from mcode_pipelines.survey.review import answer_id

MAX_ANSWERS = 20_000
"""Different answers of one question in a workbook; nobody reviews more, and Excel stays quick."""
MAX_ROWS_PER_ANSWER = 2_000
"""Rows of the data noted for one answer: equal answers follow a person's decision anyway."""


@dataclass(frozen=True)
class ReviewAnswer:
    """One answer, equal ones together."""

    answer: str
    """Its id."""
    verbatim: str
    printed: str | None
    """What was ticked of a printed list besides; None where there is no such list."""
    times: int
    codes: tuple[int, ...]
    """Surest first."""
    confidence: float
    """Of its least sure code."""
    decided_by: str
    rows: tuple[int, ...]


def verbatims(
    raw: RawSurvey, codebook: Codebook, frames: Sequence[CodeFrame], ticked: Mapping[str, pl.DataFrame] | None = None
) -> pl.DataFrame:
    """ROW and a String column a question: its cells as given, several columns of one question on lines of their own.

    A frame that merges a choice question with its "other, specify" is reviewed by that text; a further column has the
    labels of what was `ticked` ([ROW, code String] by question).
    """
    columns = set(raw.columns)
    wanted: list[pl.Expr] = []
    for frame in frames:
        source = frame.merges[1] if frame.merges else frame.variable
        given = codebook[source].columns if source in codebook else (source,)
        texts = [_text(column) for column in given if column in columns]
        if texts:
            joined = pl.concat_str(texts, separator="\n", ignore_nulls=True)
            wanted.append((texts[0] if len(texts) == 1 else joined).alias(f"said:{frame.variable}"))
    table = raw.data.select(pl.col(ROW).cast(pl.Int64), *wanted).collect()
    for frame in frames:
        if frame.merges and ticked and frame.variable in ticked and frame.variable in codebook:
            labels = {c.code: c.label for c in codebook[frame.variable].choices}
            shown = pl.col("code").replace(labels).str.join("; ").alias(f"printed:{frame.variable}")
            table = table.join(
                ticked[frame.variable].group_by(ROW, maintain_order=True).agg(shown),
                on=ROW,
                how="left",
                maintain_order="left",
            )
    return table


def _text(column: str) -> pl.Expr:
    text = pl.col(column).cast(pl.String)
    return pl.when(text.str.strip_chars() != "").then(text)


def review_answers(upload: str, frame: CodeFrame, said: pl.DataFrame, codings: pl.DataFrame) -> list[ReviewAnswer]:
    """The different answers of one question that have codes, the least sure first, then the most frequent.

    Answers are the same where they differ in nothing but case, spacing and punctuation, and have the same codes.
    `said` is what `verbatims` gives.
    """
    own = (
        codings.filter(pl.col("variable") == frame.variable)
        .unique([ROW, "code"], keep="first", maintain_order=True)
        .group_by(ROW, maintain_order=True)
        .agg(
            "code",
            pl.col("code").sort().cast(pl.String).str.join(" ").alias("coded"),
            pl.col("confidence").min(),
            pl.col("decided_by").sort_by("confidence", maintain_order=True).first(),
        )
    )
    name = f"said:{frame.variable}"
    if name not in said.columns:
        return []
    printed = f"printed:{frame.variable}"
    if printed not in said.columns:
        said = said.with_columns(pl.lit(None, dtype=pl.String).alias(printed))
    text = pl.col(name)
    plain = text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}\p{M}\p{So}%+]+", " ").str.strip_chars()
    told = own.join(
        said.select(ROW, name, pl.col(printed).alias("printed")).drop_nulls(name), on=ROW, how="inner"
    ).sort(ROW)
    told = told.with_columns(
        text.alias("verbatim"), pl.when(plain != "").then(plain).otherwise(text.str.strip_chars()).alias("said")
    )
    first_hand = pl.col("decided_by").filter(pl.col("decided_by") != "duplicate").first()
    groups = (
        told.group_by("said", "coded", maintain_order=True)
        .agg(
            pl.col("verbatim").first(),
            pl.col("printed").first(),
            pl.len().alias("times"),
            pl.col("code").first(),
            pl.col("confidence").min(),
            pl.coalesce(first_hand, pl.col("decided_by").first()).alias("decided_by"),
            pl.col(ROW).head(MAX_ROWS_PER_ANSWER).alias("rows"),
        )
        .sort(["times", "said", "coded"], descending=[True, False, False], maintain_order=True)
    )
    seen: set[str] = set()
    answers = []
    for group in groups.iter_rows(named=True):
        codes = tuple(int(code) for code in group["code"])
        plain_id = answer_id(upload, frame.variable, group["said"])
        identity = plain_id if plain_id not in seen else answer_id(upload, frame.variable, group["said"], codes)
        seen.add(identity)
        answers.append(
            ReviewAnswer(
                identity,
                group["verbatim"],
                group["printed"],
                group["times"],
                codes,
                float(group["confidence"]),
                group["decided_by"],
                tuple(group["rows"]),
            )
        )
    return sorted(answers, key=lambda a: (round(a.confidence, 6), -a.times, a.rows[0]))
