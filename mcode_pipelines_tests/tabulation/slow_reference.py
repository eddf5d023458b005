"""A second tabulator in plain Python loops, written from the formulas alone: slow, and independent of the fast one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy import stats

Row = set[str] | None
"""The codes a respondent gave; None without an answer."""


@dataclass(frozen=True)
class Person:
    row: Row
    column: Row
    weight: float | None = 1.0
    score: float | None = None


class SlowTable:
    """One question against one banner question."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.counted = [p for p in people if p.weight is not None and p.weight > 0]
        self.base = [p for p in self.counted if p.row is not None]

    def inside(self, column: str) -> list[Person]:
        return self.base if column == "@" else [p for p in self.base if p.column is not None and column in p.column]

    def count(self, column: str, has: Callable[[Person], bool]) -> tuple[int, float]:
        found = [p for p in self.inside(column) if has(p)]
        return len(found), math.fsum(p.weight for p in found)

    def bases(self, people: list[Person]) -> tuple[int, float, float]:
        w = math.fsum(p.weight for p in people)
        q = math.fsum(p.weight**2 for p in people)
        return len(people), w, w * w / q if q else 0.0

    def moments(self, column: str) -> tuple[float, float] | None:
        scored = [p for p in self.inside(column) if p.score is not None]
        w = math.fsum(p.weight for p in scored)
        if not scored:
            return None
        mean = math.fsum(p.weight * p.score for p in scored) / w
        away = math.fsum(p.weight * (p.score - mean) ** 2 for p in scored)
        scale = math.fsum(p.weight for p in self.counted) / len(self.counted)  # to weights of mean 1
        return mean, away / scale / (w / scale - 1) if w > scale else math.nan

    def proportion_p(self, a: str, b: str, has: Callable[[Person], bool]) -> float | None:
        one, two = self.inside(a), self.inside(b)
        both = [p for p in one if any(p is other for other in two)]
        (_, w1, e1), (_, w2, e2), (_, _, e0) = self.bases(one), self.bases(two), self.bases(both)
        # Of two sums over independent answers, what each respondent in both counts in one and in the other.
        shared = math.fsum((p.weight / w1) * (p.weight / w2) for p in both)
        r1, r2 = self.count(a, has)[1], self.count(b, has)[1]
        if w1 <= 0 or w2 <= 0 or abs(r1 / w1 - r2 / w2) < 1e-14:
            return None
        p = (r1 + r2) / (w1 + w2)
        variance = p * (1 - p) * (1 / e1 + 1 / e2 - 2 * shared)
        df = e1 + e2 - e0 - 2
        if variance <= 0 or df <= 0:
            return None
        return float(2 * stats.t.sf(abs(r1 / w1 - r2 / w2) / math.sqrt(variance), df))
