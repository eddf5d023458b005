"""What people who drop files are told of a run, beside the files they dropped: they need not open the web UI."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from mcode_pipelines.intake import DONE, Upload
from mcode_pipelines.lake import BEFORE, replaced_file
from mcode_pipelines.survey import Remark
from mcode_pipelines.survey.harmonisation_sheet import FILE_NAMES

_SHEETS = {f"{name}.xlsx" for name in FILE_NAMES.values()}
_FOR_EVERYBODY_WHO_MAY_ENTER = 0o644


def done_note_of(inbox: Path, key: str) -> Path:
    """Where the note lies that an upload is finished."""
    return inbox / DONE / f"{key}.txt"


def take_back(note: Path) -> None:
    """Removes a note that is true no more, where it is there."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        note.unlink()


def write_done_note(inbox: Path, upload: Upload, folder: Path, remarks: Sequence[Remark] = ()) -> Path:
    """Writes that an upload is finished, and where its workbooks lie, in Indonesian and English.

    `remarks` are what is to be told of its place among the waves of its study. Replaces the note of an
    earlier run of the same upload.
    """
    files = sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    before = folder / BEFORE
    listed = "".join(f"  {name}\n" for name in files)
    waves = next((name for name in files if name in _SHEETS), None)
    review = next((name for name in files if name.endswith("_review.xlsx")), None)
    unfinished = ", ".join(upload.grew_from)
    indonesian = [
        f"{upload.name} selesai diolah pada {_finished(folder)}.",
        f"Hasilnya ada di {folder}:\n{listed}",
        *([f"Berkas ini menggantikan {unfinished}, yang diambil ketika belum selesai.\n"] if unfinished else []),
        *([f"Hasil proses sebelumnya masih disimpan di {before}.\n"] if before.is_dir() else []),
        *(f"{remark.id}\n" for remark in remarks),
        *([f"Apa yang sama antar gelombang: {waves}; periksa, perbaiki, lalu taruh di inbox.\n"] if waves else []),
        *([f"Periksa dan perbaiki kode jawaban terbuka di {review}, lalu taruh lagi di inbox.\n"] if review else []),
    ]
    english = [
        f"{upload.name} was finished on {_finished(folder)}.",
        f"The results are in {folder}:\n{listed}",
        *([f"It takes the place of {unfinished}, taken when its file was not finished.\n"] if unfinished else []),
        *([f"Those of the run before are kept in {before}.\n"] if before.is_dir() else []),
        *(f"{remark.en}\n" for remark in remarks),
        *([f"What the waves have in common: {waves}; check, correct, drop it into the inbox.\n"] if waves else []),
        *(
            [f"Check and correct the codes of open answers in {review}, and drop it into the inbox.\n"]
            if review
            else []
        ),
    ]
    note = done_note_of(inbox, upload.key)
    note.parent.mkdir(mode=0o750, exist_ok=True)
    _write(note, "\n".join([*indonesian, *english]))
    return note


def write_failure_note(
    quarantine: Path, key: str, sentences: Sequence[str], run_id: str, *, sheet: Path | None = None
) -> Path:
    """Writes why an upload could not be processed, and what to do; replaces an earlier note of the same upload.

    `sheet` is the folder of its harmonisation sheet, which may be what is to be filled in.
    """
    why = "\n".join(sentences) or "The run broke off; an engineer can see more in the web UI."
    note = quarantine / f"{key}.reason.txt"
    _write(
        note,
        f"{key} could not be processed to its end.\n\nWhy: {why}\n\n"
        f"{_where_the_sheet_lies(sheet)}"
        f"Happened {_now()}. The upload itself is kept; drop again only what you mended, for example "
        f"{key}.plan.yaml. In the web UI the run is {run_id}.\n",
    )
    return note


def _where_the_sheet_lies(folder: Path | None) -> str:
    found = sorted(folder.glob("*.xlsx")) if folder is not None and folder.is_dir() else []
    if not found:
        return ""
    return (
        f"What the waves have in common: {found[0]} (fill in what is the same and drop it into the inbox).\n"
        f"Apa yang sama antar gelombang: {found[0]} (isi yang sama lalu taruh di inbox).\n\n"
    )


def _finished(folder: Path) -> str:
    """When the workbooks were written: the note may be written again later."""
    if not folder.is_dir():
        return _now()
    return datetime.fromtimestamp(folder.stat().st_mtime, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _now() -> str:
    return datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _write(note: Path, text: str) -> None:
    with replaced_file(note) as beside:
        beside.write_text(text, encoding="utf-8")
        beside.chmod(_FOR_EVERYBODY_WHO_MAY_ENTER)
