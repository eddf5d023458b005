"""The vectors of one question's segments: what they mean, how they are worded, whether they praise or complain."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.meaning.embedders import Embedder
from mcode_pipelines.coding.meaning.sides import Sides
from mcode_pipelines.coding.meaning.vectors import FloatArray, unit_rows
from mcode_pipelines.coding.text.distinct_answers import DistinctAnswers
from mcode_pipelines.coding.text.subjects import subjects_of
from mcode_pipelines.coding.text.verbatims import normal_form, theme_form
from mcode_pipelines.coding.text.wording import wording

_WORDING = 0.65
"""Length of the wording vector beside a meaning of length 1. The encoder was not taught Indonesian as such, and weighs
a question's everyday words ("kapal") as much as the telling ones; TF-IDF mends both."""
_WORDING_DIMENSIONS = 384
_POLARITY = 0.3
"""Length of the praise/complaint axis beside a meaning of length 1: sets "toilet bersih" and "toilet kotor" apart,
which the encoder holds for nearly the same (cosine .81)."""
_SUBJECTS, _SUBJECTS_FROM, _SUBJECTS_AT_MOST = 2.2, 0.2, 0.45
"""Length of the subject vector beside a meaning of length 1: it grows with the share of what was said that names a
known subject, from a fifth on. It tells the encoder, which does not know Indonesian, that "tarif" and "harga" are one
subject; where people speak of something else (the news, their feelings) it stays out."""
_ASKED_ABOUT = 0.05
"""Share of what was said from which a word of the question counts as what all answers are about ("kapal" of a ferry).
It tells no theme, so half of the meaning is then taken without it. On three questions of the ferry survey first codes
by names alone were .80 right after .74, and micro-F1 from nothing .687 after .674; the other labelled sets have no such
word, or no question."""
CENTRED_FROM = 5


