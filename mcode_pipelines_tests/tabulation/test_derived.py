"""Index, difference and share of everyone, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mcode_pipelines.tabulation.statistics.relative_figures import derived


def test_a_column_is_compared_with_the_total() -> None:
    # 200 people, 50 of them say yes; among the 80 women 30 do.
    total_percent, index, difference = derived(np.array([[50.0, 30.0]]), np.array([[25.0, 37.5]]))
    assert total_percent.tolist() == [[25.0, 15.0]]
    assert index.tolist() == [[100.0, 150.0]]
    assert difference.tolist() == [[0.0, 12.5]]


def test_an_answer_that_nobody_gave_has_no_index() -> None:
    total_percent, index, difference = derived(np.zeros((1, 2)), np.zeros((1, 2)))
    assert total_percent.tolist() == [[0.0, 0.0]]
    assert np.isnan(index).all()
    assert difference.tolist() == [[0.0, 0.0]]


def test_a_column_without_a_base_has_none_of_them() -> None:
    for figures in derived(np.array([[50.0, 0.0]]), np.array([[25.0, np.nan]])):
        assert np.isnan(figures[0, 1])


@pytest.mark.parametrize("row", [[np.nan, np.nan]])
def test_rows_that_are_not_counted_have_none_of_them(row: list[float]) -> None:
    for figures in derived(np.array([row]), np.array([row])):
        assert np.isnan(figures).all()
