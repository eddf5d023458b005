"""Whether what was said praises, complains or asks for better, as far as its words tell."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from mcode_pipelines.coding.text.language_data import known_language, language_file, words_in
from mcode_pipelines.coding.text.wording import Wording, wording

_REACH = 5
"""Words after a negation that it can turn."""
_REMEMBERED = 65_536
_PRAISE, _COMPLAINT, _NOT, _WISH, _DONE = "<praise>", "<complaint>", "<not>", "<wish>", "<done>"
_ENDINGS = (("ier", "y"), ("iest", "y"), ("er", ""), ("er", "e"), ("est", ""), ("est", "e"), ("ily", "y"), ("ly", ""))
"""Endings of English words that praise and complain ("cleaner", "easily"), and what the plain words end in."""


@dataclass(frozen=True)
class SideOfWords:
    """What the words of a segment tell of its side."""

    score: int
    """Words that praise less words that complain, denials read."""
    wish: bool
    """Whether it asks for better."""
    open_denial: bool
    """Whether something is denied, and the words do not tell whether that is good."""


@dataclass(frozen=True)
class _Signs:
    """The words and patterns of one language."""

    praise: frozenset[str]
    complaint: frozenset[str]
    wishes: frozenset[str]
    joining: frozenset[str]
    read_as: tuple[tuple[re.Pattern[str], str], ...]
    any_pattern: re.Pattern[str]
    forms: bool
    """Whether words change their endings as English ones do."""


@functools.cache
def _signs(language: str) -> _Signs:
    language = known_language(language)
    words, told = wording(language), language_file(language, "sides")
    read_as = tuple((re.compile(pattern), f" {meaning} ") for pattern, meaning in told.get("read_as", ()))
    return _Signs(
        praise=words.praise | words_in(language, "sides", "praise") | {_PRAISE},
        complaint=words.complaint | words_in(language, "sides", "complaint") | {_COMPLAINT},
        wishes=words_in(language, "sides", "wishes") | {_WISH},
        joining=words_in(language, "sides", "joining"),
        read_as=read_as,
        any_pattern=re.compile("|".join(p.pattern for p, _ in read_as) or "(?!)"),
        forms=language == "en",
    )


def _sign(word: str, signs: _Signs) -> int:
    if word in signs.complaint:
        return -1
    if word in signs.praise:
        return 1
    if not signs.forms or len(word) < 5:
        return 0
    for ending, plain in _ENDINGS:
        if word.endswith(ending):
            stem = word[: -len(ending)] + plain
            doubled = stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem
            for base in (stem, doubled):
                if base in signs.complaint or base in signs.praise:
                    return -1 if base in signs.complaint else 1
    for prefix in ("un", "dis", "in"):
        if word.startswith(prefix) and word[len(prefix) :] in signs.praise:
            return -1
    return 0


@functools.lru_cache(maxsize=_REMEMBERED)
def side_of_words(segment: str, language: str) -> SideOfWords:
    """What the words of a segment, in its normal form, tell of its side.

    A negation turns the next word that praises or complains within a few words ("tidak terlalu mahal"), and what is
    joined to it ("not clean and tidy"); two of them cancel each other ("tidak ada yang tidak ramah"). "Terlalu" makes
    a complaint of whatever follows; "kurang" complains where there is nothing to turn ("kurang informasi"). Idioms are
    read by the patterns of the language ("nothing was too much trouble", "could be cleaner").
    """
    signs, words = _signs(language), wording(language)
    if signs.any_pattern.search(segment):
        for pattern, meaning in signs.read_as:
            segment = " ".join(pattern.sub(meaning, segment).split())
    tokens = segment.split()
    score, open_denial = _counted(tokens, signs, words)
    wish = not signs.wishes.isdisjoint(tokens) and _DONE not in tokens
    return SideOfWords(score, wish and _PRAISE not in tokens, open_denial)


def _counted(tokens: list[str], signs: _Signs, words: Wording) -> tuple[int, bool]:
    """The praise less the complaints among the words, and whether a denial was left with nothing to turn."""
    score, turned, open_denial = 0, 0, 0
    too = short = denied = joined = False
    for word in tokens:
        turned = max(0, turned - 1)
        if word == _NOT or word in words.negations:
            if turned:
                # Two denials cancel each other, and "not lacking" praises.
                score, turned, short = score + (word in words.lacking), 0, False
                open_denial -= 1
            else:
                turned, short = _REACH, word in words.lacking
                open_denial += 1
            denied = joined = False
            continue
        if word in words.excessive:
            # "Not too clean" denies that it is clean; "not too expensive", that it is expensive.
            too = not turned
            continue
        if word in words.intensifiers:
            continue
        if word in signs.joining:
            joined = denied
            continue
        sign = -1 if too and (word not in (_PRAISE, _WISH)) else _sign(word, signs)
        too = False
        if sign:
            denied = bool(turned) or joined
            open_denial -= bool(turned)
            score += -sign if denied else sign
            turned, short, joined = 0, False, False
        else:
            denied = joined = False
            if short and not turned:
                score, short = score - 1, False
    if short:
        score, open_denial = score - 1, open_denial - 1
    return score, open_denial > 0


def polarity(segment: str, language: str) -> int:
    """1 for praise, -1 for a complaint, 0 where the words do not tell, or ask for better."""
    told = side_of_words(segment, language)
    return 0 if told.wish else (told.score > 0) - (told.score < 0)
