"""The ways in which a plan weights respondents, with their variables resolved and their targets checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.survey.codebook import Kind, Variable
from mcode_pipelines.survey.plan import NOT_WEIGHTED, RescaledWeight, RimWeight, RowItem, TabulationPlan
from mcode_pipelines.tabulation.arrays import FloatArray
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.questions import Question
from mcode_pipelines.tabulation.plan.scope import Scope

Wish = str | RescaledWeight | RimWeight
"""A weight as a plan writes it: a variable (brought to another size), RIM targets, or `none`."""

_SUM_TOLERANCE = 1e-3
_A_SLIP = 15.0
"""Percents that add to so much more or less than 100 are taken for a mistake."""


@dataclass(frozen=True)
class Unweighted:
    """Every respondent counts as one."""


@dataclass(frozen=True, eq=False)
class WeightVariable:
    """Each respondent counts as much as a variable says."""

    question: Question
    rescale: Rescaling | None = None


@dataclass(frozen=True, eq=False)
class Rescaling:
    """The size that the weights of those who are counted are brought to."""

    total: float | None
    """What they add to; None: the number of respondents, so that their mean is 1."""
    within: Question | None
    """In each of whose categories they are brought to that size apart."""


@dataclass(frozen=True, eq=False)
class RimMargin:
    """The target shares of one question, or of questions nested in each other."""

    name: str
    """As the plan writes it."""
    path: tuple[Question, ...]
    """Outermost first."""
    codes: tuple[str, ...]
    """With a target; nested codes are joined by `>`."""
    shares: FloatArray
    """(codes,) adding to 1."""
    total: float
    """What the targets added to as the plan gives them."""

    @property
    def scaled(self) -> bool:
        """Whether the targets are neither shares nor percents, and so were scaled."""
        return not _adds_up(self.total)


@dataclass(frozen=True, eq=False)
class RimWeighting:
    """Respondents are weighted until the target shares of every margin are met."""

    margins: tuple[RimMargin, ...]
    limits: tuple[float | None, float | None]
    """Lowest and highest weight in multiples of the mean; None is no limit."""
    within: Question | None
    """In each of whose categories the targets are met apart."""


@dataclass(frozen=True, eq=False)
class Weighting:
    """One of the ways in which the tables of a plan are weighted."""

    wish: Wish
    """As the plan writes it."""
    by: Unweighted | WeightVariable | RimWeighting | PlanError
    """The error where no tables can be made with it."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question that the weights are made of."""
        match self.by:
            case WeightVariable(question, rescale):
                return (question, *((rescale.within,) if rescale and rescale.within else ()))
            case RimWeighting(margins, _, within):
                return (*(question for margin in margins for question in margin.path), *((within,) if within else ()))
            case _:
                return ()


def wishes_of(plan: TabulationPlan, item: RowItem | None = None) -> tuple[Wish, ...]:
    """The weights that a row's tables are made with, in order; of the plan itself without a row."""
    if item is not None and item.weight:
        return item.weight
    return plan.weights or (NOT_WEIGHTED if plan.weight is None else plan.weight,)


def tables_in(plan: TabulationPlan) -> int:
    """How many tables the rows of a completed plan make, one for every weight; one that cannot be made counts too."""
    return sum(1 if item.trouble else len(wishes_of(plan, item)) for item in plan.rows or ())


def check_names(place: str, wish: Wish, scope: Scope) -> None:
    """Raises PlanError, naming the place, for a weight whose variables or targets a survey does not have."""
    if _is_none(wish, scope):
        return
    if isinstance(wish, RimWeight):
        named = [part for target in wish.rim for part in scope.path(target)] + ([wish.within] if wish.within else [])
    else:
        named = [wish] if isinstance(wish, str) else list(wish.variables)
    for name in named:
        scope.named(place, name)
    if isinstance(wish, RimWeight):
        for name, targets in wish.rim.items():
            path = [scope[part].variable for part in scope.path(name)]
            _check_targets(f"{place}: rim: {name!r}", path, targets, scope)


