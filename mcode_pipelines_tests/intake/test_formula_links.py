"""What a workbook's packing says of macros, texts and formulas that fetch from elsewhere."""

from __future__ import annotations

import zipfile

import pytest
import xlsxwriter

from mcode_pipelines.intake import Admitted, UploadFiles, UploadStore, inbox_item_at, inspect, read_again, read_upload
from mcode_pipelines.survey import UnreadableUpload
from mcode_pipelines_tests.intake.test_sandbox import write_form


def workbook(path, formulas=()):
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, ["kode", "kota", "nilai"])
    for i in range(1, 12):
        sheet.write_row(i, 0, [f"r{i}", "Bogor", i])
    for row, formula in enumerate(formulas, start=1):
        sheet.write_formula(row, 2, formula, None, 7)
    book.close()
    return path


def changed(path, part, old, new, **further):
    """The workbook with a text in one part replaced, and further parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new, 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **further}.items():
            archive.writestr(name, content)
    return path


def told(path, tmp_path):
    raw = read_upload(UploadFiles(data=path, data_name="x.xlsx"), into=tmp_path / "raw.parquet")
    return raw.head.source


BIN = b'<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'


@pytest.mark.parametrize("settings", [{}, {"xl/printerSettings/printerSettings1.bin": b"\x01\x02"}])
def test_a_default_for_bin_that_names_macros_makes_no_macro_workbook(tmp_path, settings):
    path = workbook(tmp_path / "x.xlsx")
    changed(path, "[Content_Types].xml", b"<Default ", BIN + b"<Default ", **settings)
    inspect(path, "x.xlsx")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"spreadsheetml.sheet.main+xml", b"x"),
        (b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
         b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
    ],
)  # fmt: skip
def test_a_workbook_part_of_macros_is_one(tmp_path, old, new):
    path = changed(workbook(tmp_path / "x.xlsx"), "[Content_Types].xml", old, new)
    with pytest.raises(UnreadableUpload, match="macro" if b"macro" in new else "without a workbook"):
        inspect(path, "x.xlsx")


@pytest.mark.parametrize(
    "written", [b"vnd.ms-office.vbaProject", b"vnd.ms-office.vba&#80;roject", b"vnd.ms-excel.intlmacrosheet+xml"]
)
def test_macros_under_another_name_are_told_by_their_type(tmp_path, written):
    kind = b'<Override PartName="/xl/project.bin" ContentType="application/' + written + b'"/>'
    path = workbook(tmp_path / "x.xlsx")
    changed(path, "[Content_Types].xml", b"<Override ", kind + b"<Override ", **{"xl/project.bin": b"\x01"})
    with pytest.raises(UnreadableUpload, match="macros are not let in"):
        inspect(path, "x.xlsx")


def test_a_sheet_of_macros_is_told_by_what_it_holds(tmp_path):
    sheet = b'<xm:macrosheet xmlns:xm="x"><sheetData><row r="1"><c r="A1"><f>EXEC("calc")</f></c></row></sheetData>'
    path = workbook(tmp_path / "x.xlsx")
    changed(path, "[Content_Types].xml", b"<", b"<", **{"xl/lembar/a.xml": sheet + b"</xm:macrosheet>"})
    with pytest.raises(UnreadableUpload, match="macros are not let in"):
        inspect(path, "x.xlsx")


def test_connections_to_databases_are_told(tmp_path):
    parts = {"xl/connections.xml": b'<connections><connection id="1" type="5"/></connections>'}
    path = changed(workbook(tmp_path / "x.xlsx"), "[Content_Types].xml", b"<", b"<", **parts)
    assert "the web or a database" in told(path, tmp_path).remarks[0].en


def test_a_count_of_texts_that_lies_is_told_as_such(tmp_path):
    path = workbook(tmp_path / "x.xlsx")
    with zipfile.ZipFile(path) as archive:
        count = archive.read("xl/sharedStrings.xml").split(b'uniqueCount="')[1].split(b'"')[0]
    old = b'uniqueCount="' + count + b'"'
    changed(path, "xl/sharedStrings.xml", old, b'uniqueCount="4294967295"')
    with pytest.raises(UnreadableUpload, match=r"announces 4,294,967,295 texts and holds 1\d"):
        inspect(path, "x.xlsx")
    changed(path, "xl/sharedStrings.xml", b'uniqueCount="4294967295"', b'uniqueCount="90"')
    inspect(path, "x.xlsx")


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("=cmd|'/c calc'!A1", "DDE"),
        ("=MSEXCEL|'\\..\\x.exe'!''", "DDE"),
        ('=DDE("soffice";"/tmp/a.ods";"S.A1")', "DDE"),
        ('=RTD("pasar.server",,"kurs")', "DDE"),
        ("='[1]Harga'!B2", "other workbooks"),
        ('=_xlfn.WEBSERVICE("http://kurs.example/"&A2)', "from the web"),
        ('=IMPORTRANGE("https://a.example/d","S!A1")', "from the web"),
        ("='file:///tmp/[a.xlsx]S'!A1", "other workbooks"),
    ],
)
def test_formulas_that_fetch_from_elsewhere_are_told_and_not_followed(tmp_path, formula, kind):
    path = workbook(tmp_path / "x.xlsx", [formula])
    source = told(path, tmp_path)
    assert kind in source.remarks[0].en
    assert source.remarks[0].id.startswith("Buku kerja ini")
    answer = UploadStore(tmp_path / "uploads").admit(inbox_item_at(path))
    assert isinstance(answer, Admitted), answer
    assert kind in read_again(UploadStore(tmp_path / "uploads"), answer.upload.key).head.source.remarks[0].en


def test_they_are_told_again_when_a_form_comes_later(tmp_path):
    store = UploadStore(tmp_path / "uploads")
    path = workbook(tmp_path / "x.xlsx", ["='[1]Harga'!B2"])
    for old, new in ((b">kota<", b">sex<"), (b">nilai<", b">age<"), (b">Bogor<", b">1<")):
        changed(path, "xl/sharedStrings.xml", old, new)
    answer = store.admit(inbox_item_at(path))
    folder = tmp_path / answer.upload.key
    folder.mkdir()
    write_form(folder / "form.xlsx")
    assert store.admit(inbox_item_at(folder)).touched == {"form"}
    raw = read_again(store, answer.upload.key)
    assert raw.head.form is not None
    assert "other workbooks" in raw.head.source.remarks[0].en


def test_links_to_other_workbooks_and_programs_are_told(tmp_path):
    link = b"<externalLink><ddeLink ddeService='cmd' ddeTopic='/c calc'/></externalLink>"
    book = b"<externalLink><externalBook/></externalLink>"
    path = changed(
        workbook(tmp_path / "x.xlsx"), "[Content_Types].xml", b"<", b"<",
        **{"xl/externalLinks/externalLink1.xml": link, "xl/externalLinks/externalLink2.xml": book},
    )  # fmt: skip
    said = told(path, tmp_path).remarks[0].en
    assert "DDE" in said
    assert "other workbooks" in said


@pytest.mark.parametrize(
    "formula",
    ["=SUM(A1:A3)", '="DDE"&A1', "=ADDE(1)", '=Data!B2&"a|b"', '=IF(B2="x!",1,2)', "=Tabel1[[#This Row],[kota]]"],
)
def test_other_formulas_are_nothing_to_tell(tmp_path, formula):
    assert told(workbook(tmp_path / "x.xlsx", [formula]), tmp_path).remarks == ()
