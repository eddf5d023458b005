"""A code frame after a person's edits, and what is to be remembered of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from mcode_pipelines.survey import CodeFrame


class FrameHistory(BaseModel):
    """Codes that earlier reviews took out of a question's frame; their numbers are never given again."""

    model_config = ConfigDict(frozen=True)

    moved: dict[int, int] = {}
    """Merged codes, and what they were merged into."""
    gone: frozenset[int] = frozenset()
    """Deleted codes."""
    labels: dict[int, str] = {}
    """What such codes were called last, as far as it was noted."""


@dataclass
class EditedFrame:
    """A frame after a person's edits."""

    frame: CodeFrame
    moved: dict[int, int] = field(default_factory=dict)
    """Codes that were merged into others, now or earlier; to where."""
    typed: dict[int, int] = field(default_factory=dict)
    """Numbers that this very workbook wrote for new codes, which got other ones. No other workbook means them so."""
    gone: frozenset[int] = frozenset()
    """Codes that were deleted, now or earlier."""
    labels: dict[int, str] = field(default_factory=dict)
    """What codes were called last that were merged or deleted."""
    merged: frozenset[int] = frozenset()
    """Codes that this review merged into others."""
    done: list[str] = field(default_factory=list)
    """What was changed, a few words each."""
    refused: list[str] = field(default_factory=list)
    """What could not be done, with sheet and row."""

    def code(self, written: int) -> int | None:
        """The code of the edited frame that a code of the workbook stands for now; None where there is none."""
        at = self.number(written)
        return at if any(c.code == at for c in self.frame.codes) else None

    def number(self, written: int) -> int:
        """The number that a number of the workbook came to, be it in the frame or not."""
        at, steps = self.typed.get(written, written), 0
        while at in self.moved and steps <= len(self.moved):
            at, steps = self.moved[at], steps + 1
        return at

    @property
    def history(self) -> FrameHistory:
        """What is to be remembered of this review and those before it."""
        there = {c.code for c in self.frame.codes}
        return FrameHistory(
            moved={code: target for code, target in sorted(self.moved.items()) if code not in there},
            gone=frozenset(self.gone - there),
            labels={code: label for code, label in sorted(self.labels.items()) if code not in there},
        )
