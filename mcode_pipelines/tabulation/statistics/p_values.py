"""Two-sided p-values of Student's t and the normal distribution, and the statistics that they are reached at.

SciPy has them too, but loading it takes as long as two hundred tables; it is asked only where few degrees of freedom
are left.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray

_FEWEST_DF = 30.0
_FARTHEST = 2.5
"""Where the expansion is good: from 30 degrees of freedom, with log(1 + t*t / df) up to here."""
_TERMS = 16
_RATIO = (1 / 64, -5 / 2048, 61 / 49152, -1385 / 1048576, 50521 / 20971520, -2702765 / 402653184)
"""log(gamma(a + 1/2) / gamma(a) / sqrt(a - 1/4)) in powers of (a - 1/4)**-2, by Stirling's series."""


def p_values(statistic: FloatArray, df: FloatArray) -> FloatArray:
    """Two-sided p-values of t statistics, of z where `df` is infinite; NaN where either is NaN. Any shape.

    Source: DiDonato and Morris (1992), Algorithm 708, section 9 (BGRAT): p is the incomplete beta function of df / 2
    and 1/2. Good to 1e-12 of the value (tested against SciPy), down to 1e-300. Fewer than 30 degrees of freedom, and
    statistics far out for theirs, are left to SciPy.
    """
    t, df = np.broadcast_arrays(np.abs(statistic), df)
    p = np.full(t.shape, np.nan)
    normal = np.isinf(df) & ~np.isnan(t)
    if normal.any():
        p[normal] = _erfc(t[normal] / math.sqrt(2.0))
    with np.errstate(invalid="ignore", over="ignore"):
        log = np.log1p(t * t / df)
        near = (df >= _FEWEST_DF) & (log <= _FARTHEST) & ~normal
    if near.any():
        p[near] = _by_expansion(log[near], df[near])
    rest = ~near & ~normal & ~np.isnan(t) & ~np.isnan(df)
    if rest.any():
        from scipy import special

        p[rest] = 2.0 * special.stdtr(df[rest], -t[rest])
    return p


def reached(statistic: FloatArray, df: FloatArray, alpha: float) -> BoolArray:
    """Whether each p-value is below `alpha`. Few of them have to be computed. NaN is not.

    The normal distribution gives a statistic that is needed at least, the fewest degrees of freedom one that is enough.
    """
    t = np.abs(statistic)
    with np.errstate(invalid="ignore"):
        found: BoolArray = t > _critical(alpha, math.inf) * (1 - 1e-9)
    if not found.any():
        return found
    fewest = float(np.min(df[found]))
    enough = _critical(alpha, _rounded_down(fewest)) * (1 + 1e-9)
    unsure = found & (t < enough)
    if unsure.any():
        found[unsure] = p_values(t[unsure], df[unsure]) < alpha
    return found


def _by_expansion(log: FloatArray, df: FloatArray) -> FloatArray:
    """`log` is log(1 + t*t / df)."""
    nu = df / 2 - 0.25
    z = nu * log
    v, t2 = 0.25 / (nu * nu), log * log / 4
    tail = _erfc(np.sqrt(z))
    r = np.exp(-z) * np.sqrt(z / math.pi)
    # j is r times that of the source, so that nothing is divided by an r that is 0.
    j, t = tail, r
    total = tail.copy()
    for n, d in enumerate(_coefficients()):
        b = 0.5 + 2 * n
        j = (b * (b + 1) * j + (z + b + 1) * t) * v
        t = t * t2
        more = d * j
        total += more
        if bool((np.abs(more) <= 1e-17 * total).all()):
            break
    w = v * 4
    power, ratio = np.ones_like(w), np.zeros_like(w)
    for coefficient in _RATIO:
        power = power * w
        ratio += coefficient * power
    return total * np.exp(ratio)


@lru_cache(maxsize=1)
def _coefficients() -> tuple[float, ...]:
    """d of the source, for b = 1/2."""
    b = 0.5
    c: list[float] = []
    d: list[float] = []
    cn = 1.0
    for n in range(1, _TERMS + 1):
        cn /= 2 * n * (2 * n + 1)
        s = sum((b * i - n) * c[i - 1] * d[n - i - 1] for i in range(1, n))
        c.append(cn)
        d.append((b - 1) * cn + s / n)
    return tuple(d)


def _erfc(x: FloatArray) -> FloatArray:
    return np.fromiter(map(math.erfc, x.tolist()), dtype=np.float64, count=x.size)


@lru_cache(maxsize=1024)
def _critical(alpha: float, df: float) -> float:
    """The statistic whose two-sided p-value is `alpha`."""
    low, high = 0.0, 1.0
    while _p(high, df) > alpha:
        low, high = high, high * 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _p(middle, df) > alpha else (low, middle)
    return high


def _p(t: float, df: float) -> float:
    return float(p_values(np.array([t]), np.array([df]))[0])


def _rounded_down(df: float) -> float:
    """To two figures, so that critical values are found out a few times only."""
    if math.isinf(df):
        return df
    scale = 10.0 ** (math.floor(math.log10(df)) - 1)
    return max(math.floor(df / scale) * scale, scale)
