"""Counting: one pass over the respondents for all columns of a table.

The whole banner is one small-integer cell a respondent, the answers to a question are one small-integer pattern. One
histogram of pattern x cell, and two small matrix products (patterns to rows, cells to columns) make the table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcode_pipelines.tabulation.answers import NOBODY, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray
from mcode_pipelines.tabulation.banner import Banner, Pack
from mcode_pipelines.tabulation.sums import Sums

_SMALL_HISTOGRAM = 1 << 18


@dataclass(frozen=True)
class Distribution:
    """How the scores of a table's respondents are spread, column by column."""

    scores: FloatArray
    """(scores,) rising not required."""
    people: Sums
    """(scores, columns)"""


@dataclass(frozen=True)
class Counts:
    """One table, added up. Columns are all the banner's, the total first."""

    base: Sums
    """(columns,) respondents in the table's base."""
    rows: Sums
    """(counted rows, columns); `q` is zero where neither scores nor a chi-square need it."""
    both: Sums | None
    """(columns, columns) respondents of the base who are in both columns; None where columns never overlap."""
    distribution: Distribution | None
    """The answers by pattern, for scores; None where no score is asked."""
    both_scored: Sums | None = None
    """(columns, columns) the same as `both` among those with a score."""


@dataclass
class Counter:
    """Counts tables of one banner and one weight."""

    banner: Banner
    weights: FloatArray | None
    overlapping: bool
    """Whether tests need the respondents that two columns share."""
    squares_of_rows: bool = True
    """Whether the squared weights of single rows are wanted, not only those of the base."""

    def __post_init__(self) -> None:
        self._squares = None if self.weights is None else self.weights**2
        self._everyones_squares: dict[int, FloatArray] = {}
        self._index = np.empty(len(self.banner.packs[0].cells), dtype=np.int64)

    def count(
        self, answers: CodedAnswers, holds: BoolArray, within: BoolArray | None, scored: FloatArray | None
    ) -> Counts:
        """One table.

        Args:
            answers: of the row question.
            holds: (choices, rows) which choices a row counts.
            within: (respondents,) the table's own filter, None for everyone.
            scored: (patterns,) what each pattern scores, NaN for nothing; None where no score is asked.
        """
        patterns = answers.patterns if within is None else np.where(within, answers.patterns, NOBODY)
        rows_of_pattern = (answers.members.astype(np.float64) @ holds) > 0
        adding = np.ascontiguousarray(rows_of_pattern.T, dtype=np.float64)
        # A plain single-choice question: every row is a pattern.
        as_they_are = adding.shape[0] == adding.shape[1] and bool((adding == np.eye(adding.shape[0])).all())
        size = self.banner.size
        base, both, both_scored = _empty(3, size), _empty(3, size, size), _empty(3, size, size)
        rows = _empty(3, holds.shape[1], size)
        spread = _empty(3, answers.members.shape[0] if scored is not None else 0, size)
        with_squares = scored is not None or self.squares_of_rows
        for pack in self.banner.packs:
            columns = slice(pack.start, pack.start + pack.members.shape[1])
            if scored is not None or self._small(answers.members.shape[0], pack):
                by_pattern = self._histogram(patterns, answers.members.shape[0], pack, with_squares)
                in_cells = by_pattern.sum(axis=1)
                table = by_pattern @ pack.members
                rows[:, :, columns] = table if as_they_are else adding @ table
                if scored is not None:
                    spread[:, :, columns] = table
                    if self.overlapping:
                        _share(both_scored, by_pattern[:, ~np.isnan(scored)].sum(axis=1), pack, columns)
            else:
                in_cells = self._histogram(np.where(patterns >= 0, 0, NOBODY), 1, pack, with_squares)[:, 0]
                rows[:, :, columns] = self._expanded(patterns, rows_of_pattern, pack) @ pack.members
            if not with_squares and self._squares is not None:
                in_cells[2] = self._squares_of(patterns, pack, self._squares)
            base[:, columns] = in_cells @ pack.members
            if self.overlapping:
                _share(both, in_cells, pack, columns)
        distribution = None if scored is None else Distribution(scored, Sums(*spread))
        return Counts(
            Sums(*base),
            Sums(*rows),
            Sums(*both) if self.overlapping else None,
            distribution,
            Sums(*both_scored) if self.overlapping and scored is not None else None,
        )

    def fits(self, patterns: int) -> bool:
        """Whether a histogram of so many patterns is small enough to be worth making."""
        return all(self._small(patterns, pack) for pack in self.banner.packs)

    def columns_of(self, column: int) -> BoolArray:
        """(respondents,) who is counted in a column."""
        for pack in self.banner.packs:
            if pack.start <= column < pack.start + pack.members.shape[1]:
                inside = np.append(pack.members[:, column - pack.start] > 0, False)
                return inside[pack.cells]
        raise IndexError(column)

    def _small(self, patterns: int, pack: Pack) -> bool:
        return bool((patterns + 1) * (pack.members.shape[0] + 1) <= max(2 * len(self._index), _SMALL_HISTOGRAM))

    def _histogram(self, patterns: IntArray, size: int, pack: Pack, with_squares: bool) -> FloatArray:
        """(3, patterns, cells) respondents, weights and squared weights of every pattern in every cell."""
        width = pack.members.shape[0] + 1
        np.multiply(patterns, width, out=self._index, dtype=np.int64)
        np.add(self._index, pack.cells, out=self._index)
        # Respondents without an answer and those not counted go to a first row and a last column that are cut off.
        np.add(self._index, width, out=self._index)
        added = self._added(self._index, None, (size + 1) * width, with_squares)
        return added.reshape(3, size + 1, width)[:, 1:, :-1]

    def _expanded(self, patterns: IntArray, rows_of_pattern: BoolArray, pack: Pack) -> FloatArray:
        """(3, rows, cells) the same by row, for questions with too many patterns: one entry a respondent x row."""
        width = pack.members.shape[0] + 1
        how_many = rows_of_pattern.sum(axis=1)
        rows = np.nonzero(rows_of_pattern)[1]
        first = np.concatenate([[0], np.cumsum(how_many)[:-1]]).astype(np.int64)
        people = np.flatnonzero(patterns >= 0)
        of_person = patterns[people]
        person = np.repeat(people, how_many[of_person])
        starts = np.repeat(first[of_person], how_many[of_person])
        ends = np.cumsum(how_many[of_person])
        offset = np.arange(len(person)) - np.repeat(ends - how_many[of_person], how_many[of_person])
        index = rows[starts + offset].astype(np.int64) * width + pack.cells[person]
        size = rows_of_pattern.shape[1] * width
        return self._added(index, person, size, self.squares_of_rows).reshape(3, -1, width)[:, :, :-1]

    def _squares_of(self, patterns: IntArray, pack: Pack, squares: FloatArray) -> FloatArray:
        """(cells,) squared weights of those who answered; the same for every question that everyone answered."""
        missing = patterns < 0
        if missing.any():
            answered = np.bincount(pack.cells, np.where(missing, 0.0, squares), minlength=pack.members.shape[0] + 1)
            return answered[:-1].astype(np.float64)
        if pack.start not in self._everyones_squares:
            counted = np.bincount(pack.cells, squares, minlength=pack.members.shape[0] + 1)
            self._everyones_squares[pack.start] = counted[:-1].astype(np.float64)
        return self._everyones_squares[pack.start]

    def _added(self, index: IntArray, people: IntArray | None, size: int, with_squares: bool) -> FloatArray:
        n = np.bincount(index, minlength=size).astype(np.float64)
        if self.weights is None or self._squares is None:
            return np.stack([n, n, n])
        weights, squares = (
            (self.weights, self._squares) if people is None else (self.weights[people], self._squares[people])
        )
        w = np.bincount(index, weights, minlength=size)
        return np.stack([n, w, np.bincount(index, squares, minlength=size) if with_squares else np.zeros(size)])


def by_value(answers: NumericAnswers) -> tuple[CodedAnswers, FloatArray]:
    """A numeric question as patterns, one a value that occurs; and (patterns,) the values."""
    given = ~np.isnan(answers.values)
    values, inverse = np.unique(answers.values[given], return_inverse=True)
    patterns = np.full(len(answers.values), NOBODY, dtype=np.int64)
    patterns[given] = inverse
    return CodedAnswers(answers.variable, (), patterns, np.zeros((len(values), 0), dtype=bool), {}), values


def _empty(*shape: int) -> FloatArray:
    return np.zeros(shape)


def _share(both: FloatArray, in_cells: FloatArray, pack: Pack, columns: slice) -> None:
    """Adds to (3, columns, columns) the respondents that two columns of a pack share."""
    for figure, people in zip(both, in_cells, strict=True):
        figure[columns, columns] = pack.members.T @ (people[:, None] * pack.members)
