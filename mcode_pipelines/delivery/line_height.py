"""How high a row must be for the text wrapped in it.

Spreadsheet programs do not agree on growing rows by themselves when a file is opened, and none does it for merged
cells, so rows whose text wraps are given their height.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from mcode_pipelines.delivery.sheet import Line, Style, Value

LINE_HEIGHT = 15.0
"""Points a line of 11 point type takes."""
_LETTERS_A_DIGIT = 1.1
"""Column widths count digits, of which running text takes less room."""
TALLEST = 400.0
"""Excel's rows end at 409 points."""


@lru_cache(maxsize=4096)
def wrapped_lines(text: str, width: float) -> int:
    """About how many lines a text takes in a column so many characters wide."""
    room = max(4.0, width - 2)
    total = 0
    for paragraph in text.split("\n") or [""]:
        lines, used = 1, 0.0
        for word in paragraph.split():
            if used and used + 1 + len(word) > room:
                lines, used = lines + 1, 0.0
            used += len(word) + (1 if used else 0)
            if used > room:
                lines, used = lines + math.ceil(used / room) - 1, used % room
        total += lines
    return total


def fitted(values: Sequence[Value], styles: Sequence[Style], widths: Sequence[float]) -> Line:
    """A line high enough for the longest of its texts."""
    lines = max(
        (
            wrapped_lines(value, _LETTERS_A_DIGIT * width)
            for value, width in zip(values, widths, strict=False)
            if isinstance(value, str)
        ),
        default=1,
    )
    return Line(values, styles, min(TALLEST, LINE_HEIGHT * lines) if lines > 1 else None)
