"""Learning from a review: corrections of the least sure answers, beside what was sure already.

A person reviews the least sure answers first. Those are no sample of the whole: a classifier taught by them alone
forgets what the frame's own words had told it of all the other answers (measured on the bundled ferry survey, 100
corrections a question left more of the other answers wrong than before). So corrected answers of one code first
become examples of that code in the frame; then the sure answers of that coding stay as they are, and teach beside the
person's.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from mcode_pipelines.coding.coder import code_answers
from mcode_pipelines.coding.embedders import Embedder
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.verbatims import cleaned, normal_form
from mcode_pipelines.survey import CODINGS_SCHEMA, ROW, CodeFrame, CodeFrames, DecidedBy, Progress, no_codings, silent

_EXAMPLES_A_CODE = 60
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
    def code(within: CodeFrames, lessons: pl.DataFrame | None) -> pl.DataFrame:
        return code_answers([question], within, embedder=embedder, settings=settings, coded=lessons, progress=progress)

    frame = frames.of(question.variable)
    if coded.height == 0 or frame is None or not _unlike_the_others(code(frames, None), coded, settings.review_below):
        return code(frames, coded)
    normals = _normals(question)
    shown = CodeFrames((_with_examples(frame, normals, coded),))
    before = code(shown, None)
    sure = _sure(before, normals, coded, settings.review_below)
    kept = before.join(sure, on=ROW, how="semi", maintain_order="left")
    lessons = pl.concat([coded.select("respondent", "variable", "code"), kept.select("respondent", "variable", "code")])
    taught = code(shown, lessons).join(sure, on=ROW, how="anti", maintain_order="left")
    both = pl.concat([taught.with_columns(pl.lit(0).alias("kept")), kept.with_columns(pl.lit(1).alias("kept"))])
    return both.sort(ROW, maintain_order=True).select(CODINGS_SCHEMA.names())


def _sureness(codings: pl.DataFrame, review_below: float) -> pl.DataFrame:
    """ROW, respondent, whether the answer is sure, and whether a rule decided it."""
    return codings.group_by(ROW, "respondent", maintain_order=True).agg(
        (pl.col("confidence").min() >= review_below).alias("sure"),
        (pl.col("decided_by") == DecidedBy.RULE.value).any().alias("rule"),
    )


def _unlike_the_others(before: pl.DataFrame, coded: pl.DataFrame, review_below: float) -> bool:
    """Whether the decided answers were picked for being unsure, judged by the coding without them."""
    answers = _sureness(before, review_below)
    decided = answers.filter(pl.col("respondent").is_in(coded["respondent"].implode()))
    if decided.height == 0:
        return False
    sure_of_decided, sure_of_all = int(decided["sure"].sum()), int(answers["sure"].sum())
    return sure_of_decided / decided.height < _LIKE_THE_OTHERS * sure_of_all / answers.height


def _normals(question: OpenQuestion) -> pl.DataFrame:
    """The answers with their normal form as `said`: equal ones are the same answer."""
    said = [normal_form(cleaned(v), question.language) for v in question.answers["verbatim"].to_list()]
    return question.answers.with_columns(pl.Series("said", said, dtype=pl.String))


def _with_examples(frame: CodeFrame, normals: pl.DataFrame, coded: pl.DataFrame) -> CodeFrame:
    """The frame with decided answers of one code, each once, among that code's examples."""
    single = coded.filter(pl.len().over("respondent") == 1).select("respondent", pl.col("code").alias("decided"))
    told = normals.join(single, on="respondent", how="inner", maintain_order="left").unique(
        ["said", "decided"], keep="first", maintain_order=True
    )
    examples: dict[int, list[str]] = {}
    for verbatim, code in told.select("verbatim", "decided").iter_rows():
        examples.setdefault(code, []).append(verbatim)
    codes = tuple(
        c.model_copy(update={"examples": (*c.examples, *examples.get(c.code, [])[:_EXAMPLES_A_CODE])})
        for c in frame.codes
    )
    return frame.model_copy(update={"codes": codes})


def _sure(before: pl.DataFrame, normals: pl.DataFrame, coded: pl.DataFrame, review_below: float) -> pl.DataFrame:
    """ROW of the answers whose codes stay: sure ones that no rule decided and that equal no decided answer."""
    by_person = normals.filter(pl.col("respondent").is_in(coded["respondent"].implode()))["said"].implode()
    free = normals.filter(~pl.col("said").is_in(by_person)).select(ROW)
    answers = _sureness(before, review_below)
    return answers.filter(pl.col("sure") & ~pl.col("rule")).join(free, on=ROW, how="semi").select(ROW)
