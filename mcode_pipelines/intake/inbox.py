"""The inbox: what lies in it, what of that is complete, and what is to be done about it.

`scan_inbox` and `is_open_for_writing` read the disk; the rest is pure, so that every case can be tested. Nothing here
remembers a time: what is on disk is compared with what was seen and what the store knows.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import signal
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mcode_pipelines.intake.errors import storage_errors
from mcode_pipelines.intake.inbox_item import InboxFile, InboxItem
from mcode_pipelines.intake.upload import COMPANIONS, Upload
from mcode_pipelines.survey import UnreadableUpload

REASON_NOTE = ".reason.txt"
"""Ending of the note beside a refused file."""
ALREADY_NOTE = ".already.txt"
"""Ending of the note that answers a duplicate."""
REVIEW_NOTE = ".taken.txt"
"""Ending of the note that says what was made of a review workbook."""

CAME = "came"
"""Beside the companions in what is remembered of a request: `Upload.came` of the upload it was made for."""

_TEMPORARY_ENDINGS = (
    ".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".opdownload", ".swp", ".filepart", ".!ut",
)  # fmt: skip
_SYSTEM_NAMES = {"thumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information", "lost+found"}
_READY = re.compile(r"ready(\.txt)?", re.IGNORECASE)
_DEEPEST = 3
_MOST_FILES = 5_000


def is_ignored(name: str) -> bool:
    """Whether a name is no upload: hidden, temporary, a lock of an office program, or a note of our own."""
    lowered = name.lower()
    return (
        lowered.startswith((".", "~"))
        or lowered.endswith((REASON_NOTE, ALREADY_NOTE, REVIEW_NOTE, "~", *_TEMPORARY_ENDINGS))
        or lowered in _SYSTEM_NAMES
    )


def scan_inbox(inbox: Path) -> list[InboxItem]:
    """Every drop that lies in the inbox, the longest unchanged first. No link is followed.

    Raises StorageError where the inbox cannot be read. A file that goes away meanwhile is not an error.
    """
    items = []
    with storage_errors(inbox):
        entries = sorted(os.scandir(inbox), key=lambda entry: entry.name)
    for entry in entries:
        with contextlib.suppress(OSError):
            found = None if is_ignored(entry.name) else _described(Path(entry.path), entry.stat(follow_symlinks=False))
            if found is not None:
                items.append(found)
    return sorted(items, key=lambda item: (item.changed, item.name))


def inbox_item_at(path: Path) -> InboxItem:
    """A file or folder anywhere, as if it had been dropped; whoever names it says that it is complete.

    A link is followed. Raises UnreadableUpload where there is nothing, or no regular file or folder.
    """
    path = path.resolve()
    try:
        found = _described(path, path.lstat())
    except FileNotFoundError:
        raise UnreadableUpload(path.name, "there is no such file; check the name and the folder") from None
    except OSError as error:
        raise UnreadableUpload(path.name, f"it cannot be looked at ({error.strerror}); check who may read it") from None
    if found is None:
        raise UnreadableUpload(path.name, "this is no regular file; give the survey file itself")
    return found


def unsupported_entries(inbox: Path) -> dict[str, str]:
    """Names in the inbox that `scan_inbox` passes over though a person may wait for them, each with the reason."""
    reasons = {}
    with storage_errors(inbox):
        entries = sorted(os.scandir(inbox), key=lambda entry: entry.name)
    for entry in entries:
        with contextlib.suppress(OSError):
            if not is_ignored(entry.name) and not entry.is_file(follow_symlinks=False):
                if entry.is_symlink():
                    reasons[entry.name] = "this is a link; copy the file itself into the inbox"
                elif not entry.is_dir(follow_symlinks=False):
                    reasons[entry.name] = "this is not a regular file; copy the survey file itself into the inbox"
    return reasons


def settled(
    items: Iterable[InboxItem], now: float, settle_seconds: float, previous: Mapping[str, str]
) -> tuple[list[InboxItem], dict[str, str]]:
    """Which drops are complete, and the signatures to hand in as `previous` at the next look.

    Complete is a folder that says READY, a drop whose newest change is `settle_seconds` old, and, where the
    disk's clock runs ahead of ours (a change in the future), a drop that looks as it did at the last look.
    A folder without any file is never complete.
    """
    complete, seen = [], {}
    for item in items:
        seen[item.name] = item.signature
        if not item.files:
            continue
        age = now - item.changed
        unchanged = previous.get(item.name) == item.signature
        if item.ready or age >= settle_seconds or (age < 0 and unchanged):
            complete.append(item)
    return complete, seen


def is_open_for_writing(path: Path) -> bool:
    """Whether somebody has the file open for writing.

    Asks the kernel for a read lease, which it refuses (EAGAIN) while there is a writer. Where leases
    are not to be had (another owner, a network disk) the answer is False: the settle time decides.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # A writer who comes while the lease is held makes the kernel send SIGIO, which would end this
        # process; SIGURG is ignored by default.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


