"""A review workbook on its way into an upload: recognised, read in a child, applied as companions that stay."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import RootModel, ValidationError

from mcode_pipelines.intake.code_numbers import NumbersReused, successor_frame, with_retired_numbers
from mcode_pipelines.intake.corrections import Corrections, corrections_of, decisions_as_csv, read_decisions
from mcode_pipelines.intake.documents import read_frames
from mcode_pipelines.intake.edited_frame import FrameHistory
from mcode_pipelines.intake.errors import StorageError, storage_errors
from mcode_pipelines.intake.outcomes import AlreadyThere, Reviewed
from mcode_pipelines.intake.private_copy import PrivateCopy
from mcode_pipelines.intake.upload import Upload
from mcode_pipelines.intake.upload_directory import (
    UploadDirectory,
    put_frame,
    sha256_of_bytes,
    sha256_of_frames,
    write_whole,
)
from mcode_pipelines.survey import CodeFrame, CodeFrames, UnreadableUpload
from mcode_pipelines.survey.review import REVIEW_SHEET, ReviewWorkbook

_SHEET_LIST = re.compile(r"(?:.*/)?workbook\.xml", re.IGNORECASE)
_LONGEST_LIST = 1 << 20
_NAMED = re.compile(f"[\"']{REVIEW_SHEET}[\"']".encode())
_MOST_REMARKS = 50


class FrameHistories(RootModel[dict[str, FrameHistory]]):
    """What reviews took out of the frames of an upload, by question; the document `reviews/past.json`."""


def is_review(path: Path) -> bool:
    """Whether a workbook has the hidden sheet of a review. It must have passed the gate; nothing is parsed."""
    return named_in_workbook(path, _NAMED)


def named_in_workbook(path: Path, named: re.Pattern[bytes]) -> bool:
    """Whether the list of a workbook's sheets names one; a file that is no workbook names none."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.namelist():
                if _SHEET_LIST.fullmatch(entry):
                    with archive.open(entry) as part:
                        return named.search(part.read(_LONGEST_LIST)) is not None
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        return False
    return False


def was_review(path: Path) -> bool:
    """Whether an old Excel workbook (.xls) was saved from a review workbook: the name of its hidden sheet is there."""
    content = path.read_bytes()
    return any(REVIEW_SHEET.encode(encoding) in content for encoding in ("ascii", "utf-16-le"))


def apply_review(
    directory: UploadDirectory, workbook: ReviewWorkbook, copy: PrivateCopy, stage: Path
) -> Reviewed | AlreadyThere:
    """Gives an upload the corrections of a review: its frames and codes as companions, the workbook kept beside.

    Good corrections are applied, what cannot be used is listed in the answer. Raises UnreadableUpload where the
    workbook is of an upload that is not here, or of other data; StorageError where the store cannot be written.
    """
    if workbook.upload not in directory:
        nearest = directory.nearest(workbook.upload)
        known = f"; known are for example {', '.join(nearest)}" if nearest else ""
        raise UnreadableUpload(
            copy.name,
            f"this is the review workbook of {workbook.upload!r}, an upload that is not here{known}; "
            "drop it where that survey was processed",
        )
    with directory.locked():
        there = directory.get(workbook.upload)
        if workbook.sha256 and workbook.sha256 != there.sha256:
            raise UnreadableUpload(
                copy.name,
                f"this review workbook was made from other data than those of {there.key}; "
                "correct the review workbook that lies with its results and drop that",
            )
        folder = directory.root / there.key
        reviews = folder / "reviews"
        if any(reviews.glob(f"*-{copy.sha256[:16]}.xlsx")):
            return AlreadyThere(there, (f"{copy.name}: this very review was taken in before",))
        with storage_errors(folder):
            frames = {f.variable: f for path in directory.frame_paths(there.key) for f in read_frames(path, path.name)}
            codes = directory.codes_path(there.key)
            earlier = read_decisions(codes.read_bytes()) if codes else {}
        corrections = corrections_of(workbook, frames, earlier, frame_histories_of(directory, there.key))
        upload = _write(directory, there, corrections, frames.keys(), stage) if corrections.anything else there
        answer = Reviewed(
            upload,
            frozenset(k for k, v in upload.companions.items() if there.companions.get(k) != v),
            corrections.refused[:_MOST_REMARKS],
            corrected=corrections.answers,
            agreed=corrections.agreed,
            frame_changes=corrections.frame_changes,
            refused=corrections.refused,
            left_out=corrections.left_out,
            language=workbook.language,
        )
        _keep(reviews, copy, answer)
    return answer


