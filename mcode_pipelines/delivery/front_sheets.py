"""The first sheets of a tab book: the contents, and where everything comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from mcode_pipelines import __version__
from mcode_pipelines.delivery.figures import TableFigures
from mcode_pipelines.delivery.line_height import fitted
from mcode_pipelines.delivery.sheet import Line, Link, Merge, Role, Sheet, Style, Value
from mcode_pipelines.delivery.table_sheet import back_text
from mcode_pipelines.delivery.wording import Wording
from mcode_pipelines.survey.tables import BookHead, TableHead

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


@dataclass(frozen=True)
class Entry:
    """One line of the contents."""

    head: TableHead
    table: TableFigures | None = None
    """None for a table that could not be made."""
    sheet: str = ""
    row: int = 0
    """Where on the sheet it begins."""


def contents_sheet(book: BookHead, words: Wording, number: int, entries: Sequence[Entry]) -> Sheet:
    """The list of the book's tables, each a link to its place; those that could not be made say why."""
    made = [entry for entry in entries if entry.table is not None]
    counted = f"{words.part} {number}"
    if made:
        counted += f": {words.table} {made[0].head.table_id} - {made[-1].head.table_id} ({len(made)} {words.tables})"
    lines = [
        Line([book.title, *[None] * 4], [Style(Role.BOOK_TITLE)] * 5, 30),
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
    not_made = [Style(Role.TEXT)] * 3 + [Style(Role.TROUBLE), Style(Role.WHOLE)]
    for entry in entries:
        head = entry.head
        if entry.table is None:
            reason = words.not_made.format(reason=head.trouble)
            lines.append(fitted([head.table_id, head.variable, head.title, reason, None], not_made, _CONTENTS_WIDTHS))
            continue
        links.append(Link(len(lines), 0, entry.sheet, head.table_id, entry.row))
        links.append(Link(len(lines), 2, entry.sheet, head.title, entry.row))
        base = head.base_text.removeprefix(f"{words.base}: ")
        values = [head.table_id, head.variable, head.title, base, entry.table.respondents]
        lines.append(fitted(values, styles, _CONTENTS_WIDTHS))
    return Sheet(
        name=words.contents,
        lines=lines,
        widths=_CONTENTS_WIDTHS,
        merges=[Merge(0, 0, 0, 4), Merge(1, 0, 1, 4)],
        links=links,
        freeze=(4, 0),
        repeat=(3, 3),
        footer_text=book.title,
        page_word=words.page,
        tab_colour="#4472C4",
    )


def metadata_sheet(book: BookHead, words: Wording, tables: int, notes: BookNotes) -> Sheet:
    """Where the tables come from: facts, notes, variables, the plan."""
    label = Style(Role.NOTE_HEADING)
    named, listed, code = [label, Style(Role.FACT)], [Style(Role.TEXT)] * 2, [Style(Role.CODE_TEXT)]
    facts: list[tuple[str, Value]] = [
        *notes.facts,
        (words.tables_in_book, tables),
        (words.made, datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("mcode_pipelines", __version__),
        *((words.notes if at == 0 else "", note) for at, note in enumerate(book.notes)),
    ]
    lines = [
        Line([back_text(words)], [Style(Role.BACK)]),
        Line([words.metadata], [Style(Role.BOOK_TITLE)], 30),
        *(fitted([name, value], named, _METADATA_WIDTHS) for name, value in facts),
    ]
    if notes.variables:
        lines += [
            Line([], [], 8),
            Line([words.variables_used, words.label], [Style(Role.HEADING)] * 2, 20),
            *(fitted([name, said], listed, _METADATA_WIDTHS) for name, said in notes.variables),
        ]
    if notes.plan:
        lines += [Line([], [], 8), Line([words.plan], [label])]
        lines += [Line([row], code) for row in notes.plan.splitlines()]
    return Sheet(
        name=words.metadata,
        lines=lines,
        widths=_METADATA_WIDTHS,
        links=[Link(0, 0, words.contents, back_text(words))],
        footer_text=book.title,
        page_word=words.page,
        tab_colour="#A6A6A6",
    )
