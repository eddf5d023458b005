"""Delimited text: what is read, and which sentence refuses what is not."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from mcode_pipelines.sources import ReadOptions, read_survey
from mcode_pipelines.sources.delimiter import sniff_delimiter
from mcode_pipelines.survey import ROW, UnreadableUpload
from mcode_pipelines_tests.sources.files import column, rows_of, text


def refusal(path, **options):
    with pytest.raises(UnreadableUpload) as refused:
        read_survey(path, name="survei.csv", options=ReadOptions(**options)).data.collect()
    return refused.value.reason


def read(path, name="survei.csv", **options):
    return read_survey(path, name=name, options=ReadOptions(**options))


def test_every_cell_is_text_and_rows_count_from_one(tmp_path):
    raw = read(text(tmp_path / "x", "S1,S2\n1,007\n2,1.50\n"))
    data = raw.data.collect()
    assert data.columns == [ROW, "S1", "S2"]
    assert data.rows() == [(1, "1", "007"), (2, "2", "1.50")]
    assert raw.head.headers == (("S1", "S2"),)


def test_blank_cells_are_null_and_outer_blanks_go(tmp_path):
    raw = read(text(tmp_path / "x", 'a,b,c\n" x ",,"  "\n\u00a0y\t,"",z\n'))
    assert rows_of(raw) == [("x", None, None), ("y", None, "z")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    content = "\r\n".join(delimiter.join(row) for row in (["nama", "kota"], ["Ayu", "Medan"], ["Budi", "Bali"]))
    raw = read(text(tmp_path / "x", content))
    assert rows_of(raw) == [("Ayu", "Medan"), ("Budi", "Bali")]
    assert raw.head.source.delimiter == delimiter


def test_decimal_commas_do_not_hide_the_semicolon(tmp_path):
    raw = read(text(tmp_path / "x", "tinggi;berat\n1,65;60,5\n1,70;71,0\n1,58;49,9\n"))
    assert raw.columns == ["tinggi", "berat"]
    assert column(raw, "tinggi") == ["1,65", "1,70", "1,58"]


def test_commas_inside_quoted_semicolon_cells_do_not_hide_the_semicolon(tmp_path):
    rows = "".join(f'"{i}";"bersih, nyaman, murah";"ya"\n' for i in range(5))
    raw = read(text(tmp_path / "x", '"id";"Apa, menurut Anda, alasannya?";"lagi"\n' + rows))
    assert column(raw, "Apa, menurut Anda, alasannya?") == ["bersih, nyaman, murah"] * 5


def test_a_file_of_one_column_needs_no_delimiter(tmp_path):
    raw = read(text(tmp_path / "x", "E1\nbagus sekali\n\ntidak ada\n"))
    assert rows_of(raw) == [("bagus sekali",), ("tidak ada",)]


def test_a_title_does_not_make_a_table_one_column(tmp_path):
    rows = "".join(f'{i},"lama, mahal,\nkotor",{i},1\n' for i in range(9))
    raw = read(text(tmp_path / "x", "Laporan survei\n\nid,E1,S1,S2\n" + rows))
    assert raw.columns == ["id", "E1", "S1", "S2"]


@pytest.mark.parametrize(
    "answers",
    [
        ["bagus, nyaman", "mahal, lama", "cepat, murah"],
        ["bagus", "mahal, lama, kotor, dan bau", "cepat, murah", 'katanya "lama"', '"lama" katanya'],
    ],
)
def test_commas_in_a_list_of_answers_are_no_delimiters(tmp_path, answers):
    raw = read(text(tmp_path / "x", "\n".join(["saran", *answers])))
    assert column(raw, "saran") == answers
    assert raw.head.source.delimiter is None


def test_the_hint_of_excel_about_the_separator_is_not_data(tmp_path):
    raw = read(text(tmp_path / "x", "sep=;\nS1;S2\n1,5;2\n"))
    assert raw.columns == ["S1", "S2"]
    assert rows_of(raw) == [("1,5", "2")]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-32", "utf-32"),
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(tmp_path, encoding, told):
    content = "nama,saran\r\nRenée,“lebih cepat – ya”\r\nÁngel,tidak ada\r\n"
    raw = read(text(tmp_path / "x", content, encoding))
    assert rows_of(raw) == [("Renée", "“lebih cepat – ya”"), ("Ángel", "tidak ada")]
    assert raw.columns == ["nama", "saran"]
    assert raw.head.source.encoding == told


def test_bytes_that_windows_does_not_know_are_read_as_latin_1(tmp_path):
    (tmp_path / "x").write_bytes(b"a,b\nn\xe9e,\x81\n")
    assert read(tmp_path / "x").head.source.encoding == "latin-1"


def test_a_few_foreign_bytes_do_not_spoil_a_utf_8_file(tmp_path):
    lines = ["a,b", *(f"é{i},ü" for i in range(10))]
    (tmp_path / "x").write_bytes("\n".join(lines).encode() + b"\ncaf\xe9,x\n")
    raw = read(tmp_path / "x")
    assert rows_of(raw)[0] == ("é0", "ü")
    assert rows_of(raw)[-1] == ("café", "x")
    assert "Windows-1252" in raw.head.source.remarks[0].en


def test_an_encoding_that_a_person_names_goes_first(tmp_path):
    (tmp_path / "x").write_bytes("a,b\né,ü\n".encode("cp850"))
    assert rows_of(read(tmp_path / "x", encoding="cp850")) == [("é", "ü")]
    assert "nobody knows" in refusal(tmp_path / "x", encoding="klingon")


def test_lines_that_end_in_cr_alone_are_lines(tmp_path):
    raw = read(text(tmp_path / "x", 'a,b\r1,"x, y"\r2,z\r'))
    assert rows_of(raw) == [("1", "x, y"), ("2", "z")]


def test_mac_text_is_read_as_mac_roman(tmp_path):
    raw = read(text(tmp_path / "x", "a,b\ré,1\r", "mac_roman"))
    assert rows_of(raw) == [("é", "1")]


def test_line_breaks_inside_answers_stay_as_line_feeds(tmp_path):
    raw = read(text(tmp_path / "x", 'id,E1\r\n1,"satu\r\ndua"\r\n2,"tiga"\r\n'))
    assert column(raw, "E1") == ["satu\ndua", "tiga"]


def test_control_characters_go_and_tabs_stay(tmp_path):
    raw = read(text(tmp_path / "x", "id,E1\n1,a\x07b\x0bc\td\n2,\x1f\n"))
    assert column(raw, "E1") == ["abc\td", None]


def test_a_path_with_brackets_is_one_file(tmp_path):
    text(tmp_path / "a.csv", "q\nwrong\n")
    raw = read(text(tmp_path / "[ab].csv", "q\nright\n"), name="[ab].csv")
    assert rows_of(raw) == [("right",)]


def test_quotes_inside_an_unquoted_answer_are_kept(tmp_path):
    raw = read(text(tmp_path / "x", 'id,E1,S2\n1,layar 5" rusak,1\n2,"kata ""mahal"", ya",2\n'))
    assert column(raw, "E1") == ['layar 5" rusak', 'kata "mahal", ya']


def test_quotes_after_a_blank_still_quote(tmp_path):
    raw = read(text(tmp_path / "x", 'id, E1, S2\n1, "cepat, murah", 1\n'))
    assert rows_of(raw) == [("1", "cepat, murah", "1")]


def test_tab_separated_answers_may_start_with_a_quote(tmp_path):
    raw = read(text(tmp_path / "x", 'id\tE1\n1\t"mahal" katanya\n2\tok\n'), name="survei.tsv")
    assert column(raw, "E1") == ['"mahal" katanya', "ok"]


@pytest.mark.parametrize(
    "content",
    [
        'id,E1,S1\n1,a,1\n2,"b,2\n3,c,3\n',  # nothing closes it
        'id,E1,S1\n1,a,1\n2,"b,2\n3,"c",3\n',  # the next quote closes it, in the middle of a cell
    ],
)
def test_an_unclosed_quote_is_told_with_its_row(tmp_path, content):
    reason = refusal(text(tmp_path / "x", content))
    assert reason.startswith("row 3: a quotation mark")


def test_a_row_with_more_cells_than_the_header_is_told(tmp_path):
    reason = refusal(text(tmp_path / "x", 'id,E1,S1\n1,"a\nb",1\n2,cepat, murah,2\n3,c,3\n'))
    assert reason.startswith("row 3 has 4 cells where the header has 3")


def test_a_header_that_lacks_a_name_is_told(tmp_path):
    assert refusal(text(tmp_path / "x", "a,b\n1,x,y\n2,z,w\n")).startswith("every row has 3 cells")


def test_a_row_broken_in_two_is_told(tmp_path):
    reason = refusal(text(tmp_path / "x", "id,E1,S1,S2\n1,a,1,1\n2,satu\ndua,2,1\n3,c,3,3\n"))
    assert reason.startswith("row 3 has 2 cells and the next one 3 where the header has 4")


def test_rows_without_their_last_cells_are_read_and_remarked(tmp_path):
    raw = read(text(tmp_path / "x", "a,b,c,d\n1,2,3,4\n1,2\n1,2,3,4\n"))
    assert rows_of(raw)[1] == ("1", "2", None, None)
    assert "row 3 (2 of 4)" in raw.head.source.remarks[0].en


def test_trailing_delimiters_make_no_column(tmp_path):
    raw = read(text(tmp_path / "x", "a,b\n1,2,\n3,4,\n"))
    assert raw.columns == ["a", "b"]
    raw = read(text(tmp_path / "y", "a,b,,\n1,2,,\n3,4,,\n"))
    assert raw.columns == ["a", "b"]


def test_a_column_without_a_name_but_with_data_is_called_by_its_place(tmp_path):
    raw = read(text(tmp_path / "x", "a,,c\n1,2,3\n"))
    assert raw.columns == ["a", "column_2", "c"]
    assert "column_2" in raw.head.source.remarks[0].en


def test_names_that_stand_twice_get_a_number(tmp_path):
    raw = read(text(tmp_path / "x", "q,q,q_2,Q,q\n1,2,3,4,5\n"))
    assert raw.columns == ["q", "q_3", "q_2", "Q", "q_4"]
    assert raw.head.headers == (("q", "q", "q_2", "Q", "q"),)


def test_a_column_may_be_called_like_the_row_id(tmp_path):
    raw = read(text(tmp_path / "x", f"{ROW},b\n7,2\n"))
    assert raw.data.collect().rows() == [(1, "7", "2")]


def test_blank_rows_are_no_respondents(tmp_path):
    raw = read(text(tmp_path / "x", 'a,b\n1,2\n\n,\n"", \n3,4\n\n,\n'))
    assert raw.data.collect().rows() == [(1, "1", "2"), (2, "3", "4")]
    assert raw.head.source.remarks[0].en == "3 blank rows among the data left out."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "is empty"),
        (b",,,\n,,,\n", "is empty"),
        (b"a,b,c\n", "a header and no data rows"),
        (b"a,b,c\n,,\n  ,,\n", "a header and no data rows"),
        (b"a,b\n1,x\x00y\n", "line 2 holds a null byte"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "is compressed (gzip)"),
        (b"PK\x03\x04junk", "is a workbook or a zip archive"),
        (b'[{"S1": 1}]', "is an XML or JSON document"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, reason):
    (tmp_path / "x").write_bytes(content)
    assert reason in refusal(tmp_path / "x")


def test_an_unknown_kind_is_refused_with_the_kinds_that_are_read(tmp_path):
    with pytest.raises(UnreadableUpload, match=r"survei\.docx: is of a kind that is not read.*\.xlsx"):
        read_survey(text(tmp_path / "x", "a"), name="survei.docx")


def test_a_file_without_header_is_read_when_told(tmp_path):
    raw = read(text(tmp_path / "x", "1,2\n3,4\n"), header_rows=0)
    assert raw.columns == ["column_1", "column_2"]
    assert rows_of(raw) == [("1", "2"), ("3", "4")]
    raw = read(text(tmp_path / "x", "1,2\n3,4\n"))
    assert "set the number of header rows to 0" in raw.head.source.remarks[0].en


def test_skipped_rows_are_those_a_person_says(tmp_path):
    raw = read(text(tmp_path / "x", "x,y\nS1,S2\n1,2\n"), skip_rows=1)
    assert raw.columns == ["S1", "S2"]


def test_skipping_more_rows_than_there_are_is_told(tmp_path):
    assert "has 2 rows and 10 were to be skipped" in refusal(text(tmp_path / "x", "a,b\n1,2\n"), skip_rows=10)


@pytest.mark.parametrize("delimiter", ["¦", '"', "", ";;", "\n"])
def test_a_delimiter_is_one_plain_character(delimiter):
    with pytest.raises(ValidationError):
        ReadOptions(delimiter=delimiter)


def test_the_first_rows_tell_the_delimiter_even_if_cut_in_a_cell():
    start = 'a;b;c\n1;"x";2\n2;"ini panjang, sek'
    assert sniff_delimiter(start, "x.csv") == ";"


cells = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff"),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_any_table_of_text_reads_back(tmp_path_factory, rows, delimiter, quoting, line_end):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
    writer.writerow(["id", "satu", "dua", "tiga"])
    writer.writerows((f"r{i}", *row) for i, row in enumerate(rows))
    path = text(tmp_path_factory.mktemp("any") / "x", out.getvalue())

    def kept(cell: str) -> str | None:
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
        cell = "".join(c for c in cell if not (c < " " and c not in "\t\n") and c != "\x7f")
        return cell.strip() or None

    raw = read(path, delimiter=delimiter, header_rows=1, skip_rows=0)
    assert rows_of(raw) == [(f"r{i}", *map(kept, row)) for i, row in enumerate(rows)]
