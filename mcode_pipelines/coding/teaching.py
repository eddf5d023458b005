"""Codes learnt from coded examples: logistic regression on meaning, wording and likeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.decisions import Decision, fits_nothing
from mcode_pipelines.coding.distinct_answers import DistinctAnswers
from mcode_pipelines.coding.embedders import FloatArray
from mcode_pipelines.coding.likeness import Likeness, confidences
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.survey import NO_ANSWER, CodeFrame, Progress

_CHUNK = 10_000
_FOLDS = 5
_STRENGTH = 8.0
"""Inverse regularisation of the regression."""
_LIKENESS_HEFT = 2.0
"""How much the likeness to the frame's own words counts as a feature beside a unit vector."""


def codes_by_examples(
    question: OpenQuestion,
    answers: DistinctAnswers,
    wanted: Sequence[int],
    frame: CodeFrame,
    likeness: Likeness,
    settings: CodingSettings,
    taught: Mapping[int, Decision],
    progress: Progress,
) -> list[Decision]:
    """The codes of the distinct answers `wanted`, learnt from the answers in `taught`.

    The fewer the examples, the more the likeness to the frame's labels, definitions and examples decides; codes
    without an example are reached by it alone.
    """
    codes = [c.code for c in frame.codes if c.code != NO_ANSWER]
    lessons = {a: {c for c, _ in d if c in codes} for a, d in taught.items()}
    lessons = {a: c for a, c in lessons.items() if c and answers.normals[a]}
    pupil = _Pupil(codes, answers, likeness)
    pupil.learn(lessons)
    decisions: list[Decision] = []
    for start in range(0, len(wanted), _CHUNK):
        progress(f"{question.variable}: coding", start, len(wanted))
        chances = pupil.chances(wanted[start : start + _CHUNK])
        decisions += [pupil.decision(row, frame, settings) for row in chances]
    return decisions


