"""Waves in names: which words of a file, a folder or a plan say the wave, in Indonesian, English and neighbours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from mcode_pipelines.survey.wave import FEWEST_WEEKS, Wave, WaveUnit, numbered_wave, wave_of, wave_of_day

_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ROMAN = {numeral: number for number, numeral in enumerate(_NUMERALS, start=1)}
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])")
_LARGEST = {WaveUnit.WEEK: 53, WaveUnit.MONTH: 12, WaveUnit.QUARTER: 4, WaveUnit.HALF: 2, WaveUnit.WAVE: 999}
_YEARS = range(1990, 2100)
_CENTURY = 2000


@dataclass(frozen=True)
class Token:
    """A run of letters or of digits in a name."""

    text: str
    """Lower-case ascii."""
    word: int
    """Which word of the name it is of: `Nov2026` is one word of two tokens."""


@dataclass(frozen=True)
class FoundWave:
    """The wave that a name says, and which of its tokens say so."""

    wave: Wave
    tokens: frozenset[int]


@cache
def wave_words() -> Mapping[str, Any]:
    """The words that name waves and deliveries (`wave_words.yaml`)."""
    import yaml  # start-up matters, and few commands read a name

    text = files("mcode_pipelines.survey").joinpath("wave_words.yaml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words


def tokens_of(name: str) -> tuple[Token, ...]:
    """The tokens of a name; marks between words, accents and capitals say nothing.

    >>> [token.text for token in tokens_of("Pelacak_Kopi Nov2026")]
    ['pelacak', 'kopi', 'nov', '2026']
    """
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name)).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return tuple(Token(text, at) for at, word in enumerate(words) for text in re.findall(r"[a-z]+|\d+", word))


def parse_wave(text: str) -> Wave | None:
    """The wave that a label or a plan's word names, where the whole text does (and marks of a delivery); else None.

    >>> str(parse_wave("Oktober 2026").printed), parse_wave("Gelombang III").printed, parse_wave("Jawa")
    ('2026-10', '3', None)
    """
    tokens = tokens_of(text)
    if len(tokens) == 1 and tokens[0].text.isdecimal() and len(tokens[0].text) <= 3:
        return wave_of(WaveUnit.WAVE, int(tokens[0].text))
    found = find_wave(tokens)
    return found.wave if found is not None and len(found.tokens) == len(tokens) else None


def find_wave(tokens: Sequence[Token]) -> FoundWave | None:
    """The wave that a name says, where it says one."""
    joined, starts = _joined(tokens)
    numbered, used = _first_match(_numbered_patterns(), joined, starts)
    rest = "".join(" " if at in _places(used, tokens, starts) else letter for at, letter in enumerate(joined))
    dated, of_date = _first_match(_dated_patterns(), rest, starts)
    if numbered is None and dated is None:
        return None
    if numbered is None or dated is None:
        wave, both = numbered or dated, used | of_date
        assert wave is not None  # noqa: S101 - for the type checker
        return FoundWave(wave, both)
    if numbered.unit is WaveUnit.WEEK:
        return FoundWave(numbered.in_year(dated.year) if dated.year else numbered, used | of_date)
    if dated.year is None:  # "gelombang 2 oktober": nothing that could be ordered by
        return FoundWave(numbered, used | of_date)
    return FoundWave(numbered_wave(numbered.number, dated), used | of_date)


def _joined(tokens: Sequence[Token]) -> tuple[str, dict[int, int]]:
    """The tokens in one text, `_` between those of one word and `-` between words; and where each begins."""
    text, starts = "", {}
    for at, token in enumerate(tokens):
        if at:
            text += "_" if tokens[at - 1].word == token.word else "-"
        starts[len(text)] = at
        text += token.text
    return text, starts


def _places(used: frozenset[int], tokens: Sequence[Token], starts: Mapping[int, int]) -> set[int]:
    return {place for start, at in starts.items() if at in used for place in range(start, start + len(tokens[at].text))}


_Patterns = Sequence[tuple[re.Pattern[str], "WaveUnit | None"]]


def _first_match(patterns: _Patterns, text: str, starts: Mapping[int, int]) -> tuple[Wave | None, frozenset[int]]:
    """The first of the patterns that is found and makes sense; of several places the last."""
    for pattern, unit in patterns:
        for match in reversed(list(pattern.finditer(text))):
            wave = _wave_in(match, unit)
            if wave is not None:
                inside = (at for start, at in starts.items() if match.start() <= start < match.end())
                return wave, frozenset(inside)
    return None, frozenset()


def _wave_in(match: re.Match[str], unit: WaveUnit | None) -> Wave | None:
    """The wave of a match; None where its numbers can be none (month 13, 31 June)."""
    parts = {name: text for name, text in match.groupdict().items() if text is not None}
    year = _year(parts["year"]) if "year" in parts else None
    if unit is not None:
        number = _number(parts["number"])
        if number is None or not 0 < number <= _LARGEST[unit]:
            return None
        if match[0].startswith("w_") and FEWEST_WEEKS <= number <= _LARGEST[WaveUnit.WEEK]:
            unit = WaveUnit.WEEK
        return wave_of(unit, number, year)
    month = _month(parts.get("month"))
    if month is None:
        return wave_of(WaveUnit.YEAR, None, year) if "month" not in parts and year else None
    if not 0 < month <= _LARGEST[WaveUnit.MONTH]:
        return None
    if "day" in parts:
        return _day(year, month, int(parts["day"]))
    until = _month(parts.get("until"))
    if until is not None and year is not None:
        return wave_of(WaveUnit.MONTH, month, year, to_month=until) if month <= until <= 12 else None
    return wave_of(WaveUnit.MONTH, month, year)


def _day(year: int | None, month: int, day: int) -> Wave | None:
    if year is None:
        return wave_of(WaveUnit.MONTH, month) if 0 < day <= 31 else None
    try:
        return wave_of_day(date(year, month, day))
    except ValueError:
        return None


def _year(text: str) -> int | None:
    number = int(text)
    year = number + _CENTURY if len(text) == 2 else number
    return year if year in _YEARS else None


def _month(text: str | None) -> int | None:
    if text is None:
        return None
    return int(text) if text.isdecimal() else _months()[text]


def _number(text: str) -> int | None:
    plain = re.split(r"[-_]", re.sub(r"[-_](?:st|nd|rd|th)$", "", text))[-1]
    return int(plain) if plain.isdecimal() else _ROMAN.get(plain) or _ordinals().get(plain) or _cardinals().get(plain)


@cache
def _months() -> dict[str, int]:
    return {word: int(number) for number, words in wave_words()["months"].items() for word in words.split()}


@cache
def _ordinals() -> dict[str, int]:
    return {word: int(number) for number, words in wave_words()["ordinals"].items() for word in words.split()}


@cache
def _cardinals() -> dict[str, int]:
    return {word: int(number) for number, words in wave_words()["cardinals"].items() for word in words.split()}


def any_of(words: str | Sequence[str]) -> str:
    """A pattern for one of the words, the longest first."""
    listed = words.split() if isinstance(words, str) else list(words)
    return "(?:" + "|".join(sorted(map(re.escape, listed), key=len, reverse=True)) + ")"


_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEAR_OR_TWO_DIGITS = r"(?P<year>(?:19|20)\d\d|1[5-9]|2\d|3\d)"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_TWO_DIGIT_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_S = "[-_]"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^-_ ]){pattern}(?![^-_ ])")


@cache
def _numbered_patterns() -> _Patterns:
    """Numbered waves, the surest first."""
    words = wave_words()["units"]["wave"]
    month = rf"{_S}(?:0?[1-9]|1[0-2]|{any_of(list(_months()))})(?![^-_ ])"
    # W41 beside a year alone is a week.
    lone_letter = (
        rf"(?<!\d\d\d\d[-_])w_(?P<number>\d{{1,2}})(?![-_](?:(?:19|20)\d\d|1[5-9]|2\d|3\d)(?![^-_ ])(?!{month}))"
    )
    return tuple(
        (_whole(pattern), WaveUnit.WAVE)
        for pattern in (
            rf"{any_of(words)}{_S}{_number_pattern()}",
            rf"{_ordinal_pattern()}{_S}{any_of(words)}",
            lone_letter,
            r"r_(?P<number>\d{1,2})",
        )
    )


@cache
def _dated_patterns() -> _Patterns:
    """Calendar units, the surest first."""
    name, until = rf"(?P<month>{any_of(list(_months()))})", rf"(?P<until>{any_of(list(_months()))})"
    alone = any_of([m for m in _months() if m not in wave_words()["months_that_are_other_words"].split()])
    to = rf"(?:{any_of(wave_words()['until'])}{_S})?"
    first_day = rf"(?:(?:0?[1-9]|[12]\d|3[01]){_S}{to})?"
    of_month = rf"(?:{any_of(wave_words()['units']['month'])}{_S})?"
    b = _before_year()
    dates: list[tuple[str, WaveUnit | None]] = [
        (rf"{_YEAR}-{_MONTH}-{_DAY}", None),
        (rf"{_YEAR}{_TWO_DIGIT_MONTH}(?P<day>0[1-9]|[12]\d|3[01])", None),
        (rf"{_DAY}-{_MONTH}-{_YEAR}", None),
        (rf"(?P<day>0[1-9]|[12]\d|3[01]){_TWO_DIGIT_MONTH}{_YEAR}", None),
        (rf"{_YEAR}-{_TWO_DIGIT_MONTH}-{to}(?:19|20)\d\d-(?P<until>0[1-9]|1[0-2])", None),
        (rf"{of_month}{name}{_S}{to}{until}{_S}{b}{_YEAR_OR_TWO_DIGITS}", None),
        (rf"{first_day}{_DAY}{_S}{name}{_S}{_YEAR_OR_TWO_DIGITS}", None),
        (rf"{name}{_S}{_DAY}{_S}{_YEAR}", None),
        (rf"{_YEAR}{_S}{name}{_S}(?P<day>[0-3]?\d)", None),
        (rf"{of_month}{name}{_S}{b}{_YEAR_OR_TWO_DIGITS}", None),
        (rf"{_YEAR}{_S}{of_month}{name}", None),
    ]
    for unit in (WaveUnit.QUARTER, WaveUnit.HALF, WaveUnit.WEEK, WaveUnit.MONTH):
        dates += [(pattern, unit) for pattern in _with_year(unit)]
    dates += [(rf"w_(?P<number>\d{{1,2}}){_S}{b}{_YEAR_OR_TWO_DIGITS}", WaveUnit.WEEK)]
    dates += [(rf"{_YEAR}{_S}w{_S}(?P<number>\d{{1,2}})", WaveUnit.WEEK)]
    dates += [
        (rf"{_YEAR}-{_MONTH}", None),
        (rf"{_MONTH}-{_YEAR}", None),
        (rf"{_YEAR}{_TWO_DIGIT_MONTH}", None),
        (rf"{_TWO_DIGIT_MONTH}{_YEAR}", None),
    ]
    for unit in (WaveUnit.QUARTER, WaveUnit.HALF, WaveUnit.WEEK, WaveUnit.MONTH):
        dates += [(pattern, unit) for pattern in _without_year(unit)]
    dates += [
        (rf"{first_day}{of_month}(?P<month>{alone})", None),
        (rf"{any_of(wave_words()['units']['month'])}{_S}{name}", None),
        (rf"{b}{_YEAR}", None),
        (rf"{_TWO_DIGIT_MONTH}(?P<year>1[5-9]|2\d|3\d)", None),
        (rf"(?P<year>1[5-9]|2\d|3\d){_TWO_DIGIT_MONTH}", None),
        (rf"(?P<month>{any_of(list(_months()))})$", None),
    ]
    return tuple((_whole(pattern), unit) for pattern, unit in dates)


def _with_year(unit: WaveUnit) -> list[str]:
    """`2026-Q3`, `Q3 2026`, `3Q26`, `third quarter 2026`, `kuartal ketiga tahun 2026`."""
    words, letters, b = wave_words()["units"][unit.value], _letters(unit.value), _before_year()
    named_alone = [rf"{any_of(words)}{_S}{_number_pattern()}", rf"{letters}{_S}(?P<number>\d{{1,2}})"]
    before = [rf"{_YEAR}{_S}{part}" for part in named_alone]
    behind = [rf"{part}{_S}{b}{_YEAR_OR_TWO_DIGITS}" for part in named_alone]
    turned = [
        rf"(?P<number>\d)_{letters}{_S}{_YEAR_OR_TWO_DIGITS}",
        rf"{_ordinal_pattern()}{_S}{any_of(words)}{_S}{b}{_YEAR_OR_TWO_DIGITS}",
    ]
    return [*before, *behind, *turned]


def _without_year(unit: WaveUnit) -> list[str]:
    words, letters = wave_words()["units"][unit.value], _letters(unit.value)
    return [
        rf"{any_of(words)}{_S}{_number_pattern()}",
        rf"{_ordinal_pattern()}{_S}{any_of(words)}",
        rf"{letters}_(?P<number>\d{{1,2}})",
    ]


def _letters(unit: str) -> str:
    return any_of(wave_words()["letters"][unit])


def _before_year() -> str:
    return rf"(?:{any_of(wave_words()['before_a_year'])}{_S})?"


def _number_pattern() -> str:
    """A number behind its word: `3`, `III`, `ke-3`, `ketiga`, `three`."""
    before = any_of(wave_words()["before_a_number"])
    return rf"(?P<number>(?:{before}{_S})?(?:\d{{1,3}}|{any_of(list(_ROMAN))}|{any_of([*_ordinals(), *_cardinals()])}))"


def _ordinal_pattern() -> str:
    """A number before its word: `2nd`, `second`."""
    return rf"(?P<number>\d{{1,2}}_(?:st|nd|rd|th)|{any_of(list(_ordinals()))})"
