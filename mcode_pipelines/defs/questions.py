"""Questions across uploads from the web UI: one SELECT over the lake, answered as a table."""

import dagster as dg
from dagster_duckdb import DuckDBResource
from pydantic import Field

from mcode_pipelines.defs import pictures
from mcode_pipelines.defs.stage import told_plainly
from mcode_pipelines.lake import Lake
from mcode_pipelines.lake.questions import ask

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
    with told_plainly(context.log), duckdb.get_connection() as connection:
        columns, rows = ask(connection, lake.root, config.sql)
        context.add_output_metadata(
            {
                "rows": len(rows),
                "answer": pictures.table([dict(zip(columns, row, strict=True)) for row in rows[:SHOWN]]),
            }
        )


@dg.job(description="Ask the lake: one SELECT over the results of all uploads.")
def ask_the_lake() -> None:
    """Questions across uploads."""
    answer_question()
