"""The gate: what may enter. Standard library only, and nothing is unpacked to disk.

In order: a regular file of a kind that is accepted and not too large; content that is what the name says;
then what each kind asks for (`zip_gate`, `xml_gate`, `ole_gate`, `text_gate`). What passes is still read in a
child process only.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from mcode_pipelines.intake.file_kind import (
    ACCEPTED,
    REFUSED_EXTENSIONS,
    FileKind,
    content_by_magic,
    extension,
    kind_by_name,
)
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.ole_gate import inspect_ole
from mcode_pipelines.intake.private_copy import too_large
from mcode_pipelines.intake.text_gate import inspect_text
from mcode_pipelines.intake.zip_gate import inspect_workbook
from mcode_pipelines.survey import Remark, UnreadableUpload

_DEFAULT_LIMITS = Limits()
_AGAIN = "copy it again and wait until the copy is done"


def inspect(path: Path, name: str, limits: Limits = _DEFAULT_LIMITS) -> FileKind:
    """The kind of a file that may enter, as `inspected` says. Raises UnreadableUpload."""
    return inspected(path, name, limits)[0]


def inspected(path: Path, name: str, limits: Limits = _DEFAULT_LIMITS) -> tuple[FileKind, tuple[Remark, ...]]:
    """The kind of a file that may enter, and what is to be told of it.

    `name` is the name a person knows the file by; its end says which kind is promised. Raises
    UnreadableUpload with one sentence: what is wrong and what to do.
    """
    kind = promised_kind(name)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise UnreadableUpload(name, "there is no such file; check the name and the folder") from None
    except OSError as error:
        if path.is_symlink():
            raise UnreadableUpload(name, "this is a link; give the file itself") from None
        raise UnreadableUpload(name, f"it cannot be opened ({error.strerror}); check who may read it") from None
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode):
        os.close(descriptor)
        what = "a folder" if stat.S_ISDIR(facts.st_mode) else "not a regular file"
        raise UnreadableUpload(name, f"this is {what}; give the survey file itself")
    with os.fdopen(descriptor, "rb") as file:
        return kind, _inspect_open(file, facts.st_size, kind, name, limits)


def promised_kind(name: str) -> FileKind:
    """The kind that a name promises. Raises UnreadableUpload where no such kind enters."""
    kind = kind_by_name(name)
    if kind is not None:
        return kind
    ending = extension(name)
    if ending in REFUSED_EXTENSIONS:
        raise UnreadableUpload(name, REFUSED_EXTENSIONS[ending])
    what = f"files ending in {ending} are not read" if ending else "the name has no ending that says what it is"
    raise UnreadableUpload(name, f"{what}; drop {ACCEPTED}")


def size_limit(name: str, limits: Limits) -> int:
    """How many bytes a file of this name may have."""
    kind = kind_by_name(name)
    return limits.table_bytes if kind is not None and kind.is_table else limits.upload_bytes


def _inspect_open(file: BinaryIO, size: int, kind: FileKind, name: str, limits: Limits) -> tuple[Remark, ...]:
    if size == 0:
        raise UnreadableUpload(name, f"the file is empty (0 bytes); {_AGAIN}")
    most = size_limit(name, limits)
    if size > most:
        raise UnreadableUpload(name, too_large(size, most))
    head = file.read(4096)
    if not head.strip(b"\0"):
        raise UnreadableUpload(
            name, f"the file holds only zero bytes where its content should be, so its copy was not finished; {_AGAIN}"
        )
    file.seek(0)
    content = content_by_magic(head)
    match kind, content:
        case FileKind.XLSX, "zip":
            return inspect_workbook(file, size, name, limits)
        case FileKind.XLS | FileKind.XLSX, "ole":
            inspect_ole(file, size, name, kind)
        case FileKind.SAV | FileKind.ZSAV, "sav" | "zsav":
            _inspect_spss(size, name)
        case _, "encrypted spss":
            raise UnreadableUpload(
                name,
                "the SPSS file has a password; open it in SPSS, save it with File > Save As without encryption "
                '("Encrypt file with password" not ticked) and drop that',
            )
        case FileKind.PARQUET, "parquet":
            _inspect_parquet(file, size, name)
        case FileKind.PARQUET, "encrypted parquet":
            raise UnreadableUpload(name, "the file is encrypted; write it without encryption and drop that")
        case FileKind.CSV | FileKind.TSV, "text":
            inspect_text(file, name, limits)
        case _:
            raise UnreadableUpload(name, _not_what_it_says(kind, content, head))
    return ()


_PROMISES = {
    FileKind.XLSX: "an Excel workbook",
    FileKind.XLS: "an old Excel workbook",
    FileKind.CSV: "a table of text",
    FileKind.TSV: "a table of text",
    FileKind.SAV: "an SPSS file",
    FileKind.ZSAV: "an SPSS file",
    FileKind.PARQUET: "a Parquet file",
}
_CONTENTS = {
    "zip": "an Excel workbook or a zip archive",
    "ole": "an old Office document",
    "sav": "an SPSS file",
    "zsav": "an SPSS file",
    "parquet": "a Parquet file",
    "encrypted parquet": "an encrypted Parquet file",
    "text": "plain text",
}


def _not_what_it_says(kind: FileKind, content: str, head: bytes) -> str:
    found = _CONTENTS.get(content, content)
    if content == "text" and any(byte < 9 for byte in head):
        found = "something else, or damaged"
    what_to_do = {
        "zip": "give it the ending .xlsx if Excel opens it, or unpack it",
        "text": "give it the ending .csv if it is a table of text, or save it again with the right ending",
        "sav": "give it the ending .sav and drop it again",
        "zsav": "give it the ending .zsav and drop it again",
        "parquet": "give it the ending .parquet and drop it again",
    }.get(content, f"open it with the program that made it, save it as {ACCEPTED}, and drop that")
    return f"the name says {_PROMISES[kind]} (.{kind}), but the content is {found}; {what_to_do}"


def _inspect_spss(size: int, name: str) -> None:
    smallest = 176
    if size < smallest:
        raise UnreadableUpload(name, f"the SPSS file is cut off after {size} bytes; {_AGAIN}")


def _inspect_parquet(file: BinaryIO, size: int, name: str) -> None:
    cut_off = UnreadableUpload(name, f"the Parquet file is cut off: its end is missing; {_AGAIN}")
    smallest = 12
    if size < smallest:
        raise cut_off
    file.seek(size - 8)
    tail = file.read(8)
    footer = int.from_bytes(tail[:4], "little")
    if tail[4:] != b"PAR1" or footer + smallest > size:
        raise cut_off
