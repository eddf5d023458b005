"""Answers as small integers: what a question's cells become before anything is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.survey.codebook import Choice, Variable
from mcode_pipelines.survey.plan import Nets
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray, IntArray

NOBODY = -1
"""The pattern of a respondent without an answer."""


@dataclass(frozen=True)
class CodedAnswers:
    """The answers to a question with choices.

    Respondents who gave the same answer share a *pattern*: for a single-choice question the pattern is the choice,
    for a multi-response question it is the set of choices. Counting then handles both alike. (For kinds that take one
    answer, pattern and choice are always the same number.)
    """

    variable: Variable
    choices: tuple[Choice, ...]
    patterns: IntArray
    """(respondents,) the pattern of each respondent, NOBODY without an answer."""
    members: BoolArray
    """(patterns, choices) which choices a pattern holds."""
    nets: dict[str, tuple[str, ...]]
    """Nets that come with the question itself (from a code frame): label to codes."""
    left_out: int = 0
    """Cells whose text is none of the question's answers; left out with those who gave none."""
    elsewhere: BoolArray | None = None
    """(respondents,) who gave an answer that is none of the choices, where that is known; their pattern is NOBODY."""
    no_answer: str | None = None
    """The code among the choices that stands for no answer, where there is one."""
    assumed: str | None = None
    """The phrase for what was assumed of how the answers are written, where it changes a figure."""
    not_offered: BoolArray | None = None
    """(waves, choices) which choices a wave did not offer; None where all offered all."""

    @property
    def overlapping(self) -> bool:
        """Whether a respondent can stand under two choices at once."""
        return bool((self.members.sum(axis=1) > 1).any())

    @property
    def given(self) -> BoolArray:
        """(respondents,) who gave an answer that is one of the choices."""
        found: BoolArray = self.patterns >= 0
        return found

    def by_choice(self, figures: FloatArray) -> FloatArray:
        """(respondents,) the figure of the choice that each gave, NaN without an answer; `figures` is (choices,)."""
        of_pattern = np.append(figures[self.members.argmax(axis=1)] if self.members.size else [], np.nan)
        return of_pattern[self.patterns]


@dataclass(frozen=True)
class NumericAnswers:
    """The answers to a question that asks for a number."""

    variable: Variable
    values: FloatArray
    """(respondents,) NaN without an answer."""
    left_out: int = 0
    """Cells whose text is not a number; counted as no answer."""
    silent: BoolArray | None = None
    """(respondents,) in the base without a number."""
    no_answer: Choice | None = None
    """The row that shows them."""

    @property
    def given(self) -> BoolArray:
        """(respondents,) who gave a number."""
        return ~np.isnan(self.values)


Answers = CodedAnswers | NumericAnswers


def in_plan_order(choices: Sequence[Choice], nets: Nets) -> tuple[Choice, ...]:
    """The choices in the question's order, but those of nets in the order that the plan gives the nets.

    Nets take the places where the first members of nets stand; a net inside another one moves with it.
    """
    place = {choice.code: at for at, choice in enumerate(choices)}
    outer = [codes for codes in nets.values() if not any({*codes} < {*others} for others in nets.values())]
    starts = [min(place[code] for code in codes) for codes in outer]
    at_net: dict[str, int] = {}
    for codes, start in zip(outer, sorted(starts), strict=True):
        for code in codes:
            at_net.setdefault(code, start)
    return tuple(sorted(choices, key=lambda choice: (at_net.get(choice.code, place[choice.code]), place[choice.code])))


def membership(choices: Sequence[Choice], sets: Sequence[Sequence[str]]) -> BoolArray:
    """(choices, sets) which choices belong to which sets of codes."""
    position = {choice.code: i for i, choice in enumerate(choices)}
    table = np.zeros((len(choices), len(sets)), dtype=bool)
    for column, codes in enumerate(sets):
        for code in codes:
            table[position[code], column] = True
    return table


def from_indicators(indicators: BoolArray, answered: BoolArray) -> tuple[IntArray, BoolArray]:
    """Patterns of a respondents x choices table of chosen or not.

    Returns (respondents,) patterns, NOBODY where not `answered`, and (patterns, choices) members.
    """
    if indicators.shape[1] == 0 or indicators.shape[0] == 0:
        return np.full(indicators.shape[0], NOBODY, dtype=np.int32), np.zeros((0, indicators.shape[1]), dtype=bool)
    if indicators.shape[1] <= 62:
        keys = indicators @ (np.int64(1) << np.arange(indicators.shape[1], dtype=np.int64))
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    else:
        packed = np.ascontiguousarray(np.packbits(indicators, axis=1))
        whole = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
        _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    patterns = np.where(answered, inverse.reshape(-1), NOBODY).astype(np.int32)
    return patterns, indicators[first]


def merged(patterns: IntArray, members: BoolArray) -> tuple[IntArray, BoolArray]:
    """The same answers with patterns that no respondent has taken out."""
    used = np.unique(patterns[patterns >= 0])
    if used.size == members.shape[0]:
        return patterns, members
    renumber = np.full(members.shape[0] + 1, NOBODY, dtype=np.int32)
    renumber[used] = np.arange(used.size, dtype=np.int32)
    return renumber[patterns], members[used]
