"""A batch of counted tables becomes tidy cells and pairwise tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from mcode_pipelines.survey.plan import Significance
from mcode_pipelines.survey.tables import CELLS_SCHEMA, TESTS_SCHEMA
from mcode_pipelines.tabulation.arrays import FloatArray, IntArray
from mcode_pipelines.tabulation.counting.banner import Banner
from mcode_pipelines.tabulation.counting.repeated import Dependence, stacked_dependence
from mcode_pipelines.tabulation.statistics.batch_tests import (
    Marks,
    Proportions,
    Tested,
    stacked,
    tested_means,
    tested_proportions,
)
from mcode_pipelines.tabulation.statistics.comparisons import REST, Comparisons
from mcode_pipelines.tabulation.statistics.letters import letters_of
from mcode_pipelines.tabulation.statistics.relative_figures import DERIVED, derived
from mcode_pipelines.tabulation.tables.counted_table import CountedTable, own_columns
from mcode_pipelines.tabulation.tables.wording import Words

_BASES = ("base_unweighted", "base", "base_effective")


@dataclass(frozen=True)
class _Rows:
    """The rows of a batch, one after another, as they are shown."""

    table: IntArray
    code: list[str]
    label: list[str]
    kind: list[str]
    bases: FloatArray
    """(rows, columns) unweighted base that a row's figures stand on."""


