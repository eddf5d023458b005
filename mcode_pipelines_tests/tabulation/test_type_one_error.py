"""Tests between columns find a difference where there is none in about 5% of surveys, however weights lie."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.type_one_error import DESIGNS, WEIGHTS, drawn, rates


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("method", ["effective_base_t", "unpooled_t"])
def test_one_true_null_in_twenty_is_rejected(weights: str, design: str, method: str) -> None:
    draw = drawn(weights, design == "overlapping", 2_500, 300, np.random.default_rng(7))
    for measure, rate in rates(draw, design, method).items():
        assert 0.03 < rate < 0.07, measure


def test_the_published_overlap_term_rejects_too_often_where_weights_differ_between_columns() -> None:
    draw = drawn("by column", False, 2_500, 300, np.random.default_rng(7))
    assert rates(draw, "against the total", "dimensions_t")["proportion"] > 0.09
    assert rates(draw, "against the total", "effective_base_t")["proportion"] < 0.07
