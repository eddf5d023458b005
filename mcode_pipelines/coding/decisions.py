"""What is decided about answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mcode_pipelines.coding.embedders import encoding_told
from mcode_pipelines.survey import CodeFrame, Progress, throttled

_CHUNK = 10_000

Decision = tuple[tuple[int, float], ...]
"""The codes of one answer with their confidence, surest first."""


def fits_nothing(frame: CodeFrame, nearest: tuple[int, float] | None) -> Decision:
    """The decision on an answer that fits no theme: the other code, else the nearest theme with little confidence."""
    code, confidence = nearest if nearest is not None else (None, 0.0)
    if frame.other is not None:
        return ((frame.other, round(min(0.75, max(0.3, 1 - 2 * confidence)), 4)),)
    if code is not None:
        return ((code, round(min(confidence, 0.2), 4)),)
    return ((frame.codes[-1].code, 0.0),)


def in_chunks(
    variable: str, wanted: Sequence[int], decide: Callable[[Sequence[int]], list[Decision]], progress: Progress
) -> list[Decision]:
    """What is decided about the distinct answers `wanted`, as many at once as memory allows; tells how far it is."""
    progress(variable, 0, len(wanted), "different answers")
    told = throttled(progress, variable, "different answers")
    decisions: list[Decision] = []
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]

        def of_all(read: int, texts: int, start: int = start, size: int = len(chunk)) -> None:
            told(start + size * read // texts, len(wanted))

        with encoding_told(of_all):
            decisions += decide(chunk)
        told(start + len(chunk), len(wanted))
    return decisions
