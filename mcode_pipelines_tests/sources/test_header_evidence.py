"""Headers of two rows, and files without one: no respondent too many, none too few, every item under its own label."""

from __future__ import annotations

import pytest

from mcode_pipelines.sources import ReadOptions, read_survey
from mcode_pipelines.sources.header import Layout, column_names, with_headings_to_the_right
from mcode_pipelines.sources.header_evidence import second_header_row
from mcode_pipelines_tests.sources.files import column, rows_of, text, workbook

TOWNS = ["Bogor", "Depok", "Solo"]


def respondents(count=24):
    """Number, two ratings, town."""
    return [[i, 1 + i % 5, 1 + (i * 3) % 5, TOWNS[i % 3]] for i in range(1, count + 1)]


def read(tmp_path, rows):
    return read_survey(workbook(tmp_path / "x.xlsx", {"Isian": rows}), name="x.xlsx")


MERGED = [["No", "Nilai toko", None, "Kota"], [None, "Kasir", "Parkir", None]]
REPEATED = [["No", "Nilai toko", "Nilai toko", "Kota"], ["No", "Kasir", "Parkir", "Kota"]]
HEADINGS_ONLY = [[None, "Nilai toko", None, "Asal"], ["No", "Kasir", "Parkir", "Kota"]]
TITLES = [[], [["Rekap kuesioner cabang"], []], [["Rekap kuesioner"], ["Periode Juni"], []]]


@pytest.mark.parametrize("header", [MERGED, REPEATED, HEADINGS_ONLY])
@pytest.mark.parametrize("titles", TITLES)
def test_a_heading_over_two_questions_is_no_respondent_and_both_keep_their_labels(tmp_path, titles, header):
    raw = read(tmp_path, [*titles, *header, *respondents()])
    assert len(rows_of(raw)) == 24
    assert raw.columns[1:3] == ["Nilai toko [Kasir]", "Nilai toko [Parkir]"]
    assert column(raw, "Nilai toko [Parkir]") == [str(row[2]) for row in respondents()]
    assert any("several rows" in r.en and "beberapa baris" in r.id for r in raw.head.source.remarks)


@pytest.mark.parametrize("titles", TITLES)
def test_a_few_headings_over_a_wide_table_are_no_title(tmp_path, titles):
    items = [f"Pernyataan {i}" for i in range(1, 9)]
    header = [["No", "Kepentingan", *[None] * 7, "Kepuasan", *[None] * 7], [None, *items, *items]]
    rows = [[i, *(1 + (i + j) % 5 for j in range(16))] for i in range(30)]
    raw = read(tmp_path, [*titles, *header, *rows])
    assert raw.columns == ["No", *(f"Kepentingan [{i}]" for i in items), *(f"Kepuasan [{i}]" for i in items)]
    assert len(rows_of(raw)) == 30


def test_headings_that_tell_repeated_questions_apart_are_kept(tmp_path):
    header = [[None, "Importance", None, "Satisfaction", None], ["ID", "Price", "Staff", "Price", "Staff"]]
    rows = [[f"r{i}", 1 + i % 5, 1 + i % 4, 1 + i % 3, 1 + i % 5] for i in range(20)]
    raw = read(tmp_path, [*header, *rows])
    assert raw.columns == [
        "ID", "Importance [Price]", "Importance [Staff]", "Satisfaction [Price]", "Satisfaction [Staff]",
    ]  # fmt: skip


def test_a_header_of_three_rows(tmp_path):
    header = [["No", "Nilai toko", None, "Kota"], [None, "Kasir", "Parkir", None], [None, "(1-5)", "(1-5)", None]]
    raw = read(tmp_path, [*header, *respondents()])
    assert raw.columns == ["No", "Nilai toko [Kasir - (1-5)]", "Nilai toko [Parkir - (1-5)]", "Kota"]
    assert len(rows_of(raw)) == 24


def test_a_heading_over_words_is_seen_by_the_answers_below(tmp_path):
    header = [["Responden", "Pernah beli di", None], [None, "Pasar", "Mal"]]
    rows = [[f"r{i}", "Ya" if i % 2 else "Tidak", "Ya" if i % 3 else "Tidak"] for i in range(20)]
    raw = read(tmp_path, [*header, *rows])
    assert raw.columns == ["Responden", "Pernah beli di [Pasar]", "Pernah beli di [Mal]"]
    assert len(rows_of(raw)) == 20


def test_codes_below_texts_and_units_below_names_are_header(tmp_path):
    rows = respondents()
    coded = read(tmp_path, [["Nomor", "Nilai kasir", "Nilai parkir", "Kota asal"], ["id", "P1", "P2", "P3"], *rows])
    assert len(rows_of(coded)) == 24
    assert coded.head.headers[1] == ("id", "P1", "P2", "P3")
    assert any("second row" in r.en for r in coded.head.source.remarks)


def test_a_nameless_column_and_a_blank_answer_make_no_second_header(tmp_path):
    rows = respondents()
    rows[0][3] = None
    raw = read(tmp_path, [["No", "Kasir", None, "Kota"], *rows])
    assert len(rows_of(raw)) == 24


