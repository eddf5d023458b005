"""Tab books: workbooks of cross tables with a contents sheet, one table a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from mcode_pipelines import __version__
from mcode_pipelines.delivery.delivered_file import DeliveredFile, Workbench, workbench
from mcode_pipelines.delivery.errors import DeliveryError
from mcode_pipelines.delivery.figures import Figure, TableFigures, tables_of
from mcode_pipelines.delivery.line_height import fitted
from mcode_pipelines.delivery.sheet import Line, Link, Merge, Role, Sheet, Style, Value
from mcode_pipelines.delivery.sheet_names import SheetNames
from mcode_pipelines.delivery.table_sheet import BannerLayout, back_text, lay_out_table
from mcode_pipelines.delivery.verification import CheckedTable, verify_texts, verify_workbook
from mcode_pipelines.delivery.wording import Wording, wording
from mcode_pipelines.survey.progress import Progress, silent
from mcode_pipelines.survey.tables import BookHead, CrossTables

MOST_TABLES_A_BOOK = 100
_CONTENTS_WIDTHS = (10, 16, 70, 54, 10)
_METADATA_WIDTHS = (34, 100)


class BookNotes(BaseModel):
    """What the metadata sheet of a tab book tells beside its tables."""

    model_config = ConfigDict(frozen=True)

    facts: tuple[tuple[str, str | int | float], ...] = ()
    """Label and value, in the order shown: upload, partition, sha256, version, run, started, seconds, rows ..."""
    variables: tuple[tuple[str, str], ...] = ()
    """Name and label of every variable used."""
    plan: str | None = None
    """The tabulation plan as YAML."""


@dataclass
class _Part:
    """One book of the series while its tables come in."""

    number: int
    book: BookHead
    words: Wording
    tables: list[TableFigures] = field(default_factory=list)


def write_tab_books(
    batches: Iterable[CrossTables],
    into: Path,
    *,
    name: str,
    notes: BookNotes | None = None,
    tables_per_book: int = MOST_TABLES_A_BOOK,
    figures: Sequence[Figure] = ("column_percent",),
    progress: Progress = silent,
    plain: bool = False,
) -> list[DeliveredFile]:
    """Write every table of the batches into workbooks `<name>_tabel_001.xlsx` ... (English: `<name>_tables_001.xlsx`).

    Args:
        batches: Finished tables of one plan; taken one batch at a time, so that a thousand tables never sit in memory.
        into: The folder of the books, made if it is not there. Earlier books of this name are replaced, all together,
            once every new one has been written, reopened by another reader and compared with the cells.
        name: What the file names begin with.
        notes: Facts for the metadata sheet.
        tables_per_book: At most so many table sheets in one workbook, 1 to 100.
        figures: What a category row shows, in this order, a line each.
        progress: Told after every book.
        plain: Draw cell by cell through xlsxwriter alone: slower, kept as the reference of the fast way.

    Raises DeliveryError where the disk is full, the folder cannot be written, or a book does not read back as written.
    """
    if not 1 <= tables_per_book <= MOST_TABLES_A_BOOK:
        raise DeliveryError(
            f"{tables_per_book} tables in one workbook are not possible; choose a number from 1 to {MOST_TABLES_A_BOOK}"
        )
    notes = notes or BookNotes()
    delivered: list[DeliveredFile] = []
    with workbench(into) as bench:
        part: _Part | None = None
        done = 0
        for batch in batches:
            for table in tables_of(batch):
                if part is not None and len(part.tables) == tables_per_book:
                    delivered.append(_write_book(part, bench, name, notes, figures, plain))
                    done += len(part.tables)
                    progress("excel", done, 0)
                    part = _Part(part.number + 1, table.book, part.words)
                if part is None:
                    part = _Part(1, table.book, wording(table.book.language))
                part.tables.append(table)
        if part is not None:
            delivered.append(_write_book(part, bench, name, notes, figures, plain))
            done += len(part.tables)
            progress("excel", done, done)
        bench.replaces(re.compile(rf"{re.escape(name)}_(tabel|tables)_\d{{3,}}\.xlsx"))
    return delivered


def _write_book(
    part: _Part, bench: Workbench, name: str, notes: BookNotes, figures: Sequence[Figure], plain: bool
) -> DeliveredFile:
    from mcode_pipelines.delivery.workbook import new_workbook

    words = part.words
    file_name = f"{name}_{words.books}_{part.number:03d}.xlsx"
    path = bench.path(file_name)
    names = SheetNames([words.contents, words.metadata])
    sheet_names = [names.take(f"{table.head.table_id} {table.head.variable}") for table in part.tables]
    layouts: dict[int, BannerLayout] = {}
    checked: list[CheckedTable] = []
    with new_workbook(path, title=part.book.title, plain=plain) as book:
        fronts = [_contents_sheet(part, sheet_names), _metadata_sheet(part, notes)]
        for front in fronts:
            book.add(front)
        for table, sheet_name in zip(part.tables, sheet_names, strict=True):
            banner = layouts.get(id(table.book))
            if banner is None:
                banner = layouts[id(table.book)] = BannerLayout(table.book, words, tuple(figures))
            sheet = lay_out_table(table, banner, sheet_name)
            book.add(sheet)
            checked.append(CheckedTable(sheet_name, sheet.freeze[0], table))
    verify_workbook(path, checked, figures=figures)
    verify_texts(path, {front.name: [line.values for line in front.lines] for front in fronts})
    return bench.finished(file_name, tables=len(part.tables))


def _contents_sheet(part: _Part, sheet_names: Sequence[str]) -> Sheet:
    """The list of the book's tables, each a link to its sheet."""
    words = part.words
    first, last = part.tables[0].head.table_id, part.tables[-1].head.table_id
    counted = f"{words.part} {part.number}: {words.table} {first} - {last} ({len(part.tables)} {words.tables})"
    lines = [
        Line([part.book.title, *[None] * 4], [Style(Role.BOOK_TITLE)] * 5, 30),
        Line([counted, *[None] * 4], [Style(Role.CAPTION)] * 5),
        Line([], [], 8),
        Line(
            [words.table, words.variable, words.title, words.base, words.respondents],
            [Style(Role.HEADING)] * 5,
            20,
        ),
    ]
    links: list[Link] = []
    styles = [Style(Role.TEXT_LINK), Style(Role.TEXT), Style(Role.TEXT_LINK), Style(Role.TEXT), Style(Role.WHOLE)]
    for table, sheet_name in zip(part.tables, sheet_names, strict=True):
        head = table.head
        links.append(Link(len(lines), 0, sheet_name, head.table_id))
        links.append(Link(len(lines), 2, sheet_name, head.title))
        base = head.base_text.removeprefix(f"{words.base}: ")
        values = [head.table_id, head.variable, head.title, base, _respondents(table)]
        lines.append(fitted(values, styles, _CONTENTS_WIDTHS))
    return Sheet(
        name=words.contents,
        lines=lines,
        widths=_CONTENTS_WIDTHS,
        merges=[Merge(0, 0, 0, 4), Merge(1, 0, 1, 4)],
        links=links,
        freeze=(4, 0),
        repeat=(3, 3),
        footer_text=part.book.title,
        page_word=words.page,
        tab_colour="#4472C4",
    )


