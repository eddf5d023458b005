"""Typing errors, told by the question's own vocabulary."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mcode_pipelines.coding.text.phonetics import VOWELS
from mcode_pipelines.coding.text.wording import Wording, wording

_SHORTEST = 5
"""Shorter words are too often one letter away from another word."""
_TIMES_AS_FREQUENT = 8
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def word_counts(segments: Sequence[str], weights: Iterable[float]) -> Counter[str]:
    """How many respondents used each word."""
    counts: Counter[str] = Counter()
    for segment, weight in zip(segments, weights, strict=True):
        for word in set(segment.split()):
            counts[word] += round(weight)
    return counts


def corrections(counts: Mapping[str, int], language: str) -> dict[str, str]:
    """Rare words that are one slip of the finger away from a word used many times as often, with that word.

    A slip is a letter left out, typed twice or too many, two letters swapped, or a neighbouring key. Words that coding
    knows itself ("murah", "mudah") are never corrected.
    """
    known = _lexicon(wording(language))
    frequent = [w for w, n in counts.items() if n >= _TIMES_AS_FREQUENT and len(w) >= _SHORTEST - 1 and w.isalpha()]
    shortened: dict[str, list[tuple[str, int]]] = {}
    for word in sorted(frequent, key=lambda w: (-counts[w], w)):
        shortened.setdefault(word, []).append((word, -1))
        for place in range(len(word)):
            shortened.setdefault(word[:place] + word[place + 1 :], []).append((word, place))
    found: dict[str, str] = {}
    for word, count in counts.items():
        if len(word) < _SHORTEST or not word.isalpha() or word in known:
            continue
        near = [w for w in _one_slip_away(word, shortened) if counts[w] >= _TIMES_AS_FREQUENT * count]
        if near:
            found[word] = min(near, key=lambda w: (-counts[w], w))
    return found


def _one_slip_away(word: str, shortened: Mapping[str, list[tuple[str, int]]]) -> set[str]:
    near = {other for other, place in shortened.get(word, ()) if place >= 0}
    for place in range(len(word)):
        for other, elsewhere in shortened.get(word[:place] + word[place + 1 :], ()):
            if other == word:
                continue
            if elsewhere == -1:
                # A final letter too many is more often a suffix (jobs) than a slip.
                if place < len(word) - 1 or word[-1] == word[-2]:
                    near.add(other)
            elif (elsewhere == place and easily_confused(word[place], other[place])) or (
                abs(elsewhere - place) == 1 and sorted(word) == sorted(other)
            ):
                near.add(other)
    return near


@functools.cache
def easily_confused(typed: str, meant: str) -> bool:
    """Whether two letters are neighbours on the keyboard, or both vowels."""
    if typed in VOWELS and meant in VOWELS:
        return True
    for number, row in enumerate(_KEYS):
        if typed in row:
            place = row.index(typed)
            for other in _KEYS[max(0, number - 1) : number + 2]:
                if meant in other and abs(other.index(meant) - place) <= 1:
                    return True
    return False


def _lexicon(words: Wording) -> frozenset[str]:
    return words.function_words | words.praise | words.complaint | words.negations | words.trimmed | words.intensifiers
