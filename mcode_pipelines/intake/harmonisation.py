"""A harmonisation sheet, or its YAML, on its way into the store: recognised, read, kept for the study."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from mcode_pipelines.intake.deliveries import delivered, of_study
from mcode_pipelines.intake.documents import document_problem, read_yaml
from mcode_pipelines.intake.harmonisation_edits import HarmonisationEdits, edits_of
from mcode_pipelines.intake.limits import Limits
from mcode_pipelines.intake.outcomes import AlreadyThere, Harmonised
from mcode_pipelines.intake.private_copy import PrivateCopy
from mcode_pipelines.intake.review import named_in_workbook
from mcode_pipelines.intake.sandbox import harmonisation_in
from mcode_pipelines.intake.study_decisions import decisions_digest, decisions_of_study, keep_decisions
from mcode_pipelines.intake.succession import standing
from mcode_pipelines.intake.upload import Upload
from mcode_pipelines.intake.upload_directory import UploadDirectory
from mcode_pipelines.intake.upload_name import study_name
from mcode_pipelines.survey import UnreadableUpload
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, StudyDecisions
from mcode_pipelines.survey.harmonisation_sheet import MEMORY_SHEET, NAMED_SO

_NAMED = re.compile(f"[\"']{MEMORY_SHEET}[\"']".encode())
_ONLY_TO_READ = ("matched",)


@dataclass(frozen=True)
class ReadHarmonisation:
    """What a sheet or document says, and of which study."""

    edits: HarmonisationEdits
    study: str | None
    upload: str | None
    """The upload whose tables it came with."""
    uploads: dict[str, str]
    """Of each wave the key of its upload, as far as it is known."""
    language: str
    before: StudyDecisions = NOTHING_DECIDED
    """What had been decided when it was handed out."""


def is_harmonisation(path: Path) -> bool:
    """Whether a workbook has the hidden sheet of a harmonisation sheet. It must have passed the gate."""
    return named_in_workbook(path, _NAMED)


def read_harmonisation_file(path: Path, name: str, *, limits: Limits) -> ReadHarmonisation:
    """What a harmonisation sheet (`.xlsx`) or its YAML says. Raises UnreadableUpload."""
    if path.suffix.lower() in {".yaml", ".yml"}:
        return _document(path, name)
    sheet = harmonisation_in(path, name, limits=limits)
    table = sheet.table
    uploads = {wave.label: wave.upload for wave in table.waves if wave.upload}
    return ReadHarmonisation(
        edits_of(sheet), table.study, table.upload or None, uploads, table.language, table.decisions
    )


def apply_harmonisation(
    directory: UploadDirectory, read: ReadHarmonisation, copy: PrivateCopy, expected: Upload | None
) -> Harmonised | AlreadyThere:
    """Keeps what was decided for the study and marks the upload whose tables are to be made anew.

    Args:
        directory: the shelf.
        read: what the file says.
        copy: the file.
        expected: the upload that it came with in one folder, or is named after.

    Raises UnreadableUpload where the study is not here, or not that of the upload it came with.
    """
    with directory.locked():
        there = _upload_meant(directory, read, copy.name, expected)
        kept = decisions_of_study(directory, there.study)
        names = kept.names_of(read.uploads)
        taken_back = tuple((q, names.get(wave, wave), code) for q, wave, code in read.edits.taken_back)
        now = kept.decisions.without(taken_back).followed_by(read.edits.decisions.with_waves(names))
        if now == kept.decisions:
            if read.edits.refused:
                return Harmonised(there, frozenset(), refused=read.edits.refused, language=read.language)
            return AlreadyThere(there, (f"{copy.name}: nothing in it was changed, or it was taken in before",))
        keys = {names.get(wave, wave): key for wave, key in read.uploads.items()}
        standing = [d for d in delivered(of_study(directory.uploads(), there.study)) if d.stands]
        keys = {d.label: d.upload.key for d in standing} | keys
        keep_decisions(directory, kept.with_decisions(now, keys), copy)
        companions = {**there.companions, "harmonisation": decisions_digest(now)}
        upload = there.model_copy(update={"companions": companions, "changes": there.changes + 1})
        directory.record(upload)
    return Harmonised(
        upload,
        frozenset({"harmonisation"}),
        changed=read.edits.changes or _told(read.edits.decisions, kept.decisions),
        refused=read.edits.refused,
        language=read.language,
    )


def _upload_meant(directory: UploadDirectory, read: ReadHarmonisation, name: str, expected: Upload | None) -> Upload:
    named = directory.get(read.upload) if read.upload in directory and read.upload is not None else None
    study = named.study if named is not None else read.study
    if expected is not None:
        expected = directory.get(expected.key)
        if study is not None and study_name(study) != study_name(expected.study):
            raise UnreadableUpload(
                name,
                f"this is the harmonisation of the study {study!r}, but {expected.key} is of {expected.study!r}; it "
                "was not used, drop it by itself",
            )
        return expected
    if named is not None:
        return standing(directory, named.key).superseded_by or named
    uploads = directory.uploads()
    found = [d.upload for d in delivered(of_study(uploads, study)) if d.stands] if study is not None else []
    if not found:
        known = ", ".join(sorted({u.study for u in uploads})[:5]) or "none yet"
        what = f"there is no study {study!r} here" if study else "it does not say of which study it is"
        raise UnreadableUpload(name, f"{what}; write `study:` and one of {known}, or drop it in a folder with the data")
    return found[-1]


def _document(path: Path, name: str) -> ReadHarmonisation:
    given = read_yaml(path, name)
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise UnreadableUpload(name, "this holds no `questions` and `choices`; write decisions under these words")
    found = NAMED_SO.fullmatch(Path(name).name)
    study = given.get("study", found["study"] if found else None)
    said = {word: told for word, told in given.items() if word not in {"study", "upload", *_ONLY_TO_READ}}
    try:
        decisions = StudyDecisions.model_validate(said)
    except ValidationError as error:
        raise UnreadableUpload(name, document_problem(error, StudyDecisions, said)) from None
    upload = given.get("upload")
    indonesian = bool(found) and Path(name).stem.casefold().endswith("asi")
    return ReadHarmonisation(
        HarmonisationEdits(decisions),
        str(study) if study is not None else None,
        str(upload) if upload is not None else None,
        {},
        "id" if indonesian else "en",
    )


def _told(decisions: StudyDecisions, before: StudyDecisions) -> tuple[str, ...]:
    """What decisions say that was not decided so before."""
    of_questions = [
        f"{question}: {wave} = {one.variable or '-'}"
        for question, waves in decisions.questions.items()
        for wave, one in waves.items()
        if before.questions.get(question, {}).get(wave) != one
    ]
    of_choices = [
        f"{question}: {wave} {code} = {one.code or '-'}"
        for question, waves in decisions.choices.items()
        for wave, said in waves.items()
        for code, one in said.items()
        if before.choices.get(question, {}).get(wave, {}).get(code) != one
    ]
    return (*of_questions, *of_choices)
