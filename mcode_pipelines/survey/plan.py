"""The tabulation plan: which rows against which banner, weights, filters and tests.

This is the document an analyst writes as `plan.yaml`. Everything has a default.
"""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from math import inf
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mcode_pipelines.survey.codes import CodeText, canonical_code

TOTAL = "total"
"""The banner item that counts everyone in the table's base; its column code is `@` and it has no letter."""
TOTAL_CODE = "@"


def _listed(given: Any) -> Any:
    """One value where a list is expected is a list of one."""
    return (given,) if isinstance(given, str | int | float) else given


Nets = dict[str, Annotated[tuple[CodeText, ...], BeforeValidator(_listed)]]
"""Net label to its member codes, in the order the nets are shown."""


NOT_WEIGHTED = "none"
"""The word for "without weights" where a plan names several weights."""


class PlanPart(BaseModel):
    """Base of the plan's parts: frozen, and an unknown word is a mistake worth telling."""

    model_config = ConfigDict(frozen=True, extra="forbid")


PathText = Annotated[str, BeforeValidator(lambda given: ">".join(canonical_code(p) for p in str(given).split(">")))]
"""A code, or the codes of a nesting joined by `>`."""


class RimWeight(PlanPart):
    """Weights made by the plan: target shares of each variable's codes."""

    rim: dict[str, dict[PathText, Annotated[float, Field(ge=0)]]]
    """By variable, or by variables nested with `>` (`S6 > S15`, whose codes are `1>2`)."""
    cap: tuple[float | None, float | None] | float | None = None
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


def _listed_weights(given: Any) -> Any:
    """One weight is a list of one; null among several is `none`."""
    if given is None:
        return ()
    listed = given if isinstance(given, list | tuple) else (given,)
    return tuple(NOT_WEIGHTED if one is None else one for one in listed)


Weights = Annotated[tuple[str | RimWeight, ...], BeforeValidator(_listed_weights)]
"""Variables, RIM targets or `none`: a table is made once with each."""


