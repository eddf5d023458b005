"""A cross table laid out: title block, banner, figures with their letters, notes, a chart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcode_pipelines.delivery.banner_layout import LETTERS_WIDTH, BannerLayout, one_style
from mcode_pipelines.delivery.figure_lines import FigureLines
from mcode_pipelines.delivery.figures import COUNTED_KINDS, TableFigures
from mcode_pipelines.delivery.line_height import LINE_HEIGHT, wrapped_lines
from mcode_pipelines.delivery.sheet import BarChart, Block, Line, Link, Merge, Role, Sheet, Style
from mcode_pipelines.delivery.table_chart import chart_of
from mcode_pipelines.delivery.wording import Wording
from mcode_pipelines.survey.tables import TableHead

if TYPE_CHECKING:
    from mcode_pipelines.delivery.row_xml import RowXml

_TITLE_SHOWN = 3
"""Lines of a title that are in sight, as it stays above the figures; a longer one is told whole in the notes."""
_NOTE_SHOWN = 25
_PAGE_HEIGHT = 490.0
"""Points of a printed page: A4 across, less the margins and the footer."""
_WIDEST_LETTERS = 16


@dataclass(frozen=True)
class LaidOutTable:
    """A table's lines, and where in them its parts are."""

    block: Block
    header: int
    """The first line of the banner."""
    body: int
    """The first line of figures."""
    end: int
    """The line after the last of figures."""


class TableSheets:
    """Lays out the tables of one book."""

    def __init__(self, banner: BannerLayout, tables: Sequence[TableFigures], row_xml: RowXml | None) -> None:
        self.banner = banner
        self.words = banner.words
        self.look = banner.book.look
        self._figure_lines = FigureLines(banner, tables, row_xml)
        self._back = Line([back_text(banner.words)], one_style(Style(Role.BACK), 1), LINE_HEIGHT, repeated=True)
        self._said: dict[tuple[str, Role], tuple[Line, bool]] = {}
        """Lines of text that were laid out, and whether they are too long to be seen whole."""

    def sheet(self, table: TableFigures, name: str) -> tuple[Sheet, LaidOutTable]:
        """The sheet of one table."""
        banner, made = self.banner, self.lay_out(table)
        longest = max((len(letters) for row in table.letters for letters in row), default=0) if banner.beside else 0
        several = len(banner.pages) > 1
        sheet = Sheet(
            name=name,
            lines=made.block.lines,
            widths=banner.widths(min(_WIDEST_LETTERS, max(LETTERS_WIDTH, longest + 1))),
            merges=made.block.merges,
            links=made.block.links,
            charts=made.block.charts,
            new_pages=made.block.new_pages,
            freeze=(made.body, 1),
            repeat=(made.header, made.body - 1),
            page_breaks=banner.page_breaks,
            scale=banner.scale if several or made.block.new_pages else None,
            footer_text=table.book.title,
            page_word=self.words.page,
        )
        return sheet, made

    def lay_out(self, table: TableFigures) -> LaidOutTable:
        """The lines of one table.

        The first figure asked for stands beside the row's label; further ones get a line of their own under it.
        Letters stand in smaller type under the figure they belong to, on a line that is there only where a row has
        any, or in a narrow column right of it.
        """
        banner, words, head = self.banner, self.words, table.head
        lines: list[Line] = [self._back]
        merges: list[Merge] = []
        captions = [_labelled(words.base, head.base_text)]
        if head.filter_text:
            captions.append(_labelled(words.filter, head.filter_text))
        if head.weight_text:
            captions.append(head.weight_text)
        too_long = self._say(lines, merges, full_title(head), Role.TITLE, least=20, size=1.25, most=_TITLE_SHOWN)
        for caption in captions:
            too_long += self._say(lines, merges, caption, Role.CAPTION, most=_TITLE_SHOWN)
        lines.append(Line([], [], 6))

        header, header_merges = banner.header
        top = len(lines)
        lines += header
        shares = not COUNTED_KINDS.isdisjoint(table.kinds)
        if not shares:
            # Statistics alone: nothing in the table is a per cent of its column.
            lines[top] = header[0]._replace(values=[None, *header[0].values[1:]], repeated=False)
        merges += [Merge(m.first_row + top, m.first_column, m.last_row + top, m.last_column) for m in header_merges]
        body = len(lines)
        chart_rows = self._figure_lines.add(table, lines)
        end = len(lines)

        notes = [
            *(words.whole_text.format(text=text) for text in too_long),
            *head.notes,
            *table.book.notes,
            *words.look_notes(self.look, shares=shares, p_values=bool(table.p_values)),
        ]
        if notes:
            lines.append(Line([], [], 8))
            lines.append(Line([words.notes], one_style(Style(Role.NOTE_HEADING), 1), 13))
            for note in notes:
                self._say(lines, merges, note, Role.NOTE, least=12.5, size=0.85, most=_NOTE_SHOWN)
        charts: list[BarChart] = []
        new_pages: list[int] = []
        chart = chart_of(table, banner, chart_rows, len(lines) + 1) if self.look.charts else None
        if chart is not None:
            charts.append(chart)
            if not self._fits_the_page(lines, chart):
                new_pages.append(len(lines))
            lines += [Line([], [], LINE_HEIGHT)] * (2 + math.ceil(chart.height / LINE_HEIGHT))
        links = [Link(0, 0, words.contents, back_text(words))]
        return LaidOutTable(Block(lines, merges, links, charts, new_pages), top, body, end)

    def _fits_the_page(self, above: Sequence[Line], chart: BarChart) -> bool:
        """Whether a chart under these lines is printed whole."""
        page = _PAGE_HEIGHT * 100 / self.banner.scale
        taken = sum(line.height or LINE_HEIGHT for line in above)
        return taken % page + chart.height + LINE_HEIGHT <= page

    def _say(
        self,
        lines: list[Line],
        merges: list[Merge],
        text: str,
        role: Role,
        *,
        least: float = LINE_HEIGHT,
        size: float = 1.0,
        most: int,
    ) -> list[str]:
        """Adds a line of text over several columns. Returns the text where it is too long to be seen whole."""
        columns = self.banner.text_columns
        merges.append(Merge(len(lines), 0, len(lines), columns))
        said = self._said.get((text, role))
        if said is None:
            taken = wrapped_lines(text, self.banner.text_width / size)
            height = max(least, LINE_HEIGHT * size * min(taken, most))
            styles = one_style(Style(role), columns + 1)
            said = Line([text, *[None] * columns], styles, height, repeated=True), taken > most
            self._said[text, role] = said
        lines.append(said[0])
        return [text] if said[1] else []


def back_text(words: Wording) -> str:
    """What the link back to the contents says."""
    return f"← {words.back}"


def full_title(head: TableHead) -> str:
    """The table's number, its variable and its title, which may begin with the variable itself."""
    title = head.title.strip()
    if not title.casefold().startswith(head.variable.casefold()):
        title = f"{head.variable}. {title}" if title else head.variable
    return f"{head.table_id}  {title}"


def _labelled(label: str, text: str) -> str:
    return text if text.casefold().startswith(f"{label.casefold()}:") else f"{label}: {text}"
