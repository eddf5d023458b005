"""Answers that are bands of numbers (`18-29`, `< Rp 1 juta`, `65+`): where each stands among the others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mcode_pipelines.detection.vocabulary import word_set

_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)|\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_UNITS = {
    "k": 1e3, "rb": 1e3, "ribu": 1e3, "thousand": 1e3, "jt": 1e6, "juta": 1e6, "million": 1e6,
    "miliar": 1e9, "milyar": 1e9, "billion": 1e9,
    "hari": 1 / 365, "day": 1 / 365, "minggu": 7 / 365, "week": 7 / 365, "bulan": 1 / 12, "month": 1 / 12,
}  # fmt: skip
"""What a number before the word counts as; a year is 1, so that `6 months` stands before `1-2 years`."""
_UNIT = re.compile(rf"\s*({'|'.join(_UNITS)})s?\b", re.IGNORECASE)
_BELOW = re.compile(
    r"[<≤]|\b(under|below|less|fewer|younger|up to|at most|no more than|kurang|di ?bawah|tidak lebih|maksimal|maks|max|"
    r"hingga|sampai|s/d|belum)\b",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"[>≥+]|\b(over|above|more|older|and up|at least|or higher|lebih|di ?atas|ke ?atas|minimal|plus)\b", re.IGNORECASE
)
_NONE = re.compile(r"^(no|none|not|never|nothing|zero|tidak|tak|belum|tanpa)\b", re.IGNORECASE)
_FILLERS = word_set(
    """rp idr usd rupiah k rb ribu thousand jt juta million miliar milyar billion under below less fewer younger up
    to at     most no tidak more than kurang di bawah dibawah maksimal maks max hingga sampai dengan s d sd belum
    over above older and     or least higher lebih dari atas diatas ke keatas minimal plus tahun thn th year years
    yr yrs old usia umur age aged     atau dan per bulan month months week minggu hari day days of but kali times
    time orang person people antara between     jam hour hours menit minutes km from mulai"""
)
_WORD = re.compile(r"[^\W\d_]+")


def band_of(label: str) -> tuple[float, float] | None:
    """Where a band begins, as a pair that sorts: `< 18` before `18`, `18-29` before `> 18`; None without a number.

    Amounts in thousands and millions (`2 juta`, `25k`) count in full, a unit at the end for both ends (`1-2 juta`).
    """
    found = list(_NUMBER.finditer(label))
    if not found:
        return None
    units = [_UNIT.match(label, m.end()) for m in found]
    last = units[-1]
    shared = _UNITS[last[1].lower()] if last else 1.0
    first = _value(found[0].group()) * (_UNITS[units[0][1].lower()] if units[0] else shared)
    if len(found) > 1:
        return first, 0.0
    if _BELOW.search(label):
        return float("-inf"), first
    return first, 1.0 if _ABOVE.search(label) else 0.0


def _value(number: str) -> float:
    if _THOUSANDS.fullmatch(number):
        return float(re.sub("[.,]", "", number))
    return float(number.replace(",", "."))


def order_of_bands(labels: Sequence[str]) -> list[int] | None:
    """The places of the labels from the lowest band up, or None where they are not bands of one thing.

    Bands of one thing leave the same words once numbers, units and words like `under` are taken out: `Windows 10`
    and `Android 9` do not. Labels without a number (at most two in five)
    stand last, those of nothing (`No income`) first.
    """
    keys = [band_of(label) for label in labels]
    bands = [k for k in keys if k is not None]
    if len(bands) < 2 or len(set(bands)) < len(bands) or len(bands) < 0.6 * len(labels):
        return None
    rests = {
        frozenset(w.lower() for w in _WORD.findall(label)) - _FILLERS
        for label, key in zip(labels, keys, strict=True)
        if key is not None
    }
    if len(rests) > 1:
        return None
    last = (float("inf"), 1.0)
    none = (float("-inf"), float("-inf"))
    placed = [key or (none if _NONE.match(label.strip()) else last) for label, key in zip(labels, keys, strict=True)]
    return sorted(range(len(labels)), key=lambda i: placed[i])
