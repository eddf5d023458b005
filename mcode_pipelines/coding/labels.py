"""Names for themes, as an analyst would write them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.verbatims import cleaned
from mcode_pipelines.coding.words import wording

_LONGEST_LABEL = 48
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Member:
    """One segment of a theme."""

    segment: str
    weight: float
    """Respondents who said it."""
    closeness: float
    """Cosine to the theme's centre."""


_NEVER_LAST_TRIMMED = frozenset({"waktu"})
"""Openers ("waktu lebaran ...") that are a noun at the end ("tepat waktu")."""


def core_of(segment: str, language: str) -> tuple[str, ...]:
    """The words of a segment that a label needs: without intensifiers, and what only opens or closes the phrase."""
    words = wording(language)
    kept = [w for w in segment.split() if w not in words.intensifiers]
    while kept and kept[0] in words.trimmed:
        del kept[0]
    while kept and kept[-1] in words.trimmed and kept[-1] not in _NEVER_LAST_TRIMMED:
        del kept[-1]
    return tuple(kept)


class Spelling:
    """How words are written in a survey: which are known, and which stand in capitals (ABK, WC)."""

    def __init__(
        self,
        verbatims: Sequence[str],
        counts: Sequence[int],
        segments: Sequence[str],
        weights: npt.NDArray[np.float64],
    ) -> None:
        self._known: defaultdict[str, float] = defaultdict(float)
        for segment, weight in zip(segments, weights.tolist(), strict=True):
            for word in segment.split():
                self._known[word] += weight
        shouted: Counter[str] = Counter()
        capital: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        for verbatim, count in zip(verbatims, counts, strict=True):
            if verbatim.isupper():
                continue
            for position, word in enumerate(_LETTERS.findall(verbatim)):
                lowered = word.lower()
                seen[lowered] += count
                if len(word) <= 5 and word.isupper() and len(word) > 1:
                    shouted[lowered] += count
                elif position and word[0].isupper():
                    capital[lowered] += count
        self._shouted = {w for w, n in shouted.items() if n >= 2 and n * 2 > seen[w] and len(w) > 1}
        self._capital = {w for w, n in capital.items() if n >= 2 and n * 2 > seen[w]}

    def known(self, word: str) -> float:
        """How many respondents used the word."""
        return self._known.get(word, 0.0)

    def written(self, words: Iterable[str]) -> str:
        """Words as a label: first letter capital, abbreviations and names as they are mostly written."""
        text = " ".join(self._cased(w) for w in words)
        return text[:1].upper() + text[1:]

    def listed(self, words: Iterable[str]) -> str:
        """Words as a list in a sentence."""
        return ", ".join(self._cased(w) for w in words)

    def _cased(self, word: str) -> str:
        if word in self._shouted:
            return word.upper()
        return word.capitalize() if word in self._capital else word


def label_candidates(
    members: Sequence[Member], telling: Sequence[str], language: str, spelling: Spelling
) -> list[tuple[str, ...]]:
    """The cores of a theme's segments that could name it, best first; `telling` are the theme's key words."""
    weight: dict[tuple[str, ...], float] = {}
    close: dict[tuple[str, ...], float] = {}
    for member in members:
        core = core_of(member.segment, language)
        if not core or len(core) > 6 or len(" ".join(core)) > _LONGEST_LABEL:
            continue
        weight[core] = weight.get(core, 0) + member.weight
        close[core] = max(close.get(core, 0), member.closeness)
    words = wording(language)

    def worth(core: tuple[str, ...]) -> float:
        content = [w for w in core if w not in words.function_words]
        length = {0: -2.0, 1: -0.25, 2: 0.25, 3: 0.2, 4: 0.0, 5: -0.25}.get(len(content), -0.5)
        rarest = min((spelling.known(w) for w in core), default=0)
        typo = -0.4 if rarest < 3 else 0.0
        digits = -0.3 if any(c.isdigit() for w in core for c in w) else 0.0
        dangling = (
            -0.3 if core[-1] in words.function_words or core[0] in words.function_words - words.negations else 0.0
        )
        named = 0.3 * min(2, len(set(core) & set(telling[:3])))
        return named + 2.0 * close[core] + 0.45 * math.log1p(weight[core]) + length + typo + digits + dangling

    return sorted(weight, key=lambda core: (-worth(core), core))


def key_words(
    members: Sequence[Member], weight_of_word: Mapping[str, float], language: str, most: int = 6
) -> list[str]:
    """The words that tell a theme from the others, weightiest first (class-based TF-IDF)."""
    words = wording(language)
    own: defaultdict[str, float] = defaultdict(float)
    for member in members:
        for word in set(member.segment.split()):
            if word not in words.function_words and word not in words.trimmed and not word.isdigit() and len(word) > 1:
                own[word] += member.weight
    total = sum(own.values()) or 1
    everything = sum(weight_of_word.values()) or 1

    def telling(word: str) -> float:
        return own[word] / total * math.log(1 + everything / (weight_of_word.get(word, 1) * 4))

    ranked = sorted((w for w in own if own[w] >= 2), key=lambda w: (-telling(w), w))
    return ranked[:most]


def example_of(verbatim: str, longest: int = 140) -> str:
    """A verbatim as an example: on one line, cut at a word where it is long."""
    text = " ".join(cleaned(verbatim).split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " ..."
