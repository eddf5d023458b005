"""Questions across uploads from the web UI: one SELECT over the lake, answered as a table."""

import dagster as dg
from dagster_duckdb import DuckDBResource
from pydantic import Field

from mcode_pipelines.defs import metadata_values
from mcode_pipelines.defs.partitions import OWNERS
from mcode_pipelines.defs.stage import plain_failures
from mcode_pipelines.lake import Lake
from mcode_pipelines.lake.queries import run_query

SHOWN = 500
"""Rows shown in the UI; an answer is for looking at, `mcode query` prints all."""


class QuestionConfig(dg.Config):
    """What to ask."""

    sql: str = Field(
        default='SELECT "partition", variable, label, count(*) AS answers '
        "FROM classified_responses GROUP BY ALL ORDER BY ALL",
        description="One SELECT over the views uploads, classified_responses, cells and tests.",
    )


@dg.op
def answer_question(
    context: dg.OpExecutionContext, config: QuestionConfig, lake: dg.ResourceParam[Lake], duckdb: DuckDBResource
) -> None:
    """Answers one SELECT over every upload's results and shows the rows as a table."""
    with plain_failures(context.log), duckdb.get_connection() as connection:
        columns, rows = run_query(connection, lake.root, config.sql)
        context.add_output_metadata(
            {
                "rows": len(rows),
                "answer": metadata_values.table([dict(zip(columns, row, strict=True)) for row in rows[:SHOWN]]),
            }
        )


@dg.job(description="Ask the lake: one SELECT over the results of all uploads.", owners=OWNERS)
def ask_the_lake() -> None:
    """Questions across uploads."""
    answer_question()
