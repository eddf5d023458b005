"""Codes learnt from coded examples: regression on meaning and wording, settled among all answers of the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.classifier.calibration import Calibration, fit_calibration
from mcode_pipelines.coding.classifier.decisions import Decision, decide_in_chunks, decide_uncovered
from mcode_pipelines.coding.classifier.features import Features
from mcode_pipelines.coding.classifier.multiple_instance import AnswerParts, PartClassifier
from mcode_pipelines.coding.meaning.code_similarity import AnswerSimilarities, CodeSimilarity
from mcode_pipelines.coding.meaning.coverage import FITS_SURELY, probability_by_similarity
from mcode_pipelines.coding.meaning.theme_mixture import ThemeMixture
from mcode_pipelines.coding.meaning.vectors import DoubleArray, FloatArray, softmax
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.distinct_answers import DistinctAnswers
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.survey import NO_ANSWER, CodeFrame, Progress

_FOLDS = 5
_STRENGTH = 8.0
"""Inverse regularisation of the regression."""
_SETTLED = 4_000
"""Answers among which the themes settle; the others are only placed."""
_HOLD = 2.0
"""How strongly what was learnt holds an answer against what its neighbours are about."""
_LEAST = 1e-4
_FEWEST_EXAMPLES = 4
_MOST_EXAMPLES = 100
"""Of one code, where examples only stand beside its label."""
_NOTHING_LIKELY = 0.12
_EXAMPLES_OF_OTHER = 20
"""Examples of the other code that tell as much about what fits none as likeness to the codes does."""
_UNLIKE_ALL = 0.5
"""Chance of fitting a code where nothing that is said is like what any code says of itself."""


def training_examples(
    answers: DistinctAnswers, taught: Mapping[int, Decision], frame: CodeFrame
) -> dict[int, set[int]] | None:
    """The codes of the answers a classifier can learn from; None where they are too few, or of one code only."""
    examples = {a: {c for c, _ in d} for a, d in taught.items() if answers.segments_of_answer[a]}
    codes = set(_codes_to_learn(examples, frame))
    examples = {a: kept for a, given in examples.items() if (kept := given & codes)}
    if len(examples) < _FEWEST_EXAMPLES or len(set().union(*examples.values())) < 2:
        return None
    return examples


def _codes_to_learn(examples: Mapping[int, set[int]], frame: CodeFrame) -> list[int]:
    codes = [c.code for c in frame.codes if c.code != NO_ANSWER]
    if sum(NO_ANSWER in given for given in examples.values()) >= _FEWEST_EXAMPLES:
        codes.append(NO_ANSWER)
    return codes


def with_examples(frame: CodeFrame, answers: DistinctAnswers, taught: Mapping[int, Decision]) -> CodeFrame:
    """The frame with the answers that a person gave one code as further examples of it, the most frequent first."""
    own: dict[int, list[str]] = {}
    for answer in sorted(taught, key=lambda a: (-int(answers.counts[a]), a)):
        if len(taught[answer]) == 1 and answers.segments_of_answer[answer]:
            own.setdefault(taught[answer][0][0], []).append(answers.normal_forms[answer])
    codes = [
        c.model_copy(update={"examples": (*c.examples, *own.get(c.code, [])[:_MOST_EXAMPLES])}) for c in frame.codes
    ]
    return frame.model_copy(update={"codes": tuple(codes)})


def codes_by_examples(
    question: OpenQuestion,
    answers: DistinctAnswers,
    wanted: Sequence[int],
    frame: CodeFrame,
    similarity: CodeSimilarity,
    settings: CodingSettings,
    examples: Mapping[int, set[int]],
    progress: Progress,
) -> list[Decision]:
    """The codes of the distinct answers `wanted`, learnt from `examples` (see `training_examples`).

    The fewer the examples, the more the likeness to the frame's labels, definitions and examples decides; codes
    without an example are reached by it alone.
    """
    classifier = _Classifier(_codes_to_learn(examples, frame), answers, similarity, examples, wanted, frame.other)
    return decide_in_chunks(
        question.variable, wanted, lambda chunk: classifier.decisions(chunk, frame, settings), progress
    )


class _Classifier:
    """A classifier of one question's answers."""

    def __init__(
        self,
        codes: list[int],
        answers: DistinctAnswers,
        similarity: CodeSimilarity,
        examples: Mapping[int, set[int]],
        wanted: Sequence[int],
        other: int | None,
    ) -> None:
        self._codes = codes
        self._answers = answers
        self._similarity = similarity
        self._theme_place = [codes.index(c) for c in similarity.codes]
        self._other = codes.index(other) if other is not None else None
        self._order = sorted(examples)
        given = np.zeros((len(self._order), len(codes)), dtype=np.int64)
        for row, answer in enumerate(self._order):
            for code in examples[answer]:
                given[row, codes.index(code)] = 1
        self._counts = given.sum(axis=0)
        self._single_label = bool((given.sum(axis=1) == 1).mean() > 0.98) and len(given) >= 10
        self._trust = len(given) / (len(given) + 2.0 * int((self._counts > 0).sum()))
        # Coded answers stand in for the others in every fold, so that what is held back is like what will be coded.
        others = list(wanted[:_SETTLED]) if len(wanted) <= _SETTLED else list(wanted[:: len(wanted) // _SETTLED + 1])
        every = [*self._order, *others]
        similarities, names = self._seen(every)
        vectors = similarities.vectors
        parts = sorted({s for a in self._order for s in answers.segments_of_answer[a]})
        self._example_parts = similarities.segment_vectors[np.searchsorted(similarities.segments, parts)]
        """(parts, dimensions) what the examples say."""
        self._features = Features(vectors[: len(given)], [self._text(a) for a in self._order])
        features = self._features.of(vectors, [self._text(a) for a in every])
        places = similarity.directions.of(vectors)
        weights = answers.counts[every].astype(np.float64)
        folds = np.arange(len(given)) % min(_FOLDS, len(given))
        learnt, settled = self._held_back(features, names, places, weights, given, folds)
        scores = [learnt, settled, np.log(names[: len(given)])]
        if not self._single_label:
            taught, _ = self._seen(self._order)
            self._parts = PartClassifier(*self._parts_of(self._order, taught), given, self._trust, folds)
            scores += self._parts.held_back
        self._calibration: Calibration = fit_calibration(scores, given, self._single_label)
        self._model = self._fitted(features[: len(given)], given)
        first = self._learnt(self._model, features, names)
        self._themes = self._settled(places, first, weights, given, np.arange(len(given)))

    def _text(self, answer: int) -> str:
        return " ".join(self._answers.segments[s] for s in self._answers.segments_of_answer[answer])

    def _seen(self, answers: Sequence[int]) -> tuple[AnswerSimilarities, DoubleArray]:
        """What answers are like, and (answers, codes) shares by the frame's own words."""
        similarities = self._similarity.similarities(answers)
        return similarities, self._by_code(similarities.probabilities)

    def _by_code(self, shares: DoubleArray) -> DoubleArray:
        """(n, codes) of (n, themes); those of deleted codes are the other code's."""
        names = np.full((len(shares), len(self._codes)), _LEAST)
        living = len(self._theme_place)
        if living:
            names[:, self._theme_place] = np.maximum(shares[:, :living], _LEAST)
        if self._other is not None:
            names[:, self._other] = np.maximum(shares[:, living:].sum(axis=1), _LEAST)
        return names

    def _parts_of(self, answers: Sequence[int], similarities: AnswerSimilarities) -> tuple[AnswerParts, DoubleArray]:
        """The parts of answers, and (parts, codes) shares by the frame's own words."""
        own = [self._answers.segments_of_answer[a] for a in answers]
        texts = [self._answers.segments[s] for s in similarities.segments]
        return AnswerParts(own, similarities.segments, similarities.segment_vectors, texts), self._by_code(
            similarities.segment_probabilities
        )

    def _fitted(self, features: FloatArray, given: npt.NDArray[np.int64]) -> Any:
        from sklearn.linear_model import LogisticRegression

        if self._single_label:
            target = given.argmax(axis=1)
            if len(set(target.tolist())) < 2:
                return None
            return LogisticRegression(C=_STRENGTH, max_iter=300).fit(features, target)
        models: dict[int, Any] = {}
        for code in range(given.shape[1]):
            positive = int(given[:, code].sum())
            if 0 < positive < len(given):
                models[code] = LogisticRegression(C=_STRENGTH, max_iter=300).fit(features, given[:, code])
            elif positive:
                models[code] = None
        return models

    def _learnt(self, model: Any, features: FloatArray, names: DoubleArray) -> DoubleArray:
        """(n, codes) logarithms of what the regression says; codes without an example go by their names."""
        chances = np.full((len(features), len(self._codes)), _LEAST)
        if self._single_label:
            if model is not None:
                chances[:, model.classes_] = model.predict_proba(features)
        else:
            for code, own in model.items():
                chances[:, code] = 1.0 if own is None else own.predict_proba(features)[:, 1]
        mixed = self._trust * chances + (1 - self._trust) * names
        untaught = self._counts == 0
        mixed[:, untaught] = names[:, untaught] * (1 - 0.5 * self._trust)
        return _logs(mixed)

    def _settled(
        self,
        places: FloatArray,
        learnt: DoubleArray,
        weights: DoubleArray,
        given: npt.NDArray[np.int64],
        known: npt.NDArray[np.int64],
    ) -> ThemeMixture:
        """Themes that start from what was learnt, with the `known` examples fixed."""
        decided = np.full(learnt.shape, np.nan)
        decided[known] = given[known] / given[known].sum(axis=1, keepdims=True)
        return ThemeMixture(places, self._anchors(learnt), weights, start=softmax(learnt), decided=decided)

    def _anchors(self, learnt: DoubleArray) -> DoubleArray:
        shares = np.log(np.maximum(softmax(learnt), _LEAST))
        return np.asarray(_HOLD * shares / max(float(shares.std()), 0.5), dtype=np.float64)

    def _held_back(
        self,
        features: FloatArray,
        names: DoubleArray,
        places: FloatArray,
        weights: DoubleArray,
        given: npt.NDArray[np.int64],
        folds: npt.NDArray[np.int64],
    ) -> tuple[DoubleArray, DoubleArray]:
        """What is learnt of every example, and where it settles, when its own codes are not known."""
        learnt, settled = np.zeros(given.shape), np.zeros(given.shape)
        for fold in range(int(folds.max()) + 1):
            held = np.flatnonzero(folds == fold)
            known = np.flatnonzero(folds != fold)
            found = self._learnt(self._fitted(features[known], given[known]), features, names)
            themes = self._settled(places, found, weights, given, known)
            learnt[held] = found[held]
            settled[held] = _logs(themes.shares(places[held], self._anchors(found)[held]))
        return learnt, settled

    def decisions(self, wanted: Sequence[int], frame: CodeFrame, settings: CodingSettings) -> list[Decision]:
        """The codes of distinct answers."""
        similarities, names = self._seen(wanted)
        features = self._features.of(similarities.vectors, [self._text(a) for a in wanted])
        learnt = self._learnt(self._model, features, names)
        settled = _logs(
            self._themes.shares(self._similarity.directions.of(similarities.vectors), self._anchors(learnt))
        )
        scores = [learnt, settled, np.log(names)]
        if not self._single_label:
            scores += self._parts.scores(*self._parts_of(wanted, similarities))
        sure = self._calibration.probabilities(scores)
        fits = self._chances_to_fit(wanted, similarities)
        return [self._decision(row, fit, frame, settings) for row, fit in zip(sure, fits.tolist(), strict=True)]

    def _chances_to_fit(self, wanted: Sequence[int], similarities: AnswerSimilarities) -> DoubleArray:
        """(answers,) how likely each fits any code: by the frame's names, else by a part that is like an example's.

        1 where that cannot be told, or where there is no other code to take what fits none.
        """
        if self._other is None or similarities.too_few_answers or not len(self._theme_place):
            return np.ones(len(wanted))
        coverage = self._similarity.coverage
        if coverage is None:  # A frame with examples tells itself what is like none.
            fits = np.where(similarities.said_by_part.any(axis=1), 1.0, _UNLIKE_ALL)
        else:
            fits = coverage.fit_probabilities(similarities.similarity) if coverage.share < 1 else np.ones(len(wanted))
        place = {int(segment): row for row, segment in enumerate(similarities.segments)}
        for row in np.flatnonzero(fits < FITS_SURELY).tolist():
            own = [place[s] for s in self._answers.segments_of_answer[wanted[row]]]
            if own:
                nearest = (similarities.segment_vectors[own] @ self._example_parts.T).max()
                fits[row] = max(fits[row], float(probability_by_similarity(nearest)))
        # Examples of the other code tell better than likeness what fits none.
        fits = 1 - (1 - fits) * _EXAMPLES_OF_OTHER / (_EXAMPLES_OF_OTHER + self._counts[self._other])
        return np.where(fits < FITS_SURELY, fits, 1.0)

    def _decision(self, chances: DoubleArray, fits: float, frame: CodeFrame, settings: CodingSettings) -> Decision:
        sure = chances * fits
        if self._other is not None:
            sure[self._other] = max(float(chances[self._other]), 1 - fits)
        order = np.argsort(-sure, kind="stable")
        first = int(order[0])
        if sure[first] < _NOTHING_LIKELY:
            return decide_uncovered(frame, (self._codes[first], float(sure[first])))
        most = 1 if self._single_label else settings.most_codes
        kept = [first] + [int(c) for c in order[1:most] if sure[c] >= self._calibration.threshold]
        if first == self._other and fits < 1:
            kept = [first]
        return tuple((self._codes[c], round(min(float(sure[c]), self._ceiling(c)), 4)) for c in kept)

    def _ceiling(self, code: int) -> float:
        """Nobody can be surer of a code than its examples bear out (rule of succession)."""
        return float((self._counts[code] + 1) / (self._counts[code] + 2)) if self._counts[code] else 0.95


def _logs(shares: DoubleArray) -> DoubleArray:
    return np.asarray(np.log(np.clip(shares, _LEAST, 1 - _LEAST)), dtype=np.float64)
