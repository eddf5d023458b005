"""Old Office documents (OLE compound files): old workbooks, workbooks with a password, and everything else."""

from __future__ import annotations

import mmap
import struct
from typing import BinaryIO

from mcode_pipelines.intake.file_kind import FileKind
from mcode_pipelines.survey import UnreadableUpload

_ENTRY = 128
"""Bytes of a directory entry; entries lie at multiples of this from the start of the file."""
_NAME_BYTES = 64


def inspect_ole(file: BinaryIO, size: int, name: str, kind: FileKind) -> None:
    """Lets an old workbook pass where one is promised. Raises UnreadableUpload for everything else."""
    if size < 512 + _ENTRY:
        raise UnreadableUpload(
            name, "the workbook is cut off: most of it is missing; copy it again and wait until the copy is done"
        )
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if _has_entry(content, "EncryptedPackage"):
            raise UnreadableUpload(
                name,
                "the workbook has a password; open it in Excel, remove the password "
                "(File > Info > Protect Workbook > Encrypt with Password), save it and drop that",
            )
        if _has_entry(content, "_VBA_PROJECT_CUR"):
            raise UnreadableUpload(
                name,
                "this is a macro workbook, and macros are not let in; "
                "open it in Excel, save it as Excel Workbook (.xlsx) and drop that",
            )
        workbook = _has_entry(content, "Workbook") or _has_entry(content, "Book")
        word = _has_entry(content, "WordDocument")
    if not workbook:
        what = "a Word document" if word else "another Office document"
        raise UnreadableUpload(
            name, f"the name says a workbook, but the content is {what}; export the answers as .xlsx or .csv"
        )
    if kind is FileKind.XLSX:
        raise UnreadableUpload(
            name,
            "the name says .xlsx, but this is an old Excel workbook (.xls); "
            "open it in Excel, save it as Excel Workbook (.xlsx) and drop that",
        )


def _has_entry(content: mmap.mmap, name: str) -> bool:
    """Whether the directory has an entry of this name: where its bytes stand as an entry's name does."""
    spelled = name.encode("utf-16-le") + b"\0\0"
    at = content.find(spelled)
    while at >= 0:
        length_at = at + _NAME_BYTES
        if (
            at % _ENTRY == 0
            and length_at + 2 <= len(content)
            and struct.unpack_from("<H", content, length_at)[0] == len(spelled)
        ):
            return True
        at = content.find(spelled, at + 2)
    return False
