"""A cross table laid out: title block, banner, figures with their letters, notes, a chart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from mcode_pipelines.delivery.banner_layout import LETTERS_WIDTH, SMALLEST_SCALE, BannerLayout, one_style
from mcode_pipelines.delivery.figures import COUNTED_KINDS, TableFigures
from mcode_pipelines.delivery.sheet import BarChart, Block, Line, Link, Merge, Role, Sheet, Style, TrendChart, Value
from mcode_pipelines.delivery.table_body import TableBody
from mcode_pipelines.delivery.table_chart import chart_of
from mcode_pipelines.delivery.table_trend import trend_of
from mcode_pipelines.delivery.text_metrics import LINE_HEIGHT, wrapped_lines
from mcode_pipelines.delivery.wording import Wording
from mcode_pipelines.survey.tables import TableHead

if TYPE_CHECKING:
    from mcode_pipelines.delivery.row_xml import RowXml

_TITLE_SHOWN = 3
"""Lines of a title that are in sight, as it stays above the figures; a longer one is told whole in the notes."""
_NOTE_SHOWN = 25
_PAGE_HEIGHT = 485.0
"""Points of a printed page: A4 across, less the margins and the footer, with a little to spare."""
_MOST_REPEATED = 0.4
"""Of a page: where title and header take more, only the header is printed again on further pages."""
_LEAST_WITH_CHART = 70
"""Per cent: where a table and its chart would have to be printed smaller to share a page, they take two."""
_WIDEST_LETTERS = 10


@dataclass(frozen=True)
class LaidOutTable:
    """A table's lines, and where in them its parts are."""

    block: Block
    header: int
    """The first line of the banner; where the table has none of its own, the first line of figures."""
    body: int
    """The first line of figures."""
    end: int
    """The line after the last of figures."""
    scale: int
    """Per cent at which it is printed."""


class TableSheets:
    """Lays out the tables of one book."""

    def __init__(self, banner: BannerLayout, tables: Sequence[TableFigures], row_xml: RowXml | None) -> None:
        self.banner = banner
        self.words = banner.words
        self.look = banner.book.look
        self._figure_lines = TableBody(banner, tables, row_xml)
        self._back = back_line(banner.words)
        self._said: dict[tuple[str | None, str, Role], tuple[Line, bool]] = {}
        """Lines of text that were laid out, and whether they are too long to be seen whole."""
        self._text_merges = tuple((first, last) for first, last in banner.texts if last > first)

    def sheet(self, table: TableFigures, name: str) -> tuple[Sheet, LaidOutTable]:
        """The sheet of one table."""
        banner = self.banner
        longest = max((len(letters) for row in table.letters for letters in row), default=0) if banner.beside else 0
        letters_width = min(_WIDEST_LETTERS, max(LETTERS_WIDTH, longest + 1))
        made = self.lay_out(table, scale=banner.scale(letters_width))
        sheet = Sheet(
            name=name,
            lines=made.block.lines,
            widths=banner.widths(letters_width),
            merges=made.block.merges,
            links=made.block.links,
            charts=made.block.charts,
            new_pages=made.block.new_pages,
            freeze=(made.body, 1),
            repeat=(_repeated_from(made), made.body - 1),
            repeat_columns=banner.repeated,
            page_breaks=banner.page_breaks,
            scale=made.scale if len(banner.pages) > 1 or made.block.new_pages else None,
            footer_text=table.book.title,
            page_word=self.words.page,
        )
        return sheet, made

    def common_header(self) -> Block:
        """What stands once above all tables of one sheet: the way back and the banner."""
        lines, merges = self.banner.header
        link = Link(0, 0, self.words.contents, back_text(self.words))
        return Block([self._back, *lines], [_moved(merge, 1) for merge in merges], [link])

    def lay_out(self, table: TableFigures, *, scale: int, alone: bool = True) -> LaidOutTable:
        """The lines of one table, printed at so many per cent, or fewer where that saves a page.

        The first figure asked for stands beside the row's label; further ones get a line of their own under it.
        Letters stand in smaller type under the figure they belong to, on a line that is there only where a row has
        any, or in a narrow column right of it. Titles and notes stand right of the stub, anew on every page across.
        Without `alone` the banner and the way back stand elsewhere on the sheet.
        """
        banner, words, head = self.banner, self.words, table.head
        lines: list[Line] = [self._back] if alone else []
        merges: list[Merge] = []
        links = [Link(0, 0, words.contents, back_text(words))] if alone else []
        too_long = self._say(
            lines, merges, (head.table_id, full_title(head)), (Role.TITLE, Role.TITLE), least=20, size=1.25
        )
        captions = [(words.base, unlabelled(words.base, head.base_text))]
        if head.filter_text:
            captions.append((words.filter, unlabelled(words.filter, head.filter_text)))
        if head.weight_text:
            captions.append((words.weight, head.weight_text))
        for caption in captions:
            too_long += self._say(lines, merges, caption, (Role.CAPTION, Role.CAPTION))
        lines.append(Line([], [], 6))

        top = len(lines)
        shares = not COUNTED_KINDS.isdisjoint(table.kinds)
        if alone:
            header, header_merges = banner.header
            lines += header
            merges += [_moved(merge, top) for merge in header_merges]
            if not shares:
                # Statistics alone: nothing in the table is a per cent of its column.
                lines[top] = header[0]._replace(values=[None, *header[0].values[1:]], repeated=False)
        body = len(lines)
        first_lines = self._figure_lines.add(table, lines)
        end = len(lines)
        parts = [line for row, line in first_lines.items() if table.kinds[row] != "base" and line > body]

        notes = [
            *(words("whole_text", text=text) for text in too_long),
            *head.notes,
            *head.signs,
            *words.look_notes(self.look, shares=shares, p_values=bool(table.p_values)),
        ]
        if notes:
            parts.append(len(lines))
            lines.append(Line([], [], 8))
        for at, note in enumerate(notes):
            label = None if at else words.notes
            self._say(
                lines, merges, (label, note), (Role.NOTE_HEADING, Role.NOTE), least=12.5, size=0.9, most=_NOTE_SHOWN
            )
        if alone:
            scale = _scale_to_fit(lines, scale)
        repeated = sum(map(_height, lines[1:body] if alone else banner.header[0]))
        charts: list[BarChart | TrendChart] = []
        room = _PAGE_HEIGHT * 100 / scale - repeated - 2 * LINE_HEIGHT
        chart: BarChart | TrendChart | None = None
        if self.look.charts:
            above = None if alone else 1  # behind the line that leads back
            chart = trend_of(table, banner, first_lines, len(lines) + 1, top if above is None else above, bool(above))
            chart = chart or chart_of(table, banner, first_lines, len(lines) + 1, room)
        if chart is not None:
            charts.append(chart)
            parts.append(len(lines))
            lines += [Line([], [], LINE_HEIGHT)] * (2 + math.ceil(chart.height / LINE_HEIGHT))
            if alone:
                scale = _scale_to_fit(lines, scale, _LEAST_WITH_CHART)
        page = _PAGE_HEIGHT * 100 / scale
        pages = _new_pages(lines, parts, page if alone else page - repeated, page - repeated)
        return LaidOutTable(Block(lines, merges, links, charts, pages), top, body, end, scale)

    def _say(
        self,
        lines: list[Line],
        merges: list[Merge],
        said: tuple[str | None, str],
        roles: tuple[Role, Role],
        *,
        least: float = LINE_HEIGHT,
        size: float = 1.0,
        most: int = _TITLE_SHOWN,
    ) -> list[str]:
        """Adds a text, named in the stub, over the columns of each page. Returns it where it is too long to be seen."""
        (label, text), place = said, len(lines)
        merges += [Merge(place, first, place, last) for first, last in self._text_merges]
        known = self._said.get((label, text, roles[1]))
        if known is None:
            columns = self.banner.texts[-1][1]
            values: list[Value] = [label, *[None] * columns]
            for first, _ in self.banner.texts:
                values[first] = text
            taken = wrapped_lines(text, self.banner.text_width / size)
            height = max(least, LINE_HEIGHT * size * min(taken, most))
            line = Line(values, _text_styles(*roles, columns), height, repeated=True)
            known = self._said[label, text, roles[1]] = line, taken > most
        lines.append(known[0])
        return [text] if known[1] else []


