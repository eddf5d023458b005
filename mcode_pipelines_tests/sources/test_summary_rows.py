"""Rows that are no respondents: totals and averages, the header again, notes below the data."""

from __future__ import annotations

import pytest

from mcode_pipelines.sources import read_survey
from mcode_pipelines_tests.sources.files import rows_of, text, workbook

HEADER = ["No", "Nama", "Kota", "Kasir", "Parkir"]
TOWNS = ["Bogor", "Depok", "Solo"]
ROWS = [[i, f"Orang {i}", TOWNS[i % 3], 1 + i % 5, 1 + i % 4] for i in range(1, 21)]


def read(tmp_path, rows):
    return read_survey(workbook(tmp_path / "x.xlsx", {"Isian": rows}), name="x.xlsx")


def remarks(raw, language="en"):
    return " ".join(raw.head.source.remarks_in(language))


@pytest.mark.parametrize(
    "row",
    [
        ["Jumlah", None, None, 60, 50],
        ["Total", None, None, 60, 50],
        ["GRAND TOTAL", None, None, None, None],
        ["Rata-rata", None, None, 3.0, 2.5],
        ["Rata - rata skor", None, None, "3,00", "2,50"],
        [None, "Jumlah", None, 60, 50],
        [None, "Total :", None, 60, 50],
        ["Average", None, None, 3, 2.5],
        ["Jml", None, None, 20, 20],
        ["Durchschnitt", None, None, 3, 2.5],
        ["Standar deviasi", None, None, 1.45, 1.15],
        ["Total (n=20)", None, None, 60, 50],
        ["Skor rata-rata", None, None, 3, 2.5],
        ["Rata2", None, None, 3, 2.5],
        ["Gesamtsumme", None, None, 60, 50],
        ["\u03a3", None, None, 60, 50],
        ["Persentase (%)", None, None, 60, 50],
        ["Nilai tertinggi", None, None, 5, 4],
        ["Varianza", None, None, 2.105, 1.316],
        ["Mean \u00b1 SD", None, None, 3, 2.5],
    ],
)
@pytest.mark.parametrize("apart", [False, True])
def test_a_row_that_sums_up_is_no_respondent(tmp_path, row, apart):
    raw = read(tmp_path, [HEADER, *ROWS, *([[]] if apart else []), row])
    assert len(rows_of(raw)) == 20
    word = next(cell for cell in row if cell)
    assert f"'{word}'" in remarks(raw)
    assert f"'{word}'" in remarks(raw, "id")
    assert str(22 + apart) in remarks(raw)


@pytest.mark.parametrize("row", [[60, 50], [3, 2.5], [3.125, 2.375]])
def test_figures_below_the_data_without_a_word_are_no_respondent_where_the_number_of_one_is_missing(tmp_path, row):
    raw = read(tmp_path, [HEADER, *ROWS, [None, None, None, *row]])
    assert len(rows_of(raw)) == 20
    assert f"'{row[0]:g}, \u2026'" in remarks(raw)


@pytest.mark.parametrize(
    "row", [[None, None, None, 5, 4], ["Anonim", "N. N.", "Solo", 2, 3], [21, "Max", "Solo", 5, 4]]
)
def test_a_respondent_without_a_number_stays(tmp_path, row):
    assert len(rows_of(read(tmp_path, [HEADER, *ROWS, row]))) == 21


def test_totals_of_groups_named_after_them(tmp_path):
    groups = []
    for island in ("Bali", "Lombok", "Flores"):
        part = [[island, 1 + i % 5, 10 * i + len(island)] for i in range(1, 9)]
        groups += [*part, [f"Jumlah {island}", sum(r[1] for r in part), sum(r[2] for r in part)]]
    raw = read(tmp_path, [["Pulau", "Kasir", "Belanja"], *groups])
    assert len(rows_of(raw)) == 24
    assert "'Jumlah Lombok'" in remarks(raw)


def test_several_rows_below_the_data_go_together(tmp_path):
    rows = [["Jumlah", None, None, 60, 50], ["Rata-rata", None, None, 3, 2.5], ["Sumber: kuesioner, diolah"]]
    raw = read(tmp_path, [HEADER, *ROWS, *rows])
    assert len(rows_of(raw)) == 20
    assert "'Jumlah'" in remarks(raw)
    assert "Sumber: kuesioner, diolah" in remarks(raw)


def test_totals_between_the_groups_of_a_table(tmp_path):
    rows = [*ROWS[:10], ["Subtotal Bogor", None, None, 30, 25], *ROWS[10:], ["Total", None, None, 60, 50]]
    raw = read(tmp_path, [HEADER, *rows])
    assert len(rows_of(raw)) == 20


def test_totals_in_a_text_file(tmp_path):
    lines = [";".join(map(str, row)) for row in [HEADER, *ROWS, ["Total", "", "", "60", "50"]]]
    raw = read_survey(text(tmp_path / "x", "\n".join(["sep=;", *lines])), name="x.csv")
    assert len(rows_of(raw)) == 20
    assert "row 23 'Total'" in remarks(raw)


def test_respondents_who_name_total_stay(tmp_path):
    header = ["Merek bensin", "Nilai", "Kota"]
    rows = [[["Pertamina", "Shell", "Total"][i % 3], 1 + i % 5, TOWNS[i % 3]] for i in range(30)]
    assert len(rows_of(read(tmp_path, [header, *rows]))) == 30
    without_town = [row[:2] for row in rows]
    assert len(rows_of(read(tmp_path, [header[:2], *without_town]))) == 30


def test_answers_that_begin_with_a_word_of_sums_stay(tmp_path):
    rows = [[f"total belanja saya sekitar {i} ribu", i] for i in range(20)]
    raw = read(tmp_path, [["Ceritakan", "Usia"], *rows])
    assert len(rows_of(raw)) == 20
    one = read_survey(text(tmp_path / "y", "Saran\n" + "bagus\n" * 9 + "Total\n"), name="y.csv")
    assert len(rows_of(one)) == 10


@pytest.mark.parametrize("titles", [[], [["Rekap"], []]])
def test_a_header_that_stands_again_is_no_respondent(tmp_path, titles):
    raw = read(tmp_path, [*titles, HEADER, *ROWS[:9], HEADER, *ROWS[9:], HEADER])
    assert len(rows_of(raw)) == 20
    assert "header stands again" in remarks(raw)
    assert "berulang" in remarks(raw, "id")


def test_a_header_of_two_rows_that_stands_again(tmp_path):
    header = [["No", "Nilai", None, "Kota"], [None, "Kasir", "Parkir", None]]
    rows = [[i, 1 + i % 5, 1 + i % 4, TOWNS[i % 3]] for i in range(20)]
    assert len(rows_of(read(tmp_path, [*header, *rows[:9], *header, *rows[9:]]))) == 20


def test_one_who_ticked_everything_is_no_header(tmp_path):
    header = ["Radio", "TV", "Koran"]
    rows = [["Radio", None, "Koran"], ["Radio", "TV", "Koran"], [None, "TV", None], ["Radio", "TV", None]] * 5
    assert len(rows_of(read(tmp_path, [header, *rows]))) == 20


def test_one_who_gave_a_single_answer_stays(tmp_path):
    raw = read(tmp_path, [HEADER, *ROWS, [21], ["22", None, None, None, None]])
    assert len(rows_of(raw)) == 22


def test_a_file_that_is_mostly_totals_is_left_as_it_is(tmp_path):
    raw = read(tmp_path, [["Kota", "n"], ["Bogor", 3], ["Depok", 4], ["Total", 7]])
    assert len(rows_of(raw)) == 3
