"""Nothing half-written is ever seen, and what cannot be written is said in a sentence."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from mcode_pipelines.delivery import DeliveryError, verify_workbook, write_tab_books
from mcode_pipelines.delivery.delivered_file import staging_folder
from mcode_pipelines.delivery.figures import tables_of
from mcode_pipelines.delivery.verification import CheckedTable
from mcode_pipelines.survey.tables import CrossTables
from mcode_pipelines_tests.delivery.finished_tables import ScaleTable, banner_column, batch_of, tables


def test_the_checksum_is_that_of_the_file(tmp_path: Path) -> None:
    (made,) = write_tab_books([tables(1)], tmp_path / "a" / "b", name="feri")
    content = made.path.read_bytes()
    assert (made.sha256, made.bytes) == (hashlib.sha256(content).hexdigest(), len(content))


class Killed(BaseException):
    """What ends a run in the middle."""


def test_a_run_that_ends_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def batches() -> Iterator[CrossTables]:
        yield tables(3)
        raise Killed

    with pytest.raises(Killed):
        write_tab_books(batches(), tmp_path, name="feri", tables_per_book=2)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_ends_in_the_middle_leaves_the_earlier_books_alone(tmp_path: Path) -> None:
    (before,) = write_tab_books([tables(1)], tmp_path, name="feri")

    def batches() -> Iterator[CrossTables]:
        yield tables(3)
        raise Killed

    with pytest.raises(Killed):
        write_tab_books(batches(), tmp_path, name="feri", tables_per_book=1)
    assert [path.name for path in tmp_path.iterdir()] == ["feri_tabel_001.xlsx"]
    assert hashlib.sha256(before.path.read_bytes()).hexdigest() == before.sha256


def test_books_are_out_of_sight_until_all_are_made(tmp_path: Path) -> None:
    seen: list[str] = []

    def batches() -> Iterator[CrossTables]:
        for first in (1, 2, 3):
            seen.extend(path.name for path in tmp_path.iterdir() if not path.name.startswith("."))
            yield tables(1, first=first)

    write_tab_books(batches(), tmp_path, name="feri", tables_per_book=1)
    assert seen == []
    assert len(list(tmp_path.iterdir())) == 3


def test_a_killed_process_leaves_no_book(tmp_path: Path) -> None:
    program = f"""
import os, signal
from pathlib import Path
from mcode_pipelines.delivery import write_tab_books
from mcode_pipelines_tests.delivery.finished_tables import tables

def batches():
    yield tables(2)
    os.kill(os.getpid(), signal.SIGKILL)

