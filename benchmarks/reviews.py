"""What a review brings: the least sure rows corrected by the true codes, twice, and what is still wrong each time."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from mcode_pipelines.coding import CodingSettings, OpenQuestion, code_answers, default_embedder
from mcode_pipelines.delivery.review_answers import review_answers
from mcode_pipelines.survey import ROW, CodeFrame, CodeFrames

REVIEWED = 100
"""Different answers that a person looks at in one review."""
Truth = dict[str, set[int]]


@dataclass(frozen=True)
class Review:
    """One review of one question, and what it brought."""

    unsure: int
    """Different answers that the workbook asks to look at: those below `review_below` that nobody has looked at."""
    unsure_wrong: int
    """How many of them need a correction."""
    changed: int
    """Rows, of the `REVIEWED` at the top, that need a correction."""
    unseen: int
    """Respondents whose answer nobody has looked at, after this review."""
    wrong_before: int
    """How many of those were not coded exactly right before this review."""
    wrong_after: int


def reviewed(question: OpenQuestion, frame: CodeFrame, truth: Truth, reviews: int = 2) -> list[Review]:
    """So many reviews in a row; rows that are right are agreed to, as a person does with an x."""
    verbatims = question.answers.select(ROW, pl.col("verbatim").alias(f"said:{frame.variable}"))
    respondent = dict(question.answers.select(ROW, "respondent").iter_rows())
    decided: dict[str, set[int]] = {}
    codings = _coded(question, frame, decided)
    done = []
    for _ in range(reviews):
        rows = [a for a in review_answers("upload", frame, verbatims, codings) if respondent[a.rows[0]] not in decided]
        unsure = [a for a in rows if a.confidence < CodingSettings().review_below]
        unsure_wrong = sum(set(a.codes) != truth[respondent[a.rows[0]]] for a in unsure)
        changed = 0
        for answer in rows[:REVIEWED]:
            true = truth[respondent[answer.rows[0]]]
            changed += set(answer.codes) != true
            decided |= {respondent[row]: true for row in answer.rows}
        wrong_before, _ = _wrong(codings, truth, decided)
        codings = _coded(question, frame, decided)
        wrong_after, unseen = _wrong(codings, truth, decided)
        done.append(Review(len(unsure), unsure_wrong, changed, unseen, wrong_before, wrong_after))
    return done


def _coded(question: OpenQuestion, frame: CodeFrame, decided: Truth) -> pl.DataFrame:
    rows = [(who, question.variable, code) for who, codes in decided.items() for code in sorted(codes)]
    schema = {"respondent": pl.String, "variable": pl.String, "code": pl.Int64}
    return code_answers(
        [question],
        CodeFrames((frame,)),
        embedder=default_embedder(),
        settings=CodingSettings(),
        coded=pl.DataFrame(rows, schema=schema, orient="row"),
    )


def _wrong(codings: pl.DataFrame, truth: Truth, decided: Truth) -> tuple[int, int]:
    """Respondents that nobody decided whose codes are not exactly the true ones, and all that nobody decided."""
    found: Truth = {}
    for who, code in codings.select("respondent", "code").iter_rows():
        found.setdefault(who, set()).add(code)
    unseen = [who for who in found if who not in decided]
    return sum(found[who] != truth[who] for who in unseen), len(unseen)
