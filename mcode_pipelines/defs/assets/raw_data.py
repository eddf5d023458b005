"""Ingest: every cell of the upload as it was read."""

import dagster as dg
import polars as pl
from pydantic import Field

from mcode_pipelines.defs import metadata_values
from mcode_pipelines.defs.stage import Check, stage
from mcode_pipelines.intake import both_languages, read_again, remarks_on_standing
from mcode_pipelines.lake import Lake
from mcode_pipelines.survey import RawSurvey


class ReadingConfig(dg.Config):
    """How the file is read. Leave everything empty and it is found out."""

    sheet: str = Field(default="", description="Name of the sheet with the data, if the wrong one was taken.")
    header_rows: int = Field(default=0, ge=0, le=5, description="How many header rows the data has; 0: find out.")
    skip_rows: int = Field(default=-1, ge=-1, description="Rows above the header to skip; -1: find out.")
    delimiter: str = Field(default="", description="What separates the columns of a CSV file; empty: find out.")
    encoding: str = Field(default="", description="Encoding of a CSV file, such as utf-8 or cp1252; empty: find out.")


@stage(
    group="ingest",
    kinds={"polars", "parquet"},
    code_version="1",
    checks=[Check("rows_are_whole", "every row of the file is there, numbered from 1 without a gap", blocking=True)],
)
def raw_data(
    context: dg.AssetExecutionContext, config: ReadingConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult[RawSurvey]:
    """Every cell as it was read, with the header rows, the form and the row ids.

    The file is read in a child process with limits on memory and time, never here.
    """
    survey = read_again(lake.uploads, context.partition_key, **config.model_dump())
    rows, last = survey.data.select(pl.len(), pl.col("__row__").max()).collect().row(0)
    source = survey.head.source
    return dg.MaterializeResult(
        value=survey,
        metadata={
            "rows": rows,
            "columns": len(survey.columns),
            "file": source.file,
            "kind": source.kind,
            "sheet": source.sheet or "-",
            "survey_tool": source.tool or "not recognised",
            "form": "yes" if survey.head.form else "no",
            "delivery": metadata_values.bullet_list(
                both_languages(remarks_on_standing(lake.uploads, context.partition_key)), empty="stands for its wave"
            ),
            "remarks": metadata_values.bullet_list([said for r in source.remarks for said in (r.en, r.id)]),
            **metadata_values.table_facts(rows, survey.data.collect_schema()),
            "first_columns": metadata_values.table([{"column": c} for c in survey.columns[:20]]),
        },
        check_results=[
            dg.AssetCheckResult(
                check_name="rows_are_whole", passed=rows > 0 and rows == last, metadata={"rows": rows, "last_row": last}
            )
        ],
    )
