"""What the gate lets in, and the sentence for everything it does not."""

import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcode_pipelines.intake import FileKind, Limits, inspect
from mcode_pipelines.intake.xml_gate import _at_least, _beyond
from mcode_pipelines.survey import UnreadableUpload
from mcode_pipelines_tests.intake.workbooks import (
    CONTENT_TYPES,
    HEADER_AND_ONE,
    shared_strings,
    sheet,
    write_workbook,
)

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def refused(path, name=None, limits=None):
    """The reason of a refusal; the sentence names the file and is one line."""
    name = name or path.name
    with pytest.raises(UnreadableUpload) as raised:
        inspect(path, name, limits or Limits())
    assert str(raised.value) == f"{name}: {raised.value.reason}"
    assert "\n" not in raised.value.reason
    return raised.value.reason


def ole_document(path, *entries):
    """An OLE file whose directory has these entries."""
    content = OLE + bytes(512 - len(OLE))
    for entry in entries:
        spelled = entry.encode("utf-16-le") + b"\0\0"
        content += spelled.ljust(64, b"\0") + len(spelled).to_bytes(2, "little") + bytes(62)
    path.write_bytes(content.ljust(2048, b"\0"))
    return path


def row(*cells):
    return HEADER_AND_ONE + f'<row r="3">{"".join(cells)}</row>'


def test_a_plain_workbook_enters(tmp_path):
    assert inspect(write_workbook(tmp_path / "a.xlsx"), "a.xlsx") is FileKind.XLSX


@pytest.mark.parametrize("writer", ["xlsxwriter", "openpyxl", "polars"])
def test_workbooks_of_common_writers_enter(tmp_path, writer):
    path = tmp_path / "a.xlsx"
    texts = ["<script>", 'r="XFE1" & t="s"><v>9</v>', "=1+1", "  "]
    if writer == "xlsxwriter":
        import xlsxwriter

        book = xlsxwriter.Workbook(path)
        page = book.add_worksheet("data")
        for at, text in enumerate(texts):
            page.write_string(at, 0, text)
            page.write_formula(at, 1, "=A1")
            page.write_blank(1000 + at, 300, None, book.add_format({"bold": True}))
        book.close()
    elif writer == "openpyxl":
        import openpyxl

        book = openpyxl.Workbook()
        for text in texts:
            book.active.append([text.replace("=1+1", "x"), 1.5, True])
        book.create_sheet("second")
        book.save(path)
    else:
        import polars as pl

        pl.DataFrame({"a": texts, "b": range(4)}).write_excel(path)
    assert inspect(path, "a.xlsx") is FileKind.XLSX


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"sex,age\n1,2\n", FileKind.CSV),
        ("a.CSV", b"sex;age\r1;2\r", FileKind.CSV),
        ("a.tsv", "jenis\tumur\nperempuan\t2\n".encode("utf-16"), FileKind.TSV),
        ("a.csv", b"\xef\xbb\xbfsex,age\n1,2\n", FileKind.CSV),
        ("a.csv", "nama,kota\nJos\u00e9,M\u00fcnchen\n".encode("cp1252"), FileKind.CSV),
        ("a.sav", b"$FL2@(#) SPSS DATA FILE".ljust(200), FileKind.SAV),
        ("a.zsav", b"$FL3@(#) SPSS DATA FILE".ljust(200), FileKind.ZSAV),
    ],
)
def test_tables_and_spss_files_enter(tmp_path, name, content, kind):
    path = tmp_path / "generated"
    path.write_bytes(content)
    assert inspect(path, name) is kind


def test_a_parquet_file_enters_and_a_cut_one_does_not(tmp_path):
    import polars as pl

    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": [1, 2]}).write_parquet(path)
    assert inspect(path, "a.parquet") is FileKind.PARQUET
    path.write_bytes(path.read_bytes()[:-20])
    assert "cut off" in refused(path)


def test_an_old_workbook_enters_as_xls(tmp_path):
    assert inspect(ole_document(tmp_path / "form.xls", "Root Entry", "Workbook"), "form.xls") is FileKind.XLS


