"""Which choices of two lists are the same answer: the lists of two waves, or of two versions of a form.

Labels say what an answer means, codes only how it is written: a code may be used again for something else, and a
choice may get another code. A choice that was reworded is known by its code where its words are alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.survey.codes import number_of

_ALIKE = 0.81
"""How alike two words are spelled that are the same word (`SequenceMatcher.ratio`). Of words of five letters one that
has another letter is another word (kakak, kakek)."""
_SHORT = 4
"""Words of fewer letters are told apart by one letter (BRI, BNI)."""


class How(StrEnum):
    """Why two choices are taken for the same."""

    SAME = "same"
    """Code and words."""
    SPELLED = "spelled"
    """The words, otherwise spelled: case, spacing, or words that mean the same (Pria, Laki-laki)."""
    RENUMBERED = "renumbered"
    """The words; the code is another."""
    REWORDED = "reworded"
    """The code; the words are alike, or the choice has the same place in the same scale."""
    BY_PERSON = "by_person"
    """Somebody said so."""


@dataclass(frozen=True)
class ChoiceMatch:
    """A choice of the earlier list and the one of the later list that it is, by their places."""

    then: int
    now: int
    how: How


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    import yaml  # only waves need it, and start-up matters

    text = files("mcode_pipelines.survey").joinpath("spellings.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@lru_cache(maxsize=1)
def _words_for() -> tuple[dict[str, str], dict[str, str], frozenset[str], frozenset[str]]:
    data = _data()
    whole = {same_words(word): line[0] for line in data["whole"] for word in line}
    part = {word: line[0] for line in data["words"] for word in sorted(line, key=len, reverse=True)}
    return whole, part, frozenset(data["prefixes"]), frozenset(data["opposites"])


@lru_cache(maxsize=4096)
def same_words(label: str) -> str:
    """A label as labels are compared: without regard to case, spacing, quotes, dashes and a full stop at its end.

    >>> same_words(" Laki-Laki. "), same_words("Kapal  Api")
    ('laki-laki', 'kapal api')
    """
    text = unicodedata.normalize("NFKC", label).casefold()
    text = re.sub(r"[\u2018\u2019\u02bc`]", "'", re.sub(r"[\u2010-\u2015]", "-", text))
    text = re.sub(r"\s*([-/,+&()])\s*", r"\1", re.sub(r"\s+", " ", text))
    return text.strip(" .:;\"'*") or text.strip()


@lru_cache(maxsize=4096)
def same_meaning(label: str) -> str:
    """The same, with words that mean the same in any survey as one of them.

    >>> same_meaning("Pria"), same_meaning("DKI Jakarta"), same_meaning("Kota Bandung")
    ('laki-laki', 'dki jakarta', 'bandung')
    """
    whole, parts, prefixes, _ = _words_for()
    text = same_words(label)
    if text in whole:
        return whole[text]
    text = re.sub(r"[^\w&]+", " ", text.replace("&", " & ")).strip()
    if text in whole:
        return whole[text]
    first, _, rest = text.partition(" ")
    text = rest if rest and first in prefixes else text
    for word, stands_for in parts.items():
        if f" {word} " in f" {text} ":
            return f" {text} ".replace(f" {word} ", f" {stands_for} ").strip()
    return text or same_words(label)


@lru_cache(maxsize=4096)
def question_words(label: str) -> tuple[str, ...]:
    """The words of a question that carry something, each once; such as mean the same in any survey as one.

    >>> question_words("Berapa usia Anda?"), question_words("Umur (tahun)")
    (('usia',), ('usia', 'tahun'))
    """
    data = _data()
    text = f" {' '.join(_words(label))} "
    for address in data["addresses"]:
        text = text.replace(f" {address} ", " ")
    for line in data["questions"]:
        for word in line[1:]:
            text = text.replace(f" {word} ", f" {line[0]} ")
    silent = set(data["silent"].split())
    return tuple(dict.fromkeys(word for word in text.split() if word not in silent))


def reworded(then: str, now: str) -> bool:
    """Whether a label says what another one says in other words: one adds words, or words are spelled otherwise.

    Other numbers, or a word that turns it round (tidak, not), make another answer of it.

    >>> reworded("Kapal Api", "Kapal Api Grande"), reworded("Puas", "Tidak puas"), reworded("17-24", "18-24")
    (True, False, False)
    """
    one, two = _words(then), _words(now)
    if not one or not two or _numbers(then) != _numbers(now):
        return False
    if opposite_words(then) != opposite_words(now):
        return False
    few, many = sorted((one, two), key=len)
    return all(any(same_word(word, other) for other in many) for word in few)


def match_choices(
    then: Sequence[Choice],
    now: Sequence[Choice],
    *,
    ordered: bool = False,
    decided: Mapping[int, int | None] | None = None,
) -> tuple[ChoiceMatch, ...]:
    """The choices of an earlier list that stand in a later one, in the earlier list's order; each is matched once.

    Args:
        then: the earlier list.
        now: the later list; `spellings` count as labels in both.
        ordered: whether they are scales, in which a place says as much as words do.
        decided: what a person said, by places; None says that there is no such choice any more.
    """
    matching = _Matching(then, now, dict(decided or {}))
    unlabelled = _unlabelled(then) or _unlabelled(now)
    matching.by(lambda c: [(_code(c), word) for word in _spellings(c, same_words)], How.SAME)
    matching.by(lambda c: _spellings(c, same_words), How.RENUMBERED)
    matching.by(lambda c: [(_code(c), word) for word in _spellings(c, same_meaning)], How.SPELLED)
    matching.by(lambda c: _spellings(c, same_meaning), How.SPELLED)
    if unlabelled:
        matching.by(lambda c: [_code(c)], How.SAME)
    matching.alike_by_code()
    if ordered and len(then) == len(now):
        matching.by_place()
    return matching.found


class _Matching:
    def __init__(self, then: Sequence[Choice], now: Sequence[Choice], decided: dict[int, int | None]) -> None:
        self.then, self.now = then, now
        self.pairs = {a: (b, How.BY_PERSON) for a, b in decided.items() if b is not None}
        self.settled = set(decided)
        self.taken = {b for b, _ in self.pairs.values()}

    @property
    def found(self) -> tuple[ChoiceMatch, ...]:
        return tuple(ChoiceMatch(a, *self.pairs[a]) for a in sorted(self.pairs))

    def _left(self) -> tuple[list[int], list[int]]:
        return (
            [i for i in range(len(self.then)) if i not in self.pairs and i not in self.settled],
            [i for i in range(len(self.now)) if i not in self.taken],
        )

    def _join(self, a: int, b: int, how: How) -> None:
        same_text = same_words(self.then[a].label) == same_words(self.now[b].label)
        if how is How.RENUMBERED and (_is_text(self.then[a]) or _is_text(self.now[b])):
            how = How.SAME if same_text and self.then[a].label == self.now[b].label else How.SPELLED
        self.pairs[a] = (b, how)
        self.taken.add(b)

    def by(self, keys: Callable[[Choice], Sequence[Hashable]], how: How) -> None:
        """Joins what is left and has a key in common that nothing else in its list has."""
        left, right = self._left()
        if not left or not right:
            return
        here = Counter(key for i in left for key in {*keys(self.then[i])})
        there = Counter(key for i in right for key in {*keys(self.now[i])})
        place = {key: i for i in right for key in keys(self.now[i]) if there[key] == 1}
        for a in left:
            b = next((place[k] for k in keys(self.then[a]) if here[k] == 1 and k in place), None)
            if b is not None and b not in self.taken:
                self._join(a, b, how)

    def alike_by_code(self) -> None:
        """Joins choices of one code whose words are alike, and those whose code is a word rather than a number."""
        left, right = self._left()
        place = {_code(self.now[i]): i for i in right}
        for a in left:
            b = place.get(_code(self.then[a]))
            if b is None or b in self.taken:
                continue
            one, two = self.then[a], self.now[b]
            named = not number_of(one.code) and not _is_text(one) and len(one.code) > 2
            others = [self.now[i].label for i in right if i != b] + [self.then[i].label for i in left if i != a]
            alike = reworded(one.label, two.label) and not any(
                reworded(one.label, other) and reworded(two.label, other) for other in others
            )
            if named or alike:
                self._join(a, b, How.REWORDED)

    def by_place(self) -> None:
        """Joins what is left of a scale at the same places, where nothing that was found says that it was turned."""
        if any(a != b for a, (b, _) in self.pairs.items()):
            return
        left, right = self._left()
        for a in left:
            if a in right and opposite_words(self.then[a].label) == opposite_words(self.now[a].label):
                self._join(a, a, How.REWORDED)


def opposite_words(label: str) -> frozenset[str]:
    """The words of a label that turn it round: tidak, kurang, not ..."""
    return frozenset(_words(label)) & _words_for()[3]


def _code(choice: Choice) -> str:
    return number_of(choice.code) or choice.code.casefold()


def _is_text(choice: Choice) -> bool:
    """Whether the code is the label itself, as in data without codes."""
    return same_words(choice.code) == same_words(choice.label)


def _unlabelled(choices: Sequence[Choice]) -> bool:
    return all(_is_text(choice) and number_of(choice.code) is not None for choice in choices)


def _spellings(choice: Choice, spelled: Callable[[str], str]) -> list[str]:
    return list(dict.fromkeys(spelled(text) for text in (choice.label, *choice.spellings) if text.strip()))


def _words(label: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", same_words(label))


def _numbers(label: str) -> list[str]:
    return re.findall(r"\d+", label)


def same_word(one: str, two: str) -> bool:
    """Whether two words of lower case are one, perhaps spelled otherwise; what turns a word round makes another.

    >>> same_word("minum", "diminum"), same_word("satisfied", "dissatisfied"), same_word("bri", "bni")
    (True, False, False)
    >>> same_word("harga", "harganya"), same_word("male", "female")
    (True, False)
    """
    if one == two:
        return True
    short, long = sorted((one, two), key=len)
    if long in {f"{short}nya", f"{short}kah"}:
        return True
    whole = _words_for()[0]
    if one in whole and two in whole and whole[one] != whole[two]:
        return False
    if len(short) < _SHORT or (long.endswith(short) and long.removesuffix(short) in _words_for()[3]):
        return False
    return SequenceMatcher(None, one, two, autojunk=False).ratio() >= _ALIKE
