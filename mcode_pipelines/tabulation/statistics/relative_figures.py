"""Figures that compare a cell with the total: share of everyone, index, difference."""

from __future__ import annotations

import numpy as np

from mcode_pipelines.tabulation.arrays import FloatArray

DERIVED = ("total_percent", "index", "difference")
"""Their names among the tidy cells, in the order of `derived`."""


def derived(count: FloatArray, column_percent: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(rows, columns) total percent, index and difference of counted rows; the first column is the total.

    Total percent is the weighted count of the weighted base of the total, 0-100. Index is 100 times the column percent
    over the total's; NaN where nobody of the total gave the answer. Difference is the column percent minus the
    total's, in percentage points. NaN where a column's base is empty and in rows that are not counted.
    An index of 100 says: as frequent as among everyone, as audience research uses the word.
    """
    of_total, everyone = column_percent[:, :1], count[:, :1]
    with np.errstate(invalid="ignore", divide="ignore"):
        # An answer that nobody gave is 0 % of any base, also where its base cannot be had from it.
        per_answer = np.where(everyone > 0, of_total / everyone, of_total)
        index = np.where(of_total > 0, 100.0 * column_percent / of_total, np.nan)
        total_percent = np.where(np.isnan(column_percent), np.nan, count * per_answer)
    return total_percent, index, column_percent - of_total
