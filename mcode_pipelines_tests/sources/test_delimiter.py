"""Which sign cuts a text into columns, where several could."""

from __future__ import annotations

import itertools

import pytest

from mcode_pipelines.sources import read_survey
from mcode_pipelines_tests.sources.files import column, rows_of, text

SHOPS = ["pasar", "warung", "toko daring", "minimarket", "koperasi"]
THREE = [list(c) for c in itertools.permutations(SHOPS, 3)][:40]


def read(path, content, name="x.csv", encoding="utf-8"):
    return read_survey(text(path / "x", content, encoding), name=name)


@pytest.mark.parametrize(("columns", "answers"), itertools.permutations(",;\t|", 2))
def test_lists_of_one_length_do_not_hide_the_sign_that_cuts_the_header(tmp_path, columns, answers):
    lines = [
        columns.join(["kode", "belanja_di"]),
        *(columns.join([f"r{i}", answers.join(c)]) for i, c in enumerate(THREE)),
    ]
    raw = read(tmp_path, "\n".join(lines))
    assert raw.columns == ["kode", "belanja_di"]
    assert column(raw, "belanja_di")[0] == answers.join(THREE[0])
    assert len(rows_of(raw)) == len(THREE)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_lists_of_different_length_in_three_columns(tmp_path, mark):
    lines = [f"{i};{','.join(c[: 1 + i % 3])};Bogor" for i, c in enumerate(THREE)]
    raw = read(tmp_path, mark + "\r\n".join(["no;tempat belanja, boleh lebih dari satu;kota", *lines]))
    assert raw.columns == ["no", "tempat belanja, boleh lebih dari satu", "kota"]


def test_commas_in_the_header_of_a_table_with_decimal_commas(tmp_path):
    rows = "".join(f"1,{i};6{i % 10},5\n" for i in range(50, 80))
    raw = read(tmp_path, "tinggi, m;berat, kg\n" + rows)
    assert raw.columns == ["tinggi, m", "berat, kg"]


@pytest.mark.parametrize("sign", [", ", "; "])
def test_sentences_below_a_plain_header_are_one_column_and_told(tmp_path, sign):
    answers = ["murah", sign.join(["enak", "bersih", "dekat rumah"]), sign.join(["sepi", "gelap"])] * 9
    answers += [sign.join(["lama", "panas", "ramai"])] * 30
    raw = read(tmp_path, "\n".join(["Mengapa?", *answers]))
    assert column(raw, "Mengapa?") == answers
    assert "read as one column" in raw.head.source.remarks[0].en
    assert "satu kolom" in raw.head.source.remarks[0].id


def test_sentences_below_a_sentence_are_one_column(tmp_path):
    answers = ["murah", "enak, bersih, dekat", "lama, panas, gelap, dan bau", "tidak tahu"] * 6
    raw = read(tmp_path, "\n".join(["Apa alasan Anda, jika ada?", *answers]))
    assert column(raw, "Apa alasan Anda, jika ada?") == answers


@pytest.mark.parametrize("sign", [",", ";", "|"])
def test_lists_alone_are_no_table_below_a_title(tmp_path, sign):
    answers = [sign.join(c) for c in THREE]
    raw = read(tmp_path, "\n".join(["Belanja di mana", *answers]))
    assert column(raw, "Belanja di mana") == answers


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_two_columns_below_a_title_and_a_blank_line(tmp_path, sign):
    lines = [sign.join([f"r{i}", f"saran nomor {i}"]) for i in range(12)]
    raw = read(tmp_path, "\n".join(["Rekap saran pelanggan", "", sign.join(["no", "saran"]), *lines]))
    assert raw.columns == ["no", "saran"]
    assert len(rows_of(raw)) == 12


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_lines_in_quotes_as_a_whole_are_unwrapped_and_told(tmp_path, sign, mark):
    def line(*cells):
        inner = sign.join(f'"{cell}"' for cell in cells)
        return '"' + inner.replace('"', '""') + '"'

    rows = [line(f"r{i}", "Ya", f"petugas bilang ''tunggu'', lalu pergi {i}") for i in range(20)]
    raw = read(tmp_path, mark + "\r\n".join([line("kode", "Pernah?", "Ceritakan"), *rows]) + "\r\n")
    assert raw.columns == ["kode", "Pernah?", "Ceritakan"]
    assert rows_of(raw)[3] == ("r3", "Ya", "petugas bilang ''tunggu'', lalu pergi 3")
    assert "quotes around the lines" in raw.head.source.remarks[0].en


def test_lines_are_unwrapped_also_where_only_some_needed_quotes(tmp_path):
    rows = [f"{i};Bogor;murah" if i % 3 else f'"{i};Depok;""murah, dekat"""' for i in range(30)]
    raw = read(tmp_path, "\n".join(["no;kota;alasan", *rows]))
    assert raw.columns == ["no", "kota", "alasan"]
    assert rows_of(raw)[0] == ("0", "Depok", "murah, dekat")
    assert rows_of(raw)[1] == ("1", "Bogor", "murah")


@pytest.mark.parametrize("answer", ["bagus, murah", "bagus;murah", 'katanya ""mahal""'])
def test_quoted_answers_of_one_column_stay_as_they_are(tmp_path, answer):
    raw = read(tmp_path, '"Saran"\n' + f'"{answer}"\n' * 12)
    assert column(raw, "Saran") == [answer.replace('""', '"')] * 12
