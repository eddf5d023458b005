"""A cross table laid out: title block, banner, figures with their letters, notes, a chart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mcode_pipelines.delivery.banner_layout import LETTERS_WIDTH, STUB_WIDTH, BannerLayout, one_style
from mcode_pipelines.delivery.figures import (
    COUNTED_KINDS,
    PERCENTS,
    SHARE_STATISTICS,
    Figure,
    FloatArray,
    TableFigures,
)
from mcode_pipelines.delivery.line_height import LINE_HEIGHT, wrapped_lines
from mcode_pipelines.delivery.sheet import Block, Line, Link, Merge, Role, Sheet, Style, Value
from mcode_pipelines.delivery.table_chart import chart_of
from mcode_pipelines.delivery.wording import Wording
from mcode_pipelines.survey.tables import TableHead

if TYPE_CHECKING:
    from mcode_pipelines.delivery.row_xml import RowXml

_Cell = TypeVar("_Cell")

_STUB_INDENT = 2
_LETTERS_HEIGHT = 11.5
_LETTERS_A_LINE = 17
_LETTERS_SHOWN = 6
"""Lines of letters in a cell that are in sight; a cell of a very wide banner can hold more."""
_LABEL_SHOWN = 12
_TITLE_SHOWN = 3
"""Lines of a title that are in sight, as it stays above the figures; a longer one is told whole in the notes."""
_WIDEST_LETTERS = 16
_TINTS = 5
_LEAST_SPREAD = 0.10
"""Shading needs a difference: in a row whose percents differ by less, none gets the darkest."""

_COUNTED_STATISTICS = frozenset({"sum", "minimum", "maximum", "median"})
"""Shown without decimals where every figure is whole."""
_FLAGGED_BASE = {"*": Role.BASE_SMALL, "**": Role.BASE_UNTESTED}
_ROLES: dict[str, Role] = {
    "count": Role.COUNT,
    "index": Role.INDEX,
    "difference": Role.DIFFERENCE,
    **dict.fromkeys(PERCENTS, Role.PERCENT),
}


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
    """Lays out the tables of one book.

    Where the workbook takes rows as XML, the figures of all tables are written at once, which is what makes it fast.
    """

    def __init__(self, banner: BannerLayout, tables: Sequence[TableFigures], row_xml: RowXml | None) -> None:
        self.banner = banner
        self.words = banner.words
        self.look = banner.book.look
        self._row_xml = row_xml
        self._cells: list[str] = []
        self._first_cell: dict[str, int] = {}
        if row_xml is not None and tables:
            import polars as pl

            numbers = np.concatenate([table.numbers.ravel() for table in tables])
            self._cells = row_xml.cells(pl.Series(numbers), self.look.missing)
            start = 0
            for table in tables:
                self._first_cell[table.head.table_id] = start
                start += table.numbers.size

    def sheet(self, table: TableFigures, name: str) -> tuple[Sheet, LaidOutTable]:
        """The sheet of one table."""
        banner, made = self.banner, self.lay_out(table, notes=(*table.head.notes, *table.book.notes))
        longest = max((len(letters) for row in table.letters for letters in row), default=0) if banner.beside else 0
        several = len(banner.pages) > 1
        sheet = Sheet(
            name=name,
            lines=made.block.lines,
            widths=banner.widths(min(_WIDEST_LETTERS, max(LETTERS_WIDTH, longest + 1))),
            merges=made.block.merges,
            links=made.block.links,
            charts=made.block.charts,
            freeze=(made.body, 1),
            repeat=(made.header, made.body - 1),
            page_breaks=banner.page_breaks,
            scale=banner.scale if several else None,
            footer_text=table.book.title,
            page_word=self.words.page,
        )
        return sheet, made

    def lay_out(self, table: TableFigures, *, notes: Sequence[str], new_page: bool = False) -> LaidOutTable:
        """The lines of one table, with these notes under it.

        The first figure asked for stands beside the row's label; further ones get a line of their own under it.
        Letters stand in smaller type under the figure they belong to, on a line that is there only where a row has
        any, or in a narrow column right of it.
        """
        banner, words, head = self.banner, self.words, table.head
        lines: list[Line] = [Line([back_text(words)], one_style(Style(Role.BACK), 1), LINE_HEIGHT)]
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
        if not COUNTED_KINDS.intersection(table.kinds):
            # Statistics alone: nothing in the table is a per cent of its column.
            lines[top] = replace(header[0], values=[None, *header[0].values[1:]])
        merges += [Merge(m.first_row + top, m.first_column, m.last_row + top, m.last_column) for m in header_merges]
        body = len(lines)
        chart_rows = self._body(table, lines)
        end = len(lines)

        notes = [*(words.whole_text.format(text=text) for text in too_long), *notes]
        if notes:
            lines.append(Line([], [], 8))
            lines.append(Line([words.notes], one_style(Style(Role.NOTE_HEADING), 1), 13))
            for note in notes:
                self._say(lines, merges, note, Role.NOTE, least=12.5, size=0.85, most=30)
        charts = []
        if self.look.charts:
            chart = chart_of(table, banner, chart_rows, len(lines) + 1)
            if chart is not None:
                charts.append(chart)
                lines += [Line([], [], LINE_HEIGHT)] * (2 + math.ceil(chart.height / LINE_HEIGHT))
        links = [Link(0, 0, words.contents, back_text(words))]
        return LaidOutTable(Block(lines, merges, links, charts, new_page), top, body, end)

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
        taken = wrapped_lines(text, self.banner.text_width / size)
        height = max(least, LINE_HEIGHT * size * min(taken, most))
        lines.append(Line([text, *[None] * columns], one_style(Style(role), columns + 1), height))
        return [text] if taken > most else []

    def _body(self, table: TableFigures, lines: list[Line]) -> dict[int, int]:
        """Adds the lines of figures. Returns the line of each row's first figure."""
        first_lines: dict[int, int] = {}
        at, count = 0, len(table.lines)
        flagged = any(table.flags)
        while at < count:
            row = table.lines[at].row
            first_lines[row] = len(lines)
            after = at + 1
            while after < count and table.lines[after].row == row:
                after += 1
            flags = table.flags if flagged and table.kinds[row] == "base" else None
            flagged = flagged and flags is None
            self._row(table, row, range(at, after), flags, lines)
            at = after
        return first_lines

    def _row(
        self, table: TableFigures, row: int, of_row: range, flags: Sequence[str] | None, lines: list[Line]
    ) -> None:
        """Adds the lines of one row: its figures, letters where they have a line of their own, p-values."""
        banner, kind = self.banner, table.kinds[row]
        found = table.letters[row]
        letters = found if any(found) else None
        p_values = self._p_values(table, row) if letters else None
        beside, below = (letters, None) if banner.beside else (None, letters)
        net = kind == "net"
        for place in of_row:
            first = place == of_row[0]
            last = place == of_row[-1] and below is None and p_values is None
            figure = table.lines[place].figure
            stub, role = _roles(table, row, figure, table.numbers[place])
            stub_style = Style(stub, bottom=last, net=net, minor=not first)
            style = Style(role, bottom=last, net=net, minor=not first)
            letters_style = Style(Role.LETTERS, bottom=last, net=net) if kind != "base" else None
            styles = banner.styles(stub_style, style, letters_style)
            if flags is not None:
                styles = self._flagged(styles, flags)
            if self.look.heat and first and (role in {Role.PERCENT, Role.STATISTIC_PERCENT}):
                styles = self._tinted(styles, table, table.numbers[place])
            label = table.labels[row] if first else self.words.of_figure(figure)
            taken = min(_LABEL_SHOWN, wrapped_lines(label, STUB_WIDTH - _STUB_INDENT))
            height = LINE_HEIGHT * taken if taken > 1 else None
            lines.append(self._figures(table, place, label, beside if first else None, styles, height))
        stub_style = Style(_stub(kind), net=net)
        if below is not None:
            most = max(math.ceil(len(text) / _LETTERS_A_LINE) for text in below)
            style = Style(Role.LETTERS, bottom=p_values is None, net=net)
            styles = banner.styles(stub_style._replace(bottom=p_values is None), style)
            height = _LETTERS_HEIGHT * min(most, _LETTERS_SHOWN)
            lines.append(Line([None, *(text or None for text in below)], styles, height))
        if p_values is not None:
            styles = banner.styles(stub_style, Style(Role.P_VALUE, net=net))
            lines.append(Line(self._placed(None, p_values, blank=None), styles, _LETTERS_HEIGHT))

    def _figures(
        self,
        table: TableFigures,
        place: int,
        label: str,
        letters: Sequence[str] | None,
        styles: Sequence[Style],
        height: float | None,
    ) -> Line:
        """One line of figures, with letters right of them where the layout has it so."""
        if self._row_xml is None:
            missing = self.look.missing or None
            values: list[Value] = [missing if number != number else number for number in table.numbers[place].tolist()]
            marks: list[Value] | None = [text or None for text in letters] if letters else None
            return Line(self._placed(label, values, marks, blank=None), styles, height)
        width = table.numbers.shape[1]
        first = self._first_cell[table.head.table_id] + place * width
        cell = self._row_xml.cell
        cells = self._cells[first : first + width]
        if not self.banner.beside:
            return Line((), styles, height, [cell(label), *cells])
        written = [cell(text or None) for text in letters] if letters else None
        return Line((), styles, height, self._placed(cell(label), cells, written, blank=cell(None)))

    def _placed(
        self, first: _Cell, figures: Sequence[_Cell], letters: Sequence[_Cell] | None = None, *, blank: _Cell
    ) -> list[_Cell]:
        """A line's cells: the stub, every figure in its column, its letters where they have one."""
        banner = self.banner
        placed = [blank] * banner.columns
        placed[0] = first
        for place, figure in zip(banner.places, figures, strict=True):
            placed[place] = figure
        if letters is not None:
            for narrow, text in zip(banner.letter_places, letters, strict=True):
                if narrow is not None:
                    placed[narrow] = text
        return placed

    def _p_values(self, table: TableFigures, row: int) -> list[Value] | None:
        if not table.p_values:
            return None
        found: list[Value] = [
            table.p_values.get((row, at)) if letters else None for at, letters in enumerate(table.letters[row])
        ]
        return found if any(value is not None for value in found) else None

    def _flagged(self, styles: Sequence[Style], flags: Sequence[str]) -> list[Style]:
        marked = list(styles)
        for place, flag in zip(self.banner.places, flags, strict=True):
            if flag in _FLAGGED_BASE:
                marked[place] = marked[place]._replace(role=_FLAGGED_BASE[flag])
        return marked

    def _tinted(self, styles: Sequence[Style], table: TableFigures, numbers: FloatArray) -> Sequence[Style]:
        """Darker the higher a percent is within its row; the total and untested columns are left out."""
        banner = self.banner
        tinted = [at for at, letters in enumerate(table.book.banner) if letters.letter and table.flags[at] != "**"]
        shares = numbers[tinted]
        if np.isfinite(shares).sum() < 2:
            return styles
        low = np.nanmin(shares)
        spread = max(np.nanmax(shares) - low, _LEAST_SPREAD)
        steps = np.nan_to_num(np.floor((shares - low) / spread * _TINTS), nan=-1).astype(int) + 1
        shaded = list(styles)
        for at, tint in zip(tinted, np.minimum(steps, _TINTS).tolist(), strict=True):
            for place in range(banner.places[at], banner.last(at) + 1):
                shaded[place] = shaded[place]._replace(tint=tint)
        return shaded


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


def _stub(kind: str) -> Role:
    return {"base": Role.BASE_LABEL, "statistic": Role.STATISTIC_LABEL}.get(kind, Role.LABEL)


def _roles(table: TableFigures, row: int, figure: Figure | str, numbers: FloatArray) -> tuple[Role, Role]:
    kind = table.kinds[row]
    if kind == "base":
        return _stub(kind), Role.BASE
    if kind in COUNTED_KINDS:
        return _stub(kind), _ROLES[figure]
    return _stub(kind), _statistic_role(table.codes[row], numbers)


def _statistic_role(code: str, numbers: FloatArray) -> Role:
    if code in SHARE_STATISTICS:
        return Role.STATISTIC_PERCENT
    if code == "nps":
        return Role.STATISTIC_SCORE
    if code in _COUNTED_STATISTICS and bool(np.all(np.isnan(numbers) | (numbers == np.round(numbers)))):
        return Role.STATISTIC_WHOLE
    return Role.STATISTIC
