"""Books written by several processes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from mcode_pipelines.delivery import BookMetadata, DeliveryError, write_tab_books
from mcode_pipelines.delivery.book_writer import BookJob
from mcode_pipelines.delivery.figures import tables_of
from mcode_pipelines.delivery.writer_pool import writer_pool
from mcode_pipelines_tests.delivery.finished_tables import tables
from mcode_pipelines_tests.delivery.test_tab_books import everything


def test_books_written_by_two_processes_are_those_of_one(tmp_path: Path) -> None:
    sides = []
    for workers in (1, 2):
        told: list[tuple[int, int]] = []
        made = write_tab_books(
            [tables(7)],
            tmp_path / str(workers),
            name="b",
            tables_per_book=2,
            workers=workers,
            progress=lambda step, done, total, told=told: told.append((done, total)),
        )
        assert [file.tables for file in made] == [2, 2, 2, 1]
        assert told == [(2, 0), (4, 0), (6, 0), (7, 7)]
        books = [openpyxl.load_workbook(file.path) for file in made]
        for book in books:
            book.remove(book["Metadata"])
        sides.append([everything(sheet) for book in books for sheet in book])
    assert sides[0] == sides[1]


def orders(folder: Path) -> list[BookJob]:
    """Two books of one table."""
    batch = tables(2)
    return [
        BookJob(folder, f"b{number}.xlsx", number, batch.book, ((table.head, table),), BookMetadata())
        for number, table in enumerate(tables_of(batch))
    ]


def test_what_the_disk_refuses_in_another_process_is_told_here(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), writer_pool(2) as writers:
        list(writers.write(orders(tmp_path / "gone")))


class EndsTheProcess(BookMetadata):
    """Notes whose arrival ends the process that was to write them."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


def test_a_writing_process_that_dies_is_told_in_a_sentence(tmp_path: Path) -> None:
    first, last = orders(tmp_path)
    with (
        pytest.raises(DeliveryError, match=r"b0.xlsx: a process that writes workbooks was ended"),
        writer_pool(2) as w,
    ):
        list(w.write([replace(first, notes=EndsTheProcess()), last]))
