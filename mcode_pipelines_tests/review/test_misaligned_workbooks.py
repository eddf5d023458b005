"""Review workbooks after accidents of a spreadsheet program: columns sorted or moved alone, merged cells, errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from mcode_pipelines.delivery import write_review_workbook
from mcode_pipelines.intake import Corrections, Refused, corrections_of
from mcode_pipelines.intake.review_messages import review_messages
from mcode_pipelines.sources.review_file import read_review
from mcode_pipelines.survey import (
    CODINGS_SCHEMA,
    ROW,
    Code,
    CodeFrame,
    CodeFrames,
    RawSurvey,
    SourceNotes,
    SurveyHead,
)
from mcode_pipelines_tests.review.made import SHA256, UPLOAD, changed, codebook, column_of, handed_out, recode, row_of

_LABELS = ("Antrean panjang", "Kapal tua", "Tiket mahal", "Toilet kotor", "Petugas galak", "Kursi rusak", "Bau solar")
_ANSWERS = 40


def _codes(number: int) -> tuple[int, ...]:
    first = 1 + (number * 5) % 7
    return (first,) if number % 3 else (first, 1 + (number * 5 + 2) % 7)


def _frame() -> CodeFrame:
    themes = [
        Code(code=n, label=label, definition=f"Tentang {label}", examples=(f"{label} sekali", f"sungguh {label}"))
        for n, label in enumerate(_LABELS, start=1)
    ]
    last = (Code(code=8, label="Lainnya"), Code(code=99, label="Tidak ada jawaban"))
    return CodeFrame(variable="E4", question="Apa keluhan Anda?", language="id", codes=(*themes, *last), other=8)


def _long_workbook(folder: Path, language: str = "id") -> Path:
    """A review workbook of forty different answers, each with a confidence of its own."""
    words = ("dermaga", "lorong", "geladak", "pintu", "ruang")
    texts = [f"{_LABELS[n % 7].lower()} di {words[n % 5]} nomor {n}" for n in range(1, _ANSWERS + 1)]
    raw = pl.DataFrame({ROW: range(1, _ANSWERS + 1), "_uuid": [f"u-{n}" for n in range(1, _ANSWERS + 1)], "E4": texts})
    labels = {c.code: c.label for c in _frame().codes}
    codings = pl.DataFrame(
        [
            (n, f"u-{n}", "E4", code, labels[code], 0.3 + n / 100, "model")
            for n in range(1, _ANSWERS + 1)
            for code in _codes(n)
        ],
        schema=CODINGS_SCHEMA,
        orient="row",
    )
    made = write_review_workbook(
        RawSurvey(raw.lazy(), SurveyHead(source=SourceNotes(kind="csv", file="a.csv"), headers=())),
        codebook(language),
        CodeFrames((_frame(),)),
        codings,
        folder,
        name="panjang",
        upload=UPLOAD,
        sha256=SHA256,
    )
    assert made is not None
    return made.path


def _back(path: Path, *edits: Callable[[Any], None]) -> Corrections:
    return corrections_of(read_review(changed(path, *edits), path.name), {}, {})


def _moved(sheet: str, headings: tuple[str, ...], order: Callable[[list[Any]], list[Any]]) -> Callable[[Any], None]:
    """Some columns in another order of rows, the others where they were."""

    def edit(book: Any) -> None:
        found = book[sheet]
        columns = [column_of(found, heading) for heading in headings]
        last = max(r for r in range(2, found.max_row + 1) if found.cell(r, 1).value is not None)
        cells = [[found.cell(r, c).value for c in columns] for r in range(2, last + 1)]
        for row, values in enumerate(order(cells), start=2):
            for column, value in zip(columns, values, strict=True):
                found.cell(row, column).value = value

    return edit


def _by_first(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row[0] is None, row[0]))


CODES = ("Kode 1", "Kode 2", "Kode 3")


def test_code_columns_sorted_by_themselves_are_told_in_one_sentence_and_not_used(tmp_path):
    done = _back(_long_workbook(tmp_path), _moved("E4", CODES, _by_first))
    assert done.decisions == {}
    (told,) = done.refused
    assert told.startswith("lembar 'E4', baris 2")
    assert "hanya kolom kode yang diurutkan atau dipindahkan" in told


@pytest.mark.parametrize("places", [1, -1, 3])
def test_code_columns_that_slipped_by_some_rows_are_not_used(tmp_path, places):
    done = _back(_long_workbook(tmp_path), _moved("E4", CODES, lambda rows: rows[-places:] + rows[:-places]))
    assert done.decisions == {}
    assert len(done.refused) == 1


def test_verbatims_sorted_with_their_ids_but_without_their_codes_are_not_used(tmp_path):
    columns = ("ID jawaban", "Jawaban", "Berapa kali")
    done = _back(_long_workbook(tmp_path), _moved("E4", columns, lambda rows: sorted(rows, key=lambda r: r[1])))
    assert done.decisions == {}
    assert "bukan lagi milik satu jawaban" in " ".join(done.refused)


def test_ids_left_behind_by_a_sort_are_made_up_for_by_verbatim_and_confidence(tmp_path):
    path = _long_workbook(tmp_path)
    said = load_workbook(path)["E4"].cell(9, 2).value
    row = int(said.rpartition(" ")[2])
    others = ("Jawaban", "Berapa kali", *CODES, "Keyakinan", "Diputuskan oleh", "Setuju (x)")
    done = _back(path, recode(said, 8), _moved("E4", others, lambda rows: sorted(rows, key=lambda r: r[0])))
    assert done.refused == ()
    assert done.decisions == {("E4", f"u-{row}"): (8,)}


def test_a_person_who_corrects_most_answers_is_believed(tmp_path):
    """Every answer another code, and the whole rows sorted by it: nothing was moved apart."""

    def correct(book: Any) -> None:
        sheet = book["E4"]
        for row in range(2, _ANSWERS + 2):
            sheet.cell(row, column_of(sheet, "Kode 1")).value = 1 + (row * row) % 8

    whole = tuple(c.value for c in load_workbook(_long_workbook(tmp_path))["E4"][1])
    done = _back(_long_workbook(tmp_path), correct, _moved("E4", whole, lambda rows: sorted(rows, key=lambda r: r[3])))
    assert done.refused == ()
    assert len(done.decisions) > 25


def test_a_deleted_code_column_leaves_its_codes_as_they_are(tmp_path):
    def delete(book: Any) -> None:
        sheet = book["E4"]
        sheet.delete_cols(column_of(sheet, "Kode 2"))

    path = _long_workbook(tmp_path)
    said = load_workbook(path)["E4"].cell(4, 2).value
    row = int(said.rpartition(" ")[2])
    kept = _codes(row)[1:]
    done = _back(path, lambda book: book["E4"].cell(4, 4).__setattr__("value", 8), delete)
    assert done.decisions == {("E4", f"u-{row}"): (8, *kept)}
    (told,) = done.refused
    assert told == "lembar 'E4': kolom kode 2 tidak ada atau judulnya lain; kode di dalamnya tetap seperti semula"


def test_a_code_column_with_another_heading_takes_no_code_away(tmp_path):
    def rename(book: Any) -> None:
        book["E4"].cell(1, column_of(book["E4"], "Kode 1")).value = "Kode final"

    done = _back(_long_workbook(tmp_path), rename)
    assert done.decisions == {}
    assert "kolom kode 1" in done.refused[0]


def test_merged_code_cells_and_errors_of_formulas_take_no_code_away(tmp_path):
    def merge(book: Any) -> None:
        sheet = book["E4"]
        at = column_of(sheet, "Kode 1")
        sheet.merge_cells(start_row=4, end_row=6, start_column=at, end_column=at)
        error = sheet.cell(8, at)
        error.value, error.data_type = "#DIV/0!", "e"
        sheet.cell(10, at).value = 8

    done = _back(_long_workbook(tmp_path), merge)
    assert len(done.decisions) == 1
    (told,) = done.refused
    assert told.startswith("lembar 'E4', baris 5-6, 8: ")
    assert "digabung dengan sel lain" in told


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("2 dan 4", {2, 4}),
        ("2 and 4", {2, 4}),
        ("2 Kapal tua; 4 Toilet kotor", {2, 4}),
        ("2 | 4", {2, 4}),
        ("2\n4", {2, 4}),
        ("Kapal tua, toilet  KOTOR", {2, 4}),
        ("(2)", {2}),
        ("2.", {2}),
        ("kode 2", {2}),
        ("2: Kapal tua", {2}),
        ("2 - Kapal tua", {2}),
        ("02", {2}),
        ("2 sudah benar", {2}),
    ],
)
def test_codes_are_read_as_people_write_them(tmp_path, cell, codes):
    path = _long_workbook(tmp_path)
    said = load_workbook(path)["E4"].cell(9, 2).value
    done = _back(path, recode(said, cell))
    assert done.refused == ()
    assert [set(given) for given in done.decisions.values()] == [codes]


@pytest.mark.parametrize("cell", ["2,5,77", "2.5", "2 Toilet kotor", "2 bukan 4", "2-4", "mahal", "3.5.2026", "-2"])
def test_what_is_no_code_for_certain_is_listed(tmp_path, cell):
    path = _long_workbook(tmp_path)
    said = load_workbook(path)["E4"].cell(9, 2).value
    done = _back(path, recode(said, cell))
    assert done.decisions == {}
    assert done.refused[0].startswith("lembar 'E4', baris 9: ")


def test_rows_with_the_same_trouble_are_told_together_in_the_language_of_the_workbook(tmp_path):
    def spoil(book: Any) -> None:
        for row in (3, 4, 5, 9):
            book["E4"].cell(row, 4).value = 77

    english = _back(_long_workbook(tmp_path, "en"), spoil)
    assert english.refused == (
        "sheet 'E4', rows 3-5, 9: code 77 is not in the frame of E4; the answer was left as it is",
    )
    assert english.left_out == 4
    indonesian = _back(_long_workbook(tmp_path), spoil)
    assert indonesian.refused == (
        "lembar 'E4', baris 3-5, 9: kode 77 tidak ada dalam kerangka E4; jawabannya dibiarkan",
    )


def test_a_sentence_names_rows_as_long_as_a_person_reads_them():
    rows = range(1_000, 1_200, 2)
    english = review_messages("en").place("E4", rows)
    assert english.startswith("sheet 'E4', rows 1,000, 1,002, ")
    assert english.endswith(", 1,078 and 60 more")
    assert review_messages("id").place("E4", rows).endswith(", 1.078 dan 60 baris lain")
    assert review_messages("id").place("E4", [7]) == "lembar 'E4', baris 7"


@pytest.mark.parametrize("columns", [("Label",), ("Label", "Net", "Definisi", "Contoh jawaban")])
def test_labels_sorted_away_from_their_numbers_rename_nothing(tmp_path, columns):
    def sort(book: Any) -> None:
        sheet = book["E4 kode"]
        places = [column_of(sheet, heading) for heading in columns]
        cells = sorted([sheet.cell(r, c).value for c in places] for r in range(2, 9))
        for row, values in enumerate(cells, start=2):
            for column, value in zip(places, values, strict=True):
                sheet.cell(row, column).value = value

    done = _back(_long_workbook(tmp_path), sort)
    assert done.frame_changes == ()
    (told,) = done.refused
    assert "hanya sebagian kolom yang diurutkan" in told


def test_headings_that_were_sorted_in_among_the_rows_are_found(tmp_path):
    def sort(sheet: str, last: int) -> Callable[[Any], None]:
        def edit(book: Any) -> None:
            found = book[sheet]
            rows = [[c.value for c in found[r]] for r in range(1, last + 1)]
            middle = [*rows[1 : last // 2], rows[0], *rows[last // 2 :]]
            for number, values in enumerate(middle, start=1):
                for column, value in enumerate(values, start=1):
                    found.cell(number, column).value = value

        return edit

    path = _long_workbook(tmp_path)
    said = [load_workbook(path)["E4"].cell(row, 2).value for row in (3, 40)]
    rename = _set_label(3, "Tiket kemahalan")
    done = _back(path, recode(said[0], 8), recode(said[1], 8), rename, sort("E4", _ANSWERS + 1), sort("E4 kode", 10))
    assert done.refused == ()
    assert len(done.decisions) == 2
    assert done.frame_changes == ("E4: kode 3 'Tiket mahal' diganti nama menjadi 'Tiket kemahalan'",)


def _set_label(code: int, label: str) -> Callable[[Any], None]:
    def edit(book: Any) -> None:
        sheet = book["E4 kode"]
        sheet.cell(row_of(sheet, code, 1), column_of(sheet, "Label")).value = label

    return edit


def test_a_frame_sorted_by_whole_rows_is_the_same_frame(tmp_path):
    whole = ("Kode", "Label", "Net", "Gabung ke kode", "Definisi", "Contoh jawaban", "Jumlah jawaban")
    done = _back(_long_workbook(tmp_path), _moved("E4 kode", whole, lambda rows: sorted(rows, key=lambda r: r[1])))
    assert (done.frame_changes, done.refused) == ((), ())


def test_a_number_that_was_refused_does_not_make_the_next_one_high(tmp_path):
    def add(book: Any) -> None:
        sheet = book["E4 kode"]
        row = row_of(sheet, None, 1)
        sheet.cell(row, 1).value, sheet.cell(row, 2).value = 2_000_000, "Terlalu besar"
        sheet.cell(row + 1, 2).value = "Tanpa nomor"

    done = _back(_long_workbook(tmp_path), add)
    assert done.frames["E4"].label_of(9) == "Tanpa nomor"
    assert len(done.refused) == 1


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_sheet_of_a_review_saved_as_text_is_no_survey(office, which):
    import csv

    sheet = load_workbook(handed_out(office.folder / "meja"))[["Petunjuk", "E4", "E4 kode"][which]]
    path = office.inbox / "tinjauan.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(sheet.iter_rows(values_only=True))
    answer = office.drop(path)
    assert isinstance(answer, Refused)
    assert "one sheet of a review workbook" in answer.reason
