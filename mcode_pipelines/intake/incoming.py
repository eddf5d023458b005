"""What a drop brings: every file that is used, copied privately, and read where it is a document."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from mcode_pipelines.intake.contents import Contents
from mcode_pipelines.intake.documents import check_codes, read_codebook_edits, read_frames, read_plan
from mcode_pipelines.intake.errors import storage_errors
from mcode_pipelines.intake.file_kind import extension
from mcode_pipelines.intake.gate import promised_kind, size_limit
from mcode_pipelines.intake.inbox_item import InboxItem
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.private_copy import PrivateCopy, copy_privately
from mcode_pipelines.intake.wave_decisions import WaveWord, read_wave_word
from mcode_pipelines.survey import CodeFrame, TabulationPlan, UnreadableUpload


@dataclass
class Incoming:
    """The files of a drop by what they are; nothing has looked into the tables yet."""

    tables: list[PrivateCopy] = field(default_factory=list)
    documents: dict[str, PrivateCopy] = field(default_factory=dict)
    """plan, codebook, codes, wave."""
    harmonisations: list[PrivateCopy] = field(default_factory=list)
    """Documents about the waves of the study; sheets are among the tables."""
    frames: dict[str, CodeFrame] = field(default_factory=dict)
    plan: TabulationPlan | None = None
    wave: WaveWord | None = None


def copy_incoming(item: InboxItem, contents: Contents, stage: Path, limits: Limits) -> Incoming:
    """Copies every file that is used into `stage` and reads the documents among them.

    Raises UnreadableUpload for a file that is too large, of a kind that is not taken, or a document that cannot be
    read, StillChanging for a file that changes meanwhile, StorageError where the copies cannot be written.
    """
    incoming = Incoming()
    folder = stage / "incoming"
    with storage_errors(stage):
        folder.mkdir(mode=0o700)
    for number, (kind, file) in enumerate([*(("table", f) for f in contents.tables), *contents.documents]):
        if kind == "table":
            promised_kind(file.name)
        most = size_limit(file.name, limits) if kind in {"table", "codes"} else limits.document_bytes
        copy = copy_privately(item, file, folder / f"{number:04d}{extension(file.name)}", most)
        match kind:
            case "table":
                incoming.tables.append(copy)
            case "frames":
                _add_frames(incoming, copy, contents.variable)
            case "harmonisation":
                incoming.harmonisations.append(copy)
            case _:
                _read_document(incoming, kind, copy)
    return incoming


def _read_document(incoming: Incoming, kind: str, copy: PrivateCopy) -> None:
    match kind:
        case "plan":
            incoming.plan = read_plan(copy.path, copy.name)
        case "codebook":
            read_codebook_edits(copy.path, copy.name)
        case "wave":
            incoming.wave = read_wave_word(copy.path, copy.name)
        case "codes":
            check_codes(copy.path, copy.name)
    incoming.documents[kind] = copy


def _add_frames(incoming: Incoming, copy: PrivateCopy, variable: str | None) -> None:
    for frame in read_frames(copy.path, copy.name):
        if variable is not None and frame.variable != variable:
            raise UnreadableUpload(
                copy.name,
                f"the name says {variable}, but the frame in it is of {frame.variable}; correct one of them",
            )
        if frame.variable in incoming.frames:
            raise UnreadableUpload(copy.name, f"there is a second frame of the question {frame.variable}; keep one")
        incoming.frames[frame.variable] = frame
