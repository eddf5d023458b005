"""Takes drops out of the inbox: into the store, into quarantine with the reason beside, or with an answer.

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

from mcode_pipelines.intake.answers import AlreadyThere, Answer, NotYet, Refused, Reviewed
from mcode_pipelines.intake.contents import contents_of
from mcode_pipelines.intake.drop import Drop, DropFile
from mcode_pipelines.intake.errors import StorageTrouble, our_folder
from mcode_pipelines.intake.inbox import ALREADY_NOTE, REASON_NOTE, REVIEW_NOTE, ignored
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.shelf import write_whole
from mcode_pipelines.intake.upload_store import UploadStore
from mcode_pipelines.survey import Progress, SurveyError, silent

_DEFAULT_LIMITS = Limits()
_LOG = logging.getLogger(__name__)


def take(
    drop: Drop,
    store: UploadStore,
    quarantine: Path,
    *,
    limits: Limits = _DEFAULT_LIMITS,
    progress: Progress = silent,
) -> Answer:
    """Admits a drop and clears the inbox of it.

    Raises StorageTrouble where the store or the quarantine cannot be written: the drop then stays where it
    is and can be taken again. Where the inbox does not let go of it, the answer says so (`left_in_inbox`).
    """
    try:
        return _taken(drop, store, quarantine, limits, progress)
    except SurveyError:
        raise
    except Exception as mistake:
        _LOG.exception("%s could not be cleared away", drop.name)
        reason = _mistake(mistake)
        return Refused(drop.name, reason, left_in_inbox=f"{drop.name} stays in the inbox: {reason}")


def _taken(drop: Drop, store: UploadStore, quarantine: Path, limits: Limits, progress: Progress) -> Answer:
    answer = _admitted(drop, store, limits, progress)
    if isinstance(answer, NotYet):
        return answer
    if isinstance(answer, Refused):
        return _set_aside(drop, answer, quarantine)
    try:
        if isinstance(answer, AlreadyThere):
            note = drop.path.with_name(drop.name + ALREADY_NOTE)
            lines = (f"{drop.name}: {answer.sentence}", *answer.remarks)
            write_whole(note, "".join(f"{line}\n" for line in lines).encode())
            note.chmod(0o644)
        if isinstance(answer, Reviewed):
            note = drop.path.with_name(drop.name + REVIEW_NOTE)
            write_whole(note, answer.note.encode())
            note.chmod(0o644)
        _clear(drop, store, answer.upload.key, answer.data_file)
    except OSError as error:
        return replace(answer, left_in_inbox=_not_cleared(drop, error))
    return answer


def _admitted(drop: Drop, store: UploadStore, limits: Limits, progress: Progress) -> Answer:
    """What the store says of a drop. A mistake of this program is told of the drop it came up with: others go on."""
    try:
        return store.admit(drop, limits=limits, progress=progress)
    except SurveyError:
        raise
    except Exception as mistake:
        _LOG.exception("%s could not be taken in", drop.name)
        return Refused(drop.name, _mistake(mistake))


def _mistake(mistake: Exception) -> str:
    return (
        f"a mistake in this program came up with it ({type(mistake).__name__}); tell whoever looks after the "
        "program, its log has more"
    )


def _clear(drop: Drop, store: UploadStore, key: str, data_file: str | None) -> None:
    """Removes from the inbox what was stored; what else a folder holds is kept with the upload.

    The data go last: a folder half cleared by a killed process is still known by them.
    """
    if not drop.is_folder:
        _remove_unchanged(drop, drop.files[0])
        return
    contents = contents_of(drop)
    used = {*contents.tables, *(file for _, file in contents.documents)}
    for file in sorted(drop.files, key=lambda file: (file.name == data_file, file in used)):
        if file in used:
            _remove_unchanged(drop, file)
        else:
            _keep(drop.path_of(file), store.root / key / "others" / file.name)
    _remove_empty(drop.path)


def _remove_unchanged(drop: Drop, file: DropFile) -> None:
    """Removes a file unless it was written to after it was copied: then it is a new drop."""
    path = drop.path_of(file)
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
            if path.is_symlink() or (name in files and (ignored(name) or name.lower() in {"ready", "ready.txt"})):
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


def _set_aside(drop: Drop, answer: Refused, quarantine: Path) -> Refused:
    """Moves a refused drop into quarantine, the reason beside it."""
    with our_folder(quarantine):
        quarantine.mkdir(parents=True, exist_ok=True)
        place = _free_place(quarantine, drop.name)
        note = place.with_name(place.name + REASON_NOTE)
        write_whole(note, _reason_text(drop, answer).encode())
        note.chmod(0o644)
    try:
        _move(drop.path, place)
    except FileNotFoundError:
        return answer
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            note.unlink(missing_ok=True)
            raise StorageTrouble(quarantine, "has no room left on its disk; free some space") from error
        return replace(answer, left_in_inbox=_not_cleared(drop, error))
    return replace(answer, quarantined=place)


def _reason_text(drop: Drop, answer: Refused) -> str:
    now = datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    return (
        f"{drop.name} was not taken in.\n\n"
        f"Why: {_with_subject(answer.reason.rstrip('.'))}.\n\n"
        f"Looked at {now}. The {'folder' if drop.is_folder else 'file'} itself lies beside this note, unchanged. "
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


def _not_cleared(drop: Drop, error: OSError) -> str:
    return (
        f"{drop.name} was answered but could not be removed from {drop.path.parent} ({error.strerror}); "
        "remove it by hand, or give this program the right to write there"
    )