def lay_out_batch(
    tables: Sequence[CountedTable],
    banner: Banner,
    plan: Significance,
    pairs: Comparisons,
    words: Words,
    *,
    tests: bool = True,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells (CELLS_SCHEMA) and tests (TESTS_SCHEMA) of counted tables, in the order shown.

    Without `tests` those of columns are made as far as letters need them, and not listed.
    """
    if not tables:
        return pl.DataFrame(schema=CELLS_SCHEMA), pl.DataFrame(schema=TESTS_SCHEMA)
    rows = _rows(tables, words)
    figures = [np.concatenate(part) for part in zip(*(_figures(t) for t in tables), strict=True)]
    count, _, column_percent, *_ = figures
    figures += derived(count, column_percent)
    hidden = (rows.bases < plan.hide_below) & (np.array(rows.kind) != "base")[:, None]
    for figure in figures:
        figure[hidden] = np.nan
    low, high = plan.small_base
    flags = np.where(rows.bases < low, 2, np.where(rows.bases < high, 1, 0))
    marks, tested, places = _tested(tables, rows, plan, pairs, banner, listed=tests)
    letters = letters_of(marks, places, banner, plan, pairs)
    listed = pl.concat([_tests(tables, rows, tested, places, banner, pairs), _whole_tests(tables)])
    return _cells(tables, rows, figures, letters, flags, banner), listed


def _rows(tables: Sequence[CountedTable], words: Words) -> _Rows:
    table, code, label, kind, bases = [], [], [], [], []
    for number, t in enumerate(tables):
        of = t.counts.base.n
        for base in _BASES:
            code.append(base)
            label.append(words(base))
            kind.append("base")
            bases.append(of)
        blocks = t.blocks().base
        for row, block in zip(t.rows, t.block_of_rows(), strict=True):
            code.append(row.code)
            label.append(row.label)
            kind.append(row.kind)
            bases.append(blocks[block].n)
        for score in t.scores:
            code.append(score.code)
            label.append(score.label)
            kind.append("statistic")
            bases.append(score.people.n)
        table.extend([number] * (len(_BASES) + len(t.rows) + len(t.scores)))
    return _Rows(np.array(table), code, label, kind, np.array(bases))


def _figures(table: CountedTable) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """(rows, columns) count, count_unweighted, column_percent, row_percent and value of one table."""
    base, rows = table.counts.base, table.counts.rows
    above, scores = len(_BASES), len(table.scores)
    shape = (above + len(table.rows) + scores, base.n.shape[0])
    count, unweighted, column, row, value = (np.full(shape, np.nan) for _ in range(5))
    value[0], value[1], value[2] = base.n, base.w, base.effective()
    counted = slice(above, above + len(table.rows))
    count[counted], unweighted[counted] = rows.w, rows.n
    below = np.stack([b.w for b in table.blocks().base])[table.block_of_rows()]
    if table.responses is not None:
        below = np.broadcast_to(table.responses, below.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        column[counted] = 100.0 * rows.w / below
        row[counted] = 100.0 * rows.w / rows.w[:, :1]
    boxes = [i for i, r in enumerate(table.rows) if r.kind == "statistic"]
    value[[above + i for i in boxes]] = column[[above + i for i in boxes]]
    for i, score in enumerate(table.scores):
        value[above + len(table.rows) + i] = score.values
    return count, unweighted, column, row, value


def _tested(
    tables: Sequence[CountedTable],
    rows: _Rows,
    plan: Significance,
    pairs: Comparisons,
    banner: Banner,
    *,
    listed: bool,
) -> tuple[list[Marks], list[Tested], list[IntArray]]:
    """The tests of a batch's proportions and of its means, and the rows they belong to."""
    if not len(pairs.first):
        return [], [], []
    trivial = np.stack([own_columns(t.head, banner) for t in tables])
    small = (rows.bases < max(plan.small_base[0], plan.hide_below)) | trivial[rows.table]
    places = np.arange(len(rows.code))
    first_row = np.searchsorted(rows.table, np.arange(len(tables)))
    how_many = [len(t.rows) for t in tables]
    found: list[tuple[Marks, Tested]] = []
    where: list[IntArray] = []
    if any(how_many):
        counted = np.concatenate(
            [places[s + len(_BASES) : s + len(_BASES) + k] for s, k in zip(first_row, how_many, strict=True)]
        )
        blocks = [t.blocks() for t in tables]
        both = [b for block in blocks for b in block.both if b is not None]
        bases = stacked([b for block in blocks for b in block.base])
        before = np.cumsum([0, *(len(block.base) for block in blocks)])
        block_of_row = [start + b for start, t in zip(before, tables, strict=False) for b in t.block_of_rows()]
        never = [np.zeros(t.counts.rows.w.shape, dtype=bool) if t.untested is None else t.untested for t in tables]
        proportions = Proportions(
            np.concatenate([t.counts.rows.w for t in tables]),
            bases,
            stacked(both) if both else None,
            np.array(block_of_row, dtype=np.int64),
            np.concatenate(never) if any(one.any() for one in never) else None,
            _dependence([t.counts.dependence for t in tables]),
        )
        untested = bases.n < max(plan.small_base[0], plan.hide_below)
        of_responses = [t.responses is not None for t, block in zip(tables, blocks, strict=True) for _ in block.base]
        untested |= np.array(of_responses)[:, None]
        untested |= np.repeat(trivial, [len(block.base) for block in blocks], axis=0)
        found.append(tested_proportions(proportions, plan, pairs, untested, listed=listed))
        where.append(counted)
    means = [
        (first_row[i] + len(_BASES) + len(t.rows) + j, score, score.moments)
        for i, t in enumerate(tables)
        for j, score in enumerate(t.scores)
        if score.moments is not None
    ]
    if means:
        place = np.array([p for p, *_ in means])
        shared = [s.both for _, s, _ in means]
        bound = _dependence([s.dependence for _, s, _ in means])
        found.append(tested_means([m for *_, m in means], shared, plan, pairs, small[place], bound, listed=listed))
        where.append(place)
    return [marks for marks, _ in found], [tested for _, tested in found], where


def _dependence(parts: Sequence[Dependence | None]) -> Dependence | None:
    found = [part for part in parts if part is not None]
    return stacked_dependence(found) if found else None


def _cells(
    tables: Sequence[CountedTable],
    rows: _Rows,
    figures: Sequence[FloatArray],
    letters: dict[tuple[int, int], str],
    flags: IntArray,
    banner: Banner,
) -> pl.DataFrame:
    shown = banner.shown
    width = len(shown)
    of_row = pl.Series(np.repeat(np.arange(len(rows.code)), width))
    of_table = pl.Series(np.repeat(rows.table, width))
    of_column = pl.Series(np.tile(shown, len(rows.code)))
    marks: list[str | None] = [None] * (len(rows.code) * width)
    place_of = {int(column): place for place, column in enumerate(shown)}
    for (row, column), mark in letters.items():
        if column in place_of:
            marks[row * width + place_of[column]] = mark

    def spread(values: Sequence[str | None], at: pl.Series) -> pl.Series:
        return pl.Series(values, dtype=pl.String).gather(at)

    columns = banner.columns
    texts = {
        "table_id": spread([t.head.table_id for t in tables], of_table),
        "row_variable": spread([t.head.variable for t in tables], of_table),
        "row_code": spread(rows.code, of_row),
        "row_label": spread(rows.label, of_row),
        "row_kind": spread(rows.kind, of_row),
        "column_variable": spread([c.variable for c in columns], of_column),
        "column_code": spread([c.code for c in columns], of_column),
        "column_label": spread([" > ".join(c.labels) for c in columns], of_column),
        "column_letter": spread([c.letter for c in columns], of_column),
    }
    names = ("count", "count_unweighted", "column_percent", "row_percent", "value", *DERIVED)
    numbers = {
        name: pl.Series(np.ascontiguousarray(figure[:, shown]).ravel()).fill_nan(None)
        for name, figure in zip(names, figures, strict=True)
    }
    last = {
        "letters": pl.Series(marks, dtype=pl.String),
        "flag": spread([None, "*", "**"], pl.Series(flags[:, shown].ravel())),
    }
    return pl.DataFrame({**texts, **numbers, **last}, schema=CELLS_SCHEMA)


def _tests(
    tables: Sequence[CountedTable],
    rows: _Rows,
    tested: Sequence[Tested],
    places: Sequence[IntArray],
    banner: Banner,
    pairs: Comparisons,
) -> pl.DataFrame:
    if not any(part.row.size for part in tested):
        return pl.DataFrame(schema=TESTS_SCHEMA)
    row = np.concatenate([place[part.row] for part, place in zip(tested, places, strict=True)])
    order = np.argsort(row, kind="stable")
    row = row[order]
    pair = np.concatenate([part.pair for part in tested])[order]
    names = ("difference", "statistic", "df", "p_value", "p_adjusted", "overlap")
    numbers = [np.concatenate([getattr(part, name) for part in tested])[order] for name in names]
    columns = banner.columns
    codes = pl.Series([c.code for c in columns])
    variables = [columns[int(c)].variable for c in pairs.first]
    of_second = [None if pairs.against == REST else columns[int(c)].variable for c in pairs.second]
    second = pl.Series([REST] * len(columns)) if pairs.against == REST else codes
    return pl.DataFrame(
        {
            "table_id": pl.Series([t.head.table_id for t in tables]).gather(pl.Series(rows.table[row])),
            "row_code": pl.Series(rows.code).gather(pl.Series(row)),
            "row_label": pl.Series(rows.label).gather(pl.Series(row)),
            "column_variable": pl.Series(variables).gather(pl.Series(pair)),
            "column_a": codes.gather(pl.Series(pairs.first[pair])),
            "column_b": second.gather(pl.Series(pairs.second[pair])),
            **{n: pl.Series(f).replace(float("inf"), None).fill_nan(None) for n, f in zip(names, numbers, strict=True)},
            "column_variable_b": pl.Series(of_second, dtype=pl.String).gather(pl.Series(pair)),
        },
        schema=TESTS_SCHEMA,
    )


def _whole_tests(tables: Sequence[CountedTable]) -> pl.DataFrame:
    """Chi-square tests as rows without columns: `statistic`, `df` (of an F the first) and `p_value`."""
    found = [(t.head.table_id, w) for t in tables for w in t.whole_tests if np.isfinite(w.found.statistic)]
    return pl.DataFrame(
        {
            "table_id": [table_id for table_id, _ in found],
            "row_code": ["chi_square"] * len(found),
            "row_label": [w.label for _, w in found],
            "column_variable": [w.variable for _, w in found],
            **{name: [None] * len(found) for name in ("column_a", "column_b", "difference")},
            "statistic": [w.found.statistic for _, w in found],
            "df": [w.found.df for _, w in found],
            "p_value": [w.found.p_value for _, w in found],
            "p_adjusted": [w.found.p_value for _, w in found],
            **{name: [None] * len(found) for name in ("overlap", "column_variable_b")},
        },
        schema=TESTS_SCHEMA,
    )
