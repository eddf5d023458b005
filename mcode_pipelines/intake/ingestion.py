"""Takes items out of the inbox: into the store, into quarantine with the reason beside them, or with a note.

The order of the steps is such that a process killed between any two of them loses nothing, and the next look
finishes the work: what leaves the inbox is stored or set aside before it leaves.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from mcode_pipelines.intake.contents import contents_of
from mcode_pipelines.intake.errors import StorageError, storage_errors
from mcode_pipelines.intake.inbox import ALREADY_NOTE, REASON_NOTE, REVIEW_NOTE, is_ignored
from mcode_pipelines.intake.inbox_item import InboxFile, InboxItem
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.outcomes import AlreadyThere, Deferred, Harmonised, Outcome, Refused, Reviewed
from mcode_pipelines.intake.upload_directory import write_whole
from mcode_pipelines.intake.upload_store import UploadStore
from mcode_pipelines.survey import Progress, SurveyError, no_progress

_DEFAULT_LIMITS = Limits()
_LOG = logging.getLogger(__name__)


def ingest(
    item: InboxItem,
    store: UploadStore,
    quarantine: Path,
    *,
    limits: Limits = _DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> Outcome:
    """Admits a drop and clears the inbox of it.

    Raises StorageError where the store or the quarantine cannot be written: the drop then stays where it
    is and can be taken again. Where the inbox does not let go of it, the answer says so (`left_in_inbox`).
    """
    try:
        return _taken(item, store, quarantine, limits, progress)
    except SurveyError:
        raise
    except Exception as mistake:
        _LOG.exception("%s could not be cleared away", item.name)
        reason = _mistake(mistake)
        return Refused(item.name, reason, left_in_inbox=f"{item.name} stays in the inbox: {reason}")


def _taken(item: InboxItem, store: UploadStore, quarantine: Path, limits: Limits, progress: Progress) -> Outcome:
    answer = _admitted(item, store, limits, progress)
    if isinstance(answer, Deferred):
        return answer
    if isinstance(answer, Refused):
        return _set_aside(item, answer, quarantine)
    try:
        if isinstance(answer, AlreadyThere):
            note = item.path.with_name(item.name + ALREADY_NOTE)
            lines = (f"{item.name}: {answer.sentence}", *answer.remarks)
            write_whole(note, "".join(f"{line}\n" for line in lines).encode())
            note.chmod(0o644)
        if isinstance(answer, Reviewed | Harmonised):
            note = item.path.with_name(item.name + REVIEW_NOTE)
            write_whole(note, answer.note.encode())
            note.chmod(0o644)
        _clear(item, store, answer.upload.key, answer.data_file)
    except OSError as error:
        return replace(answer, left_in_inbox=_not_cleared(item, error))
    return answer


def _admitted(item: InboxItem, store: UploadStore, limits: Limits, progress: Progress) -> Outcome:
    """What the store says of a drop. A mistake of this program is told of the drop it came up with: others go on."""
    try:
        return store.admit(item, limits=limits, progress=progress)
    except SurveyError:
        raise
    except Exception as mistake:
        _LOG.exception("%s could not be taken in", item.name)
        return Refused(item.name, _mistake(mistake))


def _mistake(mistake: Exception) -> str:
    return (
        f"a mistake in this program came up with it ({type(mistake).__name__}); tell whoever looks after the "
        "program, its log has more"
    )


def _clear(item: InboxItem, store: UploadStore, key: str, data_file: str | None) -> None:
    """Removes from the inbox what was stored; what else a folder holds is kept with the upload.

    The data go last: a folder half cleared by a killed process is still known by them.
    """
    if not item.is_folder:
        _remove_unchanged(item, item.files[0])
        return
    contents = contents_of(item)
    used = {*contents.tables, *(file for _, file in contents.documents)}
    for file in sorted(item.files, key=lambda file: (file.name == data_file, file in used)):
        if file in used:
            _remove_unchanged(item, file)
        else:
            _keep(item.path_of(file), store.root / key / "others" / file.name)
    _remove_empty(item.path)


def _remove_unchanged(item: InboxItem, file: InboxFile) -> None:
    """Removes a file unless it was written to after it was copied: then it is a new drop."""
    path = item.path_of(file)
    with contextlib.suppress(FileNotFoundError):
        facts = path.lstat()
        if (facts.st_size, facts.st_mtime_ns, facts.st_ino) == (file.size, file.mtime_ns, file.inode):
            path.unlink()


def _keep(path: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place, number = target, 1
    while place.exists():
        number += 1
        place = target.with_name(f"{target.stem} ({number}){target.suffix}")
    with contextlib.suppress(FileNotFoundError):
        _move(path, place)
        place.chmod(0o600)


def _remove_empty(folder: Path) -> None:
    """Removes a folder with the READY file, links and temporary files left in it, but not with anything new."""
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in [*files, *folders]:
            path = Path(parent) / name
            if path.is_symlink() or (name in files and (is_ignored(name) or name.lower() in {"ready", "ready.txt"})):
                path.unlink(missing_ok=True)
            elif name in folders:
                with contextlib.suppress(OSError):
                    path.rmdir()
    with contextlib.suppress(FileNotFoundError):
        try:
            folder.rmdir()
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise


def _set_aside(item: InboxItem, answer: Refused, quarantine: Path) -> Refused:
    """Moves a refused drop into quarantine, the reason beside it."""
    with storage_errors(quarantine):
        quarantine.mkdir(parents=True, exist_ok=True)
        place = _free_place(quarantine, item.name)
        note = place.with_name(place.name + REASON_NOTE)
        write_whole(note, _reason_text(item, answer).encode())
        note.chmod(0o644)
    try:
        _move(item.path, place)
    except FileNotFoundError:
        return answer
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            note.unlink(missing_ok=True)
            raise StorageError(quarantine, "has no room left on its disk; free some space") from error
        return replace(answer, left_in_inbox=_not_cleared(item, error))
    return replace(answer, quarantined=place)


def _reason_text(item: InboxItem, answer: Refused) -> str:
    now = datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    return (
        f"{item.name} was not taken in.\n\n"
        f"Why: {_with_subject(answer.reason.rstrip('.'))}.\n\n"
        f"Looked at {now}. The {'folder' if item.is_folder else 'file'} itself lies beside this note, unchanged. "
        "Once it is mended, drop it into the inbox again.\n"
    )


def _with_subject(reason: str) -> str:
    """A reason that is told after a name elsewhere ("is a form ...") as a sentence of its own."""
    return f"it {reason}" if reason.partition(" ")[0] in {"is", "has", "holds", "cannot", "was", "needs"} else reason


def _free_place(quarantine: Path, name: str) -> Path:
    """A place that no refused drop takes yet. A note alone is what a killed process left: it is written anew."""
    place, number = quarantine / name, 1
    while place.exists() or place.is_symlink():
        number += 1
        stem, dot, ending = name.rpartition(".")
        place = quarantine / (f"{stem} ({number}).{ending}" if dot and stem else f"{name} ({number})")
    return place


def _move(source: Path, target: Path) -> None:
    """Moves a file or folder; onto another disk by a copy beside the target that is then renamed."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}.coming")
        if not source.is_symlink() and not source.is_file() and not source.is_dir():
            source.unlink()  # a pipe holds nothing that could be copied
            return
        if source.is_dir():
            shutil.rmtree(beside, ignore_errors=True)
            shutil.copytree(source, beside, symlinks=True)
        else:
            shutil.copy2(source, beside, follow_symlinks=False)
        beside.rename(target)
        if source.is_dir():
            shutil.rmtree(source)
        else:
            source.unlink()


def _not_cleared(item: InboxItem, error: OSError) -> str:
    return (
        f"{item.name} was answered but could not be removed from {item.path.parent} ({error.strerror}); "
        "remove it by hand, or give this program the right to write there"
    )
