"""People who stand in the data more than once, and how that binds the columns that are tested against each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray

MOST_PAIRS = 20_000
"""Of columns: of more the figures of one table would fill hundreds of megabytes."""


@dataclass(frozen=True)
class Dependence:
    """What the answers of the same people in two columns do to a test. Both (rows, pairs)."""

    covariance: FloatArray
    """To be added where a test has the covariance of columns that share respondents, q0 / (w1 w2)."""
    people: FloatArray
    """The effective number of people in both columns."""

    def rows(self, chosen: slice | list[int] | IntArray) -> Dependence:
        """That of some rows."""
        return Dependence(self.covariance[chosen], self.people[chosen])


def stacked_dependence(parts: list[Dependence]) -> Dependence:
    """That of several tables, one after another."""
    return Dependence(np.concatenate([p.covariance for p in parts]), np.concatenate([p.people for p in parts]))


@dataclass(frozen=True)
class _Sums:
    """Of two answers x and y of one person, for each combination of columns (and one more, in which nobody is)."""

    u: FloatArray
    x: FloatArray
    y: FloatArray
    xy: FloatArray
    xx: FloatArray
    yy: FloatArray


class Repeated:
    """Answers of the same people in the pairs of columns that are tested.

    Two records i and j of one person count u = w_i w_j (the pooled z test, to which weights are people: its root). With
    z the distances from the mean, rho = sum(u z_i z_j) over the mean of sum(u z_i**2) and sum(u z_j**2) is how answers
    go together, and rho sum(u) stands beside q0, the squared weights of records that both columns share: for one record
    rho is 1. What stands twice in one column makes its own variance larger in the same way. Unweighted, of two waves
    with the same people, these are McNemar's test and the paired t test.

    Source: Kish (1965), sections 12.4 and 5.4.
    """

    def __init__(
        self,
        records: tuple[IntArray, IntArray],
        weights: FloatArray | None,
        columns_of: Callable[[int], BoolArray],
        pairs: tuple[IntArray, IntArray],
        *,
        size: int,
        rest: bool,
        method: str,
    ) -> None:
        """`records`: two of one person each; `pairs` of columns, the second is the rest of the total with `rest`."""
        self._one = np.concatenate(records)
        self._two = np.concatenate(records[::-1])
        w = np.ones(int(self._one.max(initial=-1)) + 1) if weights is None else weights
        self._u = w[self._one] * w[self._two]
        self._alike = np.sqrt(self._u)
        if method == "pooled_z":
            self._u = self._alike
        self._unpooled, self._z = method == "unpooled_t", method == "pooled_z"
        self._first, self._second = pairs[0], pairs[1] if not rest else pairs[0] + size
        self._size = size
        inside: dict[int, BoolArray] = {}
        total = columns_of(0)
        for column in np.unique(np.concatenate([self._first, self._second])).tolist():
            inside[column] = columns_of(column) if column < size else total & ~columns_of(column - size)
        places: dict[tuple[int, int], int] = {}
        entries: list[IntArray] = []
        of_pair = np.empty((3, len(self._first)), dtype=np.int64)
        for at, (a, b) in enumerate(zip(self._first.tolist(), self._second.tolist(), strict=True)):
            for kind, key in enumerate(((a, b), (a, a), (b, b))):
                if key not in places:
                    places[key] = len(entries)
                    entries.append(np.flatnonzero(inside[key[0]][self._one] & inside[key[1]][self._two]))
                of_pair[kind, at] = places[key]
        self._both, self._in_first, self._in_second = of_pair
        self._combinations = len(entries)
        self._entry = np.concatenate([*entries, np.zeros(0, dtype=np.int64)])
        self._of_entry = np.repeat(np.arange(len(entries)), [len(e) for e in entries])

    def of_rows(self, patterns: IntArray, holds: BoolArray, counts: FloatArray, base: FloatArray) -> Dependence:
        """Of counted rows: (respondents,) patterns, (patterns, rows) which a row counts, (rows, columns) weights."""
        entry, of_entry = self._within(patterns >= 0)
        one, two = patterns[self._one[entry]], patterns[self._two[entry]]
        found = []
        for row in range(holds.shape[1]):
            x, y = holds[one, row].astype(np.float64), holds[two, row].astype(np.float64)
            with np.errstate(invalid="ignore", divide="ignore"):
                found.append(self._of(x, y, entry, of_entry, counts[row] / base, base, pooled=not self._unpooled))
        return self._together(found)

    def of_scores(self, values: FloatArray, mean: FloatArray, base: FloatArray) -> Dependence:
        """Of one mean: (respondents,) values, NaN without one; (columns,) means and weights. One row."""
        entry, of_entry = self._within(~np.isnan(values))
        x, y = values[self._one[entry]], values[self._two[entry]]
        return self._together([self._of(x, y, entry, of_entry, mean, base, pooled=False)])

    def _within(self, given: BoolArray) -> tuple[IntArray, IntArray]:
        kept = given[self._one[self._entry]] & given[self._two[self._entry]]
        return self._entry[kept], self._of_entry[kept]

    def _of(
        self,
        x: FloatArray,
        y: FloatArray,
        entry: IntArray,
        of_entry: IntArray,
        mean: FloatArray,
        base: FloatArray,
        *,
        pooled: bool,
    ) -> tuple[FloatArray, FloatArray]:
        u, alike = self._u[entry], self._alike[entry]

        def added(figures: FloatArray) -> FloatArray:
            return np.bincount(of_entry, figures, minlength=self._combinations).astype(np.float64)

        sums = _Sums(added(u), added(u * x), added(u * y), added(u * x * y), added(u * x * x), added(u * y * y))
        with np.errstate(invalid="ignore", divide="ignore"):
            left = base[0] - base
            weight = np.concatenate([base, left])
            means = np.concatenate([mean, (mean[0] * base[0] - np.where(base > 0, mean * base, 0.0)) / left])
            w1, w2 = weight[self._first], weight[self._second]
            m1, m2 = means[self._first], means[self._second]
            if pooled:
                m1 = m2 = (m1 * w1 + m2 * w2) / (w1 + w2)
            both = self._shared(sums, self._both, m1, m2)
            own = (
                self._shared(sums, self._in_first, m1, m1) / w1**2 + self._shared(sums, self._in_second, m2, m2) / w2**2
            )
            covariance = both / (w1 * w2) - own / 2
            weighted, squares = added(alike), added(alike**2)
            people = weighted if self._z else np.where(squares > 0, weighted**2 / squares, 0.0)
        return np.nan_to_num(covariance, posinf=0.0, neginf=0.0), people[self._both]

    def _shared(self, sums: _Sums, place: IntArray, m1: FloatArray, m2: FloatArray) -> FloatArray:
        """rho sum(u)."""
        u, x, y = sums.u[place], sums.x[place], sums.y[place]
        together = sums.xy[place] - m2 * x - m1 * y + m1 * m2 * u
        one, two = sums.xx[place] - 2 * m1 * x + m1**2 * u, sums.yy[place] - 2 * m2 * y + m2**2 * u
        spread = (one + two) / 2 if not self._unpooled else np.sqrt(np.maximum(one * two, 0.0))
        return np.where(spread > 1e-12 * u, together / spread, 0.0) * u

    def _together(self, found: list[tuple[FloatArray, FloatArray]]) -> Dependence:
        none = np.zeros((0, len(self._first)))
        return Dependence(
            np.vstack([none, *(covariance for covariance, _ in found)]),
            np.vstack([none, *(people for _, people in found)]),
        )
