"""Tab books: workbooks of cross tables with a contents sheet, one table per sheet or all on one sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from mcode_pipelines.delivery.banner_layout import MAX_COLUMNS, BannerLayout
from mcode_pipelines.delivery.book_writer import MAX_ROWS, BookJob, rows_needed, write_book
from mcode_pipelines.delivery.delivered_file import DeliveredFile, StagedFiles, staging_folder
from mcode_pipelines.delivery.errors import DeliveryError
from mcode_pipelines.delivery.figures import TableFigures, tables_of
from mcode_pipelines.delivery.front_sheets import BookMetadata
from mcode_pipelines.delivery.wording import wording
from mcode_pipelines.delivery.writer_pool import writer_pool
from mcode_pipelines.survey.progress import Progress, no_progress
from mcode_pipelines.survey.tables import BookHead, CrossTables, TableHead

MAX_TABLES_PER_BOOK = 100
MAX_TABLES_PER_SHEET = 1000
"""Of the one-sheet layout: Excel breaks pages by hand at 1,023 places of a sheet."""
_MOST_CELLS_A_SHEET = 3_000_000
"""Of the one-sheet layout: what a book holds in memory while it is written."""


@dataclass
class _Filling:
    """A book while its tables come in; one that could not be made has its place as well."""

    book: BookHead
    most_tables: int
    entries: list[tuple[TableHead, TableFigures | None]] = field(default_factory=list)
    tables: int = 0
    rows: int = 0
    cells: int = 0

    def takes(self, rows: int, cells: int) -> bool:
        """Whether one more table of so many sheet rows and cells fits."""
        fits = len(self.entries) < self.most_tables
        if self.book.look.layout == "one_sheet" and self.tables:
            return fits and self.rows + rows <= MAX_ROWS and self.cells + cells <= _MOST_CELLS_A_SHEET
        return fits


def write_tab_books(
    batches: Iterable[CrossTables],
    into: Path,
    *,
    name: str,
    notes: BookMetadata | None = None,
    tables_per_book: int = MAX_TABLES_PER_BOOK,
    progress: Progress = no_progress,
    workers: int = 1,
    plain: bool = False,
    others: Callable[[], Sequence[StagedFiles]] | None = None,
) -> list[DeliveredFile]:
    """Write every table of the batches into workbooks `<name>_tabel_001.xlsx` ... (English: `<name>_tables_001.xlsx`).

    How they look is said by the book of the batches (`BookHead.look`).

    Args:
        batches: Finished tables of one plan; taken one batch at a time, so that a thousand tables never sit in memory.
        into: The folder of the books, made if it is not there. Earlier books of this name are replaced, all together,
            once every new one has been written, reopened by another reader and compared with the cells.
        name: What the file names begin with.
        notes: Facts for the metadata sheet.
        tables_per_book: Tables of one workbook, 1 to 100; one that could not be made keeps its place. Where all stand
            on one sheet, a book holds as many as the sheet takes, 1,000 at most.
        progress: Told after every book.
        workers: Processes that write books; more than one pays from a few hundred tables on.
        plain: Draw cell by cell through xlsxwriter alone: slower, kept as the reference of the fast way.
        others: Asked for books of the same set that other processes wrote (`stage_tab_books`) once those of the
            batches are there; all appear together.

    Raises DeliveryError where the disk is full, the folder cannot be written, the banner is wider than a sheet, or a
    book does not read back as written.
    """
    if not 1 <= tables_per_book <= MAX_TABLES_PER_BOOK:
        raise DeliveryError(
            f"{tables_per_book} tables in one workbook are not possible; "
            f"choose a number from 1 to {MAX_TABLES_PER_BOOK}"
        )
    delivered: list[DeliveredFile] = []
    done = 0
    with staging_folder(into) as staging, writer_pool(workers) as writers:
        with closing(_books(batches, name, staging.folder, notes or BookMetadata(), tables_per_book, plain)) as jobs:
            for job, ended in writers.write(jobs):
                delivered.append(staging.finished(job.file_name, tables=job.tables))
                done += job.tables
                progress("excel", done, done if ended and not others else 0)
        for left in others() if others else ():
            staging.take(left)
            delivered += left.files
            done += sum(file.tables for file in left.files)
            progress("excel", done, done)
        staging.replaces(re.compile(rf"{re.escape(name)}_(tabel|tables)_\d{{3,}}\.xlsx"))
    return delivered


def stage_tab_books(
    batches: Iterable[CrossTables], into: Path, *, name: str, first: int, notes: BookMetadata | None = None
) -> StagedFiles:
    """Write books of a set from number `first` on, for the process that writes the others to put in their places.

    Each holds the tables of so many places of the plan as a book may hold. Raises what `write_tab_books` raises.
    """
    with staging_folder(into) as staging:
        books = _books(batches, name, staging.folder, notes or BookMetadata(), MAX_TABLES_PER_BOOK, False, first)
        with closing(books) as jobs:
            for job in jobs:
                write_book(job)
                staging.finished(job.file_name, tables=job.tables)
        return staging.detach()


def _books(
    batches: Iterable[CrossTables],
    name: str,
    folder: Path,
    notes: BookMetadata,
    tables_per_book: int,
    plain: bool,
    first: int = 1,
) -> Generator[BookJob, None, None]:
    """The tables of all batches, book by book."""
    filling: _Filling | None = None
    number = first - 1

    def job(filled: _Filling) -> BookJob:
        words = wording(filled.book.language)
        file_name = f"{name}_{words.books}_{number:03d}.xlsx"
        return BookJob(folder, file_name, number, filled.book, tuple(filled.entries), notes, plain)

    for batch in batches:
        _refuse_wide(batch.book)
        words = wording(batch.book.language)
        for table in tables_of(batch):
            rows, head = rows_needed(table), table.head
            if head.trouble is None and rows > MAX_ROWS:
                head = head.model_copy(update={"trouble": words("too_long", rows=rows)})
            missing = head.trouble is not None
            if filling is not None and not filling.takes(rows, table.numbers.size):
                yield job(filling)
                filling = None
            if filling is None:
                number += 1
                stacked = batch.book.look.layout == "one_sheet"
                filling = _Filling(batch.book, MAX_TABLES_PER_SHEET if stacked else tables_per_book)
            filling.entries.append((head, None if missing else table))
            if not missing:
                filling.tables += 1
                filling.rows += rows
                filling.cells += table.numbers.size
    if filling is not None:
        yield job(filling)


def _refuse_wide(book: BookHead) -> None:
    words = wording(book.language)
    banner = BannerLayout(book, words)
    if banner.columns > MAX_COLUMNS:
        most = (MAX_COLUMNS - 1) // (2 if banner.beside else 1)
        raise DeliveryError(words("too_wide", columns=len(book.banner), most=most))
