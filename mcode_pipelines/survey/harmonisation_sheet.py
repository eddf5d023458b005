"""The harmonisation sheet: what is in it, and what was found in one that came back.

The room that fills it, the one that writes it and the one that reads it agree here and nowhere else. Rows may be sorted
and deleted, columns moved and waves renamed: a row is known by its id, a column by its heading, and what was there
before by the hidden sheet.
"""

from __future__ import annotations

import re
from enum import IntEnum

from pydantic import BaseModel, ConfigDict

from mcode_pipelines.survey.codes import CodeText
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, StudyDecisions
from mcode_pipelines.survey.remark import Remark

MEMORY_SHEET = "_mcode_harmonisation"
"""The hidden sheet that makes a workbook a harmonisation sheet."""
SHEET_FORMAT = "1"
NOTHING = "-"
"""What stands in a cell where a wave did not ask a question, or did not offer a choice."""
FILE_NAMES = {"id": "harmonisasi", "en": "harmonisation"}
"""What the files are called, without their endings."""
NAMED_SO = re.compile(r"(?:(?P<study>.+)[._ -])?harmoni[sz](?:asi|ation)(?P<ending>\.(?:ya?ml|xlsx))", re.IGNORECASE)

ROW_ID = frozenset({"no. baris", "row no."})
AGREED = frozenset({"setuju (x)", "agreed (x)"})
HOW = frozenset({"dicocokkan bagaimana", "how it was matched"})
"""Headings by which columns are found again, in lower case, in both languages of the output."""


class SheetModel(BaseModel):
    """Base of the parts: frozen."""

    model_config = ConfigDict(frozen=True)


class Look(IntEnum):
    """How much a row needs a person's look."""

    NONE = 0
    GUESSED = 1
    """It was matched, or left apart, by what words and codes suggest."""
    OPEN = 2
    """It is not compared until a person says that it is the same."""


class SheetWave(SheetModel):
    """A wave, a column of the sheet."""

    label: str
    upload: str = ""
    """The partition key of the upload it comes from; blank on the command line."""


class WaveChoice(SheetModel):
    """A choice of a wave's variable."""

    code: CodeText
    label: str


class WaveVariable(SheetModel):
    """A variable of a wave with its choices, as the wave has them."""

    name: str
    label: str
    choices: tuple[WaveChoice, ...] = ()


class SheetRow(SheetModel):
    """A row as it is handed out: a question, or a choice of the question above it."""

    id: str
    question: str
    """The question's name, as the newest wave that asked it calls it."""
    code: str | None = None
    """Of a choice: its code in the joined list; None: the row is the question itself."""
    label: str
    cells: tuple[tuple[str, ...], ...]
    """Of each wave, oldest first: the variable's name, or codes; none where it has nothing that is compared."""
    how: str = ""
    """How it was matched, in plain words."""
    looks: tuple[Look, ...] = ()
    """How much each wave's cell needs a look."""

    @property
    def look(self) -> Look:
        """How much the row needs a look."""
        return max(self.looks, default=Look.NONE)


class HarmonisationTable(SheetModel):
    """A harmonisation sheet as it is handed out."""

    study: str
    language: str
    upload: str = ""
    """The upload whose tables it came with."""
    waves: tuple[SheetWave, ...]
    """Oldest first."""
    variables: tuple[tuple[WaveVariable, ...], ...]
    """Of each wave."""
    rows: tuple[SheetRow, ...]
    """The questions that need a look first, each with its choices below it."""
    decisions: StudyDecisions = NOTHING_DECIDED
    """What persons had decided."""

    unfit: tuple[Remark, ...] = ()
    """What had been decided and names what is not there."""

    @property
    def to_look_at(self) -> tuple[SheetRow, ...]:
        """The rows that need a look."""
        return tuple(row for row in self.rows if row.look)

    def named(self, decisions: StudyDecisions) -> StudyDecisions:
        """The decisions with what questions and choices are called, where somebody wrote names and codes alone.

        Later waves may use these again for something else.
        """
        rows = {name: row for row in reversed(self.rows) if row.code is None for name in _names(row)}
        labels: dict[tuple[str, str | None], str] = {
            (row.question, row.code): row.label for row in self.rows if row.code is not None
        }
        questions = {
            name: {
                wave: one if one.label is not None or name not in rows else one.called(rows[name].label)
                for wave, one in said.items()
            }
            for name, said in decisions.questions.items()
        }
        choices = {
            name: {
                wave: {
                    code: one if label is None or one.label is not None else one.called(label)
                    for code, one in of_wave.items()
                    for label in [labels.get((rows[name].question if name in rows else name, one.code))]
                }
                for wave, of_wave in said.items()
            }
            for name, said in decisions.choices.items()
        }
        return StudyDecisions(questions=questions, choices=choices)


def _names(row: SheetRow) -> tuple[str, ...]:
    return (row.question, *(name for cell in row.cells for name in cell))


class ReturnedRow(SheetModel):
    """A row as it came back."""

    sheet: str
    row: int
    """As the spreadsheet program numbers it, from 1."""
    id: str
    cells: tuple[str | None, ...]
    """Of each wave; None where its column is gone."""
    agreed: bool = False
    hidden: tuple[bool, ...] = ()
    """Of each wave: whether its cell cannot be read, being merged into another one or an error of a formula."""


class ReturnedSheet(SheetModel):
    """A harmonisation sheet that came back."""

    table: HarmonisationTable
    """As it was handed out, but for the words of how things were matched."""
    rows: tuple[ReturnedRow, ...]
    columns: tuple[str, ...]
    """Of each wave, how its column is called in a spreadsheet program (D); blank where it is gone."""
