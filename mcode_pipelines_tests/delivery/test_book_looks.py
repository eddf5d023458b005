"""What a plan says of its book, as another reader (openpyxl) finds it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from mcode_pipelines.delivery import DeliveryError, write_tab_books
from mcode_pipelines.survey import TESTS_SCHEMA, TOTAL, TOTAL_CODE, BookOptions, CrossTables
from mcode_pipelines_tests.delivery.finished_tables import BANNER, ScaleTable, banner_column, batch_of, tables
from mcode_pipelines_tests.delivery.test_tab_books import everything, indonesian, rows_by_label
from mcode_pipelines_tests.tabulation.made_surveys import book, single

EVERY_FIGURE = ("count", "column_percent", "row_percent", "total_percent", "index", "difference")


def with_derived(batch: CrossTables) -> CrossTables:
    """The batch with figures in the columns that compare with the total: invented, and easy to tell apart."""
    percent = pl.col("column_percent")
    cells = batch.cells.with_columns(total_percent=percent / 4, index=percent + 100, difference=percent - 50)
    return CrossTables(batch.book, batch.heads, cells, batch.tests)


def made_sheet(tmp_path: Path, batch: CrossTables, name: str = "T0001 A1") -> Worksheet:
    (made,) = write_tab_books([batch], tmp_path, name="b")
    return openpyxl.load_workbook(made.path)[name]


def looking(**look: Any) -> CrossTables:
    return with_derived(tables(1, look=BookOptions(**look)))


def test_every_figure_asked_for_has_its_line_and_format(tmp_path: Path) -> None:
    sheet = made_sheet(tmp_path, looking(figures=EVERY_FIGURE))
    row = rows_by_label(sheet)["Sangat tidak puas"]
    labels = [sheet.cell(row + down, 1).value for down in range(6)]
    assert labels == ["Sangat tidak puas", "% kolom", "% baris", "% total", "Indeks", "Selisih dari total"]
    percent = next(cell["column_percent"] for cell in ScaleTable(1).cells() if cell["row_code"] == "1")
    shown = [sheet.cell(row + down, 2).value for down in range(6)]
    expected = [13 * percent, percent / 100, percent / 200, percent / 400, percent + 100, percent - 50]
    assert shown == pytest.approx(expected, abs=1e-9)
    formats = [sheet.cell(row + down, 2).number_format for down in range(6)]
    difference = "[$-421]+0.0;[$-421]-0.0;[$-421]0.0"
    assert formats == [*indonesian("#,##0", "0.0%", "0.0%", "0.0%", "0"), difference]
    assert sheet.cell(row, 2).font.sz > sheet.cell(row + 1, 2).font.sz


def test_cells_of_an_earlier_time_show_the_missing_mark_for_what_they_lack(tmp_path: Path) -> None:
    batch = tables(1, look=BookOptions(figures=("column_percent", "index")))
    old = batch.cells.drop("index", "difference", "total_percent")
    sheet = made_sheet(tmp_path, CrossTables(batch.book, batch.heads, old, batch.tests))
    row = rows_by_label(sheet)["Sangat tidak puas"] + 1
    assert [sheet.cell(row, column).value for column in range(1, 4)] == ["Indeks", "-", "-"]


@pytest.mark.parametrize(("decimals", "percent", "mean"), [(0, "0%", "#,##0.0"), (3, "0.000%", "#,##0.0000")])
def test_decimals_are_as_asked_and_means_have_one_more(tmp_path: Path, decimals: int, percent: str, mean: str) -> None:
    sheet = made_sheet(tmp_path, looking(decimals=decimals))
    at = rows_by_label(sheet)
    shown = [sheet.cell(at[label], 2).number_format for label in ("Puas", "Rata-rata")]
    assert shown == indonesian(percent, mean)


def test_only_the_bases_asked_for_are_shown_and_flags_stand_on_the_first(tmp_path: Path) -> None:
    sheet = made_sheet(tmp_path, looking(bases=("weighted", "effective")))
    at = rows_by_label(sheet)
    assert "Basis (tak tertimbang)" not in at
    assert at["Basis efektif"] == at["Basis (tertimbang)"] + 1
    flags = [sheet.cell(at["Basis (tertimbang)"], column).number_format for column in (2, 7, 8)]
    assert flags == indonesian("#,##0", '#,##0"*"', '#,##0"**"')


@pytest.mark.parametrize(("missing", "shown"), [("-", "-"), ("N/A", "N/A"), ("", None)])
def test_missing_figures_are_shown_as_asked(tmp_path: Path, missing: str, shown: str | None) -> None:
    sheet = made_sheet(tmp_path, looking(missing=missing))
    assert sheet.cell(rows_by_label(sheet)["Puas"], 8).value == shown


def test_letters_in_the_same_cell_stand_right_of_a_figure_that_stays_a_number(tmp_path: Path) -> None:
    sheet = made_sheet(tmp_path, looking(letters="same_cell"))
    at = rows_by_label(sheet)
    assert at["Sangat puas"] == at["Puas"] + 1
    # A figure and its letters each: the total in B C, then D E, F G, H I, J K ...
    figure, letters = sheet.cell(at["Puas"], 6), sheet.cell(at["Puas"], 7)
    assert isinstance(figure.value, float)
    assert (letters.value, sheet.cell(at["Puas"], 11).value) == ("AE", "BCDf")
    assert (figure.alignment.horizontal, letters.alignment.horizontal) == ("right", "left")
    assert letters.border.left.style is None
    assert letters.font.sz < figure.font.sz
    width = sheet.column_dimensions
    assert width["D"].width + width["E"].width == pytest.approx(15, abs=1.5)
    top = at["% kolom"]
    assert f"D{top}:G{top}" in {str(area) for area in sheet.merged_cells.ranges}
    assert [sheet.cell(top + 3, column).value for column in (4, 6, 8)] == ["A", "B", "C"]


def comparison(row_code: str, a: str, b: str, difference: float, p: float, variable: str = "S6") -> dict[str, object]:
    return {
        "table_id": "T0001",
        "row_code": row_code,
        "column_variable": variable,
        "column_variable_b": TOTAL if b == TOTAL_CODE else variable,
        "column_a": a,
        "column_b": b,
        "difference": difference,
        "p_adjusted": p,
    }


def test_the_smallest_p_value_stands_under_the_letters_it_belongs_to(tmp_path: Path) -> None:
    batch = looking(p_values=True)
    nested = "S15 > S6"
    tests = [
        comparison("5", "1", "2", -9.0, 0.04),  # B is higher than A
        comparison("5", "1>2", "2>1", 4.0, 0.19, nested),
        comparison("5", "1>2", "2>2", 4.0, 0.03, nested),
        comparison("5", "1>1", "1>2", 4.0, 0.01, nested),  # C has no letters there, and is not D
        comparison("4", "1", "2", 1.0, 0.5),
    ]
    sheet = made_sheet(
        tmp_path, CrossTables(batch.book, batch.heads, batch.cells, pl.DataFrame(tests, schema=TESTS_SCHEMA))
    )
    row = rows_by_label(sheet)["Puas"]
    shown = [sheet.cell(row + 2, column).value for column in range(2, 9)]
    assert shown == [None, None, pytest.approx(0.04), None, pytest.approx(0.03), None, None]
    # LibreOffice writes every part in the language of the first.
    assert sheet.cell(row + 2, 4).number_format == '[<0.001][$-421]"p < 0,001";[$-421]"p = "0.000'
    assert sheet.cell(row + 3, 1).value == "Sangat puas"


def test_p_values_of_arrows_stand_in_the_column_that_was_compared(tmp_path: Path) -> None:
    batch = looking(p_values=True)
    cells = batch.cells.with_columns(
        letters=pl.when((pl.col("row_code") == "5") & (pl.col("column_code") == "2")).then(pl.lit("▼"))
    )
    lower = pl.DataFrame([comparison("5", "2", "@", -9.0, 0.001)], schema=TESTS_SCHEMA)
    sheet = made_sheet(tmp_path, CrossTables(batch.book, batch.heads, cells, lower))
    row = rows_by_label(sheet)["Puas"]
    assert [sheet.cell(row + down, 4).value for down in (1, 2)] == ["▼", pytest.approx(0.001)]


def test_p_values_of_groups_stand_in_the_question_of_the_higher_column(tmp_path: Path) -> None:
    data = {"q": ["1"] * 60 + ["2"] * 140, "c": ["1"] * 100 + ["2"] * 100, "d": ["2"] * 70 + ["1"] * 130}
    significance = {"levels": [0.95], "small_base": [0, 0], "compare": {"groups": ["AC", "AD"]}}
    plan = {"banner": ["c", "d"], "rows": ["q"], "significance": significance, "book": {"p_values": True}}
    tables = book(plan, data, single("q", 1, 2), single("c", 1, 2), single("d", 1, 2))
    found = tables.tests.filter(row_code="2").select("column_variable_b", "column_b", "p_adjusted").rows()
    p = {(variable, code): p for variable, code, p in found}
    sheet = made_sheet(tmp_path, tables, "T0001 q")
    row = rows_by_label(sheet)["label 2"]
    # C (d = 1) is higher than A, and A (c = 1) than D (d = 2): by their codes alone A and C would be taken for one.
    assert [sheet.cell(row + 1, column).value for column in range(2, 6)] == ["D", None, "A", None]
    assert [sheet.cell(row + 2, column).value for column in (2, 4)] == [
        pytest.approx(p["d", "2"]),
        pytest.approx(p["d", "1"]),
    ]


def test_shading_goes_with_the_percent_and_leaves_total_untested_columns_and_means_alone(tmp_path: Path) -> None:
    sheet = made_sheet(tmp_path, looking(heat=True))
    at = rows_by_label(sheet)
    row = at["Sangat tidak puas"]
    tested_columns = range(3, 8)
    shades = {sheet.cell(row, c).value: int(sheet.cell(row, c).fill.fgColor.rgb[2:4], 16) for c in tested_columns}
    in_order = [shades[share] for share in sorted(shades)]
    assert in_order == sorted(in_order, reverse=True)
    assert in_order[0] > in_order[-1]
    assert [sheet.cell(row, column).fill.fill_type for column in (2, 8)] == [None, None]
    assert {sheet.cell(at["Rata-rata"], column).fill.fill_type for column in range(2, 9)} == {None}


def test_a_chart_shows_total_and_first_question_for_every_category(tmp_path: Path) -> None:
    sheet = made_sheet(tmp_path, looking(charts=True))
    (chart,) = sheet._charts
    at = rows_by_label(sheet)
    categories = [at[label] for label in ScaleTable(1).labels]
    shown = [series.val.numRef.f.replace("$", "").strip("()").split(",") for series in chart.ser]
    assert shown == [[f"'T0001 A1'!{column}{row}" for row in categories] for column in "BCD"]
    assert [series.tx.v for series in chart.ser] == ["Total", "Laki-laki", "Perempuan"]
    assert chart.anchor._from.row >= max(cell.row for cell in sheet["A"] if cell.value)
    # Right of the stub, which every page repeats, and no wider than the notes; as a whole on the next page.
    assert chart.anchor._from.col == 1
    notes = next(area for area in sheet.merged_cells.ranges if area.min_row == at["Catatan"])
    assert chart.anchor.to.col < notes.max_col
    assert [line.id for line in sheet.row_breaks.brk] == [chart.anchor._from.row - 1]


def test_texts_of_a_chart_are_never_formulas(tmp_path: Path) -> None:
    hostile = (BANNER[0], banner_column("S6", "=1+1", "1", "=SUM(A1)", letter="A"))
    table = ScaleTable(1, banner=hostile, labels=("=1+1", "a\x00b"), variable="=Q")
    (made,) = write_tab_books([batch_of([table], look=BookOptions(charts=True))], tmp_path, name="b")
    (chart,) = openpyxl.load_workbook(made.path).worksheets[2]._charts
    assert [series.tx.v for series in chart.ser] == ["Total", " =SUM(A1)"]
    assert chart.title.tx.strRef is None


@pytest.mark.parametrize(
    ("language", "columns", "aside"),
    [
        ("id", 8, " (5 kolom pertama dari 7 untuk Umur)"),
        ("en", 7, " (first 5 of 6 columns of Umur)"),
        ("en", 6, ""),
    ],
)
def test_a_chart_says_how_many_columns_it_leaves_out(tmp_path: Path, language: str, columns: int, aside: str) -> None:
    letters = "ABCDEFGH"[:columns]
    ages = [banner_column("S15", "Umur", x, f"kelompok {x}", letter=x) for x in letters]
    other = banner_column("S6", "Jenis kelamin", "1", "Laki-laki", letter="I")
    # Figures of F are hidden in made tables: it is nothing that a chart could show.
    table = ScaleTable(1, language, banner=(BANNER[0], *ages, other), labels=("Kecewa", "Biasa", "Puas"))
    batch = batch_of([table], look=BookOptions(charts=True))
    (chart,) = made_sheet(tmp_path, batch)._charts
    assert len(chart.ser) == 6
    assert chart.title.tx.rich.p[0].r[0].t == table.head.title + aside


def test_what_a_chart_leaves_out_is_said_however_long_the_question_is(tmp_path: Path) -> None:
    ages = [banner_column("S15", "Umur " * 40, x, f"kelompok {x}", letter=x) for x in "ABCDEFG"]
    table = ScaleTable(1, banner=(BANNER[0], *ages), variable="Q" * 150, labels=[f"jawaban {n}" for n in range(30)])
    (chart,) = made_sheet(tmp_path, batch_of([table], look=BookOptions(charts=True)), "T0001 " + "Q" * 25)._charts
    said = chart.title.tx.rich.p[0].r[0].t
    assert re.search(r"… \(\d+ jawaban pertama dari 30; 5 kolom pertama dari 6 untuk Umur Umur .*…\)$", said)
    assert len(said) <= 181


def test_a_table_of_statistics_alone_has_no_chart(tmp_path: Path) -> None:
    batch = looking(charts=True)
    cells = batch.cells.filter(~pl.col("row_kind").is_in(["category", "net"]))
    assert made_sheet(tmp_path, CrossTables(batch.book, batch.heads, cells, batch.tests))._charts == []


def test_on_one_sheet_all_tables_share_the_banner_and_each_has_its_page_and_its_link(tmp_path: Path) -> None:
    (made,) = write_tab_books([tables(120, look=BookOptions(layout="one_sheet"))], tmp_path, name="b")
    assert made.tables == 120
    book = openpyxl.load_workbook(made.path)
    assert book.sheetnames == ["Daftar Isi", "Metadata", "Tabel"]
    sheet = book["Tabel"]
    titles = {str(cell.value)[:5]: cell.row for cell in sheet["A"] if str(cell.value).startswith("T0")}
    assert len(titles) == 120
    targets = {cell.value: cell.hyperlink.location for cell in book["Daftar Isi"]["A"] if cell.hyperlink}
    assert targets == {number: f"'Tabel'!A{row}" for number, row in titles.items()}
    assert [line.id for line in sheet.row_breaks.brk] == [row - 1 for row in sorted(titles.values())[1:]]
    # The way back and the banner stand once, stay in sight above all tables, and are printed on every page.
    assert [cell.row for cell in sheet["A"] if cell.value == "% kolom"] == [2]
    assert [(cell.row, cell.hyperlink.location) for cell in sheet["A"] if cell.hyperlink] == [(1, "'Daftar Isi'!A1")]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B6", "$2:$5")
    assert not sheet.sheet_properties.pageSetUpPr or not sheet.sheet_properties.pageSetUpPr.fitToPage


def test_one_sheet_goes_on_in_the_next_book_where_excel_s_rows_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcode_pipelines.delivery.tab_book.MAX_ROWS", 500)
    made = write_tab_books([tables(5, look=BookOptions(layout="one_sheet"))], tmp_path, name="b")
    assert sum(file.tables for file in made) == 5
    assert len(made) > 1
    assert all(openpyxl.load_workbook(file.path)["Tabel"].max_row <= 500 for file in made)


LOOKS = (
    {"figures": EVERY_FIGURE, "p_values": True, "decimals": 2},
    {"letters": "same_cell", "figures": ("column_percent", "count"), "heat": True, "missing": ""},
    {"layout": "one_sheet", "charts": True, "bases": "effective", "missing": "N/A"},
)


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_drawn_as_xml_and_cell_by_cell_is_the_same(tmp_path: Path, look: dict[str, Any]) -> None:
    batch = with_derived(tables(2, look=BookOptions(**look)))
    sides = []
    for plain in (False, True):
        (made,) = write_tab_books([batch], tmp_path / str(plain), name="b", plain=plain)
        book = openpyxl.load_workbook(made.path)
        book.remove(book["Metadata"])
        sides.append([everything(sheet) for sheet in book])
    assert sides[0] == sides[1]


@pytest.mark.parametrize("look", LOOKS)
def test_a_changed_figure_is_found_in_every_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: dict[str, Any]
) -> None:
    from mcode_pipelines.delivery.row_xml import RowXml

    as_it_is = RowXml.cells

    def one_changed(self: RowXml, numbers: pl.Series, missing: str) -> list[str]:
        cells = as_it_is(self, numbers, missing)
        cells[-8] = self.cell(0.123)
        return cells

    monkeypatch.setattr(RowXml, "cells", one_changed)
    with pytest.raises(DeliveryError, match="its figures are not those of the table"):
        write_tab_books([with_derived(tables(2, look=BookOptions(**look)))], tmp_path, name="b")
    assert list(tmp_path.iterdir()) == []


def test_notes_explain_the_figures_that_a_table_has(tmp_path: Path) -> None:
    batch = looking(figures=("column_percent", "index"), heat=True, p_values=True)
    said = " ".join(str(cell.value) for cell in made_sheet(tmp_path, batch)["B"])
    assert "Indeks: 100" in said
    assert "Makin gelap" in said
    assert "nilai p" not in said
    means = CrossTables(batch.book, batch.heads, batch.cells.filter(pl.col("row_kind") != "category"), batch.tests)
    means = CrossTables(means.book, means.heads, means.cells.filter(pl.col("row_kind") != "net"), means.tests)
    assert "Indeks" not in " ".join(str(cell.value) for cell in made_sheet(tmp_path, means)["B"])


def test_weighted_bases_that_are_the_unweighted_ones_are_not_repeated(tmp_path: Path) -> None:
    batch = tables(1)
    bases = batch.cells.filter(pl.col("row_code") == "base_unweighted").select("column_code", same="value")
    cells = (
        batch.cells.join(bases, on="column_code", how="left", maintain_order="left")
        .with_columns(value=pl.when(pl.col("row_kind") == "base").then("same").otherwise("value"))
        .drop("same")
    )
    at = rows_by_label(made_sheet(tmp_path, CrossTables(batch.book, batch.heads, cells, batch.tests)))
    assert "Basis (tertimbang)" not in at


@pytest.mark.parametrize(
    ("code", "shown", "number_format"),
    [
        ("top4", 0.6125, "0.0%"),
        ("share:P1_2", 0.6125, "0.0%"),
        ("quartile3", 61.25, "#,##0.00"),
        ("responses", 61.25, "#,##0"),
        ("nps", 61.25, "0.0"),
    ],
)
def test_statistics_are_shown_as_what_they_are(tmp_path: Path, code: str, shown: float, number_format: str) -> None:
    batch = tables(1)
    cells = batch.cells.with_columns(row_code=pl.col("row_code").replace("top2", code))
    sheet = made_sheet(tmp_path, CrossTables(batch.book, batch.heads, cells, batch.tests))
    cell = sheet.cell(rows_by_label(sheet)["Dua teratas"], 2)
    assert (cell.value, [cell.number_format]) == (pytest.approx(shown), indonesian(number_format))


def test_members_of_nets_stand_further_right_than_their_net(tmp_path: Path) -> None:
    plan = {"language": "en", "rows": [{"variable": "Q", "nets": {"low": [1, 2], "all": [1, 2, 3]}}]}
    batch = book(plan, {"Q": ["1", "2", "3", "4"]}, single("Q", 1, 2, 3, 4))
    sheet = made_sheet(tmp_path, batch, "T0001 Q")
    steps = {str(cell.value): cell.alignment.indent for (cell,) in sheet.iter_rows(max_col=1) if cell.value}
    assert [steps[label] - steps["all"] for label in ("all", "low", "label 1", "label 2", "label 3", "label 4")] == [
        0, 2, 4, 4, 2, 0,
    ]  # fmt: skip
