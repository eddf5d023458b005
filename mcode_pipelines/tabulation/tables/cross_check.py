"""Cross-checks on finished tables: what must hold of any table, whoever computed it."""

from __future__ import annotations

import polars as pl

from mcode_pipelines.survey import TOTAL_CODE, Codebook, CrossTables, Kind

_TOLERANCE = 1e-6


class CrossCheck:
    """Looks at batches of tables as they come and remembers the ids of those in which something does not add up."""

    def __init__(self, codebook: Codebook) -> None:
        self._single = {v.name for v in codebook.of_kind(Kind.SINGLE_CHOICE, Kind.SCALE)}
        self.batches = 0
        self.tables = 0
        self.cells = 0
        self.tests = 0
        self.bases_wrong: set[str] = set()
        """Tables with a column whose base is larger than the total's."""
        self.percents_wrong: set[str] = set()
        """Tables of single-choice questions whose column percents do not add up to 100."""

    def look_at(self, batch: CrossTables) -> None:
        """Adds one batch to the figures and the findings."""
        self.batches += 1
        self.tables += len(batch.heads)
        self.cells += batch.cells.height
        self.tests += batch.tests.height
        self.bases_wrong |= self._tables_with_wrong_bases(batch.cells)
        partial = [head.table_id for head in batch.heads if head.partial]
        self.percents_wrong |= self._tables_with_wrong_percents(batch.cells.filter(~pl.col("table_id").is_in(partial)))

    def _tables_with_wrong_bases(self, cells: pl.DataFrame) -> set[str]:
        bases = cells.filter(pl.col("row_kind") == "base", pl.col("row_code") != "base_effective")
        totals = bases.filter(pl.col("column_code") == TOTAL_CODE).select("table_id", "row_code", total="value")
        larger = bases.join(totals, on=["table_id", "row_code"]).filter(
            pl.col("value") > pl.col("total") * (1 + _TOLERANCE)
        )
        return set(larger["table_id"])

    def _tables_with_wrong_percents(self, cells: pl.DataFrame) -> set[str]:
        """Nets repeat their members and hidden figures are null, so both stay out of the sum."""
        sums = (
            cells.filter(pl.col("row_kind") == "category", pl.col("row_variable").is_in(sorted(self._single)))
            .group_by("table_id", "column_variable", "column_code")
            .agg(pl.col("column_percent").sum().alias("sum"), pl.col("column_percent").null_count().alias("hidden"))
            .filter(pl.col("hidden") == 0, (pl.col("sum") - 100).abs() > _TOLERANCE)
        )
        return set(sums["table_id"])
