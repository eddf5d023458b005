"""A cross table laid out as a sheet: title block, banner, figures with letters under them, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mcode_pipelines.delivery.figures import Figure, FloatArray, TableFigures
from mcode_pipelines.delivery.line_height import LINE_HEIGHT, wrapped_lines
from mcode_pipelines.delivery.sheet import Line, Link, Merge, Role, Sheet, Style, Value
from mcode_pipelines.delivery.wording import Wording
from mcode_pipelines.survey.tables import BannerColumn, BookHead, TableHead

COLUMN_WIDTH = 15
STUB_WIDTH = 44
_STUB_INDENT = 2
_LETTERS_HEIGHT = 11.5
_COLUMNS_A_PAGE = 14
"""Wider banners are printed on several pages side by side, so that the type stays readable."""
_PAGE_POINTS = 780.0
"""A4 across, less the margins."""
_POINTS_A_CHARACTER = 5.9
"""Width of a digit and its share of the padding, with a little to spare."""
_TEXT_COLUMNS = 6
"""Titles and notes run over this many figure columns, whatever the banner's width."""
MISSING = "-"

_SHARED_KINDS = frozenset({"category", "net"})
_SHARE_STATISTICS = frozenset({"top2", "top3", "bottom2", "bottom3"})
_COUNTED_STATISTICS = frozenset({"sum", "minimum", "maximum", "median"})
"""Shown without decimals where every figure is whole."""
_FLAGGED_BASE = {"*": Role.BASE_SMALL, "**": Role.BASE_UNTESTED}
_UNWEIGHTED_BASE = "base_unweighted"


@dataclass(frozen=True)
class BannerLayout:
    """The header of every table of one book: worked out once, shared by all its sheets."""

    book: BookHead
    words: Wording
    figures: tuple[Figure, ...] = ("column_percent",)

    @cached_property
    def depth(self) -> int:
        """How many rows of labels stand under the questions' headings."""
        return max((len(column.labels) for column in self.book.banner), default=1)

    @cached_property
    def has_letters(self) -> bool:
        """Whether the banner has a row of column letters."""
        return any(column.letter for column in self.book.banner)

    @cached_property
    def starts(self) -> tuple[bool, ...]:
        """By column: whether a question begins there."""
        banner = self.book.banner
        return tuple(at == 0 or _question(banner[at - 1]) != _question(column) for at, column in enumerate(banner))

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """First and last column of each question; one wider than a page in pieces, each under the heading."""
        firsts = [at for at, begins in enumerate(self.starts) if begins]
        ends = [*firsts[1:], len(self.starts)]
        return [
            (first, min(first + _COLUMNS_A_PAGE, end) - 1)
            for start, end in zip(firsts, ends, strict=True)
            for first in range(start, end, _COLUMNS_A_PAGE)
        ]

    @cached_property
    def pages(self) -> list[tuple[int, int]]:
        """First and last column of each printed page: questions are kept together."""
        pages: list[tuple[int, int]] = []
        for first, last in self.runs:
            if pages and last - pages[-1][0] < _COLUMNS_A_PAGE:
                pages[-1] = (pages[-1][0], last)
            else:
                pages.append((first, last))
        return pages

    @property
    def scale(self) -> int:
        """Per cent at which the widest page fits A4 across."""
        widest = max(last - first + 1 for first, last in self.pages)
        points = _POINTS_A_CHARACTER * (STUB_WIDTH + COLUMN_WIDTH * widest)
        return max(10, min(100, int(100 * _PAGE_POINTS / points)))

    def styles(self, stub: Role, figures: Role, *, bottom: bool = True) -> list[Style]:
        """The styles of one kind of line, the same list each time."""
        key = (stub, figures, bottom)
        made = self._made_styles.get(key)
        if made is None:
            made = [Style(stub, False, bottom), *(Style(figures, begins, bottom) for begins in self.starts)]
            self._made_styles[key] = made
        return made

    @cached_property
    def _made_styles(self) -> dict[tuple[Role, Role, bool], list[Style]]:
        return {}

    @cached_property
    def header(self) -> tuple[list[Line], list[Merge]]:
        """Header lines and their merges, counted from the header's first row; figures start in column 1."""
        banner = self.book.banner
        heading: list[Value] = [self.words.of_figure(self.figures[0]), *[None] * len(banner)]
        labels: list[list[Value]] = [[None] * (len(banner) + 1) for _ in range(self.depth)]
        merges: list[Merge] = []
        for first, last in self.runs:
            lone = first == last and banner[first].labels == (banner[first].heading,)
            heading[first + 1] = banner[first].heading
            if lone:
                merges.append(Merge(0, first + 1, self.depth, first + 1))
                continue
            if last > first:
                merges.append(Merge(0, first + 1, 0, last + 1))
            self._lay_labels(first, last, labels, merges)
        merges.append(Merge(0, 0, self.depth + self.has_letters, 0))
        styles = self.styles(Role.HEADING, Role.HEADING)
        lines = [Line(heading, styles, self._heading_height)]
        lines += [Line(row, styles, self._label_height(level)) for level, row in enumerate(labels)]
        if self.has_letters:
            letters: list[Value] = [None, *(column.letter for column in banner)]
            lines.append(Line(letters, self.styles(Role.HEADING, Role.LETTER), LINE_HEIGHT))
        return lines, merges

    def _lay_labels(self, first: int, last: int, labels: list[list[Value]], merges: list[Merge]) -> None:
        """Labels of one question: an outer label over the columns it holds, a short one over the rows below it."""
        banner = self.book.banner
        for level in range(self.depth):
            at = first
            while at <= last:
                own = banner[at].labels
                end = at
                if level < len(own) - 1:
                    while end < last and banner[end + 1].labels[: level + 1] == own[: level + 1]:
                        end += 1
                if level < len(own):
                    labels[level][at + 1] = own[level]
                    bottom = level if level < len(own) - 1 else self.depth - 1
                    if end > at or bottom > level:
                        merges.append(Merge(1 + level, at + 1, 1 + bottom, end + 1))
                at = end + 1

    @property
    def _heading_height(self) -> float:
        banner = self.book.banner
        return _header_height(
            max((wrapped_lines(banner[a].heading, COLUMN_WIDTH * (b - a + 1)) for a, b in self.runs), default=1)
        )

    def _label_height(self, level: int) -> float:
        spans: dict[tuple[str, tuple[str, ...]], int] = {}
        for column in self.book.banner:
            if level < len(column.labels):
                key = (column.variable, column.labels[: level + 1])
                spans[key] = spans.get(key, 0) + 1
        return _header_height(
            max((wrapped_lines(path[-1], COLUMN_WIDTH * n) for (_, path), n in spans.items()), default=1)
        )


