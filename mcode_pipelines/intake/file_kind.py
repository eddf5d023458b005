"""Which kinds of file may enter, and how each is told by its first bytes rather than by its name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath


class FileKind(StrEnum):
    """A kind of file that can be read; the value is its extension without the dot."""

    XLSX = "xlsx"
    XLS = "xls"
    """Forms only: KoboToolbox still hands them out so."""
    CSV = "csv"
    TSV = "tsv"
    SAV = "sav"
    ZSAV = "zsav"
    PARQUET = "parquet"

    @property
    def is_text(self) -> bool:
        """Whether the file is delimited text."""
        return self in {FileKind.CSV, FileKind.TSV}

    @property
    def is_table(self) -> bool:
        """Whether the larger limit of plain tables holds."""
        return self.is_text or self is FileKind.PARQUET


_KINDS = frozenset(kind.value for kind in FileKind)

ACCEPTED = "an Excel workbook (.xlsx), a .csv or .tsv table, an SPSS file (.sav) or a .parquet file"

_AS_WORKBOOK = "open it in Excel, save it as Excel Workbook (.xlsx) and drop that"
REFUSED_EXTENSIONS = {
    ".xlsm": f"this is a macro workbook, and macros are not let in; {_AS_WORKBOOK}",
    ".xltm": f"this is a macro template, and macros are not let in; {_AS_WORKBOOK}",
    ".xlam": f"this is an Excel add-in, not survey data; {_AS_WORKBOOK}",
    ".xlsb": f"this is a binary Excel workbook; {_AS_WORKBOOK}",
    ".xltx": f"this is an Excel template; {_AS_WORKBOOK}",
    ".ods": "this is an OpenDocument spreadsheet; open it in LibreOffice, save it as .xlsx and drop that",
    ".numbers": "this is an Apple Numbers document; export it from Numbers to Excel (.xlsx) and drop that",
    ".gsheet": "this is only a link to a Google Sheet; download the sheet as Microsoft Excel (.xlsx) and drop that",
    ".por": "this is an SPSS portable file; open it in SPSS, save it as .sav and drop that",
    ".sps": "this is SPSS syntax without data; drop the .sav file",
    ".dta": "this is a Stata file; save the data as .csv or .sav and drop that",
    ".sas7bdat": "this is a SAS file; save the data as .csv or .sav and drop that",
    ".rds": "this is an R file; save the data as .csv and drop that",
    ".rdata": "this is an R file; save the data as .csv and drop that",
    ".pdf": "this is a PDF document, not survey data; export the answers as .xlsx or .csv and drop that",
    ".doc": "this is a Word document, not survey data; export the answers as .xlsx or .csv and drop that",
    ".docx": "this is a Word document, not survey data; export the answers as .xlsx or .csv and drop that",
    ".ppt": "this is a presentation, not survey data; export the answers as .xlsx or .csv and drop that",
    ".pptx": "this is a presentation, not survey data; export the answers as .xlsx or .csv and drop that",
    ".zip": "this is a zip archive; unpack it and drop the survey file that is inside",
    ".rar": "this is a rar archive; unpack it and drop the survey file that is inside",
    ".7z": "this is a 7-zip archive; unpack it and drop the survey file that is inside",
    ".gz": "this is a compressed file; unpack it and drop the survey file that is inside",
    ".tar": "this is a tar archive; unpack it and drop the survey file that is inside",
    ".txt": "the name ends in .txt; rename it to .csv, or to .tsv where tabs separate the columns, and drop it again",
    ".json": "JSON is not read as survey data; export the answers as .xlsx or .csv and drop that",
    ".xml": "XML is not read as survey data; export the answers as .xlsx or .csv and drop that",
    ".html": "this is a web page; export the answers as .xlsx or .csv and drop that",
    ".htm": "this is a web page; export the answers as .xlsx or .csv and drop that",
    ".qsf": "this is a Qualtrics questionnaire without answers; drop the exported answers (.csv or .sav)",
    ".lss": "this is a LimeSurvey questionnaire without answers; drop the exported answers (.csv)",
    ".lnk": "this is only a shortcut; copy the file itself",
    ".url": "this is only a link; download the file itself",
}
"""What is said of a file by the end of its name, where that kind does not enter."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"$FL2", "sav"),
    (b"$FL3", "zsav"),
    (b"\x1c\0\0\0\0\0\0\0ENCRYPTED", "encrypted spss"),
    (b"PAR1", "parquet"),
    (b"PARE", "encrypted parquet"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-zip archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"{\\rtf", "a rich-text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"ARROW1", "an Arrow file"),
    (b"<stata_dta>", "a Stata file"),
)


def extension(name: str) -> str:
    """The end of a name in lower case, with its dot; empty where there is none."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def kind_by_name(name: str) -> FileKind | None:
    """The kind a name promises, or None where no such kind enters."""
    ending = extension(name).removeprefix(".")
    return FileKind(ending) if ending in _KINDS else None


def content_by_magic(head: bytes) -> str:
    """What the first bytes say: `zip`, `ole`, `sav`, `parquet`, `text` ..., or in words what else it is."""
    for magic, content in _MAGIC:
        if head.startswith(magic):
            return content
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<script")):
        return "a web page"
    if start.startswith(b"<?xml"):
        return "an XML document"
    return "text"