def with_earlier_codes(directory: UploadDirectory, key: str, brought: Path) -> str:
    """Adds to a table of codes the decisions of reviews that it says nothing about; returns its sha256.

    The shelf has to be locked. What a person decided is kept for ever; of two decisions the later one wins.
    """
    there = directory.codes_path(key)
    earlier = read_decisions(there.read_bytes()) if there else {}
    later = read_decisions(brought.read_bytes())
    frames = {f.variable: f for path in directory.frame_paths(key) for f in read_frames(path, path.name)}
    content = decisions_as_csv(earlier | later, frames)
    with storage_errors(brought.parent):
        brought.write_bytes(content)
    return sha256_of_bytes(content)


def frame_histories_of(directory: UploadDirectory, key: str) -> dict[str, FrameHistory]:
    """What was taken out of the frames of an upload, by question. Raises StorageError."""
    reviews = directory.root / key / "reviews"
    path = reviews / "past.json"
    if not path.is_file():
        return {}
    try:
        return FrameHistories.model_validate_json(path.read_bytes()).root
    except (ValidationError, json.JSONDecodeError) as error:
        raise StorageError(reviews, "has a record (past.json) that cannot be read; restore it") from error


def given_frames(directory: UploadDirectory, key: str) -> CodeFrames:
    """The frames that came with an upload or were reviewed, with every number that was ever taken out of them."""
    histories = frame_histories_of(directory, key)
    frames = (frame for path in directory.frame_paths(key) for frame in read_frames(path, path.name))
    return CodeFrames(tuple(with_retired_numbers(frame, histories.get(frame.variable)) for frame in frames))


def with_earlier_frames(
    directory: UploadDirectory, key: str, brought: Mapping[str, CodeFrame], name: str
) -> tuple[dict[str, CodeFrame], dict[str, FrameHistory]]:
    """Frames that a person brings for an upload, with the memory of those they replace, and what is to be remembered.

    The shelf has to be locked. Raises UnreadableUpload where a number would get another meaning.
    """
    there, histories = {f.variable: f for f in given_frames(directory, key)}, frame_histories_of(directory, key)
    frames = {}
    for variable, frame in brought.items():
        try:
            frames[variable], history = successor_frame(frame, there.get(variable), histories.get(variable))
        except NumbersReused as error:
            raise UnreadableUpload(name, str(error)) from None
        if history != FrameHistory() or variable in histories:
            histories[variable] = history
    return frames, histories


def write_frame_histories(directory: UploadDirectory, key: str, histories: Mapping[str, FrameHistory]) -> None:
    """Writes what was taken out of the frames of an upload."""
    folder = directory.root / key
    with storage_errors(folder):
        (folder / "reviews").mkdir(mode=0o700, exist_ok=True)
        write_whole(
            folder / "reviews" / "past.json", FrameHistories(dict(histories)).model_dump_json(indent=1).encode()
        )


def _write(
    directory: UploadDirectory, there: Upload, corrections: Corrections, had_frames: Iterable[str], stage: Path
) -> Upload:
    """Frames, codes and what is to be remembered; the record comes last, so that a killed process is made up for."""
    folder = directory.root / there.key
    companions = dict(there.companions)
    with storage_errors(folder):
        write_frame_histories(directory, there.key, corrections.histories)
        for frame in corrections.frames.values():
            put_frame(folder / "frames", frame)
        if corrections.frames or any(had_frames):
            companions["frames"] = sha256_of_frames(folder / "frames")
        prepared = stage / "codes.csv"
        content = decisions_as_csv(corrections.decisions, corrections.frames)
        if corrections.decisions or "codes" in companions:
            prepared.write_bytes(content)
            prepared.chmod(0o600)
            directory.replace(there.key, "codes", prepared)
            companions["codes"] = sha256_of_bytes(content)
    upload = there.model_copy(update={"companions": companions, "changes": there.changes + 1})
    directory.record(upload)
    return upload


def _keep(reviews: Path, copy: PrivateCopy, answer: Reviewed) -> None:
    """The workbook as it came, and what was made of it."""
    with storage_errors(reviews.parent):
        reviews.mkdir(mode=0o700, exist_ok=True)
        number = 1 + sum(1 for _ in reviews.glob("*.xlsx"))
        place = reviews / f"{number:04d}-{copy.sha256[:16]}.xlsx"
        write_whole(place.with_suffix(".txt"), answer.note.encode())
        beside = place.with_name(f".{place.name}")
        shutil.copyfile(copy.path, beside)
        beside.chmod(0o600)
        beside.replace(place)
