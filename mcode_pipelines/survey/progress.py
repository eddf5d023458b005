"""How long work tells a person where it stands."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called now and then with the step in words, and how many of how many are done."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Tells how far `step` is."""


def silent(step: str, done: int, total: int) -> None:
    """Progress for nobody."""
