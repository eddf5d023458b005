"""Ranking questions: things put in order by each respondent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mcode_pipelines.survey.plan import Ranking
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.counting.counter import Counts
from mcode_pipelines.tabulation.counting.stub import CountedRow
from mcode_pipelines.tabulation.plan.factors import points_of
from mcode_pipelines.tabulation.plan.rows import Row
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers, from_indicators
from mcode_pipelines.tabulation.tables.counted_table import CountedTable, Score
from mcode_pipelines.tabulation.tables.scores import mean_of
from mcode_pipelines.tabulation.tables.tabulator import Tabulator
from mcode_pipelines.tabulation.tables.wording import Words


@dataclass(frozen=True)
class Ranks:
    """The place that each respondent gave to each thing."""

    codes: tuple[str, ...]
    labels: tuple[str, ...]
    places: FloatArray
    """(respondents, things) from 1; NaN where a thing was not ranked."""
    left_out: int = 0
    """Answers that are no place: text, zero, a thing that stands twice."""

    @property
    def someone(self) -> BoolArray:
        """(respondents,) who ranked at least one thing."""
        ranked: BoolArray = np.any(~np.isnan(self.places), axis=1)
        return ranked


def ranking_table(
    tabulator: Tabulator, table_id: str, row: Row, ranking: Ranking, answers: Sequence[Answers]
) -> CountedTable:
    """Who stands first, who among the top, and mean places; `answers` are those of the row's questions, in order."""
    words, within = tabulator.words, tabulator.within(row)
    ranks = _ranks_of(ranking, answers)
    silent, notes = tabulator.silent(row, answers)
    coded, rows = _counted_places(ranking, ranks, answers[0], silent, words)
    counts = tabulator.counter.count(coded, np.eye(len(rows), dtype=bool), within, None)
    things = range(len(ranks.codes))
    scores = [mean_of(tabulator.counter, answers[0].variable, ranks.places[:, i], within) for i in things]
    order = _order_of_things(tabulator, row, counts, scores)
    blocks = len(rows) // len(ranks.codes)
    shown = [block * len(ranks.codes) + i for block in range(blocks) for i in order]
    means = tuple(
        replace(scores[i], code=f"mean:{ranks.codes[i]}", label=words("rank_mean", thing=ranks.labels[i]))
        for i in order
        if "mean" in ranking.show
    )
    if means:
        notes.append(words("rank_note"))
    if ranks.left_out:
        notes.append(words("rank_left_out", n=ranks.left_out))
    head = tabulator.headings.of_several(table_id, row, answers[0].variable, "ranking", int(counts.base.n[0]), notes)
    return CountedTable(head, tuple(rows[i] for i in shown), counts.in_order(shown), means)


def _order_of_things(tabulator: Tabulator, row: Row, counts: Counts, scores: Sequence[Score]) -> list[int]:
    """The things as they are shown: the most often first (else the best mean) on request."""
    order = list(range(len(scores)))
    if row.item.hide_empty:
        order = [i for i in order if scores[i].people.n[0] > 0]
    if row.item.sort:
        column = tabulator.sorting_column(row)
        if len(counts.rows.w):
            order.sort(key=lambda i: -counts.rows.w[i, column])
        else:
            order.sort(key=lambda i: np.nan_to_num(scores[i].values[column], nan=np.inf))
    return order


def _ranks_of(ranking: Ranking, answers: Sequence[Answers]) -> Ranks:
    """The ranks, whichever way the questions were asked. `answers`: to its questions in order."""
    return _by_position(answers) if ranking.positions else _by_item(answers)


def _by_position(answers: Sequence[Answers]) -> Ranks:
    coded = [one for one in answers if isinstance(one, CodedAnswers)]
    label_of: dict[str, str] = {}
    for one in coded:
        for choice in one.choices:
            label_of.setdefault(choice.code, choice.label)
    column = {code: i for i, code in enumerate(label_of)}
    places = np.full((len(coded[0].patterns), len(label_of)), np.nan)
    left_out = 0
    for place, one in enumerate(coded, 1):
        left_out += one.left_out
        people = np.flatnonzero(one.patterns >= 0)
        things = np.array([column[c.code] for c in one.choices], dtype=np.int64)
        things = things[one.members.argmax(axis=1)][one.patterns[people]]
        free = np.isnan(places[people, things])
        left_out += int((~free).sum())
        places[people[free], things[free]] = place
    return Ranks(tuple(label_of), tuple(label_of.values()), places, left_out)


def _by_item(answers: Sequence[Answers]) -> Ranks:
    columns = []
    left_out = 0
    for one in answers:
        places = _numbers(one)
        valid = places >= 1
        left_out += one.left_out + int((~np.isnan(places) & ~valid).sum())
        columns.append(np.where(valid, places, np.nan))
    variables = [one.variable for one in answers]
    return Ranks(
        tuple(v.name for v in variables), tuple(v.label for v in variables), np.stack(columns, axis=1), left_out
    )


def _numbers(answers: Answers) -> FloatArray:
    if not isinstance(answers, CodedAnswers):
        return answers.values
    return answers.by_choice(points_of(answers.variable, answers.choices))


def _counted_places(
    ranking: Ranking, ranks: Ranks, answers: Answers, silent: BoolArray | None, words: Words
) -> tuple[CodedAnswers, list[CountedRow]]:
    """Who stands first and who among the top, as answers that can be counted: a column of `members` a row.

    `silent` is (respondents,) in the base beside those who ranked.
    """
    rows: list[CountedRow] = []
    chosen: list[BoolArray] = []
    top = ranking.top or min(3, len(ranks.codes) - 1)
    for kind, last in (("first", 1), ("top", top)):
        if kind in ranking.show and (kind == "first" or top > 1):
            with np.errstate(invalid="ignore"):
                chosen.append(ranks.places <= last)
            rows += [
                CountedRow(f"{kind}:{code}", words(f"rank_{kind}", n=last, thing=label), "category")
                for code, label in zip(ranks.codes, ranks.labels, strict=True)
            ]
    people = len(ranks.places)
    indicators = np.hstack(chosen) if chosen else np.zeros((people, 0), dtype=bool)
    base = ranks.someone if silent is None else ranks.someone | silent
    if not indicators.shape[1]:
        patterns = np.where(base, 0, -1)
        return CodedAnswers(answers.variable, (), patterns, np.zeros((1, 0), dtype=bool), {}), rows
    patterns, members = from_indicators(indicators, base)
    return CodedAnswers(answers.variable, (), patterns, members, {}), rows
