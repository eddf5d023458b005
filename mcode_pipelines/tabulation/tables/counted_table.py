"""A counted table with all its figures, before it is laid out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mcode_pipelines.survey.codebook import Kind
from mcode_pipelines.survey.tables import TableHead
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.counting.banner import Banner
from mcode_pipelines.tabulation.counting.counter import Counts
from mcode_pipelines.tabulation.counting.repeated import Dependence
from mcode_pipelines.tabulation.counting.stub import CountedRow
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.statistics.chi_square import WholeTest
from mcode_pipelines.tabulation.statistics.measures import Moments

_ONE_ANSWER_KINDS = (Kind.SINGLE_CHOICE, Kind.SCALE, Kind.NUMERIC)


@dataclass(frozen=True)
class Score:
    """A scored row that has been computed."""

    code: str
    label: str
    values: FloatArray
    """(columns,) NaN where it is not defined."""
    moments: Moments | None
    """For rows that are tested as means."""
    people: Sums
    """(columns,) who has a score."""
    both: Sums | None
    dependence: Dependence | None = None
    """Of its one row; None where nobody answers twice."""


@dataclass(frozen=True)
class RowBases:
    """Bases of counted rows that do not share their table's base."""

    base: list[Sums]
    """A (columns,) base for each counted row."""
    both: list[Sums | None]
    """For each the respondents that two columns share."""


@dataclass(frozen=True)
class CountedTable:
    """One table with all its figures, before it is laid out."""

    head: TableHead
    rows: tuple[CountedRow, ...]
    counts: Counts
    scores: tuple[Score, ...]
    whole_tests: tuple[WholeTest, ...] = ()
    row_bases: RowBases | None = None
    responses: FloatArray | None = None
    """(columns,) weighted answers given, where column percents are of them; such rows are not tested."""
    untested: BoolArray | None = None
    """(rows, columns) that are not tested though their bases would do."""

    def blocks(self) -> RowBases:
        """The bases that the counted rows stand on: one for all, or one each."""
        return self.row_bases or RowBases([self.counts.base], [self.counts.both])

    def block_of_rows(self) -> list[int]:
        """For each counted row the number of its base in `blocks`."""
        return list(range(len(self.rows))) if self.row_bases else [0] * len(self.rows)


def own_columns(head: TableHead, banner: Banner) -> BoolArray:
    """(columns,) those made of the table's own question, where it takes one answer: 100% and 0% by their definition."""
    none = np.zeros(banner.size, dtype=bool)
    return banner.made_of.get(head.variable, none) if head.kind in _ONE_ANSWER_KINDS else none
