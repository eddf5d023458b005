"""From a table of text cells to raw survey data: header away, cells cleaned, rows numbered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.sources.header import (
    Layout,
    column_names,
    find_header,
    unique_names,
    with_headings_to_the_right,
)
from mcode_pipelines.sources.raw_file import with_row_numbers
from mcode_pipelines.sources.source import ReadOptions
from mcode_pipelines.sources.summary_rows import MOST_ROWS, rows_to_leave_out
from mcode_pipelines.sources.survey_tool import detect_tool
from mcode_pipelines.survey import ROW, RawSurvey, Remark, SourceNotes, SurveyHead, UnreadableUpload

CONTROL_CHARACTERS = r"[\x00-\x08\x0b-\x1f\x7f]"
"""What no cell keeps (tab and line feed stay); workbooks cannot hold them and screens show them as boxes."""


def positional_names(width: int) -> list[str]:
    """The names of a table's columns before it has any: c0, c1 ..."""
    return [f"c{index}" for index in range(width)]


def clean_header_cell(cell: str | None) -> str:
    """A header cell without surrounding blanks and control characters; blank is ""."""
    if not cell:
        return ""
    if cell.isprintable():
        return cell.strip()
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c >= " " or c in "\t\n").strip().strip("\ufeff")


def cleaned(column: str, *, control_characters: bool) -> pl.Expr:
    """A text column without surrounding blanks, blank cells as null.

    With `control_characters`, these are taken out and line ends become line feeds.
    """
    cell = pl.col(column)
    if control_characters:
        cell = cell.str.replace_all("\r\n", "\n", literal=True).str.replace_all("\r", "\n", literal=True)
        cell = cell.str.replace_all(CONTROL_CHARACTERS, "")
    cell = cell.str.strip_chars()
    return pl.when(cell.str.len_bytes() > 0).then(cell).alias(column)


def survey_of_table(
    cells: pl.LazyFrame,
    top: Sequence[Sequence[str | None]],
    notes: SourceNotes,
    options: ReadOptions,
    *,
    blank: NDArray[np.bool_],
    control_characters: Sequence[str] = (),
    tidy: bool = False,
    first_row: int = 1,
    merged: Callable[[], frozenset[tuple[int, int]]] = frozenset,
) -> RawSurvey:
    """Raw survey data of a table that was read as text, header rows included.

    Args:
        cells: String columns named by `positional_names`, every row of the file.
        top: the first rows of the same table, at least TOP_ROWS of them where it has so many.
        notes: what is known of the source so far; tool and remarks are added.
        options: what a person overrules.
        blank: (rows,) of every row, whether it is wholly blank; such rows are no respondents and are left out.
        control_characters: the columns in which some cell may hold them.
        tidy: whether no cell needs cleaning, blank ones being null.
        first_row: the number of the first row of `cells` as a spreadsheet counts.
        merged: gives the cells (row and column from 0) that are covered by a merged cell to their left; called where
            the header takes several rows.

    Raises UnreadableUpload where there is no column or no data row.
    """
    width = len(cells.collect_schema())
    rows = [[clean_header_cell(row[i]) if i < len(row) else "" for i in range(width)] for row in top]
    where = f"sheet '{notes.sheet}' " if notes.sheet else ""
    if not any(any(row) for row in rows):
        raise UnreadableUpload(notes.file, f"{where}is empty; export the data again and drop the new file")
    if options.skip_rows is not None and options.skip_rows >= len(rows):
        raise UnreadableUpload(
            notes.file, f"{where}has {len(rows)} rows and {options.skip_rows} were to be skipped; skip fewer"
        )
    header = find_header(rows, options)
    headers = rows[header.first : header.data]
    remarks = [*notes.remarks, *header.remarks]

    dirty = set(control_characters)
    columns = positional_names(width)
    data = cells.slice(header.data)
    if not tidy:
        data = data.with_columns(cleaned(c, control_characters=c in dirty) for c in columns)
    keep = _columns_with_header_or_data(data, headers, columns)
    if not keep:
        raise UnreadableUpload(notes.file, f"{where}holds no column with data; export the data again")
    headers = [[row[i] for i in keep] for row in headers]
    spread = headers
    if header.layout is Layout.QUESTION_AND_OPTION:
        covered, places = merged(), {column: i for i, column in enumerate(keep)}
        spread = with_headings_to_the_right(
            headers, {(row - header.first, places[column]) for row, column in covered if column in places}
        )
    names = unique_names(column_names(spread, header.layout, len(keep)), taken=(ROW,))
    remarks += _renamed(headers, names, header.layout)

    data = data.select(pl.col(columns[i]).alias(name) for i, name in zip(keep, names, strict=True))
    if blank.any():
        remarks += _blank_between(blank[header.data :])
        if len(blank) > MOST_ROWS:
            data = data.filter(pl.any_horizontal(pl.all().is_not_null()))
    if len(blank) <= MOST_ROWS:
        data, told = _respondents(data, headers, header.data + first_row, blank[header.data :])
        remarks += told
    if data.head(1).collect(engine="streaming").is_empty():
        raise UnreadableUpload(
            notes.file, f"{where}holds a header and no data rows; export the data again with the answers in it"
        )
    data = with_row_numbers(data)
    tool = notes.tool or detect_tool(headers)
    if header.layout is Layout.QUESTION_AND_OPTION and tool is None:
        # Made by hand: a merged heading counts for every column that it stands over.
        remarks += _headings(spread)
        headers = [names]
    head = SurveyHead(
        source=notes.model_copy(update={"tool": tool, "remarks": tuple(remarks)}),
        headers=tuple(tuple(row) for row in headers) or (tuple(names),),
    )
    return RawSurvey(data, head)


