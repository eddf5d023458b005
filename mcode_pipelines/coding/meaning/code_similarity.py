"""Codes by likeness of meaning: what answers say against what a frame's codes say they are."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.meaning.coverage import ANSWERS_SAMPLED, Coverage, coverage_of
from mcode_pipelines.coding.meaning.embedders import Embedder
from mcode_pipelines.coding.meaning.embedding_space import EmbeddingSpace, answer_vectors
from mcode_pipelines.coding.meaning.sides import CLEAR, in_context
from mcode_pipelines.coding.meaning.theme_mixture import SEVERAL_PARTS, LogPrior, PrincipalDirections, ThemeMixture
from mcode_pipelines.coding.meaning.vectors import DoubleArray, FloatArray, IntArray, logit, unit_rows
from mcode_pipelines.coding.text.distinct_answers import DistinctAnswers, answers_made_of, most_frequent_segments
from mcode_pipelines.coding.text.language_data import any_of
from mcode_pipelines.coding.text.phrases import core_phrase
from mcode_pipelines.coding.text.polarity import polarity
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.segments import segments_of
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form, theme_form
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import Code, CodeFrame

FITTED_SEGMENTS = 5_000
"""Segments that a question's space and themes are learnt from; the others are only placed in it."""
_FITS_NOTHING = 0.4
"""Share of the usual likeness (the median of the question) below which a segment fits no code ..."""
_FITS_AT_LEAST, _FITS_AT_MOST = 0.03, 0.15
"""... within these bounds."""
_FITS_NOTHING_OF_FEW = 0.4
"""The same where the answers are so few that what all answers have in common still counts as likeness."""
_OTHER_SIDE = 0.5
"""Likeness that what praises loses to a theme of complaints, and the other way round."""
_LEFT_TO_THE_OTHER_SIDE, _LEFT_TO_THE_OPPOSITE = 0.02, 1e-6
"""What is left of the share of a theme of the other side, and what where it is clear that the part is of this one."""
_EXAMPLES_TELL, _OF_ONE_SIDE, _BUILT_ON_A_SIDE = 3, 0.6, 0.2
"""Examples from which they tell the side of a code, and by how much one side must outweigh the other: more in a frame
of persons, less in one whose themes were built within a side."""
_LABELS_TAKE_SIDES = 0.25
"""Share of the labels of a given frame that must praise or complain for its codes to take sides."""
_WORTH_A_CODE = 3
"""Parts of an answer from which one that contradicts the others counts for less: a reservation in a long praise."""
_TAKES_OVER = 0.3
"""Cosine (centred) of a code's label to what a deleted code held, from which the code has taken its place."""


@functools.cache
def _halves() -> re.Pattern[str]:
    """What joins the two halves of a label such as "Environment & facilities"."""
    return re.compile(rf"[/&,;]|\s{any_of('conjunctions', 'and_or')}\s", re.IGNORECASE)


@dataclass(frozen=True)
class AnswerSimilarities:
    """What the answers asked about are like, each answer a row."""

    vectors: FloatArray
    """(answers, dimensions) the meaning of the whole answer."""
    similarity: FloatArray
    """(answers, themes) likeness of the part of the answer that is most like the theme."""
    probabilities: DoubleArray
    """(answers, themes) how likely each theme is what the answer is about."""
    nearest_by_encoder: npt.NDArray[np.bool_]
    """(answers, themes) whether the theme is the nearest to the whole answer by the encoder alone."""
    said_by_part: npt.NDArray[np.bool_]
    """(answers, themes) whether the theme is the likeliest for a part of the answer that fits one."""
    segments: IntArray
    """The segments of these answers, ascending."""
    segment_vectors: FloatArray
    """(segments, dimensions) their vectors."""
    segment_probabilities: DoubleArray
    """(segments, themes) how likely each theme is what a segment is about."""
    too_few_answers: bool
    """Whether the question has too few answers for its themes to settle, so that only likeness tells."""