def _respondents(table: TableFigures) -> float | None:
    """The unweighted base of the table's first column, the total."""
    for row, code in enumerate(table.codes):
        if code == "base_unweighted" and table.value.shape[1]:
            figure = float(table.value[row, 0])
            return figure if figure == figure else None
    return None


def _metadata_sheet(part: _Part, notes: BookNotes) -> Sheet:
    """Where the tables come from: facts, notes, variables, the plan."""
    words = part.words
    label, fact, text = Style(Role.NOTE_HEADING), Style(Role.FACT), Style(Role.TEXT)
    facts: list[tuple[str, Value]] = [
        *notes.facts,
        (words.tables_in_book, len(part.tables)),
        (words.made, datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("mcode_pipelines", __version__),
        *((words.notes if at == 0 else "", note) for at, note in enumerate(part.book.notes)),
    ]
    lines = [
        Line([back_text(words)], [Style(Role.BACK)]),
        Line([words.metadata], [Style(Role.BOOK_TITLE)], 30),
        *(fitted([name, value], [label, fact], _METADATA_WIDTHS) for name, value in facts),
    ]
    if notes.variables:
        lines += [
            Line([], [], 8),
            Line([words.variables_used, words.label], [Style(Role.HEADING)] * 2, 20),
            *(fitted([name, said], [text, text], _METADATA_WIDTHS) for name, said in notes.variables),
        ]
    if notes.plan:
        lines += [Line([], [], 8), Line([words.plan], [label])]
        lines += [Line([row], [Style(Role.CODE_TEXT)]) for row in notes.plan.splitlines()]
    return Sheet(
        name=words.metadata,
        lines=lines,
        widths=_METADATA_WIDTHS,
        links=[Link(0, 0, words.contents, back_text(words))],
        footer_text=part.book.title,
        page_word=words.page,
        tab_colour="#A6A6A6",
    )
