"""SPSS files: numbers stay numbers; labels, missing values and response sets go into the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.sources.header import unique_names
from mcode_pipelines.sources.raw_file import with_row_numbers
from mcode_pipelines.sources.source import ReadOptions, extension
from mcode_pipelines.sources.spss_weight import weight_variable
from mcode_pipelines.sources.text_table import cleaned
from mcode_pipelines.survey import (
    ROW,
    ColumnDictionary,
    RawSurvey,
    ResponseSet,
    SourceNotes,
    SurveyHead,
    UnreadableUpload,
    canonical_code,
)

_LARGEST_EXACT = 2.0**53


class SpssSource:
    """SPSS system files, plain and compressed."""

    kind = "sav"
    extensions = (".sav", ".zsav")

    def read(self, path: Path, name: str, options: ReadOptions) -> RawSurvey:
        """The file's variables under their own names. Raises UnreadableUpload.

        Whole-number variables become Int64, other numbers Float64, dates Date, times of day and date
        times texts in ISO; user-missing values stay in the data and are named in the dictionary.
        """
        frame, meta = _read(path, name, options.encoding)
        if frame.width == 0 or frame.height == 0:
            raise UnreadableUpload(name, "holds no cases; save it again with the answers in it")
        columns = frame.columns
        names = unique_names(columns, taken=(ROW,))
        final = dict(zip(columns, names, strict=True))
        dictionary = {final[column]: _dictionary(column, frame[column], meta) for column in columns}
        sets = [_response_set(key, given, final) for key, given in (meta.mr_sets or {}).items()]
        data = frame.lazy().select(_column(frame[column]).alias(final[column]) for column in columns)
        weight = _weight(path, meta.file_encoding, final, frame)
        head = SurveyHead(
            source=SourceNotes(
                kind=extension(name)[1:],
                file=name,
                encoding=meta.file_encoding,
                tool="spss",
                remarks=(say.weighted_by(weight),) if weight else (),
            ),
            headers=(tuple(columns),),
            dictionary=dictionary,
            response_sets=tuple(s for s in sets if s),
            weight=weight,
        )
        return RawSurvey(with_row_numbers(data), head)


def _read(path: Path, name: str, encoding: str | None) -> tuple[pl.DataFrame, Any]:
    import pyreadstat

    trouble: Exception | None = None
    for attempt in (encoding, None, "WINDOWS-1252", "LATIN1"):
        try:
            frame, meta = pyreadstat.read_sav(
                path,
                user_missing=True,
                output_format="polars",
                encoding=attempt,
                extra_date_formats=["QYR", "MOYR", "WKYR"],
            )
        except UnicodeDecodeError as error:
            trouble = error
        except Exception as error:
            trouble = error
            if "encod" not in str(error).lower() and "conver" not in str(error).lower():
                break
        else:
            return frame, meta
    raise UnreadableUpload(
        name, f"is damaged or not an SPSS file ({trouble}); save it again from SPSS as .sav"
    ) from trouble


def _weight(path: Path, encoding: str | None, final: Mapping[str, str], frame: pl.DataFrame) -> str | None:
    """The column that the file is weighted by; None where it has none, or one that is not among its numbers."""
    said = weight_variable(path, encoding)
    if said is None:
        return None
    column = next((c for c in frame.columns if c.lower() == said.lower()), None)
    return final[column] if column is not None and frame[column].dtype.is_numeric() else None


def _column(values: pl.Series) -> pl.Expr:
    column = pl.col(values.name)
    if values.dtype == pl.String:
        return cleaned(values.name, control_characters=True)
    if values.dtype == pl.Null:
        return column.cast(pl.Float64)
    if values.dtype.is_float():
        filled = values.drop_nulls()
        whole = bool(((filled.floor() == filled) & (filled.abs() < _LARGEST_EXACT)).all())
        return column.cast(pl.Int64) if whole else column.fill_nan(None)
    if values.dtype == pl.Datetime:
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S")
    if values.dtype == pl.Time:
        return column.dt.strftime("%H:%M:%S")
    return column


def _dictionary(column: str, values: pl.Series, meta: Any) -> ColumnDictionary:
    labels = {canonical_code(k): str(v).strip() for k, v in meta.variable_value_labels.get(column, {}).items()}
    measure = meta.variable_measure.get(column)
    return ColumnDictionary(
        label=(meta.column_names_to_labels.get(column) or "").strip() or None,
        value_labels=labels,
        missing=_missing(values, meta.missing_ranges.get(column, ()), meta.variable_value_labels.get(column, {})),
        measure=None if measure in (None, "unknown") else measure,
    )


def _missing(values: pl.Series, ranges: Sequence[Mapping[str, Any]], labels: Mapping[Any, str]) -> tuple[str, ...]:
    """User-missing values by canonical code; of a range those that occur or are labelled."""
    found: dict[str, None] = {}
    for given in ranges:
        low, high = given["lo"], given["hi"]
        if low == high:
            found[canonical_code(low)] = None
            continue
        if isinstance(low, str) or isinstance(high, str) or not values.dtype.is_numeric():
            continue
        inside = values.filter(values.is_between(low, high)).unique().sort().to_list()
        labelled = [k for k in labels if isinstance(k, int | float) and low <= k <= high]
        found |= {canonical_code(value): None for value in sorted({*inside, *labelled})}
    return tuple(found)


def _response_set(key: str, given: Mapping[str, Any], final: Mapping[str, str]) -> ResponseSet | None:
    """A declared multiple-response set; None where its variables are not in the file."""
    by_lower = {column.lower(): name for column, name in final.items()}
    columns = [by_lower[c.lower()] for c in given["variable_list"] if c.lower() in by_lower]
    if not columns:
        return None
    counted = canonical_code(given["counted_value"]) if given["is_dichotomy"] else None
    return ResponseSet(
        name=key,
        label=given["label"] or "",
        columns=tuple(columns),
        counted=counted,
        labelled_by="counted_values" if given["type"] == "E" else "variables",
    )
