"""Columns of small whole numbers, a byte a respondent: what most questions are, and what is read fastest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

_BYTE = 255
"""The largest number of a byte; taken as a place it is NOBODY."""


@dataclass(frozen=True)
class SmallNumbers:
    """A column of whole numbers from 0 to 254, a byte a respondent."""

    cells: NDArray[np.uint8]
    """(respondents,) `low - 1` where nothing stands, which of 0 is 255."""
    low: int
    high: int


def small_numbers(data: pl.DataFrame) -> dict[str, SmallNumbers]:
    """Those columns that hold nothing but such numbers, all of them made at once: a column by itself costs more."""
    ends: dict[str, tuple[int, int]] = {}
    for column in data:
        low, high = (column.min(), column.max()) if column.dtype.is_integer() else (None, None)
        if isinstance(low, int) and isinstance(high, int) and low >= 0 and high < _BYTE:
            ends[column.name] = low, high
    cells = data.select(pl.col(c).cast(pl.UInt8).fill_null((low - 1) % 256) for c, (low, _) in ends.items())
    return {c: SmallNumbers(cells[c].to_numpy(), low, high) for c, (low, high) in ends.items()}
