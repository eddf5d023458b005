"""The codes of answers by their likeness to the frame, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mcode_pipelines.coding.classifier.decisions import Decision, decide_in_chunks, decide_uncovered
from mcode_pipelines.coding.meaning.code_similarity import AnswerSimilarities, CodeSimilarity
from mcode_pipelines.coding.meaning.coverage import FITS_SURELY
from mcode_pipelines.coding.meaning.vectors import DoubleArray, FloatArray, logit, sigmoid
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.distinct_answers import DistinctAnswers
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.survey import CodeFrame, Progress

_FURTHER = 0.3
"""Share from which what a part of an answer says is a code of its own beside the first."""
_SETTLED, _SAME_HERE, _SAME, _MANY_CODES, _MANY_ANSWERS, _START = 0.41, 0.08, 1.61, -0.41, 0.34, -1.5
"""The curve of confidence where an answer fits a code at all: the odds of the code against those usual in the question,
whether the encoder alone puts the answer there too, in how many answers of the question the two agree (log odds), how
many codes there are (log), and how many different answers (log, of those that were looked at).
Two views that err in different ways agree more where both are right more often, which tells how hard a question is
without a coded answer (the idea of Platanios, Blum and Mitchell, 2014). Fitted as the curve of coverage was; on a
survey that was left out of the fit it is 8 points off on average."""
_SETTLED_OF_OWN, _MANY_ANSWERS_OF_OWN, _START_OF_OWN = 0.24, 0.18, -0.31
"""The same for frames that were made from these very answers. There both views agree since the themes come from them,
which tells nothing. Fitted on frames of ten questions, a code counting as what persons most often coded its answers
by; on a survey that was left out of the fit it is 9 points off on average, where the curve of names is 19."""
_NEAREST = 0.02
"""Agreement is never taken for nearer to none, or to all, than this."""
_ALONE_LIKENESS, _ALONE_START = 4.0, -0.8
"""The curve where a frame has a single theme, so that only likeness can tell."""
_OTHER_AT_LEAST, _OTHER_AT_MOST = 0.3, 0.5
"""How sure the other code is: as sure as the nearest code is unsure, within these bounds. Of the answers that fit no
name, about half belong to no code."""
_LABEL_ITSELF = 0.95
"""How sure a code is whose label is what was said."""


def codes_by_similarity(
    question: OpenQuestion,
    answers: DistinctAnswers,
    wanted: Sequence[int],
    frame: CodeFrame,
    similarity: CodeSimilarity,
    settings: CodingSettings,
    progress: Progress,
) -> list[Decision]:
    """The codes of the distinct answers `wanted`: what the answer is about, and what else its parts are about."""

    def decide(chunk: Sequence[int]) -> list[Decision]:
        similarities = similarity.similarities(chunk)
        fits = fit_probabilities(similarities, similarity)
        sure = confidences(similarities, similarity, fits)
        return [
            _decision(similarities, sure[row], float(fits[row]), row, similarity.codes, frame, settings)
            for row in range(len(chunk))
        ]

    return decide_in_chunks(question.variable, wanted, decide, progress)


def fit_probabilities(similarities: AnswerSimilarities, similarity: CodeSimilarity) -> DoubleArray:
    """(answers,) how likely each fits any code; 1 where that cannot be told."""
    coverage = similarity.coverage
    return (
        np.ones(len(similarities.probabilities))
        if coverage is None
        else coverage.fit_probabilities(similarities.similarity)
    )


def confidences(similarities: AnswerSimilarities, similarity: CodeSimilarity, fits: DoubleArray) -> FloatArray:
    """(answers, themes) how sure each theme is; `fits` (answers,) is how likely each answer fits any."""
    if not similarities.probabilities.shape[1]:
        return np.zeros(similarities.probabilities.shape, dtype=np.float32)
    if similarities.probabilities.shape[1] == 1:
        curve = _ALONE_LIKENESS * np.asarray(similarities.similarity, dtype=np.float64) + _ALONE_START
    else:
        curve = _curve(similarities, similarity)
    sure = fits[:, None] * sigmoid(curve)
    return np.asarray(np.where(similarities.similarity >= 1, np.maximum(sure, _LABEL_ITSELF), sure), dtype=np.float32)


def _curve(similarities: AnswerSimilarities, similarity: CodeSimilarity) -> DoubleArray:
    """(answers, themes) the log odds that a theme is right, where the answer fits one at all."""
    odds = logit(similarities.probabilities) - similarity.usual_odds
    answers = math.log(max(1, similarity.sampled))
    if similarity.of_these_answers:
        return _SETTLED_OF_OWN * odds + _MANY_ANSWERS_OF_OWN * answers + _START_OF_OWN
    of_question = (
        _SAME * float(logit(similarity.agreement, _NEAREST))
        + _MANY_CODES * math.log(similarities.probabilities.shape[1])
        + _MANY_ANSWERS * answers
        + _START
    )
    return np.asarray(
        _SETTLED * odds + _SAME_HERE * (similarities.nearest_by_encoder - similarity.agreement) + of_question
    )


def _decision(
    similarities: AnswerSimilarities,
    sure: FloatArray,
    fits: float,
    row: int,
    codes: Sequence[int],
    frame: CodeFrame,
    settings: CodingSettings,
) -> Decision:
    """One answer's codes."""
    shares = similarities.probabilities[row]
    if not codes:
        return decide_uncovered(frame, None)
    first = int(np.argmax(shares))
    nearest = int(np.argmax(shares[: len(codes)]))
    may_be_other = frame.other is not None and not FITS_SURELY <= fits < 1
    if not similarities.said_by_part[row].any() and (may_be_other or similarities.too_few_answers):
        return _fits_no_name(frame, codes[nearest], float(sure[nearest]))
    kept = [first] + [
        int(t)
        for t in np.argsort(-shares, kind="stable")
        if t != first and similarities.said_by_part[row, t] and shares[t] >= _FURTHER
    ]
    there = [t for t in kept if t < len(codes)]
    if not there:
        return _fits_no_name(frame, codes[nearest], float(sure[nearest]))
    if frame.other is not None and 1 - fits > sure[there].max():
        return ((frame.other, round(1 - fits, 4)),)
    found = [(codes[t], round(float(sure[t]), 4)) for t in there[: settings.most_codes]]
    return tuple(sorted(found, key=lambda c: -c[1]))


def _fits_no_name(frame: CodeFrame, nearest: int, sure: float) -> Decision:
    if frame.other is None:
        return decide_uncovered(frame, (nearest, sure))
    return ((frame.other, round(min(_OTHER_AT_MOST, max(_OTHER_AT_LEAST, 1 - sure)), 4)),)
