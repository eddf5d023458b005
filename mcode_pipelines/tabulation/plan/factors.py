"""What answers count as in statistics."""

from __future__ import annotations

import numpy as np

from mcode_pipelines.survey.codebook import Choice, Kind, Variable
from mcode_pipelines.tabulation.arrays import FloatArray


def factors_of(variable: Variable, choices: tuple[Choice, ...]) -> FloatArray:
    """(choices,) their factors; a scale without any scores its codes, where all of them are numbers.

    Choices of a scale of another length (an earlier wave's) have none: means of the two cannot be compared.
    """
    factors = np.array([np.nan if c.factor is None or c.scale else c.factor for c in choices])
    if variable.kind == Kind.SCALE and np.isnan(factors).all():
        try:
            return np.array([float(c.code) for c in choices])
        except ValueError:
            return factors
    return factors


def points_of(variable: Variable, choices: tuple[Choice, ...]) -> FloatArray:
    """(choices,) their factors; where there are none, codes that are whole numbers."""
    points = factors_of(variable, choices)
    if np.isnan(points).all():
        return np.array([float(c.code) if c.code.isdecimal() else np.nan for c in choices])
    return points
