"""Finished tables: tidy cells, pairwise tests and each table's heading."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from pydantic import BaseModel, ConfigDict

from mcode_pipelines.survey.plan import BookOptions

CELLS_SCHEMA = pl.Schema(
    {
        "table_id": pl.String,
        "row_variable": pl.String,
        "row_code": pl.String,
        "row_label": pl.String,
        "row_kind": pl.String,  # base | category | net | statistic
        "column_variable": pl.String,
        "column_code": pl.String,
        "column_label": pl.String,
        "column_letter": pl.String,
        "count": pl.Float64,
        "count_unweighted": pl.Float64,
        "column_percent": pl.Float64,
        "row_percent": pl.Float64,
        "value": pl.Float64,
        "letters": pl.String,
        "flag": pl.String,
        "total_percent": pl.Float64,  # of the weighted base of the total
        "index": pl.Float64,  # 100 is the total's column percent
        "difference": pl.Float64,  # to the total's column percent, in percentage points
    }
)
"""One row a table x row x column, in the order shown: row by row, column by column."""

TESTS_SCHEMA = pl.Schema(
    {
        "table_id": pl.String,
        "row_code": pl.String,
        "row_label": pl.String,
        "column_variable": pl.String,
        "column_a": pl.String,
        "column_b": pl.String,
        "difference": pl.Float64,
        "statistic": pl.Float64,
        "df": pl.Float64,
        "p_value": pl.Float64,
        "p_adjusted": pl.Float64,
        "overlap": pl.Float64,
        "column_variable_b": pl.String,  # of the total `total`; null for the rest
    }
)
"""One row a table x row x tested pair of columns."""


class BannerColumn(BaseModel):
    """One column of a banner."""

    model_config = ConfigDict(frozen=True)

    variable: str
    """The banner question (`total`; nested: the path joined by ` > `)."""
    path: tuple[str, ...] = ()
    """The questions of a nesting, outermost first; blank for a plain one."""
    heading: str
    """The banner question's label, shown above its columns."""
    code: str
    """`@` for the total; nested codes joined by `>`."""
    labels: tuple[str, ...]
    """The column's label, outermost level first: one entry for a plain question."""
    letter: str | None = None
    """A, B, ... Z, AA ...; None for the total."""
    net: bool = False


class TableHead(BaseModel):
    """All of a table except its figures."""

    model_config = ConfigDict(frozen=True)

    table_id: str
    """`T0001` ...: the number of the table in its plan."""
    variable: str
    title: str
    kind: str
    """The kind of the row variable."""
    base_text: str
    """Who is in the base, in the output's language."""
    filter_text: str | None = None
    weight_text: str | None = None
    notes: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    """What the letters and flags mean that stand, or can stand, in this table."""
    partial: bool = False
    """Not everyone in the base stands in a category that is shown: percents of single answers may fall short of 100."""
    indents: tuple[int, ...] = ()
    """How deep the rows below the bases stand in nets, in their order; empty where there are no nets."""
    nobody: str | None = None
    """That nobody in the base answered, said in the output's language; None where somebody did."""
    left_out: str | None = None
    """How many answers were left out for being no numbers, said in the output's language; None where none were."""
    trouble: str | None = None
    """Why the table could not be made, one sentence in the output's language; it has no cells then."""


class BookHead(BaseModel):
    """What every table of a plan shares."""

    model_config = ConfigDict(frozen=True)

    title: str
    language: str
    """`id` or `en`."""
    banner: tuple[BannerColumn, ...]
    levels: tuple[float, ...]
    small_base: tuple[float, float]
    notes: tuple[str, ...] = ()
    """What holds for every table: how the data was read, weighted and tested, what letters and flags mean. Sentences
    in the output's language."""
    not_made: tuple[str, ...] = ()
    """Why definitions and banner questions could not be made that the tables do without, in the output's language."""
    weightings: tuple[str, ...] = ()
    """How each of several weightings was made; none where there is one, which the notes tell of."""
    look: BookOptions = BookOptions()
    arrows: bool = False
    """Whether marks say higher or lower than one other column, rather than name lower columns by letters."""
    waves: tuple[str, ...] = ()
    """The questions of the banner whose columns are waves, or waves in a row, oldest first."""


@dataclass(frozen=True)
class CrossTables:
    """A batch of finished tables."""

    book: BookHead
    heads: tuple[TableHead, ...]
    cells: pl.DataFrame
    """CELLS_SCHEMA."""
    tests: pl.DataFrame
    """TESTS_SCHEMA."""
