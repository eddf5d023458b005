"""The tabulation plan: which rows against which banner, weights, filters and tests.

This is the document an analyst writes as `plan.yaml`. Everything has a default.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from mcode_pipelines.survey.codes import CodeText
from mcode_pipelines.survey.plan_parts import (
    NOT_WEIGHTED,
    TOTAL,
    TOTAL_CODE,
    Allocation,
    Bands,
    BandsApart,
    Base,
    CountedValues,
    Definition,
    Nets,
    NoAnswer,
    PlanPart,
    Quantiles,
    Ranking,
    RescaledWeight,
    RimWeight,
    Statistic,
    Waves,
    Weight,
    Weights,
    as_list,
    as_text,
)
from mcode_pipelines.survey.remark import Remark

__all__ = [
    "NOT_WEIGHTED",
    "TOTAL",
    "TOTAL_CODE",
    "Allocation",
    "Bands",
    "BannerItem",
    "BookOptions",
    "Definition",
    "Nets",
    "PlanPart",
    "Ranking",
    "RescaledWeight",
    "RimWeight",
    "RowItem",
    "Significance",
    "Statistic",
    "TabulationPlan",
    "Weight",
]


def _banner_item(given: Any) -> Any:
    """`S6`, `S15 > S6` and `{variable: S15, nets: ...}` all become a dictionary."""
    return {"variable": given} if isinstance(given, str | int | float) else given


def _panel_word(given: Any) -> Any:
    """YAML reads `off` as false."""
    return {False: "off", True: "auto", None: "auto"}.get(given, given) if not isinstance(given, str) else given


class BannerItem(PlanPart):
    """One question (or a nesting of questions) of the banner."""

    variable: Annotated[str, BeforeValidator(str)] = ""
    """`total`, a variable, or variables nested by `>`: outermost first."""
    nets: Nets = Field(default_factory=dict)
    """Nets shown as columns in place of the categories they hold."""
    bands: BandsApart = Field(default_factory=dict)
    """The columns of a number (of a nesting: the innermost)."""
    quantiles: Quantiles | None = None
    cases: dict[str, str] = Field(default_factory=dict)
    """In place of a variable: a column for each label, for those who meet its SQL condition."""
    label: str | None = None
    """The heading above the columns of `cases`."""
    hide_empty: bool = False
    """Leaves out columns that nobody who is counted stands in."""
    optional: bool = False
    """Left out, with a note, where all who are counted stand in one of its columns, or nobody stands in any."""
    mistake: str | None = None
    """What is wrong with how it is written, in place of its settings; filled in by the reader of plans."""
    trouble: str | None = None
    """Why it has no columns; filled in (and looked at anew) when the plan is completed."""

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


class RowItem(PlanPart):
    """One question (or every question matching a pattern) of the stub."""

    variable: Annotated[str, BeforeValidator(str)]
    """A variable's name, or a pattern with `*` and `?`: one table a match. Of a ranking or allocation: any name."""
    title: Annotated[str, BeforeValidator(as_text)] | None = None
    statistics: Annotated[tuple[Statistic, ...] | None, BeforeValidator(as_list)] = None
    """None: the default of the variable's kind (scales: top2, bottom2, mean; numbers: mean ...)."""
    nets: Nets = Field(default_factory=dict)
    bands: BandsApart = Field(default_factory=dict)
    """The rows of a number, above its statistics."""
    quantiles: Quantiles | None = None
    """As many parts of a number, as equal as ties allow, as its rows."""
    auto_bands: bool = False
    """Rows of a number made of the answers themselves: a row each for a few whole numbers, else about six bands."""
    factors: dict[CodeText, float] = Field(default_factory=dict)
    """What each code counts as in statistics, in place of the codebook's factors; a code left out counts for none."""
    filter: str | None = None
    sort: str | None = None
    """Largest first by the total (`total`), by the column of a letter, or by a column named `S6=1`; "other" and
    "no answer" stay last."""
    hide_empty: bool = False
    """Leaves out rows that nobody in the base stands in."""
    fold_below: Annotated[float, Field(gt=0, lt=100)] | None = None
    """Categories with a smaller per cent of the total are one row together, "other" and "don't know" excepted."""
    most_rows: Annotated[int, Field(ge=1)] | None = None
    """So many of the largest categories have a row of their own, and smaller ones are one row together."""
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
    mistake: str | None = None
    """What is wrong with how it is written, in place of its settings; filled in by the reader of plans."""
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
        own = [w for w in ("bands", "quantiles", "auto_bands", "factors") if getattr(self, w)]
        if len(own) > 1 or (own and kinds):
            raise ValueError(f"{' and '.join([*own, *kinds])} do not go together; write a row for each")
        folds = [w for w in ("fold_below", "most_rows") if getattr(self, w)]
        whole = [w for w in ("nets", "auto_bands", "bands", "quantiles", "nps", *kinds) if getattr(self, w)]
        if folds and whole:
            raise ValueError(f"{folds[0]} folds single categories, so it does not go with {whole[0]}; take one out")
        if self.auto_bands and self.nets:
            raise ValueError("auto_bands are known once the answers are read, so they take no nets; write bands")
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
        BeforeValidator(as_list),
        AfterValidator(lambda levels: tuple(sorted(levels, reverse=True))),
    ] = (0.95,)
    """Confidence levels, highest first: capital letters, small letters. Empty: no tests."""
    method: Literal["effective_base_t", "dimensions_t", "pooled_z", "unpooled_t"] = "effective_base_t"
    correction: Literal["none", "bonferroni", "holm", "benjamini_hochberg"] = "none"
    compare: (
        Literal["within_question", "total", "rest", "previous"]
        | Annotated[dict[Literal["groups"], tuple[str, ...]], Field(min_length=1)]
        | Annotated[dict[Literal["column"], CodeText], Field(min_length=1)]
    ) = "within_question"
    """`previous`: waves with the wave before; `column`: with one column of their question, by code, label or letter."""
    letters: Literal["continue", "restart"] = "continue"
    """Column letters run on through the whole banner, or begin with A in every banner question."""
    chi_square: Literal["none", "unweighted", "weighted", "rao_scott"] = "none"
    """A test of each single-choice table as a whole against each banner question, named by how it treats weights."""
    small_base: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]] = (30, 100)
    """Unweighted bases: below the first a column is not tested (`**`), below the second it is marked `*`."""
    hide_below: Annotated[float, Field(ge=0)] = 0
    """Figures of columns below this unweighted base are not shown."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The letters of columns that are compared with each other; empty for every other way."""
        return self.compare.get("groups", ()) if isinstance(self.compare, dict) else ()  # type: ignore[call-overload]

    @property
    def reference(self) -> str | None:
        """The column that others of its question are compared with, as the plan names it."""
        return self.compare.get("column") if isinstance(self.compare, dict) else None  # type: ignore[call-overload]

    @property
    def by_arrows(self) -> bool:
        """Whether cells are marked as higher or lower than one other column, rather than by letters."""
        return not self.groups and self.compare != "within_question"

    @model_validator(mode="after")
    def _the_smaller_base_stands_first(self) -> Self:
        first, second = self.small_base
        if first > second:
            raise ValueError(f"small_base is written [not tested below, marked below]; write [{second:g}, {first:g}]")
        return self

    @model_validator(mode="after")
    def _groups_need_one_letter_a_column(self) -> Self:
        if self.letters == "restart" and self.groups:
            raise ValueError("groups name columns by letters that run through the whole banner; take `letters` out")
        return self