def test_formats_down_to_the_last_row_are_no_sparse_grid(tmp_path):
    rows = HEADER_AND_ONE + "".join(f'<row r="{n}"><c r="ZZ{n}" s="1"/></row>' for n in range(3, 60_000))
    rows += '<row r="1048576" ht="15"><c r="XFD1048576" s="1"></c></row>'
    assert inspect(write_workbook(tmp_path / "a.xlsx", rows), "a.xlsx") is FileKind.XLSX


def test_real_survey_files_enter():
    shared = os.environ.get("MCODE_SHARED")
    if not shared:
        pytest.skip("MCODE_SHARED is not set: it names the folder with real survey files")
    files = [path for path in (Path(shared) / "data" / "surveys").iterdir() if path.suffix[1:] in {*FileKind}]
    assert len(files) > 30
    for path in files:
        assert inspect(path, path.name) == path.suffix[1:]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.xlsm", "macro workbook"),
        ("a.xlsb", "binary Excel workbook"),
        ("a.ods", "OpenDocument"),
        ("a.doc", "Word document"),
        ("a.pdf", "PDF"),
        ("a.zip", "unpack it"),
        ("a.txt", "rename it to .csv"),
        ("a.gsheet", "link to a Google Sheet"),
        ("a.strange", "files ending in .strange are not read"),
        ("survey", "no ending"),
    ],
)
def test_other_kinds_are_refused_by_name_with_what_to_save_instead(tmp_path, name, words):
    path = tmp_path / name
    path.write_bytes(b"content")
    assert words in refused(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "empty (0 bytes)"),
        ("a.csv", b"", "empty (0 bytes)"),
        ("a.xlsx", bytes(5000), "only zero bytes"),
        ("a.xlsx", b"sex,age\n1,2\n", "content is plain text"),
        ("a.xlsx", b"%PDF-1.7 ...", "content is a PDF document"),
        ("a.xlsx", b"<!DOCTYPE html><html><table>", "content is a web page"),
        ("a.csv", b"\x1f\x8b\x08\0\0\0", "content is a gzip archive"),
        ("a.csv", b"PK\x03\x04 ...", "an Excel workbook or a zip archive; give it the ending .xlsx"),
        ("a.csv", b"%PDF-1.7", "content is a PDF document"),
        ("a.csv", b"  <html><body>", "content is a web page"),
        ("a.csv", b"$FL2@(#) SPSS".ljust(200), "content is an SPSS file; give it the ending .sav"),
        ("a.csv", b"sex,age\n1,2\n" + bytes(50), "zero byte in line 3"),
        ("a.csv", "sex,age\n1,2\n".encode("utf-16-le"), "UTF-16 without its byte order mark"),
        ("a.csv", "sex,age\n1,2\n".encode("utf-32"), "UTF-32"),
        ("a.csv", "sex,age\n1,2".encode("utf-16")[:-1], "damaged or cut off"),
        ("a.csv", b"ab\x01\x02\x03\x04,\x05\x06\n", "not text"),
        ("a.csv", b"\xef\xbb\xbf \r\n\r\n", "only blanks"),
        ("a.sav", b"sex,age\n1,2\n", "but the content is plain text"),
        ("a.sav", b"$FL2", "cut off"),
        ("a.parquet", b"PARE" + bytes(20), "encrypted"),
        ("a.parquet", b"PAR1" + b"\xff\xff\xff\x7fPAR1", "cut off"),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(tmp_path, name, content, words):
    path = tmp_path / "generated"
    path.write_bytes(content)
    assert words in refused(path, name)


def test_a_file_over_the_limit_is_refused_with_both_sizes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 1024)
    assert "4 KB large and at most 2 KB" in refused(path, limits=Limits(table_bytes=2048))


def test_too_many_rows_and_columns_of_text_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 500)
    assert "more than 100 rows" in refused(path, limits=Limits(text_rows=100))
    path.write_bytes(b",".join(b"q" for _ in range(50)) + b"\n")
    assert "50 columns and at most 20" in refused(path, limits=Limits(columns=20))


def test_links_pipes_folders_and_absent_files_are_refused(tmp_path):
    write_workbook(tmp_path / "real.xlsx")
    (tmp_path / "link.xlsx").symlink_to(tmp_path / "real.xlsx")
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    assert "link" in refused(tmp_path / "link.xlsx")
    assert "not a regular file" in refused(tmp_path / "pipe.xlsx")
    assert "folder" in refused(tmp_path / "folder.xlsx")
    assert "no such file" in refused(tmp_path / "absent.xlsx")


