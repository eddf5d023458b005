"""How long work tells a person where it stands."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called now and then with the step in words, and how many of how many (of what) are done."""

    def __call__(self, step: str, done: int, total: int, of: str = "") -> None:
        """Tells how far `step` is."""


def in_words(step: str, done: int, total: int, of: str = "") -> str:
    """How far a step is, as a person reads it; a total of less than what is done is not known yet.

    >>> in_words("E1", 4200, 10000, "answers")
    'E1: 4,200 of 10,000 answers'
    >>> in_words("excel", 100, 0)
    'excel: 100'
    """
    known = f" of {total:,}" if total >= done else ""
    return f"{step}: {done:,}{known} {of}".rstrip()


def silent(step: str, done: int, total: int, of: str = "") -> None:
    """Progress for nobody."""
