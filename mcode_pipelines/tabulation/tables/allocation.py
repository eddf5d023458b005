"""Constant sums: points or money that each respondent divides among things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.survey.plan import Allocation
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.respondents.answers import Answers, NumericAnswers

_TOLERANCE = 0.01


@dataclass(frozen=True)
class Divided:
    """What each respondent gave to each thing."""

    amounts: FloatArray
    """(respondents, things) NaN in the rows of respondents who are not in the base; else blanks are 0."""
    off: int
    """Respondents within the table whose amounts do not add to the total."""

    @property
    def someone(self) -> BoolArray:
        """(respondents,) who is in the base."""
        given: BoolArray = ~np.isnan(self.amounts[:, 0])
        return given


def divided(allocation: Allocation, answers: Sequence[Answers], within: BoolArray) -> Divided:
    """The amounts: a thing left blank got nothing where another got something.

    Respondents whose amounts do not add to the total (by more than 0.01) are kept, left out, or scaled to it, as the
    plan says; those who gave nothing to anything are left out.

    `within` is (respondents,) who is counted at all: of them `off` counts.
    """
    given = np.stack([one.values for one in answers if isinstance(one, NumericAnswers)], axis=1)
    answered: BoolArray = np.any(~np.isnan(given), axis=1)
    amounts = np.where(np.isnan(given), 0.0, given)
    sums = amounts.sum(axis=1)
    off = answered & (np.abs(sums - allocation.total) > _TOLERANCE)
    kept: BoolArray = answered
    if allocation.off_total == "leave_out":
        kept = answered & ~off
    elif allocation.off_total == "rescale":
        kept = answered & (sums > 0)
        amounts = amounts * np.where(kept, allocation.total / np.where(kept, sums, 1.0), 1.0)[:, None]
    return Divided(np.where(kept[:, None], amounts, np.nan), int((off & within).sum()))