@pytest.mark.parametrize(
    ("name", "entries", "words"),
    [
        ("a.xlsx", ["EncryptionInfo", "EncryptedPackage"], "has a password"),
        ("a.xls", ["Workbook", "_VBA_PROJECT_CUR"], "macro workbook"),
        ("a.xlsx", ["Workbook"], "old Excel workbook"),
        ("a.xls", ["WordDocument"], "Word document"),
        ("a.xls", ["PowerPoint Document"], "another Office document"),
    ],
)
def test_old_office_documents_are_told_apart(tmp_path, name, entries, words):
    assert words in refused(ole_document(tmp_path / name, "Root Entry", *entries))


def test_a_half_written_workbook_is_said_to_be_cut_off(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    assert "cut off" in refused(path)


def test_a_workbook_damaged_inside_is_said_to_be_damaged(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", compression=zipfile.ZIP_STORED)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"<v>30</v>", b"<v>31</v>", 1))
    assert "damaged" in refused(path)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl/vbaProject.bin", "macro workbook"),
        ("xl/macrosheets/sheet1.xml", "macro workbook"),
        ("../../etc/passwd", "cannot be opened safely"),
        ("/etc/passwd", "cannot be opened safely"),
        ("xl\\..\\evil.xml", "cannot be opened safely"),
    ],
)
def test_parts_that_a_survey_never_has_are_refused(tmp_path, part, words):
    assert words in refused(write_workbook(tmp_path / "a.xlsx", parts={part: b"<a/>"}))


def test_a_macro_workbook_under_another_name_is_refused(tmp_path):
    types = CONTENT_TYPES.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert "macro workbook" in refused(write_workbook(tmp_path / "a.xlsx", parts={"[Content_Types].xml": types}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/worksheets/Sheet1.xml", sheet())
    assert "twice" in refused(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_excel_does_not_know_is_refused(tmp_path, compression):
    assert "packed" in refused(write_workbook(tmp_path / "a.xlsx", compression=compression))


def test_bytes_around_the_archive_are_refused(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx")
    whole = path.read_bytes()
    path.write_bytes(whole + b"tail")
    assert "behind its last part" in refused(path)
    moved = io.BytesIO(b"PK\x03\x04" + bytes(96))
    moved.seek(100)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(moved, "a") as target:
        for part in source.infolist():
            target.writestr(part.filename, source.read(part))
    path.write_bytes(moved.getvalue())
    assert "before its first part" in refused(path)


def test_other_zip_archives_are_named(tmp_path):
    for parts, words in (
        ({"notes.csv": "a,b"}, "unpack it"),
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}, "OpenDocument"),
        ({"[Content_Types].xml": "<Types>wordprocessingml.document.main+xml</Types>"}, "Word document"),
    ):
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        assert words in refused(path)


def test_a_zip_bomb_is_refused_by_what_its_directory_says(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", parts={"xl/media/image1.png": bytes(40 * 1024**2)})
    assert path.stat().st_size < 100_000
    assert "zip bomb" in refused(path)


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", parts={"xl/media/image1.png": bytes(40 * 1024**2)})
    size = (40 * 1024**2).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    assert refused(path)


def test_a_workbook_that_unpacks_to_too_much_is_pointed_to_csv(tmp_path):
    content = os.urandom(2 * 1024**2)
    path = write_workbook(tmp_path / "a.xlsx", parts={"xl/media/image1.png": content})
    assert ".csv" in refused(path, limits=Limits(unpacked_bytes=1024**2))


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>',
        '<!DOCTYPE sst SYSTEM "file:///etc/passwd">',
    ],
)
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_document_types_and_entities_are_refused(tmp_path, part, declaration):
    content = f'<?xml version="1.0"?>{declaration}' + sheet().split("?>", 1)[1]
    assert "XML bomb" in refused(write_workbook(tmp_path / "a.xlsx", parts={part: content}))


def test_a_sheet_that_readers_take_for_empty_is_refused(tmp_path):
    utf16 = sheet().replace("UTF-8", "UTF-16").encode("utf-16")
    latin = sheet().replace("UTF-8", "ISO-8859-1").encode("latin-1")
    for content in (utf16, latin):
        path = write_workbook(tmp_path / "a.xlsx", parts={"xl/worksheets/sheet1.xml": content})
        assert "not in UTF-8" in refused(path)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (row('<c r="A4294967297"><v>7</v></c>'), "'A4294967297'"),
        (HEADER_AND_ONE + '<row r="4294967297"><c r="A1"><v>7</v></c></row>', "row numbered '4294967297'"),
        (HEADER_AND_ONE + '<row r="0"><c r="A0"><v>7</v></c></row>', "row numbered '0'"),
        (row('<c r="A1048577"><v>7</v></c>'), "row 1,048,577"),
        (row('<c r="XFE3"><v>7</v></c>'), "column XFE"),
        (row('<c r="AAAA3"><v>7</v></c>'), "'AAAA3'"),
        (row('<c r="3"><v>7</v></c>'), "'3'"),
        (row("<c s='1' r = 'AAAA3'><v>7</v></c>"), "'AAAA3'"),
        (row('<x:c r="AAAA3"><x:v>7</x:v></x:c>'), "'AAAA3'"),
        (row('<c r="A3" t="s"><v>2</v></c>'), "text number 2"),
        (row('<c r="A3" s="1" t="s"><v>17</v></c>'), "text number 17"),
        (row("<c t='s' r='A3'><f>A1</f><v> 2 </v></c>"), "text number 2"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "spread over"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>', "spread over"),
        ('<row r="1"/>', "only empty sheets"),
    ],
)
def test_cells_that_readers_misread_are_refused(tmp_path, rows, words):
    path = write_workbook(tmp_path / "a.xlsx", rows, parts={"xl/sharedStrings.xml": shared_strings("one", "two")})
    assert words in refused(path)


