"""An upload that was taken in: its identity, its names and what came with it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

COMPANIONS = ("form", "plan", "codebook", "frames", "codes")
"""What may come with the data of an upload, in the order the pipeline uses it."""


class UploadFiles(BaseModel):
    """The data file of an upload, its form, and the names a person knows them by."""

    model_config = ConfigDict(frozen=True)

    data: Path
    data_name: str
    form: Path | None = None
    form_name: str | None = None
    lists: tuple[tuple[Path, str], ...] = ()
    """Files with lists of choices that the form names, each with its name."""


class Upload(BaseModel):
    """One upload of the store; the document `upload.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    """The partition key: a readable slug and the first hex digits of the sha256."""
    name: str
    """What a person would call it: the folder's or file's name without its extension."""
    sha256: str
    """Of the data file's bytes: the upload's identity."""
    received: datetime
    study: str
    wave: str | None = None
    """As `survey.Wave.printed`, or as a person gave it."""
    delivery: float = 1
    """Which delivery of its wave its name says it is; see `upload_name.Delivery`."""
    exported: datetime | None = None
    """When a survey tool wrote the data file, by its name."""
    data_name: str
    form_name: str | None = None
    list_names: tuple[str, ...] = ()
    """Of the list files that came with the form, in the order in which they lie in `lists/`."""
    companions: dict[str, str] = {}
    """Kind (form, plan, codebook, frames, codes) to the sha256 of what is there now; of a form with its list files."""
    changes: int = 0
    """How often companions came after the data: one that is brought back is a change too."""

    @property
    def revision(self) -> str:
        """12 hex digits that change whenever a companion does."""
        return hashlib.sha256(repr((self.sha256, sorted(self.companions.items()))).encode()).hexdigest()[:12]

    @property
    def written(self) -> datetime:
        """When its data were exported, where its name says so, else when it was received."""
        exported = self.exported
        return self.received if exported is None else exported.replace(tzinfo=exported.tzinfo or UTC)

    @property
    def came(self) -> str:
        """When it was received, as a short text: the same data may be removed and come again."""
        return self.received.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")

    @property
    def run_key(self) -> str:
        """The identity of a run of this content of the upload, as it came this time.

        Dagster never runs a key twice: content alone would keep what was removed, or replaced for a while, from
        running when it comes again.
        """
        return f"{self.key}:{self.revision}:{self.came}:{self.changes}"