def _header_height(lines: int) -> float:
    return LINE_HEIGHT * min(lines, 8) + 3


def _question(column: BannerColumn) -> tuple[str, str]:
    return column.variable, column.heading


def lay_out_table(table: TableFigures, banner: BannerLayout, sheet_name: str) -> Sheet:
    """The sheet of one table.

    The first figure asked for stands beside the row's label; further ones get a line of their own under it. Letters
    stand in smaller type under the figure they belong to, on a line that is there only where a row has any.
    """
    words = banner.words
    width = len(table.book.banner)
    lines: list[Line] = []
    merges: list[Merge] = []

    def say(text: str, role: Role, *, least: float = LINE_HEIGHT, size: float = 1.0) -> None:
        room = (STUB_WIDTH + COLUMN_WIDTH * _TEXT_COLUMNS) / size
        merges.append(Merge(len(lines), 0, len(lines), _TEXT_COLUMNS))
        styles = [Style(role)] * (_TEXT_COLUMNS + 1)
        height = max(least, LINE_HEIGHT * size * wrapped_lines(text, room))
        lines.append(Line([text, *[None] * _TEXT_COLUMNS], styles, height))

    lines.append(Line([back_text(words)], [Style(Role.BACK)], LINE_HEIGHT))
    say(full_title(table.head), Role.TITLE, least=20, size=1.25)
    say(_labelled(words.base, table.head.base_text), Role.CAPTION)
    if table.head.filter_text:
        say(_labelled(words.filter, table.head.filter_text), Role.CAPTION)
    if table.head.weight_text:
        say(table.head.weight_text, Role.CAPTION)
    lines.append(Line([], [], 6))

    header, header_merges = banner.header
    top = len(lines)
    lines += header
    if not _SHARED_KINDS.intersection(table.kinds):
        # Statistics alone: nothing in the table is a per cent of its column.
        lines[top] = replace(header[0], values=[None, *header[0].values[1:]])
    merges += [Merge(m.first_row + top, m.first_column, m.last_row + top, m.last_column) for m in header_merges]
    body = len(lines)
    for row in shown_rows(table):
        lines += _row_lines(table, banner, row)

    notes = (*table.head.notes, *table.book.notes)
    if notes:
        lines.append(Line([], [], 8))
        lines.append(Line([words.notes], [Style(Role.NOTE_HEADING)], 13))
        for note in notes:
            say(note, Role.NOTE, least=12.5, size=0.85)
    return Sheet(
        name=sheet_name,
        lines=lines,
        widths=[STUB_WIDTH, *[COLUMN_WIDTH] * max(width, _TEXT_COLUMNS)],
        merges=merges,
        links=[Link(0, 0, words.contents, back_text(words))],
        freeze=(body, 1),
        repeat=(top, body - 1),
        page_breaks=tuple(first + 1 for first, _ in banner.pages[1:]),
        scale=banner.scale if len(banner.pages) > 1 else None,
        footer_text=table.book.title,
        page_word=words.page,
    )


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


