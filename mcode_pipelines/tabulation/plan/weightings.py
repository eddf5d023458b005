"""The weightings of a book: each way its respondents are weighted, with all that depends on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from mcode_pipelines.survey.plan import NOT_WEIGHTED, RimWeight, RowItem, TabulationPlan
from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.respondents.respondents import Respondents
from mcode_pipelines.tabulation.respondents.weights import Weights, weights_of

Wish = str | RimWeight
"""A weight variable, RIM targets, or `none`."""


def wishes_of(plan: TabulationPlan, item: RowItem | None = None) -> tuple[Wish, ...]:
    """The weights that a row's tables are made with, in order; of the plan itself without a row."""
    if item is not None and item.weight:
        return item.weight
    return plan.weights or (NOT_WEIGHTED if plan.weight is None else plan.weight,)


def all_wishes(plan: TabulationPlan, items: Iterable[RowItem]) -> list[Wish]:
    """Every weight that a table of the plan is made with, once each, those of the whole plan first."""
    wanted: list[Wish] = []
    used = [wishes_of(plan, item) for item in items if not item.trouble]
    ordinary = wishes_of(plan)
    for wish in (*(w for w in ordinary if any(w in u for u in used)), *(w for u in used for w in u)):
        if wish not in wanted:
            wanted.append(wish)
    return wanted


def weighed(wish: Wish, respondents: Respondents, within: BoolArray) -> Weights:
    """The weights that a wish stands for. Raises PlanError where they cannot be made."""
    if isinstance(wish, str) and is_none(wish, respondents.variables):
        return Weights(None)
    return weights_of(wish, respondents, within)


def is_none(wish: Wish, variables: Iterable[str]) -> bool:
    """Whether a wish says "without weights"; a variable of that name comes first."""
    return isinstance(wish, str) and wish.casefold() == NOT_WEIGHTED and wish not in variables


def counted_by_any(counted: Sequence[BoolArray]) -> BoolArray:
    """(respondents,) who is counted in at least one weighting."""
    someone: BoolArray = np.any(np.stack(list(counted)), axis=0)
    return someone
