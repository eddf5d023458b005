"""Codes by likeness of meaning: what a segment says against what a frame's codes say they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.decisions import Decision, fits_nothing
from mcode_pipelines.coding.distinct_answers import DistinctAnswers, IntArray, heaviest
from mcode_pipelines.coding.embedders import Embedder, FloatArray
from mcode_pipelines.coding.labels import core_of
from mcode_pipelines.coding.meaning import MeaningSpace, unit
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.segments import segments_of
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.verbatims import cleaned, normal_form, theme_form
from mcode_pipelines.survey import CodeFrame, Progress

FITTED_SEGMENTS = 5_000
"""Segments that a question's space and themes are learnt from; the others are only placed in it."""
_CHUNK = 20_000
_LIKENESS, _LEAD, _START = 1.0, 3.4, -0.9
"""The curve of confidence, fitted on Indonesian and English answers coded by people. The lead says most of it."""
_SELF_TEACHING = 3
"""Rounds in which the surest segments of a code move its centre."""
_SURE_ENOUGH_TO_TEACH = 0.3
_FITS_NOTHING = 0.14
"""Likeness below which a segment fits no code."""


class Likeness:
    """How like segments of a question are to each theme of its frame."""

    def __init__(self, question: OpenQuestion, answers: DistinctAnswers, frame: CodeFrame, embedder: Embedder) -> None:
        self._language = question.language
        self._answers = answers
        fitted = heaviest(answers, FITTED_SEGMENTS)
        weights = answers.weights[fitted]
        texts = [answers.segments[s] for s in fitted]
        self.space = MeaningSpace(question.text, question.language, texts, weights, embedder)
        self.codes = [c.code for c in frame.themes]
        """The code of each theme."""
        self._label_cores: dict[tuple[str, ...], int] = {}
        self._owner, self._heft, self._references = self._described(frame)
        self._seeds = self._by_theme_seeds()
        self._centres = self._seeds
        self._teach(self.space.fitted, weights)

    def _described(self, frame: CodeFrame) -> tuple[IntArray, FloatArray, FloatArray]:
        """The vectors of everything the frame says about its themes: labels, definitions, examples."""
        texts: list[str] = []
        owner: list[int] = []
        heft: list[float] = []
        for place, code in enumerate(frame.themes):
            label = self._normal(code.label)
            own = [(label, 2.0)]
            if code.definition:
                own.append((self._normal(code.definition), 1.0))
            for example in code.examples:
                parts = segments_of(example, self._language)
                own.append((parts[0] if len(parts) == 1 else self._normal(example), 1.0))
            for text, weight in own:
                if text:
                    texts.append(text)
                    owner.append(place)
                    heft.append(weight)
            if core := core_of(label, self._language):
                self._label_cores.setdefault(core, place)
        return np.asarray(owner, dtype=np.int64), np.asarray(heft, dtype=np.float32), self.space.vectors(texts)

    def _normal(self, text: str) -> str:
        return theme_form(normal_form(cleaned(text), self._language), self._language)

    def _by_theme_seeds(self) -> FloatArray:
        if not self.codes:
            return self._references[:0]
        return unit(
            np.stack(
                [self._heft[self._owner == t] @ self._references[self._owner == t] for t in range(len(self.codes))]
            )
        )

    def _teach(self, vectors: FloatArray, weights: npt.NDArray[np.float64]) -> None:
        """Let the surest segments of each theme move its centre half the way towards them."""
        if not self.codes or not len(vectors):
            return
        for _ in range(_SELF_TEACHING):
            scores = self._scores(vectors)
            own = np.argmax(scores, axis=1)
            best = scores[np.arange(len(own)), own]
            centres = self._seeds.copy()
            for theme in range(len(self.codes)):
                mine = np.flatnonzero((own == theme) & (best >= _SURE_ENOUGH_TO_TEACH))
                if len(mine):
                    learnt = (np.sqrt(weights[mine]).astype(np.float32) * best[mine]) @ vectors[mine]
                    centres[theme] = unit(unit(learnt[None, :]) + self._seeds[theme][None, :])[0]
            self._centres = centres

    def _scores(self, vectors: FloatArray) -> FloatArray:
        to_reference = vectors @ self._references.T
        closest = np.stack(
            [to_reference[:, self._owner == t].max(axis=1, initial=-1.0) for t in range(len(self.codes))], axis=1
        )
        return np.asarray(0.5 * closest + 0.5 * (vectors @ self._centres.T), dtype=np.float32)

    def of_segments(self, segments: IntArray) -> FloatArray:
        """(segments, themes) likeness, about 0 to 1; 1 where a segment is a theme's label."""
        texts = [self._answers.segments[s] for s in segments]
        if not self.codes:
            return np.zeros((len(texts), 0), dtype=np.float32)
        scores = self._scores(self.space.vectors(texts))
        for row, text in enumerate(texts):
            theme = self._label_cores.get(core_of(text, self._language))
            if theme is not None:
                scores[row, theme] = max(1.0, float(scores[row, theme]))
        return scores


def codes_by_likeness(
    question: OpenQuestion,
    answers: DistinctAnswers,
    wanted: Sequence[int],
    frame: CodeFrame,
    likeness: Likeness,
    settings: CodingSettings,
    progress: Progress,
) -> list[Decision]:
    """The codes of the distinct answers `wanted`: each segment goes to the theme it is most like."""
    needed = np.unique(np.array([s for a in wanted for s in answers.segments_of_answer[a]], dtype=np.int64))
    theme = np.zeros(len(answers.segments), dtype=np.int64)
    score = np.zeros(len(answers.segments), dtype=np.float32)
    sure = np.zeros(len(answers.segments), dtype=np.float32)
    for start in range(0, len(needed), _CHUNK):
        progress(f"{question.variable}: coding", start, len(needed))
        chunk = needed[start : start + _CHUNK]
        scores = likeness.of_segments(chunk)
        if scores.shape[1]:
            theme[chunk] = np.argmax(scores, axis=1)
            score[chunk] = scores.max(axis=1)
            sure[chunk] = confidences(scores).max(axis=1)
    decisions = []
    for answer in wanted:
        own = answers.segments_of_answer[answer]
        found = [(likeness.codes[theme[s]], float(score[s]), float(sure[s])) for s in own] if likeness.codes else []
        decisions.append(_decision(found, frame, settings))
    return decisions


def confidences(scores: FloatArray) -> FloatArray:
    """(segments, themes) how sure each theme is: grows with likeness and with the lead over the best other theme."""
    if scores.shape[1] < 2:
        lead = np.minimum(scores, 0.3)
    else:
        top = np.partition(scores, -2, axis=1)
        best, second = top[:, -1:], top[:, -2:-1]
        lead = scores - np.where(scores == best, second, best)
    return np.asarray(1 / (1 + np.exp(-(_LIKENESS * scores + _LEAD * lead + _START))), dtype=np.float32)


def _decision(found: Sequence[tuple[int, float, float]], frame: CodeFrame, settings: CodingSettings) -> Decision:
    """One answer's codes from its segments' (code, likeness, confidence)."""
    sure: dict[int, float] = {}
    for code, score, confidence in found:
        if score >= _FITS_NOTHING:
            sure[code] = max(sure.get(code, 0.0), confidence)
    if sure:
        ranked = sorted(sure.items(), key=lambda c: (-round(c[1], 4), c[0]))[: settings.most_codes]
        return tuple((code, round(confidence, 4)) for code, confidence in ranked)
    nearest = max(found, key=lambda f: (f[1], -f[0])) if found else None
    return fits_nothing(frame, (nearest[0], nearest[2]) if nearest else None)
