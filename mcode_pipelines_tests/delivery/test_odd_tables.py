"""Tables of sizes and kinds that real surveys bring: wide, long, empty, not to be made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from xlsxwriter.utility import xl_col_to_name

from mcode_pipelines.delivery import DeliveryError, write_tab_books
from mcode_pipelines.survey import CELLS_SCHEMA, BookOptions, CrossTables, TableHead
from mcode_pipelines_tests.delivery.finished_tables import BANNER, ScaleTable, banner_column, batch_of, tables
from mcode_pipelines_tests.delivery.test_tab_books import rows_by_label


def wide_banner(columns: int) -> tuple:
    """The total and so many lettered columns of questions with twenty answers each."""
    lettered = (
        banner_column(f"Q{at // 20}", f"Soal {at // 20}", str(at % 20), f"Kota {at}", letter=xl_col_to_name(at))
        for at in range(columns)
    )
    return (BANNER[0], *lettered)


def unlike(banner: tuple) -> CrossTables:
    return batch_of([ScaleTable(1, banner=banner)])


def test_letters_beyond_z_and_zz_stand_over_their_columns(tmp_path: Path) -> None:
    (made,) = write_tab_books([unlike(wide_banner(705))], tmp_path, name="b")
    sheet = openpyxl.load_workbook(made.path)["T0001 A1"]
    letters = next(row for row in sheet.iter_rows(values_only=True) if row[2] == "A")
    assert [letters[2 + at] for at in (25, 26, 701, 702, 704)] == ["Z", "AA", "ZZ", "AAA", "AAC"]
    # Questions of twenty columns are cut where a page is full, which holds the total too; Excel takes 1,023 breaks.
    breaks = [line.id for line in sheet.col_breaks.brk]
    assert breaks[0] == 18
    assert len(breaks) < 1023
    assert all(later - earlier <= 19 for earlier, later in pairwise(breaks))
    assert sheet.print_title_cols == "$A:$B"
    assert sheet.freeze_panes.startswith("B")


@pytest.mark.parametrize(("letters", "columns"), [("second_row", 16_384), ("same_cell", 8_192)])
def test_a_banner_wider_than_a_sheet_is_refused_in_a_sentence(tmp_path: Path, letters: str, columns: int) -> None:
    book = tables(1, look=BookOptions(letters=letters)).book.model_copy(update={"banner": wide_banner(columns)})
    batch = CrossTables(book, (), pl.DataFrame(schema=CELLS_SCHEMA), tables(1).tests)
    with pytest.raises(DeliveryError, match=rf"banner: {columns + 1:,} kolom".replace(",", r"\.")):
        write_tab_books([batch], tmp_path, name="b")


def test_many_letters_wrap_within_their_cell(tmp_path: Path) -> None:
    class Lettered(ScaleTable):
        def cells(self) -> Iterator[dict[str, object]]:
            for cell in super().cells():
                yield {**cell, "letters": "AA AB AC AD AE AF AG AH" if cell.get("letters") == "AE" else None}

    (made,) = write_tab_books([batch_of([Lettered(1)])], tmp_path, name="b")
    sheet = openpyxl.load_workbook(made.path)["T0001 A1"]
    row = rows_by_label(sheet)["Puas"] + 1
    assert sheet.cell(row, 4).alignment.wrap_text
    assert sheet.row_dimensions[row].height == pytest.approx(2 * 11.5, abs=0.75)


def test_tables_that_could_not_be_made_are_in_the_contents_with_the_reason(tmp_path: Path) -> None:
    batch = tables(2)
    why = "rows: 'S99' tidak ada dalam data; maksudnya S9?"
    lost = TableHead(table_id="T0003", variable="S99", title="S99", kind="scale", base_text="", trouble=why)
    first, second = batch.heads
    (made,) = write_tab_books(
        [CrossTables(batch.book, (first, lost, second), batch.cells, batch.tests)],
        tmp_path,
        name="b",
        tables_per_book=3,
    )
    book = openpyxl.load_workbook(made.path)
    assert made.tables == 2
    assert book.sheetnames[2:] == ["T0001 A1", "T0002 A2"]
    rows = {row[0].value: row for row in book["Daftar Isi"].iter_rows()}
    assert list(rows)[3:] == ["Tabel", "T0001", "T0003", "T0002", "Catatan"]
    assert rows["T0003"][3].value == f"Tidak dapat dibuat: {why}"
    assert rows["T0003"][0].hyperlink is None


def test_a_book_of_nothing_but_trouble_says_why(tmp_path: Path) -> None:
    batch = tables(1)
    heads = tuple(head.model_copy(update={"trouble": "no answers"}) for head in batch.heads)
    (made,) = write_tab_books([CrossTables(batch.book, heads, batch.cells.clear(), batch.tests)], tmp_path, name="b")
    book = openpyxl.load_workbook(made.path)
    assert book.sheetnames == ["Daftar Isi", "Metadata"]
    assert made.tables == 0
    assert "no answers" in str(book["Daftar Isi"]["D5"].value)


@pytest.mark.parametrize("layout", ["sheet_per_table", "one_sheet"])
def test_a_column_nobody_is_in_shows_its_base_and_no_figures(tmp_path: Path, layout: str) -> None:
    batch = tables(1, look=BookOptions(layout=layout))
    nobody = pl.col("column_code") == "2>2"
    cells = batch.cells.with_columns(
        value=pl.when(nobody & (pl.col("row_kind") == "base")).then(0.0).otherwise(pl.col("value"))
    )
    (made,) = write_tab_books([CrossTables(batch.book, batch.heads, cells, batch.tests)], tmp_path, name="b")
    sheet = openpyxl.load_workbook(made.path).worksheets[2]
    at = rows_by_label(sheet)
    assert [sheet.cell(at[label], 8).value for label in ("Basis (tak tertimbang)", "Puas")] == [0, "-"]


def test_five_thousand_answers_make_one_sheet(tmp_path: Path) -> None:
    labels = tuple(f"Merek nomor {at}" for at in range(5000))
    table = ScaleTable(1, banner=BANNER[:3], labels=labels)
    (made,) = write_tab_books([batch_of([table], look=BookOptions(charts=True))], tmp_path, name="b")
    sheet = openpyxl.load_workbook(made.path)["T0001 A1"]
    at = rows_by_label(sheet)
    assert len(at.keys() & set(labels)) == 5000
    (chart,) = sheet._charts
    shown = chart.ser[0].val.numRef.f.count(",") + 1
    assert 10 <= shown <= 20
    assert f"({shown} jawaban pertama dari 5.000)" in chart.title.tx.rich.p[0].r[0].t


def test_a_text_of_two_thousand_characters_leaves_the_figures_in_sight(tmp_path: Path) -> None:
    long = "Seberapa puas Anda " * 105
    banner = (BANNER[0], banner_column("S6", long, "1", long, letter="A"))
    table = ScaleTable(1, banner=banner, labels=(long, "Tidak"), variable=long)
    (made,) = write_tab_books([batch_of([table])], tmp_path, name="b")
    sheet = openpyxl.load_workbook(made.path).worksheets[2]
    frozen = int(sheet.freeze_panes[1:]) - 1
    heights = {row: size.height or 15 for row, size in sheet.row_dimensions.items()}
    assert sum(heights.get(row, 15) for row in range(1, frozen + 1)) < 450
    assert max(heights.values()) <= 409
    told = [str(cell.value) for cell in sheet["B"] if str(cell.value).startswith("Lengkap: Seberapa")]
    assert len(told) == 1
    assert long.strip() in told[0]


def test_the_page_of_a_battery_has_no_pattern_in_its_title(tmp_path: Path) -> None:
    batch = tables(1)
    head = batch.heads[0].model_copy(update={"variable": "A1_*", "title": "Seberapa penting? - Rata-rata"})
    (made,) = write_tab_books([CrossTables(batch.book, (head,), batch.cells, batch.tests)], tmp_path, name="b")
    book = openpyxl.load_workbook(made.path)
    assert book.worksheets[2]["B2"].value == "Seberapa penting? - Rata-rata"
    assert [cell.value for cell in book["Daftar Isi"][5]][:3] == ["T0001", "A1_*", "Seberapa penting? - Rata-rata"]
