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
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\s(?:[^<>]*?\s)?r\s*=\s*["']([^"'<>]*)["']""")
_ODD_REFERENCE = re.compile(_REFERENCE + rb"""(?![A-Z]{1,3}[1-9][0-9]{0,6}["'])([^"'<>]{0,40})""")
_PLAIN_ROW_NUMBER = re.compile(rb'<row r="([^"<>]*)"')
_COLUMN = re.compile(_REFERENCE + rb"([A-Z]{1,3})")
_EMPTY_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*(?:/>|></(?:\w+:)?c>)")
_EMPTY_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*(?:/>|>\s*</(?:\w+:)?row>)")
_OPEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*>\s*\Z")
_LONGEST_ROW_TAG = 2048
_A_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_CELL_ROW = re.compile(_REFERENCE + rb"[A-Z]{1,3}([0-9]{1,12})")
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UNIQUE_COUNT = re.compile(rb"""<(?:\w+:)?sst\s[^<>]*?uniqueCount\s*=\s*["'](\d+)["']""")
_MOST_MISCOUNTED = 100_000
"""Readers make room for the texts that are announced: a count that is a little wrong harms nobody."""
_DDE_FORMULA = re.compile(rb"<(?:\w+:)?f[^<>]*>[^<]*?\w\s*\|\s*(?:'|&apos;|\w)[^<]*!")
_DDE_FUNCTION = re.compile(rb"<(?:\w+:)?f[^<>]*>[^<]*?\b(?:DDE|RTD)\s*\(")
_WEB_FUNCTION = re.compile(rb"<(?:\w+:)?f[^<>]*>[^<]*?\b(?:WEBSERVICE|IMPORT(?:DATA|XML|HTML|RANGE|FEED))\s*\(")
_EXTERNAL_FORMULA = re.compile(rb"<(?:\w+:)?f[^<>]*>[^<]*?(?:\[\d+\]|(?:https?|file):)[^<]*!")
_TEXT_ITEM = re.compile(rb"<(?:\w+:)?si[\s>/]")


class XmlGate:
    """Looks through the XML parts of one workbook; shared strings have to come before the sheets."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.texts = 0
        self.sheets = 0
        self.cells = 0
        self.external = False
        """Whether formulas or links point to another workbook."""
        self.dde = False
        """Whether formulas ask another program for data (DDE, OLE)."""
        self.connected = False
        """Whether formulas or connections fetch from the web or a database."""

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
                announced = _UNIQUE_COUNT.search(first)
                for piece in _with_first(first, pieces):
                    self.texts += len(_TEXT_ITEM.findall(piece))
                if announced and int(announced[1]) > 2 * self.texts + _MOST_MISCOUNTED:
                    raise self._refused(
                        _unsafe(f"it announces {int(announced[1]):,} texts and holds {self.texts:,}, so it is damaged")
                    )
            case b"macrosheet":
                raise self._refused(
                    "this is a macro workbook, and macros are not let in; "
                    "open it in Excel, save it as Excel Workbook (.xlsx) and drop that"
                )
            case b"connections":
                self.connected = True
                for _ in pieces:
                    pass
            case b"externalLink":
                for piece in _with_first(first, pieces):
                    self.dde = self.dde or b"ddeLink" in piece or b"oleLink" in piece
                    self.external = self.external or b"externalBook" in piece
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
            if b"<!" in piece and _DECLARES.search(piece):
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
    """One worksheet: its cells' references, its size, its texts.

    Pieces written the way every program writes them (`<c r="A1"`) are searched with plain patterns, which
    takes a fraction of what reading takes; all others with patterns that allow for every spelling.
    """

    def __init__(self, gate: XmlGate, part: str) -> None:
        self.gate = gate
        self.sheet = part.rsplit("/", 1)[-1].removesuffix(".xml")
        self.first_row: int | None = None
        self.last_row = 0
        self.last_column = b"A"
        self.cells = 0
        self.digits = 0
        """So many digits the row numbers have so far."""
        self._expect()
        self.plain_missing, self.missing = _missing_text(gate.texts)

    def inspect(self, pieces: Iterable[bytes]) -> None:
        held = b""
        for piece in pieces:
            filled = _filled(held + piece)
            # Whether a row that opens at the very end is an empty one, the next piece tells.
            opened = _OPEN_ROW.search(filled, max(0, len(filled) - _LONGEST_ROW_TAG))
            held = filled[opened.start() :] if opened else b""
            self._look(filled[: opened.start()] if opened else filled)
        self.gate.cells += self.cells
        self._density()

    def _look(self, piece: bytes) -> None:
        self._rows(piece)
        if b"<f" in piece or b":f" in piece:
            gate = self.gate
            gate.dde = gate.dde or (b"|" in piece and _DDE_FORMULA.search(piece) is not None)
            if b"DDE" in piece or b"RTD" in piece:
                gate.dde = gate.dde or _DDE_FUNCTION.search(piece) is not None
            gate.external = gate.external or _EXTERNAL_FORMULA.search(piece) is not None
            if b"WEBSERVICE" in piece or b"IMPORT" in piece:
                gate.connected = gate.connected or _WEB_FUNCTION.search(piece) is not None
        referring = piece.count(b'<c r="')
        plain = piece.count(b"<c") == referring + piece.count(b"<col") and not piece.count(b":c ") + piece.count(b":c>")
        self.cells += referring if plain else len(_A_CELL.findall(piece))
        if (self.plain_beyond if plain else self.beyond).search(piece):
            self._widen(piece)
        if found := (self.plain_missing if plain else self.missing).search(piece):
            index = found[1].decode()
            raise self._refused(f"a cell points to text number {index}, which the workbook does not hold")

    def _rows(self, piece: bytes) -> None:
        limits = self.gate.limits
        plain = piece.count(b"<row") == piece.count(b'<row r="')
        for number in (_PLAIN_ROW_NUMBER if plain else _ROW_NUMBER).findall(piece):
            if not number.isdigit() or not 0 < int(number[:12]) <= limits.rows:
                raise self._refused(f"it has a row numbered {_shown(number)}, and rows go to {limits.rows:,}")
            self._reach(int(number))
        if len(str(self.last_row)) > self.digits:
            self._expect()

    def _reach(self, row: int) -> None:
        self.last_row = max(self.last_row, row)
        self.first_row = row if self.first_row is None else min(self.first_row, row)

    def _expect(self) -> None:
        """What a cell's reference looks like that lies in the grid so far."""
        self.digits = len(str(self.last_row))
        self.plain_beyond, self.beyond = _beyond(self.last_column, self.digits)

    def _widen(self, piece: bytes) -> None:
        """A cell of this piece stands right of all before, or nowhere."""
        limits = self.gate.limits
        if odd := _ODD_REFERENCE.search(piece):
            raise self._refused(f"it has a cell at {_shown(odd[1])}, which no sheet has")
        self.last_column = max({self.last_column, *_COLUMN.findall(piece)}, key=_column_number)
        if _column_number(self.last_column) > limits.columns:
            raise self._refused(f"it has a cell in column {self.last_column.decode()}, which is too far right")
        for number in _CELL_ROW.findall(piece):
            if int(number) > limits.rows:
                raise self._refused(f"it has a cell in row {int(number):,}, and rows go to {limits.rows:,}")
            self._reach(int(number))
        self._expect()

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


def _filled(piece: bytes) -> bytes:
    """The piece without its empty cells and rows: formats that reach to the last row are no trap, and no data."""
    if b'"/>' in piece or b'" />' in piece or b'"></c>' in piece:
        return _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", piece))
    return piece


def _with_first(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from pieces


def _beyond(column: bytes, digits: int) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Find a cell right of a column, or with more digits in its row, or nowhere: written plainly, and however."""
    shorter = rb"[A-Z]{1,%d}" % (len(column) - 1)
    up_to = b"|".join([*([shorter] if len(column) > 1 else []), *_lesser_alike(column), column])
    elsewhere = rb"""(?!(?:%b)[1-9][0-9]{0,%d}["'])""" % (up_to, digits - 1)
    return re.compile(rb'<c r="' + elsewhere), re.compile(_REFERENCE + elsewhere)


def _missing_text(texts: int) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Find a cell that points to a shared text which is not there: as written plainly, and however."""
    index = rb"\s*(0*(?:%b))\s*<" % _at_least(texts)
    formula = rb"(?:<(?:\w+:)?f[\s>/](?:[^<]|<(?!/?(?:\w+:)?[cv][\s>/]))*)?"
    return (
        re.compile(rb't="s"[^<>]*><v>' + index),
        re.compile(_CELL + rb"""t\s*=\s*["']s["'][^<>]*>\s*""" + formula + rb"<(?:\w+:)?v>" + index),
    )


def _at_least(number: int) -> bytes:
    """The digits of a whole number not below this one, as a pattern."""
    if number == 0:
        return rb"\d+"
    digits = b"%d" % (number - 1)
    return b"|".join([rb"[1-9]\d{%d,}" % len(digits), *_greater_alike(digits)])


def _greater_alike(digits: bytes) -> list[bytes]:
    """Patterns of the numbers with as many digits that are greater."""
    return [
        digits[:at] + b"[%c-9]" % (digit + 1) + b"[0-9]" * (len(digits) - at - 1)
        for at, digit in enumerate(digits)
        if digit < ord("9")
    ]


def _lesser_alike(column: bytes) -> list[bytes]:
    """Patterns of the columns with as many letters that are further left."""
    return [
        column[:at] + b"[A-%c]" % (letter - 1) + b"[A-Z]" * (len(column) - at - 1)
        for at, letter in enumerate(column)
        if letter > ord("A")
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
