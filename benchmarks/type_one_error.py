"""How often tests between columns find a difference where there is none: simulated, at the 5% level.

    .venv/bin/python benchmarks/type_one_error.py

Prints the table of docs/tabulation.md. Answers never depend on the columns, so that 5% of the tests should be
significant. Weights are drawn, differ between columns, or are raked on three margins.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.respondents.raking import rake
from mcode_pipelines.tabulation.statistics.chi_square import association
from mcode_pipelines.tabulation.statistics.measures import variance_of
from mcode_pipelines.tabulation.statistics.significance import METHODS, test_means, test_proportions

WEIGHTS = ("lognormal", "by column", "raked")
DESIGNS = ("disjoint", "overlapping", "against the total", "against the rest")
MEASURES = ("proportion", "mean", "NPS")


@dataclass(frozen=True)
class Draw:
    """Repetitions of one survey. All (repetitions, respondents)."""

    weights: np.ndarray
    first: np.ndarray
    """Who stands in the first column."""
    second: np.ndarray
    """Who stands in the second one, beside it or overlapping."""
    answers: dict[str, np.ndarray]


def drawn(kind: str, overlapping: bool, repetitions: int, people: int, rng: np.random.Generator) -> Draw:
    """A survey whose answers have nothing to do with its columns."""
    shape = (repetitions, people)
    first = rng.random(shape) < 0.4
    second = rng.random(shape) < 0.5 if overlapping else ~first
    if kind == "lognormal":
        weights = rng.lognormal(0, 0.5, shape)
    elif kind == "by column":
        weights = np.where(first, 1.0, 2.0)
    else:
        weights = np.stack([_raked(here, rng) for here in first])
    steps = rng.integers(0, 11, shape)
    answers = {
        "proportion": (rng.random(shape) < 0.35).astype(float),
        "mean": rng.normal(5, 2, shape),
        "NPS": np.where(steps >= 9, 100.0, np.where(steps >= 7, 0.0, -100.0)),
    }
    return Draw(weights, first, second, answers)


def _raked(first: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Weights of mean 1 that meet three margins, one of which goes with the first column."""
    people = len(first)
    margins = [(rng.integers(0, k, people), rng.dirichlet(np.full(k, 8.0))) for k in (2, 4)]
    with_column = np.where(rng.random(people) < 0.8, first, ~first).astype(int)
    return rake([*margins, (with_column, np.array([0.7, 0.3]))]).weights


def rates(draw: Draw, design: str, method: str) -> dict[str, float]:
    """The share of significant tests by measure."""
    w = draw.weights
    against = "against the rest" if design == "against the total" and method == "unpooled_t" else design
    other = {"against the total": np.ones_like(draw.first), "against the rest": ~draw.first}.get(against, draw.second)
    one, two, both = (_sums(w, mask) for mask in (draw.first, other, draw.first & other))
    scale = w.mean(axis=1, keepdims=True)
    found = {}
    for measure, x in draw.answers.items():
        if measure == "proportion":
            counts = tuple((w * x * mask).sum(axis=1, keepdims=True) for mask in (draw.first, other))
            results = test_proportions(method, counts, (one, two), both)
        else:
            parts = [_moments(w, x, mask) for mask in (draw.first, other)]
            means, squares = (tuple(part[i] for part in parts) for i in (0, 1))
            variances = tuple(variance_of(ss, s.w, scale) for ss, s in zip(squares, (one, two), strict=True))
            results = test_means(method, means, squares, variances, (one, two), both)
        found[measure] = float(np.mean(results.p_value < 0.05))
    return found


def _sums(w: np.ndarray, mask: np.ndarray) -> Sums:
    return Sums(*(part.sum(axis=1, keepdims=True) for part in (mask.astype(float), w * mask, w * w * mask)))


def _moments(w: np.ndarray, x: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total = (w * mask).sum(axis=1, keepdims=True)
    mean = (w * x * mask).sum(axis=1, keepdims=True) / total
    return mean, (w * mask * (x - mean) ** 2).sum(axis=1, keepdims=True)


def chi_square_rates(draw: Draw, rng: np.random.Generator) -> dict[str, float]:
    """The share of significant chi-square tests of a table of 4 rows and 2 columns, by kind."""
    hits = dict.fromkeys(("unweighted", "weighted", "rao_scott"), 0)
    rows = rng.integers(0, 4, draw.weights.shape)
    for w, row, column in zip(draw.weights, rows, draw.first.astype(int), strict=True):
        at = row * 2 + column
        cells = Sums(*(np.bincount(at, each, minlength=8).reshape(4, 2) for each in (np.ones_like(w), w, w * w)))
        for kind in hits:
            tested = association(kind, cells)
            hits[kind] += tested is not None and tested.p_value < 0.05
    return {kind: n / len(draw.weights) for kind, n in hits.items()}


def main(repetitions: int = 4_000, people: int = 400) -> None:
    """Prints the table."""
    rng = np.random.default_rng(20261130)
    print(f"| weights | columns | {' | '.join(f'`{m}`' for m in METHODS)} |\n|{'---|' * (len(METHODS) + 2)}")
    chi_square = []
    for kind in WEIGHTS:
        apart, shared = (drawn(kind, overlapping, repetitions, people, rng) for overlapping in (False, True))
        for design in DESIGNS:
            draw = shared if design == "overlapping" else apart
            told = []
            for method in METHODS:
                found = rates(draw, design, method)
                told.append(" / ".join(f"{100 * found[measure]:.1f}" for measure in MEASURES))
            print(f"| {kind} | {design} | {' | '.join(told)} |", flush=True)
        found = chi_square_rates(apart, rng)
        chi_square.append(f"| {kind} | {' | '.join(f'{100 * rate:.1f}' for rate in found.values())} |")
    print("\n| weights | chi-square `unweighted` | `weighted` | `rao_scott` |\n|---|---|---|---|")
    print("\n".join(chi_square))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
