"""Numbers as people write them: `1.234.000`, `3.250,5`, `Rp 25.000`, `2,5 jt`, `15%`, `20 tahun`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Mark = Literal[".", ","]
MARKS: tuple[Mark, Mark] = (".", ",")

_BODY = r"[+-]?(?:\d[\d.,'\u2019\u00a0\u202f ]*\d|\d|[.,]\d+)"
_CELL = re.compile(rf"^(?P<before>[^\d]*?)\s*(?P<number>{_BODY})\s*(?P<after>[^\d]*)$")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?")
_GROUPED = {mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+") for mark in MARKS}
_BLANKS = re.compile(r"(?<=\d)[ '\u2019\u00a0\u202f](?=\d{3}(?!\d))")
_SQUARE = re.compile(r"(?<=\dm)2$|(?<=\d m)2$")
LONE_M = re.compile(r"\d\s*[mM](?![\w\u00b2])")
"""An M that may be metres, millions or a miliar."""
_SIGNS = re.compile(r"[/$€£¥]")
_WHOLE_RUPIAH = re.compile(r"[,.]\s*[-\u2013=]+$")


class NumberStyle(BaseModel):
    """How the numbers of a column are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    thousands: Mark | None = None
    """The mark between thousands; the other one is the decimal mark. None: every lone mark is a decimal mark."""
    unit: str | None = None
    """The unit that the numbers are in; cells in another unit of the same sort are converted to it."""


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    import yaml  # few surveys hold typed numbers, and start-up matters

    text = files("mcode_pipelines.survey").joinpath("number_words.yaml").read_text(encoding="utf-8")
    words: dict[str, Any] = yaml.safe_load(text)
    return words


@lru_cache(maxsize=1)
def _multiples() -> dict[str, float]:
    return {word: float(size) for size, some in _words()["multiples"].items() for word in some.split()}


@lru_cache(maxsize=1)
def _indonesian() -> frozenset[str]:
    return frozenset(_words()["indonesian"].split())


@lru_cache(maxsize=1)
def _units() -> dict[str, tuple[str, float]]:
    """Word to (unit as it is named, how many of the smallest unit of its sort)."""
    return {
        word: (sort, float(size))
        for sort, units in _words()["units"].items()
        for size, some in units.items()
        for word in some.split()
    }


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(_words()["currencies"].split()) | frozenset(_words()["about"].split())


class Amount(BaseModel):
    """One cell taken apart."""

    model_config = ConfigDict(frozen=True)

    digits: str
    """The number as written, without blanks between thousands."""
    multiple: float = 1.0
    unit: str | None = None
    money: bool = False
    indonesian: bool = False
    """Whether it names rupiah, `jt`, `ribu` ...: there a bare M is a miliar, elsewhere a million."""


@lru_cache(maxsize=1 << 16)
def amount_in(cell: str) -> Amount | None:
    """The number, multiple (`jt`) and unit (`km`) of a cell; None where it is not one number.

    >>> amount_in("Rp1,5 juta").multiple, amount_in("7 km").unit, amount_in("10 - 20"), amount_in("kelas 3")
    (1000000.0, 'km', None, None)
    """
    text = _SQUARE.sub("\u00b2", _WHOLE_RUPIAH.sub("", cell.strip().lower()))
    if _PLAIN.fullmatch(text):
        return Amount(digits=text)
    found = _CELL.match(text)
    if found is None:
        return None
    before = found["before"].strip(" .:").split()
    after = _SIGNS.sub(r" \g<0> ", found["after"].strip(" .,)")).split()
    if any(word.strip(".") not in _currencies() for word in before):
        return None
    multiple, unit = 1.0, None
    money = bool(before)
    indonesian = not _indonesian().isdisjoint(word.strip(".") for word in (*before, *after))
    for place, word in enumerate(after):
        word = word.strip(".")
        if word in _multiples() and multiple == 1.0 and unit is None:
            multiple = _multiples()[word]
        elif word == "m" and multiple == 1.0 and unit is None and (money or _currencies().intersection(after)):
            multiple = _bare_m(indonesian)
        elif word in _units() and unit is None:
            unit = word
        elif word in _currencies():
            money = True
        elif word in ("/", "per"):
            break  # `25.000 / hari`: what the amount is for
        elif place == 0 or unit is None:
            return None
    return Amount(
        digits=_BLANKS.sub("", found["number"].replace("\u2019", "'")),
        multiple=multiple,
        unit=unit,
        money=money,
        indonesian=indonesian,
    )


