"""Rows that a wave could not answer: they have no figures in its columns, and none is tested across scales."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.counting.banner import Banner
from mcode_pipelines.tabulation.counting.stub import CountedRow
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.respondents.answers import CodedAnswers


def waves_of_columns(banner: Banner, sizes: Sequence[int]) -> BoolArray:
    """(waves, columns) whether a column counts anybody of a wave; `sizes` are the respondents of each, oldest first."""
    found = np.zeros((len(sizes), banner.size), dtype=bool)
    ends = np.cumsum(sizes)
    for wave, (start, end) in enumerate(zip(ends - np.array(sizes), ends, strict=True)):
        for pack in banner.packs:
            cells = np.unique(pack.cells[start:end])
            cells = cells[cells < pack.members.shape[0]]
            columns = slice(pack.start, pack.start + pack.members.shape[1])
            found[wave, columns] = pack.members[cells].any(axis=0)
    return found


def without_figures(answers: CodedAnswers, holds: BoolArray, waves: BoolArray, in_a_row: BoolArray) -> BoolArray:
    """(rows, columns) where no wave of a column offered any answer of a row; of waves in a row, where one did not.

    `holds` is (choices, rows), `waves` as `waves_of_columns` gives it; `in_a_row` are (columns,) those of waves in a
    row: their figures would be too small.
    """
    if answers.not_offered is None:
        return np.zeros((holds.shape[1], waves.shape[1]), dtype=bool)
    answered = (~answers.not_offered).astype(np.int64) @ holds > 0
    some: BoolArray = answered.astype(np.int64).T @ waves.astype(np.int64) > 0
    possible: BoolArray = np.any(waves, axis=0, keepdims=True) & np.any(holds, axis=0, keepdims=True).T
    all_of_them: BoolArray = (~answered).astype(np.int64).T @ waves.astype(np.int64) == 0
    return possible & ~np.where(in_a_row, all_of_them, some)


def across_scales(answers: CodedAnswers, rows: Sequence[CountedRow], waves: BoolArray) -> BoolArray:
    """(rows, columns) boxes in columns of waves that had a scale of another length."""
    other = np.array([bool(choice.scale) for choice in answers.choices])
    if answers.not_offered is None or not other.any():
        return np.zeros((len(rows), waves.shape[1]), dtype=bool)
    had = ~np.all(answers.not_offered[:, other], axis=1, keepdims=True)
    boxes: BoolArray = np.array([row.kind == "statistic" for row in rows], dtype=bool)
    found: BoolArray = np.outer(boxes, np.any(waves & had, axis=0))
    return found


def blanked(rows: Sums, blank: BoolArray) -> Sums:
    """The sums without those of blank cells."""
    if not blank.any():
        return rows
    return Sums(*(np.where(blank, np.nan, figure) for figure in (rows.n, rows.w, rows.q)))
