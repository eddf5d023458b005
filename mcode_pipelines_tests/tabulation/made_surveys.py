"""Small surveys for tests: answers as written in the data, and the codebook that belongs to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from mcode_pipelines.survey import (
    ROW,
    Choice,
    Codebook,
    CrossTables,
    RawSurvey,
    SourceNotes,
    SurveyHead,
    TabulationPlan,
    Variable,
)
from mcode_pipelines.tabulation import tabulate


def raw_survey(columns: Mapping[str, Sequence[object]], name: str = "survey.csv") -> RawSurvey:
    data = pl.DataFrame({c: list(v) for c, v in columns.items()}, strict=False)
    data = data.with_columns(pl.col(c).cast(pl.String) for c, t in data.schema.items() if t == pl.Null)
    data = data.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    return RawSurvey(data.lazy(), SurveyHead(source=SourceNotes(kind="csv", file=name), headers=(tuple(columns),)))


def choices(*codes: int | str, factors: bool = False, **labels: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(code=c, label=labels.get(f"c{c}", f"label {c}"), factor=float(c) if factors else None) for c in codes
    )


def single(name: str, *codes: int | str, **more: object) -> Variable:
    return Variable(
        name=name, label=f"Question {name}", kind="single_choice", columns=(name,), choices=choices(*codes), **more
    )


def multi(name: str, *codes: int | str, **more: object) -> Variable:
    given = {"delimiter": ";", **more}
    return Variable(
        name=name, label=f"Question {name}", kind="multi_choice", columns=(name,), choices=choices(*codes), **given
    )


def scale(name: str, *codes: int, **more: object) -> Variable:
    return Variable(
        name=name,
        label=f"Question {name}",
        kind="scale",
        columns=(name,),
        choices=choices(*codes, factors=True),
        **more,
    )


def numeric(name: str, **more: object) -> Variable:
    return Variable(name=name, label=f"Question {name}", kind="numeric", columns=(name,), **more)


def book(
    plan: dict[str, object], columns: Mapping[str, Sequence[object]], *variables: Variable, **more: object
) -> CrossTables:
    """All batches of a plan as one."""
    batches = list(
        tabulate(
            TabulationPlan.model_validate({"language": "en", **plan}),
            raw_survey(columns),
            Codebook(variables=variables),
            **more,
        )
    )
    return CrossTables(
        batches[0].book,
        tuple(h for b in batches for h in b.heads),
        pl.concat([b.cells for b in batches]),
        pl.concat([b.tests for b in batches]),
    )


def figures(tables: CrossTables, figure: str, table: str = "T0001") -> dict[tuple[str, str], object]:
    """(row code, column code) to one figure of a table."""
    cells = tables.cells.filter(pl.col("table_id") == table)
    return {(r["row_code"], r["column_code"]): r[figure] for r in cells.iter_rows(named=True)}


def pairs(tables: CrossTables, figure: str, table: str = "T0001") -> dict[tuple[str, str, str], object]:
    tests = tables.tests.filter(pl.col("table_id") == table)
    return {(r["row_code"], r["column_a"], r["column_b"]): r[figure] for r in tests.iter_rows(named=True)}
