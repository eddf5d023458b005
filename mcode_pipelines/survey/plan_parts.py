"""The smaller parts of a tabulation plan: nets, bands, weights, statistics, rankings, definitions."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from math import inf
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from mcode_pipelines.survey.codes import CodeText, canonical_code

TOTAL = "total"
"""The banner item that counts everyone in the table's base; its column code is `@` and it has no letter."""
TOTAL_CODE = "@"


def as_list(given: Any) -> Any:
    """One value where a list is expected is a list of one."""
    return (given,) if isinstance(given, str | int | float) else given


def as_text(given: Any) -> Any:
    """A number where text is expected is its text: `title: 2026`."""
    return str(given) if isinstance(given, int | float) and not isinstance(given, bool) else given


Nets = dict[str, Annotated[tuple[CodeText, ...], BeforeValidator(as_list)]]
"""Net label to its member codes, in the order the nets are shown."""


NOT_WEIGHTED = "none"
"""The word for "without weights" where a plan names several weights."""


class PlanPart(BaseModel):
    """Base of the plan's parts: frozen, and an unknown word is a mistake worth telling."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _path_of_codes(given: Any) -> str:
    parts = str(given).split(">")
    return ">".join(map(canonical_code, parts)) if all(part.strip() for part in parts) else canonical_code(given)


PathText = Annotated[str, BeforeValidator(_path_of_codes)]
"""A code, or the codes of a nesting joined by `>`."""


def _cap(given: Any) -> Any:
    """Raises ValueError for what is no cap."""
    limits = given if isinstance(given, list | tuple) else (given, None)
    numbers = all(n is None or (isinstance(n, int | float) and not isinstance(n, bool)) for n in limits)
    if len(limits) != 2 or not numbers:
        raise ValueError("a cap is the highest weight, such as 3, or the lowest and the highest, such as [0.3, 3]")
    return given


class RimWeight(PlanPart):
    """Weights made by the plan: target shares of each variable's codes."""

    rim: dict[str, dict[PathText, Annotated[float, Field(ge=0)]]]
    """By variable, or by variables nested with `>` (`S6 > S15`, whose codes are `1>2`)."""
    cap: Annotated[tuple[float | None, float | None] | float | None, BeforeValidator(_cap)] = None
    """Lowest and highest weight in multiples of the mean; one number is the highest."""
    within: str | None = None
    """A single-choice variable in each of whose categories the targets are met apart."""

    @staticmethod
    def path(name: str) -> tuple[str, ...]:
        """The variables of a target, outermost first."""
        return tuple(part.strip() for part in name.split(">"))

    @property
    def limits(self) -> tuple[float | None, float | None]:
        """Lowest and highest weight; None is no limit."""
        return self.cap if isinstance(self.cap, tuple) else (None, self.cap)

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable that the weights are made of."""
        named = [part for name in self.rim for part in self.path(name)] + ([self.within] if self.within else [])
        return tuple(dict.fromkeys(named))

    @model_validator(mode="after")
    def _caps_leave_room(self) -> Self:
        low, high = self.limits
        if (low is not None and not 0 <= low < 1) or (high is not None and high <= 1):
            raise ValueError("the mean weight is 1, so the lowest of a cap lies below 1 and the highest above")
        return self


def _size_of_weights(given: Any) -> Any:
    """Raises ValueError for what is no size of weights."""
    number = isinstance(given, int | float) and not isinstance(given, bool) and 1 < given < inf
    if given != "mean_1" and not number:
        raise ValueError(
            "write mean_1 (weighted bases add to the number of respondents), or what all weights add to, such as 5000"
        )
    return given


class RescaledWeight(PlanPart):
    """The weights of a variable brought to another size: shares and means stay, bases, counts and sums change."""

    variable: str
    rescale: Annotated[Literal["mean_1"] | float, BeforeValidator(_size_of_weights)]
    """`mean_1`: weighted bases add to the number of respondents; or the number that they add to."""
    within: str | None = None
    """A single-choice variable in each of whose categories the weights are brought to that size apart."""

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable that the weights are made of."""
        return (self.variable, *((self.within,) if self.within else ()))

    def __str__(self) -> str:
        return f"{self.variable}, rescaled to {self.rescale if isinstance(self.rescale, str) else f'{self.rescale:,g}'}"


