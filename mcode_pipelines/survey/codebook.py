"""The codebook: one Variable a question, its kind, labels, choices, and why we believe them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mcode_pipelines.survey.codes import CodeText
from mcode_pipelines.survey.numbers import NumberStyle
from mcode_pipelines.survey.remark import Remark


class Kind(StrEnum):
    """What a variable is; the words are the trade's own."""

    SINGLE_CHOICE = "single_choice"
    MULTI_CHOICE = "multi_choice"
    SCALE = "scale"
    NUMERIC = "numeric"
    OPEN_ENDED = "open_ended"
    OTHER_SPECIFY = "other_specify"
    DATE = "date"
    GEO = "geo"
    MEDIA = "media"
    IDENTIFIER = "identifier"
    METADATA = "metadata"


class Choice(BaseModel):
    """One printed answer of a question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: CodeText
    label: str
    factor: float | None = None
    """The figure a scale answer counts as in a mean; None takes the answer out of the mean."""
    column: str | None = None
    """The column that ticks this choice, where a multi-response question or a single choice has a column a choice."""
    spellings: tuple[str, ...] = ()
    """What else the choice is called in data: its labels in the form's other languages."""
    scale: str | None = None
    """Of a choice that stands in a scale of another length than the question has now: that scale, such as `1-6`."""


class Variable(BaseModel):
    """One question of the survey, whatever number of columns it takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    label: str
    kind: Kind
    columns: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    delimiter: str | None = None
    """What separates the codes of a multi-response question inside its one column."""
    missing: tuple[CodeText, ...] = ()
    """Values that are no answer (beside blank cells)."""
    group: str | None = None
    """The battery or form group the question stands in."""
    other_of: str | None = None
    """For `other_specify`: the question whose "other" choice this text explains."""
    other_code: CodeText | None = None
    """For `other_specify`: the parent's code that leads here, such as 96."""
    personal: bool = False
    """Personal data (names, phones, addresses, identity numbers): kept out of tables and coding."""
    demographic: bool = False
    """A respondent's characteristic (sex, age, area, class): what a default banner is made of."""
    characteristic: str | None = None
    """Which characteristic a demographic is: `sex`, `age`, `area`, `education`, `income`, `occupation`, `marital`."""
    nps: bool = False
    """Asks from 0 to 10 whether somebody would recommend: a Net Promoter Score can be made of it."""
    ordered: bool = False
    """Its choices have an order of their own (bands, education) and are not to be sorted by size."""
    names: bool = False
    """Its answers are proper names (ships, brands, places): alike only when spelled alike, never by meaning."""
    weight: bool = False
    """A weighting factor: numeric, positive, one a respondent."""
    shared_list: bool = False
    """Its columns hold codes of one list (first mention, second mention ...) and tick no choice of their own."""
    counted: CodeText | None = None
    """The one value that ticks a choice's column, where the file names it; None: whatever is not "no"."""
    written: NumberStyle | None = None
    """For numbers typed as text: what divides thousands, and the unit; None: as the cells themselves show."""
    versions: dict[str, tuple[str, ...]] = {}
    """Column to the columns that hold the same question in other versions of the form: read where it is blank."""
    place: int | None = Field(default=None, ge=1)
    """For one place of a ranking that stands in one cell (`b a c`): which one, from 1."""
    member_of: str | None = None
    """The multiple-response set that has a table of its own; this column of it has one only where a plan asks."""
    confidence: float = Field(default=1.0, ge=0, le=1)
    evidence: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    """What was guessed, merged or left out here and changes a figure."""

    @model_validator(mode="before")
    @classmethod
    def _columns_carry_choices(cls, given: Any) -> Any:
        """A multi-response question of several 0/1 columns and as many choices pairs them in order.

        Columns of mentions may happen to be as many as their choices: they say `shared_list`.
        """
        if not isinstance(given, dict) or given.get("kind") != Kind.MULTI_CHOICE:
            return given
        if given.get("delimiter") or given.get("shared_list"):
            return given
        columns, choices = given.get("columns") or (), given.get("choices") or ()
        if len(columns) == len(choices) > 1 and all(isinstance(c, dict) and not c.get("column") for c in choices):
            paired = [{**c, "column": column} for c, column in zip(choices, columns, strict=True)]
            return {**given, "choices": paired}
        return given

    def choice(self, code: object) -> Choice | None:
        """The choice with this code, or None."""
        return next((c for c in self.choices if c.code == str(code)), None)

    @property
    def stem(self) -> str | None:
        """The words that the items of a battery share; None where the battery was found by its choices alone."""
        return None if self.group is None or "|" in self.group else self.group

    @property
    def tabulated(self) -> bool:
        """Whether a default plan gives this variable a table of its own."""
        return (
            not self.personal
            and not self.member_of
            and self.kind
            in {
                Kind.SINGLE_CHOICE,
                Kind.MULTI_CHOICE,
                Kind.SCALE,
                Kind.NUMERIC,
                Kind.OPEN_ENDED,
            }
        )


class Codebook(BaseModel):
    """Every variable of one upload, in the order of its columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variables: tuple[Variable, ...]
    language: str | None = None
    """`id` or `en`, as detected from the labels; None where there is too little text to tell."""
    tool: str | None = None
    """What made the file: kobo, qualtrics, surveymonkey, limesurvey, google_forms, spss ..."""
    respondent_column: str | None = None
    """The upload's own respondent identifier (`_uuid`, `_id`, `ResponseId` ...); None: the row number."""
    remarks: tuple[Remark, ...] = ()
    """What a person should know of the whole codebook, such as a likely weight that is not used."""

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        times = Counter(v.name for v in self.variables)
        twice = sorted(name for name, count in times.items() if count > 1)
        if twice:
            raise ValueError(f"the variable name {twice[0]!r} stands twice in the codebook")
        return self

    def __iter__(self) -> Iterator[Variable]:  # type: ignore[override]
        return iter(self.variables)

    def __len__(self) -> int:
        return len(self.variables)

    @cached_property
    def _looked_up(self) -> tuple[tuple[Variable, ...], dict[str, Variable]]:
        return self.variables, {v.name: v for v in self.variables}

    def _by_name(self) -> dict[str, Variable]:
        variables, by_name = self._looked_up
        if variables is not self.variables:  # `model_copy` takes along what the original has looked up
            by_name = {v.name: v for v in self.variables}
            self.__dict__["_looked_up"] = (self.variables, by_name)
        return by_name

    def __contains__(self, name: object) -> bool:
        return name in self._by_name()

    def __getitem__(self, name: str) -> Variable:
        """The variable of this name. Raises KeyError."""
        return self._by_name()[name]

    def remarks_in(self, language: str | None) -> list[str]:
        """The remarks in a language (`id`, else English), those of a variable under its name."""
        of_variables = [f"{v.name}: {r.in_language(language)}" for v in self.variables for r in v.remarks]
        return [*(r.in_language(language) for r in self.remarks), *of_variables]

    def of_kind(self, *kinds: Kind) -> tuple[Variable, ...]:
        """The variables of these kinds, in order."""
        return tuple(v for v in self.variables if v.kind in kinds)
