"""Columns of numbers that people typed: which mark divides thousands, and in what unit they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mcode_pipelines.detection.lists import words_in
from mcode_pipelines.survey import NumberStyle
from mcode_pipelines.survey.numbers import (
    MARKS,
    Amount,
    Mark,
    amount_in,
    grouped,
    proven_thousands,
    usual_unit,
    with_bare_m,
)

_LOOKED_AT = 20
_MOST = 0.9
"""The least share of the cells that must be amounts."""
_ROUND = 0.5
"""The least share of round numbers (`...00`) among those that might be thousands."""
_LARGE = 100
_FEW = 6
"""Fewer different amounts with a unit are taken for choices."""
_DASHES = frozenset({"-", "--", "---", "\u2013", "\u2014", ".", "?", "_"})
"""What people put where they have no number."""


@dataclass(frozen=True)
class WrittenNumbers:
    """How a column's numbers are written."""

    style: NumberStyle
    proven: bool
    """The cells themselves show what divides thousands; else it is the likelier of two readings."""
    amounts: Mapping[str, Amount]


def is_dash(cell: str) -> bool:
    """Whether a cell among numbers holds nothing but a sign for none."""
    return cell in _DASHES


def worth_a_look(values: Sequence[str]) -> bool:
    """Whether some of the first values hold a number that is no plain one."""
    some = values[:_LOOKED_AT]
    odd = [v for v in some if not v.isdigit()]
    return bool(odd) and sum(v.isdigit() or amount_in(v) is not None for v in some) >= 0.6 * len(some)


def written_numbers(
    counted: Sequence[tuple[str, int]], header: frozenset[str], usual: Mark | None
) -> WrittenNumbers | None:
    """How the numbers in a column are written; None where they are plain numbers, or no numbers.

    Args:
        counted: the most frequent cells with their counts.
        header: the words of the header.
        usual: the mark that divides thousands elsewhere in the file, where something proves it.
    """
    cells = [(v, n) for v, n in counted if not is_dash(v)]
    amounts = with_bare_m({v: amount for v, _ in cells if (amount := amount_in(v)) is not None})
    if not amounts or sum(n for v, n in cells if v in amounts) < _MOST * sum(n for _, n in cells):
        return None
    units = any(a.unit or a.money or a.multiple != 1 for a in amounts.values())
    proven = proven_thousands(amounts.values())
    thousands = proven or _likely_thousands(list(amounts.values()), header, usual)
    lone = any(_divided(a.digits) for a in amounts.values())
    if not units and not lone and thousands is None:
        return None
    bare = any(not (a.unit or a.money or a.multiple != 1) for a in amounts.values())
    money = any(a.money or a.multiple != 1 for a in amounts.values())
    if units and not (bare or money or thousands) and len(amounts) <= _FEW:
        return None
    style = NumberStyle(thousands=thousands, unit=usual_unit(amounts.values()))
    sure = proven is not None or not lone or _decimal(list(amounts.values()), thousands)
    return WrittenNumbers(style, sure, amounts)


def _divided(digits: str) -> bool:
    """Whether a number's one mark may divide thousands."""
    return any(grouped(digits, mark) for mark in MARKS)


def _decimal(amounts: Sequence[Amount], thousands: Mark | None) -> bool:
    """Whether the same mark also stands where only a decimal mark can (`0.750`, `7.5`)."""
    return thousands is None and any(
        mark in a.digits and not grouped(a.digits, mark) for a in amounts for mark in MARKS
    )


def _likely_thousands(amounts: Sequence[Amount], header: frozenset[str], usual: Mark | None) -> Mark | None:
    """The mark that most likely divides thousands where numbers could be read in two ways; None for a decimal mark."""
    for mark in MARKS:
        unclear = [a.digits for a in amounts if grouped(a.digits, mark)]
        if not unclear or any(mark in a.digits and not grouped(a.digits, mark) for a in amounts):
            continue
        if header & words_in("numbers", "decimal"):
            return None
        if header & words_in("numbers", "money") or mark == usual:
            return mark
        plain = [float(a.digits) for a in amounts if a.digits.isdigit()]
        large = sum(p >= _LARGE for p in plain) > 0.5 * len(plain) if plain else False
        wide = large or any(len(d.lstrip("+-").split(mark)[0]) > 1 for d in unclear)
        ends_round = sum(d.endswith("00") for d in unclear) >= _ROUND * len(unclear)
        return mark if (ends_round and wide) or large else None
    return None
