"""Whether a row is a header or a respondent, told by comparing its cells with those below them.

A word above numbers is a header's, and so is one that never occurs in a column of a few answers; a number above
numbers, a date above dates and an answer that others gave too are a respondent's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

Rows = Sequence[Sequence[str]]

NUMBER_OR_DATE = re.compile(r"[+-]?\d[\d.,:/ T+-]*(\s?[AP]M)?", re.IGNORECASE)
_DATE_OR_TIME = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*|\d{1,2}:\d{2}.*")
_NOTE_ON_COLUMN = re.compile(r"\([^()]{1,40}\)|\[[^\[\]]{1,40}\]|\d{1,3}\s*[-\u2013]\s*\d{1,3}")
_NO_ANSWER = {"-", "n/a", "na", "none", "null", ".", "?", "#n/a"}
_FEWEST = 3
"""Cells below from which a cell can be compared with them."""
_NEARLY_ALL = 0.9
_FEWEST_ANSWERS = 6
_DEEPEST = 4
_FEW_ANSWERS = 3
"""A column of answers from a list has this many cells a different answer, at least."""


@dataclass(frozen=True)
class Evidence:
    """How many cells of a row speak for what."""

    dates: int = 0
    answers: int = 0
    """Texts that stand below too."""
    numbers: int = 0
    above_numbers: int = 0
    """Words in a column of numbers."""
    not_given: int = 0
    """Words in a column of a few answers that nobody below gave."""

    @property
    def unlike(self) -> int:
        """Cells that are not like those below them."""
        return self.above_numbers + self.not_given

    @property
    def alike(self) -> int:
        """Cells like those below them."""
        return self.dates + self.answers + self.numbers

    @property
    def judged(self) -> int:
        """Cells that tell something."""
        return self.alike + self.unlike

    @property
    def header(self) -> bool:
        """Whether all that can be told speaks for a header."""
        return self.unlike > 0 and self.alike == 0


def evidence(row: Sequence[str], below: Rows) -> Evidence:
    """What the cells of a row are against those of the rows below; rows that repeat it are not counted."""
    rest = [other for other in below if any(other) and list(other[: len(row)]) != list(row)]
    counted = dict.fromkeys(("dates", "answers", "numbers", "above_numbers", "not_given"), 0)
    for index, cell in enumerate(row):
        values = [other[index] for other in rest if len(other) > index and other[index]]
        if cell and (what := _like(cell, values)):
            counted[what] += 1
    return Evidence(**counted)


def _like(cell: str, values: Sequence[str]) -> str | None:
    values = [value for value in values if value.casefold() not in _NO_ANSWER]
    if len(values) < _FEWEST or cell.casefold() in _NO_ANSWER:
        return None
    numbers = sum(1 for value in values if NUMBER_OR_DATE.fullmatch(value))
    if numbers >= _NEARLY_ALL * len(values):
        if not NUMBER_OR_DATE.fullmatch(cell):
            return "above_numbers"
        dated = sum(1 for value in values if _DATE_OR_TIME.fullmatch(value)) >= _NEARLY_ALL * len(values)
        if bool(_DATE_OR_TIME.fullmatch(cell)) is not dated:
            return None
        return "dates" if dated else "numbers"
    if any(c.isdigit() for c in cell) and sum(_shape(v) == _shape(cell) for v in values) >= _NEARLY_ALL * len(values):
        # R001 above R002, R003 ...
        return "answers" if len(set(values)) > 1 else None
    different = {value.casefold() for value in values}
    if cell.casefold() in different:
        # A column that holds nothing but its own name ticks an option.
        return "answers" if len(different) > 1 else None
    few = len(values) >= _FEWEST_ANSWERS and len(different) * _FEW_ANSWERS <= len(values)
    return "not_given" if few else None


@lru_cache(maxsize=1 << 14)
def _shape(cell: str) -> str:
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", cell))


def header_missing(rows: Rows) -> bool:
    """Whether the first row is a respondent like those below it."""
    if len(rows) <= _FEWEST:
        return False
    first = [cell for cell in rows[0] if cell]
    if len(rows[0]) == 1:
        return _answer_like_others(rows[0][0], [row[0] for row in rows[1:] if row and row[0]])
    found = evidence(rows[0], rows[1:])
    if found.alike <= 2 * found.unlike:
        return False
    numbers = [cell for cell in first if NUMBER_OR_DATE.fullmatch(cell)]
    if found.numbers > 1 and found.numbers == found.judged and found.numbers * 2 >= len(first):
        return _not_counting_up(numbers)
    return found.dates + found.answers > 0 and found.alike >= max(2, len(first) / 2)


def _answer_like_others(cell: str, values: Sequence[str]) -> bool:
    """Whether the first cell of a file of one column is an answer: one that several others gave, a date, a number."""
    what = _like(cell, values)
    return what in ("dates", "numbers") or (what == "answers" and values.count(cell) > 1)


def _not_counting_up(cells: Sequence[str]) -> bool:
    """Whether numbers are not those of a header: 1, 2, 3 ... or years."""
    try:
        numbers = [float(cell.replace(",", ".")) for cell in cells]
    except ValueError:
        return True
    years = all(1900 <= number <= 2100 for number in numbers)
    return not years and any(before >= after for before, after in pairwise(numbers))


def header_depth(rows: Rows) -> int:
    """How many rows a header with a merged heading takes, by words above numbers in each of them; at most 4."""
    merged = any(not over or over == before for before, over in pairwise(rows[0])) if rows else False
    if len(rows) < 2 * _DEEPEST or len(rows[0]) < _FEWEST or not merged:
        return 1
    data = rows[_DEEPEST:]
    depth = 1
    while depth < _DEEPEST and (found := evidence(rows[depth], data)).header and found.above_numbers:
        depth += 1
    return depth


def second_header_row(rows: Rows) -> bool:
    """Whether the second row belongs to the header: texts or codes for most columns, none like what stands below."""
    if len(rows) < 2 + _FEWEST:
        return False
    if _explains_columns(rows):
        return True
    names, second = [c for c in rows[0] if c], [c for c in rows[1] if c]
    if len(names) < 2 or len(second) < 0.6 * len(names) or len(set(second)) < 0.9 * len(second):
        return False
    found = evidence(rows[1], rows[2:])
    return found.header and found.unlike >= max(2, len(second) / 2)


def _explains_columns(rows: Rows) -> bool:
    """Whether the second row has units, codes or ranges in brackets for some columns, or numbers them.

    `(cm)`, `(L/P)`, `1-5` above numbers or answers, or 1, 2, 3 ... where words stand below.
    """
    second = [(i, cell) for i, cell in enumerate(rows[1]) if cell]
    data = [row for row in rows[2:] if any(row)]
    if [cell for _, cell in second] == [str(n) for n in range(1, len(rows[0]) + 1)] and len(second) >= _FEWEST:
        worded = [i for i, _ in second if sum(any(map(str.isalpha, r[i])) for r in data if len(r) > i) > len(data) / 2]
        return bool(worded)
    notes = [i for i, cell in second if _NOTE_ON_COLUMN.fullmatch(cell)]
    given = any(len(row) > i and row[i] == rows[1][i] for row in data for i in notes)
    return bool(notes) and len(notes) == len(second) and not given


def upper_header_row(rows: Rows) -> bool:
    """Whether a row with few cells is the upper one of a header of two rows, and no title.

    So it is where each of the two rows fills what the other leaves blank; or where the lower one names the same
    questions several times and the upper one tells them apart.
    """
    if len(rows) < 2 + _FEWEST:
        return False
    above, below = rows[0], rows[1]
    data = [row for row in rows[2:22] if any(row)]
    width = max((len(row) for row in data), default=0)
    filled = [i for i in range(width) if sum(1 for r in data if len(r) > i and r[i]) >= 0.8 * len(data)]
    named = [i for i in filled if (i < len(above) and above[i]) or (i < len(below) and below[i])]
    if not filled or len(named) < 0.8 * len(filled) or not evidence(below, rows[2:]).header:
        return False
    if any(i < len(above) and above[i] and not below[i] for i in filled):
        return True
    return _tells_apart(above, below)


def _tells_apart(above: Sequence[str], below: Sequence[str]) -> bool:
    names = [(i, cell) for i, cell in enumerate(below) if cell]
    heading, pairs = "", []
    for i, cell in names:
        heading = above[i] or heading if i < len(above) else heading
        pairs.append((heading, cell))
    several = len({cell for cell in above if cell}) > 1
    return several and len({cell for _, cell in names}) < len(names) and len(set(pairs)) == len(pairs)
