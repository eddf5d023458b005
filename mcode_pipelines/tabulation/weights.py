"""What each respondent counts for: a weight variable, or RIM weights made by the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcode_pipelines.survey.codebook import Kind
from mcode_pipelines.survey.plan import RimWeight
from mcode_pipelines.tabulation.answers import CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray
from mcode_pipelines.tabulation.decoding import decode
from mcode_pipelines.tabulation.errors import PlanError
from mcode_pipelines.tabulation.respondents import Respondents

_CONVERGED = 1e-12
_MOST_ROUNDS = 5_000
_SUM_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Weights:
    """The weight of every respondent, and what happened while it was made."""

    values: FloatArray | None
    """(respondents,) positive where counted, else 0; None when nobody is weighted."""
    name: str | None = None
    """The weight variable, or the RIM variables."""
    rim: bool = False
    rounds: int = 0
    """Rounds of raking until the weights stood still."""
    dropped: int = 0
    """Respondents within the filter who are not counted: no positive weight, or no answer to a RIM variable."""

    def efficiency(self, within: BoolArray) -> float:
        """Weighting efficiency in percent: Kish effective base over the unweighted base; NaN for nobody.

        Source: Kish (1965), section 8.2; crosstab formulas section 1.
        """
        if self.values is None:
            return 100.0
        w = self.values[within & (self.values > 0)]
        return 100.0 * float(w.sum()) ** 2 / float((w * w).sum()) / w.size if w.size else float("nan")


def weights_of(weight: str | RimWeight | None, respondents: Respondents, within: BoolArray) -> Weights:
    """The weights that a plan asks for.

    A missing, zero or negative weight takes the respondent out of every table, weighted and unweighted; so does a
    missing answer to a RIM variable. RIM weights are made among the respondents `within` the plan's filter and have
    mean 1.

    Raises:
        PlanError: for a weight that is not a number, or RIM targets that cannot be met.
    """
    if weight is None:
        return Weights(None)
    if isinstance(weight, RimWeight):
        return _raked(weight, respondents, within)
    if respondents.codebook[weight].kind not in {Kind.NUMERIC, Kind.METADATA}:
        raise PlanError(
            f"weight: {weight!r} is {respondents.codebook[weight].kind.value}, not a number; name a numeric variable"
        )
    if weight in respondents.definitions:
        answers = respondents.answers(weight)
    else:
        variable = respondents.codebook[weight].model_copy(update={"kind": Kind.NUMERIC})
        answers = decode(variable, respondents.frame([weight]))
    assert isinstance(answers, NumericAnswers)  # noqa: S101 - by the kind set above
    values = np.where(answers.values > 0, answers.values, 0.0)
    if not (values[within] > 0).any():
        raise PlanError(f"weight: {weight!r} is positive for nobody; choose another variable or leave the weight out")
    return Weights(values, weight, dropped=int((within & (values <= 0)).sum()))


def _raked(weight: RimWeight, respondents: Respondents, within: BoolArray) -> Weights:
    if not weight.rim:
        raise PlanError("weight: rim names no variable; give at least one with its target shares")
    counted = within.copy()
    margins: list[tuple[str, IntArray, FloatArray]] = []
    for name, targets in weight.rim.items():
        answers = respondents.answers(name)
        if not isinstance(answers, CodedAnswers) or answers.overlapping:
            raise PlanError(
                f"weight: rim: {name!r} is not a single-choice question; RIM weighting needs one answer a respondent"
            )
        shares = _shares(name, targets)
        codes = [c.code for c in answers.choices]
        column = np.array([codes.index(code) if code in codes else -1 for code in targets])
        if (column < 0).any():
            wrong = next(code for code in targets if code not in codes)
            raise PlanError(f"weight: rim: {name!r} has no code {wrong!r}; its codes are {', '.join(codes[:20])}")
        of_choice = np.full(len(codes) + 1, -1, dtype=np.int64)
        of_choice[column] = np.arange(len(targets))
        # A pattern of a single-choice question holds one choice; without an answer it stays -1.
        of_pattern = np.append(of_choice[answers.members.argmax(axis=1)] if answers.members.size else [], -1).astype(
            np.int64
        )
        target = of_pattern[answers.patterns]
        stray = within & (answers.patterns >= 0) & (target < 0)
        if stray.any():
            code = codes[int(answers.members[answers.patterns[stray][0]].argmax())]
            raise PlanError(
                f"weight: rim: code {code!r} of {name!r} has {int(stray.sum()):,} respondents and no target share; "
                "give it one or filter them out"
            )
        counted &= target >= 0
        margins.append((name, target, shares))
    for name, category, shares in margins:
        found = np.bincount(category[counted], minlength=len(shares))
        if (found == 0).any():
            code = list(weight.rim[name])[int((found == 0).argmax())]
            raise PlanError(
                f"weight: rim: nobody gave code {code!r} of {name!r}, so its target share cannot be reached; "
                "merge it with another category"
            )
    values, rounds = rake([(category[counted], shares) for _, category, shares in margins])
    everyone = np.zeros(len(within))
    everyone[counted] = values
    return Weights(everyone, " x ".join(weight.rim), True, rounds, int((within & ~counted).sum()))


def rake(margins: list[tuple[IntArray, FloatArray]]) -> tuple[FloatArray, int]:
    """Weights with mean 1 that meet every margin, by iterative proportional fitting from equal weights.

    Args:
        margins: for each, (respondents,) category from 0 and (categories,) target shares adding to 1.

    Returns:
        (respondents,) weights, and the rounds it took until no category was off by more than 1e-12 of its target.

    Raises:
        PlanError: when the margins contradict each other, so that no weights meet them all.

    Source: Deming and Stephan (1940); the same fixed point as R survey's `rake`.
    """
    people = len(margins[0][0])
    cells: IntArray = np.zeros(people, dtype=np.int64)
    for category, shares in margins:
        cells = np.unique(cells * len(shares) + category, return_inverse=True)[1]
    # Respondents of one cell always get one weight: rake the cells.
    _, first, cells = np.unique(cells, return_index=True, return_inverse=True)
    size = np.bincount(cells).astype(np.float64)
    of_cell = [(category[first], shares * people) for category, shares in margins]
    weight = np.ones(len(size))
    for done in range(1, _MOST_ROUNDS + 1):
        for category, target in of_cell:
            weight *= (target / np.bincount(category, weight * size, minlength=len(target)))[category]
        off = max(
            float(np.max(np.abs(np.bincount(category, weight * size, minlength=len(target)) / target - 1)))
            for category, target in of_cell
        )
        if off < _CONVERGED:
            return weight[cells], done
    if off < 1e-6:
        return weight[cells], _MOST_ROUNDS
    raise PlanError(
        "weight: rim: no weights meet all targets together (empty combinations of categories stand in the way); "
        "merge small categories or leave a variable out"
    )


def _shares(name: str, targets: dict[str, float]) -> FloatArray:
    shares = np.array(list(targets.values()), dtype=np.float64)
    total = float(shares.sum())
    for whole in (1.0, 100.0):
        if abs(total / whole - 1) <= _SUM_TOLERANCE:
            return shares / total
    raise PlanError(
        f"weight: rim: the target shares of {name!r} add to {total:g}; they must add to 1 (or to 100 as percents)"
    )
