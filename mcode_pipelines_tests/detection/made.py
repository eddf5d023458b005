"""Small surveys for the tests, made in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from mcode_pipelines.survey import (
    ROW,
    ColumnDictionary,
    FormSheet,
    RawSurvey,
    ResponseSet,
    SourceNotes,
    SurveyForm,
    SurveyHead,
)


def survey(
    columns: Mapping[str, Sequence[object]],
    *,
    headers: Sequence[Sequence[str]] | None = None,
    form: SurveyForm | None = None,
    tool: str | None = None,
    dictionary: Mapping[str, ColumnDictionary] | None = None,
    response_sets: Sequence[ResponseSet] = (),
) -> RawSurvey:
    data = pl.DataFrame({name: list(cells) for name, cells in columns.items()}, strict=False)
    head = SurveyHead(
        source=SourceNotes(kind="csv", file="made.csv", tool=tool),
        headers=tuple(tuple(row) for row in headers) if headers else (tuple(columns),),
        form=form,
        dictionary=dict(dictionary or {}),
        response_sets=tuple(response_sets),
    )
    return RawSurvey(data.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64)).lazy(), head)


def form(
    rows: Sequence[Sequence[str | None]],
    choices: Sequence[Sequence[str | None]] = (),
    *,
    header: Sequence[str] = ("type", "name", "label", "relevant"),
    choices_header: Sequence[str] = ("list_name", "name", "label"),
    settings: Mapping[str, str] | None = None,
) -> SurveyForm:
    return SurveyForm(
        survey=FormSheet(name="survey", header=tuple(header), rows=tuple(_padded(r, len(header)) for r in rows)),
        choices=FormSheet(name="choices", header=tuple(choices_header), rows=tuple(tuple(r) for r in choices)),
        settings=FormSheet(name="settings", header=tuple(settings or ()), rows=(tuple((settings or {}).values()),)),
    )


def _padded(row: Sequence[str | None], width: int) -> tuple[str | None, ...]:
    return (*row, *[None] * (width - len(row)))
