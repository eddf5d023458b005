"""Respondents added up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcode_pipelines.tabulation.arrays import FloatArray


@dataclass(frozen=True)
class Sums:
    """Respondents added up: how many, their weights, their squared weights. All arrays have one shape."""

    n: FloatArray
    w: FloatArray
    q: FloatArray

    def effective(self) -> FloatArray:
        """Kish effective base, w**2 / q; 0 where nobody is.

        Source: Kish (1965), section 8.2; crosstab formulas section 1.
        """
        return np.divide(self.w**2, self.q, out=np.zeros_like(self.w), where=self.q > 0)
