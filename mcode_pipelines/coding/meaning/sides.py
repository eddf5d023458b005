"""Which side segments of a question take: by their words, by what they mean, and by what the question asks for."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.meaning.embedders import Embedder
from mcode_pipelines.coding.meaning.side_head import side_head
from mcode_pipelines.coding.meaning.vectors import DoubleArray, FloatArray
from mcode_pipelines.coding.text.asked import Asked, what_is_asked
from mcode_pipelines.coding.text.polarity import polarity, side_of_words

_TAKING_SIDES = 0.33
"""Share of what was said whose words take a side from which answers take sides though the question does not tell."""
_ASKED_FOR = 2.0
"""How much likelier (by the logarithm of the odds) the side is that a question asks for, where no word tells."""
_BY_WORDS = 2.0
"""Logarithm of the odds of a side that the words tell, where there is no head for the encoder."""
_OF_THE_REST, CLEAR = 0.7, 1.5
"""How much what else somebody says tells of the side of a part, and the logarithm of the odds from which a part shows
its side by itself. On reviews that were kept back parts are of the side of the whole .90 of the time after .80."""
_NEITHER = 0.5
"""How likely a segment must be to take no side for it to be read so."""
_AS_ASKED = {Asked.LIKES: 1, Asked.DISLIKES: -1}


class Sides:
    """The sides that what was said in answer to one question takes."""

    def __init__(
        self,
        question: str,
        language: str,
        segments: Sequence[str],
        weights: npt.NDArray[np.float64],
        embedder: Embedder | None,
    ) -> None:
        """`segments` (with `weights`, respondents) are what was said; without `embedder` words alone tell."""
        self._language = language
        self._asked = what_is_asked(question)
        self.told_apart = self._asked is not Asked.SUGGESTIONS
        """Whether praise and complaint of a thing are different themes."""
        taken = np.array([bool(side_of_words(s, language).score) for s in segments], dtype=np.bool_)
        shown = float(weights @ taken) >= _TAKING_SIDES * float(weights.sum()) > 0
        self.taken = self.told_apart and (self._asked is not Asked.UNTOLD or shown)
        """Whether answers take sides, so that these set what is said apart; topics are only blurred by it."""
        self._head = side_head(language, embedder.name) if self.taken and embedder is not None else None
        self._heard = embedder is not None
        self._odds: dict[str, float] = {}
        """What is known of each text: the logarithm of the odds that it praises; 0 where it takes no side."""

    def read(self, texts: Sequence[str], encoded: FloatArray) -> None:
        """Learn the sides of texts; `encoded` (texts, dimensions) are their vectors by the encoder."""
        if not self.told_apart:
            return
        new = [row for row, text in enumerate(texts) if text not in self._odds]
        if not new:
            return
        fresh = [texts[row] for row in new]
        self._odds.update(zip(fresh, self._read(fresh, encoded[new]).tolist(), strict=True))

    def odds(self, texts: Sequence[str]) -> DoubleArray:
        """(texts,) the logarithm of the odds that each praises; 0 where it takes no side."""
        return np.array([self._odds.get(t, _BY_WORDS * polarity(t, self._language)) for t in texts], dtype=np.float64)

    def settle(self, texts: Sequence[str], parts: Sequence[Sequence[int]], counts: npt.NDArray[np.float64]) -> None:
        """Let what people say beside it tell the side of a text that does not show it.

        `parts` are the places in `texts` of what each answer says, `counts` (answers,) the respondents who gave it.
        """
        if not self.told_apart:
            return
        odds = self.odds(texts)
        total, heft = np.zeros(len(texts)), np.zeros(len(texts))
        for own, count in zip(parts, counts.tolist(), strict=True):
            places = list(own)
            total[places] += count * in_context(odds[places])
            heft[places] += count
        known = heft > 0
        odds[known] = total[known] / heft[known]
        self._odds.update(zip(texts, odds.tolist(), strict=True))

    def of(self, texts: Sequence[str]) -> npt.NDArray[np.int8]:
        """(texts,) 1 for praise, -1 for a complaint or a wish, else 0; all 0 where sides are not told apart."""
        if not self.told_apart:
            return np.zeros(len(texts), dtype=np.int8)
        return np.sign(self.odds(texts)).astype(np.int8)

    def axis(self, texts: Sequence[str]) -> npt.NDArray[np.int8]:
        """(texts,) what sets texts apart: their sides, or where the question takes one itself, their words.

        Where nearly all are of one side, which ones say so in as many words tells more than which one does not.
        """
        if self._head is None or self._asked in _AS_ASKED:
            return self.by_words(texts)
        return self.of(texts)

    def by_words(self, texts: Sequence[str]) -> npt.NDArray[np.int8]:
        """(texts,) 1 for praise, -1 for a complaint, 0 where the words do not tell."""
        return np.array([polarity(t, self._language) for t in texts], dtype=np.int8)

    def clear(self, texts: Sequence[str]) -> npt.NDArray[np.int8]:
        """(texts,) 1 for praise, -1 for a complaint where the words say so, or it is clear without; else 0."""
        words = self.by_words(texts)
        if not self.told_apart or self._asked in _AS_ASKED:
            return words
        odds = self.odds(texts)
        return np.where(np.abs(odds) >= CLEAR, np.sign(odds), words).astype(np.int8)

    def verdict(self, text: str) -> int:
        """1 for praise, -1 for a complaint, 0 where it does not show: by the words where the question takes a side
        itself, or the text was not read.
        """
        if self._asked in _AS_ASKED or text not in self._odds:
            return polarity(text, self._language)
        return (self._odds[text] > 0) - (self._odds[text] < 0)

    def _read(self, texts: Sequence[str], encoded: FloatArray) -> DoubleArray:
        if self._head is None:
            told = _with_wishes if self._heard and self._asked is not Asked.UNTOLD else polarity
            return np.array([_BY_WORDS * told(t, self._language) for t in texts], dtype=np.float64)
        shares = np.log(self._head.probabilities(texts, encoded, self._language) + 1e-9)
        wanted = _AS_ASKED.get(self._asked, 0)
        odds = shares[:, 0] - np.logaddexp(shares[:, 1], shares[:, 2])
        neither = shares[:, 3] > math.log(_NEITHER)
        if not wanted:
            odds[neither] = 0
            return np.asarray(odds, dtype=np.float64)
        silent = np.array([not (w.score or w.wish) for w in (side_of_words(t, self._language) for t in texts)])
        odds[silent] += wanted * _ASKED_FOR
        return np.asarray(odds, dtype=np.float64)


def _with_wishes(text: str, language: str) -> int:
    """The side that the words tell, where who asks for better complains."""
    told = side_of_words(text, language)
    return -1 if told.wish else (told.score > 0) - (told.score < 0)


def in_context(odds: DoubleArray) -> DoubleArray:
    """(parts,) the odds (logarithms) that the parts of an answer praise, by the rest where they do not show it."""
    if len(odds) < 2:
        return odds
    rest = (odds.sum() - odds) / np.sqrt(len(odds) - 1)
    return np.where(np.abs(odds) >= CLEAR, odds, odds + _OF_THE_REST * rest)
