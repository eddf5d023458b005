"""Sheets beside the data that explain its codes and columns."""

from __future__ import annotations

import itertools

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.sources import read_survey
from mcode_pipelines.survey import Kind
from mcode_pipelines_tests.sources.files import workbook

LETTERS = ["TP", "KP", "P", "SP"]
DATA = [
    ["Resp", "X1", "X2", "X3", "JK", "Daerah"],
    *[[i, LETTERS[i % 4], LETTERS[(i * 3) % 4], LETTERS[(i + 1) % 4], 1 + i % 2, 1 + i % 3] for i in range(1, 41)],
]
WORDS = ["Tidak penting", "Kurang penting", "Penting", "Sangat penting"]
LABELS = dict(zip(LETTERS, WORDS, strict=True))


def read(tmp_path, sheets):
    return read_survey(workbook(tmp_path / "x.xlsx", sheets), name="x.xlsx")


def told(raw):
    return " ".join(raw.head.source.remarks_in("en"))


@pytest.mark.parametrize(
    "legend",
    [
        [["Kode", "Arti", "Skor"], *[[c, w, i] for i, (c, w) in enumerate(LABELS.items(), 1)]],
        [["No", "Singkatan", "Keterangan", "Poin"], *[[i, c, w, i] for i, (c, w) in enumerate(LABELS.items(), 1)]],
        [["Skala"], [], ["Label", "Code", "Points"], *[[w, c, i] for i, (c, w) in enumerate(LABELS.items(), 1)]],
    ],
)
@pytest.mark.parametrize("first", [False, True])
def test_abbreviations_get_their_words_and_points_in_every_column_that_has_them(tmp_path, legend, first):
    sheets = {"Legenda": legend, "Isian": DATA} if first else {"Isian": DATA, "Legenda": legend}
    raw = read(tmp_path, sheets)
    assert raw.head.source.sheet == "Isian"
    for column in ("X1", "X2", "X3"):
        assert raw.head.dictionary[column].value_labels == LABELS
        assert raw.head.dictionary[column].factors == {"TP": 1, "KP": 2, "P": 3, "SP": 4}
    assert "JK" not in raw.head.dictionary
    assert "'Legenda' explained the data" in told(raw)
    assert "left out" not in told(raw)
    found = detect(raw)
    assert found["X1"].kind is Kind.SCALE
    assert [(c.label, c.factor) for c in found["X1"].choices] == [(w, i) for i, w in enumerate(WORDS, 1)]


def test_a_codebook_names_the_column_once_or_in_every_row(tmp_path):
    for named in (["JK", None], ["JK", "JK"]):
        sheet = [
            ["Variabel", "Pertanyaan", "Kode", "Label"],
            [named[0], "Jenis kelamin", 1, "Pria"],
            [named[1], None, 2, "Wanita"],
            ["Daerah", "Tempat tinggal", 1, "Kota"],
            [named[1] and "Daerah", None, 2, "Desa"],
            [named[1] and "Daerah", None, 3, "Pinggiran"],
        ]
        raw = read(tmp_path, {"Data": DATA, "Buku kode": sheet})
        entry = raw.head.dictionary["JK"]
        assert (entry.label, entry.value_labels) == ("Jenis kelamin", {"1": "Pria", "2": "Wanita"})
        assert raw.head.dictionary["Daerah"].value_labels == {"1": "Kota", "2": "Desa", "3": "Pinggiran"}
        choices = detect(raw)["JK"].choices
        assert [(c.code, c.label) for c in choices] == [("1", "Pria"), ("2", "Wanita")]


@pytest.mark.parametrize("sign", [" = ", "=", ": "])
@pytest.mark.parametrize("between", ["; ", ", ", "\n", " / "])
def test_codes_in_one_cell_of_a_codebook(tmp_path, sign, between):
    codes = between.join(f"{code}{sign}{label}" for code, label in ((1, "Pria"), (2, "Wanita")))
    raw = read(
        tmp_path,
        {"Data": DATA, "Codebook": [["Column", "Question", "Values"], ["JK", "Sex", codes], ["Resp", "Number", None]]},
    )
    assert raw.head.dictionary["JK"].value_labels == {"1": "Pria", "2": "Wanita"}
    assert raw.head.dictionary["JK"].label == "Sex"


