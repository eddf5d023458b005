"""Counting: one pass over the respondents for all columns of a table.

The whole banner is one small-integer cell a respondent, the answers to a question are one small-integer pattern. One
histogram of pattern x cell, and two small matrix products (patterns to rows, cells to columns) make the table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray
from mcode_pipelines.tabulation.counting.banner import Banner, Pack
from mcode_pipelines.tabulation.counting.repeated import Dependence, Repeated
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.respondents.answers import NOBODY, CodedAnswers, NumericAnswers

_SMALL_HISTOGRAM = 1 << 18
_MOST_PLACES = 1 << 14
"""Places of one histogram: with an ordinary question's answers it stays within a processor's cache."""
_PEOPLE_AT_ONCE = 1 << 17
"""Respondents whose places are worked out at one time, so that they too stay in the cache."""
_MANY_PEOPLE = 400_000
"""From here two questions are counted in one pass: a third less, where a pass costs more than to part the two."""
_MOST_JOINT_PLACES = 1 << 19
_ONE = np.int32(1)
"""Of the type that is added to: with another one numpy adds thirty times slower."""


@dataclass(frozen=True)
class Distribution:
    """How the scores of a table's respondents are spread, column by column."""

    scores: FloatArray
    """(scores,) rising not required."""
    people: Sums
    """(scores, columns)"""
    mean_weight: float = 1.0
    """Of everyone who is counted in any column: statistics that depend on the scale of weights divide by it."""


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
    dependence: Dependence | None = None
    """Of the counted rows; None where nobody answers twice."""

    def in_order(self, order: Sequence[int] | IntArray) -> Counts:
        """The same with the counted rows of these places, in this order."""
        places = np.asarray(order, dtype=np.int64)
        rows = Sums(self.rows.n[places], self.rows.w[places], self.rows.q[places])
        return replace(self, rows=rows, dependence=None if self.dependence is None else self.dependence.rows(places))


@dataclass(frozen=True, eq=False)
class _Places:
    """Where the respondents of a pack are counted: its cells, parted by weight where weights are few."""

    of_people: IntArray
    """(respondents,) from 0; the last place is of those who are not counted."""
    width: int
    """How many places, with the last one."""
    weights: FloatArray | None
    """(width - 1,) the weight of everybody there; None where a place holds several."""
    starts: IntArray | None
    """(cells,) the first place of each cell; None where the places are the cells."""

    def by_cell(self, figures: FloatArray | IntArray) -> FloatArray:
        """(..., places) added up to (..., cells)."""
        if self.starts is None:
            return figures.astype(np.float64, copy=False)
        found: FloatArray = np.add.reduceat(figures, self.starts, axis=-1, dtype=np.float64)
        return found