Base = Literal["answering", "asked", "all"]
"""Those with an answer to the question; those it was put to (by the form's `relevant` where the form is known, else
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


Bands = dict[str, tuple[float | None, float | None]]
"""Label to lowest and highest number, both inside; null is no limit."""
BandsApart = Annotated[Bands, AfterValidator(_apart)]
Quantiles = Annotated[int, Field(ge=2, le=20)]


Waves = (
    Literal["all"]
    | Annotated[int, Field(ge=2)]
    | Annotated[tuple[Annotated[str, BeforeValidator(str)], ...], Field(min_length=1)]
)


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


def _banner_item(given: Any) -> Any:
    """`S6`, `S15 > S6` and `{variable: S15, nets: ...}` all become a dictionary."""
    return {"variable": given} if isinstance(given, str | int | float) else given


class BannerItem(PlanPart):
    """One question (or a nesting of questions) of the banner."""

    variable: Annotated[str, BeforeValidator(str)] = ""
    """`total`, a variable, or variables nested by `>`: outermost first."""
    nets: Nets = {}
    """Nets shown as columns in place of the categories they hold."""
    bands: BandsApart = {}
    """The columns of a number (of a nesting: the innermost)."""
    quantiles: Quantiles | None = None
    cases: dict[str, str] = {}
    """In place of a variable: a column for each label, for those who meet its SQL condition."""
    label: str | None = None
    """The heading above the columns of `cases`."""
    hide_empty: bool = False
    """Leaves out columns that nobody who is counted stands in."""

    @model_validator(mode="after")
    def _columns_of_one_kind(self) -> Self:
        if bool(self.cases) == bool(self.variable):
            raise ValueError("name a variable, or write cases (label: condition), one of the two")
        if sum(map(bool, (self.nets, self.bands, self.quantiles, self.cases))) > 1:
            raise ValueError("write one of nets, bands, quantiles, cases")
        if self.label and not self.cases:
            raise ValueError("label is the heading of cases; a variable has its own in the codebook")
        return self

    @property
    def path(self) -> tuple[str, ...]:
        """The nested variables, outermost first; one for a plain question."""
        return tuple(part.strip() for part in self.variable.split(">"))


class Ranking(PlanPart):
    """Things put in order: either a question a position or a question a thing."""

    positions: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """A question for each position, the first place first; its answer is the thing that stands there."""
    items: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """A question for each thing; its answer is the position, 1 being the first place."""
    top: Annotated[int, Field(ge=2)] | None = None
    """How many places "top" holds; None: three, but one less than there are things."""
    show: Annotated[tuple[Literal["first", "top", "mean"], ...], Field(min_length=1), BeforeValidator(_listed)] = (
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

    items: Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_listed)]
    total: Annotated[float, Field(gt=0)] = 100
    off_total: Literal["keep", "leave_out", "rescale"] = "keep"
    """What becomes of respondents whose figures do not add to the total."""
    show: Annotated[tuple[Literal["mean", "share"], ...], Field(min_length=1), BeforeValidator(_listed)] = (
        "mean",
        "share",
    )


class RowItem(PlanPart):
    """One question (or every question matching a pattern) of the stub."""

    variable: Annotated[str, BeforeValidator(str)]
    """A variable's name, or a pattern with `*` and `?`: one table a match. Of a ranking or allocation: any name."""
    title: str | None = None
    statistics: Annotated[tuple[Statistic, ...] | None, BeforeValidator(_listed)] = None
    """None: the default of the variable's kind (scales: top2, bottom2, mean; numbers: mean ...)."""
    nets: Nets = {}
    bands: BandsApart = {}
    """The rows of a number, above its statistics."""
    quantiles: Quantiles | None = None
    """As many parts of a number, as equal as ties allow, as its rows."""
    factors: dict[CodeText, float] = {}
    """What each code counts as in statistics, in place of the codebook's factors; a code left out counts for none."""
    filter: str | None = None
    sort: str | None = None
    """Largest first by the total (`total`), by the column of a letter, or by a column named `S6=1`; "other" and
    "no answer" stay last."""
    hide_empty: bool = False
    """Leaves out rows that nobody in the base stands in."""
    summary: Statistic | None = None
    """One table for all questions that match: a row each, with this statistic, on its own base."""
    items: tuple[str, ...] = ()
    """The questions of a summary, ranking or allocation; filled in from the patterns."""
    ranking: Ranking | None = None
    """One table for a ranking question: who stands first, who among the top, the mean place."""
    allocation: Allocation | None = None
    """One table for a constant sum: mean and share of each thing."""
    nps: bool = False
    """Promoters (9, 10), passives (7, 8), detractors (0 to 6) and the score, of a question from 0 to 10."""
    members: bool | None = None
    """Whether the categories that nets hold are shown below them; None: yes, but not of an nps."""
    base: Base | None = None
    """Who is in the base; None: as the plan says."""
    no_answer: NoAnswer | None = None
    """Whether those in the base without an answer have a row; None: as the plan says."""
    percent_of: Literal["respondents", "responses"] = "respondents"
    """Responses: column percents of all answers given, which add to 100 also where several were possible."""
    weight: Weights = ()
    """One table with each of these weights (`none`: without) in place of the plan's own."""
    optional: bool = False
    """Left out, with a note, while the question is open-ended and has not been coded."""
    trouble: str | None = None
    """Why no table can be made of it; filled in (and looked at anew) when the plan is completed."""

    @model_validator(mode="after")
    def _a_summary_shows_one_statistic(self) -> Self:
        if self.summary is not None and (self.statistics or self.nets):
            raise ValueError("a summary shows one statistic of every question, so it takes no statistics and no nets")
        kinds = [w for w in ("summary", "ranking", "allocation", "nps") if getattr(self, w)]
        if len(kinds) > 1:
            raise ValueError(f"{' and '.join(kinds)} are different tables; write a row for each")
        if self.items and kinds in ([], ["nps"]):
            raise ValueError("items belong to a summary; name the statistic it shows")
        own = [w for w in ("bands", "quantiles", "factors") if getattr(self, w)]
        if len(own) > 1 or (own and kinds):
            raise ValueError(f"{' and '.join([*own, *kinds])} do not go together; write a row for each")
        if self.nps and self.nets:
            raise ValueError("an nps has nets of its own (promoters, passives, detractors), so it takes no others")
        if (self.ranking or self.allocation) and (self.statistics or self.nets):
            raise ValueError(f"{kinds[0]} has rows of its own, so it takes no statistics and no nets")
        return self


class Significance(PlanPart):
    """How columns are tested against each other."""

    levels: Annotated[
        tuple[Annotated[float, Field(gt=0.5, lt=1)], ...],
        Field(max_length=2),
        BeforeValidator(_listed),
        AfterValidator(lambda levels: tuple(sorted(levels, reverse=True))),
    ] = (0.95, 0.80)
    """Confidence levels, highest first: capital letters, small letters. Empty: no tests."""
    method: Literal["effective_base_t", "pooled_z", "unpooled_t"] = "effective_base_t"
    correction: Literal["none", "bonferroni", "holm", "benjamini_hochberg"] = "none"
    compare: Literal["within_question", "total", "rest"] | dict[Literal["groups"], tuple[str, ...]] = "within_question"
    letters: Literal["continue", "restart"] = "continue"
    """Column letters run on through the whole banner, or begin with A in every banner question."""
    chi_square: Literal["none", "unweighted", "weighted", "rao_scott"] = "none"
    """A test of each single-choice table as a whole against each banner question, named by how it treats weights."""
    small_base: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]] = (30, 100)
    """Unweighted bases: below the first a column is not tested (`**`), below the second it is marked `*`."""
    hide_below: Annotated[float, Field(ge=0)] = 0
    """Figures of columns below this unweighted base are not shown."""

    @model_validator(mode="after")
    def _groups_need_one_letter_a_column(self) -> Self:
        if self.letters == "restart" and isinstance(self.compare, dict):
            raise ValueError("groups name columns by letters that run through the whole banner; take `letters` out")
        return self


