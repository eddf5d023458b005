"""Codes for every answer: by rule, by an equal answer, by a person's examples, by meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from mcode_pipelines.coding.classifier.by_similarity import codes_by_similarity
from mcode_pipelines.coding.classifier.by_spelling import codes_by_spelling
from mcode_pipelines.coding.classifier.coded_examples import CodedExamples, coded_examples
from mcode_pipelines.coding.classifier.decisions import Decision
from mcode_pipelines.coding.classifier.supervised import codes_by_examples, training_examples, with_examples
from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.frames.validation import check_frame
from mcode_pipelines.coding.meaning.code_similarity import CodeSimilarity
from mcode_pipelines.coding.meaning.embedders import Embedder, encoding_progress, single_threaded
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.distinct_answers import DistinctAnswers, distinct_answers
from mcode_pipelines.coding.text.listed_answers import as_list
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import (
    CODINGS_SCHEMA,
    NO_ANSWER,
    ROW,
    CodeFrame,
    CodeFrames,
    DecidedBy,
    Progress,
    empty_codings,
    no_progress,
)

RULE_CONFIDENCE = 0.99
"""How sure the rules for non-answers are."""
_FEWEST_OVERRIDES = 3
"""Times that persons must have coded answers that say nothing alike before the others follow."""


def code_answers(
    questions: Sequence[OpenQuestion],
    frames: CodeFrames,
    *,
    embedder: Embedder,
    settings: CodingSettings,
    coded: pl.DataFrame | None = None,
    progress: Progress = no_progress,
) -> pl.DataFrame:
    """CODINGS_SCHEMA: at least one code for every answer of every question that has a frame.

    `coded` holds a person's decisions (respondent, variable, code): those answers keep exactly those codes, equal
    answers follow them, and the others learn from them. Confidence is in [0, 1]. Raises CodingError where
    `coded` uses a code that its frame does not have, or names a question or respondent that is not there.
    """
    tables = []
    with single_threaded():
        examples = coded_examples(coded, questions, frames)
        for question in questions:
            progress(question.variable, 0, question.answers.height, "answers")
            frame = frames.of(question.variable)
            if frame is None:
                raise CodingError(
                    f"Question {question.variable} has no code frame; make one first or leave the question out."
                )
            check_frame(frame)
            if question.answers.height:
                tables.append(_coded(question, frame, embedder, settings, examples.get(question.variable), progress))
            progress(question.variable, question.answers.height, question.answers.height, "answers")
    return pl.concat(tables) if tables else empty_codings()


def _coded(
    question: OpenQuestion,
    frame: CodeFrame,
    embedder: Embedder,
    settings: CodingSettings,
    examples: CodedExamples | None,
    progress: Progress,
) -> pl.DataFrame:
    listed = as_list(question, frame, settings)
    answers = distinct_answers(question, settings, progress) if listed is None else listed.answers
    person = examples.codes_of_row if examples is not None else {}
    no_answer = _no_answer(answers, person)
    decisions: list[Decision | None] = [no_answer if n else None for n in answers.non_answer]
    by_rule = answers.non_answer.copy()
    decided = _decided_by_persons(answers, person)
    for answer, decision in decided.items():
        decisions[answer] = decision
        by_rule[answer] = False
    open_answers = [i for i, d in enumerate(decisions) if d is None]
    if listed is not None:
        for answer, decision in zip(
            open_answers, codes_by_spelling(listed, open_answers, frame, decided, settings), strict=True
        ):
            decisions[answer] = decision
    elif open_answers:
        with encoding_progress(question.variable, progress):
            if lessons := training_examples(answers, decided, frame):
                similarity = CodeSimilarity(question, answers, frame, embedder)
                found = codes_by_examples(
                    question, answers, open_answers, frame, similarity, settings, lessons, progress
                )
            else:
                similarity = CodeSimilarity(question, answers, with_examples(frame, answers, decided), embedder)
                found = codes_by_similarity(question, answers, open_answers, frame, similarity, settings, progress)
        for answer, decision in zip(open_answers, found, strict=True):
            decisions[answer] = decision
    return _table(question, frame, answers, decisions, by_rule, person)


def _no_answer(answers: DistinctAnswers, person: dict[int, tuple[int, ...]]) -> Decision:
    """What answers that say nothing get: 99, unless persons mostly gave them something else in this question.

    "Nothing" can be praise where a question asks what should be better.
    """
    votes = Counter(codes for row, codes in person.items() if answers.non_answer[answers.answer_of_row[row]])
    if not votes:
        return ((NO_ANSWER, RULE_CONFIDENCE),)
    codes, agreeing = max(votes.items(), key=lambda v: (v[1], [-c for c in v[0]]))
    if agreeing < _FEWEST_OVERRIDES or 2 * agreeing <= votes.total():
        return ((NO_ANSWER, RULE_CONFIDENCE),)
    return tuple((code, round((agreeing + 1) / (votes.total() + 2), 4)) for code in codes)


def _decided_by_persons(answers: DistinctAnswers, person: dict[int, tuple[int, ...]]) -> dict[int, Decision]:
    """What persons decided about each distinct answer: where they disagree, what most of them said."""
    said: dict[int, Counter[tuple[int, ...]]] = {}
    for row, codes in person.items():
        said.setdefault(int(answers.answer_of_row[row]), Counter())[codes] += 1
    decided: dict[int, Decision] = {}
    for answer, votes in said.items():
        codes, agreeing = max(votes.items(), key=lambda v: (v[1], [-c for c in v[0]]))
        share = agreeing / sum(votes.values())
        decided[answer] = tuple((code, round(0.98 * share, 4)) for code in codes)
    return decided


def _table(
    question: OpenQuestion,
    frame: CodeFrame,
    answers: DistinctAnswers,
    decisions: Sequence[Decision | None],
    by_rule: npt.NDArray[np.bool_],
    person: dict[int, tuple[int, ...]],
) -> pl.DataFrame:
    rows: list[int] = []
    codes: list[int] = []
    confidences: list[float] = []
    decided_by: list[str] = []
    seen = np.zeros(len(answers.normal_forms), dtype=np.bool_)
    seen[[answers.answer_of_row[row] for row in person]] = True
    for row, answer in enumerate(answers.answer_of_row.tolist()):
        if row in person:
            decision: Decision = tuple((code, 1.0) for code in person[row])
            by = DecidedBy.PERSON
        else:
            decision = decisions[answer] or ()
            first = DecidedBy.RULE if by_rule[answer] else DecidedBy.MODEL
            by = DecidedBy.DUPLICATE if seen[answer] else first
        seen[answer] = True
        for code, confidence in decision:
            rows.append(row)
            codes.append(code)
            confidences.append(confidence)
            decided_by.append(by.value)
    labels = {code.code: code.label for code in frame.codes}
    labels.setdefault(NO_ANSWER, wording(frame.language).no_answer_label)
    position = np.asarray(rows, dtype=np.int64)
    return pl.DataFrame(
        {
            ROW: question.answers[ROW].to_numpy()[position],
            "respondent": question.answers["respondent"].gather(position),
            "variable": [question.variable] * len(rows),
            "code": codes,
            "label": [labels[c] for c in codes],
            "confidence": confidences,
            "decided_by": decided_by,
        },
        schema=CODINGS_SCHEMA,
    )
