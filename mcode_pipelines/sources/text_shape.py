"""The shape of a delimited text: its records and their widths, found in one pass over the bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bytes: TypeAlias = NDArray[np.uint8]

_CONTENT, _QUOTE, _DELIMITER, _LINE_FEED, _BLANK, _CONTROL, _RETURN = 0, 1, 2, 3, 4, 5, 6
_LINE_END = 10
_WIDEST = 65_535


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
    tidy: bool = False
    """Whether no cell needs cleaning: no quotes, no control characters, and every cell begins and ends with a plain
    ASCII character (a blank beyond ASCII is not looked for)."""

    @property
    def records(self) -> int:
        """How many records there are."""
        return len(self.widths)


@dataclass
class _Reader:
    """What is carried from piece to piece of a text."""

    delimiter: str
    widths: list[NDArray[np.uint16]] = field(default_factory=list)
    blanks: list[NDArray[np.bool_]] = field(default_factory=list)
    open_quote: int = 0
    fields: int = 1
    blank: bool = True
    regular: bool = True
    control: bool = False
    tidy: bool = True
    before: int = _LINE_END
    """The byte before the piece; at the start of the text as good as a line end."""

    def __post_init__(self) -> None:
        self.meaning = _meanings(self.delimiter)
        self.fits = np.zeros(256, dtype=bool)
        self.fits[[ord('"'), ord(self.delimiter), 10, 13]] = True
        self.parts = np.isin(self.meaning, (_DELIMITER, _LINE_FEED, _RETURN))
        self.odd = np.isin(self.meaning, (_BLANK, _CONTROL, _QUOTE))
        self.odd[128:] = True

    def take(self, piece: Bytes, after: int) -> None:
        """Reads one piece; `after` is the byte behind it."""
        kinds = self.meaning[piece]
        places = np.flatnonzero((kinds >= _QUOTE) & (kinds <= _LINE_FEED))
        found = kinds[places]
        quotes = found == _QUOTE
        inside = np.zeros(len(found), dtype=bool)
        if self.open_quote or quotes.any():
            inside = ((np.cumsum(quotes) - quotes + self.open_quote) & 1).astype(bool)
        self._check(piece, kinds, places, found, inside, after)

        ends = (found == _LINE_FEED) & ~inside
        delimiters = np.cumsum((found == _DELIMITER) & ~inside)
        content = (kinds == _CONTENT).view(np.uint8)
        at_ends = delimiters[ends]
        if len(at_ends):
            last = places[ends][-1]
            widths = np.diff(at_ends, prepend=0) + 1
            widths[0] += self.fields - 1
            starts = np.concatenate(([0], places[ends][:-1] + 1))
            blanks = np.maximum.reduceat(content[: last + 1], starts) == 0
            blanks[0] &= self.blank
            self.widths.append(np.minimum(widths, _WIDEST).astype(np.uint16))
            self.blanks.append(blanks)
            self.fields = 1 + int(delimiters[-1] - at_ends[-1])
            self.blank = not content[last + 1 :].any()
        else:
            self.fields += int(delimiters[-1]) if len(delimiters) else 0
            self.blank = self.blank and not content.any()
        self.open_quote = (self.open_quote + int(quotes.sum())) & 1
        self.before = int(piece[-1])

    def _check(
        self,
        piece: Bytes,
        kinds: Bytes,
        places: NDArray[np.intp],
        found: Bytes,
        inside: NDArray[np.bool_],
        after: int,
    ) -> None:
        """Looks for quotes in odd places, for control characters and for cells that need cleaning."""
        if self.tidy:
            around = np.concatenate(([np.uint8(self.before)], piece, [np.uint8(after)]))
            parts, odd = self.parts[around], self.odd[around]
            beside = (parts[:-1] & odd[1:]).any() or (odd[:-1] & parts[1:]).any()
            self.tidy = not (beside or (found == _QUOTE).any())
        followed_by = np.append(piece[1:], np.uint8(after))
        if self.regular:
            preceded_by = np.append(np.uint8(self.before), piece[:-1])
            quotes = found == _QUOTE
            opening, closing = places[quotes & ~inside], places[quotes & inside]
            self.regular = bool(self.fits[preceded_by[opening]].all() and self.fits[followed_by[closing]].all())
        if not self.control:
            returns = kinds == _RETURN
            self.control = bool((kinds == _CONTROL).any())
            if returns.any():
                quoted_line_end = bool((inside & (found == _LINE_FEED)).any())
                self.control = self.control or quoted_line_end or bool((followed_by[returns] != _LINE_END).any())


def text_shape(chunks: Iterable[bytes], delimiter: str) -> TextShape:
    """Reads the shape of a UTF-8 text with quotes `"` and line ends LF or CR LF.

    Widths mean something only where the shape is regular.
    """
    reader = _Reader(delimiter)
    held = b""
    last = _LINE_END
    for number, chunk in enumerate(chunks):
        whole = held + (chunk.removeprefix(b"\xef\xbb\xbf") if number == 0 else chunk)
        if not whole:
            continue
        held, last = whole[-1:], whole[-1]
        if len(whole) > 1:
            reader.take(np.frombuffer(whole, dtype=np.uint8)[:-1], after=last)
    if held:
        reader.take(np.frombuffer(held, dtype=np.uint8), after=_LINE_END)
    if last != _LINE_END:
        reader.widths.append(np.array([min(reader.fields, _WIDEST)], dtype=np.uint16))
        reader.blanks.append(np.array([reader.blank]))
    return TextShape(
        widths=np.concatenate(reader.widths) if reader.widths else np.zeros(0, dtype=np.uint16),
        blank=np.concatenate(reader.blanks) if reader.blanks else np.zeros(0, dtype=np.bool_),
        regular=reader.regular and reader.open_quote == 0,
        control_characters=reader.control,
        tidy=reader.tidy and not reader.control,
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
