"""The table of one question: its categories, nets, boxes and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.counting.counter import Counts
from mcode_pipelines.tabulation.counting.stub import CountedRow, Stub, stub_of
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER
from mcode_pipelines.tabulation.plan.rows import Row
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers
from mcode_pipelines.tabulation.respondents.bases import NO_ANSWER_ROW
from mcode_pipelines.tabulation.statistics.chi_square import WholeTest, association
from mcode_pipelines.tabulation.tables.counted_table import CountedTable, Score
from mcode_pipelines.tabulation.tables.row_order import depths, is_special, row_order, to_fold
from mcode_pipelines.tabulation.tables.scores import counted
from mcode_pipelines.tabulation.tables.tabulator import Tabulator
from mcode_pipelines.tabulation.tables.wave_columns import across_scales, blanked, without_figures

FOLDED = "folded"
"""The code of the row that smaller categories share."""


def single_table(
    tabulator: Tabulator, table_id: str, row: Row, answers: Answers, number: Answers | None
) -> CountedTable:
    """The table of one question; of one in bands the scores are those of the `number` itself."""
    item, within, counter, words = row.item, tabulator.within(row), tabulator.counter, tabulator.words
    if number is not None:
        stub = stub_of(item.model_copy(update={"statistics": ()}), answers, tabulator.labels)
        counts, _ = counted(counter, answers, stub, within)
        plain = item.model_copy(update={"nets": {}})
        scores = counted(counter, number, stub_of(plain, number, tabulator.labels), within)[1]
    else:
        stub = stub_of(item, answers, tabulator.labels)
        counts, scores = counted(counter, answers, stub, within)
    whole = _whole_tests(tabulator, answers, stub, counts, within)
    head = tabulator.headings.of(table_id, row, answers, stub, int(counts.base.n[0]))
    head = head.model_copy(update={"notes": (*head.notes, *(words.association(w) for w in whole))})
    shown, shown_counts = _ordered(tabulator, row, stub, counts)
    folded = _foldable(row, shown, shown_counts) if isinstance(answers, CodedAnswers) else []
    if folded and isinstance(answers, CodedAnswers):
        shown = _folded(shown, folded, words("folded", n=len(folded)))
        shown_counts, _ = counted(counter, answers, replace(shown, scored=()), within)
        head = head.model_copy(update={"notes": (*head.notes, words("folded_note", n=len(folded)))})
    head = head.model_copy(update={"indents": depths(shown.counted, shown.holds)})
    table = CountedTable(head, shown.counted, shown_counts, scores, whole)
    if tabulator.waves is not None and isinstance(answers, CodedAnswers):
        blank = without_figures(answers, shown.holds, tabulator.waves, tabulator.in_a_row)
        untested = blank | across_scales(answers, shown.counted, tabulator.waves)
        shown_counts = replace(shown_counts, rows=blanked(shown_counts.rows, blank))
        table = replace(table, counts=shown_counts, untested=untested)
    if item.percent_of == "responses" and isinstance(answers, CodedAnswers):
        return _of_responses(tabulator, row, table, answers, shown, counts)
    return table


def _of_responses(
    tabulator: Tabulator, row: Row, table: CountedTable, answers: CodedAnswers, stub: Stub, counts: Counts
) -> CountedTable:
    """The same table of answers given, with percents of all of them; `counts` is of respondents.

    A net holds every answer to one of its codes, also several of one respondent.
    """
    words = tabulator.words
    every = np.eye(len(answers.choices), dtype=bool)
    of_codes = tabulator.counter.count(answers, every, tabulator.within(row), None).rows
    given = of_codes.w.sum(axis=0)
    responses = Score("responses", words("responses"), given, None, counts.base, None)
    other = tuple(note for note in table.head.notes if note != words("multi"))
    notes = (*other, words("of_responses", n=float(given[0])))
    head = table.head.model_copy(update={"notes": notes, "partial": True})
    holds = stub.holds.T.astype(np.float64)
    rows = Sums(holds @ of_codes.n, holds @ of_codes.w, holds @ of_codes.q)
    made = replace(table.counts, rows=rows)
    return replace(table, head=head, counts=made, scores=(*table.scores, responses), responses=given)


def _ordered(tabulator: Tabulator, row: Row, stub: Stub, counts: Counts) -> tuple[Stub, Counts]:
    item = row.item
    if item.sort is None and not item.hide_empty:
        return stub, counts
    column = tabulator.sorting_column(row)
    rows = counts.rows
    empty = rows.n[:, 0] == 0 if item.hide_empty else None
    order = row_order(stub.counted, stub.holds, rows.w[:, column], sort=item.sort is not None, without=empty)
    stub = replace(stub, counted=tuple(stub.counted[i] for i in order), holds=stub.holds[:, order])
    return stub, counts.in_order(order)


def _foldable(row: Row, stub: Stub, counts: Counts) -> list[int]:
    """The places of the categories that the row wants folded, of a table without nets."""
    item = row.item
    if (item.fold_below is None and item.most_rows is None) or any(one.kind == "net" for one in stub.counted):
        return []
    return to_fold(
        stub.counted, counts.rows.w[:, 0], float(counts.base.w[0]), most=item.most_rows, below=item.fold_below
    )


def _folded(stub: Stub, folded: Sequence[int], label: str) -> Stub:
    """The stub with the folded categories as one row behind those that stay, before "other" and the like."""
    rows, gone = stub.counted, set(folded)
    categories = sum(one.kind == "category" for one in rows)
    last = [i for i, one in enumerate(rows) if one.kind != "category" or is_special(one, categories)]
    first = [i for i in range(len(rows)) if i not in gone and i not in last]
    code = FOLDED
    while any(one.code == code for one in rows):
        code += "_"
    together = stub.holds[:, folded].any(axis=1, keepdims=True)
    return replace(
        stub,
        counted=(*(rows[i] for i in first), CountedRow(code, label, "category"), *(rows[i] for i in last)),
        holds=np.hstack([stub.holds[:, first], together, stub.holds[:, last]]),
    )


def _whole_tests(
    tabulator: Tabulator, answers: Answers, stub: Stub, counts: Counts, within: BoolArray | None
) -> tuple[WholeTest, ...]:
    """The chi-square tests of a table: of every category, also those a net hides, without the "no answer" row."""
    kind, banner = tabulator.plan.written.significance.chi_square, tabulator.banner
    if kind == "none" or not isinstance(answers, CodedAnswers) or answers.variable.kind not in ONE_ANSWER:
        return ()
    rows = counts.rows
    asked = {choice.code for choice in answers.choices} - {NO_ANSWER_ROW}
    categories = [i for i, row in enumerate(stub.counted) if row.kind == "category" and row.code in asked]
    if len(categories) < len(asked):
        rows = tabulator.counter.count(answers, np.eye(len(answers.choices), dtype=bool), within, None).rows
        categories = [i for i, choice in enumerate(answers.choices) if choice.code in asked]
    found = []
    itself = banner.made_of.get(answers.variable.name)
    for column, place in banner.disjoint_questions:
        if itself is not None and itself[place].any():
            continue  # a question has everything to do with itself
        cells = Sums(*(figure[categories][:, place] for figure in (rows.n, rows.w, rows.q)))
        tested = association(kind, cells)
        if tested is not None:
            label = tabulator.words(f"chi_square_{kind}")
            found.append(WholeTest(column.variable, label, column.heading, tested))
    return tuple(found)