class BookOptions(PlanPart):
    """How the tab book shows the tables; changes no figure."""

    layout: Literal["sheet_per_table", "one_sheet"] = "sheet_per_table"
    """A sheet for each table, at most 100 in a workbook; or all of them on one, up to 1,000."""
    figures: Annotated[
        tuple[Literal["column_percent", "row_percent", "total_percent", "count", "index", "difference"], ...],
        Field(min_length=1),
        BeforeValidator(as_list),
    ] = ("column_percent",)
    """What a cell shows, a line each: percents, the (weighted) count, index to total (100 is the total's percent),
    difference to the total in percentage points."""
    decimals: Annotated[int, Field(ge=0, le=4)] = 1
    """Of percents; means and the like show one more."""
    bases: Annotated[tuple[Literal["unweighted", "weighted", "effective"], ...] | None, BeforeValidator(as_list)] = None
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

    title: Annotated[str, BeforeValidator(as_text)] | None = None
    study: Annotated[str, BeforeValidator(as_text)] | None = None
    wave: Annotated[str, BeforeValidator(str)] | None = None
    waves: Waves | None = None
    """Which waves of the study stand side by side, this one the last: all, the last so many (with this one), or the
    labels of some."""
    rolling: Annotated[int, Field(ge=2)] | None = None
    """So many waves in a row as one column, ending with each wave that has enough before it; asks for all waves where
    `waves` is not written."""
    panel: Annotated[str, BeforeValidator(_panel_word)] = "auto"
    """The variable that people of different waves are known by (tests then take those who answer again into account);
    `auto`: looked for; `off`: none."""
    language: Literal["id", "en"] | None = None
    """Language of the output's labels; None: the survey's own."""
    define: dict[str, Definition] = Field(default_factory=dict)
    """Variables of the plan's own, by name; each may use those before it."""
    weight: Weight | None = None
    weights: Weights = ()
    """Several weights in one book, in place of `weight`: every table once with each, side by side."""
    filter: str | None = None
    """A SQL boolean expression over variables."""
    counted: CountedValues = Field(default_factory=dict)
    """Which value ticks a choice of a question with a column for each, in place of the codebook's."""
    base: Base = "answering"
    no_answer: NoAnswer | None = None
    banner: Annotated[
        tuple[Annotated[BannerItem, BeforeValidator(_banner_item)], ...] | None, BeforeValidator(as_list)
    ] = None
    on_missing: Literal["fail", "drop"] = "fail"
    """What becomes of the plan where the survey has no such variable as a question of the banner names: it is refused,
    or made without these columns."""
    rows: Annotated[tuple[Annotated[RowItem, BeforeValidator(_banner_item)], ...] | None, BeforeValidator(as_list)] = (
        None
    )
    significance: Significance = Significance()
    book: BookOptions = BookOptions()
    remarks: tuple[Remark, ...] = ()
    """What the book tells of the plan itself: that it goes on from an earlier wave, and what has changed since."""

    @model_validator(mode="before")
    @classmethod
    def _rolling_compares_waves(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("rolling") is not None and given.get("waves") is None:
            return {**given, "waves": "all"}
        return given

    @model_validator(mode="after")
    def _one_word_for_weights(self) -> Self:
        if self.weights and self.weight is not None:
            raise ValueError("write either weight (one for all tables) or weights (several), not both")
        return self

    def as_yaml(self) -> str:
        """The plan as an analyst would write it: a starting point for a plan.yaml of one's own."""
        import yaml

        without: Any = {part: {"__all__": {"mistake", "trouble"}} for part in ("rows", "banner", "define")}
        without["remarks"] = True
        told = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True, exclude=without)
        # In C where PyYAML was built with it: else a plan of a thousand rows takes a tenth of a second.
        base = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        dumper: Any = type("PlanDumper", (base,), {})
        dumper.add_representer(_OneLine, _on_one_line)
        for part in ("rows", "banner"):
            if part in told:
                told[part] = [_OneLine(item) for item in told[part]]
        return str(
            yaml.dump(told, Dumper=dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
        )


class _OneLine(dict[str, Any]):
    """A group of settings written in braces, so that a plan of many rows stays short."""


def _on_one_line(dumper: Any, settings: _OneLine) -> Any:
    return dumper.represent_mapping("tag:yaml.org,2002:map", settings, flow_style=True)
