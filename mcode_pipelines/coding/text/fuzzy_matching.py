"""Whether two short answers are one thing: spelled rightly, by ear, with a slip, short, or as a form of one word."""

from __future__ import annotations

import functools
import re

from mcode_pipelines.coding.text.language_data import words_of_all
from mcode_pipelines.coding.text.phonetics import VOWELS, phonetic_key, sounds_alike
from mcode_pipelines.coding.text.spelling_correction import easily_confused
from mcode_pipelines.coding.text.synonyms import Words, synonyms

ABBREVIATION = 0.72
"""How sure it is that an abbreviation stands for what it could be short for."""
_SHORTEST_SLIP = 5
"""Letters of the shortest word that is told though there is a slip in it."""
_LONG = 10
"""Letters from which a word may have two slips of the finger."""
_FAR = 9
"""Slips, where there are too many to count."""
_FAR_APART = 4
"""Letters by which no two spellings of a word differ."""
LONGEST_ABBREVIATION = 5
"""Letters of an abbreviation at most."""
_SYLLABLES = 5
"""Letters of the shortest abbreviation by syllables (sumut, jatim)."""
_SOUND_NEAR = (frozenset("zj"), frozenset("vb"), frozenset("pb"), frozenset("kx"))
_VERB = re.compile(r"^(?:me(?:ng|ny|m|n)?|ng|ny|ber)(?=.{4})")
_DOER = re.compile(r"^pe(?:ng|ny|m|n)?(?=.{4})")
_SHORTEST_STEM = 4
_NOUN = re.compile(r"^(ke|pen|pem|peng|peny|per|pe)(.{4,})an$")
_SAME_STEM = 0.75
"""How sure it is that forms of one word say the same."""


