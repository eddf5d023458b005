"""How words sound in Indonesian, so that what is spelled by ear is one: "avansa", "apanza" and "Avanza"."""

from __future__ import annotations

import functools
import re

from mcode_pipelines.coding.text.language_data import entries_of_all

_DOUBLED = re.compile(r"([^\W\d_])\1+")
_SHORTEST = 4
"""Letters from which a word can be told by its sound; of shorter ones only doubled letters are looked over."""
_LONG = 5
"""Letters from which even the first one may be spelled otherwise ("Xenia", "senia")."""
_FORMERLY = {"dj": "j", "tj": "c"}
_HARD = frozenset("ckq")
VOWELS = frozenset("aeiou")


@functools.cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(pattern), letters)
        for name, rules in entries_of_all("phonetics")
        if name == "rules"
        for pattern, letters in rules
    )


@functools.lru_cache(maxsize=65_536)
def phonetic_key(word: str) -> str:
    """What a word (lower case) sounds like: equal for spellings of one sound.

    >>> phonetic_key("apanza") == phonetic_key("avansa"), phonetic_key("soerabaja") == phonetic_key("surabaya")
    (True, True)
    """
    for pattern, letters in _rules():
        word = pattern.sub(letters, word)
    return word


def sounds_alike(one: str, other: str) -> bool:
    """Whether two words are one to the ear. Abbreviations have no sound: HRV is not CRV, nor BSI BZI."""
    if one == other:
        return True
    if not (one.isalpha() and other.isalpha()) or VOWELS.isdisjoint(one) or VOWELS.isdisjoint(other):
        return False
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST:
        return shorter == _SHORTEST - 1 and _DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", other)
    first = {_FORMERLY.get(word[:2], word[0]) for word in (one, other)}
    return (len(first) == 1 or first <= _HARD or shorter >= _LONG) and phonetic_key(one) == phonetic_key(other)
