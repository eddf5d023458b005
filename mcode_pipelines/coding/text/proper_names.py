"""Proper names (ships, brands, banks, streets, people): one name is another only where it is spelled alike.

What names mean, and how alike they sound, tells nothing: BRI is not BNI, and a Honda Beat is no Honda Vario.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from mcode_pipelines.coding.text.fuzzy_matching import letter_slips
from mcode_pipelines.coding.text.language_data import words_of_all
from mcode_pipelines.coding.text.phonetics import VOWELS

EXACT = 0.97
"""How sure an answer is that is the name, but for case, accents and punctuation."""
_SPACED = 0.95
"""The same where blanks stand elsewhere ("Indo Maret")."""
_OF_A_KIND = 0.85
"""The same without the word for what it is ("Mandiri" for "Bank Mandiri")."""
_MISTYPED = 0.8
"""The same with a slip of the finger."""
_SHORTEST_SLIP = 5
"""Letters of the shortest word that is told though there is a slip in it."""
_LONG = 10
"""Letters from which a word may have two slips."""
_RARER = 5
"""How many times as often a name is given as a wrong spelling of it: two names that are both given often are two."""
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Mn"})
_DIGITS = re.compile(r"\d+")
_SIGN = re.compile(r" ?([&+]) ?")
_SPELT_OUT = re.compile(r"\b(?:[^\W\d_] ){1,5}[^\W\d_]\b")

Place = TypeVar("Place", bound=Hashable)


@functools.lru_cache(maxsize=262_144)
def name_key(text: str) -> str:
    """A name without what is no part of it: case, accents, punctuation, blanks, dots between initials.

    >>> name_key("  K.M.P. Portlink-III "), name_key("MCDONALD'S"), name_key("São  Paulo")
    ('kmp portlink iii', 'mcdonalds', 'sao paulo')
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(
        " " if c.isspace() else "" if c in "'’‘`´" or unicodedata.category(c) in _INVISIBLE else c for c in folded
    )
    spaced = "".join(c if c.isalnum() or c in "+&" else " " for c in plain)
    words = _SIGN.sub(r"\1", " ".join(spaced.split()))
    return _SPELT_OUT.sub(lambda m: m[0].replace(" ", ""), words) or " ".join(text.split())


def bare_name(key: str) -> str:
    """A name's key without the word for what it names: `mandiri` of `bank mandiri`."""
    words = key.split()
    kinds = words_of_all("names", "kinds")
    while len(words) > 1 and words[0] in kinds:
        words = words[1:]
    return " ".join(words)


@functools.lru_cache(maxsize=262_144)
def is_mistyped(one: str, other: str) -> bool:
    """Whether two keys of names differ by slips of the finger only.

    Never where numbers, numerals or initials differ, in short words (but "baet" for "beat"), in the first letter, or
    in the last one, which tells Maria from Mario.
    """
    first, second = one.split(), other.split()
    if len(first) != len(second) or _DIGITS.findall(one) != _DIGITS.findall(other):
        return False
    apart = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    return len(apart) == 1 and _slipped(*apart[0])


def _slipped(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if shorter == len(one) == len(other) == _SHORTEST_SLIP - 1 and one[0] == other[0] and one[-1] == other[-1]:
        return one[1:3] == other[2:0:-1] and one.isalpha()
    if shorter < _SHORTEST_SLIP or one[0] != other[0] or not (one.isalpha() and other.isalpha()):
        return False
    if not words_of_all("names", "numerals").isdisjoint((one, other)):
        return False
    if one[:-1] == other[:-1] or (one[-1] != other[-1] and {one[-1], other[-1]} <= VOWELS):
        return False
    # Rahma is not Rahman: at the end a letter more is a slip only where it stands there twice.
    longer = max(one, other, key=len)
    if longer[:-1] in (one, other) and longer[-1] != longer[-2]:
        return False
    most = 1 + (shorter >= _LONG)
    return letter_slips(one, other, most) <= most


class KnownNames(Generic[Place]):
    """Names that are known, each in all its spellings, and what each stands for."""

    def __init__(self, said: Mapping[str, int]) -> None:
        """`said`: how many respondents gave each name, by its key."""
        self._said = said
        self._exact: dict[str, Place] = {}
        self._spaced: dict[str, set[Place]] = defaultdict(set)
        self._bare: dict[str, set[Place]] = defaultdict(set)
        self._of_a_kind: dict[str, set[str]] = defaultdict(set)
        for key in said:
            self._note_kind(key)
        self._begins: dict[str, list[str]] = defaultdict(list)

    def add(self, key: str, place: Place) -> None:
        """A spelling of what `place` stands for; the first to claim a spelling has it."""
        if not key or key in self._exact:
            return
        self._exact[key] = place
        self._spaced[without_blanks(key)].add(place)
        self._bare[bare_name(key)].add(place)
        self._note_kind(key)
        for mark in _marks(bare_name(key)):
            self._begins[mark].append(key)

    def find(self, key: str) -> tuple[Place, float] | None:
        """What a name stands for, and how sure that is; None where it is too far from all, or as near to two."""
        if key in self._exact:
            return self._exact[key], EXACT
        if len(own := self._spaced.get(without_blanks(key), ())) == 1:
            return next(iter(own)), _SPACED
        own = self._bare.get(bare_name(key), set())
        # A ship is no hotel of the same name: where there are both, neither is what is called by the name alone.
        if len(own) == 1 and len(self._of_a_kind[bare_name(key)]) == 1:
            return next(iter(own)), _OF_A_KIND
        like = {
            self._exact[other]
            for mark in _marks(bare_name(key))
            for other in self._begins.get(mark, ())
            if self._is_mistyped(key, other) and self._is_rarer(key, other)
        }
        return (like.pop(), _MISTYPED) if len(like) == 1 else None

    def _note_kind(self, key: str) -> None:
        if bare_name(key) != key:
            self._of_a_kind[bare_name(key)].add(key)

    def _is_mistyped(self, key: str, other: str) -> bool:
        bare = bare_name(key), bare_name(other)
        # Where both say what they are, they say the same.
        kinds = key.removesuffix(bare[0]), other.removesuffix(bare[1])
        return is_mistyped(*bare) and (kinds[0] == kinds[1] or "" in kinds)

    def _is_rarer(self, key: str, other: str) -> bool:
        often = self._said.get(other, 0)
        return not often or self._said.get(key, 0) * _RARER <= often or (often > 2 and self._said.get(key, 0) == 1)


def without_blanks(key: str) -> str:
    """A key without its blanks, numbers apart: "jl 1 12" is not "jl 11 2"."""
    return re.sub(r"(?<=\D) +| +(?=\D)", "", key)


def _marks(key: str) -> Iterable[str]:
    """Of two keys that differ in one word, one mark at least is the same: the words but one, and how it begins."""
    words = key.split()
    return {f"{n}:{' '.join((*words[:n], word[:1], *words[n + 1 :]))}" for n, word in enumerate(words)}
