"""How wide text is, and how high a row must be for the text wrapped in it.

Spreadsheet programs do not agree on growing rows by themselves when a file is opened, and none does it for merged
cells, so rows whose text wraps are given their height.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

from mcode_pipelines.delivery.sheet import Line, Style, Value

LINE_HEIGHT = 15.0
"""Points a line of 11 point type takes."""
_WRAPPED_HEIGHT = 13.0
"""Points of one of several lines of 10 point type."""
TALLEST = 400.0
"""Excel's rows end at 409 points."""
BOLD = 1.06
"""How much wider bold type runs."""

_WIDTHS = {
    character: width
    for width, characters in {
        222: "ijl",
        278: " !,./:;I[\\]ft",
        333: "()-`r{}",
        389: '*"',
        500: "Jckszvxy^",
        584: "+<=>~",
        611: "FTZ",
        667: "ABEKPSVXY&",
        722: "CDHNRUw",
        778: "GOQ",
        833: "Mm",
        944: "W%@",
    }.items()
    for character in characters
}
"""Of Arial's characters in thousandths of the type size, as its metrics have them; a digit and most others are 556."""
_DIGIT = 556
_WIDE = 1000
"""A character of an East Asian script, or an emoji."""
_UNIT = 1.09
"""Column widths count digits as Excel rounds them to whole pixels; a digit of the type takes a little more."""
_PADDING = 0.7
DIGIT_POINTS = 5.25
"""Of a digit's place in a column, in Excel."""
_MOST_DIGIT_POINTS = 5.6
_PADDING_POINTS = 3.75


@lru_cache(maxsize=8192)
def text_width(text: str) -> float:
    """How wide a column must be for a text on one line, in the digits that column widths count; type of 10 points."""
    thousandths = sum(_WIDTHS.get(c, _DIGIT if c < "\u2e80" else _WIDE) for c in text)
    return thousandths / _DIGIT * _UNIT


def column_points(width: float) -> float:
    """How many points a column of a width takes on paper: Excel adds five pixels, LibreOffice counts wider digits."""
    return width * _MOST_DIGIT_POINTS + _PADDING_POINTS


@lru_cache(maxsize=4096)
def wrapped_lines(text: str, width: float) -> int:
    """About how many lines a text of 10 point type takes in a column so wide."""
    room = max(2.0, width - _PADDING)
    space = text_width(" ")
    total = 0
    for paragraph in text.split("\n") or [""]:
        lines, used = 1, 0.0
        for word in paragraph.split():
            long = text_width(word)
            if used and used + space + long > room:
                lines, used = lines + 1, 0.0
            used += long + (space if used else 0)
            if used > room:
                lines, used = lines + math.ceil(used / room) - 1, used % room
        total += lines
    return total


def longest_word(texts: Iterable[str]) -> float:
    """The width of the longest part of the texts that is not broken across lines."""
    return max((text_width(part) for text in texts for part in text.replace("-", "- ").split()), default=0.0)


def fit_line_height(values: Sequence[Value], styles: Sequence[Style], widths: Sequence[float]) -> Line:
    """A line high enough for the longest of its texts."""
    lines = max(
        (wrapped_lines(value, width) for value, width in zip(values, widths, strict=False) if isinstance(value, str)),
        default=1,
    )
    return Line(values, styles, min(TALLEST, _WRAPPED_HEIGHT * lines + 2) if lines > 1 else None)
