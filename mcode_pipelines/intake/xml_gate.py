"""The XML parts of a workbook, looked through in pieces without parsing them.

Looked for is what makes readers misread or die: document types and entities, other encodings, cells that
cannot exist (a row number above 2**32 lands in A1 in some readers), texts that are not there, and a handful of
cells spread over a grid of billions of places. The patterns look inside tags only: `<` cannot stand in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.survey import UnreadableUpload

_AGAIN = "open it in Excel, save it again as .xlsx and drop it again"
_LONGEST_TAG = 256 * 1024
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\bencoding\s*=\s*["']([\w.-]+)["']""")
_READ_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_CELL = rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?"
_REFERENCE = _CELL + rb"""r\s*=\s*["']"""
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\s(?:[^<>]*?\s)?r\s*=\s*["']\s*\+?([^"'<>]*)["']""")
_ODD_REFERENCE = re.compile(_REFERENCE + rb"""(?![A-Z]{1,3}[1-9][0-9]{0,6}["'])([^"'<>]{0,40})""")
_COLUMN = re.compile(_REFERENCE + rb"([A-Z]{1,3})")
_A_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_TEXT_ITEM = re.compile(rb"<(?:\w+:)?si[\s>/]")
_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\s")


class XmlGate:
    """Looks through the XML parts of one workbook; shared strings have to come before the sheets."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.texts = 0
        self.sheets = 0
        self.cells = 0

    def inspect_part(self, part: str, chunks: Iterable[bytes]) -> None:
        """Looks through one part. Raises UnreadableUpload."""
        pieces = self._whole_tags(part, chunks)
        first = next(pieces, b"")
        self._encoding(part, first)
        root = _ROOT.search(first)
        match root[1] if root else b"":
            case b"worksheet":
                self.sheets += 1
                if self.sheets > self.limits.sheets:
                    raise self._refused(f"the workbook has more than {self.limits.sheets} sheets; drop only its data")
                _Sheet(self, part).inspect(_with_first(first, pieces))
            case b"sst":
                for piece in _with_first(first, pieces):
                    self.texts += len(_TEXT_ITEM.findall(piece))
            case _:
                for _ in pieces:
                    pass

    def finish(self) -> None:
        """What can be said once every part was seen. Raises UnreadableUpload."""
        if self.sheets == 0:
            raise self._refused(f"the workbook has no worksheet; {_AGAIN}")
        if self.cells == 0:
            raise self._refused("the workbook has only empty sheets; put the answers into it and drop it again")

    def _whole_tags(self, part: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The part in pieces that never end inside a tag, none with a document type."""
        rest = b""
        for chunk in chunks:
            piece = rest + chunk
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                raise self._refused(_unsafe("it declares its own XML entities, as in an XML bomb"))
            end = piece.rfind(b"<")
            if end < 0 or piece.find(b">", end) >= 0:
                yield piece
                rest = b""
                continue
            rest = piece[end:]
            if len(rest) > _LONGEST_TAG:
                raise self._refused(_unsafe(f"its part {part} is not sound XML"))
            if end:
                yield piece[:end]
        if rest:
            raise self._refused(f"the workbook is damaged: its part {part} ends in the middle; copy it again")

    def _encoding(self, part: str, first: bytes) -> None:
        declared = _DECLARED.search(first.removeprefix(b"\xef\xbb\xbf"))
        if (
            first.startswith((b"\xff\xfe", b"\xfe\xff"))
            or b"\0" in first[:4096]
            or (declared and declared[1].lower() not in _READ_ENCODINGS)
        ):
            raise self._refused(f"its part {part} is not in UTF-8 and would be read as empty; {_AGAIN}")

    def _refused(self, reason: str) -> UnreadableUpload:
        return UnreadableUpload(self.name, reason)


class _Sheet:
    """One worksheet: its cells' references, its size, its texts."""

    def __init__(self, gate: XmlGate, part: str) -> None:
        self.gate = gate
        self.sheet = part.rsplit("/", 1)[-1].removesuffix(".xml")
        self.last_row = 0
        self.first_row: int | None = None
        self.last_column = b"A"
        self.cells = 0
        self.wider = _wider_than(b"A")
        self.missing_text = re.compile(
            _CELL
            + rb"""t\s*=\s*["']s["'][^<>]*>\s*(?:<(?:\w+:)?f[\s>/](?:[^<]|<(?!/?(?:\w+:)?c[\s>/]))*?)?<(?:\w+:)?v>\s*"""
            + rb"0*(?:%b)\s*</" % _at_least(gate.texts)
        )

    def inspect(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self._references(piece)
            self.cells += len(_A_CELL.findall(piece))
        self.gate.cells += self.cells
        self._density()

    def _references(self, piece: bytes) -> None:
        limits = self.gate.limits
        for number in _ROW_NUMBER.findall(piece):
            if not number.isdigit() or not 0 < int(number[:12]) <= limits.rows:
                raise self._refused(f"it has a row numbered {_shown(number)}, and rows go to {limits.rows:,}")
            row = int(number)
            self.last_row = max(self.last_row, row)
            self.first_row = row if self.first_row is None else min(self.first_row, row)
        if odd := _ODD_REFERENCE.search(piece):
            raise self._refused(f"it has a cell at {_shown(odd[1])}, which no sheet has")
        if self.wider.search(piece):
            self.last_column = max((c.upper() for c in set(_COLUMN.findall(piece))), key=_column_number)
            if _column_number(self.last_column) > limits.columns:
                raise self._refused(f"it has a cell in column {_shown(self.last_column)}, which is too far right")
            self.wider = _wider_than(self.last_column)
        if missing := self.missing_text.search(piece):
            raise self._refused(f"a cell points to a text that the workbook does not hold ({_shown(missing[0][-30:])})")

    def _density(self) -> None:
        rows = self.last_row - (self.first_row or 1) + 1
        grid = rows * _column_number(self.last_column)
        limits = self.gate.limits
        if grid > limits.sparse_cells and grid > limits.sparse_ratio * max(self.cells, 1):
            raise self._refused(
                f"its {self.cells:,} cells are spread over {rows:,} rows and up to column {self.last_column.decode()}; "
                "delete the stray cells far away from the table"
            )

    def _refused(self, what: str) -> UnreadableUpload:
        return UnreadableUpload(self.gate.name, f"the sheet {self.sheet} cannot be read safely: {what}; {_AGAIN}")


def _with_first(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from pieces


def _wider_than(column: bytes) -> re.Pattern[bytes]:
    """Finds a cell to the right of a column."""
    longer = rb"[A-Z]{%d,}" % (len(column) + 1)
    return re.compile(_REFERENCE + rb"(?:%b)" % b"|".join([longer, *_greater_alike(column, b"A-Z")]))


def _at_least(number: int) -> bytes:
    """The digits of a whole number not below this one, as a pattern."""
    if number == 0:
        return rb"\d+"
    digits = b"%d" % (number - 1)
    return b"|".join([rb"[1-9]\d{%d,}" % len(digits), *_greater_alike(digits, b"0-9")])


def _greater_alike(text: bytes, alphabet: bytes) -> list[bytes]:
    """Patterns of the texts of the same length that come after this one; the alphabet as `A-Z`."""
    highest = alphabet[-1:]
    return [
        text[:at] + b"[%b-%b]" % (bytes([byte + 1]), highest) + b"[%b]" % alphabet * (len(text) - at - 1)
        for at, byte in enumerate(text)
        if byte < highest[0]
    ]


def _column_number(letters: bytes) -> int:
    """The number of a column: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _shown(found: bytes) -> str:
    return repr(found.decode("utf-8", errors="replace")[:40])


def _unsafe(what: str) -> str:
    return f"the workbook cannot be opened safely: {what}; {_AGAIN}"
