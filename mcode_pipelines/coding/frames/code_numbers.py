"""Numbers of new codes."""

from __future__ import annotations

from collections.abc import Collection

from mcode_pipelines.survey import NO_ANSWER


def next_codes(taken: Collection[int], wanted: int) -> list[int]:
    """So many new code numbers: after the highest there is, never 99."""
    highest = max((c for c in taken if c != NO_ANSWER), default=0)
    numbers: list[int] = []
    while len(numbers) < wanted:
        highest += 1
        if highest != NO_ANSWER and highest not in taken:
            numbers.append(highest)
    return numbers
