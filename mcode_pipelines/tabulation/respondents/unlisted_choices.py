"""Choices that a codebook made for another file does not list: those of an earlier wave that was asked more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import polars as pl

from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.codes import canonical_code
from mcode_pipelines.survey.multi_answer_cells import split_answers
from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER

_MOST = 100
"""A column that holds more than so many other answers holds texts rather than codes."""


def with_further_choices(codebook: Codebook, raw: RawSurvey, detected: Callable[[], Codebook]) -> Codebook:
    """The codebook with the codes that a file holds and it does not list as further choices, behind its own.

    Names, kinds, labels and what is missing stay as the codebook says. The labels (of a scale the factors too) of
    further choices are those that are `detected` in the file, which is asked only where there is a need; what is
    missing by detection is no choice. A question with a column a choice gets the choices of its other columns.
    """
    found_by_column = cache(lambda: {column: v for v in detected() for column in v.columns})
    coded = [v for v in codebook if v.kind in ONE_ANSWER or v.kind == Kind.MULTI_CHOICE]
    listed = {v.name for v in coded if not any(c.column for c in v.choices) and v.choices}
    cells = _distinct(raw, [column for v in coded if v.name in listed for column in v.columns])
    others = set(raw.columns) - {column for v in codebook for column in v.columns}

    def extended(variable: Variable) -> Variable:
        if variable.name in listed:
            spelled = [cell for column in variable.columns for cell in cells[column]]
            if not _unlisted(variable, spelled, None):
                return variable
            found = found_by_column().get(variable.columns[0])
            return _with_codes(variable, _unlisted(variable, spelled, found), found)
        if others and variable.kind == Kind.MULTI_CHOICE and any(c.column for c in variable.choices):
            found = next(filter(None, map(found_by_column().get, variable.columns)), None)
            return _with_columns(variable, found, others)
        return variable

    return codebook.model_copy(update={"variables": tuple(map(extended, codebook))})


def _distinct(raw: RawSurvey, columns: Sequence[str]) -> Mapping[str, list[str]]:
    """What the cells of each column hold, in the canonical spelling."""
    if not columns:
        return {}
    held = raw.data.select(pl.col(dict.fromkeys(columns)).drop_nulls().unique().implode()).collect()
    return {column: [canonical_code(cell) for cell in held[column][0].to_list()] for column in columns}


def _spellings(choices: Sequence[Choice]) -> set[str]:
    """Every way in which cells may say these choices."""
    labels = [choice.label.strip() for choice in choices]
    return {*(choice.code for choice in choices), *labels, *(label.casefold() for label in labels)} - {""}


def _unlisted(variable: Variable, cells: Sequence[str], found: Variable | None) -> list[str]:
    """The codes in cells that are no choices of the variable and not missing, by the codebook or as it was found."""
    known = _spellings(variable.choices) | set(variable.missing)
    if variable.kind == Kind.MULTI_CHOICE and variable.delimiter:
        delimiter = variable.delimiter
        alike = found is not None and found.delimiter == delimiter
        spellings = known | (_spellings(found.choices) if found and alike else set())
        whole = {spelling for spelling in spellings if delimiter in spelling}
        cells = [canonical_code(part) for cell in cells for part in split_answers(cell, delimiter, whole and spellings)]
    silent = set(found.missing) if found else set()
    codes = {c for c in cells if c and c not in known and c.casefold() not in known} - silent
    return sorted(codes, key=lambda code: (len(code), code))  # numbers stand in their order


def _with_codes(variable: Variable, codes: Sequence[str], found: Variable | None) -> Variable:
    if len(codes) > _MOST:
        return variable
    detected = {choice.code: choice for choice in found.choices} if found else {}
    taken = _spellings(variable.choices)
    further = []
    for code in codes:
        then = detected.get(code, Choice(code=code, label=code))
        # The label of another choice would not tell any more which of the two a cell means.
        label = f"{then.label} ({code})" if then.label.strip().casefold() in taken else then.label
        further.append(Choice(code=code, label=label, factor=then.factor if variable.kind == Kind.SCALE else None))
        taken |= _spellings(further[-1:])
    return variable.model_copy(update={"choices": (*variable.choices, *further)})


def _with_columns(variable: Variable, found: Variable | None, others: set[str]) -> Variable:
    codes = {choice.code for choice in variable.choices}
    further = [c for c in (found.choices if found else ()) if c.column in others and c.code not in codes]
    columns = (*variable.columns, *(c.column for c in further if c.column))
    return variable.model_copy(update={"choices": (*variable.choices, *further), "columns": columns})
