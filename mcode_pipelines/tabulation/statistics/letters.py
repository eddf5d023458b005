"""The marks of a table's cells: letters of the columns that a cell is higher than, arrows against the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from mcode_pipelines.survey.plan import Significance
from mcode_pipelines.tabulation.arrays import BoolArray, IntArray
from mcode_pipelines.tabulation.counting.banner import Banner
from mcode_pipelines.tabulation.statistics.batch_tests import Marks
from mcode_pipelines.tabulation.statistics.comparisons import Comparisons

HIGHER, LOWER = ("▲", "△"), ("▼", "▽")
"""Marks of a column against the total, the rest or one other column, at the first and the second level."""
_CELLS_AT_ONCE = 8_000_000


def letters_of(
    marks: Sequence[Marks], places: Sequence[IntArray], banner: Banner, plan: Significance, pairs: Comparisons
) -> dict[tuple[int, int], str]:
    """(row, column) to the marks of that cell."""
    found: dict[tuple[int, int], str] = {}
    if not plan.levels:
        return found
    for part, place in zip(marks, places, strict=True):
        a, b = pairs.first[part.pair], pairs.second[part.pair]
        if pairs.by_arrows:
            for r, column, strict, up in zip(place[part.row], a, part.strict, part.higher, strict=True):
                found[int(r), int(column)] = (HIGHER if up else LOWER)[0 if strict else 1]
            continue
        higher, lower = np.where(part.higher, a, b), np.where(part.higher, b, a)
        for rows in _rows_at_once(part.row, banner.size**2):
            found |= _lettered(part.row[rows], place, higher[rows], lower[rows], part.strict[rows], banner)
    return found


def _rows_at_once(row: IntArray, cells: int) -> Iterator[slice]:
    """Comparisons of some rows at a time, so many cells a row: all pairs of columns of these fit into the memory."""
    if row.size:
        step = max(1, _CELLS_AT_ONCE // cells)
        starts = np.arange(int(row[0]), int(row[-1]) + 1, step)
        bounds = [*np.searchsorted(row, starts).tolist(), len(row)]
        yield from (slice(start, end) for start, end in pairwise(bounds) if end > start)


def _lettered(
    row: IntArray, place: IntArray, higher: IntArray, lower: IntArray, strict: BoolArray, banner: Banner
) -> dict[tuple[int, int], str]:
    """The letters of the cells of some rows: those of the columns that each is higher than, in their order."""
    letters = [column.letter or "" for column in banner.columns]
    between = " " if any(len(letter) > 1 for letter in letters) else ""
    # Laid out as a map of rows x higher x lower columns, comparisons are in order without being sorted.
    size, first = banner.size, int(row[0])
    found = np.zeros((int(row[-1]) - first + 1, size, size), dtype=np.uint8)
    found[row - first, higher, lower] = np.where(strict, 1, 2)
    marked = np.flatnonzero(found)
    cell, column = np.divmod(marked, size)
    signs = np.array([*letters, *(letter.lower() for letter in letters)], dtype=object)
    texts = signs[column + (found.ravel()[marked] - 1).astype(np.int64) * size].tolist()
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    ends = [*starts[1:].tolist(), len(texts)]
    rows, columns = np.divmod(cell[starts], size)
    rows = place[rows + first]
    return {
        key: between.join(texts[start:end])
        for key, start, end in zip(
            zip(rows.tolist(), columns.tolist(), strict=True), starts.tolist(), ends, strict=True
        )
    }
