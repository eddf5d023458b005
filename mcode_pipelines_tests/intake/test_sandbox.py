"""Reading in a child process: what a file does, it does to the child."""

import os
import resource
import signal
import subprocess
import sys
import textwrap

import pytest

from mcode_pipelines.intake import Limits, StorageError, UploadFiles, read_upload
from mcode_pipelines.intake.sandbox import forms_among, read_inspected
from mcode_pipelines.survey import UnreadableUpload
from mcode_pipelines_tests.intake.workbooks import HEADER_AND_ONE, write_workbook

FAR_APART = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'
"""Under 2 KB as a workbook; calamine asks for 17 billion cells and aborts its process."""


def write_form(path):
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    for name, rows in {
        "survey": [["type", "name", "label"], ["select_one yn", "sex", "Sex"], ["integer", "age", "Age"]],
        "choices": [["list_name", "name", "label"], ["yn", "1", "Yes"], ["yn", "2", "No"]],
    }.items():
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    book.close()
    return path


@pytest.fixture
def survey(tmp_path):
    path = tmp_path / "generated.csv"
    path.write_text("sex,age\n1,30\n2,41\n", encoding="utf-8")
    return UploadFiles(data=path, data_name="Ferry 2026.csv")


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_upload_is_read_and_left_as_a_private_parquet_file(survey, tmp_path):
    into = tmp_path / "new" / "raw.parquet"
    raw = read_upload(survey, into=into)
    assert raw.data.collect().rows() == [(1, "1", "30"), (2, "2", "41")]
    assert raw.head.source.file == "Ferry 2026.csv"
    assert into.stat().st_mode & 0o777 == 0o600
    assert left_in(into.parent) == ["raw.parquet"]


def test_a_form_is_read_with_the_data_and_forms_are_told_from_data(survey, tmp_path):
    form = write_form(tmp_path / "x.xlsx")
    with_form = survey.model_copy(update={"form": form, "form_name": "Form.xlsx"})
    assert read_upload(with_form, into=tmp_path / "o.parquet").head.form is not None
    data = write_workbook(tmp_path / "data.xlsx")
    assert forms_among([(form, "Form.xlsx"), (data, "data.xlsx"), (survey.data, "Ferry 2026.csv")]) == [
        True,
        False,
        False,
    ]


