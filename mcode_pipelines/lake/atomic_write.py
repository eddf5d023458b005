"""Writing beside and renaming, so that nobody ever meets a half-written file or folder."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FORGOTTEN_SECONDS = 24 * 3600


@contextmanager
def replaced_file(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to; it takes the target's place when the block ends well."""
    _make_room(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as folder:
        beside = Path(folder) / target.name
        yield beside
        beside.replace(target)


@contextmanager
def replaced_folder(target: Path, *, keep_as: str | None = None) -> Iterator[Path]:
    """An empty folder beside `target` to fill; it takes the target's place when the block ends well.

    With `keep_as` the files that stood there before are in a folder of that name within the new one: one generation
    of them, under their own names.

    A folder that has content cannot be replaced in one step, so the swap is done under a lock: of two
    processes the later one wins, whole.
    """
    _make_room(target.parent)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=".new-"))
    try:
        beside = work / target.name
        beside.mkdir()
        yield beside
        with (target.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if target.exists():
                old = work / ".old"
                target.rename(old)
                if keep_as is not None:
                    shutil.rmtree(old / keep_as, ignore_errors=True)
                    if any(old.iterdir()):
                        old.rename(beside / keep_as)
            beside.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _make_room(folder: Path) -> None:
    """Makes the folder, and removes from it what a killed process left half-written a day ago or earlier."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".new-*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _FORGOTTEN_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