def test_cells_may_point_to_every_text_that_is_there(tmp_path):
    rows = row('<c r="A3" t="s"><v>0</v></c>', '<c r="B3" t="s"><v>1</v></c>', '<c r="XFD3" t="s"><v>1</v></c>')
    path = write_workbook(tmp_path / "a.xlsx", rows, parts={"xl/sharedStrings.xml": shared_strings("one", "two")})
    assert inspect(path, "a.xlsx") is FileKind.XLSX


def test_a_part_that_ends_in_a_tag_is_damaged(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", parts={"xl/worksheets/sheet1.xml": sheet()[:-20] + "<c r="})
    assert "ends in the middle" in refused(path)


def _letters(number):
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 16_384), st.integers(1, 18_278))
def test_a_cell_is_beyond_exactly_when_its_column_number_is_greater(last, column):
    plain, any_spelling = _beyond(_letters(last).encode(), 3)
    cell = f'<c r="{_letters(column)}12">'.encode()
    assert bool(plain.search(cell)) == bool(any_spelling.search(cell)) == (column > last)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**7), st.integers(0, 10**8))
def test_digits_are_at_least_exactly_when_the_number_is(least, number):
    import re

    assert bool(re.fullmatch(_at_least(least), b"%d" % number)) == (number >= least)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.xlsx", "a.csv", "a.tsv", "a.sav", "a.parquet", "a.xls"]))
def test_any_bytes_get_a_kind_or_a_sentence(tmp_path_factory, content, name):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    try:
        assert inspect(path, name) is FileKind(name[2:])
    except UnreadableUpload as refusal:
        assert refusal.reason.strip()


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_workbook_with_changed_bytes_gets_a_kind_or_a_sentence(tmp_path_factory, data):
    path = write_workbook(tmp_path_factory.getbasetemp() / "changed.xlsx")
    content = bytearray(path.read_bytes())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=5)):
        content[at] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        inspect(path, "a.xlsx")
    except UnreadableUpload as refusal:
        assert refusal.reason.strip()


@pytest.mark.parametrize("name", ["lacak.sav", "lacak.zsav", "lacak.csv"])
def test_an_spss_file_with_a_password_is_told_as_one(tmp_path, name):
    (tmp_path / "x").write_bytes(b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV\x15" + bytes(range(1, 200)))
    with pytest.raises(UnreadableUpload, match="the SPSS file has a password; open it in SPSS"):
        inspect(tmp_path / "x", name)