def spelling_similarity(one: Words, other: Words) -> float:
    """How sure it is, 0 to 1, that two keys are one thing, spelled rightly, wrongly or short."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if len(one) == len(other):
        sure = 1.0
        for pair in zip(one, other, strict=True):
            sure = min(sure, word_similarity(*pair) or _of_one_stem(*pair))
            if not sure:
                break
        if not sure and len(one) > 1 and sorted(one) == sorted(other):
            return 0.95
    else:
        # Words that are run together.
        first, second = ("".join(key).replace("_", "") for key in (one, other))
        sure = 0.98 if first == second else word_similarity(first, second)
    return sure or (ABBREVIATION if is_short_for(one, other) or is_short_for(other, one) else 0.0)


def blocking_keys(key: Words) -> frozenset[str]:
    """Marks of which a key shares at least one with every key that is spelled alike, or that has a word of it.

    Its words, what the first one may be a form of, and how it begins to the eye and to the ear.
    """
    if not key:
        return frozenset()
    whole = "".join(key).replace("_", "")
    begins = {word[:1] for start in (key[0], whole) for word in (start, phonetic_key(start))}
    return _forms(key[0]).union(key, ("^a" if letter in VOWELS else f"^{letter}" for letter in begins))


@functools.lru_cache(maxsize=262_144)
def word_similarity(one: str, other: str) -> float:
    """How sure it is that two words are one, spelled by ear or with a slip of the finger; 0 where they are two."""
    if one == other:
        return 1.0
    if abs(len(one) - len(other)) > _FAR_APART or (one in synonyms().known_words and other in synonyms().known_words):
        return 0.0
    if sounds_alike(one, other):
        return 0.9
    shorter = min(len(one), len(other))
    if (
        shorter < _SHORTEST_SLIP
        or (_is_verdict(one) and _is_verdict(other))
        or not (one.isalpha() and other.isalpha())
        or not (one[0] == other[0] or (shorter > _SHORTEST_SLIP and {one[0], other[0]} <= VOWELS))
    ):
        return 0.0
    most = 1 + (shorter >= _LONG)
    slips = min(letter_slips(one, other, most), letter_slips(phonetic_key(one), phonetic_key(other), most))
    nouns = _NOUN.match(one), _NOUN.match(other)
    # What two nouns have before and behind their stem does not make them more alike.
    told_by = min(len(noun[2]) for noun in nouns if noun) if all(nouns) else shorter
    return round(0.92 - 0.4 * slips / shorter, 4) if slips <= 1 + (told_by >= _LONG) else 0.0


@functools.cache
def _verdicts() -> frozenset[str]:
    """Ordinary words: "mudah" is not "murah" misspelled."""
    return words_of_all("words", "praise") | words_of_all("words", "complaint")


def _is_verdict(word: str) -> bool:
    """Whether a word praises or complains ("mudah"), or names what does ("kemudahan")."""
    noun = _NOUN.match(word)
    verdicts = _verdicts()
    return word in verdicts or (noun is not None and noun[2] in verdicts)


def letter_slips(one: str, other: str, most: int) -> int:
    """Letters left out, added, swapped or exchanged between two spellings (Damerau 1964); 9 where more than `most`.

    A letter that neither the hand nor the ear takes for another one counts as two: Sulut is not Sumut.
    """
    # No slip makes more than two letters stand in one word alone.
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return _FAR
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, there in enumerate(other, start=1):
            exchanged = (
                0 if letter == there else 1 if easily_confused(letter, there) or {letter, there} in _SOUND_NEAR else 2
            )
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + exchanged)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1] if rows[-1][-1] <= most else _FAR


def is_short_for(short: Words, long: Words) -> bool:
    """Whether a text is an abbreviation of the other: its initials (IRT), its syllables or its consonants (jkt)."""
    if len(short) != 1 or not short[0].isalpha():
        return False
    letters, written = short[0], "".join(long)
    if len(letters) < 2 or len(written) < len(letters) + 2 or letters[0] != written[0]:
        return False
    if (len(long) >= 2 and letters == "".join(w[0] for w in long)) or _by_syllables(letters, long):
        return True
    return len(long) == 1 and _by_consonants(letters, written)


def _by_consonants(letters: str, word: str) -> bool:
    """Whether letters are the consonants that a word's syllables begin with, the last one perhaps its last letter.

    Jakarta is jkt and Bandung bdg, but mrt is no minimarket: an abbreviation passes over no syllable.
    """
    if not 3 <= len(letters) <= LONGEST_ABBREVIATION or not VOWELS.isdisjoint(letters):
        return False
    consonants = [(c, after in VOWELS) for c, after in zip(word, word[1:] + " ", strict=True) if c not in VOWELS]
    if len(word) - len(consonants) < 2 or 2 * len(letters) < len(consonants):
        return False
    place = 0
    for number, letter in enumerate(letters, start=1):
        while place < len(consonants) and consonants[place][0] != letter and not consonants[place][1]:
            place += 1
        if place == len(consonants) or consonants[place][0] != letter:
            return number == len(letters) > 2 and letter == word[-1]
        place += 1
    return True


def _by_syllables(letters: str, long: Words) -> bool:
    """Jaktim for Jakarta (Timur), lotim for Lombok Timur: beginnings of the words put together."""
    first, second = long[0], long[1] if len(long) > 1 else ""
    if len(letters) < _SYLLABLES:
        return False
    for cut in range(2, len(letters) - 1):
        if not first.startswith(letters[:cut]) or len(first) <= cut:
            continue
        rest = letters[cut:]
        if (second and second.startswith(rest)) or (
            not second and rest in words_of_all("choices", "compass") and cut >= 3
        ):
            return True
    return False


def _of_one_stem(one: str, other: str) -> float:
    """How sure it is that two words are forms of one: "berdagang" and "pedagang", "ngojek" and "mengojek".

    At least one must be a verb by its prefix: "Pemalang" has nothing to do with "Malang".
    """
    apart = _stems(one, _VERB).isdisjoint(_forms(other)) and _stems(other, _VERB).isdisjoint(_forms(one))
    return 0.0 if apart else _SAME_STEM


@functools.lru_cache(maxsize=65_536)
def _forms(word: str) -> frozenset[str]:
    """All that a word may be a form of: itself, and what may be left of it."""
    itself = frozenset(s for s in (word, word.removesuffix("an")) if len(s) >= _SHORTEST_STEM)
    return itself | _stems(word, _VERB) | _stems(word, _DOER)


@functools.lru_cache(maxsize=65_536)
def _stems(word: str, prefix: re.Pattern[str]) -> frozenset[str]:
    """What may be left of a word without a prefix, which may have swallowed a letter (nganggur, menyopir, memijat)."""
    found = prefix.match(word)
    if found is None or word in synonyms().known_words:
        return frozenset()
    rest = word[found.end() :]
    rest = rest.removesuffix("kan") if rest.endswith("kan") else rest.removesuffix("an")
    swallowed = {"ng": "k", "ny": "sc", "em": "p", "en": "t"}.get(found[0][-2:], "")
    stems = {rest, *(letter + rest for letter in swallowed)}
    return frozenset(s for s in stems if len(s) >= _SHORTEST_STEM)
