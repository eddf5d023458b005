"""How long work tells a person where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

_MOST_STEPS = 25
_LEAST_STEP = 200


class Progress(Protocol):
    """Called now and then with the step in words, and how many of how many (of what) are done."""

    def __call__(self, step: str, done: int, total: int, of: str = "") -> None:
        """Tells how far `step` is."""


def progress_text(step: str, done: int, total: int, of: str = "") -> str:
    """How far a step is, as a person reads it; a total of less than what is done is not known yet.

    >>> progress_text("E1", 4200, 10000, "answers")
    'E1: 4,200 of 10,000 answers'
    >>> progress_text("excel", 100, 0)
    'excel: 100'
    """
    known = f" of {total:,}" if total >= done else ""
    return f"{step}: {done:,}{known} {of}".rstrip()


def throttled(progress: Progress, step: str, of: str = "", *, least: int = _LEAST_STEP) -> Callable[[int, int], None]:
    """Tells `progress` how many of how many are done only now and then: at most some two dozen times, and not for less
    than `least` at a time.

    >>> told = throttled(lambda *words: print(progress_text(*words)), "E1", "answers")
    >>> for done in range(601):
    ...     told(done, 600)
    E1: 200 of 600 answers
    E1: 400 of 600 answers
    E1: 600 of 600 answers
    """
    before = 0

    def tell(done: int, total: int) -> None:
        nonlocal before
        if done < before:
            before = 0
        if done - before >= max(least, total / _MOST_STEPS):
            before = done
            progress(step, done, total, of)

    return tell


def no_progress(step: str, done: int, total: int, of: str = "") -> None:
    """Progress for nobody."""