def shown_rows(table: TableFigures) -> list[int]:
    """The rows that a sheet shows: all, but of the bases only the unweighted one where nothing is weighted."""
    weighted = table.head.weight_text is not None
    return [
        row
        for row, (kind, code) in enumerate(zip(table.kinds, table.codes, strict=True))
        if kind != "base" or weighted or code == _UNWEIGHTED_BASE
    ]


def figure_rows(table: TableFigures, row: int, figures: Sequence[Figure]) -> list[FloatArray]:
    """The figures of one row as a sheet holds them, a (columns,) array a line: shares as fractions of one."""
    kind = table.kinds[row]
    if kind in _SHARED_KINDS:
        return [table.shares[figure][row] / (1 if figure == "count" else 100) for figure in figures]
    if kind == "statistic" and table.codes[row] in _SHARE_STATISTICS:
        return [table.value[row] / 100]
    return [table.value[row]]


def _row_lines(table: TableFigures, banner: BannerLayout, row: int) -> list[Line]:
    kind = table.kinds[row]
    figures = banner.figures
    rows = figure_rows(table, row, figures)
    if kind == "base":
        looks = [(Role.BASE_LABEL, Role.BASE)]
    elif kind in _SHARED_KINDS:
        looks = [_share_look(kind, figure, first=at == 0) for at, figure in enumerate(figures)]
    else:
        looks = [(Role.STATISTIC_LABEL, _statistic_role(table.codes[row], rows[0]))]
    labels: list[Value] = [table.labels[row]]
    labels += [banner.words.of_figure(figure) for figure in figures[1:]] if kind in _SHARED_KINDS else []
    letters = table.letters[row] if any(table.letters[row]) else None

    lines: list[Line] = []
    for at, (label, numbers, (stub, role)) in enumerate(zip(labels, rows, looks, strict=True)):
        last = at == len(rows) - 1
        values: list[Value] = [label]
        values += [MISSING if number != number else number for number in numbers.tolist()]
        styles = banner.styles(stub, role, bottom=last and letters is None)
        if kind == "base" and table.codes[row] == _UNWEIGHTED_BASE and any(table.flags):
            styles = [
                style if at == 0 else style._replace(role=_FLAGGED_BASE.get(table.flags[at - 1], role))
                for at, style in enumerate(styles)
            ]
        taken = wrapped_lines(str(label), STUB_WIDTH - _STUB_INDENT)
        lines.append(Line(values, styles, LINE_HEIGHT * taken if taken > 1 else None))
    if letters is not None:
        styles = banner.styles(looks[0][0], _letters_role(kind))
        lines.append(Line([None, *(found or None for found in letters)], styles, _LETTERS_HEIGHT))
    return lines


def _share_look(kind: str, figure: Figure, *, first: bool) -> tuple[Role, Role]:
    if kind == "net":
        stub = Role.NET_LABEL if first else Role.NET_COUNT_LABEL
        return stub, Role.NET_COUNT if figure == "count" else Role.NET_PERCENT
    stub = Role.LABEL if first else Role.COUNT_LABEL
    return stub, Role.COUNT if figure == "count" else Role.PERCENT


def _letters_role(kind: str) -> Role:
    return Role.NET_LETTERS if kind == "net" else Role.LETTERS


def _statistic_role(code: str, numbers: FloatArray) -> Role:
    if code in _SHARE_STATISTICS:
        return Role.STATISTIC_PERCENT
    if code == "nps":
        return Role.STATISTIC_SCORE
    if code in _COUNTED_STATISTICS and bool(np.all(np.isnan(numbers) | (numbers == np.round(numbers)))):
        return Role.STATISTIC_WHOLE
    return Role.STATISTIC
