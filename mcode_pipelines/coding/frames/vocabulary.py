"""How the words of a survey are written: which are known, and which stand in capitals."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.text.noise import is_noise
from mcode_pipelines.coding.text.wording import wording

_MOSTLY_DOUBLED = 0.8
"""Share of a word's uses in which it is said twice in a row ("was-was"), as it is then written."""
_LETTERS = re.compile(r"[^\W\d_]+")


class Vocabulary:
    """How words are written in a survey: which are known, and which stand in capitals (ABK, WC)."""

    def __init__(
        self,
        verbatims: Sequence[str],
        counts: Sequence[int],
        segments: Sequence[str],
        weights: npt.NDArray[np.float64],
        language: str,
    ) -> None:
        self._language = language
        self._counts: defaultdict[str, float] = defaultdict(float)
        for segment, weight in zip(segments, weights.tolist(), strict=True):
            for word in segment.split():
                self._counts[word] += weight
        shouted: Counter[str] = Counter()
        capital: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        doubled: Counter[str] = Counter()
        for verbatim, count in zip(verbatims, counts, strict=True):
            if verbatim.isupper():
                continue
            before = ""
            for position, word in enumerate(_LETTERS.findall(verbatim)):
                doubled[before] += 2 * count * (word.lower() == before)
                before = word.lower()
                lowered = word.lower()
                seen[lowered] += count
                if len(word) <= 5 and word.isupper() and len(word) > 1:
                    shouted[lowered] += count
                elif position and word[0].isupper():
                    capital[lowered] += count
        self._shouted = {w for w, n in shouted.items() if n >= 2 and n * 2 > seen[w] and len(w) > 1}
        self._shouted |= wording(language).capitals
        self._doubled = {w for w, n in doubled.items() if w and n > _MOSTLY_DOUBLED * seen[w]}
        self._capital = {w for w, n in capital.items() if n >= 2 and n * 2 > seen[w]}

    def count(self, word: str) -> float:
        """How many respondents used the word."""
        return self._counts.get(word, 0.0)

    def as_label(self, words: Iterable[str]) -> str:
        """Words as a label: first letter capital, abbreviations and names as they are mostly written."""
        text = self.as_phrase(words)
        return text[:1].upper() + text[1:]

    def as_phrase(self, words: Iterable[str]) -> str:
        """Words as part of a label: abbreviations and names as they are mostly written."""
        return " ".join(self._cased(w) for w in words)

    def is_readable(self, word: str) -> bool:
        """Whether a label can consist of this word: letters that somebody can read, not a mere joining word.

        Two letters are read where they stand in capitals (AC, WC), or judge ("ok").
        """
        words = wording(self._language)
        if not any(c.isalpha() for c in word) or is_noise(word):
            return False
        if word in words.function_words and word not in words.negations:
            return False
        return not word.isascii() or len(word) > 2 or word in self._shouted or word in words.praise

    def _cased(self, word: str) -> str:
        if word in self._shouted:
            return word.upper()
        if word in self._doubled:
            return f"{word}-{word}"
        return word.capitalize() if word in self._capital else word
