"""Two-sided p-values against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from mcode_pipelines.tabulation.statistics.p_values import p_values, reached

_SMALLEST = 1e-290


def _statistics(fewest: float, most: float) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(7)
    df = 10 ** generator.uniform(np.log10(fewest), np.log10(most), 40_000)
    return 10 ** generator.uniform(-6, 1.57, 40_000) * generator.choice([-1.0, 1.0], 40_000), df


@pytest.mark.parametrize(("fewest", "most"), [(0.3, 30), (30, 200), (200, 1e4), (1e4, 1e9)])
def test_p_values_of_t_are_those_of_scipy(fewest: float, most: float) -> None:
    statistic, df = _statistics(fewest, most)
    expected = 2 * special.stdtr(df, -np.abs(statistic))
    told = expected > _SMALLEST
    np.testing.assert_allclose(p_values(statistic, df)[told], expected[told], rtol=1e-12)
    assert (p_values(statistic, df)[~told] < 2 * _SMALLEST).all()


def test_p_values_of_z_are_those_of_scipy() -> None:
    statistic = np.linspace(-36, 36, 5001)
    expected = special.erfc(np.abs(statistic) / np.sqrt(2))
    np.testing.assert_allclose(p_values(statistic, np.full(5001, np.inf)), expected, rtol=1e-12)


@pytest.mark.parametrize("alpha", [0.001, 0.05, 0.2, 0.5])
@pytest.mark.parametrize(("fewest", "most"), [(1, 12), (25, 40), (500, 1e5)])
def test_a_level_is_reached_exactly_where_the_p_value_is_below_it(alpha: float, fewest: float, most: float) -> None:
    statistic, df = _statistics(fewest, most)
    # And where it is as close as can be told.
    critical = -special.stdtrit(df, alpha / 2)
    for t in (statistic, critical * (1 + 1e-10), critical * (1 - 1e-10)):
        assert (reached(t, df, alpha) == (2 * special.stdtr(df, -np.abs(t)) < alpha)).all()


def test_what_is_not_tested_has_no_p_value_and_reaches_nothing() -> None:
    statistic = np.array([[np.nan, 40.0], [3.0, np.nan]])
    df = np.array([[np.nan, np.inf], [12.0, np.nan]])
    assert np.isnan(p_values(statistic, df)).tolist() == [[True, False], [False, True]]
    assert reached(statistic, df, 0.05).tolist() == [[False, True], [True, False]]
