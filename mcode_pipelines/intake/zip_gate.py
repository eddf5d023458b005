"""Workbooks as zip archives: the directory, what each part is, and how much they unpack to."""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from mcode_pipelines.intake.formula_links import linked_formulas
from mcode_pipelines.intake.limits import MIB, Limits
from mcode_pipelines.intake.private_copy import readable_size
from mcode_pipelines.intake.xml_gate import XmlGate
from mcode_pipelines.survey import Remark, UnreadableUpload

_CHUNK = MIB
_LOCAL_HEADER = 30
_MACRO_PARTS = re.compile(r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|macrosheets/|dialogsheets/)", re.IGNORECASE)
_MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet")
_XML_PART = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_CONTENT_TYPES = "[Content_Types].xml"
_TYPE = re.compile(r"<(?:\w+:)?(default|override)\b([^<>]*)>")
_ATTRIBUTE = re.compile(r"(partname|extension|contenttype)\s*=\s*[\"']([^\"']*)[\"']")
_AGAIN = "open it in Excel, save it again as .xlsx and drop it again"


def inspect_workbook(file: BinaryIO, size: int, name: str, limits: Limits) -> tuple[Remark, ...]:
    """Lets a workbook pass: a sound zip archive of the parts a workbook has, none of them a trap.

    Every part is unpacked once, in pieces, counted and thrown away. Returns what is to be told of formulas that fetch
    from elsewhere. Raises UnreadableUpload.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _Workbook(archive, size, name, limits).inspect()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError) as error:
        if isinstance(error, zipfile.BadZipFile) and "overlap" in str(error).lower():
            raise UnreadableUpload(name, _trap("parts of it lie over each other")) from None
        reason = (
            f"the workbook is damaged ({_plainly(error)}); copy it again, or {_AGAIN}"
            if _has_end(file, size)
            else "the workbook is cut off: its end is missing; copy it again and wait until the copy is done"
        )
        raise UnreadableUpload(name, reason) from None


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile, size: int, name: str, limits: Limits) -> None:
        self.archive = archive
        self.size = size
        self.name = name
        self.limits = limits
        self.unpacked = 0

    def inspect(self) -> tuple[Remark, ...]:
        parts = self.archive.infolist()
        self._directory(parts)
        self._layout(parts)
        self._declared_sizes(parts)
        self._what_it_is({part.filename for part in parts})
        gate = XmlGate(self.name, self.limits)
        # Shared strings first: sheets point into them.
        for part in sorted(parts, key=lambda part: not part.filename.lower().endswith("sharedstrings.xml")):
            chunks = self._unpacked_in_pieces(part)
            if _XML_PART.search(part.filename):
                gate.inspect_part(part.filename, chunks)
            else:
                for _ in chunks:
                    pass
        gate.finish()
        return linked_formulas(external=gate.external, dde=gate.dde, connected=gate.connected)

    def _directory(self, parts: list[zipfile.ZipInfo]) -> None:
        if not parts:
            raise self._refused("the workbook is an empty zip archive; drop the workbook itself")
        if len(parts) > self.limits.parts:
            raise self._refused(_trap(f"it consists of {len(parts):,} parts"))
        seen = set()
        for part in parts:
            lowered = part.filename.lower()
            if part.flag_bits & 0x1:
                raise self._refused("the workbook is encrypted; save it without a password and drop that")
            if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise self._refused(_trap("it is packed in a way Excel does not use"))
            if lowered in seen:
                raise self._refused(_trap(f"it holds the part {part.filename} twice"))
            # The library cuts a name at a zero character; what was written tells more.
            written = part.orig_filename
            if written.startswith(("/", "\\")) or ".." in written.split("/") or "\\" in written or "\0" in written:
                raise self._refused(_trap(f"it holds a part with the name {written[:60]!r}"))
            if _MACRO_PARTS.search(lowered):
                raise self._refused(
                    "this is a macro workbook, and macros are not let in; "
                    "open it in Excel, save it as Excel Workbook (.xlsx) and drop that"
                )
            seen.add(lowered)

    def _layout(self, parts: list[zipfile.ZipInfo]) -> None:
        """Parts may not lie over each other, and nothing but the archive may be in the file."""
        ordered = sorted(parts, key=lambda part: part.header_offset)
        end = 0
        for part in ordered:
            if part.header_offset < end:
                raise self._refused(_trap("parts of it lie over each other"))
            end = part.header_offset + _LOCAL_HEADER + len(part.orig_filename.encode()) + part.compress_size
        if ordered[0].header_offset != 0:
            raise self._refused(_trap("something stands before its first part"))
        file = self.archive.fp
        if file is None:
            return
        file.seek(max(0, self.size - 65_557))
        tail = file.read()
        record = tail.rfind(b"PK\x05\x06")
        comment = int.from_bytes(tail[record + 20 : record + 22], "little")
        if record + 22 + comment != len(tail):
            raise self._refused(_trap("something stands behind its last part"))

    def _declared_sizes(self, parts: list[zipfile.ZipInfo]) -> None:
        total = sum(part.file_size for part in parts)
        if total > self.limits.unpacked_bytes:
            raise self._refused(self._unpacks_to(total))
        for part in parts:
            self._ratio(part.file_size, part.compress_size)
        self._ratio(total, self.size)

    def _ratio(self, unpacked: int, packed: int) -> None:
        if unpacked > self.limits.ratio_from and unpacked > self.limits.ratio * max(packed, 1):
            raise self._refused(
                _trap(f"{readable_size(packed)} of it unpack to {readable_size(unpacked)}, as in a zip bomb")
            )

    def _unpacks_to(self, total: int) -> str:
        return (
            f"the workbook unpacks to {readable_size(total)} and at most "
            f"{readable_size(self.limits.unpacked_bytes)} are accepted; save the data sheet as .csv and drop that"
        )

    def _what_it_is(self, names: set[str]) -> None:
        if _CONTENT_TYPES not in names:
            if "content.xml" in names:
                raise self._refused(
                    "this is an OpenDocument file; save it as Excel 2007-365 (.xlsx) in LibreOffice and drop that"
                )
            if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
                raise self._refused("this is an Apple Numbers document; export it to Excel (.xlsx) and drop that")
            raise self._refused("this is a zip archive, not a workbook; unpack it and drop the file that is inside")
        with self.archive.open(_CONTENT_TYPES) as part:
            types = html.unescape(part.read(4 * MIB).decode("utf-8", errors="replace")).lower()
        if any(word in kind for kind in _types_of(names, types) for word in _MACRO_TYPES):
            raise self._refused(
                "this is a macro workbook, and macros are not let in; "
                "open it in Excel, save it as Excel Workbook (.xlsx) and drop that"
            )
        if "sheet.binary" in types:
            raise self._refused(f"this is a binary Excel workbook (.xlsb); {_AGAIN}")
        if "wordprocessingml" in types and "spreadsheetml.sheet.main" not in types:
            raise self._refused("this is a Word document, not a workbook; export the answers as .xlsx or .csv")
        if "presentationml" in types and "spreadsheetml.sheet.main" not in types:
            raise self._refused("this is a presentation, not a workbook; export the answers as .xlsx or .csv")
        if "spreadsheetml.sheet.main" not in types and "spreadsheetml.template.main" not in types:
            raise self._refused(f"this is an Office file without a workbook in it; {_AGAIN}")

    def _unpacked_in_pieces(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        own = 0
        with self.archive.open(part) as content:
            while chunk := content.read(_CHUNK):
                own += len(chunk)
                self.unpacked += len(chunk)
                if self.unpacked > self.limits.unpacked_bytes:
                    raise self._refused(self._unpacks_to(self.unpacked))
                self._ratio(own, part.compress_size)
                yield chunk

    def _refused(self, reason: str) -> UnreadableUpload:
        return UnreadableUpload(self.name, reason)


def _types_of(names: set[str], types: str) -> list[str]:
    """What the list of content types (lower case) says of the parts that are there, in XML or as macros.

    A default for an ending names no macro: printers' settings end in `.bin` too.
    """
    told: dict[str, dict[str, str]] = {"default": {}, "override": {}}
    for element, written in _TYPE.findall(types):
        attributes = dict(_ATTRIBUTE.findall(written))
        told[element][attributes.get("partname") or attributes.get("extension", "")] = attributes.get("contenttype", "")
    found = []
    for name in (n.lower() for n in names):
        own = told["override"].get(f"/{name}")
        by_ending = told["default"].get(name.rpartition(".")[2], "") if name.endswith(".xml") else ""
        found.append(by_ending if own is None else own)
    return found


def _trap(what: str) -> str:
    return f"the workbook cannot be opened safely: {what}; {_AGAIN}"


def _plainly(error: Exception) -> str:
    words = str(error)
    if "crc" in words.lower():
        return "a part of it does not match its checksum"
    if isinstance(error, zlib.error | EOFError):
        return "a part of it does not unpack"
    return "its directory of parts does not fit its content"


def _has_end(file: BinaryIO, size: int) -> bool:
    file.seek(max(0, size - 65_557))
    return b"PK\x05\x06" in file.read()
