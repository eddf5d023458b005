"""An upload that was taken in: its identity, its names and what came with it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from mcode_pipelines.survey import Remark

COMPANIONS = ("form", "plan", "codebook", "frames", "codes", "wave", "harmonisation")
"""What may come with the data of an upload: beside files, a person's word on its place among the study's waves.

A harmonisation is kept for the whole study.
"""


class UploadFiles(BaseModel):
    """The data file of an upload, its form, and the names a person knows them by."""

    model_config = ConfigDict(frozen=True)

    data: Path
    data_name: str
    form: Path | None = None
    form_name: str | None = None
    lists: tuple[tuple[Path, str], ...] = ()
    """Files with lists of choices that the form names, each with its name."""


class SharedInterviews(BaseModel):
    """How many interviews an upload shares with another one."""

    model_config = ConfigDict(frozen=True)

    by: str | None = None
    """The column whose ids were compared; None: what rows hold was."""
    shared: int
    here: int
    """How many there are in this upload."""
    there: int
    """How many there are in the other one."""
    certain: bool = False
    """Ids that a tool makes for each interview were compared; rows may agree by chance, and panels answer again."""

    @property
    def share(self) -> float:
        """The shared ones as a share of those of the smaller upload."""
        return self.shared / max(min(self.here, self.there), 1)


class WaveDecisions(BaseModel):
    """What a person decided of the place of an upload among the waves of its study; kept for ever."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    withdrawn: bool = False
    """It stands in no wave table of other uploads, and supersedes nothing."""
    chosen: datetime | None = None
    """When a person said that this delivery holds, whatever was there then."""
    replaces: tuple[str, ...] = ()
    """Keys of uploads that it takes the place of."""
    beside: tuple[str, ...] = ()
    """Keys of uploads that it stands beside, though they share interviews or the wave's name."""
    place: int | None = None
    """Its place in an order of the study's waves that a person gave."""


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
    shares: dict[str, SharedInterviews] = {}
    """What it shares with uploads of its study that were there when it came, by their keys."""
    decided: WaveDecisions = WaveDecisions()
    companions: dict[str, str] = {}
    """Kind (one of COMPANIONS) to the sha256 of what is there now; of a form with its list files."""
    grew_from: tuple[str, ...] = ()
    """Keys under which this file was taken before it was finished: those uploads were put away."""
    remarks: tuple[Remark, ...] = ()
    """What there was to tell of how the file came: told again whenever its data are read anew."""
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
