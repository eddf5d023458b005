"""Learning from a review: corrections of the least sure answers, beside what was sure already.

A person reviews the least sure answers first. Those are no sample of the whole: a classifier taught by them alone
forgets what the frame's own words had told it of all the other answers. Measured on the bundled ferry survey, 100
corrections a question left a quarter more of the other answers wrong than before. So the sure answers of the first
coding stay as they are and teach beside the person's.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from mcode_pipelines.coding.coder import code_answers
from mcode_pipelines.coding.embedders import Embedder
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.verbatims import cleaned, normal_form
from mcode_pipelines.survey import CODINGS_SCHEMA, ROW, CodeFrames, DecidedBy, Progress, no_codings, silent

_LIKE_THE_OTHERS = 0.7
"""Examples of which sure answers are at least so common, beside all answers, are a sample and teach alone."""


def code_reviewed_answers(
    questions: Sequence[OpenQuestion],
    frames: CodeFrames,
    *,
    embedder: Embedder,
    settings: CodingSettings,
    coded: pl.DataFrame | None = None,
    progress: Progress = silent,
) -> pl.DataFrame:
    """`code_answers` for decisions that were made on the least sure answers: CODINGS_SCHEMA, the same rules.

    For each question whose decided answers were mostly unsure without them, answers coded at least as surely as
    `settings.review_below` keep their codes (unless they equal a decided one) and teach. Raises CodingError.
    """
    if coded is None or coded.height == 0:
        return code_answers(questions, frames, embedder=embedder, settings=settings, coded=coded, progress=progress)
    tables = []
    for question in questions:
        own = coded.filter(pl.col("variable") == question.variable)
        tables.append(_coded(question, frames, own, embedder, settings, progress))
    unknown = coded.filter(~pl.col("variable").is_in([q.variable for q in questions]))
    if unknown.height:
        # Told by the coder, which knows how.
        code_answers(questions, frames, embedder=embedder, settings=settings, coded=unknown, progress=progress)
    return pl.concat(tables) if tables else no_codings()


def _coded(
    question: OpenQuestion,
    frames: CodeFrames,
    coded: pl.DataFrame,
    embedder: Embedder,
    settings: CodingSettings,
    progress: Progress,
) -> pl.DataFrame:
    def code(lessons: pl.DataFrame | None) -> pl.DataFrame:
        return code_answers([question], frames, embedder=embedder, settings=settings, coded=lessons, progress=progress)

    if coded.height == 0:
        return code(None)
    before = code(None)
    sure = _sure(question, before, coded, settings.review_below)
    if sure is None:
        return code(coded)
    kept = before.join(sure, on=ROW, how="semi", maintain_order="left")
    lessons = pl.concat([coded.select("respondent", "variable", "code"), kept.select("respondent", "variable", "code")])
    taught = code(lessons).join(sure, on=ROW, how="anti", maintain_order="left")
    both = pl.concat([taught.with_columns(pl.lit(0).alias("kept")), kept.with_columns(pl.lit(1).alias("kept"))])
    return both.sort(ROW, maintain_order=True).select(CODINGS_SCHEMA.names())


def _sure(
    question: OpenQuestion, before: pl.DataFrame, coded: pl.DataFrame, review_below: float
) -> pl.DataFrame | None:
    """ROW of the answers whose codes stay; None where the decided answers are like the others."""
    answers = before.group_by(ROW, "respondent", maintain_order=True).agg(
        (pl.col("confidence").min() >= review_below).alias("sure"),
        (pl.col("decided_by") == DecidedBy.RULE.value).any().alias("rule"),
    )
    decided = answers["respondent"].is_in(coded["respondent"].implode())
    share, share_decided = answers["sure"].mean(), answers.filter(decided)["sure"].mean()
    if share_decided is None or float(share_decided) >= _LIKE_THE_OTHERS * float(share or 0.0):  # type: ignore[arg-type]
        return None
    said = [normal_form(cleaned(v), question.language) for v in question.answers["verbatim"].to_list()]
    normals = question.answers.select(ROW, "respondent").with_columns(pl.Series("said", said, dtype=pl.String))
    by_person = normals.filter(pl.col("respondent").is_in(coded["respondent"].implode()))["said"].implode()
    free = normals.filter(~pl.col("said").is_in(by_person)).select(ROW)
    return answers.filter(pl.col("sure") & ~pl.col("rule")).join(free, on=ROW, how="semi").select(ROW)