write_tab_books(batches(), Path({str(tmp_path)!r}), name="feri", tables_per_book=1)
"""
    ended = subprocess.run([sys.executable, "-c", program], check=False, cwd=Path(__file__).parents[2])
    assert ended.returncode == -signal.SIGKILL
    assert [path for path in tmp_path.rglob("*") if path.suffix == ".xlsx" and path.parent == tmp_path] == []


def test_what_a_killed_process_left_is_cleared_and_what_is_at_work_is_not(tmp_path: Path) -> None:
    killed, waiting, forgotten, fresh = (
        tmp_path / f".unfinished-{name}" for name in ("killed", "left-waiting", "left-forgotten", "fresh")
    )
    for left in (killed, waiting, forgotten, fresh):
        left.mkdir()
    for left, age in ((killed, 60), (waiting, 60), (forgotten, 25 * 3600)):
        os.utime(left, (time.time() - age,) * 2)
    with staging_folder(tmp_path) as other:
        (other.folder / "book").write_text("half")
        os.utime(other.folder, (time.time() - 60,) * 2)
        write_tab_books([tables(1)], tmp_path, name="feri")
        assert (other.folder / "book").exists()
    assert [left.exists() for left in (killed, waiting, forgotten, fresh)] == [False, True, False, True]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full, .* free some space"),
        (PermissionError(errno.EACCES, "Permission denied"), "no permission to write here; close the file"),
        (OSError(errno.EROFS, "Read-only file system"), "can only be read; choose another"),
        (OSError(errno.EIO, "Input/output error"), "could not be written .Input/output error.; start"),
    ],
)
def test_what_the_disk_refuses_is_told_in_a_sentence(tmp_path: Path, refusal: OSError, said: str) -> None:
    with pytest.raises(DeliveryError, match=said), staging_folder(tmp_path):
        raise refusal


def test_a_full_disk_behind_the_workbook_writer_is_told_in_a_sentence(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    from mcode_pipelines.delivery.workbook import new_workbook

    with (
        pytest.raises(DeliveryError, match="disk is full"),
        staging_folder(tmp_path) as staging,
        new_workbook(Path("/dev/full"), title="x") as book,
    ):
        assert staging.folder.is_dir()
        book.workbook.add_worksheet()


def test_a_file_where_the_folder_should_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("not a folder")
    with pytest.raises(DeliveryError, match="a file stands where the output folder should be"):
        write_tab_books([tables(1)], tmp_path / "out", name="feri")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told_in_a_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DeliveryError, match="no permission"):
        write_tab_books([tables(1)], tmp_path, name="feri")


def first_figure_changed(path: Path, to: object) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["T0001 A1"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "Puas")
    sheet.cell(row, 2).value = to
    book.save(path)


def checked(tmp_path: Path) -> tuple[Path, list[CheckedTable]]:
    batch = tables(1)
    (made,) = write_tab_books([batch], tmp_path, name="feri")
    sheet = openpyxl.load_workbook(made.path)["T0001 A1"]
    first = next(cell.row for cell in sheet["A"] if cell.value == "Basis (tak tertimbang)")
    notes = next(cell.row for cell in sheet["A"] if cell.value == "Catatan")
    return made.path, [
        CheckedTable("T0001 A1", table, 0, first - 5, first - 1, notes - 2) for table in tables_of(batch)
    ]


def test_a_book_as_written_passes_the_check(tmp_path: Path) -> None:
    path, expected = checked(tmp_path)
    verify_workbook(path, expected)


@pytest.mark.parametrize("changed", [0.5, 1e-6, "-", None, "AB"])
def test_a_book_with_one_other_figure_does_not_pass(tmp_path: Path, changed: object) -> None:
    path, expected = checked(tmp_path)
    first_figure_changed(path, changed)
    with pytest.raises(DeliveryError, match="T0001 A1"):
        verify_workbook(path, expected)


def test_a_book_without_a_row_does_not_pass(tmp_path: Path) -> None:
    path, expected = checked(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["T0001 A1"]
    next(cell for cell in sheet["A"] if cell.value == "Puas").value = "Lain"
    book.save(path)
    with pytest.raises(DeliveryError, match="'Puas' is missing"):
        verify_workbook(path, expected)


def test_a_book_with_columns_in_another_order_does_not_pass(tmp_path: Path) -> None:
    path, expected = checked(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["T0001 A1"]
    letters = next(row for row in sheet.iter_rows() if [cell.value for cell in row][2:4] == ["A", "B"])
    letters[2].value, letters[3].value = "B", "A"
    book.save(path)
    with pytest.raises(DeliveryError, match="column 3 does not say 'A'"):
        verify_workbook(path, expected)


def test_a_half_written_book_does_not_pass(tmp_path: Path) -> None:
    path, expected = checked(tmp_path)
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(DeliveryError, match="cannot be opened again"):
        verify_workbook(path, expected)


def test_letters_that_spell_a_number_are_letters(tmp_path: Path) -> None:
    class Spelled(ScaleTable):
        def cells(self) -> Iterator[dict[str, object]]:
            for cell in super().cells():
                yield {**cell, "letters": {"AE": "INF", "ab": "nan"}.get(str(cell.get("letters")), cell.get("letters"))}

    (made,) = write_tab_books([batch_of([Spelled(1)])], tmp_path, name="b")
    values = [cell.value for row in openpyxl.load_workbook(made.path)["T0001 A1"].iter_rows() for cell in row]
    assert {"INF", "nan"} <= set(values)


def test_cells_that_are_not_rows_by_columns_are_refused(tmp_path: Path) -> None:
    batch = tables(1)
    short = CrossTables(batch.book, batch.heads, batch.cells.head(-1), batch.tests)
    with pytest.raises(ValueError, match="T0001"):
        write_tab_books([short], tmp_path, name="b")
    assert list(tmp_path.iterdir()) == []


def test_a_banner_of_the_total_alone_makes_a_book(tmp_path: Path) -> None:
    alone = (banner_column("total", "Total", "@", "Total"),)
    (made,) = write_tab_books([batch_of([ScaleTable(1, banner=alone)])], tmp_path, name="b")
    assert made.tables == 1
