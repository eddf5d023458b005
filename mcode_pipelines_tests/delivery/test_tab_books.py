"""Tab books as another reader (openpyxl) finds them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from mcode_pipelines.delivery import BookMetadata, DeliveryError, packager, write_tab_books
from mcode_pipelines.survey import BookOptions, CrossTables
from mcode_pipelines_tests.delivery.finished_tables import (
    BANNER,
    HIDDEN,
    SMALL,
    ScaleTable,
    banner_column,
    batch_of,
    tables,
)


@pytest.fixture
def book(tmp_path: Path) -> openpyxl.Workbook:
    """A book of two tables."""
    (made,) = write_tab_books([tables(2)], tmp_path, name="feri")
    return openpyxl.load_workbook(made.path)


def rows_by_label(sheet: Worksheet) -> dict[str, int]:
    return {cell.value: cell.row for cell in sheet["A"] if isinstance(cell.value, str)}


def indonesian(*number_formats: str) -> list[str]:
    """Formats as they stand in an Indonesian book."""
    return [f"[$-421]{number_format}" for number_format in number_formats]


def test_every_table_has_its_sheet_behind_contents_and_metadata(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Daftar Isi", "Metadata", "T0001 A1", "T0002 A2"]


def test_english_tables_make_an_english_book(tmp_path: Path) -> None:
    (made,) = write_tab_books([tables(1, language="en")], tmp_path, name="ferry")
    assert made.path.name == "ferry_tables_001.xlsx"
    english = openpyxl.load_workbook(made.path)
    assert english.sheetnames[0] == "Contents"
    assert english["T0001 A1"]["A1"].value == "← Back to contents"
    assert any("Capital letters" in str(cell.value) for cell in english["T0001 A1"]["B"])
    assert english["T0001 A1"].cell(rows_by_label(english["T0001 A1"])["Puas"], 2).number_format == "[$-409]0.0%"


def test_links_lead_from_the_contents_to_each_table_and_back(book: openpyxl.Workbook) -> None:
    contents = book["Daftar Isi"]
    targets = {cell.hyperlink.location for row in contents.iter_rows() for cell in row if cell.hyperlink}
    assert targets == {"'T0001 A1'!A1", "'T0002 A2'!A1"}
    for name in ("Metadata", "T0001 A1", "T0002 A2"):
        assert book[name]["A1"].hyperlink.location == "'Daftar Isi'!A1"
        assert book[name]["A1"].hyperlink.target is None


def test_contents_name_title_base_and_respondents(book: openpyxl.Workbook) -> None:
    found = [[cell.value for cell in row] for row in book["Daftar Isi"]["A5:E5"]]
    title = "A1. Seberapa puas Anda dengan kebersihan ruang tunggu di pelabuhan?"
    assert found == [["T0001", "A1", title, "Semua responden yang menjawab", 1300]]


def test_figures_of_every_cell_are_those_of_the_table(book: openpyxl.Workbook) -> None:
    sheet = book["T0001 A1"]
    at = rows_by_label(sheet)
    for cell in ScaleTable(1).cells():
        column = 2 + [c.code for c in BANNER].index(cell["column_code"])
        if cell["row_kind"] in {"base", "statistic"}:
            expected = cell["value"]
            if cell["row_code"] == "top2" and expected is not None:
                expected /= 100
        else:
            expected = None if cell["column_percent"] is None else cell["column_percent"] / 100
        shown = sheet.cell(at[cell["row_label"]], column).value
        assert shown == ("-" if expected is None else pytest.approx(expected, abs=1e-12)), cell


def test_letters_stand_under_their_figure_in_smaller_type(book: openpyxl.Workbook) -> None:
    sheet = book["T0001 A1"]
    row = rows_by_label(sheet)["Puas"]
    assert [sheet.cell(row + 1, column).value for column in range(1, 9)] == [
        None,
        None,
        None,
        "AE",
        None,
        "BCDf",
        None,
        None,
    ]
    assert sheet.cell(row + 1, 4).font.sz < sheet.cell(row, 4).font.sz


def test_rows_without_letters_take_one_line(book: openpyxl.Workbook) -> None:
    at = rows_by_label(book["T0001 A1"])
    assert at["Agak puas"] == at["Agak tidak puas"] + 1
    assert at["Agak tidak puas"] == at["Tidak puas"] + 2


def test_small_bases_carry_their_flag_and_stay_numbers(book: openpyxl.Workbook) -> None:
    sheet = book["T0001 A1"]
    row = rows_by_label(sheet)["Basis (tak tertimbang)"]
    shown = [sheet.cell(row, 2 + at) for at in (0, SMALL, HIDDEN)]
    assert [cell.value for cell in shown] == [1300, 64, 22]
    assert [cell.number_format for cell in shown] == indonesian("#,##0", '#,##0"*"', '#,##0"**"')


def test_weighted_bases_are_shown_only_where_something_is_weighted(tmp_path: Path) -> None:
    (made,) = write_tab_books([batch_of([ScaleTable(1, weighted=False), ScaleTable(2)])], tmp_path, name="b")
    sheets = openpyxl.load_workbook(made.path)
    bases = {"Basis (tak tertimbang)", "Basis (tertimbang)", "Basis efektif"}
    assert bases & rows_by_label(sheets["T0001 A1"]).keys() == {"Basis (tak tertimbang)"}
    assert bases <= rows_by_label(sheets["T0002 A2"]).keys()


def test_formats_are_those_of_the_trade(book: openpyxl.Workbook) -> None:
    sheet = book["T0001 A1"]
    at = rows_by_label(sheet)
    header, total = sheet.cell(at["% kolom"], 2), sheet.cell(at["Basis (tak tertimbang)"], 2)
    assert (header.font.b, header.font.color.rgb, header.fill.fgColor.rgb) == (True, "FFFFFFFF", "FF4472C4")
    assert (header.alignment.horizontal, header.border.bottom.style) == ("center", "thin")
    assert (total.font.b, total.fill.fgColor.rgb) == (True, "FFD9E1F2")
    formats = [sheet.cell(at[label], 2).number_format for label in ("Basis efektif", "Puas", "Rata-rata")]
    assert formats == indonesian("#,##0", "0.0%", "#,##0.00")
    assert sheet.cell(at["Puas (5-6)"], 2).font.b
    assert 10 <= sheet.column_dimensions["B"].width <= 15.75
    assert sheet.column_dimensions["A"].width > 30


def test_nested_headings_are_merged_over_their_columns(book: openpyxl.Workbook) -> None:
    sheet = book["T0001 A1"]
    top = rows_by_label(sheet)["% kolom"]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    expected = {
        f"C{top}:D{top}",
        f"E{top}:H{top}",
        f"E{top + 1}:F{top + 1}",
        f"G{top + 1}:H{top + 1}",
        f"C{top + 1}:C{top + 2}",
    }
    assert expected <= merged
    assert [sheet.cell(top + 3, column).value for column in range(2, 9)] == [None, *"ABCDEF"]
    assert [sheet.cell(top + 2, column).value for column in range(5, 9)] == ["Laki-laki", "Perempuan"] * 2


def test_stub_and_header_stay_in_sight_and_on_every_printed_page(book: openpyxl.Workbook) -> None:
    sheet = book["T0001 A1"]
    top, first = rows_by_label(sheet)["% kolom"], rows_by_label(sheet)["Basis (tak tertimbang)"]
    assert sheet.freeze_panes == f"B{first}"
    assert sheet.cell(2, 1).value == "T0001"
    assert sheet.cell(top, 2).value == "Total"
    assert sheet.print_title_rows == f"$2:${first - 1}"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0


def test_wide_banners_break_pages_between_questions_and_every_page_is_whole(tmp_path: Path) -> None:
    wide = (BANNER[0], *(banner_column(f"S{q}", f"Soal {q}", str(c), f"Kode {c}") for q in range(4) for c in range(9)))
    (made,) = write_tab_books([batch_of([ScaleTable(1, banner=wide)])], tmp_path, name="b")
    sheet = openpyxl.load_workbook(made.path)["T0001 A1"]
    # Columns A and B hold the stub and the total; two questions a page, rather than as many as go onto the first.
    assert [page.id for page in sheet.col_breaks.brk] == [20]
    assert sheet.print_title_cols == "$A:$B"
    # Title, base and notes are told on each page, right of what every page repeats.
    title = "A1. Seberapa puas Anda dengan kebersihan ruang tunggu di pelabuhan?"
    assert [cell.column for cell in sheet[2] if cell.value == title] == [3, 21]
    assert {"C2:T2", "U2:AL2"} <= {str(area) for area in sheet.merged_cells.ranges}


def test_a_long_table_breaks_pages_between_its_rows_and_keeps_its_notes_together(tmp_path: Path) -> None:
    labels = tuple(f"Merek nomor {at}" for at in range(90))
    look = BookOptions(figures=("column_percent", "count"))
    (made,) = write_tab_books([batch_of([ScaleTable(1, labels=labels)], look=look)], tmp_path, name="b")
    sheet = openpyxl.load_workbook(made.path)["T0001 A1"]
    at = rows_by_label(sheet)
    begins = [line.id + 1 for line in sheet.row_breaks.brk]
    assert len(begins) >= 3
    rows = {row for label, row in at.items() if label != "Jumlah"}
    # The line between figures and notes belongs to the notes.
    assert all(row in rows or row == at["Catatan"] - 1 for row in begins)
    assert not sheet.sheet_properties.pageSetUpPr or not sheet.sheet_properties.pageSetUpPr.fitToPage


def test_columns_are_as_wide_as_the_longest_figure_asks(tmp_path: Path) -> None:
    class Rupiah(ScaleTable):
        def cells(self) -> Iterator[dict[str, object]]:
            for cell in super().cells():
                yield {**cell, "value": 1.25e12} if cell["row_code"] == "mean" else cell

    (made,) = write_tab_books([batch_of([Rupiah(1)])], tmp_path, name="b")
    width = openpyxl.load_workbook(made.path)["T0001 A1"].column_dimensions["B"].width
    assert width >= len("1.250.000.000.000,00")


def test_counts_and_row_percents_stand_under_the_column_percent_when_asked(tmp_path: Path) -> None:
    look = BookOptions(figures=("column_percent", "count", "row_percent"))
    (made,) = write_tab_books([tables(1, look=look)], tmp_path, name="b")
    sheet = openpyxl.load_workbook(made.path)["T0001 A1"]
    row = rows_by_label(sheet)["Sangat tidak puas"]
    assert [sheet.cell(row + down, 1).value for down in range(3)] == ["Sangat tidak puas", "Jumlah", "% baris"]
    percent, count, share = (sheet.cell(row + down, 2).value for down in range(3))
    assert count == pytest.approx(1300 * percent)
    assert share == pytest.approx(percent / 2)


def test_more_tables_than_a_book_holds_go_on_in_the_next(tmp_path: Path) -> None:
    told: list[int] = []
    made = write_tab_books(
        [tables(3), tables(4, first=4)],
        tmp_path,
        name="feri",
        tables_per_book=3,
        progress=lambda step, done, total: told.append(done),
    )
    assert [(file.path.name, file.tables) for file in made] == [
        ("feri_tabel_001.xlsx", 3),
        ("feri_tabel_002.xlsx", 3),
        ("feri_tabel_003.xlsx", 1),
    ]
    assert told == [3, 6, 7]
    assert openpyxl.load_workbook(made[1].path).sheetnames[2:] == ["T0004 A4", "T0005 A5", "T0006 A6"]


def test_a_book_never_has_more_than_a_hundred_table_sheets(tmp_path: Path) -> None:
    made = write_tab_books([tables(101)], tmp_path, name="feri")
    assert [file.tables for file in made] == [100, 1]
    with pytest.raises(DeliveryError, match="from 1 to 100"):
        write_tab_books([tables(1)], tmp_path, name="feri", tables_per_book=101)


def test_a_smaller_run_leaves_no_book_of_the_larger_one(tmp_path: Path) -> None:
    write_tab_books([tables(3)], tmp_path, name="feri", tables_per_book=1)
    (tmp_path / "feri_tabel_catatan.xlsx").write_bytes(b"of a person")
    write_tab_books([tables(1)], tmp_path, name="feri")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feri_tabel_001.xlsx", "feri_tabel_catatan.xlsx"]


def test_the_metadata_sheet_tells_facts_time_versions_variables_and_plan(tmp_path: Path) -> None:
    notes = BookMetadata(
        facts=(("upload", "=feri.xlsx"), ("rows", 1304), ("sha256_plan", "ab12"), ("Cabang", "Merak")),
        started=datetime.now(UTC) - timedelta(seconds=7000),
        variables=(
            ("S6", "Jenis kelamin"),
            ("How old are you?", "How old are you?"),
            ("A1", "Tabel di buku ini"),
            ("S9", "Dipakai di buku ini"),
            ("B9", "Di buku lain"),
        ),
        used_by={"A1": frozenset({"A1"}), "S9": frozenset({"A1", "C3"}), "B9": frozenset({"B9"})},
        plan="rows:\n  - A1_*\n",
    )
    (made,) = write_tab_books([tables(1)], tmp_path, name="b", notes=notes)
    cells = [tuple(cell.value for cell in row) for row in openpyxl.load_workbook(made.path)["Metadata"].iter_rows()]
    facts = [("Unggahan", "=feri.xlsx"), ("Baris data", 1304), ("SHA-256 rencana", "ab12"), ("Cabang", "Merak")]
    for expected in [
        *facts,
        ("S6", "Jenis kelamin"),
        ("How old are you?", None),
        ("S9", "Dipakai di buku ini"),
    ]:
        assert expected in cells
    assert ("B9", "Di buku lain") not in cells
    assert ("A1", "Tabel di buku ini") not in cells  # the contents name it
    assert cells[-2:] == [("rows:", None), ("  - A1_*", None)]
    told = {str(name): value for name, value in cells}
    assert 7000 <= told["Lama pengerjaan (detik)"] < 7100
    assert "polars " in told["Versi"]


def test_what_holds_for_all_tables_stands_once_below_the_contents(tmp_path: Path) -> None:
    batch = tables(2)
    said = batch.book.model_copy(update={"notes": ("Ditimbang dengan bobot.", "3 baris jumlah tidak dipakai.")})
    (made,) = write_tab_books([replace(batch, book=said)], tmp_path, name="b")
    contents, *others = openpyxl.load_workbook(made.path).worksheets
    last = [[cell for cell in row if cell] for row in contents.values][-2:]
    assert last == [["Catatan", "Ditimbang dengan bobot."], ["3 baris jumlah tidak dipakai."]]
    elsewhere = {cell for sheet in others for row in sheet.values for cell in row}
    assert not elsewhere & {*said.notes}


def test_both_ways_of_packing_hold_the_same_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (quick,) = write_tab_books([tables(2)], tmp_path / "quick", name="b")
    monkeypatch.setattr(packager, "isal_zlib", None)
    (usual,) = write_tab_books([tables(2)], tmp_path / "usual", name="b")
    with zipfile.ZipFile(quick.path) as one, zipfile.ZipFile(usual.path) as other:
        assert one.namelist() == other.namelist()
        told_by_the_minute = ("xl/worksheets/sheet2.xml", "xl/sharedStrings.xml")
        same = [name for name in one.namelist() if name not in told_by_the_minute]
        assert [one.read(name) for name in same] == [other.read(name) for name in same]


def test_nothing_heavy_is_imported_before_something_is_written() -> None:
    program = "import sys, mcode_pipelines.delivery; print({'xlsxwriter', 'fastexcel', 'openpyxl'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"


def test_no_tables_make_no_book(tmp_path: Path) -> None:
    assert write_tab_books([], tmp_path, name="b") == []


HOSTILE = (
    "=1+1",
    "+62811",
    "@admin",
    "-5 menit",
    "<r><t>x</t></r>",
    "<r>&</r>",
    "https://x.example",
    "a\x00b",
    "{=A1}",
)


def test_text_that_looks_like_something_else_stays_text(tmp_path: Path) -> None:
    labels = HOSTILE
    (made,) = write_tab_books([batch_of([ScaleTable(1, labels=labels, variable="=A[1]:*")])], tmp_path, name="b")
    sheet = openpyxl.load_workbook(made.path).worksheets[2]
    assert sheet.title == "T0001 =A 1"
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    shown = {str(cell.value).strip() for cell in sheet["A"]}
    assert {label for label in labels if "\x00" not in label} <= shown
    assert [cell.hyperlink for cell in sheet["A"] if cell.hyperlink and cell.row > 1] == []


def test_figures_drawn_as_xml_and_cell_by_cell_make_the_same_sheets(tmp_path: Path) -> None:
    batch = batch_of([ScaleTable(n, labels=("Ya & <tidak>", *HOSTILE)) for n in (1, 2)])
    sides = []
    for plain in (False, True):
        (made,) = write_tab_books([batch], tmp_path / str(plain), name="b", plain=plain)
        book = openpyxl.load_workbook(made.path)
        book.remove(book["Metadata"])
        sides.append([everything(sheet) for sheet in book])
    assert sides[0] == sides[1]


def everything(sheet: Worksheet) -> dict[str, object]:
    """All that a sheet shows."""
    cells = {
        cell.coordinate: (
            round(cell.value, 12) if isinstance(cell.value, float) else cell.value,
            cell.number_format,
            (cell.font.b, cell.font.i, cell.font.sz, cell.font.color and cell.font.color.value),
            cell.fill.fgColor.rgb,
            (cell.border.left.style, cell.border.bottom.style),
            (cell.alignment.horizontal, cell.alignment.wrap_text),
            cell.hyperlink and cell.hyperlink.location,
        )
        for row in sheet.iter_rows()
        for cell in row
    }
    heights = {row: size.height for row, size in sheet.row_dimensions.items()}
    return {"cells": cells, "heights": heights, "merged": {str(area) for area in sheet.merged_cells.ranges}}


def test_a_table_of_statistics_alone_does_not_speak_of_percents(tmp_path: Path) -> None:
    batch = tables(1)
    cells = batch.cells.filter(~pl.col("row_kind").is_in(["category", "net"]))
    (made,) = write_tab_books([CrossTables(batch.book, batch.heads, cells, batch.tests)], tmp_path, name="b")
    labels = rows_by_label(openpyxl.load_workbook(made.path)["T0001 A1"])
    assert "Rata-rata" in labels
    assert "% kolom" not in labels
