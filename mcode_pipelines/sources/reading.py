"""Reading one upload: the source that its name calls for, and the form that comes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from mcode_pipelines.sources.csv import CsvSource, text_rows
from mcode_pipelines.sources.excel import ExcelSource, data_sheet_beside_form
from mcode_pipelines.sources.form import (
    BELONGS,
    FORM_EXTENSIONS,
    form_of,
    form_of_rows,
    has_form,
    looks_like_survey_sheet,
    share_of_questions,
)
from mcode_pipelines.sources.list_files import with_list_files
from mcode_pipelines.sources.parquet import ParquetSource
from mcode_pipelines.sources.raw_file import first_line
from mcode_pipelines.sources.source import AUTODETECT, ReadOptions, SurveySource, extension
from mcode_pipelines.sources.spss import SpssSource
from mcode_pipelines.sources.workbook import open_workbook
from mcode_pipelines.survey import RawSurvey, SurveyForm, UnreadableUpload

FILE_SOURCES: tuple[SurveySource, ...] = (ExcelSource(), CsvSource(), SpssSource(), ParquetSource())
"""Every file kind that data may come in."""


LARGEST_FORM = 32 << 20
"""Bytes; a larger .csv is not looked into for a form."""


def read_survey(
    data: Path,
    *,
    name: str,
    form: Path | None = None,
    form_name: str | None = None,
    lists: Mapping[str, Path] | None = None,
    options: ReadOptions = AUTODETECT,
) -> RawSurvey:
    """Reads a survey file, with its form where there is one, into raw data.

    Text files and Parquet are scanned lazily: keep `data` in place until the result is saved or collected.

    Args:
        data: the file; its path may be a generated private name.
        name: the file's name as the person knows it; its ending says the kind.
        form: an XLSForm that belongs to the data; wins over one in the same workbook.
        form_name: the form's name as the person knows it.
        lists: files with lists of choices that the form names, by their names.
        options: what a person overrules.

    Raises UnreadableUpload with one sentence on what is wrong and what to do.
    """
    try:
        raw = _source(name).read(data, name, options)
    except pl.exceptions.PolarsError as error:
        raise UnreadableUpload(name, f"cannot be read ({first_line(error)}); export it again") from error
    told = form_name or form.name if form is not None else name
    whole = read_form(form, told) if form is not None else raw.head.form
    if whole is None:
        return raw
    given, remarks = with_list_files(whole, {n: table_rows(path, n) for n, path in (lists or {}).items()})
    source = raw.head.source.model_copy(update={"remarks": (*raw.head.source.remarks, *remarks)})
    if form is not None:
        _check_belonging(given, told, raw)
        source = source.model_copy(update={"tool": source.tool or "kobo"})
    return replace(raw, head=raw.head.model_copy(update={"form": given, "source": source}))


def scan_survey(data: Path, name: str) -> RawSurvey:
    """A Parquet file as raw data where it lies, with only as much decoded as tells which columns need cleaning.

    For a process that may be lost to the file. Raises what `read_survey` raises, and errors of Polars later on where
    the file turns out damaged.
    """
    return ParquetSource(whole=False).read(data, name, AUTODETECT)


def read_form(path: Path, name: str) -> SurveyForm:
    """The sheets survey, choices and settings of a form; a .csv is its survey sheet alone.

    Nothing is judged: unknown types, duplicate names and odd choices are kept as they are.
    Raises UnreadableUpload where there is no survey sheet with the columns type and name.
    """
    ending = extension(name)
    if ending not in FORM_EXTENSIONS:
        raise UnreadableUpload(name, f"is no form: a form is an XLSForm, an .xlsx or .xls file, not {ending or 'this'}")
    if ending == ".csv":
        return form_of_rows(text_rows(path, name), name)
    return form_of(open_workbook(path, name))


def table_rows(path: Path, name: str) -> list[list[str | None]]:
    """The rows of a small text file, or of the first sheet of a workbook. Raises UnreadableUpload."""
    if extension(name) in CsvSource.extensions:
        return text_rows(path, name)
    workbook = open_workbook(path, name)
    return [list(row) for row in workbook.sheet(workbook.sheet_names[0]).cells.rows()]


def is_form(path: Path, name: str) -> bool:
    """Whether a file is a form and not data: a survey sheet with type and name, and no data sheet beside it.

    False for whatever cannot be read.
    """
    ending = extension(name)
    if ending not in FORM_EXTENSIONS:
        return False
    try:
        if ending == ".csv":
            return path.stat().st_size <= LARGEST_FORM and looks_like_survey_sheet(text_rows(path, name))
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
