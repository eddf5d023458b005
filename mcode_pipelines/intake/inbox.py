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
from dataclasses import dataclass, replace
from pathlib import Path

from mcode_pipelines.intake.errors import storage_errors
from mcode_pipelines.intake.file_kind import FileKind, content_by_magic, kind_by_name
from mcode_pipelines.intake.inbox_item import InboxFile, InboxItem, readable_name
from mcode_pipelines.intake.upload import COMPANIONS, Upload
from mcode_pipelines.survey import UnreadableUpload

REASON_NOTE = ".reason.txt"
"""Ending of the note beside a refused file."""
ALREADY_NOTE = ".already.txt"
"""Ending of the note that answers a duplicate."""
REVIEW_NOTE = ".taken.txt"
"""Ending of the note that says what was made of a review workbook."""

DONE = "done"
"""The folder in the inbox with a note for every upload that is finished; nothing in it is a drop."""
CAME = "came"
"""Beside the companions in what is remembered of a request: `Upload.came` of the upload it was made for."""

_TEMPORARY_ENDINGS = (
    ".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".opdownload", ".swp", ".filepart", ".!ut",
)  # fmt: skip
_SYSTEM_NAMES = {"thumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "system volume information", "lost+found"}
GROWING = 3
"""A drop that is written with pauses has to be quiet so many times as long as any other."""
EMPTY_SECONDS = 30
"""So long somebody may take to fill a folder that they made."""
_READY = re.compile(r"ready(\.txt)?", re.IGNORECASE)
_DEEPEST = 3
_MOST_FILES = 5_000
_LONGEST_ZIP_END = 65_557


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

    Links, pipes and the like are drops too: `unfit` says why they cannot be taken. The folder of our own notes (DONE)
    is no drop. Raises StorageError where the inbox cannot be read. A file that goes away meanwhile is not an error.
    """
    items: list[InboxItem] = []
    with storage_errors(inbox):
        entries = sorted(os.scandir(inbox), key=lambda entry: os.fsencode(entry.name))
    names = {entry.name for entry in entries}
    for entry in entries:
        with contextlib.suppress(OSError, ValueError):
            if not is_ignored(entry.name) and not _is_folder_of_notes(entry):
                item = _described(Path(entry.path), entry.stat(follow_symlinks=False))
                if item.name != entry.name and (item.name in names or any(d.name == item.name for d in items)):
                    item = replace(item, name=os.fsencode(entry.name).decode(errors="backslashreplace"))
                items.append(item)
    return sorted(items, key=lambda item: (item.changed, item.name))


def _is_folder_of_notes(entry: os.DirEntry[str]) -> bool:
    return entry.name == DONE and entry.is_dir(follow_symlinks=False)


def inbox_item_at(path: Path) -> InboxItem:
    """A file or folder anywhere, as if it had been dropped; whoever names it says that it is complete.

    A link is followed. Raises UnreadableUpload where there is nothing, or no regular file or folder.
    """
    path = path.resolve()
    name = readable_name(path.name)
    try:
        found = _described(path, path.lstat())
    except FileNotFoundError:
        raise UnreadableUpload(name, "there is no such file; check the name and the folder") from None
    except OSError as error:
        raise UnreadableUpload(name, f"it cannot be looked at ({error.strerror}); check who may read it") from None
    if found.unfit:
        raise UnreadableUpload(name, "this is no regular file; give the survey file itself")
    return replace(found, named=True)


def settled(
    items: Iterable[InboxItem],
    now: float,
    settle_seconds: float,
    previous: Mapping[str, str],
    growing: Collection[str] = (),
) -> tuple[list[InboxItem], dict[str, str]]:
    """Which drops are complete, and the signatures to hand in as `previous` at the next look.

    Complete is a folder that says READY, a drop whose newest change is `settle_seconds` old, and, where the
    disk's clock runs ahead of ours (a change in the future), a drop that looks as it did at the last look.
    One of the `growing`, which changed between two looks or has no end yet, is written with pauses: it has to be
    quiet for GROWING times as long. A folder without any file waits for its files EMPTY_SECONDS at least.
    """
    complete, seen = [], {}
    for item in items:
        seen[item.name] = item.signature
        empty = item.is_folder and not item.files
        quiet = settle_seconds * (GROWING if item.name in growing else 1)
        quiet = max(quiet, EMPTY_SECONDS) if empty else quiet
        age = now - item.changed
        unchanged = previous.get(item.name) == item.signature
        if (item.ready and not empty) or age >= quiet or (age < 0 and unchanged and not empty):
            complete.append(item)
    return complete, seen


def grown(items: Iterable[InboxItem], previous: Mapping[str, str], growing: Collection[str]) -> frozenset[str]:
    """The names of drops that changed since the last look, and of those that had changed before and are still there."""
    return frozenset(
        item.name
        for item in items
        if item.name in growing or (item.name in previous and previous[item.name] != item.signature)
    )


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


def looks_cut_off(path: Path) -> bool:
    """Whether the end of a file is not there: a workbook, a Parquet file, or a text in the middle of a line.

    A sound text may end so too; it is only waited for longer.
    """
    kind = kind_by_name(path.name)
    if kind is None:
        return False
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _LONGEST_ZIP_END))
            end = file.read()
    except OSError:
        return False
    if kind is FileKind.XLSX:
        return b"PK\x05\x06" not in end and content_by_magic(end) != "ole"
    if kind is FileKind.PARQUET:
        return not end.endswith((b"PAR1", b"PARE"))
    return kind.is_text and not end.rstrip(b"\0").endswith((b"\n", b"\r", b"\x1a"))


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
    growing: frozenset[str]
    """What was seen to change; `growing` of the next look."""
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
    growing: Collection[str] = (),
    answered: Mapping[str, str] | None = None,
    held_open: Collection[str] = (),
    cut_off: Collection[str] = (),
    at_most: int = 20,
) -> NextSteps:
    """What is on disk against what is known. Pure.

    `growing`: names of drops that were seen to change in earlier looks.
    `requested`: key to the companions (kind to sha256, or its beginning) of the last run asked for, and when the
    upload came (`CAME`).
    `answered`: name to signature of drops that were answered but could not be cleared away: left alone.
    `held_open`: names of drops that somebody still writes. `cut_off`: names of those whose end is missing, which are
    waited for as those that grow. `at_most`: so many drops are taken at one look.
    """
    growing = grown(items, previous, growing)
    complete, seen = settled(items, now, settle_seconds, previous, growing | frozenset(cut_off))
    left_alone = answered or {}
    fresh = [d for d in complete if d.name not in held_open and left_alone.get(d.name) != seen[d.name]]
    admit = tuple(fresh[:at_most])
    taken = {d.name for d in admit}
    wait = tuple(d for d in items if d.name not in taken and left_alone.get(d.name) != seen[d.name])
    return NextSteps(admit, wait, seen, growing, wanted_runs(uploads, requested or {}))


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


def _described(path: Path, facts: os.stat_result) -> InboxItem:
    name = _without_blanks_behind(readable_name(path.name))
    if stat.S_ISREG(facts.st_mode):
        return InboxItem(name, path, (_file(path.name, facts),), is_folder=False)
    if not stat.S_ISDIR(facts.st_mode):
        what = "a link" if stat.S_ISLNK(facts.st_mode) else "not a regular file"
        unfit = f"this is {what}; copy the survey file itself into the inbox"
        return InboxItem(name, path, (), is_folder=False, unfit=unfit, ctime_ns=facts.st_ctime_ns)
    passed_over: list[str] = []
    files = list(_files_below(path, "", 1, passed_over))
    ready = any(_READY.fullmatch(file.name) for file in files)
    counted = tuple(file for file in files if not _READY.fullmatch(file.name))
    ctime_ns = 0 if counted else facts.st_ctime_ns
    return InboxItem(
        name, path, counted, is_folder=True, ready=ready, ctime_ns=ctime_ns, passed_over=tuple(passed_over)
    )


def _files_below(folder: Path, prefix: str, depth: int, passed_over: list[str]) -> Iterator[InboxFile]:
    entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    for entry in entries[:_MOST_FILES]:
        if is_ignored(entry.name):
            continue
        with contextlib.suppress(FileNotFoundError):
            facts = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(facts.st_mode):
                yield _file(prefix + entry.name, facts)
            elif stat.S_ISDIR(facts.st_mode) and depth < _DEEPEST:
                yield from _files_below(folder / entry.name, f"{prefix}{entry.name}/", depth + 1, passed_over)
            else:
                passed_over.append(readable_name(prefix + entry.name))
    passed_over += [readable_name(prefix + entry.name) for entry in entries[_MOST_FILES:]]


def _without_blanks_behind(name: str) -> str:
    """A name as people see it: `a.csv ` is a table too."""
    return name.rstrip() or name


def _file(name: str, facts: os.stat_result) -> InboxFile:
    readable = _without_blanks_behind(readable_name(name))
    on_disk = name if readable != name else ""
    return InboxFile(readable, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, on_disk)