class _Pupil:
    """A classifier of one question's answers."""

    def __init__(self, codes: list[int], answers: DistinctAnswers, likeness: Likeness) -> None:
        self._codes = codes
        self._answers = answers
        self._likeness = likeness
        self._theme_place = [codes.index(c) for c in likeness.codes]
        self._one_code = False
        self._threshold = 0.4
        self._trust = 0.0
        self._model: Any = None
        self._taught_codes: list[int] = []
        self._ceiling = np.full(len(codes), 0.95)
        self._slope, self._shift = 1.0, 0.0

    def learn(self, lessons: Mapping[int, set[int]]) -> None:
        """Fit on distinct answers and their codes; with fewer than two codes there is nothing to tell apart."""
        order = sorted(lessons)
        given = np.zeros((len(order), len(self._codes)), dtype=np.int64)
        for row, answer in enumerate(order):
            for code in lessons[answer]:
                given[row, self._codes.index(code)] = 1
        counts = given.sum(axis=0)
        self._taught_codes = [int(c) for c in np.flatnonzero(counts)]
        self._ceiling = np.where(counts > 0, (counts + 1) / (counts + 2), 0.95)
        if len(order) < 4 or len(self._taught_codes) < 2:
            return
        self._one_code = bool((given.sum(axis=1) == 1).mean() > 0.98) and len(order) >= 10
        features, by_likeness = self._features(order)
        held_back = self._held_back(features, given)
        self._trust = len(order) / (len(order) + 2.0 * len(self._taught_codes))
        mixed = self._mixed(held_back, by_likeness)
        self._calibrate(mixed, given)
        self._model = self._fitted(features, given)

    def _features(self, order: Sequence[int]) -> tuple[FloatArray, FloatArray]:
        """(answers, features) for the regression and (answers, codes) chances by likeness alone."""
        own = [self._answers.segments_of_answer[a] for a in order]
        segments = np.unique(np.array([s for o in own for s in o], dtype=np.int64))
        scores = self._likeness.of_segments(segments)
        sure = confidences(scores) if scores.shape[1] else scores
        place = {int(s): i for i, s in enumerate(segments)}
        highest = np.zeros((len(order), scores.shape[1]), dtype=np.float32)
        chances = np.zeros((len(order), len(self._codes)), dtype=np.float32)
        for row, parts in enumerate(own):
            rows = [place[s] for s in parts]
            if rows and scores.shape[1]:
                highest[row] = scores[rows].max(axis=0)
                chances[row, self._theme_place] = sure[rows].max(axis=0)
        texts = [
            " ".join(self._answers.segments[s] for s in parts) or self._answers.normals[a]
            for a, parts in zip(order, own, strict=True)
        ]
        vectors = self._likeness.space.vectors(texts)
        return np.concatenate([vectors, _LIKENESS_HEFT * highest], axis=1), chances

    def _fitted(self, features: FloatArray, given: npt.NDArray[np.int64]) -> Any:
        from sklearn.linear_model import LogisticRegression

        if self._one_code:
            target = given.argmax(axis=1)
            if len(set(target.tolist())) < 2:
                return None
            return LogisticRegression(C=_STRENGTH, max_iter=300).fit(features, target)
        models = {}
        for code in range(given.shape[1]):
            positive = int(given[:, code].sum())
            if 0 < positive < len(given):
                models[code] = LogisticRegression(C=_STRENGTH, max_iter=300, class_weight=None).fit(
                    features, given[:, code]
                )
            elif positive:
                models[code] = None
        return models

    def _predicted(self, model: Any, features: FloatArray) -> npt.NDArray[np.float64]:
        chances = np.zeros((len(features), len(self._codes)))
        if model is None:
            return chances
        if self._one_code:
            chances[:, model.classes_] = model.predict_proba(features)
            return chances
        for code, own in model.items():
            chances[:, code] = 1.0 if own is None else own.predict_proba(features)[:, 1]
        return chances

    def _held_back(self, features: FloatArray, given: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Chances of every example by a model that has not seen it."""
        folds = np.arange(len(given)) % min(_FOLDS, len(given))
        chances = np.zeros(given.shape)
        for fold in range(int(folds.max()) + 1):
            held = folds == fold
            chances[held] = self._predicted(self._fitted(features[~held], given[~held]), features[held])
        return chances

    def _mixed(self, learnt: npt.NDArray[np.float64], by_likeness: FloatArray) -> npt.NDArray[np.float64]:
        mixed = np.asarray(self._trust * learnt + (1 - self._trust) * by_likeness, dtype=np.float64)
        untaught = np.ones(len(self._codes), dtype=np.bool_)
        untaught[self._taught_codes] = False
        mixed[:, untaught] = by_likeness[:, untaught] * (1 - 0.5 * self._trust)
        return mixed

    def _calibrate(self, mixed: npt.NDArray[np.float64], given: npt.NDArray[np.int64]) -> None:
        """Set the confidence curve (Platt 1999) and the threshold of a further code from held-back examples."""
        from sklearn.linear_model import LogisticRegression

        best = mixed.argmax(axis=1)
        right = given[np.arange(len(given)), best]
        if len(given) >= 20 and 0 < right.sum() < len(right):
            curve = LogisticRegression(C=1.0).fit(_logit(mixed.max(axis=1))[:, None], right)
            if curve.coef_[0, 0] > 0.05:
                self._slope, self._shift = float(curve.coef_[0, 0]), float(curve.intercept_[0])
        best_f1 = -1.0
        for threshold in np.arange(0.2, 0.71, 0.05):
            found = mixed >= threshold
            found[np.arange(len(given)), best] = True
            f1 = 2 * (found & (given == 1)).sum() / max(1, found.sum() + given.sum())
            if f1 > best_f1 + 1e-9:
                best_f1, self._threshold = float(f1), float(threshold)

    def chances(self, wanted: Sequence[int]) -> npt.NDArray[np.float64]:
        """(answers, codes) the chance of each code, uncalibrated."""
        features, by_likeness = self._features(wanted)
        if self._model is None:
            return np.asarray(by_likeness, dtype=np.float64)
        return self._mixed(self._predicted(self._model, features), by_likeness)

    def decision(self, chances: npt.NDArray[np.float64], frame: CodeFrame, settings: CodingSettings) -> Decision:
        """The codes of one answer from its chances."""
        sure = 1 / (1 + np.exp(-(self._slope * _logit(chances) + self._shift)))
        sure = np.minimum(sure, self._ceiling)
        order = np.argsort(-chances, kind="stable")
        first = int(order[0])
        if chances[first] < 0.12:
            return fits_nothing(frame, (self._codes[first], float(sure[first])))
        most = 1 if self._one_code else settings.most_codes
        kept = [first] + [int(c) for c in order[1:most] if chances[c] >= self._threshold]
        found = [(self._codes[c], round(float(sure[c]), 4)) for c in kept]
        return tuple(sorted(found, key=lambda c: (-c[1], c[0])))


def _logit(chances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    clipped = np.clip(chances, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)
