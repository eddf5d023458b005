"""Private copies: what was dropped is copied before anything looks into it, and no link is ever followed."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from mcode_pipelines.intake.errors import StorageError, storage_reason
from mcode_pipelines.intake.inbox_item import InboxFile, InboxItem
from mcode_pipelines.survey import UnreadableUpload

_CHUNK = 1024 * 1024


class StillChanging(Exception):
    """A dropped file that is not what it was a moment ago: to be looked at again later."""


@dataclass(frozen=True)
class PrivateCopy:
    """A copy that only we can write."""

    path: Path
    name: str
    """The name of the original, for sentences and for the record."""
    sha256: str
    size: int


def copy_privately(item: InboxItem, file: InboxFile, target: Path, most: int) -> PrivateCopy:
    """Copies one file of a drop to `target` (mode 0600), hashing it on the way.

    Raises UnreadableUpload where it is not a regular file, too large (more than `most` bytes) or not
    ours to read; StillChanging where it is not as the drop says, or changes while it is copied;
    StorageError where `target` cannot be written.
    """
    source = _open_without_links(item, file)
    try:
        before = os.fstat(source)
        if not stat.S_ISREG(before.st_mode):
            raise UnreadableUpload(file.name, "this is not a regular file; copy the survey file itself into the inbox")
        if _facts(before) != (file.size, file.mtime_ns, file.ctime_ns, file.inode):
            raise StillChanging(file.name)
        if before.st_size > most:
            raise UnreadableUpload(file.name, too_large(before.st_size, most))
        sha256, size = _copied(source, target, file.name, most)
        if _facts(os.fstat(source)) != _facts(before) or size != before.st_size:
            raise StillChanging(file.name)
    finally:
        os.close(source)
    return PrivateCopy(target, file.name, sha256, size)


def too_large(size: int, most: int) -> str:
    """The sentence about a file that is over its limit."""
    return (
        f"it is {readable_size(size)} large and at most {readable_size(most)} are accepted; "
        "leave out what is not needed, or save a large table as .csv or .parquet, and drop that"
    )


def readable_size(size: int) -> str:
    """`3 bytes`, `1.5 MB`: a size as people read it.

    >>> readable_size(1), readable_size(1536 * 1024), readable_size(500 * 1024**2)
    ('1 bytes', '1.5 MB', '500 MB')
    """
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} bytes"


def _open_without_links(item: InboxItem, file: InboxFile) -> int:
    """Opens a file of a drop part by part, so that no part of the way can be a link."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    held: list[int] = []
    try:
        if not item.is_folder:
            return os.open(item.path, flags)
        held.append(os.open(item.path, flags | os.O_DIRECTORY))
        *folders, last = (file.on_disk or file.name).split("/")
        for folder in folders:
            held.append(os.open(folder, flags | os.O_DIRECTORY, dir_fd=held[-1]))
        return os.open(last, flags, dir_fd=held[-1])
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR}:
            raise StillChanging(file.name) from None
        if error.errno == errno.ELOOP:
            raise UnreadableUpload(file.name, "this is a link; copy the file itself into the inbox") from None
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise UnreadableUpload(
                file.name, "this program may not read it; give everyone the right to read it and drop it again"
            ) from None
        raise UnreadableUpload(
            file.name, f"it cannot be opened ({error.strerror}); copy it again into the inbox"
        ) from None
    finally:
        for descriptor in held:
            os.close(descriptor)


def _copied(source: int, target: Path, name: str, most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(target.parent, storage_reason(error)) from error
    try:
        while chunk := _read(source, name):
            size += len(chunk)
            if size > most:
                raise UnreadableUpload(name, too_large(size, most))
            digest.update(chunk)
            _write_all(out, chunk)
        os.fsync(out)
    except OSError as error:
        raise StorageError(target.parent, storage_reason(error)) from error
    finally:
        os.close(out)
    return digest.hexdigest(), size


def _read(source: int, name: str) -> bytes:
    try:
        return os.read(source, _CHUNK)
    except OSError as error:
        raise UnreadableUpload(name, f"it cannot be read ({error.strerror}); copy it again into the inbox") from None


def _write_all(out: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(out, view) :]


def _facts(facts: os.stat_result) -> tuple[int, int, int, int]:
    return facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino
