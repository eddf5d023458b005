"""The code frame: what an open-ended question's answers are coded into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import BaseModel, ConfigDict, RootModel, model_validator

from mcode_pipelines.survey.codes import NO_ANSWER, CodeText


def normalised_label(label: str) -> str:
    """A label as labels are compared: without regard to case and spacing."""
    return " ".join(label.casefold().split())


def born(code: int | str, label: str) -> str:
    """What a code that has this number and label from its beginning is known as."""
    return f"{code} {normalised_label(label)}"


class Code(BaseModel):
    """One theme of a code frame."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: int
    label: str
    definition: str | None = None
    examples: tuple[str, ...] = ()
    net: str | None = None
    """The heading the code stands under in tables, where the frame has nets."""
    lineage: tuple[str, ...] | None = None
    """Number and label that the code was first known by, in the study's first upload that had it, and those of codes
    that were merged into it. None while both are what they were: see `known_as`."""

    @property
    def known_as(self) -> tuple[str, ...]:
        """What is the same in all waves of a study, whatever number and label the code has in each."""
        return self.lineage or (born(self.code, self.label),)


class CodeFrame(BaseModel):
    """The codes of one open-ended question.

    99 is always "no answer"; the "other" code is the last of the others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    variable: str
    question: str
    language: str
    codes: tuple[Code, ...]
    other: int | None = None
    """The code that answers fitting nothing get; None where a given frame has no such code."""
    origin: str = "generated"
    """`generated`, `given` where a person brought the frame, or `wave` where an earlier wave did."""
    merges: tuple[str, str] | None = None
    """The choice question and its "other, specify" text that this frame stands for together. `variable` is then the
    choice question, and the codings of that name hold everybody's codes, ticked ones too."""
    printed: tuple[int, ...] | None = None
    """Of a frame that `merges`: the codes that respondents could tick. They can be renamed, but are always there.
    In the order of the question's choices."""
    printed_codes: tuple[CodeText, ...] | None = None
    """The codes of the question's choices that `printed` numbers, in the same order."""
    printed_labels: tuple[str, ...] | None = None
    """What the form calls these choices, in the same order; a person may call them otherwise in `codes`."""
    single: bool | None = None
    """Of a frame that `merges`: whether an answer has one code only, as respondents could tick one choice only."""
    listed: bool | None = None
    """Whether its codes are entries of a list, such as proper names: answers get them only by their spelling."""
    deleted: tuple[Code, ...] | None = None
    """Codes that persons took away. No answer gets them; what is like them fits none of the others for that."""
    retired: tuple[int, ...] | None = None
    """Numbers of codes that were deleted or merged into others, ascending. No code gets them again."""

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        seen: dict[int, str] = {}
        for code in self.codes:
            if code.code in seen:
                raise ValueError(
                    f"code {code.code} stands twice in the frame of {self.variable}: "
                    f"{seen[code.code]!r} and {code.label!r}"
                )
            seen[code.code] = code.label
        if self.other is not None and self.other not in seen:
            raise ValueError(f"the other code {self.other} of {self.variable} is not one of its codes")
        return self

    def label_of(self, code: int) -> str:
        """The label of a code. Raises KeyError."""
        for candidate in self.codes:
            if candidate.code == code:
                return candidate.label
        raise KeyError(code)

    @property
    def used_numbers(self) -> frozenset[int]:
        """Every number that a code of the frame has or ever had: a new code gets none of them."""
        return frozenset({*(c.code for c in self.codes), *(self.retired or ()), *(c.code for c in self.deleted or ())})

    @property
    def choice_of_number(self) -> dict[int, str]:
        """The code of the question's choice that each printed number stands for; frames of old do not say it."""
        return dict(zip(self.printed or (), self.printed_codes or (), strict=False))

    @property
    def themes(self) -> tuple[Code, ...]:
        """The codes that say something: neither "other" nor "no answer"."""
        return tuple(c for c in self.codes if c.code not in {self.other, NO_ANSWER})


class CodeFrames(RootModel[tuple[CodeFrame, ...]]):
    """The code frames of one upload, one per question."""

    model_config = ConfigDict(frozen=True)

    def __iter__(self) -> Iterator[CodeFrame]:  # type: ignore[override]
        return iter(self.root)

    def __len__(self) -> int:
        return len(self.root)

    def of(self, variable: str) -> CodeFrame | None:
        """The frame of a question, or None where it has none."""
        return next((f for f in self.root if f.variable == variable), None)
