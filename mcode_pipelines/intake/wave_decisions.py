"""What a person says of the place of an upload among the waves of its study: a companion, or `mcode wave`.

It is kept in the upload's record, so that no run and no later delivery loses it; the last word holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from mcode_pipelines.intake.deliveries import delivered, of_study, same_wave
from mcode_pipelines.intake.documents import document_problem, read_yaml
from mcode_pipelines.intake.succession import shares_of, standing
from mcode_pipelines.intake.upload import Upload
from mcode_pipelines.intake.upload_directory import UploadDirectory
from mcode_pipelines.intake.upload_name import study_name
from mcode_pipelines.sources import open_raw_survey
from mcode_pipelines.survey import SurveyError, UnreadableUpload


class WaveError(SurveyError):
    """A word about waves that cannot be followed."""


def _several(given: Any) -> Any:
    return given if isinstance(given, list | tuple) else [given]


_Keys = Annotated[tuple[str, ...], BeforeValidator(_several)]
_Text = Annotated[str, BeforeValidator(str)]


class WaveWord(BaseModel):
    """What is said of one upload; what is not said stays as it is. The document `wave.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    study: _Text | None = None
    wave: _Text | None = None
    withdrawn: bool | None = None
    restored: bool | None = None
    """It stands again: neither withdrawn nor superseded by what is there now."""
    replaces: _Keys = ()
    """Keys of uploads that it takes the place of."""
    beside: _Keys = ()
    """Keys of uploads that it stands beside, though it would take their place or they its."""
    order: tuple[_Text, ...] = ()
    """All or some waves of the study, the oldest first: keys or labels."""


def read_wave_word(path: Path, name: str) -> WaveWord:
    """A companion about waves (`wave.yaml`). Raises UnreadableUpload."""
    given = read_yaml(path, name)
    try:
        return WaveWord.model_validate({} if given is None else given)
    except ValidationError as error:
        raise UnreadableUpload(name, document_problem(error, WaveWord, given)) from None


def with_word(directory: UploadDirectory, upload: Upload, word: WaveWord) -> Upload:
    """The upload as the word has it, not yet recorded. Raises WaveError for uploads that are not there."""
    for key in (*word.replaces, *word.beside):
        if key not in directory:
            nearest = ", ".join(directory.nearest(key)) or "none"
            raise WaveError(f"there is no upload {key!r}; known are for example {nearest}")
        if key == upload.key:
            raise WaveError(f"{key}: an upload takes no place of itself; name another one")
    decided = upload.decided
    changes: dict[str, object] = {}
    if word.withdrawn is not None:
        changes["withdrawn"] = word.withdrawn
    if word.replaces:
        changes |= {"replaces": _added(decided.replaces, word.replaces), "withdrawn": False}
        changes["beside"] = tuple(key for key in decided.beside if key not in word.replaces)
    if word.beside:
        changes["beside"] = _added(decided.beside, word.beside)
        changes["replaces"] = tuple(key for key in decided.replaces if key not in word.beside)
    if word.restored:
        changes |= {"withdrawn": False, "chosen": None if word.beside else datetime.now(UTC)}
    now = upload.model_copy(update={"decided": decided.model_copy(update=changes)})
    return re_placed(directory, now, study=word.study, wave=word.wave)


def re_placed(directory: UploadDirectory, upload: Upload, *, study: str | None, wave: str | None) -> Upload:
    """The upload under another study or wave, where one is given, with what it shares with the uploads there."""
    changes: dict[str, object] = {}
    if wave:
        changes["wave"] = wave
    if study and study_name(study) != study_name(upload.study):
        changes["study"] = study_name(study)
    if not changes:
        return upload
    now = upload.model_copy(update=changes)
    if "study" in changes and directory.raw_path(upload.key).is_file():
        raw = open_raw_survey(directory.raw_path(upload.key))
        now = now.model_copy(update={"shares": shares_of(directory, now, raw)})
    return now


def identity_of_place(upload: Upload) -> str:
    """A digest that changes whenever the place of an upload among the waves does."""
    place = (upload.study, upload.wave, upload.decided.model_dump_json())
    return hashlib.sha256(repr(place).encode()).hexdigest()


def decide(directory: UploadDirectory, key: str, word: WaveWord) -> Upload:
    """Records what a person says of an upload; what depends on it is run anew by the service.

    Raises WaveError, UnknownUpload.
    """
    with directory.locked():
        before = directory.get(key)
        after = with_word(directory, before, word)
        if word.restored and not word.beside:
            after = _standing_again(directory, before, after)
        if word.order:
            after = order_waves(directory, after, word.order)
        if after == before:
            return before
        companions = {**after.companions, "wave": identity_of_place(after)}
        after = after.model_copy(update={"companions": companions, "changes": before.changes + 1})
        directory.record(after)
        return after


def order_waves(directory: UploadDirectory, upload: Upload, order: Sequence[str]) -> Upload:
    """Records an order of the waves of an upload's study; returns the upload itself, not yet recorded.

    The shelf has to be locked. An empty order takes an earlier one back. Raises WaveError for a wave that is not there.
    """
    uploads = [upload, *(u for u in of_study(directory.uploads(), upload.study) if u.key != upload.key)]
    places: dict[str, int] = {}
    for place, label in enumerate(order, start=1):
        meant = [u for u in uploads if label == u.key] or [
            d.upload for d in delivered(uploads) if label == d.label or same_wave(label, d.upload.wave)
        ]
        if not meant:
            there = ", ".join(d.label for d in delivered(uploads) if d.stands)
            raise WaveError(f"the study {upload.study} has no wave {label!r}; there are {there}")
        places |= {u.key: place for u in meant}
    for other in uploads:
        new_place = places.get(other.key)
        if new_place != other.decided.place:
            now = other.model_copy(update={"decided": other.decided.model_copy(update={"place": new_place})})
            if other.key == upload.key:
                upload = now
            else:
                directory.record(now)
    return upload


def _standing_again(directory: UploadDirectory, before: Upload, after: Upload) -> Upload:
    """A restored upload: what a person had said to replace it does so no more."""
    by = standing(directory, before.key).superseded_by
    if by is not None and before.key in by.decided.replaces:
        kept = tuple(key for key in by.decided.replaces if key != before.key)
        directory.record(by.model_copy(update={"decided": by.decided.model_copy(update={"replaces": kept})}))
    return after


def _added(keys: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*keys, *more)))
