"""A small coded survey, handed out for review and changed as a person would change it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from mcode_pipelines.delivery import write_review_workbook
from mcode_pipelines.survey import (
    CODINGS_SCHEMA,
    ROW,
    Code,
    Codebook,
    CodeFrame,
    CodeFrames,
    Kind,
    RawSurvey,
    SourceNotes,
    SurveyHead,
    Variable,
)

UPLOAD = "feri-2026-1a2b3c4d"
SHA256 = "1a2b3c4d" * 8

ANSWERS = (
    ("toilet kotor", (1,), 0.9, "model"),
    ("Toilet  kotor!", (1,), 0.9, "duplicate"),
    ("=1+1", (6,), 0.3, "model"),
    ("jadwal telat, tiket mahal", (2, 3), 0.45, "model"),
    ("tidak ada", (99,), 0.99, "rule"),
    ("kursi sobek", (6,), 0.35, "model"),
    ("tiket mahal", (3,), 0.8, "model"),
    ("TOILET KOTOR", (1,), 0.9, "duplicate"),
    (None, (), 0.0, ""),
    ("petugas galak 😡 <b>&amp;", (4,), 0.6, "model"),
)
LABELS = {1: "Toilet kotor", 2: "Jadwal terlambat", 3: "Tiket mahal", 4: "Petugas tidak ramah", 6: "Lainnya"}


def frame() -> CodeFrame:
    themes = [Code(code=code, label=label, definition=f"Tentang {label}") for code, label in LABELS.items()]
    return CodeFrame(
        variable="E4",
        question="Apa keluhan Anda?",
        language="id",
        codes=(*themes, Code(code=99, label="Tidak ada jawaban")),
        other=6,
    )


def raw_survey() -> RawSurvey:
    data = pl.DataFrame(
        {
            ROW: range(1, len(ANSWERS) + 1),
            "_uuid": [f"u-{n}" for n in range(1, len(ANSWERS) + 1)],
            "E4": [a[0] for a in ANSWERS],
        },
        schema={ROW: pl.Int64, "_uuid": pl.String, "E4": pl.String},
    )
    return RawSurvey(data.lazy(), SurveyHead(source=SourceNotes(kind="csv", file="feri.csv"), headers=()))


def codebook(language: str = "id") -> Codebook:
    return Codebook(
        language=language,
        respondent_column="_uuid",
        variables=(
            Variable(name="_uuid", label="_uuid", kind=Kind.IDENTIFIER, columns=("_uuid",)),
            Variable(name="E4", label="Apa keluhan Anda?", kind=Kind.OPEN_ENDED, columns=("E4",)),
        ),
    )


def codings() -> pl.DataFrame:
    labels = {c.code: c.label for c in frame().codes}
    return pl.DataFrame(
        [
            (row, f"u-{row}", "E4", code, labels[code], sure, by)
            for row, (_, codes, sure, by) in enumerate(ANSWERS, start=1)
            for code in codes
        ],
        schema=CODINGS_SCHEMA,
        orient="row",
    )


def handed_out(
    folder: Path, *, upload: str = UPLOAD, sha256: str = SHA256, language: str = "id", review_below: float = 0.5
) -> Path:
    """The review workbook of the small survey."""
    made = write_review_workbook(
        raw_survey(),
        codebook(language),
        CodeFrames((frame(),)),
        codings(),
        folder,
        name="feri",
        upload=upload,
        sha256=sha256,
        review_below=review_below,
    )
    assert made is not None
    return made.path


def changed(path: Path, *edits: Callable[[Any], None]) -> Path:
    """The workbook opened, edited and saved by another program."""
    book = load_workbook(path)
    for edit in edits:
        edit(book)
    book.save(path)
    return path


def column_of(sheet: Worksheet, heading: str) -> int:
    return next(c.column for c in sheet[1] if c.value == heading)


def row_of(sheet: Worksheet, text: str, column: int = 2) -> int:
    return next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, column).value == text)


def recode(verbatim: str, *codes: object, sheet: str = "E4") -> Callable[[Any], None]:
    """Give an answer other codes."""

    def edit(book: Any) -> None:
        answers = book[sheet]
        row = row_of(answers, verbatim)
        first = next(c.column for c in answers[1] if str(c.value) in {"Kode 1", "Code 1"})
        for place in range(3):
            answers.cell(row, first + place).value = codes[place] if place < len(codes) else None

    return edit


def in_frame(code: object, heading: str, value: object) -> Callable[[Any], None]:
    """Write into the frame sheet, in the row of a code."""

    def edit(book: Any) -> None:
        sheet = book["E4 kode"]
        sheet.cell(row_of(sheet, code, 1), column_of(sheet, heading)).value = value

    return edit


def add_code(code: object, label: str) -> Callable[[Any], None]:
    """Write a new code into the first empty row of the frame sheet."""

    def edit(book: Any) -> None:
        sheet = book["E4 kode"]
        row = next(
            r for r in range(2, sheet.max_row + 2) if sheet.cell(r, 1).value is None and sheet.cell(r, 2).value is None
        )
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = code, label

    return edit


def without_rows(sheet: str, wanted: Callable[[Any, int], bool]) -> Callable[[Any], None]:
    """Delete rows of a sheet."""

    def edit(book: Any) -> None:
        found = book[sheet]
        for row in reversed(range(2, found.max_row + 1)):
            if wanted(found, row):
                found.delete_rows(row)

    return edit


def shuffled(sheet: str, order: Callable[[list[Any]], Iterable[Any]]) -> Callable[[Any], None]:
    """Sort the rows of a sheet otherwise."""

    def edit(book: Any) -> None:
        found = book[sheet]
        rows = [[c.value for c in row] for row in found.iter_rows(min_row=2)]
        for number, values in enumerate(order(rows), start=2):
            for column, value in enumerate(values, start=1):
                found.cell(number, column).value = value

    return edit