def _bare_m(indonesian: bool) -> float:
    return 1e9 if indonesian else 1e6


def with_bare_m(amounts: Mapping[str, Amount]) -> Mapping[str, Amount]:
    """The amounts of a column in which a lone `M` counts: as metres, or among `500 jt` and `$900k` as a multiple.

    >>> with_bare_m({c: amount_in(c) for c in ("2,5 M", "500 jt")})["2,5 M"].multiple
    1000000000.0
    """
    bare = [cell for cell, amount in amounts.items() if amount.unit == "m"]
    others = [amount for amount in amounts.values() if amount.unit != "m"]
    if not bare or any(a.unit for a in others) or not any(a.money or a.multiple != 1 for a in others):
        return amounts
    multiple = _bare_m(any(a.indonesian for a in others))
    return {**amounts, **{c: amounts[c].model_copy(update={"unit": None, "multiple": multiple}) for c in bare}}


def value_of(digits: str, thousands: Mark | None) -> float | None:
    """The number that digits with marks stand for, where `thousands` divides thousands.

    >>> value_of("3.250,5", "."), value_of("346.000", "."), value_of("346.000", None), value_of("7.5", ".")
    (3250.5, 346000.0, 346.0, 7.5)
    """
    if thousands is not None:
        decimal = "," if thousands == "." else "."
        whole, mark, rest = digits.partition(decimal)
        if _GROUPED[thousands].fullmatch(whole) and thousands not in rest and decimal not in rest:
            digits = whole.replace(thousands, "") + (f".{rest}" if mark else "")
        elif thousands in digits and decimal in digits:
            return None
        else:
            digits = digits.replace(",", ".")
    elif "," in digits:
        digits = digits.replace(",", ".")
    return float(digits) if _PLAIN.fullmatch(digits) else None


def proven_thousands(amounts: Iterable[Amount]) -> Mark | None:
    """The mark that must divide thousands: it stands twice in a number, before the other mark, or in money.

    No currency has thousandths, so `Rp 25.000` are thousands. None where nothing proves it.
    """
    votes: Counter[Mark] = Counter()
    for amount in amounts:
        for mark in MARKS:
            other = MARKS[1 - MARKS.index(mark)]
            whole, decimal, rest = amount.digits.partition(other)
            if _GROUPED[mark].fullmatch(whole) and other not in rest:
                votes[mark] += whole.count(mark) > 1 or bool(decimal) or amount.money
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] else None


def grouped(digits: str, mark: Mark) -> bool:
    """Whether every mark in a number could divide thousands (`346.000`, not `0.750`)."""
    return _GROUPED[mark].fullmatch(digits) is not None


def read_numbers(cells: Iterable[str], style: NumberStyle | None = None) -> dict[str, float]:
    """Each different cell that is a number, with its value.

    The mark between thousands is that of the style, else the one that the cells prove. Cells in another unit of the
    same sort (`500 m` among `7 km`) are converted to the style's unit, else to the most frequent one; a cell in
    a unit of another sort is no number of this question and is left out.
    """
    amounts = with_bare_m({cell: amount for cell in cells if (amount := amount_in(cell)) is not None})
    thousands = style.thousands if style and style.thousands else proven_thousands(amounts.values())
    unit = style.unit if style and style.unit else usual_unit(amounts.values())
    found: dict[str, float] = {}
    for cell, amount in amounts.items():
        value = value_of(amount.digits, thousands)
        size = _converted(amount.unit, unit)
        if value is not None and size is not None:
            found[cell] = value * amount.multiple * size
    return found


def usual_unit(amounts: Iterable[Amount]) -> str | None:
    """The most frequent unit of some amounts; None where they have none."""
    counts = Counter(a.unit for a in amounts if a.unit)
    return counts.most_common(1)[0][0] if counts else None


def units_differ(one: str, other: str) -> bool:
    """Whether two words for units name different ones (`km` and `m`, not `tahun` and `thn`)."""
    return _units().get(one) != _units().get(other)


def _converted(unit: str | None, into: str | None) -> float | None:
    if unit is None or into is None or unit == into:
        return 1.0
    (sort, size), (wanted, whole) = _units()[unit], _units()[into]
    return size / whole if sort == wanted else None
