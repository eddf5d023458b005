"""The cross-check of coding: nobody's answer is lost."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.survey import ROW


def uncoded_answers(questions: Iterable[OpenQuestion], codings: pl.DataFrame) -> int:
    """How many answers (respondent x question) have no row in `codings` (CODINGS_SCHEMA)."""
    return sum(
        q.answers.join(codings.filter(pl.col("variable") == q.variable), on=ROW, how="anti").height for q in questions
    )