@dataclass(frozen=True)
class RunWanted:
    """A run that an upload needs."""

    key: str
    touched: frozenset[str] | None
    """The companions that changed since the last run was asked for; None: the upload is new, run everything."""
    run_key: str
    """Unique to this content of the upload: asking twice gives one run."""


@dataclass(frozen=True)
class NextSteps:
    """What is to be done at this look."""

    admit: tuple[InboxItem, ...]
    """Complete: to be taken, in this order."""
    wait: tuple[InboxItem, ...]
    """Not settled yet, still open for writing, or beyond what one look takes."""
    seen: dict[str, str]
    """Name to signature of everything in the inbox; `previous` of the next look."""
    runs: tuple[RunWanted, ...]
    """Runs that uploads of the store still lack, also those whose request was lost when a process died."""


def next_steps(
    items: Sequence[InboxItem],
    uploads: Iterable[Upload] = (),
    requested: Mapping[str, Mapping[str, str]] | None = None,
    *,
    now: float,
    settle_seconds: float,
    previous: Mapping[str, str],
    answered: Mapping[str, str] | None = None,
    held_open: Collection[str] = (),
    at_most: int = 20,
) -> NextSteps:
    """What is on disk against what is known. Pure.

    `requested`: key to the companions (kind to sha256, or its beginning) of the last run asked for, and when the
    upload came (`CAME`).
    `answered`: name to signature of drops that were answered but could not be cleared away: left alone.
    `held_open`: names of drops that somebody still writes. `at_most`: so many drops are taken at one look.
    """
    complete, seen = settled(items, now, settle_seconds, previous)
    left_alone = answered or {}
    fresh = [d for d in complete if d.name not in held_open and left_alone.get(d.name) != seen[d.name]]
    admit = tuple(fresh[:at_most])
    taken = {d.name for d in admit}
    wait = tuple(d for d in items if d.name not in taken and left_alone.get(d.name) != seen[d.name])
    return NextSteps(admit, wait, seen, wanted_runs(uploads, requested or {}))


def wanted_runs(uploads: Iterable[Upload], requested: Mapping[str, Mapping[str, str]]) -> tuple[RunWanted, ...]:
    """The runs that uploads lack, given what the last request of each was made for. Pure.

    An upload that was removed and came again since is a new one.
    """
    runs = []
    for upload in uploads:
        if requested.get(upload.key, {}).get(CAME, upload.came) != upload.came or upload.key not in requested:
            runs.append(RunWanted(upload.key, None, upload.run_key))
            continue
        touched = _touched(upload.companions, requested[upload.key])
        if touched:
            runs.append(RunWanted(upload.key, touched, upload.run_key))
    return tuple(runs)


def _touched(now: Mapping[str, str], before: Mapping[str, str]) -> frozenset[str]:
    return frozenset(
        kind
        for kind in COMPANIONS
        if (kind in now) != (kind in before) or (kind in now and not now[kind].startswith(before[kind]))
    )


def _described(path: Path, facts: os.stat_result) -> InboxItem | None:
    if stat.S_ISREG(facts.st_mode):
        return InboxItem(path.name, path, (_file(path.name, facts),), is_folder=False)
    if not stat.S_ISDIR(facts.st_mode):
        return None
    files = list(_files_below(path, "", 1))
    ready = any(_READY.fullmatch(file.name) for file in files)
    counted = tuple(file for file in files if not _READY.fullmatch(file.name))
    return InboxItem(path.name, path, counted, is_folder=True, ready=ready)


def _files_below(folder: Path, prefix: str, depth: int) -> Iterator[InboxFile]:
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    for entry in entries[:_MOST_FILES]:
        if is_ignored(entry.name) or entry.is_symlink():
            continue
        with contextlib.suppress(FileNotFoundError):
            facts = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(facts.st_mode):
                yield _file(prefix + entry.name, facts)
            elif stat.S_ISDIR(facts.st_mode) and depth < _DEEPEST:
                yield from _files_below(folder / entry.name, f"{prefix}{entry.name}/", depth + 1)


def _file(name: str, facts: os.stat_result) -> InboxFile:
    return InboxFile(name, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)
