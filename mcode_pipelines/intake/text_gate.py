"""Tables of text: whether the bytes are text at all, and how many rows and columns to expect."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from mcode_pipelines.intake.limits import MIB, Limits
from mcode_pipelines.survey import UnreadableUpload

_CHUNK = 4 * MIB
_LONGEST_LINE = 64 * MIB
_DELIMITERS = (b",", b";", b"\t", b"|")
_WIDE = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"))
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\x1a\x1b")
_NO_TEXT = re.compile(b"[" + re.escape(_CONTROLS) + b"]")
_FEW = 0.002
"""Share of control characters that a damaged but readable export may have."""
_EXPORT_AGAIN = "export it again as CSV UTF-8, or save it as .xlsx, and drop that"


def inspect_text(file: BinaryIO, name: str, limits: Limits) -> None:
    """Lets a table of text pass. Reads it once in pieces; raises UnreadableUpload.

    Text in UTF-16 passes where it carries its byte order mark. Line ends may be LF, CRLF or CR.
    """
    head = file.read(4)
    file.seek(0)
    if any(head.startswith(mark) for mark, _ in _WIDE):
        raise UnreadableUpload(name, f"the text is in UTF-32, which is not read; {_EXPORT_AGAIN}")
    encoding = _UTF16.get(head[:2])
    rows = controls = at = line = 0
    first = b""
    for chunk in _chunks(file, encoding, name):
        if (zero := chunk.find(b"\0")) >= 0:
            raise UnreadableUpload(
                name, _zeros(at + zero, rows + chunk.count(b"\n", 0, zero) + 1, encoding is not None)
            )
        if len(first) < MIB:
            first += chunk[:MIB]
        rows += chunk.count(b"\n") or chunk.count(b"\r")
        controls += len(_NO_TEXT.findall(chunk))
        line = _since_line_end(chunk, line)
        at += len(chunk)
        if rows > limits.text_rows + 100:
            raise UnreadableUpload(
                name, f"the table has more than {limits.text_rows:,} rows, which is the most that is read; split it"
            )
        if line > _LONGEST_LINE:
            raise UnreadableUpload(name, f"the text has a line of more than 64 MB, so it is no table; {_EXPORT_AGAIN}")
    if not first.removeprefix(codecs.BOM_UTF8).strip():
        raise UnreadableUpload(name, "the file holds only blanks; export it again and drop that")
    if controls > max(_FEW * at, 2):
        raise UnreadableUpload(name, f"the content is not text; {_EXPORT_AGAIN}")
    columns = max(_first_line(first).count(delimiter) for delimiter in _DELIMITERS) + 1
    if columns > limits.columns:
        raise UnreadableUpload(
            name, f"the first row has {columns:,} columns and at most {limits.columns:,} are read; leave some out"
        )


def _chunks(file: BinaryIO, encoding: str | None, name: str) -> Iterator[bytes]:
    """The text in pieces; UTF-16 as UTF-8."""
    if encoding is None:
        while chunk := file.read(_CHUNK):
            yield chunk
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(_CHUNK):
            yield decoder.decode(chunk).encode()
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise UnreadableUpload(name, f"the text starts as UTF-16 but is damaged or cut off; {_EXPORT_AGAIN}") from None


def _zeros(at: int, line: int, utf16: bool) -> str:
    """Zero bytes in the middle: UTF-16 without its mark, a copy that was not finished, or no text."""
    if utf16:
        return f"the text holds zero characters; {_EXPORT_AGAIN}"
    if at <= 1:
        return f"the content is not text, or UTF-16 without its byte order mark; {_EXPORT_AGAIN}"
    return (
        f"there is a zero byte in line {line:,}: the content is not text, or its copy was not finished; "
        f"copy it again, or {_EXPORT_AGAIN}"
    )


def _since_line_end(chunk: bytes, before: int) -> int:
    """How long the line that is open at the end of this piece is so far."""
    end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
    return len(chunk) - end - 1 if end >= 0 else before + len(chunk)


def _first_line(text: bytes) -> bytes:
    return re.split(rb"[\r\n]", text.removeprefix(codecs.BOM_UTF8).lstrip(), maxsplit=1)[0]
