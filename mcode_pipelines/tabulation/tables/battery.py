"""A battery on one page: one row an item, each with one statistic and on its own base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mcode_pipelines.survey.codebook import Variable
from mcode_pipelines.survey.plan import RowItem, Statistic
from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.counting.counter import Counts
from mcode_pipelines.tabulation.counting.repeated import stacked_dependence
from mcode_pipelines.tabulation.counting.stub import CountedRow, Stub, stub_of
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.plan.rows import Row
from mcode_pipelines.tabulation.plan.scores import BOXES
from mcode_pipelines.tabulation.respondents.answers import NOBODY, Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.tables.counted_table import CountedTable, RowBases, Score
from mcode_pipelines.tabulation.tables.headings import joined
from mcode_pipelines.tabulation.tables.scores import counted
from mcode_pipelines.tabulation.tables.tabulator import Tabulator
from mcode_pipelines.tabulation.tables.wave_columns import across_scales


@dataclass(frozen=True)
class CountedItem:
    """One item of a battery, counted."""

    variable: Variable
    stub: Stub
    counts: Counts
    scores: tuple[Score, ...]


def battery_table(
    tabulator: Tabulator, table_id: str, row: Row, summary: Statistic, answers: Sequence[Answers]
) -> CountedTable:
    """The page of a battery: `answers` are those of its items, in order."""
    within, item = tabulator.within(row), row.item
    items = []
    for one in answers:
        stub = _item_stub(summary, one, tabulator.labels)
        items.append(CountedItem(one.variable, stub, *counted(tabulator.counter, one, stub, within)))
    someone = _anyone(answers)
    column = tabulator.sorting_column(row)
    shown = _in_order(items, column, sort=item.sort is not None, hide_empty=item.hide_empty)
    base = tabulator.counter.count(someone, np.zeros((0, 0), dtype=bool), within, None)
    rows, counts, bases, scores = _together(shown, base)
    head = tabulator.headings.of(table_id, row, someone, items[0].stub, int(counts.base.n[0]))
    title = item.title or joined(answers[0].variable.stem or item.variable, tabulator.words.statistic(summary))
    head = head.model_copy(update={"title": tabulator.headings.titled(title)})
    untested = _untested(tabulator, [i for i in shown if i.stub.counted], answers)
    return CountedTable(head, rows, counts, scores, row_bases=bases, untested=untested)


def _untested(tabulator: Tabulator, items: Sequence[CountedItem], answers: Sequence[Answers]) -> BoolArray | None:
    """(items, columns) boxes in columns of waves that had a scale of another length; None where there are no waves."""
    if tabulator.waves is None or not items:
        return None
    by_name = {one.variable.name: one for one in answers}
    return np.vstack(
        [
            across_scales(one, item.stub.counted, tabulator.waves)
            if isinstance(one := by_name[item.variable.name], CodedAnswers)
            else np.zeros((1, tabulator.banner.size), dtype=bool)
            for item in items
        ]
    )


def _item_stub(summary: Statistic, answers: Answers, labels: Mapping[Statistic, str]) -> Stub:
    """The one row that an item has on its battery's page, as a table of its own."""
    stub = stub_of(RowItem(variable=answers.variable.name, statistics=(summary,)), answers, labels)
    if summary not in BOXES:
        return replace(stub, counted=(), holds=stub.holds[:, :0])
    return replace(stub, counted=stub.counted[-1:], holds=stub.holds[:, -1:])


def _anyone(answers: Sequence[Answers]) -> CodedAnswers:
    """Who answered at least one item: one pattern without choices."""
    given = np.zeros(0, dtype=bool)
    for one in answers:
        here = one.given
        if isinstance(one, NumericAnswers) and one.silent is not None:
            here = here | one.silent
        given = here if given.size == 0 else given | here
    patterns = np.where(given, 0, NOBODY)
    return CodedAnswers(answers[0].variable, (), patterns, np.ones((1, 0), dtype=bool), {})


def _in_order(items: Sequence[CountedItem], column: int, *, sort: bool, hide_empty: bool) -> list[CountedItem]:
    """The items as they are shown: the largest figure of a column first, those that nobody answered left out."""
    kept = [i for i in items if not hide_empty or i.counts.base.n[0] > 0]
    if not sort:
        return kept

    def falling(item: CountedItem) -> tuple[bool, float]:
        if item.stub.counted:
            below = item.counts.base.w[column]
            figure = item.counts.rows.w[0, column] / below if below > 0 else float("nan")
        else:
            figure = float(item.scores[0].values[column])
        return bool(np.isnan(figure)), 0.0 if np.isnan(figure) else -float(figure)

    return sorted(kept, key=falling)


def _together(
    items: Sequence[CountedItem], base: Counts
) -> tuple[tuple[CountedRow, ...], Counts, RowBases | None, tuple[Score, ...]]:
    """The items as the rows of one table: boxes as shares on their own bases, scores as scores."""
    scores = tuple(
        replace(score, code=item.variable.name, label=item.variable.label) for item in items for score in item.scores
    )
    boxes = [item for item in items if item.stub.counted]
    if not boxes:
        return (), base, None, scores
    rows = tuple(CountedRow(item.variable.name, item.variable.label, "category") for item in boxes)
    counted = Sums(*(np.concatenate([getattr(i.counts.rows, f) for i in boxes]) for f in ("n", "w", "q")))
    bases = RowBases([i.counts.base for i in boxes], [i.counts.both for i in boxes])
    bound = [i.counts.dependence for i in boxes if i.counts.dependence is not None]
    dependence = stacked_dependence(bound) if bound else None
    return rows, replace(base, rows=counted, dependence=dependence), bases, scores
