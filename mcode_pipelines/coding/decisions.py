"""What is decided about one answer."""

from __future__ import annotations

from mcode_pipelines.survey import CodeFrame

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
