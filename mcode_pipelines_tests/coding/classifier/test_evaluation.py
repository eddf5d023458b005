from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import normalized_mutual_info_score

from mcode_pipelines.coding.classifier.evaluation import (
    best_match,
    calibration_error,
    micro_f1,
    normalised_mutual_information,
)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60))
def test_mutual_information_is_scikit_learns(pairs):
    truth, found = zip(*pairs, strict=True)
    expected = normalized_mutual_info_score(truth, found)
    assert normalised_mutual_information(truth, found) == pytest.approx(expected, abs=1e-9)


def test_micro_f1_counts_every_decision():
    # 2 right of 3 asked and 3 found: F1 = 2 * 2 / 6.
    assert micro_f1([{1, 2}, {3}], [{1}, {3, 4}]) == pytest.approx(2 / 3)


def test_confidence_that_comes_true_has_no_calibration_error():
    sure = np.full(10, 0.7)
    assert calibration_error(sure, [1] * 7 + [0] * 3) == pytest.approx(0)
    assert calibration_error(sure, [0] * 10) == pytest.approx(0.7)


def test_a_found_code_means_the_true_code_it_stands_with_most():
    assert best_match([{1}, {1}, {2}], [{7}, {7}, {7}]) == {7: 1}
