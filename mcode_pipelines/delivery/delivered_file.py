"""Delivered files: written to a hidden staging folder, checked, checksummed, then moved into place."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from mcode_pipelines.delivery.errors import DeliveryError

_UNFINISHED = ".unfinished-"
_ABANDONED_AFTER_SECONDS = 24 * 3600
"""A staging folder this old belongs to a process that was killed: no run may last longer than an hour."""
_LEFT = ".unfinished-left-"
"""A staging folder whose files wait for another process to take them: nobody holds it."""
_JUST_MADE_SECONDS = 10
"""A staging folder younger than this may not be held yet."""


class DeliveredFile(BaseModel):
    """A finished file in its place."""

    model_config = ConfigDict(frozen=True)

    path: Path
    sha256: str
    bytes: int
    tables: int = 0
    """Cross tables in the file; 0 for files that hold none."""
    note: str | None = None
    """What a person should know of this file: written as CSV instead of a workbook, texts cut ..."""


class StagedFiles(BaseModel):
    """Finished files that another process left in its hidden folder, to be put in their places with those of others."""

    model_config = ConfigDict(frozen=True)

    folder: Path
    files: tuple[DeliveredFile, ...]


class StagingFolder:
    """A hidden folder beside the final place, where files are made before anyone can see them."""

    def __init__(self, folder: Path, into: Path) -> None:
        self.folder = folder
        self.into = into
        self._waiting: list[tuple[Path, DeliveredFile]] = []
        self._replaced: list[re.Pattern[str]] = []
        self._taken: list[Path] = []
        self.is_left = False

    def path(self, final_name: str) -> Path:
        """Where to write the file that will be called `final_name`."""
        return self.folder / final_name

    def finished(self, final_name: str, *, tables: int = 0, note: str | None = None) -> DeliveredFile:
        """Checksum a file that was written and checked; it appears when the block ends without an error."""
        made = self.path(final_name)
        digest = hashlib.sha256()
        with made.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
            os.fsync(file.fileno())
        delivered = DeliveredFile(
            path=self.into / final_name,
            sha256=digest.hexdigest(),
            bytes=made.stat().st_size,
            tables=tables,
            note=note,
        )
        self._waiting.append((made, delivered))
        return delivered

    def replaces(self, names: re.Pattern[str]) -> None:
        """Say which file names in the folder belong to the same set: those not made again go when the new ones come."""
        self._replaced.append(names)

    def detach(self) -> StagedFiles:
        """The finished files where they are: the folder stays behind, for another one to take."""
        self.is_left = True
        self.folder = self.folder.rename(self.folder.with_name(_LEFT + self.folder.name.removeprefix(_UNFINISHED)))
        return StagedFiles(folder=self.folder, files=tuple(delivered for _, delivered in self._waiting))

    def take(self, left: StagedFiles) -> None:
        """Let finished files of another staging folder appear with those of this one."""
        self._waiting += [(left.folder / file.path.name, file) for file in left.files]
        self._taken.append(left.folder)

    def clear(self) -> None:
        """Removes the hidden folders."""
        for folder in (self.folder, *self._taken):
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self) -> None:
        """Rename every finished file to its place. Renaming in one file system is all or nothing for each file."""
        for made, delivered in self._waiting:
            made.replace(delivered.path)
        kept = {delivered.path.name for _, delivered in self._waiting}
        for names in self._replaced:
            for old in self.into.iterdir():
                if names.fullmatch(old.name) and old.name not in kept and old.is_file():
                    old.unlink(missing_ok=True)


@contextmanager
def staging_folder(into: Path) -> Iterator[StagingFolder]:
    """A staging folder for files that belong into the folder `into`, which is made if it is not there.

    Leaving it normally puts all its finished files in their places; leaving it by an exception, of whatever
    kind, puts none. Raises DeliveryError where the disk is full or the folder may not be written.
    """
    with delivery_errors(into):
        into.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(into)
        folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=into))
        held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    staging = StagingFolder(folder, into)
    try:
        with delivery_errors(into):
            with suppress(OSError):  # some network disks hold nothing: there it takes a day
                fcntl.flock(held, fcntl.LOCK_EX)
            yield staging
            if not staging.is_left:
                staging.publish()
    except BaseException:
        staging.clear()
        raise
    finally:
        os.close(held)
    if not staging.is_left:
        staging.clear()


@contextmanager
def delivery_errors(into: Path) -> Iterator[None]:
    """Turn the operating system's refusals into sentences. Raises DeliveryError."""
    try:
        yield
    except OSError as refusal:
        raise DeliveryError(_sentence(into, refusal)) from refusal


def _sentence(into: Path, refusal: OSError) -> str:
    if refusal.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"{into}: the disk is full, so the results could not be written; free some space and start again"
    if refusal.errno == errno.EROFS:
        return f"{into}: this disk can only be read; choose another output folder"
    if isinstance(refusal, PermissionError):
        place = refusal.filename2 or refusal.filename or into
        return (
            f"{place}: no permission to write here; close the file if it is open in another program, "
            "or ask for write permission on the folder, and start again"
        )
    if isinstance(refusal, NotADirectoryError | FileExistsError):
        return f"{into}: a file stands where the output folder should be; choose another output folder"
    return f"{into}: the results could not be written ({refusal.strerror or refusal}); start again"


def _clear_abandoned(into: Path) -> None:
    """Remove staging folders that killed processes left; others' live ones are left alone."""
    for left in into.glob(f"{_UNFINISHED}*"):
        with suppress(OSError):
            age = time.time() - left.stat().st_mtime
            if age > _ABANDONED_AFTER_SECONDS or (age > _JUST_MADE_SECONDS and _is_let_go(left)):
                shutil.rmtree(left, ignore_errors=True)


def _is_let_go(staging: Path) -> bool:
    """Whether the process that made a staging folder has ended: the system then lets go of what it held."""
    if staging.name.startswith(_LEFT):
        return False
    folder = os.open(staging, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(folder)
    return True
