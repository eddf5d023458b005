"""Constant sums: points or money that each respondent divides among things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mcode_pipelines.survey.plan import Allocation
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.plan.rows import Row
from mcode_pipelines.tabulation.respondents.answers import NOBODY, Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.tables.counted_table import CountedTable, Score
from mcode_pipelines.tabulation.tables.scores import mean_of
from mcode_pipelines.tabulation.tables.tabulator import Tabulator

_TOLERANCE = 0.01


@dataclass(frozen=True)
class Divided:
    """What each respondent gave to each thing."""

    amounts: FloatArray
    """(respondents, things) NaN in the rows of respondents who are not in the base; else blanks are 0."""
    off: int
    """Respondents within the table whose amounts do not add to the total."""

    @property
    def someone(self) -> BoolArray:
        """(respondents,) who is in the base."""
        given: BoolArray = ~np.isnan(self.amounts[:, 0])
        return given


def allocation_table(
    tabulator: Tabulator, table_id: str, row: Row, allocation: Allocation, answers: Sequence[Answers]
) -> CountedTable:
    """Mean and share of each thing; `answers` are those of the row's questions, one a thing."""
    words, counter, within, item = tabulator.words, tabulator.counter, tabulator.within(row), row.item
    inside = counter.columns_of(0)
    parts = divided(allocation, answers, inside if within is None else inside & within)
    silent, notes = tabulator.silent(row, answers)
    base = parts.someone if silent is None else parts.someone | silent
    variable = answers[0].variable
    someone = CodedAnswers(variable, (), np.where(base, 0, NOBODY), np.ones((1, 0), dtype=bool), {})
    counts = counter.count(someone, np.zeros((0, 0), dtype=bool), within, None)
    scores = [mean_of(counter, variable, parts.amounts[:, i], within) for i in range(len(answers))]
    whole = mean_of(counter, variable, parts.amounts.sum(axis=1), within)
    order = list(range(len(answers)))
    if item.hide_empty:
        order = [i for i in order if scores[i].values[0] > 0]
    if item.sort:
        column = tabulator.sorting_column(row)
        order.sort(key=lambda i: -np.nan_to_num(scores[i].values[column]))
    made: list[Score] = []
    for i in order if "mean" in allocation.show else ():
        label = words("mean_of_sum", thing=answers[i].variable.label)
        made.append(replace(scores[i], code=f"mean:{answers[i].variable.name}", label=label))
    for i in order if "share" in allocation.show else ():
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(whole.values > 0, 100.0 * scores[i].values / whole.values, np.nan)
        label = words("share_of_sum", thing=answers[i].variable.label)
        made.append(Score(f"share:{answers[i].variable.name}", label, share, None, scores[i].people, None))
    made.append(replace(whole, code="sum", label=words("sum_of_all"), moments=None))
    if parts.off:
        notes.append(words(f"off_{allocation.off_total}", n=parts.off, total=allocation.total))
    left_out = sum(one.left_out for one in answers)
    if left_out:
        notes.append(words("left_out_numbers", n=left_out))
    head = tabulator.headings.of_several(table_id, row, variable, "allocation", int(counts.base.n[0]), notes)
    return CountedTable(head, (), counts, tuple(made))


def divided(allocation: Allocation, answers: Sequence[Answers], within: BoolArray) -> Divided:
    """The amounts: a thing left blank got nothing where another got something.

    Respondents whose amounts do not add to the total (by more than 0.01) are kept, left out, or scaled to it, as the
    plan says; those who gave nothing to anything are left out.

    `within` is (respondents,) who is counted at all: of them `off` counts.
    """
    given = np.stack([one.values for one in answers if isinstance(one, NumericAnswers)], axis=1)
    answered: BoolArray = np.any(~np.isnan(given), axis=1)
    amounts = np.where(np.isnan(given), 0.0, given)
    sums = amounts.sum(axis=1)
    off = answered & (np.abs(sums - allocation.total) > _TOLERANCE)
    kept: BoolArray = answered
    if allocation.off_total == "leave_out":
        kept = answered & ~off
    elif allocation.off_total == "rescale":
        kept = answered & (sums > 0)
        amounts = amounts * np.where(kept, allocation.total / np.where(kept, sums, 1.0), 1.0)[:, None]
    return Divided(np.where(kept[:, None], amounts, np.nan), int((off & within).sum()))
