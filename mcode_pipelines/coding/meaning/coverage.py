"""How much of what people say a frame has codes for, told without a coded answer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.meaning.vectors import DoubleArray, FloatArray, logit, sigmoid

ANSWERS_SAMPLED = 1_000
"""Different answers that it is told by, those of most respondents."""
_FEWEST = 40
"""Different answers below which nothing can be told."""
_NEIGHBOURS, _COMPANY = 0.01, 0.025
"""Shares of the answers that are an answer's neighbours: how alike answers are, and whose themes are looked at."""
_MANY_CODES, _LIKE_A_CODE, _LIKE_EACH_OTHER, _SAME_THEME, _START = 1.05, 3.14, -6.38, 1.91, -2.1
"""The curve of coverage: how many codes there are (log), how like answers are to the nearest code (log) and to each
other (log), and how often neighbours have the same theme (log odds). A frame that covers what is said names it nearly
as well as the answers do each other, and cuts between groups of answers rather than through them. Fitted on 14
questions coded by people, on the same with only some of their codes, and with only the answers of some, each of 1,000,
300 and 120 answers; left out a survey at a time it is 4 points off where a frame covers everything, 24 where not."""
_ALL = 0.85
"""Coverage that is taken for everything, so that a frame that fits loses nothing."""
_NEARER = 1.5
"""How much nearness to a code, in spreads of the question, moves the log odds that an answer fits one."""
_NEAREST = 0.02
"""Company is never taken for nearer to none, or to all, than this."""
_EVENLY, _STEP, _PLAINLY = 0.35, 0.06, 0.95
"""Likeness to a label at which an answer is as likely to fit it as not, how much more makes that e times as likely, and
the most that likeness alone can tell. What says a label nearly in its own words fits it, however little the frame
covers: of nine questions with all to a quarter of their codes, 88 to 100 of 100 answers above .5 did and 81 to 100 of
those above .4 (but for 77 codes that differ in a word: 65 and 60). Labels of another matter were like none above .3."""
_CERTAIN = 0.995
"""How sure it is that an answer fits a frame that covers everything."""
FITS_SURELY = 0.9
"""Chance of fitting a code from which an answer is no matter for the other code, however unlike its code it is."""
_FARTHEST, _HALVINGS = 12.0, 40
"""Where the log odds of the start are looked for, and how often that range is halved."""
_NARROWEST = 1e-3
"""The least spread, where all answers are alike."""


@dataclass(frozen=True)
class Coverage:
    """How much of what is said fits a code of the frame, and which answers do."""

    share: float
    """Of the respondents who say something."""
    _start: float
    _usual: DoubleArray
    """(themes,) likeness of the middle answer."""
    _spread: DoubleArray
    """(themes,) how far likeness falls short of that where it is chance alone."""
    _middle: float
    _width: float

    def fit_probabilities(self, similarity: FloatArray) -> DoubleArray:
        """(answers,) how likely each fits a code; `similarity` (answers, themes) is its likeness to each."""
        if self.share >= 1:
            return np.full(len(similarity), _CERTAIN)
        nearness = (_nearness(similarity, self._usual, self._spread) - self._middle) / self._width
        return np.maximum(sigmoid(self._start + _NEARER * nearness), _by_words(similarity))


def coverage_of(
    similarity: FloatArray, shares: DoubleArray, meanings: FloatArray, counts: npt.NDArray[np.float64]
) -> Coverage | None:
    """The coverage of a frame by at most `ANSWERS_SAMPLED` different answers; None where too few were given to tell.

    `similarity` and `shares` (answers, themes) are likeness to each theme and how likely each is, `meanings` (answers,
    dimensions) unit vectors, `counts` (answers,) respondents. Nothing can be told of a single theme either.
    """
    answers, themes = shares.shape
    if answers < _FEWEST or themes < 2:
        return None
    alike = np.asarray(meanings @ meanings.T, dtype=np.float32)
    np.fill_diagonal(alike, -2)
    order = np.argsort(-alike, axis=1, kind="stable")[:, : max(1, round(_COMPANY * answers))]
    near = order[:, : max(1, round(_NEIGHBOURS * answers))]
    first = shares.argmax(axis=1)
    heft = counts / counts.sum()
    to_a_code = float(heft @ similarity.max(axis=1))
    to_each_other = float(heft @ np.take_along_axis(alike, near, axis=1).mean(axis=1))
    together = float(heft @ (first[order] == first[:, None]).mean(axis=1))
    odds = (
        _START
        + _MANY_CODES * math.log(themes)
        + _LIKE_A_CODE * math.log(max(0.01, to_a_code))
        + _LIKE_EACH_OTHER * math.log(max(0.01, to_each_other))
        + _SAME_THEME * float(logit(together, _NEAREST))
    )
    by_words = _by_words(similarity)
    share = min(1.0, round(max(float(sigmoid(odds)) / _ALL, float(heft @ by_words)), 3))
    usual, spread = _by_chance(similarity)
    nearness = _nearness(similarity, usual, spread)
    middle, width = float(nearness.mean()), max(float(nearness.std()), _NARROWEST)
    start = 0.0 if share >= 1 else _intercept_for(share, _NEARER * (nearness - middle) / width, by_words, heft)
    return Coverage(share, start, usual, spread, middle, width)


def _by_chance(similarity: FloatArray) -> tuple[DoubleArray, DoubleArray]:
    """(themes,) the middle likeness to each theme, and how far the lower half lies below it.

    The lower half tells what chance does, since answers that do belong to a theme lie in the upper one.
    """
    usual = np.median(similarity, axis=0).astype(np.float64)
    below = np.minimum(similarity - usual, 0.0)
    fewer = np.maximum((similarity < usual).sum(axis=0), 1)
    return usual, np.maximum(np.sqrt((below**2).sum(axis=0) / fewer), _NARROWEST)


def _nearness(similarity: FloatArray, usual: DoubleArray, spread: DoubleArray) -> DoubleArray:
    """(answers,) how far above chance the likeness to the nearest theme is (log)."""
    return np.asarray(np.log1p(np.maximum(((similarity - usual) / spread).max(axis=1), 0.0)), dtype=np.float64)


def probability_by_similarity(likeness: npt.ArrayLike) -> DoubleArray:
    """How likely two are about one thing by their likeness alone, in its shape, whatever else the question is about."""
    return sigmoid((np.asarray(likeness, dtype=np.float64) - _EVENLY) / _STEP)


def _by_words(similarity: FloatArray) -> DoubleArray:
    """(answers,) how likely each fits a code by likeness alone."""
    return np.minimum(probability_by_similarity(similarity.max(axis=1)), _PLAINLY)


def _intercept_for(share: float, raised: DoubleArray, at_least: DoubleArray, heft: DoubleArray) -> float:
    """The log odds that, moved by `raised`, give `share` on average, where no chance is below `at_least`."""
    low, high = -_FARTHEST, _FARTHEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if float(heft @ np.maximum(sigmoid(middle + raised), at_least)) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
