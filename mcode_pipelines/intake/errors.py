"""What can go wrong at the gate that is not the dropped file's fault."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mcode_pipelines.survey import SurveyError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_AGAIN = ", the file is tried again by itself"
_NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS}


class StorageError(SurveyError):
    """A folder of ours (store, inbox, quarantine) that cannot be read or written; the drop stays where it is.

    The inbox tries it again by itself; whoever tells of it at a command line says `without_inbox`.
    """

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"the folder {path} {reason}")

    @property
    def without_inbox(self) -> str:
        """The sentence where nobody tries again by itself."""
        return str(self).replace(_AGAIN, ", then run the command again")

    def __reduce__(self) -> tuple[type[StorageError], tuple[Path, str]]:
        return type(self), (self.path, self.reason)


class UnknownUpload(SurveyError):
    """A partition key that no upload has."""

    def __init__(self, key: str, nearest: Iterable[str], successor: str | None = None) -> None:
        self.key = key
        self.nearest = tuple(nearest)
        self.successor = successor
        known = f"the nearest are {', '.join(self.nearest)}" if self.nearest else "the store is still empty"
        if successor is not None:
            super().__init__(f"the file of {key} was not finished when it was taken; the whole file is {successor}")
        else:
            super().__init__(f"there is no upload {key!r}; {known}")

    def __reduce__(self) -> tuple[type[UnknownUpload], tuple[str, tuple[str, ...], str | None]]:
        return type(self), (self.key, self.nearest, self.successor)


def storage_reason(error: OSError) -> str:
    """A failure of our own folders in words, with what to do about it."""
    if error.errno in _NO_ROOM:
        return f"has no room left on its disk; free some space{_AGAIN}"
    if error.errno in _NOT_ALLOWED:
        return f"cannot be written by this program; give it the permission{_AGAIN}"
    return f"cannot be used ({error.strerror or error}); mend that{_AGAIN}"


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Says any OSError inside as StorageError of this folder."""
    try:
        yield
    except OSError as error:
        raise StorageError(path, storage_reason(error)) from error
