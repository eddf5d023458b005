"""Codes by likeness of meaning: what a segment says against what a frame's codes say they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mcode_pipelines.coding.distinct_answers import DistinctAnswers
from mcode_pipelines.coding.embedders import Embedder, FloatArray
from mcode_pipelines.coding.labels import core_of
from mcode_pipelines.coding.meaning import centre_of, meanings, tells_polarity, unit
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.segments import segments_of
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.verbatims import normal_form
from mcode_pipelines.survey import CodeFrame, Progress

Decision = tuple[tuple[int, float], ...]

_SELF_TEACHING = 2
"""Rounds in which the surest segments of a code move its centre."""
_FITS_NOTHING = 0.22
"""Likeness below which a segment fits no code."""


class Likeness:
    """How like each segment of a question is to each theme of its frame."""

    def __init__(self, question: OpenQuestion, answers: DistinctAnswers, frame: CodeFrame, embedder: Embedder) -> None:
        language = question.language
        with_polarity = tells_polarity(question.text)
        vectors = meanings(answers.segments, language, with_polarity, embedder)
        centre = centre_of(vectors, np.sqrt(answers.weights))
        self.vectors = unit(vectors - centre)
        """(segments, dimensions) centred unit vectors."""
        self.codes = [c.code for c in frame.themes]
        texts: list[str] = []
        owner: list[int] = []
        weight: list[float] = []
        cores: dict[tuple[str, ...], int] = {}
        for place, code in enumerate(frame.themes):
            own = [(normal_form(code.label, language), 2.0)]
            if code.definition:
                own.append((normal_form(code.definition, language), 1.0))
            for example in code.examples:
                parts = segments_of(example, language)
                own.append((normal_form(example, language) if len(parts) != 1 else parts[0], 1.0))
            for text, heft in own:
                if text:
                    texts.append(text)
                    owner.append(place)
                    weight.append(heft)
            label = core_of(own[0][0], language)
            if label:
                cores.setdefault(label, place)
        self._exact = cores
        references = meanings(texts, language, with_polarity, embedder)
        self.references = unit(references - centre)
        self.owner = np.asarray(owner, dtype=np.int64)
        self.heft = np.asarray(weight, dtype=np.float32)
        self.scores = self._scores(answers, language)
        """(segments, themes) likeness, about 0 to 1."""

    def _scores(self, answers: DistinctAnswers, language: str) -> FloatArray:
        themes = len(self.codes)
        if themes == 0 or len(self.vectors) == 0:
            return np.zeros((len(self.vectors), themes), dtype=np.float32)
        to_reference = self.vectors @ self.references.T
        closest = np.stack([to_reference[:, self.owner == t].max(axis=1, initial=-1.0) for t in range(themes)], axis=1)
        seeds = np.stack([self.heft[self.owner == t] @ self.references[self.owner == t] for t in range(themes)]).astype(
            np.float32
        )
        centres = unit(seeds)
        scores = 0.5 * closest + 0.5 * (self.vectors @ centres.T)
        for _ in range(_SELF_TEACHING):
            own = np.argmax(scores, axis=1)
            best = scores[np.arange(len(own)), own]
            for theme in range(themes):
                mine = np.flatnonzero((own == theme) & (best >= 0.4))
                if len(mine) == 0:
                    continue
                learnt = np.sqrt(answers.weights[mine]).astype(np.float32) * best[mine] @ self.vectors[mine]
                centres[theme] = unit((unit(learnt[None, :])[0] + unit(seeds[theme][None, :])[0])[None, :])[0]
            scores = 0.5 * closest + 0.5 * (self.vectors @ centres.T)
        for segment, text in enumerate(answers.segments):
            theme = self._exact.get(core_of(text, language))
            if theme is not None:
                scores[segment, theme] = max(1.0, scores[segment, theme])
        return scores.astype(np.float32)


def codes_by_likeness(
    question: OpenQuestion,
    answers: DistinctAnswers,
    wanted: Sequence[int],
    frame: CodeFrame,
    embedder: Embedder,
    settings: CodingSettings,
    taught: Mapping[int, Decision],
    progress: Progress,
) -> list[Decision]:
    """The codes of the distinct answers `wanted`: each segment goes to the theme it is most like."""
    likeness = Likeness(question, answers, frame, embedder)
    confidence = confidences(likeness.scores)
    best = np.argmax(likeness.scores, axis=1) if likeness.codes else np.zeros(len(answers.segments), dtype=np.int64)
    return [
        _decision(
            [(int(best[s]), *_of(likeness, confidence, s, int(best[s]))) for s in answers.segments_of_answer[a]],
            likeness,
            frame,
            settings,
        )
        for a in wanted
    ]


def _of(likeness: Likeness, confidence: FloatArray, segment: int, theme: int) -> tuple[float, float]:
    if not likeness.codes:
        return 0.0, 0.0
    return float(likeness.scores[segment, theme]), float(confidence[segment])


def confidences(scores: FloatArray) -> FloatArray:
    """(segments,) how sure the most alike theme is: grows with likeness and with the lead over the runner-up."""
    if scores.shape[1] == 0:
        return np.zeros(len(scores), dtype=np.float32)
    if scores.shape[1] == 1:
        best, lead = scores[:, 0], np.minimum(scores[:, 0], 0.3)
    else:
        top = np.partition(scores, -2, axis=1)
        best, lead = top[:, -1], top[:, -1] - top[:, -2]
    return np.asarray(1 / (1 + np.exp(-(4.0 * (best - 0.45) + 6.0 * (lead - 0.08)))), dtype=np.float32)


def _decision(
    found: Sequence[tuple[int, float, float]], likeness: Likeness, frame: CodeFrame, settings: CodingSettings
) -> Decision:
    """One answer's codes from its segments' (theme, likeness, confidence)."""
    sure: dict[int, float] = {}
    for theme, score, confidence in found:
        if likeness.codes and score >= _FITS_NOTHING:
            code = likeness.codes[theme]
            sure[code] = max(sure.get(code, 0.0), confidence)
    if sure:
        ranked = sorted(sure.items(), key=lambda c: (-round(c[1], 4), c[0]))[: settings.most_codes]
        return tuple((code, round(confidence, 4)) for code, confidence in ranked)
    surest = max((c for _theme, _score, c in found), default=0.0)
    if frame.other is not None:
        return ((frame.other, round(min(0.9, max(0.3, 1 - 2 * surest)), 4)),)
    if likeness.codes and found:
        theme, _score, confidence = max(found, key=lambda f: f[1])
        return ((likeness.codes[theme], round(min(confidence, 0.2), 4)),)
    return ((frame.codes[-1].code, 0.0),)
