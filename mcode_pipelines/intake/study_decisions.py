"""What persons decided of the waves of a study, kept for all its uploads: `<uploads>/.studies/<study>/`.

`decisions.json` is what holds now; beside it lies every sheet or document as it came.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from mcode_pipelines.intake.deliveries import same_wave
from mcode_pipelines.intake.errors import StorageError, storage_errors
from mcode_pipelines.intake.private_copy import PrivateCopy
from mcode_pipelines.intake.upload_directory import UploadDirectory, write_whole
from mcode_pipelines.intake.upload_name import study_name
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, StudyDecisions

_STUDIES = ".studies"


class KeptDecisions(BaseModel):
    """The document `decisions.json`."""

    model_config = ConfigDict(frozen=True)

    study: str
    decisions: StudyDecisions = NOTHING_DECIDED
    uploads: dict[str, str] = {}
    """Wave, as the decisions call it, to the upload that it was: a wave may be renamed, or delivered again."""

    def naming(self, waves: Mapping[str, str]) -> StudyDecisions:
        """The decisions under the names that waves have now.

        Args:
            waves: of each wave there is its upload's key, by its name.
        """
        name_of = {key: name for name, key in waves.items()}
        now: dict[str, str] = {}
        for wave in self.decisions.waves:
            if self.uploads.get(wave) in name_of:
                now[wave] = name_of[self.uploads[wave]]
            elif wave not in waves:  # written in another way, or delivered again since
                now[wave] = next((name for name in waves if same_wave(name, wave)), wave)
        return self.decisions.with_waves(now)

    def with_decisions(self, decisions: StudyDecisions, uploads: Mapping[str, str]) -> KeptDecisions:
        """With these decisions in place of those that were."""
        about = set(decisions.waves)
        kept = {wave: key for wave, key in {**self.uploads, **uploads}.items() if key and wave in about}
        return self.model_copy(update={"decisions": decisions, "uploads": kept})

    def names_of(self, uploads: Mapping[str, str]) -> dict[str, str]:
        """What the decisions call each wave of a sheet.

        Args:
            uploads: of each wave of the sheet its upload's key, by the name it has there.
        """
        known = {key: wave for wave, key in self.uploads.items()}
        return {wave: known[key] for wave, key in uploads.items() if key in known}


def decisions_of_study(directory: UploadDirectory, study: str) -> KeptDecisions:
    """What was decided of a study. Raises StorageError where the record cannot be read."""
    path = _folder(directory, study) / "decisions.json"
    if not path.is_file():
        return KeptDecisions(study=study)
    try:
        return KeptDecisions.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise StorageError(path.parent, "has a record (decisions.json) that cannot be read; restore it") from error


def keep_decisions(directory: UploadDirectory, kept: KeptDecisions, copy: PrivateCopy) -> None:
    """Writes what was decided of a study, and the file that said so. The shelf has to be locked."""
    folder = _folder(directory, kept.study)
    with storage_errors(directory.root):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = 1 + sum(1 for _ in folder.glob("[0-9]*"))
        place = folder / f"{number:04d}-{copy.sha256[:16]}{Path(copy.name).suffix.lower()}"
        beside = place.with_name(f".{place.name}")
        shutil.copyfile(copy.path, beside)
        beside.chmod(0o600)
        beside.replace(place)
        _write(folder, kept)


def rewrite_decisions(directory: UploadDirectory, study: str, as_it_is: StudyDecisions, now: StudyDecisions) -> None:
    """Writes the same decisions in other words, unless they have changed since they were read."""
    with directory.locked():
        kept = decisions_of_study(directory, study)
        if kept.decisions == as_it_is != now:
            with storage_errors(directory.root):
                _write(_folder(directory, study), kept.model_copy(update={"decisions": now}))


def _write(folder: Path, kept: KeptDecisions) -> None:
    write_whole(folder / "decisions.json", kept.model_dump_json(indent=1).encode())


def decisions_digest(decisions: StudyDecisions) -> str:
    """The identity of decisions: the same whatever the order they came in."""
    told = json.dumps(decisions.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _folder(directory: UploadDirectory, study: str) -> Path:
    name = study_name(study)
    slug = re.sub(r"[^a-z0-9]+", "-", name).strip("-")[:40]
    return directory.root / _STUDIES / f"{slug or 'study'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
