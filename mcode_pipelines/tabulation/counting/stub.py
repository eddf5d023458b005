"""The stub: the rows of one table, and which answers each of them counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.survey.codebook import Choice
from mcode_pipelines.survey.plan import Nets, RowItem, Statistic
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.plan.factors import factors_of
from mcode_pipelines.tabulation.plan.nets import check_nets
from mcode_pipelines.tabulation.plan.scores import BOXES, check_statistics, check_statistics_of_number, with_factors
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers, in_plan_order, membership


@dataclass(frozen=True)
class CountedRow:
    """A row that counts respondents: a category, a net, or a box of a scale."""

    code: str
    label: str
    kind: str
    """category | net | statistic"""


@dataclass(frozen=True)
class ScoredRow:
    """A row that says something about scores: a mean, a median, a net promoter score."""

    statistic: Statistic
    label: str


@dataclass(frozen=True)
class Stub:
    """The rows of one table: those that count, in order, and those that score."""

    counted: tuple[CountedRow, ...]
    holds: BoolArray
    """(choices, counted rows) which choices a row counts."""
    scored: tuple[ScoredRow, ...]
    factors: FloatArray
    """(choices,) what an answer scores; NaN takes it out of the scores. Empty for a numeric question."""


def stub_of(item: RowItem, answers: Answers, labels: Mapping[Statistic, str]) -> Stub:
    """The rows that a plan's item asks for; `labels` are those of statistics.

    Categories stand in the question's order; a net stands before its members, which follow it. Statistics come
    last: boxes, then scores, in the order asked.

    Raises:
        PlanError: where choices that became known when the question was read do not allow what is asked.
    """
    statistics = item.statistics or ()
    if not isinstance(answers, CodedAnswers):
        check_statistics_of_number(item)
        silent = (CountedRow(answers.no_answer.code, answers.no_answer.label, "category"),) if answers.no_answer else ()
        scored = tuple(ScoredRow(s, labels[s]) for s in statistics)
        return Stub(silent, np.ones((len(silent), len(silent)), dtype=bool), scored, np.zeros(0))
    choices = with_factors(item, answers.choices) if item.factors else answers.choices
    nets = item.nets or answers.nets
    check_nets(f"rows: {item.variable!r}", nets, choices)
    rows, sets = _categories(choices, nets)
    if item.members is False or (item.nps and item.members is None):
        held = {code for codes in nets.values() for code in codes}
        kept = [i for i, row in enumerate(rows) if row.kind == "net" or row.code not in held]
        rows, sets = [rows[i] for i in kept], [sets[i] for i in kept]
    factors = factors_of(answers.variable, choices)
    if statistics:
        check_statistics(item, answers.variable, factors)
    for statistic in statistics:
        if statistic in BOXES:
            rows.append(CountedRow(statistic.value, labels[statistic], "statistic"))
            sets.append(_box(statistic, choices, factors))
    scored = tuple(ScoredRow(s, labels[s]) for s in statistics if s not in BOXES)
    return Stub(tuple(rows), membership(choices, sets), scored, factors)


def _categories(choices: tuple[Choice, ...], nets: Nets) -> tuple[list[CountedRow], list[list[str]]]:
    choices = in_plan_order(choices, nets)
    taken = {c.code for c in choices}
    waiting = dict(nets)
    label_of = {c.code: c.label for c in choices}
    rows: list[CountedRow] = []
    sets: list[list[str]] = []
    placed: set[str] = set()

    def place(code: str) -> None:
        if code not in placed:
            placed.add(code)
            rows.append(CountedRow(code, label_of[code], "category"))
            sets.append([code])

    for choice in choices:
        # Larger nets first, so that a net of nets stands above them.
        here = sorted((n for n in waiting if choice.code in waiting[n]), key=lambda n: -len(waiting[n]))
        inside: list[str] = []
        for label in here:
            codes = waiting.pop(label)
            rows.append(CountedRow(label if label not in taken else f"net {label}", label, "net"))
            sets.append(list(codes))
            inside.append(label)
        for label in reversed(inside):
            members = set(nets[label])
            for other in choices:
                if other.code in members and not any(other.code in codes for codes in waiting.values()):
                    place(other.code)
        place(choice.code)
    return rows, sets


def _box(statistic: Statistic, choices: tuple[Choice, ...], factors: FloatArray) -> list[str]:
    """The codes of a box; of scales of other lengths, in earlier waves, each by its own factors."""
    held = _in_box(statistic, factors)
    for scale in dict.fromkeys(c.scale for c in choices if c.scale):
        held = held | _in_box(statistic, np.array([c.factor if c.scale == scale else np.nan for c in choices], float))
    return [c.code for c, inside in zip(choices, held, strict=True) if inside]


def _in_box(statistic: Statistic, factors: FloatArray) -> BoolArray:
    points = np.unique(factors[~np.isnan(factors)])
    size = BOXES[statistic]
    found: BoolArray = np.isin(factors, points[-size:] if size > 0 else points[:-size])
    return found


def promoter_scores(factors: FloatArray) -> FloatArray:
    """(choices,) 100 for promoters (9, 10), 0 for passives (7, 8), -100 for detractors (0 to 6): their mean is the NPS.

    Source: Reichheld (2003), "The One Number You Need to Grow".
    """
    scores = np.where(factors >= 9, 100.0, np.where(factors >= 7, 0.0, -100.0))
    return np.where(np.isnan(factors), np.nan, scores)
