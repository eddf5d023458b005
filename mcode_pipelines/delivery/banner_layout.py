"""The header that all tables of a book share: questions over their columns, labels, letters, pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from mcode_pipelines.delivery.line_height import LINE_HEIGHT, wrapped_lines
from mcode_pipelines.delivery.sheet import Line, Merge, Role, Style, Value
from mcode_pipelines.delivery.wording import Wording
from mcode_pipelines.survey.tables import BannerColumn, BookHead

COLUMN_WIDTH = 15
STUB_WIDTH = 44
LETTERS_WIDTH = 6
"""Of the narrow column beside a figure; a figure and its letters are as wide together as a column is alone."""
MOST_COLUMNS = 16_384
"""Excel's limit of a sheet, the stub included."""
_COLUMNS_A_PAGE = 10
"""Wider banners are printed on several pages side by side, so that the type stays readable; the total comes with the
first question."""
_PAGE_POINTS = 780.0
"""A4 across, less the margins."""
_POINTS_A_CHARACTER = 5.9
"""Width of a digit and its share of the padding, with a little to spare."""
_TEXT_WIDTH = 90
"""Titles and notes run over so many characters right of the stub, whatever the banner's width."""
_MOST_HEADER_LINES = 6


@lru_cache(maxsize=256)
def one_style(style: Style, columns: int) -> tuple[Style, ...]:
    """The same style for so many cells, the same object each time."""
    return (style,) * columns


@dataclass(frozen=True)
class BannerLayout:
    """The header of every table of one book: worked out once, shared by all its sheets."""

    book: BookHead
    words: Wording

    @cached_property
    def beside(self) -> bool:
        """Whether letters stand in a narrow column right of their figure."""
        return self.book.look.letters == "same_cell" and self.has_letters

    @cached_property
    def places(self) -> list[int]:
        """The sheet column of each banner column's figures; the stub is column 0."""
        step = 2 if self.beside else 1
        return [1 + step * at for at in range(len(self.book.banner))]

    @cached_property
    def letter_places(self) -> list[int | None]:
        """The sheet column of each banner column's letters, where they have one of their own."""
        return [place + 1 if self.beside else None for place in self.places]

    @cached_property
    def columns(self) -> int:
        """Sheet columns of a line of figures, the stub included."""
        return 1 + len(self.book.banner) * (2 if self.beside else 1)

    def last(self, at: int) -> int:
        """The last sheet column that belongs to a banner column."""
        return self.letter_places[at] or self.places[at]

    def widths(self, letters_width: float = LETTERS_WIDTH) -> list[float]:
        """The width of each sheet column, in characters; as many at least as titles need."""
        widths: list[float] = [STUB_WIDTH]
        for letters in self.letter_places:
            widths += [COLUMN_WIDTH] if letters is None else [COLUMN_WIDTH - LETTERS_WIDTH, letters_width]
        return widths + [COLUMN_WIDTH] * max(0, self.text_columns + 1 - len(widths))

    @cached_property
    def text_columns(self) -> int:
        """Over how many columns right of the stub titles and notes run."""
        room, columns = 0.0, 0
        for letters in self.letter_places:
            if room >= _TEXT_WIDTH:
                return columns
            room += COLUMN_WIDTH
            columns += 2 if letters else 1
        while room < _TEXT_WIDTH:
            room += COLUMN_WIDTH
            columns += 1
        return columns

    @property
    def text_width(self) -> float:
        """Characters that a line of a title or note holds."""
        return STUB_WIDTH + _TEXT_WIDTH

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
        """By banner column: whether a question begins there."""
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
            if pages and last - pages[-1][0] <= _COLUMNS_A_PAGE:
                pages[-1] = (pages[-1][0], last)
            else:
                pages.append((first, last))
        return pages

    @property
    def page_breaks(self) -> tuple[int, ...]:
        """Sheet columns that begin a printed page."""
        return tuple(self.places[first] for first, _ in self.pages[1:])

    @cached_property
    def scale(self) -> int:
        """Per cent at which the widest page fits A4 across."""
        widest = max(last - first + 1 for first, last in self.pages)
        characters = max(STUB_WIDTH + COLUMN_WIDTH * widest, self.text_width if len(self.pages) == 1 else 0)
        return max(10, min(100, int(100 * _PAGE_POINTS / (_POINTS_A_CHARACTER * characters))))

    def styles(self, stub: Style, figures: Style, letters: Style | None = None) -> Sequence[Style]:
        """The styles of one kind of line; `letters` is the style of letters beside figures."""
        made = [stub]
        for begins, narrow in zip(self.starts, self.letter_places, strict=True):
            if narrow is None:
                made.append(figures._replace(left=begins))
            else:
                made.append(figures._replace(left=begins, half=1))
                made.append((letters or figures)._replace(half=2))
        return made

    @cached_property
    def header(self) -> tuple[list[Line], list[Merge]]:
        """Header lines and their merges, counted from the header's first row."""
        banner = self.book.banner
        heading: list[Value] = [self.words.of_figure(self.book.look.figures[0]), *[None] * (self.columns - 1)]
        labels: list[list[Value]] = [[None] * self.columns for _ in range(self.depth)]
        merges: list[Merge] = []
        for first, last in self.runs:
            lone = first == last and banner[first].labels == (banner[first].heading,)
            heading[self.places[first]] = banner[first].heading
            if lone:
                merges.append(Merge(0, self.places[first], self.depth, self.last(first)))
                continue
            if self.last(last) > self.places[first]:
                merges.append(Merge(0, self.places[first], 0, self.last(last)))
            self._lay_labels(first, last, labels, merges)
        merges.append(Merge(0, 0, self.depth + self.has_letters, 0))
        styles = [Style(Role.HEADING), *self._head_styles(Role.HEADING)]
        lines = [Line(heading, styles, self._heading_height, repeated=True)]
        lines += [Line(row, styles, self._label_height(level), repeated=True) for level, row in enumerate(labels)]
        if self.has_letters:
            letters: list[Value] = [None] * self.columns
            for at, column in enumerate(banner):
                letters[self.places[at]] = column.letter
                if self.last(at) > self.places[at]:
                    row = self.depth + 1
                    merges.append(Merge(row, self.places[at], row, self.last(at)))
            lines.append(
                Line(letters, [Style(Role.HEADING), *self._head_styles(Role.LETTER)], LINE_HEIGHT, repeated=True)
            )
        return lines, merges

    def _head_styles(self, role: Role) -> list[Style]:
        return [
            Style(role, begins)
            for at, begins in enumerate(self.starts)
            for _ in range(self.last(at) - self.places[at] + 1)
        ]

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
                    labels[level][self.places[at]] = own[level]
                    bottom = level if level < len(own) - 1 else self.depth - 1
                    if self.last(end) > self.places[at] or bottom > level:
                        merges.append(Merge(1 + level, self.places[at], 1 + bottom, self.last(end)))
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
    return LINE_HEIGHT * min(lines, _MOST_HEADER_LINES) + 3


def _question(column: BannerColumn) -> tuple[str, str]:
    return column.variable, column.heading
