"""A tracker of three small waves whose questions and choices changed, and its sheet as a person fills it in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from mcode_pipelines.delivery import write_harmonisation
from mcode_pipelines.intake.harmonisation_edits import HarmonisationEdits, edits_of
from mcode_pipelines.sources.harmonisation_file import read_harmonisation
from mcode_pipelines.survey import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, StudyDecisions
from mcode_pipelines.survey.harmonisation_sheet import HarmonisationTable
from mcode_pipelines.tabulation.harmonisation.decided import WaveCodebook
from mcode_pipelines.tabulation.harmonisation.harmonised import Harmonisation, harmonise
from mcode_pipelines.tabulation.harmonisation.sheet import harmonisation_table

HOSTILE = '=HYPERLINK("http://example.org";"klik") <b>&amp;</b> _x0041_'
AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = "2026-08", "2026-09", "2026-10", "2026-11"


def single(name: str, label: str, choices: Mapping[str, str]) -> Variable:
    made = tuple(Choice(code=code, label=text) for code, text in choices.items())
    return Variable(name=name, label=label, kind=Kind.SINGLE_CHOICE, columns=(name,), choices=made)


def number(name: str, label: str, *, weight: bool = False) -> Variable:
    return Variable(name=name, label=label, kind=Kind.NUMERIC, columns=(name,), weight=weight)


BRANDS = "Merek teh yang paling sering diminum"
AGAIN = "Apakah akan membeli lagi bulan depan?"
YES_NO = {"1": "Ya", "2": "Tidak"}


def waves(*more: WaveCodebook) -> list[WaveCodebook]:
    old = (
        single("Q1", BRANDS, {"1": "Sosro", "2": "Tong Tji", "3": HOSTILE, "7": "Sari Murni Melati"}),
        single("Q4", AGAIN, YES_NO),
        number("Q6", "Pengeluaran sebulan untuk teh"),
        number("bobot", "Bobot", weight=True),
    )
    new = (
        single("Q1", BRANDS, {"1": "Sosro", "2": "Pucuk", "3": HOSTILE, "5": "Sariwangi"}),
        single("Q4a", AGAIN, YES_NO),
        number("Q6", "Berapa gelas teh sehari?"),
        number("Q9", "Belanja teh dalam rupiah"),
        number("penimbang", "Bobot", weight=True),
    )
    made = [WaveCodebook(label, Codebook(variables=old)) for label in (AUGUST, SEPTEMBER)]
    return [*made, WaveCodebook(OCTOBER, Codebook(variables=new)), *more]


def harmonised(decisions: StudyDecisions = NOTHING_DECIDED, *more: WaveCodebook) -> Harmonisation:
    return harmonise(waves(*more), decisions)


def table(decisions: StudyDecisions = NOTHING_DECIDED, *more: WaveCodebook, language: str = "en") -> HarmonisationTable:
    of = waves(*more)
    return harmonisation_table(harmonise(of, decisions), of, study="pelacak-teh", language=language)


def handed_out(into: Path, **how: Any) -> Path:
    """The workbook, as it is written."""
    return write_harmonisation(table(**how), into)[0].path


class Sheet:
    """A sheet that somebody has open: cells are named by question, code and heading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)
        self.sheet: Worksheet = self.book.worksheets[1]
        self.columns = {str(cell.value): cell.column for cell in self.sheet[1]}

    def row(self, question: str, code: str | None = None) -> int:
        for number in range(2, self.sheet.max_row + 1):
            if self.sheet.cell(number, 2).value == question and (self.sheet.cell(number, 3).value or None) == code:
                return number
        raise LookupError((question, code))

    def __getitem__(self, place: tuple[str, str | None, str]) -> Any:
        question, code, column = place
        return self.sheet.cell(self.row(question, code), self.columns[column]).value

    def __setitem__(self, place: tuple[str, str | None, str], value: Any) -> None:
        question, code, column = place
        self.sheet.cell(self.row(question, code), self.columns[column]).value = value

    def saved(self) -> Path:
        self.book.save(self.path)
        return self.path


def read(path: Path) -> HarmonisationEdits:
    return edits_of(read_harmonisation(path, path.name))