@lru_cache(maxsize=64)
def _text_styles(label: Role, text: Role, columns: int) -> tuple[Style, ...]:
    return (Style(label), *(Style(text),) * columns)


def back_text(words: Wording) -> str:
    """What the link back to the contents says."""
    return f"← {words.back}"


def back_line(words: Wording) -> Line:
    """The line that holds the link back to the contents."""
    return Line([back_text(words)], one_style(Style(Role.BACK), 1), LINE_HEIGHT, repeated=True)


def full_title(head: TableHead) -> str:
    """The table's variable and its title; the title alone where it begins with the variable or that is a pattern."""
    title, variable = head.title.strip(), head.variable
    if title and (any(sign in variable for sign in "*?[") or title.casefold().startswith(variable.casefold())):
        return title
    return f"{variable}. {title}" if title else variable


def unlabelled(label: str, text: str) -> str:
    """The text without the label that stands beside it."""
    before = f"{label}: "
    return text[len(before) :] if text.casefold().startswith(before.casefold()) else text


def _moved(merge: Merge, rows: int) -> Merge:
    return merge._replace(first_row=merge.first_row + rows, last_row=merge.last_row + rows)


def _repeated_from(made: LaidOutTable) -> int:
    """The first line printed on every page: the title's, or where it is very long the banner's."""
    taken = sum(map(_height, made.block.lines[1 : made.body]))
    return 1 if taken <= _MOST_REPEATED * _PAGE_HEIGHT * 100 / made.scale else made.header


def _scale_to_fit(lines: Sequence[Line], scale: int, least: int = SMALLEST_SCALE) -> int:
    """Per cent at which a table that is a little longer than a page fits one; as it was for one that is much longer."""
    fitting = int(100 * _PAGE_HEIGHT / max(1.0, sum(map(_height, lines))))
    return min(scale, fitting) if fitting >= least else scale


def _height(line: Line) -> float:
    return line.height or LINE_HEIGHT


def _new_pages(lines: Sequence[Line], parts: Sequence[int], first: float, further: float) -> list[int]:
    """The lines that begin a printed page, none where one page of `first` points holds all.

    `parts` are the lines before which a page may end; further pages have room for so many points.
    """
    breaks: list[int] = []
    room, used = first, 0.0
    for start, end in pairwise([0, *parts, len(lines)]):
        needed = sum(map(_height, lines[start:end]))
        if used and used + needed > room:
            breaks.append(start)
            room, used = further, 0.0
        used += needed
    return breaks