def _way_to_weight(given: Any) -> str:
    """Which of the forms of a weight is meant, so that a mistake is told of that one."""
    if isinstance(given, dict):
        return "rescaled_weight" if {"variable", "rescale"} & given.keys() else "rim_weight"
    return (
        "rim_weight"
        if isinstance(given, RimWeight)
        else "rescaled_weight"
        if isinstance(given, RescaledWeight)
        else "name"
    )


Weight = Annotated[
    Annotated[str, Tag("name")]
    | Annotated[RimWeight, Tag("rim_weight")]
    | Annotated[RescaledWeight, Tag("rescaled_weight")],
    Discriminator(_way_to_weight),
]
"""A variable, a variable brought to another size, or RIM targets."""


def _listed_weights(given: Any) -> Any:
    """One weight is a list of one; null among several is `none`."""
    if given is None:
        return ()
    listed = given if isinstance(given, list | tuple) else (given,)
    return tuple(NOT_WEIGHTED if one is None else one for one in listed)


Weights = Annotated[tuple[Weight, ...], BeforeValidator(_listed_weights)]
"""Weights or `none`: a table is made once with each."""


Base = Literal["answering", "ticked", "asked", "all"]
"""Those with an answer to the question; those of them who ticked something; those it was put to (by the form's
`relevant` where the form is known, else
those whose cell is not empty); every respondent within the filter."""
NoAnswer = Literal["leave_out", "show"]
"""Whether those in the base without an answer have a row; `show` puts at least those asked into the base."""


def _apart(bands: Bands) -> Bands:
    """The bands as given. Raises ValueError for one that ends before it starts, and for two that share a number."""
    limits = sorted(
        (-inf if low is None else low, inf if high is None else high, label) for label, (low, high) in bands.items()
    )
    for low, high, label in limits:
        if low > high:
            raise ValueError(f"the band {label!r} starts at {low:g}, above its end {high:g}")
    for (_, end, one), (start, _, two) in pairwise(limits):
        if start <= end:
            raise ValueError(
                f"the bands {one!r} and {two!r} both hold {start:g}; limits belong to their band, so end the first one "
                "earlier"
            )
    return bands


def _two_numbers(given: Any) -> Any:
    """Raises ValueError for a band that is not two numbers."""
    for label, limits in given.items() if isinstance(given, dict) else ():
        if not isinstance(limits, list | tuple) or len(limits) != 2:
            raise ValueError(
                f"the band {label!r} needs its lowest and highest number, as in [17, 34]; null is no limit"
            )
    return given


Bands = dict[str, tuple[float | None, float | None]]
"""Label to lowest and highest number, both inside; null is no limit."""
BandsApart = Annotated[Bands, BeforeValidator(_two_numbers), AfterValidator(_apart)]
Quantiles = Annotated[int, Field(ge=2, le=20)]


def _which_waves(given: Any) -> Any:
    """Raises ValueError for what names no waves."""
    labels = tuple(map(str, given)) if isinstance(given, list | tuple) else ()
    counted = isinstance(given, int) and not isinstance(given, bool) and given >= 2
    if not (given is None or given == "all" or counted or labels):
        raise ValueError("waves are all, how many with this one (2 or more), or a list of labels")
    return labels or given


Waves = Annotated[Literal["all"] | int | tuple[str, ...], BeforeValidator(_which_waves)]


def _value_of_cells(given: Any) -> Any:
    """Raises ValueError for a word that YAML takes for true or false: the cells hold the word."""
    if isinstance(given, bool):
        raise ValueError("YAML reads yes, no, true and false without quotes as something else; put the value in quotes")
    return given


CountedValues = dict[str, Annotated[CodeText, BeforeValidator(_value_of_cells)]]
"""By multi-response question (or a pattern of names): the value, or its label, that ticks a choice's column."""


