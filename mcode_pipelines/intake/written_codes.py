"""What a person wrote into the code cells of an answer: numbers, labels, several at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mcode_pipelines.intake.edited_frame import EditedFrame
from mcode_pipelines.survey import CodeFrame
from mcode_pipelines.survey.code_frame import normalised_label

_ALONE = re.compile(r"(?:kode|code)?\s*[(\[]?\s*(-?\d{1,9})(?:\.0+)?\s*[)\].:]?", re.IGNORECASE)
_WITH_WORDS = re.compile(r"[(\[]?(\d{1,9})(?:\.0+)?(?:[)\].:]+\s*|\s+)(?:[-–—:]\s*)?(.+)", re.DOTALL)
_BETWEEN = (
    re.compile(r"\s*[;|\n]\s*"),
    re.compile(r"\s*[,/&+]\s*|\s+(?:dan|and)\s+", re.IGNORECASE),
    re.compile(r"\s+"),
)
"""What people write between codes, what never stands within a label first."""


class WrittenCodes:
    """Reads code cells, given the frame as it was handed out and as it was edited in the same workbook."""

    def __init__(self, handed_out: CodeFrame, edit: EditedFrame) -> None:
        self._edit = edit
        self._labels: dict[str, set[int]] = {}
        for frame in (handed_out, edit.frame):
            for code in frame.codes:
                self._labels.setdefault(normalised_label(code.label), set()).add(code.code)
        self._now = {normalised_label(c.label): c.code for c in reversed(edit.frame.codes)}

    def of(self, cells: Iterable[str]) -> tuple[int | str, ...]:
        """The codes in some cells, in their order; text where something is no code."""
        return tuple(part for cell in cells for part in self._parts(cell))

    def _parts(self, cell: str) -> tuple[int | str, ...]:
        whole = self._one(cell)
        if whole is not None:
            return (whole,)
        for between in _BETWEEN:
            parts = [part for part in between.split(cell) if part]
            found = [self._one(part) for part in parts]
            if len(parts) > 1 and None not in found:
                return tuple(code for code in found if code is not None)
        return (cell,)

    def _one(self, cell: str) -> int | None:
        """The one code that a cell or a part of it says; None where it says none, several, or contradicts itself."""
        cell = cell.strip()
        if alone := _ALONE.fullmatch(cell):
            return int(alone[1])
        if (labelled := self._now.get(normalised_label(cell))) is not None:
            return labelled
        if with_words := _WITH_WORDS.fullmatch(cell):
            number, words = int(with_words[1]), with_words[2]
            meant = self._labels.get(normalised_label(words))
            if meant is not None:
                return number if meant & {number, self._edit.number(number)} else None
            # A note behind the number does no harm; a further number, or a word between codes, might be one.
            return None if any(b.search(words) for b in _BETWEEN[:2]) or re.search(r"\d", words) else number
        earlier = self._labels.get(normalised_label(cell), set())
        return next(iter(earlier)) if len(earlier) == 1 else None