def lines(of):
    return "".join(f"{of(i)}\n" for i in range(20))


YES, FINE = ["Tidak", "Ya"], ["Biasa", "Puas", "Puas"]
WITHOUT_HEADER = {
    "dates, codes and answers": lines(lambda i: f"2026-03-{1 + i:02} 09:{i:02}:00;{1 + i % 4};{TOWNS[i % 3]};kata {i}"),
    "numbers alone": lines(lambda i: f"{3 + i % 2};{1 + i % 5};{5 - i % 4}"),
    "answers alone": lines(lambda i: f"{TOWNS[i % 3]};{YES[i % 2]};{FINE[i % 3]}"),
    "numbered respondents": lines(lambda i: f"R{i:03};{1 + i % 5};{1 + i % 2};kata {i}"),
    "one column": lines(lambda i: TOWNS[i % 3]),
}


@pytest.mark.parametrize("content", WITHOUT_HEADER.values(), ids=WITHOUT_HEADER)
def test_a_file_without_a_header_keeps_its_first_respondent_and_says_so(tmp_path, content):
    raw = read_survey(text(tmp_path / "x", content), name="x.csv")
    assert len(rows_of(raw)) == 20
    assert raw.columns[0] == "column_1"
    assert "no header" in raw.head.source.remarks[0].en
    assert "tidak mempunyai baris judul" in raw.head.source.remarks[0].id
    told = read_survey(text(tmp_path / "x", content), name="x.csv", options=ReadOptions(header_rows=1))
    assert len(rows_of(told)) == 19


WITH_HEADER = {
    "years": "Nama;2022;2023;2024\n" + lines(lambda i: f"Toko {i};{i};{i * 2};{i * 3}"),
    "counted": "1;2;3\n" + lines(lambda i: f"{1 + i % 5};{2 + i % 3};{i % 2}"),
    "ticked": "Radio;TV;Koran\n" + lines(lambda i: f"{['Radio', ''][i % 2]};TV;{['Koran', '', ''][i % 3]}"),
    "words": "Kota;Puas;Saran\n" + lines(lambda i: f"{TOWNS[i % 3]};{1 + i % 5};kata {i}"),
    "open answers": "Saran\n" + lines(lambda i: f"kata {i}"),
    "one answer twice": "Saran\n" + lines(lambda i: f"kata {i // 4}"),
}


@pytest.mark.parametrize("content", WITH_HEADER.values(), ids=WITH_HEADER)
def test_a_header_is_not_taken_for_a_respondent(tmp_path, content):
    raw = read_survey(text(tmp_path / "x", content), name="x.csv")
    assert raw.columns == content.split("\n")[0].split(";")
    assert len(rows_of(raw)) == 20


@pytest.mark.parametrize(
    ("below", "names"),
    [
        (
            ["Price", "A4 paper", "Q6. Would you recommend us?", "D1. Sex"],
            [
                "Q4. How important is ... [Price]",
                "Q4. How important is ... [A4 paper]",
                "Q6. Would you recommend us?",
                "D1. Sex",
            ],
        ),
        (
            ["Q4_1. Price", "Q4_2. Range", "Q6. Would you recommend us?", "D1. Sex"],
            [
                "Q4. How important is ... [Q4_1. Price]",
                "Q4. How important is ... [Q4_2. Range]",
                "Q6. Would you recommend us?",
                "D1. Sex",
            ],
        ),
        (
            ["Q4. Price", "Q5. Range", "Q6. Service", "Q7. Sex"],
            [
                f"Q4. How important is ... [Q{n}. {word}]"
                for n, word in zip(range(4, 8), ("Price", "Range", "Service", "Sex"), strict=True)
            ],
        ),
    ],
)
def test_a_heading_ends_where_a_question_with_its_own_number_begins(below: list[str], names: list[str]) -> None:
    above = ["", "Q4. How important is ...", "", "", ""]
    headers = with_headings_to_the_right([above, ["Q1. Name of the shop", *below]], frozenset())
    found = column_names(headers, Layout.QUESTION_AND_OPTION, 5)
    assert found == ["Q1. Name of the shop", *names]


@pytest.mark.parametrize(
    "second",
    [["", "(cm)", "(kg)", ""], ["", "", "", "(P/W)"], ["", "100-220", "30–200", "[P/W]"], ["1", "2", "3", "4"]],
)
def test_a_row_that_explains_columns_belongs_to_the_header(second: list[str]) -> None:
    data = [[str(i), str(150 + i), str(50 + i % 9), "PW"[i % 2]] for i in range(1, 15)]
    assert second_header_row([["No", "Tinggi", "Berat", "Sex"], second, *data])


def test_a_respondent_who_left_most_out_is_no_row_of_the_header() -> None:
    data = [[str(i), str(150 + i), str(50 + i % 9), "PW"[i % 2]] for i in range(2, 15)]
    assert not second_header_row([["No", "Tinggi", "Berat", "Sex"], ["1", "", "", "P"], *data])
