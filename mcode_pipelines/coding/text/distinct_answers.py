"""What a question's answers say, each distinct thing once."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.noise import is_formula
from mcode_pipelines.coding.text.non_answers import NonAnswers, asks_for_numbers
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.segments import segments_of
from mcode_pipelines.coding.text.spelling_correction import corrections, word_counts
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form
from mcode_pipelines.survey import Progress

_IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class DistinctAnswers:
    """The answers to one question by their normal form."""

    answer_of_row: _IntArray
    """(rows,) the distinct answer each respondent gave."""
    normal_forms: list[str]
    """The distinct answers, in order of first appearance."""
    verbatims: list[str]
    """How each was first given."""
    counts: _IntArray
    """(distinct answers,) respondents who gave it."""
    non_answer: npt.NDArray[np.bool_]
    """(distinct answers,) whether it says nothing."""
    segments: list[str]
    """The distinct things said by the answers that say something, in order of first appearance."""
    segments_of_answer: list[tuple[int, ...]]
    """For each distinct answer the segments it has; none for non-answers."""
    weights: npt.NDArray[np.float64]
    """(segments,) respondents who said it."""
    alone: npt.NDArray[np.float64]
    """(segments,) respondents who said it and nothing else."""


def distinct_answers(question: OpenQuestion, settings: CodingSettings, progress: Progress) -> DistinctAnswers:
    """Clean the answers to a question, find equal ones, and divide them into segments."""
    normal_of: dict[str, str] = {}
    index: dict[str, int] = {}
    verbatims: list[str] = []
    answer_of_row = np.empty(question.answers.height, dtype=np.int64)
    given = question.answers["verbatim"].to_list()
    for row, verbatim in enumerate(given):
        if row % 20_000 == 0:
            progress(f"{question.variable}: reading answers", row, len(given))
        normal = normal_of.get(verbatim)
        if normal is None:
            normal = normal_of[verbatim] = normal_form(cleaned(verbatim), question.language)
        position = index.get(normal)
        if position is None:
            position = index[normal] = len(verbatims)
            verbatims.append(verbatim)
        answer_of_row[row] = position
    normal_forms = list(index)
    counts = np.bincount(answer_of_row, minlength=len(normal_forms)).astype(np.int64)
    numbers_tell = asks_for_numbers(normal_forms[a] for a in answer_of_row)
    says_nothing = NonAnswers(question.language, question.text, settings.non_answers, numbers_tell=numbers_tell)
    non_answer = np.array(
        [says_nothing(n) or is_formula(v) for n, v in zip(normal_forms, verbatims, strict=True)], dtype=np.bool_
    )

    segment_index: dict[str, int] = {}
    segments_of_answer: list[tuple[int, ...]] = []
    for position, verbatim in enumerate(verbatims):
        if non_answer[position]:
            segments_of_answer.append(())
            continue
        parts = segments_of(verbatim, question.language, says_nothing)
        segments_of_answer.append(tuple(segment_index.setdefault(p, len(segment_index)) for p in parts))
    segments, segments_of_answer = _corrected(list(segment_index), segments_of_answer, counts, question.language)
    weights, alone = np.zeros(len(segments)), np.zeros(len(segments))
    for position, own in enumerate(segments_of_answer):
        for segment in own:
            weights[segment] += counts[position]
            if len(own) == 1:
                alone[segment] += counts[position]
    return DistinctAnswers(
        answer_of_row, normal_forms, verbatims, counts, non_answer, segments, segments_of_answer, weights, alone
    )


def _corrected(
    segments: list[str], segments_of_answer: list[tuple[int, ...]], counts: _IntArray, language: str
) -> tuple[list[str], list[tuple[int, ...]]]:
    """The segments with typing errors corrected, equal ones again only once."""
    said = np.zeros(len(segments))
    for own, count in zip(segments_of_answer, counts.tolist(), strict=True):
        for segment in own:
            said[segment] += count
    correct = corrections(word_counts(segments, said.tolist()), language)
    if not correct:
        return segments, segments_of_answer
    index: dict[str, int] = {}
    place = []
    for segment_text in segments:
        text = " ".join(correct.get(w, w) for w in segment_text.split())
        place.append(index.setdefault(text, len(index)))
    return list(index), [tuple(dict.fromkeys(place[s] for s in own)) for own in segments_of_answer]


def most_frequent_segments(answers: DistinctAnswers, most: int) -> _IntArray:
    """The segments said most often, at most so many, in their order; among equals a choice that order cannot bias."""
    if len(answers.segments) <= most:
        return np.arange(len(answers.segments), dtype=np.int64)
    chance = np.array([zlib.crc32(s.encode()) for s in answers.segments])
    return np.sort(np.lexsort((chance, -answers.weights))[:most]).astype(np.int64)


def answers_made_of(answers: DistinctAnswers, segments: _IntArray) -> tuple[list[int], _IntArray]:
    """The answers that say something and nothing but these segments, and (segments,) each segment's place among these.

    Segments that are none of these have place -1.
    """
    place = np.full(len(answers.segments), -1, dtype=np.int64)
    place[segments] = np.arange(len(segments))
    return [i for i, own in enumerate(answers.segments_of_answer) if own and all(place[s] >= 0 for s in own)], place
