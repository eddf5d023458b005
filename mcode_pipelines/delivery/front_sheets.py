"""The first sheets of a tab book: the contents, and where everything comes from."""

from __future__ import annotations

import math
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from pydantic import BaseModel, ConfigDict

from mcode_pipelines import __version__
from mcode_pipelines.delivery.figures import TableFigures
from mcode_pipelines.delivery.sheet import Line, Link, Merge, Role, Sheet, Style, Value
from mcode_pipelines.delivery.table_sheet import back_line, back_text, unlabelled
from mcode_pipelines.delivery.text_metrics import fit_line_height, text_width
from mcode_pipelines.delivery.wording import Wording
from mcode_pipelines.survey.tables import BookHead, TableHead

_NARROWEST_TITLE, _WIDEST_TITLE = 60, 104
_BASE_WIDTH = 44
_SHORTEST_NAME, _LONGEST_NAME = 9, 24
"""Characters of the column of variables. A longer name is mostly the question itself, which stands beside it."""
_METADATA_WIDTHS = (34, 116)
_NUMBER_BEHIND = re.compile(r" \(n = [\d.,]+\)$")


class BookMetadata(BaseModel):
    """What the metadata sheet of a tab book tells beside its tables."""

    model_config = ConfigDict(frozen=True)

    facts: tuple[tuple[str, str | int], ...] = ()
    """Name and value, in the order shown: upload, partition, sha256, rows, run ...; names that `Wording.facts` knows
    are told in the book's language."""
    started: datetime | None = None
    """When the work on the tables began: the sheet says how long it took."""
    variables: tuple[tuple[str, str], ...] = ()
    """Name and label of every variable used."""
    used_by: Mapping[str, frozenset[str]] = {}
    """Of those that not all tables use, the rows whose tables do: a book names those of its tables."""
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
    """The list of the book's tables, each a link to its place; those that could not be made say why.

    Below it stands what holds for all of them: how the data was read, weighted and tested.
    """
    made = [entry for entry in entries if entry.table is not None]
    counted = f"{words.part} {number}"
    if made:
        first, last = made[0].head.table_id, made[-1].head.table_id
        counted += f": {words.table} {first}"
        counted += f" - {last} ({len(made)} {words.tables})" if len(made) > 1 else ""
    if len(made) < len(entries):
        counted += f"; {words('lost', tables=len(entries) - len(made))}"
    names = [_name(entry.head) for entry in entries]
    longest = max((text_width(name) + 1 for name in names if name), default=0.0)
    titles = max((text_width(entry.head.title) + 1 for entry in entries), default=0.0)
    widths = (
        10,
        min(_LONGEST_NAME, max(_SHORTEST_NAME, longest)),
        min(_WIDEST_TITLE, max(_NARROWEST_TITLE, titles)),
        _BASE_WIDTH,
        10,
    )
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
    # Only the number is a link: not every program wraps the text of one, and titles are long.
    styles = [Style(Role.TEXT_LINK), Style(Role.TEXT), Style(Role.TEXT), Style(Role.TEXT), Style(Role.WHOLE)]
    not_made = [Style(Role.TEXT)] * 3 + [Style(Role.TROUBLE), Style(Role.WHOLE)]
    for entry, name in zip(entries, names, strict=True):
        head = entry.head
        if entry.table is None:
            reason = words("not_made", reason=head.trouble or "")
            lines.append(fit_line_height([head.table_id, name, head.title, reason, None], not_made, widths))
            continue
        links.append(Link(len(lines), 0, entry.sheet, head.table_id, entry.row))
        base = head.nobody or _NUMBER_BEHIND.sub("", unlabelled(words.base, head.base_text))
        said = styles if head.nobody is None else [styles[0], *not_made[1:]]
        lines.append(fit_line_height([head.table_id, name, head.title, base, entry.table.respondents], said, widths))
    for reason in book.not_made:
        lines.append(fit_line_height([None, None, None, words("not_made", reason=reason), None], not_made, widths))
    merges = [Merge(0, 0, 0, 4), Merge(1, 0, 1, 4)]
    notes = (*book.weightings, *book.notes)
    lines += [Line([], [], 8)] if notes else []
    said = [Style(Role.NOTE_HEADING), *[Style(Role.NOTE)] * 4]
    merged = (widths[0], sum(widths[1:]), 0, 0, 0)
    for at, note in enumerate(notes):
        merges.append(Merge(len(lines), 1, len(lines), 4))
        lines.append(fit_line_height([None if at else words.notes, note, None, None, None], said, merged))
    return Sheet(
        name=words.contents,
        lines=lines,
        widths=widths,
        merges=merges,
        links=links,
        freeze=(4, 0),
        repeat=(3, 3),
        footer_text=book.title,
        page_word=words.page,
        tab_colour="#4472C4",
    )


def _name(head: TableHead) -> str | None:
    """The variable's name, where it is one, and not the question's text once more."""
    title, name = head.title.casefold(), head.variable.casefold()
    return None if title == name or (len(name) > _LONGEST_NAME and title.startswith(name)) else head.variable


def metadata_sheet(book: BookHead, words: Wording, heads: Sequence[TableHead], notes: BookMetadata) -> Sheet:
    """Where the tables with these headings come from: facts, variables that have no table of their own, the plan."""
    label = Style(Role.NOTE_HEADING)
    named, listed, code = [label, Style(Role.FACT)], [Style(Role.TEXT)] * 2, [Style(Role.CODE_TEXT)]
    now = datetime.now(UTC)
    taken = (
        [] if notes.started is None else [(words.facts["seconds"], math.ceil((now - notes.started).total_seconds()))]
    )
    facts: list[tuple[str, Value]] = [
        *((words.facts.get(name, name), value) for name, value in notes.facts),
        (words.tables_in_book, len(heads)),
        (words.made, now.strftime("%Y-%m-%d %H:%M UTC")),
        *taken,
        (words.versions, _versions()),
    ]
    lines = [
        back_line(words),
        Line([words.metadata], [Style(Role.BOOK_TITLE)], 30),
        *(fit_line_height([name, value], named, _METADATA_WIDTHS) for name, value in facts),
    ]
    here = {head.variable for head in heads}
    used = [(name, said) for name, said in notes.variables if here & notes.used_by.get(name, here)]
    # Those with a table of their own stand in the contents, by name and title.
    variables = [(name, said) for name, said in used if name not in here]
    if variables:
        lines += [
            Line([], [], 8),
            Line([words.variables_used, words.label], [Style(Role.HEADING)] * 2, 20),
            *(
                fit_line_height([name, None if said == name else said], listed, _METADATA_WIDTHS)
                for name, said in variables
            ),
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


def _versions() -> str:
    """What made the book, by name and version."""
    parts = [f"{name} {version(name)}" for name in ("polars", "numpy", "xlsxwriter")]
    return ", ".join([f"mcode_pipelines {__version__}", f"Python {platform.python_version()}", *parts])