class Definition(PlanPart):
    """A variable that the plan makes of others, used like any other: as row, banner, weight or filter.

    One of: nets (a recode of `variable`), bands or quantiles (of the number `variable`), cases (SQL conditions), mean
    or sum (of scales and numbers), count (of the answers to a multi-response question).
    """

    label: str | None = None
    variable: str | None = None
    nets: Nets = {}
    bands: BandsApart = {}
    quantiles: Quantiles | None = None
    cases: dict[str, str] = {}
    """Label to a SQL boolean expression; a respondent who meets several stands under each of them."""
    mean: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    sum: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    minimum_answers: Annotated[int, Field(ge=1)] = 1
    """How many items of a mean or sum must have been answered."""
    count: str | None = None
    codes: Annotated[tuple[CodeText, ...], BeforeValidator(_listed)] = ()
    """The codes that a count counts; all where empty."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [w for w in ("nets", "bands", "quantiles", "cases", "mean", "sum", "count") if getattr(self, w)]
        if len(ways) != 1:
            raise ValueError(
                "write exactly one of nets, bands, quantiles, cases, mean, sum, count"
                + (f" (there are {' and '.join(ways)})" if ways else "")
            )
        if (ways[0] in {"nets", "bands", "quantiles"}) != (self.variable is not None):
            raise ValueError(
                f"{ways[0]} needs `variable`, the question it is made of"
                if self.variable is None
                else f"{ways[0]} takes no `variable`"
            )
        return self


class BookLook(PlanPart):
    """How the tab book shows the tables; changes no figure."""

    layout: Literal["sheet_per_table", "one_sheet"] = "sheet_per_table"
    """A sheet for each table, at most 100 in a workbook; or all of them on one, up to 1,000."""
    figures: Annotated[
        tuple[Literal["column_percent", "row_percent", "total_percent", "count", "index", "difference"], ...],
        Field(min_length=1),
        BeforeValidator(_listed),
    ] = ("column_percent",)
    """What a cell shows, a line each: percents, the (weighted) count, index to total (100 is the total's percent),
    difference to the total in percentage points."""
    decimals: Annotated[int, Field(ge=0, le=4)] = 1
    """Of percents; means and the like show one more."""
    bases: Annotated[tuple[Literal["unweighted", "weighted", "effective"], ...] | None, BeforeValidator(_listed)] = None
    """Which base rows are shown; None: unweighted, and the other two where the table is weighted."""
    missing: Literal["-", "N/A", ""] = "-"
    """What stands where there is no figure."""
    letters: Literal["second_row", "same_cell"] = "second_row"
    """Under the figure they belong to, or right of it in a narrow column, so that figures stay numbers."""
    p_values: bool = False
    """The smallest p-value of the comparisons that a cell's letters stand for, under them."""
    heat: bool = False
    """Shades percents from low to high within a row, the total left out."""
    charts: bool = False
    """A bar chart of the total and the first banner question under each table that has categories."""


class TabulationPlan(PlanPart):
    """A whole plan; an empty one asks for every tabulated variable against total plus the demographics."""

    title: str | None = None
    study: str | None = None
    wave: Annotated[str, BeforeValidator(str)] | None = None
    waves: Waves | None = None
    """Which waves of the study stand side by side, this one the last: all, the last so many (with this one), or the
    labels of some."""
    language: Literal["id", "en"] | None = None
    """Language of the output's labels; None: the survey's own."""
    define: dict[str, Definition] = {}
    """Variables of the plan's own, by name; each may use those before it."""
    weight: str | RimWeight | None = None
    weights: Weights = ()
    """Several weights in one book, in place of `weight`: every table once with each, side by side."""
    filter: str | None = None
    """A SQL boolean expression over variables."""
    base: Base = "answering"
    no_answer: NoAnswer = "leave_out"
    banner: Annotated[
        tuple[Annotated[BannerItem, BeforeValidator(_banner_item)], ...] | None, BeforeValidator(_listed)
    ] = None
    rows: Annotated[tuple[Annotated[RowItem, BeforeValidator(_banner_item)], ...] | None, BeforeValidator(_listed)] = (
        None
    )
    significance: Significance = Significance()
    book: BookLook = BookLook()

    @model_validator(mode="after")
    def _one_word_for_weights(self) -> Self:
        if self.weights and self.weight is not None:
            raise ValueError("write either weight (one for all tables) or weights (several), not both")
        return self

    def as_yaml(self) -> str:
        """The plan as an analyst would write it: a starting point for a plan.yaml of one's own."""
        import yaml

        told = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
