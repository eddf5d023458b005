"""What each part of an answer is about, learnt from answers of which only the codes as a whole are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.classifier.features import Features
from mcode_pipelines.coding.meaning.vectors import DoubleArray, FloatArray, IntArray

_ROUNDS = 2
_STRENGTH = 8.0
"""Inverse regularisation of the regression."""
_LEAST = 1e-4
_SAID, _NOT_SAID = np.log(0.8), np.log(0.2)


class AnswerParts:
    """The parts of some answers, each distinct one once."""

    def __init__(
        self, of_answers: Sequence[Sequence[int]], segments: IntArray, meanings: FloatArray, texts: Sequence[str]
    ) -> None:
        """`of_answers` names the segments of each answer; `segments`, ascending, has all of them, with their
        `meanings` (segments, dimensions) and `texts`.
        """
        self.answer = np.repeat(np.arange(len(of_answers)), [len(own) for own in of_answers])
        """(pairs,) the answer of each pair of an answer and one of its parts."""
        named = np.array([s for own in of_answers for s in own], dtype=np.int64)
        self.part = np.searchsorted(segments, named)
        """(pairs,) the row of the part."""
        self.answers = len(of_answers)
        self.meanings = meanings
        self.texts = texts


class PartClassifier:
    """A regression from parts to codes, with what the names say of them where examples are few.

    Which part of an answer carries which of its codes is not told. It is guessed by the names, learnt, and guessed anew
    by what was learnt: every part is about one of its answer's codes, and every code is about some part. Source:
    multiple-instance learning by expectation and maximisation, Zhang and Goldman (2001).
    """

    def __init__(self, parts: AnswerParts, names: DoubleArray, given: IntArray, trust: float, folds: IntArray) -> None:
        """Learn.

        Args:
            parts: of the examples.
            names: (parts, codes) how likely the names make each code.
            given: (examples, codes) 1 for the codes of each example.
            trust: weight of what is learnt beside the names, 0 to 1.
            folds: (examples,) the examples that are held back together.
        """
        self._trust = trust
        self._features = Features(parts.meanings, parts.texts)
        features = self._features.of(parts.meanings, parts.texts)
        self.held_back = (np.zeros(given.shape), np.zeros(given.shape))
        """What `scores` gives for the examples when their own codes are not known."""
        for fold in range(int(folds.max()) + 1):
            known = folds != fold
            found = self._mixed(_learnt(features, names, parts, given, known), features, names)
            for held_back, score in zip(self.held_back, _of_answers(found, parts), strict=True):
                held_back[~known] = score[~known]
        self._model = _learnt(features, names, parts, given, np.ones(len(given), dtype=np.bool_))

    def scores(self, parts: AnswerParts, names: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
        """(answers, codes) logarithms of how likely the likeliest part makes each code; and whether it is the likeliest
        code of a part, which sets two codes of one part apart from codes of two.
        """
        return _of_answers(self._mixed(self._model, self._features.of(parts.meanings, parts.texts), names), parts)

    def _mixed(self, model: Any, features: FloatArray, names: DoubleArray) -> DoubleArray:
        learnt = np.full(names.shape, _LEAST)
        if model is not None:
            learnt[:, model.classes_] = model.predict_proba(features)
        return np.asarray(self._trust * learnt + (1 - self._trust) * names, dtype=np.float64)


def _learnt(
    features: FloatArray, names: DoubleArray, parts: AnswerParts, given: IntArray, known: npt.NDArray[np.bool_]
) -> Any:
    """The regression of the parts of `known` examples; None where they have a single code."""
    pairs = known[parts.answer]
    answer, part = parts.answer[pairs], parts.part[pairs]
    allowed = given[answer].astype(np.float64)
    chances, model = names, None
    for _ in range(_ROUNDS if (given[known].sum(axis=1) > 1).any() else 1):
        shares = _shared_out(np.maximum(chances[part], _LEAST) * allowed, answer)
        model = _fitted(features[part], shares)
        if model is None:
            break
        chances = np.full(names.shape, _LEAST)
        chances[:, model.classes_] = model.predict_proba(features)
    return model


def _shared_out(chances: DoubleArray, answer: IntArray) -> DoubleArray:
    """(pairs, codes) shares of each part's codes; each code of an answer first divides itself among the parts."""
    of_code = np.zeros((int(answer.max(initial=0)) + 1, chances.shape[1]))
    np.add.at(of_code, answer, chances)
    divided = chances / np.maximum(of_code[answer], 1e-12)
    return np.asarray(divided / np.maximum(divided.sum(axis=1, keepdims=True), 1e-12), dtype=np.float64)


def _fitted(features: FloatArray, shares: DoubleArray) -> Any:
    from sklearn.linear_model import LogisticRegression

    rows, codes = np.nonzero(shares > 0.02)
    if len(np.unique(codes)) < 2:
        return None
    model = LogisticRegression(C=_STRENGTH, max_iter=200)
    return model.fit(features[rows], codes, sample_weight=shares[rows, codes])


def _of_answers(of_part: DoubleArray, parts: AnswerParts) -> tuple[DoubleArray, DoubleArray]:
    highest = np.full((parts.answers, of_part.shape[1]), _LEAST)
    np.maximum.at(highest, parts.answer, of_part[parts.part])
    said = np.full(highest.shape, _NOT_SAID)
    said[parts.answer, of_part[parts.part].argmax(axis=1)] = _SAID
    return np.log(np.clip(highest, _LEAST, 1 - _LEAST)), said
