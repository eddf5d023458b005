"""Raw survey data: every cell as it was read, with what the file said about its columns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict

from mcode_pipelines.survey.form import SurveyForm
from mcode_pipelines.survey.remark import Remark

ROW = "__row__"
"""The row id column: Int64, from 1, in the order of the file. No source column may have this name."""


class ColumnDictionary(BaseModel):
    """What a file says about one column: an SPSS dictionary, or sheets of a workbook that explain its data."""

    model_config = ConfigDict(frozen=True)

    label: str | None = None
    value_labels: dict[str, str] = {}
    """By canonical code."""
    missing: tuple[str, ...] = ()
    """User-missing values by canonical code, ranges resolved to the values that occur or are labelled."""
    measure: str | None = None
    factors: dict[str, float] = {}
    """The points of codes, by canonical code, where the file says them."""
    coded: Literal["text", "codes", "labels", "confidence"] | None = None
    """Of a workbook of coded data (`delivery.write_coded_workbook`): the text that was coded, or what the column holds
    of its coding. Codes are separated by blanks."""


class ResponseSet(BaseModel):
    """A multiple-response set that a file declares (SPSS `mrsets`)."""

    model_config = ConfigDict(frozen=True)

    name: str
    label: str
    columns: tuple[str, ...]
    """All members; a variable may stand in several sets."""
    counted: str | None = None
    """For a set of dichotomies: the value that counts as chosen; None for a set of categories."""
    labelled_by: Literal["variables", "counted_values"] = "variables"
    """Where the options of a set of dichotomies have their names: SPSS's extended sets take the label of the counted
    value of each variable."""


class SourceNotes(BaseModel):
    """Where the raw data came from and how it was read."""

    model_config = ConfigDict(frozen=True)

    kind: str
    """xlsx, csv, sav, parquet ..."""
    file: str
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    tool: str | None = None
    """The survey tool that the header gives away (`kobo`, `qualtrics`, ...), where it does."""
    remarks: tuple[Remark, ...] = ()
    """What a person should know of the reading: rows above the header skipped, repeat sheets left out ..."""

    def remarks_in(self, language: str | None) -> list[str]:
        """The remarks in a language (`id`, else English)."""
        return [remark.in_language(language) for remark in self.remarks]


class SurveyHead(BaseModel):
    """All of a raw survey except its cells; stored beside them."""

    model_config = ConfigDict(frozen=True)

    source: SourceNotes
    headers: tuple[tuple[str, ...], ...]
    """The original header rows, each aligned with the columns of the data (row id not counted)."""
    form: SurveyForm | None = None
    dictionary: dict[str, ColumnDictionary] = {}
    response_sets: tuple[ResponseSet, ...] = ()
    weight: str | None = None
    """The column that the file itself says its cases are weighted by (SPSS `WEIGHT BY`)."""


@dataclass(frozen=True)
class RawSurvey:
    """One upload's data as it was read.

    `data` has ROW and then one column a source column, in the file's order, under unique names: the
    first header row's text, with `_2`, `_3` ... where it repeats. Text formats and workbooks give String columns;
    typed formats (Parquet, SPSS) keep their numbers. Blank cells are null.
    """

    data: pl.LazyFrame
    head: SurveyHead
    file: Path | None = None
    """A Parquet file that holds just these columns, without ROW, where there is one: it is stored as it is."""

    @property
    def columns(self) -> list[str]:
        """The source columns, without the row id."""
        return [c for c in self.data.collect_schema().names() if c != ROW]


def bytes_of_cell(kind: pl.DataType) -> int:
    """About how many bytes a cell of this type takes in memory; a text takes more where it is long."""
    if kind in (pl.Boolean, pl.Int8, pl.UInt8):
        return 1
    return 8 if kind.is_numeric() else 16
