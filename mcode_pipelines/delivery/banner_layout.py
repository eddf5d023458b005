"""The header that all tables of a book share: questions over their columns, labels, letters, pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from mcode_pipelines.delivery.sheet import Line, Merge, Role, Style, Value
from mcode_pipelines.delivery.text_metrics import (
    BOLD,
    DIGIT_POINTS,
    LINE_HEIGHT,
    column_points,
    longest_word,
    wrapped_lines,
)
from mcode_pipelines.delivery.wording import Wording
from mcode_pipelines.survey.plan import TOTAL
from mcode_pipelines.survey.tables import BannerColumn, BookHead

STUB_WIDTH = 40
LETTERS_WIDTH = 6
"""Of the narrow column beside a figure; a figure and its letters are as wide together as a column is alone."""
_NARROWEST, _WIDEST = 10, 15
"""A column is as wide as the longest word of the banner asks, within these limits, and as the longest figure."""
MAX_COLUMNS = 16_384
"""Excel's limit of a sheet, the stub included."""
_MOST_BREAKS = 1_000
"""Of the pages of a sheet, side by side: Excel takes 1,023."""
SMALLEST_SCALE = 54
"""Per cent: wider banners are printed on several pages side by side, so that the type stays readable."""
_PAGE_POINTS = 770.0
"""A4 across, less the margins, with a little to spare."""
_TEXT_WIDTH = 90
"""Titles and notes run over so many characters right of the stub at least, where the banner fits one page."""
_FEWEST_OF_A_QUESTION = 4
"""A question too long for a page begins on the one before only with so many of its columns."""
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
    figures_width: float = 0.0
    """Characters of the longest figure, where it is longer than a column is otherwise."""

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

    @cached_property
    def column_width(self) -> float:
        """Of every banner column, in characters; a figure and letters beside it are so wide together."""
        words = longest_word(label for column in self.book.banner for label in column.labels)
        if self.beside:
            return max(_WIDEST, self.figures_width + LETTERS_WIDTH)
        return max(_NARROWEST, min(_WIDEST, float(math.ceil(BOLD * words))), self.figures_width)

    def widths(self, letters_width: float = LETTERS_WIDTH) -> list[float]:
        """The width of each sheet column, in characters; as many at least as titles need."""
        widths: list[float] = [STUB_WIDTH]
        for letters in self.letter_places:
            widths += [self.column_width] if letters is None else [self.column_width - LETTERS_WIDTH, letters_width]
        return widths + [self.column_width] * max(0, self.texts[-1][1] + 1 - len(widths))

    @cached_property
    def repeated(self) -> int:
        """The last sheet column printed on every page: the stub's, or the total's where it comes first."""
        first = self.book.banner[0] if self.book.banner else None
        return self.last(0) if first is not None and first.variable == TOTAL and len(self.book.banner) > 1 else 0

    @cached_property
    def texts(self) -> list[tuple[int, int]]:
        """The sheet columns over which titles and notes run: on each page anew, right of what every page repeats."""
        several = len(self.pages) > 1
        areas = [
            (max(self.places[first], self.repeated + 1 if several else 1), self.last(last))
            for first, last in self.pages
        ] or [(1, 1)]
        first, last = areas[-1]
        while self._characters(first, last) < (self._characters(*areas[0]) if several else _TEXT_WIDTH):
            last += 1
        areas[-1] = (first, last)
        return areas

    @cached_property
    def text_width(self) -> float:
        """Characters that a line of a title or note holds on the narrowest page."""
        return min(self._characters(first, last) for first, last in self.texts)

    @property
    def first_text_points(self) -> float:
        """How wide titles and notes of the first page are, at least."""
        return self._characters(*self.texts[0]) * DIGIT_POINTS

    def _characters(self, first: int, last: int) -> float:
        """The width of so many sheet columns, which lie right of the stub and may lie right of the banner."""
        within = max(0, min(last, self.columns - 1) - first + 1)
        return within * self.column_width / (2 if self.beside else 1) + (last - first + 1 - within) * self.column_width

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
    def _questions(self) -> list[tuple[int, int]]:
        """First and last column of each question."""
        firsts = [at for at, begins in enumerate(self.starts) if begins]
        return [(first, end - 1) for first, end in zip(firsts, [*firsts[1:], len(self.starts)], strict=True)]

    @cached_property
    def pages(self) -> list[tuple[int, int]]:
        """First and last column of each printed page: questions are kept together, pages are about equally full."""
        room = _PAGE_POINTS * 100 / SMALLEST_SCALE - column_points(STUB_WIDTH)
        most = max(2, int(room / self._column_points))
        pages = _pages(self._questions, most)
        # On every page but the first the total takes the place of a column.
        if len(pages) > 1 and self.repeated:
            most -= 1
            pages = _pages(self._questions, most)
        for fewer in range(most - 1, 0, -1):
            evener = _pages(self._questions, fewer)
            if len(evener) > len(pages):
                break
            pages = evener
        return pages

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """First and last column of each question; one that is printed on several pages in pieces."""
        breaks = [first for first, _ in self.pages]
        runs: list[tuple[int, int]] = []
        for first, last in self._questions:
            within = [first, *(at for at in breaks if first < at <= last), last + 1]
            runs += [(start, end - 1) for start, end in pairwise(within)]
        return runs

    @property
    def page_breaks(self) -> tuple[int, ...]:
        """Sheet columns that begin a printed page."""
        return tuple(self.places[first] for first, _ in self.pages[1 : _MOST_BREAKS + 1])

    def scale(self, letters_width: float = LETTERS_WIDTH) -> int:
        """Per cent at which the widest page fits A4 across."""
        wider = (letters_width - LETTERS_WIDTH) if self.beside else 0.0
        each = self._column_points + column_points(wider) - column_points(0)
        repeated = each if self.repeated else 0.0
        points = [each * (last - first + 1) + (repeated if at else 0.0) for at, (first, last) in enumerate(self.pages)]
        if len(points) == 1:
            points.append(column_points(self.text_width) * 1.05)
        return max(10, min(100, int(100 * _PAGE_POINTS / (column_points(STUB_WIDTH) + max(points, default=0.0)))))

    @property
    def _column_points(self) -> float:
        if self.beside:
            return column_points(self.column_width - LETTERS_WIDTH) + column_points(LETTERS_WIDTH)
        return column_points(self.column_width)

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
                lowest = self.depth + (self.has_letters and not banner[first].letter)
                merges.append(Merge(0, self.places[first], lowest, self.last(first)))
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
                if column.letter and self.last(at) > self.places[at]:
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
            max(
                (wrapped_lines(banner[a].heading, self.column_width * (b - a + 1) / BOLD) for a, b in self.runs),
                default=1,
            )
        )

    def _label_height(self, level: int) -> float:
        spans: dict[tuple[str, tuple[str, ...]], int] = {}
        for column in self.book.banner:
            if level < len(column.labels) - 1 or level == self.depth - 1:
                key = (column.variable, column.labels[: level + 1])
                spans[key] = spans.get(key, 0) + 1
        # A label of fewer levels stands over the rows that it has not.
        needed = (
            wrapped_lines(path[-1], self.column_width * n / BOLD) - (level + 1 - len(path))
            for (_, path), n in spans.items()
        )
        return _header_height(max(needed, default=1))


def _header_height(lines: int) -> float:
    return LINE_HEIGHT * min(lines, _MOST_HEADER_LINES) + 3


def _pages(questions: Sequence[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """First and last column of pages that hold so many columns at most.

    A question goes onto the page before where it fits; one too long for any page is cut, into pieces of some columns.
    """
    fewest = max(1, min(_FEWEST_OF_A_QUESTION, most // 2))
    pages: list[tuple[int, int]] = []
    for first, last in questions:
        while first <= last:
            count = last - first + 1
            room = most - (pages[-1][1] - pages[-1][0] + 1) if pages else 0
            total_alone = pages == [(0, 0)]
            for size in (room, most):
                taken = min(size, count)
                if 0 < count - taken < fewest:
                    taken -= fewest - (count - taken)
                if size == most or taken == count or ((count > most or total_alone) and taken >= fewest):
                    break
            if size == room and pages:
                pages[-1] = (pages[-1][0], first + taken - 1)
            else:
                pages.append((first, first + taken - 1))
            first += taken
    return pages


def _question(column: BannerColumn) -> tuple[str, str]:
    return column.variable, column.heading