def _respondents(
    data: pl.LazyFrame, headers: Sequence[Sequence[str]], first_row: int, blank: NDArray[np.bool_]
) -> tuple[pl.LazyFrame, tuple[Remark, ...]]:
    """The rows that are respondents, and remarks on those that are not. `first_row` is the number of the first row."""
    found = rows_to_leave_out(data, headers, first_row)
    leave_out = sorted({*found.places, *np.flatnonzero(blank).tolist()})
    if not leave_out:
        return data, ()
    kept = data.with_row_index("\0place").filter(~pl.col("\0place").is_in(leave_out)).drop("\0place")
    return kept.filter(pl.any_horizontal(pl.all().is_not_null())), found.remarks


def _headings(headers: Sequence[Sequence[str]]) -> list[Remark]:
    """A remark on the headings of a header of two rows."""
    over = [" ".join(column[0].split()) for column in zip(*headers, strict=True) if column[0] and any(column[1:])]
    return [say.headings_over_questions(list(dict.fromkeys(over)))] if over else []


def _blank_between(blank: NDArray[np.bool_]) -> list[Remark]:
    filled = np.flatnonzero(~blank)
    count = int(blank[: filled[-1]].sum()) if len(filled) else 0
    return [say.blank_rows(count)] if count else []


def _columns_with_header_or_data(
    data: pl.LazyFrame, headers: Sequence[Sequence[str]], columns: Sequence[str]
) -> list[int]:
    """The places of the columns that have a header, or else at least one filled cell."""
    headless = [i for i in range(len(columns)) if not any(row[i] for row in headers)]
    if not headless:
        return list(range(len(columns)))
    filled = data.select(pl.col(columns[i]).is_not_null().any() for i in headless).collect(engine="streaming").row(0)
    empty = {i for i, has_data in zip(headless, filled, strict=True) if not has_data}
    return [i for i in range(len(columns)) if i not in empty]


def _renamed(headers: Sequence[Sequence[str]], names: Sequence[str], layout: Layout) -> list[Remark]:
    """Remarks on columns that got a name which the file does not say."""
    if not headers:
        return []
    remarks = []
    nameless = [name for i, name in enumerate(names) if not any(row[i] for row in headers)]
    if nameless:
        remarks.append(say.nameless_columns(nameless))
    if layout is not Layout.QUESTION_AND_OPTION:
        first = [" ".join(cell.split()) for cell in headers[0]]
        twice = [name for name, cell in zip(names, first, strict=True) if cell and name != cell]
        if twice:
            remarks.append(say.numbered_columns(twice))
    return remarks