def test_lists_under_the_name_of_their_column(tmp_path):
    sheet = [["JK"], [1, "Pria"], [2, "Wanita"], [], ["Daerah"], [1, "Kota"], [2, "Desa"], [3, "Pinggiran"]]
    raw = read(tmp_path, {"Data": DATA, "Kode": sheet})
    assert raw.head.dictionary["JK"].value_labels == {"1": "Pria", "2": "Wanita"}
    assert raw.head.dictionary["Daerah"].value_labels == {"1": "Kota", "2": "Desa", "3": "Pinggiran"}


def test_lists_side_by_side_with_the_column_in_their_heading(tmp_path):
    sheet = [
        ["Kode", "JK", None, "Kode", "Daerah"],
        [1, "Pria", None, 1, "Kota"],
        [2, "Wanita", None, 2, "Desa"],
        [None, None, None, 3, "Pinggiran"],
    ]
    raw = read(tmp_path, {"Data": DATA, "Kode": sheet})
    assert raw.head.dictionary["JK"].value_labels == {"1": "Pria", "2": "Wanita"}
    assert raw.head.dictionary["Daerah"].value_labels == {"1": "Kota", "2": "Desa", "3": "Pinggiran"}


def test_what_the_columns_ask(tmp_path):
    questions = [["Kode", "Pernyataan"], ["X1", "Toko buka pagi"], ["X2", "Kasir cepat"], ["X3", "Parkir luas"]]
    raw = read(tmp_path, {"Pertanyaan": questions, "Data": DATA})
    assert [raw.head.dictionary[c].label for c in ("X1", "X2", "X3")] == [row[1] for row in questions[1:]]
    assert detect(raw)["X2"].label == "Kasir cepat"


def test_points_without_a_column_explain_a_battery_and_not_single_columns(tmp_path):
    scale = [["Skor", "Arti"], *enumerate(["Buruk", "Kurang", "Sedang", "Baik"], 1)]
    rows = [[i, *(1 + (i * k) % 4 for k in (1, 3, 5, 7)), 1 + i % 4] for i in range(40)]
    raw = read(tmp_path, {"Data": [["Resp", "P1", "P2", "P3", "P4", "Anak"], *rows], "Skala": scale})
    assert sorted(raw.head.dictionary) == ["P1", "P2", "P3", "P4"]


@pytest.mark.parametrize("line", ["{} = {}", "{}. {}", "{}: {}", "({}) {}"])
@pytest.mark.parametrize("title", [[], [["Keterangan"]]])
def test_a_line_a_code(tmp_path, line, title):
    lines = [[line.format(code, word)] for code, word in LABELS.items()]
    raw = read(tmp_path, {"Data": DATA, "Ket": [*title, *lines]})
    assert raw.head.dictionary["X1"].value_labels == LABELS


def test_a_long_list_of_codes_is_not_taken_for_the_data(tmp_path):
    places = [["Kode", "Kecamatan"], *[[f"K{i}", f"Kecamatan {i}"] for i in range(400)]]
    data = [["Resp", "kec", "usia"], *[[i, f"K{i % 20}", 20 + i % 9] for i in range(60)]]
    raw = read(tmp_path, {"Wilayah": places, "Isian": data})
    assert raw.head.source.sheet == "Isian"
    assert raw.head.dictionary["kec"].value_labels["K7"] == "Kecamatan 7"


def test_winners_on_another_sheet_are_not_taken_for_the_data(tmp_path):
    people = [["Nama", "Saran"], *[[f"Orang {i}", f"kata {i}"] for i in range(60)]]
    winners = [["No", "Nama", "Hadiah"], *[[i, f"Orang {i * 7}", "payung"] for i in range(1, 8)]]
    assert read(tmp_path, {"Isian": people, "Pemenang": winners}).head.source.sheet == "Isian"


def test_sheets_that_do_not_explain_are_left_out_and_told(tmp_path):
    pivot = [["Row Labels", "Count of JK"], ["TP", 10], ["KP", 12], ["Grand Total", 22]]
    towns = [["No", "Kota"], *enumerate(["Bogor", "Depok", "Solo"], 1)]
    for order in itertools.permutations({"Data": DATA, "Pivot": pivot, "Daftar kota": towns}.items()):
        raw = read(tmp_path, dict(order))
        assert raw.head.source.sheet == "Data"
        assert raw.head.dictionary == {}
        assert "'Pivot'" in told(raw)
        assert "'Daftar kota'" in told(raw)
