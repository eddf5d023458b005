"""Codings: which respondent's answer got which code, how surely, and who decided."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from mcode_pipelines.survey.raw_survey import ROW


class DecidedBy(StrEnum):
    """How a code came to an answer."""

    RULE = "rule"
    """A rule: non-answers, refusals, keyboard noise."""
    DUPLICATE = "duplicate"
    """An identical answer had been decided."""
    MODEL = "model"
    PERSON = "person"


CODINGS_SCHEMA = pl.Schema(
    {
        ROW: pl.Int64,
        "respondent": pl.String,
        "variable": pl.String,
        "code": pl.Int64,
        "label": pl.String,
        "confidence": pl.Float64,
        "decided_by": pl.String,
    }
)
"""One row a respondent x question x code, ordered by question (codebook order), row, then falling confidence.

Every respondent who was asked and whose cell is not missing has at least one row for the question.
"""


def empty_codings() -> pl.DataFrame:
    """An empty table of codings: what an upload without open-ended questions has."""
    return pl.DataFrame(schema=CODINGS_SCHEMA)
