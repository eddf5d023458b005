"""What a clumsy or hostile person gives the commands: one sentence each, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from mcode_pipelines_tests.cli.conftest import Command
from mcode_pipelines_tests.conftest import warung_table
from mcode_pipelines_tests.intake.workbooks import sheet, write_workbook


def _plain(path: Path, rows: int = 20) -> Path:
    table = warung_table(rows)
    with xlsxwriter.Workbook(path) as book:
        for number, row in enumerate([table.columns, *table.rows()]):
            if number == 0:
                page = book.add_worksheet("data")
            page.write_row(number, 0, row)
    return path


def _cut(path: Path) -> None:
    whole = _plain(path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def _xml_bomb(path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>').replace(
        "<worksheet", f'<!DOCTYPE x [<!ENTITY e0 "aaaa">{entities}]><worksheet', 1
    )
    write_workbook(path, parts={"xl/worksheets/sheet1.xml": bomb})


BAD_WORKBOOKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda p: p.write_text("halo\n" * 50), "plain text"),
    "a picture": (lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500)), "picture"),
    "nothing": (lambda p: p.write_bytes(b""), "empty"),
    "no rows": (lambda p: _plain(p, rows=0), "no data rows"),
    "no cells": (lambda p: xlsxwriter.Workbook(p).close(), "empty sheets"),
    "half a file": (_cut, "cut off"),
    "an XML bomb": (_xml_bomb, "XML bomb"),
    "a zip bomb": (
        lambda p: write_workbook(p, parts={"xl/worksheets/sheet1.xml": sheet() + " " * (520 * 1024 * 1024)}),
        "unpacks to",
    ),
    "macros": (lambda p: write_workbook(p, parts={"xl/vbaProject.bin": b"x"}), "macro"),
    "a cell beyond all sheets": (
        lambda p: write_workbook(p, '<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'),
        "which no sheet has",
    ),
    "a row beyond all sheets": (
        lambda p: write_workbook(p, '<row r="4294967297"><c r="A4294967297"><v>1</v></c></row>'),
        "rows go to 1,048,576",
    ),
    "texts that are not there": (
        lambda p: write_workbook(p, '<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>'),
        "does not hold",
    ),
    "a count that kills the reader": (
        lambda p: write_workbook(
            p,
            parts={
                "xl/sharedStrings.xml": '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/'
                'spreadsheetml/2006/main" count="1" uniqueCount="18446744073709551615"><si><t>x</t></si></sst>'
            },
        ),
        "open it in Excel",
    ),
}


@pytest.mark.parametrize("what", BAD_WORKBOOKS)
def test_a_workbook_of(what: str, mcode: Command, folders: Path):
    make, told = BAD_WORKBOOKS[what]
    path = folders / "data.xlsx"
    make(path)
    sentence = mcode("detect", path, "-o", "codebook.json").sentence
    assert sentence.startswith("data.xlsx: "), sentence
    assert told in sentence
    assert not Path("codebook.json").exists()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("data.csv", b"", "empty"),
        ("data.csv", b"\n\n  \n", "only blanks"),
        ("data.csv", b"a,b\n", "no data rows"),
        ("data.csv", b'a,b\n1,"x\n2,y\n', "row 2"),
        ("data.csv", b"a,b\n1,2,3,4\n", "row 2 has 4 cells"),
        ("data.csv", b"a,b\n1,\x00\n", "zero byte"),
        ("data.sav", b"$FL2" + bytes(500), "SPSS"),
        ("data.parquet", b"PAR1" + bytes(50) + b"PAR1", "Parquet"),
        ("data.xlsm", b"PK", "macro"),
        ("data.ods", b"PK", "OpenDocument"),
        ("data.json", b"{}", "JSON"),
        ("data", b"a,b\n1,2\n", "no ending"),
    ],
)
def test_a_file_that_is_no_survey(mcode: Command, folders: Path, name: str, content: bytes, told: str):
    (folders / name).write_bytes(content)
    assert told in mcode("tabulate", name, "-o", "out").sentence
    assert not list(Path().glob("out/*"))


def test_a_form_without_data_says_what_is_missing(mcode: Command, folders: Path):
    with xlsxwriter.Workbook(folders / "form.xlsx") as book:
        for name, header in {"survey": ["type", "name", "label"], "choices": ["list_name", "name", "label"]}.items():
            page = book.add_worksheet(name)
            page.write_row(0, 0, header)
            page.write_row(1, 0, ["text", "E1", "Mengapa?"])
    assert "the data file is missing" in mcode("detect", "form.xlsx", "-o", "codebook.json").sentence


@pytest.mark.parametrize(
    "option", [(), ("--form", "x"), ("--codebook", "x"), ("--plan", "x"), ("--frame", "x"), ("--coded", "x")]
)
def test_a_file_that_is_not_there_is_told_before_any_work(mcode: Command, warung_survey: Path, option: tuple[str, ...]):
    data = warung_survey if option else "x"
    answer = mcode("tabulate", data, *option, "-o", "out")
    assert answer.sentence == "x: there is no such file; check the name and the folder"
    assert answer.stderr.count("\n") == 1
    assert not Path("out").exists()


def test_a_folder_in_place_of_a_file_is_told(mcode: Command, folders: Path):
    assert "name the file itself" in mcode("detect", folders, "-o", "codebook.json").sentence


def test_an_output_that_is_in_the_way_is_told(mcode: Command, warung_survey: Path):
    Path("a_file").write_text("x")
    Path("a_folder").mkdir()
    assert "this is a file" in mcode("tabulate", warung_survey, "-o", "a_file").sentence
    assert "this is a file" in mcode("code", warung_survey, "-o", "a_file").sentence
    assert "a_folder/codebook.json" in mcode("detect", warung_survey, "-o", "a_folder").sentence
    assert "a_file" in mcode("detect", warung_survey, "-o", "a_file/codebook.json").sentence
    assert Path("a_file").read_text() == "x"


def test_a_wrong_word_on_the_command_line_ends_with_its_help(mcode: Command, folders: Path):
    assert "No such command" in mcode("tabulat").sentence
    assert "Missing argument" in mcode("detect").sentence
    assert "--outptu" in mcode("detect", "a.csv", "--outptu", "x").sentence


def test_a_setting_that_cannot_be_used_is_named(mcode: Command, warung_survey: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MCODE_READER_SECONDS", "lama")
    assert "MCODE_READER_SECONDS" in mcode("detect", warung_survey, "-o", "codebook.json").sentence


def test_a_reader_that_takes_too_much_memory_is_stopped(mcode: Command, folders: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MCODE_READER_MEMORY_MB", "512")
    header = ",".join(f"k{n}" for n in range(2000))
    row = ",".join("1" for _ in range(2000)) + "\n"
    Path("lebar.csv").write_text(f"{header}\n{row * 15_000}")
    assert "memory" in mcode("detect", "lebar.csv", "-o", "codebook.json").sentence


def _alone(*arguments: object, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, started by the programs in `before`."""
    command = [*before, sys.executable, "-m", "mcode_pipelines", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def without_privileges() -> Sequence[str]:
    """What starts a program that permissions bind, also where the tests are run by the administrator."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed, and permissions do not bind the administrator")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def test_a_folder_that_may_not_be_written_is_told(
    warung_survey: Path, folders: Path, without_privileges: Sequence[str]
):
    closed = folders / "service"
    closed.mkdir()
    closed.chmod(0o555)
    for arguments in (
        ("detect", warung_survey, "-o", closed / "codebook.json"),
        ("detect", warung_survey, "-o", closed / "new" / "codebook.json"),
        ("code", warung_survey, "-o", closed),
        ("tabulate", warung_survey, "-o", closed / "out"),
        ("add", warung_survey),
        ("env",),
    ):
        done = _alone(*arguments, before=without_privileges)
        assert done.returncode != 0
        (sentence,) = done.stderr.splitlines()
        assert str(closed) in sentence
        assert "ask for the permission" in sentence
    assert not list(closed.iterdir())


def test_a_file_that_may_not_be_read_is_told(folders: Path, warung_survey: Path, without_privileges: Sequence[str]):
    warung_survey.chmod(0)
    for command in (("detect", warung_survey, "-o", "codebook.json"), ("add", warung_survey)):
        done = _alone(*command, before=without_privileges)
        assert done.returncode != 0
        (sentence,) = done.stderr.splitlines()
        assert warung_survey.name in sentence
        assert "read" in sentence


@pytest.mark.parametrize("formats", ["csv", "json", "parquet", "xlsx"])
def test_a_disk_that_is_full_is_told_and_leaves_nothing_half_written(
    warung_survey: Path, folders: Path, formats: str, small_disk: Path
):
    done = _alone("tabulate", warung_survey, "-o", small_disk / "out", "--formats", formats)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "disk is full" in done.stderr.splitlines()[-1]
    assert not (small_disk / "out").exists()


@pytest.fixture
def small_disk(folders: Path):
    """A disk with room for one page of memory and a folder or two."""
    place = folders / "small_disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("only the administrator of a machine can make a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_trouble_with_our_folder_is_told_without_promising_to_try_again(mcode: Command, warung_survey: Path, folders):
    (folders / "service" / "storage").mkdir(parents=True)
    (folders / "service" / "storage" / "uploads").write_text("not a folder")
    sentence = mcode("add", warung_survey).sentence
    assert "then run the command again" in sentence
    assert "by itself" not in sentence


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_file_name_that_is_no_text_is_read_like_any_other(mcode_process: Command, tmp_path: Path, ending: str):
    table = warung_table(40)
    plain = tmp_path / f"plain.{ending}"
    match ending:
        case "csv":
            table.write_csv(plain)
        case "xlsx":
            table.write_excel(plain)
        case _:
            table.write_parquet(plain)
    data = plain.rename(tmp_path / os.fsdecode(f"kaf\xe9.{ending}".encode("latin-1")))
    assert mcode_process("detect", data, "-o", "codebook.json").status == 0
    made = mcode_process("tabulate", data, "--codebook", "codebook.json", "-o", "tables")
    assert made.status == 0, made.stderr
    assert len(list((tmp_path / "tables").glob("kafé*.xlsx"))) == 1


def test_a_folder_for_results_whose_name_is_no_text_is_told_before_any_work(mcode_process: Command, tmp_path: Path):
    data = tmp_path / "data.csv"
    warung_table(40).write_csv(data)
    folder = tmp_path / os.fsdecode(b"hasil\xe9")
    assert "not in UTF-8" in mcode_process("tabulate", data, "-o", folder).sentence
    assert not folder.exists()
