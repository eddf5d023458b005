"""The one family of errors a person can cause and mend."""

from __future__ import annotations

import errno
from pathlib import PurePath


class SurveyError(Exception):
    """Something about a file, a plan or a frame that a person can put right.

    The message is one sentence for an analyst: what is wrong, where (file, sheet, row or column),
    what was expected, what to do. Each room derives its own error from this one; whoever talks to a
    person (the command line, an asset, the inbox) shows the message and never a traceback.
    """


class UnreadableUpload(SurveyError):
    """An upload that the gate or a reader refuses."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}")

    def __reduce__(self) -> tuple[type[UnreadableUpload], tuple[str, str]]:
        return type(self), (self.name, self.reason)


def user_message(error: BaseException) -> str | None:
    """What to tell a person about an error they can mend: ours, a disk, memory; None for any other.

    polars tells of a full disk in errors of its own, a panic among them; they are known by the system's number.
    """
    if isinstance(error, SurveyError):
        return str(error)
    if isinstance(error, OSError):
        return _disk_sentence(error)
    if isinstance(error, MemoryError):
        return "this machine has not enough memory for it; close other programs, or ask for fewer tables at once"
    if f"os error {errno.ENOSPC}" in str(error):
        return _disk_sentence(OSError(errno.ENOSPC, ""))
    return None


def _disk_sentence(error: OSError) -> str:
    place = _place(error.filename) or "the folder of the results"
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"{place}: the disk is full; free some space and try again, nothing was half-written"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return f"{place}: no permission to read or write there; choose another folder, or ask for the permission"
        case errno.ENOENT | errno.ENOTDIR:
            return f"{place}: there is no such file or folder, and it cannot be made; check the name"
        case errno.EEXIST:
            return f"{place}: a file is in the way where a folder is needed; choose another name"
        case _:
            return f"{place}: it cannot be used ({error.strerror or error}); check the name, or choose another place"


def _place(filename: object) -> str:
    """The path a person knows: what we write beside a file, in hidden folders, is none of their business."""
    if not filename:
        return ""
    known: list[str] = []
    for part in PurePath(str(filename)).parts:
        if part.startswith((".new-", ".unfinished-")):
            break
        known.append(part)
    return str(PurePath(*known))
