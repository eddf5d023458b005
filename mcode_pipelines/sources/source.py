"""What every source kind has in common: the interface and what a person may overrule."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from mcode_pipelines.survey import RawSurvey


class ReadOptions(BaseModel):
    """What a person may overrule of the reading; None: find out from the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheet: str | None = None
    """The sheet of a workbook that holds the data."""
    header_rows: Annotated[int, Field(ge=0, le=10)] | None = None
    """How many rows the header takes; 0: the file has none."""
    skip_rows: Annotated[int, Field(ge=0, le=50)] | None = None
    """Rows above the header."""
    encoding: str | None = None
    """Of text files, as Python names it: `utf-8`, `cp1252`, `utf-16` ..."""
    delimiter: Annotated[str, Field(pattern=r"^[\t!#-~]$")] | None = None
    """Of text files: one plain character, a tab as such."""


AUTODETECT = ReadOptions()
"""Nothing overruled."""


class SurveySource(Protocol):
    """A kind of place that survey data come from; for files, one implementation a file kind."""

    @property
    def kind(self) -> str:
        """The word for it in SourceNotes.kind."""
        ...

    @property
    def extensions(self) -> tuple[str, ...]:
        """File name endings it reads, lower case with the dot; empty for a source that is no file."""
        ...

    def read(self, path: Path, name: str, options: ReadOptions) -> RawSurvey:
        """The data with what the file says about them.

        `name` is the file's name as the person knows it; `path` may be a private one without meaning.
        Raises UnreadableUpload.
        """
        ...


def extension(name: str) -> str:
    """The ending of a file's name, lower case with the dot."""
    return PurePath(name).suffix.lower()
