"""Text files as bytes in UTF-8: which encoding and line ends they come in, and what they must not hold."""

from __future__ import annotations

import codecs
import mmap
from dataclasses import dataclass
from pathlib import Path

from mcode_pipelines.survey import UnreadableUpload

LARGEST_TO_CONVERT = 1 << 30
"""Bytes; a text that must be converted is held in memory, so a larger one must come in UTF-8."""

_CHUNK = 1 << 23
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
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
    remarks: tuple[str, ...] = ()

    def start(self, size: int) -> str:
        """The first `size` bytes as text, without a byte order mark; a character cut at the end left out."""
        if isinstance(self.source, bytes):
            raw = self.source[:size]
        else:
            with self.source.open("rb") as file:
                raw = file.read(size)
        return codecs.getincrementaldecoder("utf-8-sig")().decode(raw)

    def buffer(self) -> bytes | mmap.mmap:
        """The whole text as bytes, mapped rather than loaded where it is a file."""
        if isinstance(self.source, bytes):
            return self.source
        with self.source.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


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
    if start[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        raise UnreadableUpload(
            name, "is a web page, not data (a login page, perhaps); download the export again and drop that file"
        )
    if encoding is None:
        encoding = next((known for bom, known in _BOMS if start.startswith(bom)), None) or _utf16(start)
    if encoding is None and _is_utf8(path):
        encoding = "utf-8"
    in_utf8 = encoding is not None and _codec(encoding, name) in ("utf-8", "utf-8-sig")
    if in_utf8 and _is_utf8(path):
        text = TextFile(path, str(encoding))
        _refuse_null_bytes(text, name)
        return TextFile(_with_line_feeds(path.read_bytes()), text.encoding) if _lone_returns(path) else text
    if size > LARGEST_TO_CONVERT:
        raise UnreadableUpload(
            name, f"is not in UTF-8 and larger than {LARGEST_TO_CONVERT >> 20} MB; save it in UTF-8 and drop it again"
        )
    text = _converted(path.read_bytes(), name, encoding)
    _refuse_null_bytes(text, name)
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


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                if chunk.isascii() and decoder.getstate() == (b"", 0):
                    continue
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _converted(raw: bytes, name: str, encoding: str | None) -> TextFile:
    """The text in UTF-8, whatever it came in."""
    if encoding is None:
        encoding = "mac_roman" if b"\r" in raw and b"\n" not in raw else "cp1252"
        mended = _mostly_utf8(raw)
        if mended is not None:
            remark = f"{mended[1]} characters were not in UTF-8 like the rest and were read as Windows-1252."
            return TextFile(_with_line_feeds(mended[0].encode()), "utf-8", (remark,))
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
    except LookupError as error:
        raise UnreadableUpload(name, f"cannot be read in '{encoding}'; save it in UTF-8 and drop it again") from error
    return TextFile(_with_line_feeds(text.removeprefix("\ufeff").encode()), encoding)


def _mostly_utf8(raw: bytes) -> tuple[str, int] | None:
    """A text in UTF-8 with a few foreign bytes in it, and how many; None where it is no such text."""
    broken = 0

    def as_windows(error: UnicodeError) -> tuple[str, int]:
        nonlocal broken
        if not isinstance(error, UnicodeDecodeError):
            raise error
        broken += 1
        return error.object[error.start : error.start + 1].decode("cp1252", "replace"), error.start + 1

    codecs.register_error("mcode_windows", as_windows)
    text = raw.decode("utf-8", "mcode_windows")
    beyond_ascii = sum(1 for character in text if character > "\x7f")
    return (text, broken) if broken * 5 <= beyond_ascii - broken else None


def _refuse_null_bytes(text: TextFile, name: str) -> None:
    buffer = text.buffer()
    place = buffer.find(b"\x00")
    if place >= 0:
        line = buffer[:place].count(b"\n") + 1
        raise UnreadableUpload(
            name, f"line {line} holds a null byte, so it is damaged or no text file; export it again as CSV in UTF-8"
        )


def _lone_returns(path: Path) -> bool:
    """Whether lines end in CR alone: a file with CR and without a single LF."""
    with path.open("rb") as file:
        returns = False
        while chunk := file.read(_CHUNK):
            if b"\n" in chunk:
                return False
            returns = returns or b"\r" in chunk
    return returns


def _with_line_feeds(raw: bytes) -> bytes:
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")
