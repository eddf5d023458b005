"""How well codings agree with a person's: of frames with frames, of codes with codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence, Set

import numpy as np
import numpy.typing as npt


def normalised_mutual_information(truth: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Mutual information of two groupings over the mean of their entropies; 1 for the same grouping, 0 for none.

    Two groupings of a single group each agree (1). Source: Strehl and Ghosh (2002), with the arithmetic mean.
    Raises ValueError where the lengths differ.
    """
    if len(truth) != len(found):
        raise ValueError(f"{len(truth)} true groups against {len(found)} found ones")
    total = len(truth)
    if total == 0:
        return 1.0
    joint = Counter(zip(truth, found, strict=True))
    of_truth, of_found = Counter(truth), Counter(found)

    def entropy(counts: Counter[Hashable]) -> float:
        shares = np.array(sorted(counts.values())) / total
        return float(-(shares * np.log(shares)).sum())

    mean = (entropy(of_truth) + entropy(of_found)) / 2
    if mean == 0:
        return 1.0
    information = sum(n / total * np.log(n * total / (of_truth[t] * of_found[f])) for (t, f), n in joint.items())
    return float(max(0.0, information / mean))


def micro_f1(truth: Sequence[Set[int]], found: Sequence[Set[int]]) -> float:
    """F1 over all answer x code decisions together; 1 where nothing was to be found and nothing was.

    Raises ValueError where the lengths differ.
    """
    if len(truth) != len(found):
        raise ValueError(f"{len(truth)} true codings against {len(found)} found ones")
    right = sum(len(t & f) for t, f in zip(truth, found, strict=True))
    asked = sum(len(t) for t in truth) + sum(len(f) for f in found)
    return 2 * right / asked if asked else 1.0


def calibration_error(confidence: npt.ArrayLike, right: npt.ArrayLike, bins: int = 10) -> float:
    """Expected calibration error: mean distance of confidence and share right, over bins of equal width.

    Source: Naeini, Cooper and Hauskrecht (2015). 0 for no decisions.
    """
    sure = np.asarray(confidence, dtype=np.float64)
    hit = np.asarray(right, dtype=np.float64)
    if len(sure) == 0:
        return 0.0
    place = np.minimum((sure * bins).astype(np.int64), bins - 1)
    error = 0.0
    for b in range(bins):
        own = place == b
        if own.any():
            error += own.mean() * abs(sure[own].mean() - hit[own].mean())
    return float(error)


def best_match(truth: Sequence[Set[int]], found: Sequence[Set[int]]) -> dict[int, int]:
    """For every found code the true code it means, by how often the two stand together (one to many allowed)."""
    together: dict[int, Counter[int]] = {}
    for true_codes, found_codes in zip(truth, found, strict=True):
        for code in found_codes:
            together.setdefault(code, Counter()).update(true_codes)
    return {
        code: max(counts.items(), key=lambda c: (c[1], -c[0]))[0] for code, counts in sorted(together.items()) if counts
    }