class Statistic(StrEnum):
    """What a table can say of a scale or a number beside its categories."""

    TOP1 = "top1"
    TOP2 = "top2"
    TOP3 = "top3"
    TOP4 = "top4"
    TOP5 = "top5"
    BOTTOM1 = "bottom1"
    BOTTOM2 = "bottom2"
    BOTTOM3 = "bottom3"
    BOTTOM4 = "bottom4"
    BOTTOM5 = "bottom5"
    MEAN = "mean"
    STD_DEV = "std_dev"
    STD_ERROR = "std_error"
    MEDIAN = "median"
    QUARTILE1 = "quartile1"
    QUARTILE3 = "quartile3"
    P5 = "p5"
    P10 = "p10"
    P20 = "p20"
    P40 = "p40"
    P60 = "p60"
    P80 = "p80"
    P90 = "p90"
    P95 = "p95"
    SUM = "sum"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    NPS = "nps"

    @property
    def is_share(self) -> bool:
        """Whether its figure is a percentage of the base: the boxes."""
        return self.value.startswith(("top", "bottom"))


class Ranking(PlanPart):
    """Items put in order: either one question per position or one question per item."""

    positions: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()
    """A question for each position, the first place first; its answer is the thing that stands there."""
    items: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()
    """A question for each thing; its answer is the position, 1 being the first place."""
    top: Annotated[int, Field(ge=2)] | None = None
    """How many places "top" holds; None: three, but one less than there are things."""
    show: Annotated[tuple[Literal["first", "top", "mean"], ...], Field(min_length=1), BeforeValidator(as_list)] = (
        "first",
        "top",
        "mean",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.positions) == bool(self.items):
            raise ValueError("write either positions (a question a place) or items (a question a thing)")
        return self


class Allocation(PlanPart):
    """A constant sum (100 points, a budget) divided among things, a question each."""

    items: Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(as_list)]
    total: Annotated[float, Field(gt=0)] = 100
    off_total: Literal["keep", "leave_out", "rescale"] = "keep"
    """What becomes of respondents whose figures do not add to the total."""
    show: Annotated[tuple[Literal["mean", "share"], ...], Field(min_length=1), BeforeValidator(as_list)] = (
        "mean",
        "share",
    )


class Definition(PlanPart):
    """A variable that the plan makes of others, used like any other: as row, banner, weight or filter.

    One of: nets (a recode of `variable`), bands or quantiles (of the number `variable`), cases (SQL conditions),
    expression (a number by SQL), mean or sum (of scales and numbers), count (of the answers to a multi-response
    question).
    """

    label: str | None = None
    variable: str | None = None
    nets: Nets = {}
    bands: BandsApart = {}
    quantiles: Quantiles | None = None
    cases: dict[str, str] = {}
    """Label to a SQL boolean expression; a respondent who meets several stands under each of them."""
    expression: str | None = None
    """A SQL expression that gives a number, such as `income / members`."""
    mean: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()
    sum: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()
    minimum_answers: Annotated[int, Field(ge=1)] = 1
    """How many items of a mean or sum must have been answered."""
    count: str | None = None
    codes: Annotated[tuple[CodeText, ...], BeforeValidator(as_list)] = ()
    """The codes that a count counts; all where empty."""
    mistake: str | None = None
    """What is wrong with how it is written, in place of its settings; filled in by the reader of plans."""
    trouble: str | None = None
    """Why it cannot be made; filled in (and looked at anew) when the plan is completed."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        all_ways = ("nets", "bands", "quantiles", "cases", "expression", "mean", "sum", "count")
        ways = [w for w in all_ways if getattr(self, w)]
        if len(ways) != 1:
            raise ValueError(
                f"write exactly one of {', '.join(all_ways)}" + (f" (there are {' and '.join(ways)})" if ways else "")
            )
        if (ways[0] in {"nets", "bands", "quantiles"}) != (self.variable is not None):
            raise ValueError(
                f"{ways[0]} needs `variable`, the question it is made of"
                if self.variable is None
                else f"{ways[0]} takes no `variable`"
            )
        return self