def compile_weighting(wish: Wish, scope: Scope) -> Weighting:
    """A weight with its variables resolved. Raises PlanError where they do not exist or cannot weight."""
    check_names("weight", wish, scope)
    if _is_none(wish, scope):
        return Weighting(wish, Unweighted())
    if isinstance(wish, str):
        return Weighting(wish, WeightVariable(_number(wish, scope)))
    if isinstance(wish, RescaledWeight):
        total = None if isinstance(wish.rescale, str) else wish.rescale
        rescaling = Rescaling(total, scope[wish.within] if wish.within else None)
        return Weighting(wish, WeightVariable(_number(wish.variable, scope), rescaling))
    if not wish.rim:
        raise PlanError(
            "weight: rim names no variable; give at least one with its target shares",
            "weight: rim tidak menyebut variabel; beri paling sedikit satu dengan target proporsinya",
        )
    margins = tuple(
        RimMargin(name, tuple(scope[part] for part in scope.path(name)), tuple(targets), *_shares(name, targets))
        for name, targets in wish.rim.items()
    )
    return Weighting(wish, RimWeighting(margins, wish.limits, scope[wish.within] if wish.within else None))


def _number(name: str, scope: Scope) -> Question:
    """The question that weights. Raises PlanError where it is no number."""
    kind = scope[name].variable.kind
    if kind not in {Kind.NUMERIC, Kind.METADATA}:
        raise PlanError(
            f"weight: {name!r} is {kind.value}, not a number; name a numeric variable",
            f"weight: {name!r} berjenis {kind.value}, bukan angka; sebutkan variabel angka",
        )
    return scope[name]


def _is_none(wish: Wish, scope: Scope) -> bool:
    """Whether a wish says "without weights"; a variable of that name comes first."""
    return isinstance(wish, str) and wish.casefold() == NOT_WEIGHTED and wish not in scope


def _check_targets(place: str, levels: Sequence[Variable], targets: Iterable[str], scope: Scope) -> None:
    for target in targets:
        codes = target.split(">") if len(levels) > 1 else [target]
        if len(codes) != len(levels):
            example = ">".join(v.choices[0].code if v.choices else "1" for v in levels)
            raise PlanError(
                f"{place}: the code {target!r} does not name one code of each variable; write {example}",
                f"{place}: kode {target!r} tidak menyebut satu kode dari tiap variabel; tulis {example}",
            )
        for code, variable in zip(codes, levels, strict=True):
            known = [c.code for c in variable.choices]
            if code not in known and not scope.is_open(variable):
                raise PlanError(
                    f"{place} has no code {target!r}; its codes are {', '.join(known[:20]) or 'none'}",
                    f"{place} tidak punya kode {target!r}; kodenya {', '.join(known[:20]) or 'tidak ada'}",
                )


def _shares(name: str, targets: dict[str, float]) -> tuple[FloatArray, float]:
    """The targets as shares of 1, and what they added to as given."""
    shares = np.array(list(targets.values()), dtype=np.float64)
    total = float(shares.sum())
    if total <= 0:
        raise PlanError(
            f"weight: rim: the target shares of {name!r} add to 0; give shares that add to 1",
            f"weight: rim: target {name!r} berjumlah 0; beri proporsi yang berjumlah 1",
        )
    whole = 1 if shares.max() <= 1 else 100
    if (shares.max() <= 1 or _meant_for_percent(shares, total)) and not _adds_up(total):
        raise PlanError(
            f"weight: rim: the target shares of {name!r} add to {total:g}, not to {whole}; correct them "
            "(numbers of people may stand there too, and are scaled)",
            f"weight: rim: target {name!r} berjumlah {total:g}, bukan {whole}; perbaiki "
            "(jumlah orang juga boleh, dan akan diskalakan)",
        )
    return shares / total, total


def _meant_for_percent(shares: FloatArray, total: float) -> bool:
    """Whether targets that add to nearly 100 are percents with a slip rather than numbers of people."""
    return bool(shares.max() < 100 and abs(total - 100) <= _A_SLIP)


def _adds_up(total: float) -> bool:
    return any(abs(total / whole - 1) <= _SUM_TOLERANCE for whole in (1.0, 100.0))
