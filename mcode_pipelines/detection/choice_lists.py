"""Choices that nobody listed: collected from the answers, one a spelling, in the order a reader expects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mcode_pipelines.detection.bands import order_of_bands
from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.scales import is_dont_know, leading_number
from mcode_pipelines.survey import Choice

_CODE_NAME = re.compile(r"[A-Za-z0-9]+(_[A-Za-z0-9]+)+|[A-Za-z]*[a-z][A-Z][A-Za-z0-9]*")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def merge_spellings(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The answers with those that differ only in case or outer blanks as one, most frequent first.

    The most frequent spelling stands for all: tabulation finds the others, as it compares without case.
    """
    spelled: dict[str, tuple[str, int]] = {}
    for text, count in counted:
        key = text.strip().casefold()
        kept, known = spelled.get(key, (text, 0))
        spelled[key] = (kept, known + count)
    return sorted(spelled.values(), key=lambda item: -item[1])


def choices_from_values(column: Column) -> list[Choice]:
    """The values of a column as choices."""
    return sort_choices([Choice(code=v, label=v) for v, _ in merge_spellings(column.top)])


def count_merged_spellings(column: Column) -> int:
    """How many spellings of a column's answers are a choice's second writing."""
    return len(column.top) - len(merge_spellings(column.top))


def are_choice_names(column: Column) -> bool:
    """Whether the answers are names a form gives its choices (`too_far`, `IncWork`): nobody types so."""
    coded = sum(n for v, n in column.top if _CODE_NAME.fullmatch(v))
    return (
        column.repetition >= 4
        and coded >= 0.8 * sum(n for _, n in column.top)
        and not count_merged_spellings(column)
        and not any(" " in v for v in column.values)
    )


def sort_choices(choices: Sequence[Choice]) -> list[Choice]:
    """Numbers and bands of numbers from the lowest up, numbered answers by their number, others as they are;
    don't-know last."""
    points = [c for c in choices if not is_dont_know(c.code, c.label)]
    others = [c for c in choices if is_dont_know(c.code, c.label)]
    if all(_PLAIN_NUMBER.fullmatch(c.code) for c in choices):
        return sorted(points, key=lambda c: float(c.code)) + sorted(others, key=lambda c: float(c.code))
    if (order := order_of_bands([c.label for c in points])) is not None:
        points = [points[i] for i in order]
    elif len(points) >= 2 and all(stated := [leading_number(c.label) for c in points]):
        numbers = {c.code: s[0] for c, s in zip(points, stated, strict=True) if s}
        points = sorted(points, key=lambda c: numbers[c.code])
    return points + others
