"""Reading one upload: the source that its name calls for, and the form that comes with it."""

from __future__ import annotations

from pathlib import Path

from mcode_pipelines.sources.csv import CsvSource, text_rows
from mcode_pipelines.sources.excel import ExcelSource, data_sheet_beside_form, form_without_data
from mcode_pipelines.sources.form import (
    BELONGS,
    FORM_EXTENSIONS,
    form_of,
    has_form,
    looks_like_survey_sheet,
    read_form,
    share_of_questions,
)
from mcode_pipelines.sources.parquet import ParquetSource
from mcode_pipelines.sources.source import FIND_OUT, ReadOptions, SurveySource, extension
from mcode_pipelines.sources.spss import SpssSource
from mcode_pipelines.sources.workbook import open_workbook
from mcode_pipelines.survey import RawSurvey, SurveyForm, UnreadableUpload

FILE_SOURCES: tuple[SurveySource, ...] = (ExcelSource(), CsvSource(), SpssSource(), ParquetSource())
"""Every file kind that data may come in."""


def read_survey(
    data: Path,
    *,
    name: str,
    form: Path | None = None,
    form_name: str | None = None,
    options: ReadOptions = FIND_OUT,
) -> RawSurvey:
    """Reads a survey file, with its form where there is one, into raw data.

    Text files and Parquet are scanned lazily: keep `data` in place until the result is saved or collected.

    Args:
        data: the file; its path may be a generated private name.
        name: the file's name as the person knows it; its ending says the kind.
        form: an XLSForm that belongs to the data; wins over one in the same workbook.
        form_name: the form's name as the person knows it.
        options: what a person overrules.

    Raises UnreadableUpload with one sentence on what is wrong and what to do.
    """
    source = _source(name)
    if ".csv" in source.extensions and is_form(data, name):
        raise form_without_data(name)
    raw = source.read(data, name, options)
    if form is None:
        return raw
    told = form_name or form.name
    given = read_form(form, told)
    _check_belonging(given, told, raw)
    return RawSurvey(raw.data, raw.head.model_copy(update={"form": given}))


def is_form(path: Path, name: str) -> bool:
    """Whether a file is a form and not data: a survey sheet with type and name, and no data sheet beside it.

    False for whatever cannot be read.
    """
    ending = extension(name)
    if ending not in FORM_EXTENSIONS:
        return False
    try:
        if ending == ".csv":
            return looks_like_survey_sheet(text_rows(path, name, most=200))
        workbook = open_workbook(path, name)
        return has_form(workbook) and data_sheet_beside_form(workbook, form_of(workbook)) is None
    except UnreadableUpload:
        return False


def _source(name: str) -> SurveySource:
    ending = extension(name)
    for source in FILE_SOURCES:
        if ending in source.extensions:
            return source
    kinds = ", ".join(ending for source in FILE_SOURCES for ending in source.extensions)
    raise UnreadableUpload(name, f"is of a kind that is not read; save the data as one of {kinds}")


def _check_belonging(form: SurveyForm, form_name: str, raw: RawSurvey) -> None:
    headers = [*raw.head.headers, raw.columns, [d.label or "" for d in raw.head.dictionary.values()]]
    share = share_of_questions(form, headers)
    if share < BELONGS:
        raise UnreadableUpload(
            raw.head.source.file,
            f"the form {form_name} does not belong to these data: only {share:.0%} of its questions are among "
            "the columns; drop the data together with the form that they were collected with",
        )
