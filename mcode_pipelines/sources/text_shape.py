"""The shape of a delimited text: its records and their widths, found in one pass over the bytes."""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]

_CHUNK = 1 << 23
_QUOTE, _DELIMITER, _LINE_FEED, _BLANK, _CONTROL, _RETURN = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True)
class TextShape:
    """Records (rows as a spreadsheet counts them: a quoted line break is none) of a delimited text."""

    widths: NDArray[np.uint16]
    """(records,) fields of each record."""
    blank: NDArray[np.bool_]
    """(records,) whether all of its fields are blank."""
    regular: bool
    """Whether every quote opens a field, closes one or stands doubled inside one, and all are closed."""
    control_characters: bool
    """Whether there are any beside tabs and line ends, or a CR that is not part of a line end."""

    @property
    def records(self) -> int:
        """How many records there are."""
        return len(self.widths)


def text_shape(buffer: bytes | mmap.mmap, delimiter: str) -> TextShape:
    """Reads the shape of a UTF-8 text with quotes `"` and line ends LF or CR LF.

    Widths mean something only where the shape is regular.
    """
    text: Bytes = np.frombuffer(buffer, dtype=np.uint8)
    if text[:3].tobytes() == b"\xef\xbb\xbf":
        text = text[3:]
    meaning = _meanings(delimiter)
    neighbours_ok = np.zeros(256, dtype=bool)
    neighbours_ok[[ord('"'), ord(delimiter), 10, 13]] = True

    widths: list[NDArray[np.uint16]] = []
    blanks: list[NDArray[np.bool_]] = []
    open_quote, fields, blank = 0, 1, True
    regular, control = True, False
    for begin in range(0, len(text), _CHUNK):
        block = text[begin : begin + _CHUNK]
        kinds = meaning[block]
        control = control or bool((kinds == _CONTROL).any())
        places = np.flatnonzero((kinds >= _QUOTE) & (kinds <= _LINE_FEED))
        found = kinds[places]
        quotes = found == _QUOTE
        parity = ((np.cumsum(quotes) - quotes + open_quote) & 1).astype(bool)
        if regular and quotes.any():
            regular = _quotes_fit(text, begin + places[quotes], parity[quotes], neighbours_ok)
        returns = np.flatnonzero(kinds == _RETURN) + begin
        if len(returns) and not control:
            after = text[np.minimum(returns + 1, len(text) - 1)]
            control = bool((after != 10).any()) or bool((parity & (found == _LINE_FEED)).any())
        ends = (found == _LINE_FEED) & ~parity
        counts = np.cumsum((found == _DELIMITER) & ~parity)
        end_places = places[ends]
        content = (kinds == 0).view(np.uint8)
        if len(end_places):
            at_ends = counts[ends]
            delimiters = np.diff(at_ends, prepend=0)
            delimiters[0] += fields - 1
            starts = np.concatenate(([0], end_places[:-1] + 1))
            empty = np.maximum.reduceat(content, np.minimum(starts, len(content) - 1)) == 0
            empty[0] &= blank
            widths.append(np.minimum(delimiters + 1, 65_535).astype(np.uint16))
            blanks.append(empty)
            fields = 1 + int(counts[-1] - at_ends[-1])
            blank = not content[end_places[-1] + 1 :].any()
        else:
            fields += int(counts[-1]) if len(counts) else 0
            blank = blank and not content.any()
        open_quote = (open_quote + int(quotes.sum())) & 1
    if len(text) and text[-1] != 10:
        widths.append(np.array([min(fields, 65_535)], dtype=np.uint16))
        blanks.append(np.array([blank]))
    return TextShape(
        widths=np.concatenate(widths) if widths else np.zeros(0, dtype=np.uint16),
        blank=np.concatenate(blanks) if blanks else np.zeros(0, dtype=np.bool_),
        regular=regular and open_quote == 0,
        control_characters=control,
    )


def _meanings(delimiter: str) -> Bytes:
    meaning = np.zeros(256, dtype=np.uint8)
    meaning[:32] = meaning[127] = _CONTROL
    meaning[[32, 9]] = _BLANK
    meaning[13] = _RETURN
    meaning[10] = _LINE_FEED
    meaning[ord('"')] = _QUOTE
    meaning[ord(delimiter)] = _DELIMITER
    return meaning


def _quotes_fit(text: Bytes, places: NDArray[np.intp], closing: NDArray[np.bool_], fits: NDArray[np.bool_]) -> bool:
    """Whether every opening quote follows, and every closing one is followed by, an end of field or a quote."""
    opening = places[~closing]
    before = opening[opening > 0] - 1
    after = places[closing] + 1
    after = after[after < len(text)]
    return bool(fits[text[before]].all() and fits[text[after]].all())
