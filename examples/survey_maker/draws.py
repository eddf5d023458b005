"""Seeded draws that stay the same from one numpy release to the next."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TypeVar
from uuid import UUID

import numpy as np

Item = TypeVar("Item")

_STANDARD_NORMAL = NormalDist()


class Draws:
    """Random draws of one respondent's one section, named by a key.

    Everything comes from `Generator.random()`: of all the methods of a numpy generator it is the one whose stream is
    least likely to change, and the committed files must come out the same on every machine. A key of its own for
    every respondent and section means that a change to one question leaves all other answers as they were.
    """

    def __init__(self, *key: str | int) -> None:
        self._uniform = np.random.default_rng([zlib.crc32(str(part).encode()) for part in key]).random

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number in [low, high)."""
        return low + (high - low) * float(self._uniform())

    def chance(self, probability: float) -> bool:
        """True in this share of the draws."""
        return float(self._uniform()) < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(float(self._uniform()) * (high - low + 1))

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """A normal number, cut at about five deviations."""
        return mean + deviation * _STANDARD_NORMAL.inv_cdf(min(max(float(self._uniform()), 3e-7), 1 - 3e-7))

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely."""
        return items[int(float(self._uniform()) * len(items))]

    def weighted(self, weights: Mapping[Item, float]) -> Item:
        """One of the keys, as likely as its weight says."""
        left = float(self._uniform()) * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return next(reversed(list(weights)))

    def several(self, weights: Mapping[Item, float], number: int) -> list[Item]:
        """Up to `number` different keys, in the order drawn."""
        left = {item: weight for item, weight in weights.items() if weight > 0}
        chosen: list[Item] = []
        while left and len(chosen) < number:
            chosen.append(self.weighted(left))
            del left[chosen[-1]]
        return chosen

    def uuid(self) -> str:
        """A random (version 4) UUID."""
        number = 0
        for _ in range(4):
            number = number << 32 | self.whole(0, 2**32 - 1)
        return str(UUID(int=number, version=4))
