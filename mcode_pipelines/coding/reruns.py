"""Coding again: what an earlier run decided, and what of it stands."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import polars as pl

from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.verbatims import cleaned, normal_form
from mcode_pipelines.survey import CODINGS_SCHEMA, NO_ANSWER, ROW, CodeFrames, DecidedBy


class RunMode(StrEnum):
    """What a run codes anew."""

    ALL_BUT_CORRECTED = "all_but_corrected"
    """Every answer; what a person decided stands and teaches. The usual way, and what a first run does."""
    ONLY_NEW = "only_new"
    """Answers that the earlier run did not have; all others keep their codes."""
    FROM_SCRATCH = "from_scratch"
    """Every answer, as if nobody had ever corrected one. Corrections are kept, only not used."""


def with_earlier_codes(
    questions: Sequence[OpenQuestion], frames: CodeFrames, fresh: pl.DataFrame, decided: pl.DataFrame | None
) -> pl.DataFrame:
    """Fresh codings (CODINGS_SCHEMA) in which answers that were `decided` earlier (CODINGS_SCHEMA) keep their codes.

    An answer that a person has decided since goes by the person; one with a code that its frame no longer has is
    coded anew; a new answer equal to one that was decided follows it. Respondents are told by their identifier, since
    rows move when an upload grows. Labels are the frame's of today.
    """
    if decided is None or decided.height == 0:
        return fresh
    tables = []
    for question in questions:
        own = fresh.filter(pl.col("variable") == question.variable)
        earlier = decided.filter(pl.col("variable") == question.variable)
        frame = frames.of(question.variable)
        tables.append(own if frame is None or not earlier.height else _kept(question, own, earlier, frames))
    return pl.concat(tables) if tables else fresh


def _kept(question: OpenQuestion, fresh: pl.DataFrame, earlier: pl.DataFrame, frames: CodeFrames) -> pl.DataFrame:
    frame = frames.of(question.variable)
    labels = {c.code: c.label for c in frame.codes} if frame is not None else {}
    labels |= {c: label for c, label in fresh.select("code", "label").unique().iter_rows() if c not in labels}
    if NO_ANSWER not in labels:
        labels |= {c: label for c, label in earlier.select("code", "label").iter_rows() if c == NO_ANSWER}
    known: dict[str, list[tuple[int, float, str]]] = {}
    unknown: set[str] = set()
    for respondent, code, confidence, by in earlier.select(
        "respondent", "code", "confidence", "decided_by"
    ).iter_rows():
        known.setdefault(respondent, []).append((code, confidence, by))
        if code not in labels:
            unknown.add(respondent)
    now: dict[int, list[tuple[int, float, str]]] = {}
    for row, code, confidence, by in fresh.select(ROW, "code", "confidence", "decided_by").iter_rows():
        now.setdefault(row, []).append((code, confidence, by))
    normal_of: dict[str, str] = {}
    stands: dict[str, list[tuple[int, float, str]]] = {}
    answers = question.answers.rows()
    for _, _, verbatim in answers:
        if verbatim not in normal_of:
            normal_of[verbatim] = normal_form(cleaned(verbatim), question.language)
    for row, respondent, verbatim in answers:
        if respondent in known and respondent not in unknown and not _by_person(now.get(row, [])):
            stands.setdefault(normal_of[verbatim], known[respondent])
    decided_since = {normal_of[v] for row, _, v in answers if _by_person(now.get(row, []))}
    rows: list[tuple[int, str, str, int, str, float, str]] = []
    for row, respondent, verbatim in answers:
        normal = normal_of[verbatim]
        codes = now.get(row, [])
        if normal not in decided_since:
            if respondent in known and respondent not in unknown:
                codes = known[respondent]
            elif normal in stands:
                codes = [(code, confidence, DecidedBy.DUPLICATE.value) for code, confidence, _ in stands[normal]]
        rows += [(row, respondent, question.variable, code, labels[code], sure, by) for code, sure, by in codes]
    return pl.DataFrame(rows, schema=CODINGS_SCHEMA, orient="row")


def _by_person(codes: Sequence[tuple[int, float, str]]) -> bool:
    return any(by == DecidedBy.PERSON for _, _, by in codes)
