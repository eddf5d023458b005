"""Bands for a number that a plan gives none: round limits that part the answers evenly."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mcode_pipelines.survey.plan import Bands
from mcode_pipelines.tabulation.arrays import FloatArray

MOST_VALUES = 11
"""So many different whole numbers have a row each: 0 to 10."""
_BANDS = 6


def auto_bands(values: FloatArray, number: Callable[[float], str]) -> Bands:
    """A band for each of a few whole numbers, else about six with round limits, the outer ones open.

    Args:
        values: (respondents,) NaN without an answer.
        number: how a limit is written.

    Returns:
        Label to lowest and highest number; none where there are no answers.
    """
    given = np.unique(values[np.isfinite(values)])
    whole = bool((given == np.floor(given)).all())
    if given.size <= (MOST_VALUES if whole else 1):
        return {number(value): (value, value) for value in given.tolist()}
    limits = _limits(values[np.isfinite(values)], whole)
    bands: Bands = {}
    for low, high in zip([None, *limits], [*limits, None], strict=True):
        end = None if high is None else high - 1 if whole else math.nextafter(high, -math.inf)
        label = _label(low, high, end, number, whole)
        if label in bands:  # limits that are written alike: tiny differences
            label = _label(low, high, end, repr, whole)
        bands[label] = (low, end)
    return bands


def _limits(given: FloatArray, whole: bool) -> list[float]:
    """Where bands begin but the first: quantiles, each rounded as far as the distance between them allows."""
    wanted = np.quantile(given, np.arange(1, _BANDS) / _BANDS)
    edges = np.concatenate([[given.min()], wanted, [given.max()]])
    limits: list[float] = []
    for at, value in enumerate(wanted.tolist(), 1):
        gap = min(edge for edge in (edges[at] - edges[at - 1], edges[at + 1] - edges[at], np.inf) if edge > 0)
        unit = _round_unit((given.max() - given.min()) / _BANDS if math.isinf(gap) else float(gap))
        unit = max(unit, 1.0) if whole else unit
        rounded = round(round(value / unit) * unit, 12)
        if given.min() < rounded <= given.max() and rounded not in limits:
            limits.append(rounded)
    return sorted(limits)


def _round_unit(gap: float) -> float:
    """The largest of 1, 2, 5, 10, 20 ... that is no more than the gap."""
    power = 10.0 ** math.floor(math.log10(gap))
    return next(unit * power for unit in (5, 2, 1) if unit * power <= gap * (1 + 1e-9))


def _label(
    low: float | None, high: float | None, end: float | None, number: Callable[[float], str], whole: bool
) -> str:
    if low is None:
        return f"<= {number(end)}" if whole and end is not None else f"< {number(high or 0)}"
    if high is None or end is None:
        return f">= {number(low)}"
    if whole:
        return number(low) if low == end else f"{number(low)} - {number(end)}"
    return f"{number(low)} - < {number(high)}"
