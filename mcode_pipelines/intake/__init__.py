"""How files come in: the gate, the child process that reads, the store of uploads, the inbox."""

from __future__ import annotations

from mcode_pipelines.intake.answers import Admitted, AlreadyThere, Answer, Changed, NotYet, Refused, Reviewed
from mcode_pipelines.intake.corrections import Corrections, Decisions, corrections_of, decisions_as_csv
from mcode_pipelines.intake.documents import check_codes, read_codebook, read_codebook_edits, read_frames, read_plan
from mcode_pipelines.intake.drop import Drop, DropFile, readable_name
from mcode_pipelines.intake.edited_frame import FramePast
from mcode_pipelines.intake.errors import StorageTrouble, UnknownUpload
from mcode_pipelines.intake.file_kind import FileKind
from mcode_pipelines.intake.frame_numbers import reused_numbers, with_past
from mcode_pipelines.intake.gate import inspect
from mcode_pipelines.intake.inbox import (
    NextSteps,
    RunWanted,
    drop_of,
    look,
    next_steps,
    settled,
    still_written,
    wanted_runs,
)
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.reading import read_upload, review_in
from mcode_pipelines.intake.review import given_frames, is_review, pasts_of
from mcode_pipelines.intake.taking import take
from mcode_pipelines.intake.upload import COMPANIONS, Upload, UploadFiles
from mcode_pipelines.intake.upload_store import UploadStore, read_again

__all__ = [
    "COMPANIONS",
    "Admitted",
    "AlreadyThere",
    "Answer",
    "Changed",
    "Corrections",
    "Decisions",
    "Drop",
    "DropFile",
    "FileKind",
    "FramePast",
    "Limits",
    "NextSteps",
    "NotYet",
    "Refused",
    "Reviewed",
    "RunWanted",
    "StorageTrouble",
    "UnknownUpload",
    "Upload",
    "UploadFiles",
    "UploadStore",
    "check_codes",
    "corrections_of",
    "decisions_as_csv",
    "drop_of",
    "given_frames",
    "inspect",
    "is_review",
    "look",
    "next_steps",
    "pasts_of",
    "read_again",
    "read_codebook",
    "read_codebook_edits",
    "read_frames",
    "read_plan",
    "read_upload",
    "readable_name",
    "reused_numbers",
    "review_in",
    "settled",
    "still_written",
    "take",
    "wanted_runs",
    "with_past",
]