class CodeSimilarity:
    """How like the answers to a question are to each theme of its frame."""

    def __init__(self, question: OpenQuestion, answers: DistinctAnswers, frame: CodeFrame, embedder: Embedder) -> None:
        self._language = question.language
        self._answers = answers
        fitted = most_frequent_segments(answers, FITTED_SEGMENTS)
        weights = answers.weights[fitted]
        texts = [answers.segments[s] for s in fitted]
        sided = sum(bool(polarity(self._normal(c.label), self._language)) for c in frame.themes)
        take_sides = frame.origin == "generated" or sided >= _LABELS_TAKE_SIDES * max(1, len(frame.themes))
        self.space = EmbeddingSpace(question.text, question.language, texts, weights, embedder, sides_matter=take_sides)
        self.codes = [c.code for c in frame.themes]
        """The code of each theme. Deleted codes are the themes after these."""
        told = self._told(frame)
        self._label_cores: dict[tuple[str, ...], int] = {}
        self._owner, self._heft, self._references = self._described(told)
        self._seeds = self._by_theme_seeds(len(told))
        self._sides = np.array([self._side(c, frame.origin == "generated") for c in told], dtype=np.int8)
        """(themes,) whether a code praises (1), complains (-1) or tells of neither (0)."""
        self._fit(fitted)
        self.by_names = 2 * sum(bool(c.examples) for c in frame.themes) <= len(frame.themes)
        """Whether the frame has little more than names."""
        self.of_these_answers = frame.origin == "generated"
        """Whether the frame was made from the very answers."""
        self._fits_nothing = self._least_likeness()

    def _told(self, frame: CodeFrame) -> tuple[Code, ...]:
        """The themes and after them the deleted codes, but for those whose matter another code now stands for."""
        if not frame.deleted or not frame.themes:
            return (*frame.themes, *(frame.deleted or ()))
        labels = [self._normal(c.label) for c in frame.themes]
        placed = self.space.vectors(labels, of_codes=np.ones(len(labels), dtype=np.bool_))
        left = []
        for code in frame.deleted:
            said = self.space.vectors([self._normal(t) for t in (code.label, *code.examples)])
            if (
                not self.space.centred
                or float((placed @ unit_rows(said.sum(axis=0, keepdims=True)).T).max()) < _TAKES_OVER
            ):
                left.append(code)
        return (*frame.themes, *left)

    def _described(self, told: Sequence[Code]) -> tuple[IntArray, FloatArray, FloatArray]:
        """The vectors of everything codes say about their themes: labels, definitions, examples."""
        texts: list[str] = []
        owner: list[int] = []
        heft: list[float] = []
        shown: list[bool] = []
        for place, code in enumerate(told):
            label = self._normal(code.label)
            own = [(label, 2.0, False)]
            halves = [self._normal(half) for half in _halves().split(code.label)]
            if len(halves) > 1:
                own += [(half, 1.0, False) for half in halves if len(half) > 2]
            if code.definition:
                own.append((self._normal(without_exclusions(code.definition, self._language)), 1.0, False))
            own += [(part, 1.0, True) for example in code.examples for part in self._example(example)]
            for text, weight, is_example in own:
                if text:
                    texts.append(text)
                    owner.append(place)
                    heft.append(weight)
                    shown.append(is_example)
            if core := core_phrase(label, self._language):
                self._label_cores.setdefault(core, place)
        vectors = self.space.vectors(texts, of_codes=~np.array(shown, dtype=np.bool_))
        return np.asarray(owner, dtype=np.int64), np.asarray(heft, dtype=np.float32), vectors

    def _side(self, code: Code, generated: bool) -> int:
        """The side that most examples of a code take, else that of its label's words."""
        if not self.space.sides.told_apart:
            return 0
        shown = [self.space.sides.odds(segments_of(example, self._language)).sum() for example in code.examples]
        if len(shown) >= _EXAMPLES_TELL:
            lean = float(np.mean(np.clip(shown, -CLEAR, CLEAR))) / CLEAR
            if abs(lean) >= (_BUILT_ON_A_SIDE if generated else _OF_ONE_SIDE):
                return 1 if lean > 0 else -1
        return polarity(self._normal(code.label), self._language)

    def _example(self, example: str) -> list[str]:
        parts = segments_of(example, self._language)
        return parts if len(parts) == 1 else [self._normal(example)]

    def _normal(self, text: str) -> str:
        return theme_form(normal_form(cleaned(text), self._language), self._language)

    def _by_theme_seeds(self, themes: int) -> FloatArray:
        if not themes:
            return self._references[:0]
        return unit_rows(
            np.stack([self._heft[self._owner == t] @ self._references[self._owner == t] for t in range(themes)])
        )

    def _fit(self, fitted: IntArray) -> None:
        """Let the themes settle where the answers lie."""
        wanted, place = answers_made_of(self._answers, fitted)
        self._fitted_answers, self._fitted_place = wanted, place
        vectors = answer_vectors(self._answers, wanted, self.space.fitted, place)
        weights = self._answers.counts[wanted].astype(np.float64)
        self.directions = PrincipalDirections(vectors, weights)
        self.agreement = 1.0
        """Share of the respondents whose answer has the same theme by the encoder alone as once the themes settled."""
        self.usual_odds = 0.0
        """Logarithm of the odds of an answer's likeliest theme, on average."""
        if not len(self._seeds):
            return
        self._plain_seeds = self.space.encoder_only(self._seeds)
        self._plain_means = np.zeros(len(self._seeds), dtype=np.float32)
        if len(vectors) > 1:
            self._plain_means = (self.space.encoder_only(vectors) @ self._plain_seeds.T).mean(axis=0)
        likeness = self._scores(vectors)
        self._guess = LogPrior(likeness)
        guess, places = self._guess(likeness), self.directions.of(vectors)
        self._themes = ThemeMixture(places, guess, weights, seeds=self.directions.of(self._seeds))
        if weights.sum() > 0:
            shares = self._themes.shares(places, guess, self._tightness(wanted))
            first = shares.argmax(axis=1)
            same = self._plainly(vectors)[np.arange(len(first)), first]
            self.agreement = float(weights @ same / weights.sum())
            self.usual_odds = float(weights @ logit(shares.max(axis=1)) / weights.sum())

    def _plainly(self, vectors: FloatArray) -> npt.NDArray[np.bool_]:
        """(n, themes) whether the theme is the nearest by the encoder alone, what is like every answer set aside."""
        nearest = (self.space.encoder_only(vectors) @ self._plain_seeds.T - self._plain_means).argmax(axis=1)
        return np.asarray(nearest[:, None] == np.arange(len(self._seeds)))

    def _tightness(self, answers: Sequence[int]) -> FloatArray:
        """(answers,) how tightly each lies around its theme, in multiples of a single part."""
        parts = [len(self._answers.segments_of_answer[a]) for a in answers]
        return np.where(np.asarray(parts) > 1, SEVERAL_PARTS, 1.0).astype(np.float32)

    def _least_likeness(self) -> float:
        """Likeness below which what somebody says fits no code; names alone are like little that anybody says."""
        if not self.space.centred or not self.codes:
            return _FITS_NOTHING_OF_FEW
        if self.by_names:
            return _FITS_AT_LEAST
        usual = float(np.median(self._scores(self.space.fitted).max(axis=1)))
        return min(_FITS_AT_MOST, max(_FITS_AT_LEAST, _FITS_NOTHING * usual))

    def _scores(self, vectors: FloatArray) -> FloatArray:
        """(n, themes) cosine to the closest thing the frame says of a theme, and to all of it, in equal parts."""
        to_reference = vectors @ self._references.T
        closest = np.stack(
            [to_reference[:, self._owner == t].max(axis=1, initial=-1.0) for t in range(len(self._seeds))], axis=1
        )
        return np.asarray(0.5 * closest + 0.5 * (vectors @ self._seeds.T), dtype=np.float32)

    def nearness(self, vectors: FloatArray) -> FloatArray:
        """(n,) cosine to the nearest thing the frame says of any theme."""
        if not len(self._references):
            return np.zeros(len(vectors), dtype=np.float32)
        return np.asarray((vectors @ self._references.T).max(axis=1), dtype=np.float32)

    def similarity_to_nearest_code(self, centre: FloatArray) -> float:
        """Cosine of a (dimensions,) centre to the middle of what the frame says of the nearest theme."""
        return float((self._seeds @ centre).max()) if len(self._seeds) else 0.0

    def similarities(self, answers: Sequence[int]) -> AnswerSimilarities:
        """What distinct answers are like."""
        needed = np.unique(np.array([s for a in answers for s in self._answers.segments_of_answer[a]], dtype=np.int64))
        place = np.full(len(self._answers.segments), -1, dtype=np.int64)
        place[needed] = np.arange(len(needed))
        texts = [self._answers.segments[s] for s in needed]
        vectors = self._meanings(needed)
        whole = answer_vectors(self._answers, answers, vectors, place)
        themes = len(self._seeds)
        if not themes:
            nothing = np.zeros((len(answers), 0))
            of_segments = np.zeros((len(needed), 0))
            nowhere = nothing.astype(np.float32)
            unsaid = nothing.astype(np.bool_)
            return AnswerSimilarities(whole, nowhere, nothing, unsaid, unsaid, needed, vectors, of_segments, True)
        of_part = self._scores(vectors)
        part_shares = self._shares(vectors, of_part)
        odds = self.space.sides.odds(texts) * self.space.sides.told_apart
        label_of = {
            row: theme
            for row, text in enumerate(texts)
            if (theme := self._label_cores.get(core_phrase(text, self._language))) is not None
        }
        plain, plain_shares = of_part, part_shares
        of_part, part_shares = self._on_its_side(plain, plain_shares, odds, range(len(texts)), label_of)
        likeness = self._scores(whole)
        whole_shares = self._shares(whole, likeness, self._tightness(answers))
        closest = np.zeros((len(answers), themes), dtype=np.float32)
        shares = np.zeros((len(answers), themes))
        said = np.zeros((len(answers), themes), dtype=np.bool_)
        for row, answer in enumerate(answers):
            own = place[list(self._answers.segments_of_answer[answer])]
            if not len(own):
                continue
            own_part, own_shares = of_part[own], part_shares[own]
            if len(own) > 1:
                here = in_context(odds[own])
                if (np.sign(here) != np.sign(odds[own])).any():
                    own_part, own_shares = self._on_its_side(plain[own], plain_shares[own], here, own, label_of)
                overall = float(here.sum())
                opposite = self._sides * overall < 0
                if abs(overall) >= CLEAR:
                    whole_shares[row] = _without(whole_shares[row], opposite)
                shares[row] = 0.5 * own_shares.max(axis=0) + 0.5 * whole_shares[row]
                if len(own) > _WORTH_A_CODE:
                    shares[row] = np.where(opposite, shares[row] * _WORTH_A_CODE / len(own), shares[row])
            else:
                shares[row] = own_shares[0]
            closest[row] = own_part.max(axis=0)
            said[row, own_shares.argmax(axis=1)[own_part.max(axis=1) >= self._fits_nothing]] = True
        few = not self.space.centred
        return AnswerSimilarities(whole, closest, shares, self._plainly(whole), said, needed, vectors, part_shares, few)

    def _on_its_side(
        self,
        of_part: FloatArray,
        part_shares: DoubleArray,
        odds: DoubleArray,
        segments: Sequence[int] | IntArray,
        label_of: Mapping[int, int],
    ) -> tuple[FloatArray, DoubleArray]:
        """Likeness and shares of parts once those of the other side are set against, and labels said word for word."""
        against = np.multiply.outer(np.sign(odds), self._sides) < 0
        of_part = np.asarray(of_part - _OTHER_SIDE * against, dtype=np.float32)
        part_shares = _without(part_shares, against, np.abs(odds) >= CLEAR)
        for row, segment in enumerate(segments):
            theme = label_of.get(int(segment))
            if theme is not None:
                of_part[row, theme] = max(1.0, float(of_part[row, theme]))
                part_shares[row] = np.where(np.arange(part_shares.shape[1]) == theme, 1.0, 0.0)
        return of_part, part_shares

    @property
    def sampled(self) -> int:
        """Different answers that tell how much the frame covers."""
        return min(ANSWERS_SAMPLED, len(self._fitted_answers))

    @functools.cached_property
    def coverage(self) -> Coverage | None:
        """How much of what is said the frame has codes for, by the answers that most respondents gave.

        None where that cannot be told, or where examples tell better what fits.
        """
        if not self.space.centred or not self.by_names:
            return None
        answers = self._answers
        heaviest_first = sorted(self._fitted_answers, key=lambda a: -answers.counts[a])
        seen = sorted(heaviest_first[:ANSWERS_SAMPLED])
        similarities = self.similarities(seen)
        return coverage_of(
            similarities.similarity,
            similarities.probabilities,
            similarities.vectors,
            answers.counts[seen].astype(np.float64),
        )

    def _meanings(self, segments: IntArray) -> FloatArray:
        """(segments, dimensions) their vectors; those that the space was fitted on are known already."""
        place = self._fitted_place[segments]
        others = np.flatnonzero(place < 0)
        vectors = self.space.fitted[place]
        if len(others):
            vectors[others] = self.space.vectors([self._answers.segments[s] for s in segments[others]])
        return vectors

    def _shares(self, vectors: FloatArray, likeness: FloatArray, tightness: FloatArray | None = None) -> DoubleArray:
        return self._themes.shares(self.directions.of(vectors), self._guess(likeness), tightness)


def _without(
    shares: DoubleArray, against: npt.NDArray[np.bool_], clear: npt.NDArray[np.bool_] | None = None
) -> DoubleArray:
    """Shares of themes with hardly anything left of those that say the opposite; nothing at all in rows that are clear.

    Where all themes say the opposite the shares stay in their proportions.
    """
    rest = np.where(False if clear is None else clear[:, None], _LEFT_TO_THE_OPPOSITE, _LEFT_TO_THE_OTHER_SIDE)
    left = np.where(against, shares * rest, shares)
    return np.asarray(left / left.sum(axis=-1, keepdims=True), dtype=np.float64)


def without_exclusions(definition: str, language: str) -> str:
    """A definition without the sentence on what is not meant: that one speaks of other codes."""
    return definition.partition(f" {wording(language).not_included} ")[0]