class EmbeddingSpace:
    """Segments of one question as vectors that can be compared.

    Fitted on the question's own segments: what they have in common (the centre) says nothing about the theme and is
    taken away, and words that many of them share count less.
    """

    def __init__(
        self,
        question: str,
        language: str,
        segments: Sequence[str],
        weights: npt.NDArray[np.float64],
        embedder: Embedder,
        *,
        sides_matter: bool = True,
    ) -> None:
        """`sides_matter`: whether what the words do not tell of praise and complaint is heard from the meaning: not for
        codes that take no sides.
        """
        self._language = language
        self._embedder = embedder
        self.sides = Sides(question, language, segments, weights, embedder if sides_matter else None)
        self._asked_about = _asked_about(question, language, segments, weights)
        self._features_of_word: dict[str, tuple[npt.NDArray[np.int64], FloatArray]] = {}
        seen: Counter[str] = Counter()
        for segment, weight in zip(segments, np.sqrt(weights).tolist(), strict=True):
            for word in set(segment.split()):
                seen[word] += weight
        self._seen = seen
        self._all = float(np.sqrt(weights).sum())
        heft = np.sqrt(weights)
        named = float(heft @ subjects_of(segments, language).any(axis=1) / max(heft.sum(), 1e-9))
        self._subjects = min(_SUBJECTS_AT_MOST, _SUBJECTS * max(0.0, named - _SUBJECTS_FROM))
        raw = self._raw(segments)
        self._centre = np.zeros(raw.shape[1], dtype=np.float32)
        self.centred = len(raw) >= CENTRED_FROM
        """Whether what the segments have in common was taken away; very few have too little in common."""
        if self.centred:
            self._centre = np.asarray(heft @ raw / heft.sum(), dtype=np.float32)
        self.fitted = unit_rows(raw - self._centre)
        """(segments, dimensions) the vectors of the segments it was fitted on."""

    def vectors(self, texts: Sequence[str], *, of_codes: npt.NDArray[np.bool_] | None = None) -> FloatArray:
        """(texts, dimensions) float32 centred unit vectors of texts in their normal form.

        `of_codes` (texts,) those that are no answers but say what codes hold, so that only their words tell their side.
        """
        return unit_rows(self._raw(texts, of_codes) - self._centre)

    def encoder_only(self, vectors: FloatArray) -> FloatArray:
        """(n, dimensions of the encoder) of (n, dimensions) what the encoder alone says of them, as unit vectors."""
        return unit_rows(vectors[:, : self._encoded])

    def encoded(self, texts: Sequence[str]) -> FloatArray:
        """(texts, dimensions of the encoder) unit vectors of the encoder's, whatever the question is about."""
        return self._embedder.embed(texts)

    def _raw(self, texts: Sequence[str], of_codes: npt.NDArray[np.bool_] | None = None) -> FloatArray:
        encoded = self._embedder.embed(texts)
        self._encoded = encoded.shape[1]
        said = np.arange(len(texts)) if of_codes is None else np.flatnonzero(~of_codes)
        self.sides.read([texts[row] for row in said.tolist()], encoded[said])
        parts = [self._meanings(texts, encoded), _WORDING * self._wordings(texts)]
        if self._subjects:
            parts.append(self._subjects * unit_rows(subjects_of(texts, self._language)))
        if self.sides.taken:
            signs = self.sides.axis(texts)
            if of_codes is not None:
                signs = np.where(of_codes, self.sides.by_words(texts), signs)
            parts.append(_POLARITY * signs.astype(np.float32).reshape(-1, 1))
        return np.concatenate(parts, axis=1, dtype=np.float32)

    def _meanings(self, texts: Sequence[str], encoded: FloatArray) -> FloatArray:
        """(texts, dimensions of the encoder) what they mean, for a half without what all answers are about."""
        if not self._asked_about:
            return encoded
        bare = [" ".join(w for w in text.split() if w not in self._asked_about) for text in texts]
        rows = [row for row, text in enumerate(texts) if bare[row] and bare[row] != text]
        if rows:
            encoded = encoded.copy()
            encoded[rows] = unit_rows(encoded[rows] + self._embedder.embed([bare[row] for row in rows]))
        return encoded

    def _wordings(self, texts: Sequence[str]) -> FloatArray:
        """(texts, 384) unit vectors of TF-IDF over words and their character n-grams, hashed."""
        found = np.zeros((len(texts), _WORDING_DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in dict.fromkeys(text.split()):
                places, values = self._features(word)
                found[row, places] += values
        return unit_rows(found)

    def _features(self, word: str) -> tuple[npt.NDArray[np.int64], FloatArray]:
        known = self._features_of_word.get(word)
        if known is None:
            idf = math.log((1 + self._all) / (1 + self._seen.get(word, 0.0)))
            if word in wording(self._language).function_words:
                idf *= 0.3
            parts = [f"={word}"]
            padded = f" {word} "
            if len(word) >= 4:
                parts += [padded[i : i + 4] for i in range(len(padded) - 3)]
            values: dict[int, float] = {}
            for number, part in enumerate(parts):
                code = zlib.crc32(part.encode())
                place, sign = (code >> 1) % _WORDING_DIMENSIONS, 1.0 if code & 1 else -1.0
                # The word itself counts as much as all its parts.
                share = 0.7 if number == 0 else 0.7 / math.sqrt(len(parts) - 1)
                values[place] = values.get(place, 0.0) + sign * share * idf
            known = self._features_of_word[word] = (
                np.fromiter(values, dtype=np.int64),
                np.fromiter(values.values(), dtype=np.float32),
            )
        return known


def _asked_about(
    question: str, language: str, segments: Sequence[str], weights: npt.NDArray[np.float64]
) -> frozenset[str]:
    """The words of a question that many answers say again, but for those that judge, deny or only join others."""
    words = wording(language)
    asked = set(theme_form(normal_form(question, language), language).split())
    asked -= words.function_words | words.negations | words.intensifiers | words.praise | words.complaint
    said = dict.fromkeys(sorted(asked), 0.0)
    for segment, weight in zip(segments, weights.tolist(), strict=True):
        for word in asked.intersection(segment.split()):
            said[word] += weight
    enough = _ASKED_ABOUT * float(weights.sum())
    return frozenset(word for word, weight in said.items() if weight and weight >= enough)


def answer_vectors(
    answers: DistinctAnswers, wanted: Sequence[int], vectors: FloatArray, place: npt.NDArray[np.int64]
) -> FloatArray:
    """(wanted, dimensions) the mean of what each answer says, longer parts counting more.

    `vectors` are segments', `place` (segments,) says which row is whose. Better than encoding the whole answer, which
    measured worse on every set but one, and costs nothing.
    """
    whole = np.zeros((len(wanted), vectors.shape[1]), dtype=np.float32)
    for row, answer in enumerate(wanted):
        own = answers.segments_of_answer[answer]
        if len(own) == 1:
            whole[row] = vectors[place[own[0]]]
        elif own:
            lengths = np.sqrt([len(answers.segments[s].split()) for s in own]).astype(np.float32)
            whole[row] = lengths @ vectors[place[list(own)]]
    return unit_rows(whole)
