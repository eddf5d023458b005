"""The stub: the rows of one table, and which answers each of them counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcode_pipelines.survey.codebook import Choice, Kind, Variable
from mcode_pipelines.survey.plan import Nets, RowItem, Statistic
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers, in_plan_order, membership
from mcode_pipelines.tabulation.tables.wording import Words

BOXES = {
    Statistic.TOP1: 1,
    Statistic.TOP2: 2,
    Statistic.TOP3: 3,
    Statistic.BOTTOM1: -1,
    Statistic.BOTTOM2: -2,
    Statistic.BOTTOM3: -3,
    Statistic.TOP4: 4,
    Statistic.TOP5: 5,
    Statistic.BOTTOM4: -4,
    Statistic.BOTTOM5: -5,
}
"""Top and bottom boxes: how many of the highest (or, negative, lowest) factors they hold."""


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


def stub_of(item: RowItem, answers: Answers, words: Words) -> Stub:
    """The rows that a plan's item asks for.

    Categories stand in the question's order; a net stands before its members, which follow it. Statistics come
    last: boxes, then scores, in the order asked.

    Raises:
        PlanError: for nets with unknown codes, or statistics of a question without factors.
    """
    statistics = item.statistics or ()
    if not isinstance(answers, CodedAnswers):
        boxes = [s.value for s in statistics if s in BOXES or s is Statistic.NPS]
        if boxes or item.nets:
            asked = boxes[0] if boxes else "nets"
            hint = {"nps": "write nps: true", "nets": "write bands"}.get(asked, "ask for a mean or a median")
            raise PlanError(
                f"rows: {item.variable!r} is a number and {asked} needs a question with choices; {hint}",
                f"rows: {item.variable!r} adalah angka, sedangkan {asked} memerlukan pertanyaan dengan pilihan jawaban",
            )
        silent = (CountedRow(answers.no_answer.code, answers.no_answer.label, "category"),) if answers.no_answer else ()
        return Stub(silent, np.ones((len(silent), len(silent)), dtype=bool), _scored(statistics, words), np.zeros(0))
    choices = _with_factors(item, answers.choices) if item.factors else answers.choices
    nets = item.nets or answers.nets
    check_nets(f"rows: {item.variable!r}", nets, choices)
    rows, sets = _categories(choices, nets)
    if item.members is False or (item.nps and item.members is None):
        held = {code for codes in nets.values() for code in codes}
        kept = [i for i, row in enumerate(rows) if row.kind == "net" or row.code not in held]
        rows, sets = [rows[i] for i in kept], [sets[i] for i in kept]
    factors = factors_of(answers.variable, choices)
    if statistics:
        _check_factors(item, answers, factors)
    for statistic in statistics:
        if statistic in BOXES:
            rows.append(CountedRow(statistic.value, words.statistic(statistic), "statistic"))
            sets.append(_box(statistic, choices, factors))
    scored = _scored(tuple(s for s in statistics if s not in BOXES), words)
    return Stub(tuple(rows), membership(choices, sets), scored, factors)


def _with_factors(item: RowItem, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """The choices with the factors that the plan gives them."""
    codes = [c.code for c in choices]
    for code in item.factors:
        if code not in codes:
            raise PlanError(
                f"rows: {item.variable!r}: factors: the question has no code {code!r}; its codes are "
                f"{', '.join(codes[:20])}",
                f"rows: {item.variable!r}: factors: pertanyaan ini tidak punya kode {code!r}; kodenya "
                f"{', '.join(codes[:20])}",
            )
    return tuple(c.model_copy(update={"factor": item.factors.get(c.code)}) for c in choices)


def check_nets(place: str, nets: Nets, choices: tuple[Choice, ...]) -> None:
    """Raises PlanError when a net is empty or holds a code that the question does not have."""
    codes = [c.code for c in choices]
    for label, members in nets.items():
        if not members:
            raise PlanError(
                f"{place}: the net {label!r} holds no code; list its codes or take it out",
                f"{place}: net {label!r} tidak memuat kode; tulis kodenya atau hapus net itu",
            )
        for code in members:
            if code not in codes:
                raise PlanError(
                    f"{place}: the net {label!r} holds the code {code!r}, which the question does not have; "
                    f"its codes are {', '.join(codes[:20]) or 'none'}",
                    f"{place}: net {label!r} memuat kode {code!r} yang tidak ada pada pertanyaan ini; "
                    f"kodenya {', '.join(codes[:20])}",
                )


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


def factors_of(variable: Variable, choices: tuple[Choice, ...]) -> FloatArray:
    """(choices,) their factors; a scale without any scores its codes, where all of them are numbers."""
    factors = np.array([np.nan if c.factor is None else c.factor for c in choices])
    if variable.kind == Kind.SCALE and np.isnan(factors).all():
        try:
            return np.array([float(c.code) for c in choices])
        except ValueError:
            return factors
    return factors


def _check_factors(item: RowItem, answers: CodedAnswers, factors: FloatArray) -> None:
    asked = (item.statistics or (Statistic.MEAN,))[0].value
    if answers.variable.kind in {Kind.MULTI_CHOICE, Kind.OPEN_ENDED}:
        raise PlanError(
            f"rows: {item.variable!r} takes several answers, so it has no {asked}; ask only for its categories",
            f"rows: {item.variable!r} boleh dijawab lebih dari satu, jadi tidak punya {asked}; minta kategorinya saja",
        )
    if np.isnan(factors).all():
        raise PlanError(
            f"rows: {item.variable!r} has no factors, so it has no {asked}; give its choices factors in the codebook",
            f"rows: {item.variable!r} tidak punya faktor, jadi tidak punya {asked}; "
            "beri faktor pada pilihannya di buku kode",
        )
    if Statistic.NPS in (item.statistics or ()):
        known = factors[~np.isnan(factors)]
        if known.min() < 0 or known.max() != 10:
            raise PlanError(
                f"rows: nps of {item.variable!r} needs a scale from 0 to 10; "
                f"its factors go from {known.min():g} to {known.max():g}",
                f"rows: nps dari {item.variable!r} memerlukan skala 0 sampai 10; "
                f"faktornya dari {known.min():g} sampai {known.max():g}",
            )


def _box(statistic: Statistic, choices: tuple[Choice, ...], factors: FloatArray) -> list[str]:
    points = np.unique(factors[~np.isnan(factors)])
    size = BOXES[statistic]
    held = set(points[-size:] if size > 0 else points[:-size])
    return [c.code for c, factor in zip(choices, factors, strict=True) if factor in held]


def _scored(statistics: tuple[Statistic, ...], words: Words) -> tuple[ScoredRow, ...]:
    return tuple(ScoredRow(s, words.statistic(s)) for s in statistics)


def promoter_scores(factors: FloatArray) -> FloatArray:
    """(choices,) 100 for promoters (9, 10), 0 for passives (7, 8), -100 for detractors (0 to 6): their mean is the NPS.

    Source: Reichheld (2003), "The One Number You Need to Grow".
    """
    scores = np.where(factors >= 9, 100.0, np.where(factors >= 7, 0.0, -100.0))
    return np.where(np.isnan(factors), np.nan, scores)
