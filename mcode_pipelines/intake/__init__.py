"""How files come in: the gate, the child process that reads, the store of uploads, the inbox."""

from __future__ import annotations

from mcode_pipelines.intake.code_numbers import reused_numbers, with_retired_numbers
from mcode_pipelines.intake.corrections import Corrections, Decisions, corrections_of, decisions_as_csv, read_decisions
from mcode_pipelines.intake.deliveries import (
    Delivered,
    by_wave_label,
    delivered,
    delivery_before,
    of_study,
    same_wave,
    superseded_in,
)
from mcode_pipelines.intake.documents import check_codes, read_codebook, read_codebook_edits, read_frames, read_plan
from mcode_pipelines.intake.edited_frame import FrameHistory
from mcode_pipelines.intake.errors import StorageError, UnknownUpload, storage_errors
from mcode_pipelines.intake.file_kind import FileKind
from mcode_pipelines.intake.gate import inspect
from mcode_pipelines.intake.harmonisation import ReadHarmonisation, is_harmonisation, read_harmonisation_file
from mcode_pipelines.intake.inbox import (
    CAME,
    DONE,
    NextSteps,
    RunWanted,
    inbox_item_at,
    is_open_for_writing,
    looks_cut_off,
    next_steps,
    scan_inbox,
    settled,
    wanted_runs,
)
from mcode_pipelines.intake.inbox_item import InboxFile, InboxItem, readable_name
from mcode_pipelines.intake.ingestion import ingest
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.outcomes import (
    Admitted,
    AlreadyThere,
    Changed,
    Deferred,
    Harmonised,
    Outcome,
    Refused,
    Reviewed,
)
from mcode_pipelines.intake.review import frame_histories_of, given_frames, is_review
from mcode_pipelines.intake.sandbox import list_files_in, read_upload, review_in
from mcode_pipelines.intake.study_decisions import (
    KeptDecisions,
    decisions_digest,
    decisions_of_study,
    rewrite_decisions,
)
from mcode_pipelines.intake.succession import remarks_on_standing, standing
from mcode_pipelines.intake.upload import COMPANIONS, Upload, UploadFiles
from mcode_pipelines.intake.upload_name import parse_upload_name, study_name
from mcode_pipelines.intake.upload_store import UploadStore, read_again
from mcode_pipelines.intake.wave_decisions import WaveError, WaveWord, decide, order_waves
from mcode_pipelines.intake.wave_messages import both_languages

__all__ = [
    "CAME",
    "COMPANIONS",
    "DONE",
    "Admitted",
    "AlreadyThere",
    "Changed",
    "Corrections",
    "Decisions",
    "Deferred",
    "Delivered",
    "FileKind",
    "FrameHistory",
    "Harmonised",
    "InboxFile",
    "InboxItem",
    "KeptDecisions",
    "Limits",
    "NextSteps",
    "Outcome",
    "ReadHarmonisation",
    "Refused",
    "Reviewed",
    "RunWanted",
    "StorageError",
    "UnknownUpload",
    "Upload",
    "UploadFiles",
    "UploadStore",
    "WaveError",
    "WaveWord",
    "both_languages",
    "by_wave_label",
    "check_codes",
    "corrections_of",
    "decide",
    "decisions_as_csv",
    "decisions_digest",
    "decisions_of_study",
    "delivered",
    "delivery_before",
    "frame_histories_of",
    "given_frames",
    "inbox_item_at",
    "ingest",
    "inspect",
    "is_harmonisation",
    "is_open_for_writing",
    "is_review",
    "list_files_in",
    "looks_cut_off",
    "next_steps",
    "of_study",
    "order_waves",
    "parse_upload_name",
    "read_again",
    "read_codebook",
    "read_codebook_edits",
    "read_decisions",
    "read_frames",
    "read_harmonisation_file",
    "read_plan",
    "read_upload",
    "readable_name",
    "remarks_on_standing",
    "reused_numbers",
    "review_in",
    "rewrite_decisions",
    "same_wave",
    "scan_inbox",
    "settled",
    "standing",
    "storage_errors",
    "study_name",
    "superseded_in",
    "wanted_runs",
    "with_retired_numbers",
]
