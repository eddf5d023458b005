"""Writing beside and renaming, so that nobody ever meets a half-written file or folder."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced_file(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to; it takes the target's place when the block ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as folder:
        beside = Path(folder) / target.name
        yield beside
        beside.replace(target)


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """An empty folder beside `target` to fill; it takes the target's place when the block ends well.

    A folder that has content cannot be replaced in one step, so the swap is done under a lock: of two
    processes the later one wins, whole.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=".new-"))
    try:
        beside = work / target.name
        beside.mkdir()
        yield beside
        with (target.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if target.exists():
                target.rename(work / ".old")
            beside.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