@dataclass
class Counter:
    """Counts tables of one banner and one weight."""

    banner: Banner
    weights: FloatArray | None
    overlapping: bool
    """Whether tests need the respondents that two columns share."""
    squares_of_rows: bool = True
    """Whether the squared weights of single rows are wanted, not only those of the base."""
    repeated: Repeated | None = None
    """The people who answer more than once, where tests take them into account."""

    def __post_init__(self) -> None:
        self._everyones_squares: dict[int, FloatArray] = {}
        self._people = len(self.banner.packs[0].cells)
        self._ahead: list[tuple[IntArray, list[IntArray]]] = []
        """The patterns of questions that were counted ahead, and for each pack (patterns + 1, places) respondents."""
        self._places = [_places(pack, self.weights) for pack in self.banner.packs]

    @cached_property
    def _squares(self) -> FloatArray:
        """(respondents,) squared weights; not needed where places tell everybody's weight."""
        return np.zeros(0) if self.weights is None else self.weights**2

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
        wanted = slice(0, 3 if with_squares else 2)
        for pack, places in zip(self.banner.packs, self._places, strict=True):
            columns = slice(pack.start, pack.start + pack.members.shape[1])
            if scored is not None or self._small(answers.members.shape[0], pack):
                by_pattern, squares = self._histogram(patterns, answers.members.shape[0], pack, places, with_squares)
                table = by_pattern @ pack.members
                rows[wanted, :, columns] = table if as_they_are else adding @ table
                base[wanted, columns] = table.sum(axis=1)
                if scored is not None:
                    spread[:, :, columns] = table
                    if self.overlapping:
                        _share(both_scored, by_pattern[:, ~np.isnan(scored)].sum(axis=1), pack, columns)
            else:
                by_pattern, squares = self._histogram(np.where(patterns >= 0, 0, NOBODY), 1, pack, places, with_squares)
                rows[:, :, columns] = self._expanded(patterns, rows_of_pattern, pack) @ pack.members
                base[wanted, columns] = by_pattern[:, 0] @ pack.members
            base[2, columns] = squares @ pack.members
            if self.overlapping:
                _share(both, np.stack([*by_pattern[:2].sum(axis=1), squares]), pack, columns)
        distribution = None if scored is None else Distribution(scored, Sums(*spread), self.mean_weight)
        return Counts(
            Sums(*base),
            Sums(*rows),
            Sums(*both) if self.overlapping else None,
            distribution,
            Sums(*both_scored) if self.overlapping and scored is not None else None,
            self.repeated.of_rows(patterns, rows_of_pattern, rows[1], base[1]) if self.repeated is not None else None,
        )

    @cached_property
    def mean_weight(self) -> float:
        """The mean weight of everyone who is counted; 1 without weights, and where nobody is."""
        if self.weights is None:
            return 1.0
        counted = self.columns_of(0)
        return float(self.weights[counted].mean()) if counted.any() else 1.0

    def everyone(self) -> Sums:
        """(columns,) all who are counted, whatever they answered."""
        added = _empty(3, self.banner.size)
        for pack in self.banner.packs:
            cells = pack.members.shape[0]
            weights = np.ones(self._people) if self.weights is None else self.weights
            for figure, each in zip(added, (np.ones(self._people), weights, weights**2), strict=True):
                in_cells = np.bincount(pack.cells, each, minlength=cells + 1)[:cells]
                figure[pack.start : pack.start + pack.members.shape[1]] = in_cells @ pack.members
        return Sums(*added)

    def count_ahead(self, first: CodedAnswers, second: CodedAnswers) -> None:
        """Adds up two questions in one pass over many respondents, for their tables to be counted from.

        Nothing is done where two passes cost less. What was counted ahead before is forgotten.
        """
        self._ahead = []
        sizes = [len(answers.members) + 1 for answers in (first, second)]
        if self._people < _MANY_PEOPLE or any(self.weights is not None and p.weights is None for p in self._places):
            return
        if any(sizes[0] * sizes[1] * places.width > _MOST_JOINT_PLACES for places in self._places):
            return
        of_first, of_second = [], []
        for places in self._places:
            n = np.zeros((*sizes, places.width), dtype=np.int32)
            for some in self._some_people():
                at = _joint_places([first.patterns[some], second.patterns[some]], n.shape, places.of_people[some])
                np.add.at(n.ravel(), at, _ONE)
            of_first.append(n.sum(axis=1, dtype=np.int32))
            of_second.append(n.sum(axis=0, dtype=np.int32))
        self._ahead = [(first.patterns, of_first), (second.patterns, of_second)]

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
        return bool((patterns + 1) * (pack.members.shape[0] + 1) <= max(2 * self._people, _SMALL_HISTOGRAM))

    def _histogram(
        self, patterns: IntArray, size: int, pack: Pack, places: _Places, with_squares: bool
    ) -> tuple[FloatArray, FloatArray]:
        """(3, patterns, cells) respondents, weights and squared weights of every pattern in every cell.

        Without `with_squares` (2, patterns, cells): no squared weights. And (cells,) those of all who answered.
        """
        # Respondents without an answer and those not counted go to a first row and a last column that are cut off.
        people, weights, squares = self._added(patterns, places, (size + 1, places.width), with_squares)
        n = people[1:, :-1]
        by_pattern = np.empty((3 if with_squares else 2, size, pack.members.shape[0]))
        by_pattern[0] = places.by_cell(n)
        if self.weights is None:
            by_pattern[1:] = by_pattern[0]
            return by_pattern, by_pattern[0].sum(axis=0)
        if places.weights is None:
            by_pattern[1] = weights[1:, :-1]
            if with_squares:
                by_pattern[2] = squares[1:, :-1]
        else:
            w = n * places.weights
            by_pattern[1] = places.by_cell(w)
            if with_squares:
                by_pattern[2] = places.by_cell(w * places.weights)
        if with_squares:
            return by_pattern, by_pattern[2].sum(axis=0)
        if places.weights is None:
            return by_pattern, self._squares_of(patterns, pack)
        return by_pattern, places.by_cell(n.sum(axis=0) * places.weights**2)

    def _added(
        self, patterns: IntArray, places: _Places, shape: tuple[int, int], with_squares: bool
    ) -> tuple[IntArray, FloatArray, FloatArray]:
        """(patterns + 1, places) respondents and, where places do not tell them, weights and squared weights."""
        for known, counted in self._ahead:
            if known is patterns:
                return counted[self._places.index(places)], np.zeros((0, 0)), np.zeros((0, 0))
        weighted = self.weights is not None and places.weights is None
        n = np.zeros(shape, dtype=np.int32)
        w = np.zeros(shape if weighted else (0, 0))
        q = np.zeros(shape if weighted and with_squares else (0, 0))
        for some in self._some_people():
            at = _joint_places([patterns[some]], shape, places.of_people[some])
            np.add.at(n.ravel(), at, _ONE)
            if w.size and self.weights is not None:
                np.add.at(w.ravel(), at, self.weights[some])
            if q.size:
                np.add.at(q.ravel(), at, self._squares[some])
        return n, w, q

    def _some_people(self) -> Iterator[slice]:
        for start in range(0, self._people, _PEOPLE_AT_ONCE):
            yield slice(start, start + _PEOPLE_AT_ONCE)

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
        n = np.bincount(index, minlength=size).astype(np.float64)
        added = np.stack([n, n, n])
        if self.weights is not None:
            added[1] = np.bincount(index, self.weights[person], minlength=size)
            added[2] = np.bincount(index, self._squares[person], minlength=size) if self.squares_of_rows else 0.0
        return added.reshape(3, -1, width)[:, :, :-1]

    def _squares_of(self, patterns: IntArray, pack: Pack) -> FloatArray:
        """(cells,) squared weights of those who answered; the same for every question that everyone answered."""
        squares, missing = self._squares, patterns < 0
        if missing.any():
            answered = np.bincount(pack.cells, np.where(missing, 0.0, squares), minlength=pack.members.shape[0] + 1)
            return answered[:-1].astype(np.float64)
        if pack.start not in self._everyones_squares:
            counted = np.bincount(pack.cells, squares, minlength=pack.members.shape[0] + 1)
            self._everyones_squares[pack.start] = counted[:-1].astype(np.float64)
        return self._everyones_squares[pack.start]


