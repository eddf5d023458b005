"""Text files as bytes in UTF-8: which encoding and line ends they come in, and what they must not hold."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.survey import Remark, UnreadableUpload

LARGEST_TO_CONVERT = 1 << 30
"""Bytes; a text that must be converted is held in memory, so a larger one must come in UTF-8."""

_CHUNK = 1 << 23
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_KINDS = (
    (b"PK\x03\x04", "is a workbook or a zip archive under the name of a text file; give it its right ending, .xlsx"),
    (b"\x1f\x8b", "is compressed (gzip); unpack it first and drop the file inside"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook under the name of a text file; save it as .xlsx in Excel"),
    (b"%PDF", "is a PDF document, not data; export the data as CSV or .xlsx"),
    (b"PAR1", "is a Parquet file under the name of a text file; give it its right ending, .parquet"),
    (b"$FL2", "is an SPSS file under the name of a text file; give it its right ending, .sav"),
    (b"\x28\xb5\x2f\xfd", "is compressed (zstandard); unpack it first and drop the file inside"),
)


@dataclass(frozen=True)
class TextFile:
    """A text in UTF-8 with line feeds (or CR LF) at its line ends."""

    source: Path | bytes
    """The file itself where it needs no conversion, else the converted text."""
    encoding: str
    """Of the file as it came."""
    remarks: tuple[Remark, ...] = ()

    def start(self, size: int) -> str:
        """The first `size` bytes as text, without a byte order mark; a character cut at the end left out."""
        if isinstance(self.source, bytes):
            raw = self.source[:size]
        else:
            with self.source.open("rb") as file:
                raw = file.read(size)
        return codecs.getincrementaldecoder("utf-8-sig")().decode(raw)

    def chunks(self) -> Iterator[bytes]:
        """The whole text in pieces, so that a large file is never held at once."""
        if isinstance(self.source, bytes):
            for begin in range(0, len(self.source), _CHUNK):
                yield self.source[begin : begin + _CHUNK]
            return
        with self.source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.source) if isinstance(self.source, bytes) else self.source.stat().st_size

    def whole(self) -> str:
        """All of the text, without a byte order mark."""
        raw = self.source if isinstance(self.source, bytes) else self.source.read_bytes()
        return raw.decode("utf-8-sig")


@dataclass
class _Bytes:
    """What one pass over a file's bytes tells."""

    utf8: bool = True
    null: int | None = None
    """Where the first null byte is."""
    line_feeds: bool = False
    returns: bool = False


def open_text(path: Path, name: str, encoding: str | None = None) -> TextFile:
    """Opens a text file whatever its encoding and line ends.

    A byte order mark decides; else UTF-8 if the whole file is; else Windows-1252 (Mac Roman where lines
    end in CR alone). Raises UnreadableUpload for empty, binary and compressed files.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(1 << 16)
    for magic, reason in _OTHER_KINDS:
        if start.startswith(magic):
            raise UnreadableUpload(name, reason)
    if not start.strip(b" \t\r\n\xef\xbb\xbf\x00"):
        raise UnreadableUpload(name, "is empty; export the data again and drop the new file")
    words = start[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if words.startswith((b"<!doctype html", b"<html", b"<table", b"<head")):
        raise UnreadableUpload(
            name, "is a web page, not data (a login page, perhaps); download the export again and drop that file"
        )
    if words.startswith((b"<?xml", b'{"', b'[{"')):
        raise UnreadableUpload(name, "is an XML or JSON document, not a table; export the data as CSV or .xlsx")
    if encoding is None:
        encoding = next((known for bom, known in _BOMS if start.startswith(bom)), None) or _utf16(start)
    told = _codec(encoding, name) if encoding else "utf-8"
    seen = _look_through(path) if told.startswith("utf-8") else _Bytes(utf8=False)
    if seen.null is not None:
        with path.open("rb") as file:
            raise _null_byte(name, file.read(seen.null).count(b"\n") + 1)
    if seen.utf8:
        if seen.returns and not seen.line_feeds:
            return TextFile(_with_line_feeds(path.read_bytes()), encoding or "utf-8")
        return TextFile(path, encoding or "utf-8")
    if size > LARGEST_TO_CONVERT:
        raise UnreadableUpload(
            name, f"is not in UTF-8 and larger than {LARGEST_TO_CONVERT >> 20} MB; save it in UTF-8 and drop it again"
        )
    raw = path.read_bytes()
    mended = _mended_utf8(raw) if told.startswith("utf-8") else None
    text = mended or _converted(raw, name, encoding)
    if isinstance(text.source, bytes) and (place := text.source.find(b"\x00")) >= 0:
        raise _null_byte(name, text.source[:place].count(b"\n") + 1)
    return text


def _codec(encoding: str, name: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise UnreadableUpload(
            name, f"cannot be read in '{encoding}', an encoding nobody knows; try utf-8 or cp1252"
        ) from error


def _utf16(start: bytes) -> str | None:
    """UTF-16 without a mark shows as a null in every second byte."""
    even, odd = start[0:4096:2], start[1:4096:2]
    if len(odd) >= 2 and odd.count(0) > 0.6 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if len(odd) >= 2 and even.count(0) > 0.6 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _look_through(path: Path) -> _Bytes:
    seen = _Bytes()
    decoder = codecs.getincrementaldecoder("utf-8")()
    place = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if seen.null is None and (null := chunk.find(b"\x00")) >= 0:
                seen.null = place + null
            seen.line_feeds = seen.line_feeds or b"\n" in chunk
            seen.returns = seen.returns or b"\r" in chunk
            seen.utf8 = seen.utf8 and _decodes(decoder, chunk)
            place += len(chunk)
    seen.utf8 = seen.utf8 and _decodes(decoder, b"", final=True)
    return seen


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    if not final and chunk.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(chunk, final=final)
    except UnicodeDecodeError:
        return False
    return True


def _converted(raw: bytes, name: str, encoding: str | None) -> TextFile:
    """The text in UTF-8, whatever it came in."""
    guessed = encoding is None
    if encoding is None:
        encoding = "mac_roman" if b"\r" in raw and b"\n" not in raw else "cp1252"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "cp1252":
            text, encoding = raw.decode("latin-1"), "latin-1"
        else:
            line = raw[: error.start].count(b"\n") + 1
            raise UnreadableUpload(
                name, f"line {line} cannot be read in {encoding}; save the file in UTF-8 and drop it again"
            ) from error
    remarks = (say.other_encoding(encoding),) if guessed else ()
    return TextFile(_with_line_feeds(text.removeprefix("\ufeff").encode()), encoding, remarks)


def _mended_utf8(raw: bytes) -> TextFile | None:
    """A text in UTF-8 with a few foreign bytes in it, these read as Windows-1252; None where it is no such text."""
    text = raw.decode("utf-8-sig", "surrogateescape")
    foreign = re.compile("[\udc80-\udcff]")
    broken = sum(1 for _ in foreign.finditer(text))
    beyond_ascii = sum(1 for _ in re.finditer("[^\x00-\x7f]", text))
    if broken * 5 > beyond_ascii - broken:
        return None
    text = foreign.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace"), text)
    return TextFile(_with_line_feeds(text.encode()), "utf-8", (say.foreign_characters(broken),))


def _null_byte(name: str, line: int) -> UnreadableUpload:
    return UnreadableUpload(
        name, f"line {line} holds a null byte, so it is damaged or no text file; export it again as CSV in UTF-8"
    )


def _with_line_feeds(raw: bytes) -> bytes:
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")
