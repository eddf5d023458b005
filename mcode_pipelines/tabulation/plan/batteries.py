"""Batteries: neighbouring scales of one question that share their answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, takewhile

from mcode_pipelines.survey.codebook import Choice, Kind, Variable
from mcode_pipelines.survey.plan import RowItem, Statistic

FEWEST_ITEMS = 3
"""Items of a battery; two scales with the same answers are two questions."""
_FEWEST_FOR_BOXES = 4
_ITEM_NUMBER = re.compile(r"[\W_]*(\d+|[A-Za-z])$")


@dataclass(frozen=True)
class Battery:
    """Items that stand beside each other, in order."""

    items: tuple[Variable, ...]

    @property
    def statistic(self) -> Statistic:
        """What its summary shows: the top two answers, of scales with fewer than four the mean."""
        points = {c.factor for c in self.items[0].choices if c.factor is not None}
        return Statistic.TOP2 if len(points) >= _FEWEST_FOR_BOXES else Statistic.MEAN

    def summary(self) -> RowItem:
        """The row of a plan that shows all items in one table."""
        names = tuple(item.name for item in self.items)
        shared = "".join(signs[0] for signs in takewhile(_all_alike, zip(*names, strict=False)))
        variable = f"{shared}*" if shared else f"{names[0]} ... {names[-1]}"
        return RowItem(variable=variable, items=names, summary=self.statistic)


def batteries(variables: Iterable[Variable]) -> tuple[Battery, ...]:
    """Runs of at least three scales of one group (or of one numbered name) that have the same answers."""
    found = []
    for key, run in groupby(variables, key=_belongs_to):
        items = tuple(run)
        if key is not None and len(items) >= FEWEST_ITEMS:
            found.append(Battery(items))
    return tuple(found)


def _all_alike(signs: tuple[str, ...]) -> bool:
    return len(set(signs)) == 1


def _belongs_to(variable: Variable) -> tuple[str, tuple[Choice, ...]] | None:
    scored = any(choice.factor is not None for choice in variable.choices)
    if variable.kind != Kind.SCALE or not variable.tabulated or not scored:
        return None
    choices = tuple(choice.model_copy(update={"column": None}) for choice in variable.choices)
    return variable.group or _ITEM_NUMBER.sub("", variable.name), choices
