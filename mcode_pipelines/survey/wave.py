"""The wave of a study: what a name says of it, and the order of waves that are named in different ways."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

FEWEST_WEEKS = 21
"""A lone `W41` is a week from this number on, below it a wave of that number."""
_NO_YEAR = 1
"""The year in which waves without one are put in order among themselves."""


class WaveUnit(StrEnum):
    """What a wave is counted in."""

    WAVE = "wave"
    """A number of its own: wave 3, gelombang III."""
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True)
class Wave:
    """One wave as a name or a plan gives it, whatever words it was written in."""

    unit: WaveUnit
    number: int | None = None
    """Which wave, half, quarter, month or week."""
    year: int | None = None
    first: date | None = None
    """The first day of its period, where the year is known."""
    last: date | None = None
    """The last day of its period, where the year is known."""
    dated: Wave | None = None
    """Of a numbered wave: the date beside its number."""

    @property
    def printed(self) -> str:
        """One writing for each wave: `2026-10`, `2026-Q3`, `2026-W41`, `2026-H1`, `2026-10-02`, `M10`, `Q3`, `3`."""
        year = "" if self.year is None else f"{self.year:04d}"
        match self.unit:
            case WaveUnit.WAVE if self.dated is not None:
                of_year = self.dated.unit is WaveUnit.YEAR
                return f"{year}-W{self.number:02d}" if of_year else f"W{self.number} {self.dated.printed}"
            case WaveUnit.WAVE:
                return str(self.number)
            case WaveUnit.YEAR:
                return year
            case WaveUnit.DAY:
                return str(self.first)
            case WaveUnit.MONTH if self.first and self.last and self.first.month != self.last.month:
                return f"{self.first:%Y-%m} - {self.last:%Y-%m}"
            case WaveUnit.MONTH:
                return f"{year}-{self.number:02d}" if year else f"M{self.number}"
            case WaveUnit.WEEK:
                lone = "W" if (self.number or 0) >= FEWEST_WEEKS else "WK"
                return f"{year}-W{self.number:02d}" if year else f"{lone}{self.number}"
            case _:
                letter = "H" if self.unit is WaveUnit.HALF else "Q"
                return f"{year}-{letter}{self.number}" if year else f"{letter}{self.number}"

    @property
    def sort_key(self) -> tuple[date, int, int]:
        """By the last day; of two that end together the shorter first (`2026-09` before `2026-Q3`), then by number."""
        timed = self if self.last is not None else self.in_year(_NO_YEAR)
        first, last = timed.first or date.min, timed.last or date.min
        return last, (last - first).days, self.number or 0

    def in_year(self, year: int) -> Wave:
        """The wave with a year, where it has none."""
        return self if self.year is not None else wave_of(self.unit, self.number, year)


def wave_of(unit: WaveUnit, number: int | None = None, year: int | None = None, *, to_month: int | None = None) -> Wave:
    """A wave of a unit; its period follows from its year. `to_month` is the last month where it is several."""
    if year is None:
        return Wave(unit, number)
    match unit:
        case WaveUnit.HALF | WaveUnit.QUARTER | WaveUnit.MONTH if number is not None:
            months = {WaveUnit.HALF: 6, WaveUnit.QUARTER: 3, WaveUnit.MONTH: 1}[unit]
            start, end = (number - 1) * months + 1, to_month or number * months
            end_year = year
        case WaveUnit.WEEK if number is not None:
            try:
                monday = date.fromisocalendar(year, number, 1)
                return Wave(unit, number, year, monday, date.fromordinal(monday.toordinal() + 6))
            except ValueError:  # a year without a week 53, or the years before this calendar
                return Wave(unit, number, year, date(year, 12, 31), date(year, 12, 31))
        case _:
            start, end, end_year = 1, 12, year
    first, last = date(year, start, 1), date(end_year, end, calendar.monthrange(end_year, end)[1])
    return Wave(unit, number, year, first, last)


def numbered_wave(number: int | None, dated: Wave) -> Wave:
    """A numbered wave with a date beside its number."""
    return Wave(WaveUnit.WAVE, number, dated.year, dated.first, dated.last, dated)


def wave_of_day(day: date) -> Wave:
    """The wave that a whole date names."""
    return Wave(WaveUnit.DAY, None, day.year, day, day)


@dataclass(frozen=True)
class Placed:
    """What decides the place of an upload among the waves of its study."""

    key: str
    wave: Wave | None
    came: datetime
    """When it was exported, where its name says so, else when it was received."""
    place: int | None = None
    """Its place in an order that a person gave."""


def in_order(waves: Sequence[Placed]) -> list[str]:
    """The keys of a study's waves, oldest first; the order in which they are given plays no part.

    Waves with a year stand by their periods. A month, quarter, half or week without a year beside such waves is of
    the newest year there; numbered waves without a date stand behind the smaller numbers that have one, else, as
    those without any name, behind what came before them. An order that a person gave holds above all: what is not in
    it stands behind all that it follows.
    """
    years = [p.wave.year for p in waves if p.wave is not None and p.wave.year is not None]
    if years:
        waves = [_in_year(p, max(years)) for p in waves]
    numbered = [p for p in waves if p.wave is not None and p.wave.last is None and p.wave.unit is WaveUnit.WAVE]
    unnamed = sorted((p for p in waves if p.wave is None), key=lambda p: (p.came, p.key))
    timed = [p for p in waves if p.wave is not None and p not in numbered]
    order = sorted(timed, key=_by_wave)
    at = 0
    for wave in sorted(numbered, key=_by_wave):
        at = max(at, _behind_smaller(order, wave))
        order.insert(at, wave)
        at += 1
    for wave in unnamed:
        order.insert(_behind_earlier(order, wave), wave)
    return [p.key for p in _as_a_person_says(order)]


def _in_year(placed: Placed, year: int) -> Placed:
    wave = placed.wave
    if wave is None or wave.year is not None or wave.unit is WaveUnit.WAVE:
        return placed
    return replace(placed, wave=wave.in_year(year))


def _by_wave(placed: Placed) -> tuple[object, ...]:
    key = placed.wave.sort_key if placed.wave is not None else ()
    return (*key, placed.came, placed.key)


def _behind_smaller(order: Sequence[Placed], wave: Placed) -> int:
    """The place of a numbered wave among those that have a date."""
    number = wave.wave.number or 0 if wave.wave is not None else 0
    numbers = [p.wave.number for p in order if p.wave is not None and p.wave.unit is WaveUnit.WAVE]
    if not numbers:
        return _behind_earlier(order, wave)
    smaller = [
        at
        for at, p in enumerate(order)
        if p.wave is not None and p.wave.unit is WaveUnit.WAVE and (p.wave.number or 0) <= number
    ]
    return smaller[-1] + 1 if smaller else 0


def _behind_earlier(order: Sequence[Placed], wave: Placed) -> int:
    earlier = [at for at, p in enumerate(order) if (p.came, p.key) <= (wave.came, wave.key)]
    return earlier[-1] + 1 if earlier else 0


def _as_a_person_says(order: Sequence[Placed]) -> list[Placed]:
    said = sorted((p for p in order if p.place is not None), key=lambda p: (p.place, p.came, p.key))
    if not said:
        return list(order)
    result = list(said)
    for at, placed in enumerate(order):
        if placed.place is None:
            before = [result.index(p) for p in order[:at] if p in result]
            result.insert(max(before) + 1 if before else 0, placed)
    return result
