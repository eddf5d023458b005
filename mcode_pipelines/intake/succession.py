"""A delivery among those of its study: what it shares with them, which it succeeds, and what goes on with it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from mcode_pipelines.intake.deliveries import MOSTLY, Delivered, delivered, delivery_before, of_study, shared_between
from mcode_pipelines.intake.errors import storage_errors
from mcode_pipelines.intake.file_kind import extension
from mcode_pipelines.intake.interviews import shared_interviews
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.sandbox import read_inspected
from mcode_pipelines.intake.upload import SharedInterviews, Upload
from mcode_pipelines.intake.upload_directory import DOCUMENT_FILES, UploadDirectory
from mcode_pipelines.intake.upload_name import study_name
from mcode_pipelines.intake.wave_messages import adopted, corrections_go_on, standing_remarks, taken_over
from mcode_pipelines.sources import open_raw_survey
from mcode_pipelines.survey import RawSurvey, Remark, UnreadableUpload

_OTHER_STUDIES = 50
"""So many of the latest uploads of other studies are looked at for the same interviews."""


def shares_of(directory: UploadDirectory, upload: Upload, raw: RawSurvey) -> dict[str, SharedInterviews]:
    """What an upload shares with the other uploads of its study."""
    others = [u for u in of_study(directory.uploads(), upload.study) if u.key != upload.key]
    compared = {u.key: shared_interviews(raw, open_raw_survey(directory.raw_path(u.key))) for u in others}
    return {key: shared for key, shared in compared.items() if shared is not None}


def placed_among(
    directory: UploadDirectory, upload: Upload, raw: RawSurvey, *, named: bool
) -> tuple[Upload, tuple[Remark, ...]]:
    """A new upload with what it shares; study and wave are of an upload that holds the same interviews, where one does.

    `named` says that a person gave the study in the plan: then other studies are not looked at.
    """
    shares = shares_of(directory, upload, raw)
    if named or any(shared.share >= MOSTLY for shared in shares.values()):
        return upload.model_copy(update={"shares": shares}), ()
    others = [u for u in directory.uploads() if u.key not in shares and study_name(u.study) != study_name(upload.study)]
    for other in reversed(others[-_OTHER_STUDIES:]):
        shared = shared_interviews(raw, open_raw_survey(directory.raw_path(other.key)))
        if shared is not None and shared.certain and shared.shared >= MOSTLY * max(shared.here, shared.there):
            adopting = upload.model_copy(update={"study": other.study, "wave": other.wave})
            adopting = adopting.model_copy(update={"shares": shares_of(directory, adopting, raw)})
            return adopting, (adopted(adopting, other),)
    return upload.model_copy(update={"shares": shares}), ()


def predecessor(directory: UploadDirectory, upload: Upload) -> Upload | None:
    """The delivery whose place an upload takes, that may not be stored yet."""
    return delivery_before([*(u for u in directory.uploads() if u.key != upload.key), upload], upload.key)


def take_over(
    directory: UploadDirectory,
    before: Upload,
    upload: Upload,
    prepared: Path,
    limits: Limits,
    remarks: Sequence[Remark],
) -> tuple[Upload, tuple[Remark, ...]]:
    """A delivery with form, plan and codebook edits of the earlier one, where it brought none; and what to tell.

    `prepared` is the folder of the upload that is not stored yet. Code frames and coded answers go on by the coding of
    the study.
    """
    upload, told = _take_over_form(directory, before, upload, prepared, limits, remarks)
    companions = dict(upload.companions)
    for kind in ("plan", "codebook"):
        source = directory.root / before.key / DOCUMENT_FILES[kind]
        if kind in companions or not source.is_file():
            continue
        with storage_errors(prepared):
            target = prepared / DOCUMENT_FILES[kind]
            shutil.copyfile(source, target)
            target.chmod(0o600)
            companions[kind] = hashlib.sha256(target.read_bytes()).hexdigest()
        told = (*told, taken_over(kind, before))
    return upload.model_copy(update={"companions": companions}), told


def _take_over_form(
    directory: UploadDirectory,
    before: Upload,
    upload: Upload,
    prepared: Path,
    limits: Limits,
    remarks: Sequence[Remark],
) -> tuple[Upload, tuple[Remark, ...]]:
    """A delivery of data alone, read with the form of the earlier delivery, where that fits."""
    if upload.form_name is not None or before.form_name is None:
        return upload, ()
    there, read = directory.files(before.key), prepared / "with_form.parquet"
    data = prepared / "data" / f"data{extension(upload.data_name)}"
    files = there.model_copy(update={"data": data, "data_name": upload.data_name})
    try:
        read_inspected(files, into=read, limits=limits, remarks=remarks)
    except UnreadableUpload:
        read.unlink(missing_ok=True)
        return upload, ()
    with storage_errors(prepared):
        read.replace(prepared / "as_read.parquet")
        for path in (path for path in (there.form, *(path for path, _ in there.lists)) if path is not None):
            target = prepared / path.relative_to(directory.root / before.key)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o600)
    now = {"form_name": before.form_name, "list_names": before.list_names}
    companions = {**upload.companions, "form": before.companions["form"]}
    return upload.model_copy(update={**now, "companions": companions}), (taken_over("form", before),)


def standing(directory: UploadDirectory, key: str) -> Delivered:
    """The place of an upload among the waves of its study."""
    uploads = of_study(directory.uploads(), directory.get(key).study)
    return next(d for d in delivered(uploads) if d.upload.key == key)


def run_successor_anew(directory: UploadDirectory, key: str) -> tuple[Remark, ...]:
    """Has the service run the delivery anew that stands in the place of an upload: corrections of that go on there.

    Returns what to tell of it; nothing where the upload stands itself. The shelf must not be locked.
    """
    with directory.locked():
        by = standing(directory, key).superseded_by
        if by is None:
            return ()
        companions = {**by.companions, "wave": _digest(by.key, directory.get(key).revision)}
        directory.record(by.model_copy(update={"companions": companions, "changes": by.changes + 1}))
    return (corrections_go_on(directory.get(key), by),)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def remarks_on_standing(directory: UploadDirectory, key: str) -> tuple[Remark, ...]:
    """What is to be told of the place of an upload among the waves of its study."""
    upload = directory.get(key)
    before = predecessor(directory, upload)
    return standing_remarks(standing(directory, key), before, shared_between(upload, before) if before else None)
