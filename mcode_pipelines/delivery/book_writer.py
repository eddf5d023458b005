"""One tab book: written, reopened by another reader, compared with the cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mcode_pipelines.delivery.banner_layout import BannerLayout
from mcode_pipelines.delivery.figures import TableFigures
from mcode_pipelines.delivery.front_sheets import BookMetadata, Entry, contents_sheet, metadata_sheet
from mcode_pipelines.delivery.sheet import Block, Line, Sheet
from mcode_pipelines.delivery.sheet_names import SheetNames
from mcode_pipelines.delivery.table_sheet import LaidOutTable, TableSheets
from mcode_pipelines.delivery.verification import CheckedTable, verify_texts, verify_workbook
from mcode_pipelines.delivery.wording import wording
from mcode_pipelines.delivery.workbook import Book, new_workbook
from mcode_pipelines.survey.tables import BookHead, TableHead

MAX_ROWS = 1_048_576
_STACKED_SCALE = 75
"""Per cent at which a sheet of all tables is printed at most, so that most of them take one page."""
_GAP = 24
"""Points between two tables of a sheet."""
_LONG_FIGURE = 99_999.0
"""Beyond it figures may need wider columns."""
_LINES_AROUND = 180
"""Lines of title, header, notes and chart at most, beside figures."""


@dataclass(frozen=True)
class BookJob:
    """A book to be written; may be sent to another process."""

    folder: Path
    file_name: str
    number: int
    book: BookHead
    entries: tuple[tuple[TableHead, TableFigures | None], ...]
    """None for a table that could not be made."""
    notes: BookMetadata
    plain: bool = False

    @property
    def made(self) -> list[TableFigures]:
        """The tables that the book holds."""
        return [table for _, table in self.entries if table is not None]

    @property
    def tables(self) -> int:
        """How many they are."""
        return len(self.made)


def rows_needed(table: TableFigures) -> int:
    """At most so many rows of a sheet: every row's letters and p-values may take a line of their own."""
    shown = len({line.row for line in table.lines})
    return _LINES_AROUND + len(table.head.signs) + len(table.head.notes) + len(table.lines) + 2 * shown


def write_book(job: BookJob) -> None:
    """Write one book into its folder and check it.

    Raises DeliveryError where it does not read back as written, OSError where it cannot be written.
    """
    words = wording(job.book.language)
    path = job.folder / job.file_name
    tables = job.made
    metadata = metadata_sheet(job.book, words, [table.head for table in tables], job.notes)
    look = job.book.look
    banner = BannerLayout(job.book, words, _longest_figure(tables, look.decimals))
    with new_workbook(
        path, title=job.book.title, plain=job.plain, decimals=look.decimals, language=job.book.language
    ) as book:
        book.place(words.contents)
        book.add(metadata)
        sheets = TableSheets(banner, tables, book.row_xml if book.rows_as_xml else None)
        if look.layout == "one_sheet":
            checked = _stack(book, sheets, tables, words.sheet_of_tables)
        else:
            names = SheetNames([words.contents, words.metadata])
            checked = []
            for table in tables:
                sheet, made = sheets.sheet(table, names.take(f"{table.head.table_id} {table.head.variable}"))
                book.add(sheet)
                checked.append(_checked(sheet.name, 0, made.header, made, table))
        placed = {check.table.head.table_id: (check.sheet, check.top) for check in checked}
        entries = [
            Entry(head) if table is None else Entry(head, table, *placed[head.table_id]) for head, table in job.entries
        ]
        contents = contents_sheet(job.book, words, job.number, entries)
        book.add(contents)
    verify_workbook(path, checked)
    verify_texts(path, {front.name: [line.values for line in front.lines] for front in (contents, metadata)})


def _stack(book: Book, sheets: TableSheets, tables: list[TableFigures], name: str) -> list[CheckedTable]:
    """All tables on one sheet under one banner, which stays in sight; each begins a printed page."""
    banner = sheets.banner
    above = sheets.common_header()
    made: list[LaidOutTable] = []
    scale = min(_STACKED_SCALE, banner.scale())

    def blocks() -> Iterator[Block]:
        yield above
        for at, table in enumerate(tables):
            laid = sheets.lay_out(table, scale=scale, alone=False)
            made.append(replace(laid, block=Block(())))
            lines = [*laid.block.lines, Line([], [], _GAP)]
            yield replace(laid.block, lines=lines, new_pages=(*((0,) if at else ()), *laid.block.new_pages))

    sheet = Sheet(
        name=name,
        widths=banner.widths(),
        freeze=(len(above.lines), 1),
        repeat=(1, len(above.lines) - 1),
        repeat_columns=banner.repeated,
        page_breaks=banner.page_breaks,
        scale=scale,
        footer_text=banner.book.title,
        page_word=banner.words.page,
    )
    _, *tops = book.add_blocks(sheet, blocks())
    return [_checked(name, top, 1, laid, table) for top, laid, table in zip(tops, made, tables, strict=True)]


def _checked(sheet: str, top: int, header: int, laid: LaidOutTable, table: TableFigures) -> CheckedTable:
    return CheckedTable(sheet, table, top, header, top + laid.body, top + laid.end)


def _longest_figure(tables: list[TableFigures], decimals: int) -> float:
    """The characters that the longest figure takes, where it is longer than percents and ordinary counts."""
    largest = max((float(np.nanmax(np.abs(table.numbers), initial=0.0)) for table in tables), default=0.0)
    return len(f"{largest:,.{decimals + 1}f}") + 1.5 if largest >= _LONG_FIGURE else 0.0
