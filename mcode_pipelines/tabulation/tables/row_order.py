"""The order of a table's rows once it is counted: sorted, and without the rows that nobody stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.counting.stub import CountedRow

_SPECIAL_CODES = re.compile(r"9{1,3}[5-9]|-\d+")
_SPECIAL_LABELS = re.compile(
    r"(lain|other|tidak (tahu|ada|menjawab|berlaku|yakin)|no (answer|opinion)|none|don'?t know|not (sure|applicable)"
    r"|refuse|menolak|rahasia|n/?a\b)",
    re.IGNORECASE,
)
_FEWEST_ORDINARY = 90
"""A question with so many choices uses 95 to 99 as ordinary codes."""


@dataclass
class _Branch:
    place: int
    below: list[_Branch] = field(default_factory=list)


def row_order(
    rows: Sequence[CountedRow], holds: BoolArray, counts: FloatArray, *, sort: bool, without: BoolArray | None
) -> list[int]:
    """The places of the rows in the order shown.

    Sorted, the largest count comes first; a net keeps its members below it and stands where its own count puts it;
    "other", "don't know" and "no answer" come last in their own order, and boxes after all categories.

    Args:
        rows: in the order of the stub.
        holds: (choices, rows) which choices a row counts.
        counts: (rows,) by which to sort.
        sort: whether to sort at all.
        without: (rows,) the rows to leave out, None to keep all.
    """
    categories = [i for i, row in enumerate(rows) if row.kind != "statistic"]
    ordinary = len(categories) >= _FEWEST_ORDINARY
    order: list[int] = []

    def put(branches: list[_Branch]) -> None:
        if sort:
            branches = sorted(
                branches,
                key=lambda b: (_special(rows[b.place], ordinary), -_ranked(rows[b.place], counts[b.place], ordinary)),
            )
        for branch in branches:
            order.append(branch.place)
            put(branch.below)

    put(_tree(categories, rows, holds))
    order += [i for i, row in enumerate(rows) if row.kind == "statistic"]
    return [i for i in order if without is None or not without[i]]


def to_fold(
    rows: Sequence[CountedRow], counts: FloatArray, base: float, *, most: int | None, below: float | None
) -> list[int]:
    """The places of the categories that a table shows together: none, or at least two.

    Args:
        rows: without nets.
        counts: (rows,) of the total.
        base: of the total.
        most: so many of the largest have a row of their own.
        below: per cent of the base under which a category has none.
    """
    categories = [i for i, row in enumerate(rows) if row.kind == "category"]
    ordinary = len(categories) >= _FEWEST_ORDINARY
    ranked = sorted((i for i in categories if not _special(rows[i], ordinary)), key=lambda i: -counts[i])
    small = set(ranked[most:]) if most is not None else set()
    if below is not None and base > 0:
        small |= {i for i in ranked if 100 * counts[i] / base < below}
    return sorted(small) if len(small) > 1 else []


def is_special(row: CountedRow, categories: int) -> bool:
    """Whether a row among so many categories is "other", "don't know" or the like, which stand last."""
    return _special(row, categories >= _FEWEST_ORDINARY)


def depths(rows: Sequence[CountedRow], holds: BoolArray) -> tuple[int, ...]:
    """How many nets each row stands in, of rows in the order shown; empty where there are no nets."""
    if not any(row.kind == "net" for row in rows):
        return ()
    found = [0] * len(rows)

    def look(branches: list[_Branch], depth: int) -> None:
        for branch in branches:
            found[branch.place] = depth
            look(branch.below, depth + 1)

    look(_tree([i for i, row in enumerate(rows) if row.kind != "statistic"], rows, holds), 0)
    return tuple(found)


def _tree(places: Sequence[int], rows: Sequence[CountedRow], holds: BoolArray) -> list[_Branch]:
    """Nets with the rows that follow and lie inside them."""
    top: list[_Branch] = []
    open_nets: list[_Branch] = []
    for place in places:
        while open_nets and not _inside(holds, place, open_nets[-1].place):
            open_nets.pop()
        branch = _Branch(place)
        (open_nets[-1].below if open_nets else top).append(branch)
        if rows[place].kind == "net":
            open_nets.append(branch)
    return top


def _inside(holds: BoolArray, inner: int, outer: int) -> bool:
    return bool(np.all(holds[:, outer] | ~holds[:, inner]))


def _special(row: CountedRow, ordinary: bool) -> bool:
    if row.kind == "net":
        return False
    return bool(_SPECIAL_LABELS.match(row.label.strip())) or (
        not ordinary and _SPECIAL_CODES.fullmatch(row.code) is not None
    )


def _ranked(row: CountedRow, count: float, ordinary: bool) -> float:
    return 0.0 if _special(row, ordinary) else count