def _places(pack: Pack, weights: FloatArray | None) -> _Places:
    """The cells of a pack, or finer places where everybody in a place then has one weight.

    Weights that a survey was given by RIM weighting take few values; counting respondents is then all there is to do.
    """
    outside = pack.members.shape[0]
    width = outside + 1
    if weights is None:
        return _Places(_narrow(pack.cells, width), width, None, None)
    weight_of = np.zeros(width)
    weight_of[pack.cells] = weights
    counted = pack.cells < outside
    if bool(((weight_of[pack.cells] == weights) | ~counted).all()):
        return _Places(_narrow(pack.cells, width), width, weight_of[:-1], None)
    plain = _Places(_narrow(pack.cells, width), width, None, None)
    most = min(_MOST_PLACES, len(weights) // 16)
    if width > most or len(np.unique(weights[:: max(len(weights) // _MOST_PLACES, 1)])) > most:
        return plain
    values, number = np.unique(weights, return_inverse=True)
    if width * len(values) > 8 * len(weights) + _SMALL_HISTOGRAM:
        return plain
    joint = pack.cells.astype(np.int64) * len(values) + number
    joint[~counted] = outside * len(values)
    used = np.flatnonzero(np.bincount(joint[counted], minlength=outside * len(values)))
    if len(used) > most:
        return plain
    place = np.full(outside * len(values) + 1, len(used), dtype=np.int64)
    place[used] = np.arange(len(used))
    cell, value = np.divmod(used, len(values))
    starts = np.searchsorted(cell, np.arange(outside))
    # A cell that nobody stands in would take the first place of the next one.
    if len(used) == 0 or len(np.unique(cell)) < outside:
        return plain
    return _Places(_narrow(place[joint], len(used) + 1), len(used) + 1, values[value], starts)


def _joint_places(questions: Sequence[IntArray], shape: Sequence[int], of_people: IntArray) -> IntArray:
    """(respondents,) where each is counted in an array of `shape`, one axis a question and the last one their places.

    NOBODY is 0 on the axis of a question.
    """
    kind = np.min_scalar_type(math.prod(shape[:-1])).type
    # NOBODY is the largest number of an unsigned type; one more is 0.
    row = questions[0].astype(kind)
    row += kind(1)
    for patterns, size in zip(questions[1:], shape[1:], strict=False):
        row *= kind(size)
        row += patterns.astype(kind)
        row += kind(1)
    place = row.astype(np.min_scalar_type(math.prod(shape)))
    place *= place.dtype.type(shape[-1])
    place += of_people
    found: IntArray = place.astype(np.intp)
    return found


def _narrow(numbers: IntArray, size: int) -> IntArray:
    """The same whole numbers, all below `size`, in the narrowest type."""
    return numbers.astype(np.min_scalar_type(size))


def by_value(answers: NumericAnswers) -> tuple[CodedAnswers, FloatArray]:
    """A numeric question as patterns, one a value that occurs; and (patterns,) the values.

    Respondents in the base without a number share a last pattern, which has no value.
    """
    given = ~np.isnan(answers.values)
    values, inverse = np.unique(answers.values[given], return_inverse=True)
    patterns = np.full(len(answers.values), NOBODY, dtype=np.int64)
    patterns[given] = inverse
    if answers.silent is not None:
        patterns[answers.silent] = len(values)
        values = np.append(values, np.nan)
    choices = (answers.no_answer,) if answers.no_answer else ()
    members = np.zeros((len(values), len(choices)), dtype=bool)
    if choices:
        members[-1] = True
    return CodedAnswers(answers.variable, choices, patterns, members, {}), values


def _empty(*shape: int) -> FloatArray:
    return np.zeros(shape)


def _share(both: FloatArray, in_cells: FloatArray, pack: Pack, columns: slice) -> None:
    """Adds to (3, columns, columns) the respondents that two columns of a pack share."""
    for figure, people in zip(both, in_cells, strict=True):
        figure[columns, columns] = pack.members.T @ (people[:, None] * pack.members)
