"""Which columns a plan compares."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mcode_pipelines.survey.plan import Significance
from mcode_pipelines.tabulation.arrays import IntArray
from mcode_pipelines.tabulation.counting.banner import Banner
from mcode_pipelines.tabulation.plan.errors import PlanError

ALL_PAIRS_LISTED = 2_000
"""A banner with more pairs of columns than this lists only the significant ones."""

REST = "rest"
"""The column code of everyone in the base who is not in the column compared with it."""


@dataclass(frozen=True)
class Comparisons:
    """The pairs of columns that are tested."""

    first: IntArray
    """(pairs,) columns of the banner, the total being 0."""
    second: IntArray
    """(pairs,) the same; 0 in all when compared with the total or with the rest."""
    families: list[slice]
    """Pairs that count as one family when p-values are corrected: siblings of one banner question."""
    against: str
    """columns | total | rest"""
    by_arrows: bool = False
    """Whether the first column of a pair is marked as higher or lower, rather than the higher one by a letter."""

    @property
    def overlap_matters(self) -> bool:
        """Whether the respondents that two columns share must be counted."""
        return self.against == "columns" and len(self.first) > 0


def comparisons(significance: Significance, banner: Banner, waves: Collection[str] = ()) -> Comparisons:
    """The pairs that a plan asks for; `waves` are the questions whose columns are waves, or waves in a row.

    within_question compares siblings: columns of one banner question, in a nested banner only those under one parent,
    never a net with a net or category inside it. groups compares the columns whose letters stand together. previous
    compares each column of waves with the wave before (where there are no waves, of every question with the column
    before); column compares the columns of a question with one of them.

    Raises:
        PlanError: for a group that names a letter that no column has, or only one column; for a column that there is
            none of.
    """
    compare = significance.compare
    if not significance.levels:
        return Comparisons(np.zeros(0, np.int64), np.zeros(0, np.int64), [], "columns")
    if significance.groups:
        sets = [_lettered(group, banner) for group in significance.groups]
    else:
        siblings: dict[tuple[int, str], list[int]] = {}
        for column in range(1, banner.size):
            siblings.setdefault(banner.parents[column], []).append(column)
        sets = list(siblings.values())
    if compare == "previous" or significance.reference is not None:
        return _with_one(sets, significance, banner, waves)
    first: list[IntArray] = []
    second: list[IntArray] = []
    families: list[slice] = []
    start = 0
    for columns in sets:
        ids = np.array(columns, dtype=np.int64)
        if compare in ("total", "rest"):
            a, b = ids, np.zeros_like(ids)
        else:
            i, j = np.triu_indices(len(ids), 1)
            a, b = ids[i], ids[j]
            if any(len(banner.holds[c]) > 1 for c in columns):
                apart = np.array([not _inside(banner, x, y) for x, y in zip(a, b, strict=True)], dtype=bool)
                a, b = a[apart], b[apart]
        first.append(a)
        second.append(b)
        families.append(slice(start, start + len(a)))
        start += len(a)
    against = compare if isinstance(compare, str) and compare != "within_question" else "columns"
    none = np.zeros(0, dtype=np.int64)
    whole = np.concatenate([none, *first]), np.concatenate([none, *second])
    return Comparisons(*whole, families, against, significance.by_arrows)


def _with_one(
    sets: Sequence[Sequence[int]], significance: Significance, banner: Banner, waves: Collection[str]
) -> Comparisons:
    """Each column with the one before it, or with the one that the plan names."""
    pairs: list[tuple[int, int]] = []
    families: list[slice] = []
    innermost = [column.variable.rsplit(" > ", 1)[-1] for column in banner.columns]
    if significance.reference is None:
        in_time = [columns for columns in sets if innermost[columns[0]] in waves]
        for columns in in_time or sets:
            single = [c for c in columns if len(banner.holds[c]) <= 1]
            families.append(slice(len(pairs), len(pairs) + max(len(single) - 1, 0)))
            pairs += [(b, a) for a, b in pairwise(single)]
    else:
        for columns in sets:
            found = [c for c in columns if _is_named(significance.reference, banner, c, innermost[c])]
            if len(found) == 1:
                others = [(c, found[0]) for c in columns if c != found[0] and not _inside(banner, c, found[0])]
                families.append(slice(len(pairs), len(pairs) + len(others)))
                pairs += others
        if not pairs:
            name = significance.reference
            raise PlanError(
                f"significance: column: no column of the banner is {name!r}; write its code, its label, its letter, or "
                "question and code such as wave=2026-09",
                f"significance: column: tidak ada kolom {name!r} pada banner; tulis kodenya, labelnya, hurufnya, atau "
                "pertanyaan dan kode seperti wave=2026-09",
            )
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Comparisons(both[:, 0].copy(), both[:, 1].copy(), families, "columns", True)


def _is_named(name: str, banner: Banner, place: int, variable: str) -> bool:
    column = banner.columns[place]
    code = column.code.rsplit(">", 1)[-1]
    said = {code.casefold(), column.labels[-1].strip().casefold(), f"{variable}={code}".casefold()}
    return name.strip().casefold() in said or name.strip() == column.letter


def _inside(banner: Banner, a: int, b: int) -> bool:
    if banner.parents[a] != banner.parents[b]:
        return False
    return banner.holds[a] <= banner.holds[b] or banner.holds[b] <= banner.holds[a]


def _lettered(group: str, banner: Banner) -> list[int]:
    wanted = re.split(r"[\s,]+", group.strip()) if re.search(r"[\s,]", group.strip()) else list(group.strip())
    by_letter = {column.letter: place for place, column in enumerate(banner.columns) if column.letter}
    for letter in wanted:
        if letter not in by_letter:
            last = list(by_letter)[-1] if by_letter else "none"
            raise PlanError(
                f"significance: groups: no column has the letter {letter!r} (the last is {last}); "
                "letters run through the whole banner, separate letters such as AA by blanks"
            )
    if len(set(wanted)) < 2:
        raise PlanError(
            f"significance: groups: {group!r} names one column, so there is nothing to compare; name at "
            "least two, such as AB"
        )
    return [by_letter[letter] for letter in dict.fromkeys(wanted)]


def columns_overlap(banner: Banner, pairs: Comparisons) -> bool:
    """Whether any tested pair of columns can share respondents."""
    for pack in banner.packs:
        inside = (pairs.first >= pack.start) & (pairs.first < pack.start + pack.members.shape[1])
        shared = pack.members.T @ pack.members
        if (shared[pairs.first[inside] - pack.start, pairs.second[inside] - pack.start] > 0).any():
            return True
    return False


def computed_against(plan: Significance, pairs: Comparisons) -> str:
    """What the statistics of a comparison are computed against.

    A column is part of the total: with f its share of the weights, p1 - p = (1 - f)(p1 - p of the rest), and the
    standard error shrinks by the same factor. Where the two variances stand apart, the test against the total is
    therefore that against the rest; pooled tests have their overlap term instead.
    """
    return REST if pairs.against == "total" and plan.method == "unpooled_t" else pairs.against