def test_a_workbook_that_aborts_the_reader_kills_only_the_child(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", FAR_APART)
    assert path.stat().st_size < 2048
    with pytest.raises(UnreadableUpload, match=r"reading it needs more than the 4,096 MB .* save it again as \.xlsx"):
        read_inspected(UploadFiles(data=path, data_name="Survey.xlsx"), into=tmp_path / "out" / "raw.parquet")
    assert left_in(tmp_path / "out") == []


def test_that_workbook_does_abort_whoever_reads_it_without_a_child(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", FAR_APART)
    code = f"import fastexcel; fastexcel.read_excel({str(path)!r}).load_sheet(0, header_row=None).to_arrow()"
    limits = "resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32)); resource.setrlimit(resource.RLIMIT_CORE, (0, 0))"
    limited = f"import resource; {limits}; {code}"
    assert subprocess.run([sys.executable, "-c", limited], capture_output=True).returncode == -signal.SIGABRT


def test_reading_beyond_the_memory_limit_is_stopped(tmp_path):
    path = tmp_path / "a.xlsx"
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    for row in range(400):
        page.write_row(row, 0, range(1000))
    book.close()
    files = UploadFiles(data=path, data_name="Large.xlsx")
    with pytest.raises(UnreadableUpload, match="130 MB of memory"):
        read_upload(files, into=tmp_path / "o.parquet", limits=Limits(reader_memory_mb=130))
    assert not (tmp_path / "o.parquet").exists()


def test_reading_beyond_the_time_limit_is_stopped_with_everything_it_started(tmp_path):
    os.mkfifo(tmp_path / "never.csv")  # a file that never ends, put there behind the gate
    files = UploadFiles(data=tmp_path / "never.csv", data_name="Slow.csv")
    with pytest.raises(UnreadableUpload, match="took more than 1 seconds"):
        read_inspected(files, into=tmp_path / "out" / "o.parquet", limits=Limits(reader_seconds=1))
    assert left_in(tmp_path / "out") == []
    with pytest.raises(OSError, match="No such device"):  # nobody has the pipe open for reading any more
        os.open(tmp_path / "never.csv", os.O_WRONLY | os.O_NONBLOCK)


def test_the_child_knows_no_secrets_and_has_its_limits(survey, tmp_path, monkeypatch):
    monkeypatch.setenv("MCODE_POSTGRES_URL", "postgresql://user:secret@host/db")
    from mcode_pipelines.intake import sandbox

    environment = sandbox._bare_environment(tmp_path)
    assert not [name for name in environment if "MCODE" in name or "TOKEN" in name or "KEY" in name]
    code = textwrap.dedent(
        """
        import json, os, resource
        from mcode_pipelines.intake.sandbox_worker import restrict_process
        restrict_process({"parent": os.getppid(), "memory": 2**30, "mapped": 0, "seconds": 7})
        told = (resource.RLIMIT_DATA, resource.RLIMIT_CPU, resource.RLIMIT_CORE)
        print(json.dumps([resource.getrlimit(limit)[0] for limit in told]))
        """
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True).stdout
    assert said.split() == [b"[1073741824,", b"14,", b"0]"]


def test_the_child_dies_with_its_parent(tmp_path):
    os.mkfifo(tmp_path / "never.csv")
    code = textwrap.dedent(
        f"""
        import os, threading, time
        from pathlib import Path
        from mcode_pipelines.intake import UploadFiles, sandbox
        started = sandbox.subprocess.Popen
        def popen(*given, **how):
            child = started(*given, **how)
            print(child.pid, flush=True)
            return child
        sandbox.subprocess.Popen = popen
        files = UploadFiles(data=Path({str(tmp_path / "never.csv")!r}), data_name="Slow.csv")
        sandbox.read_inspected(files, into=Path({str(tmp_path / "o" / "raw.parquet")!r}))
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    # Opening the pipe for writing succeeds once the child reads from it: by then its limits are set.
    writer = os.open(tmp_path / "never.csv", os.O_WRONLY)
    watched = os.pidfd_open(child)
    parent.kill()
    parent.wait()
    import select

    gone, _, _ = select.select([watched], [], [], 20)
    os.close(writer)
    os.close(watched)
    parent.stdout.close()
    assert gone


def test_a_full_disk_is_our_trouble_and_not_the_files(survey, tmp_path):
    rows = "".join(f"{n},{n * 7919 % 1000003}\n" for n in range(200_000))
    survey.data.write_text("sex,age\n" + rows, encoding="utf-8")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
        with pytest.raises(StorageError, match="no room left"):
            read_upload(survey, into=tmp_path / "out" / "o.parquet")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert left_in(tmp_path / "out") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"sex,age\n"),
        ("a.sav", b"$FL2@(#) SPSS DATA FILE".ljust(500, b"\xff")),
        ("a.parquet", b"PAR1" + bytes(40) + b"\x08\0\0\0PAR1"),
    ],
)
def test_what_the_reader_refuses_comes_back_as_a_sentence(tmp_path, name, content):
    path = tmp_path / "generated"
    path.write_bytes(content)
    with pytest.raises(UnreadableUpload) as raised:
        read_upload(UploadFiles(data=path, data_name=name), into=tmp_path / "o.parquet")
    assert raised.value.name == name
    assert "Error" not in raised.value.reason
    assert "Traceback" not in raised.value.reason


def test_an_old_workbook_is_refused_as_data(tmp_path):
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("data").write(0, 0, "sex")
    book.save(str(tmp_path / "a.xls"))
    with pytest.raises(UnreadableUpload, match="forms only"):
        read_upload(UploadFiles(data=tmp_path / "a.xls", data_name="a.xls"), into=tmp_path / "o.parquet")


def test_a_link_that_a_caller_names_is_followed(survey, tmp_path):
    link = tmp_path / "link.csv"
    link.symlink_to(survey.data)
    files = UploadFiles(data=link, data_name="link.csv")
    assert read_upload(files, into=tmp_path / "o.parquet").columns == ["sex", "age"]


def test_header_and_one_row_are_what_the_workbook_helper_writes(tmp_path):
    path = write_workbook(tmp_path / "a.xlsx", HEADER_AND_ONE)
    raw = read_upload(UploadFiles(data=path, data_name="a.xlsx"), into=tmp_path / "o.parquet")
    assert raw.data.collect().rows() == [(1, "1", "30")]
