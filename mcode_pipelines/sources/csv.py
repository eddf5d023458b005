"""Delimited text files: comma, semicolon, tab or bar; scanned lazily, so that large ones do not fill the memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.sources.coded_data import with_codes_as_they_are
from mcode_pipelines.sources.delimiter import (
    DELIMITERS,
    ONE_COLUMN,
    lines_in_quotes,
    sniff_delimiter,
    without_quotes,
)
from mcode_pipelines.sources.form import form_without_data, looks_like_survey_sheet
from mcode_pipelines.sources.header import TOP_ROWS, find_header
from mcode_pipelines.sources.legend import Legend, different_answers
from mcode_pipelines.sources.legend_on_sheet import below_text
from mcode_pipelines.sources.review_file import is_review_sheet
from mcode_pipelines.sources.source import ReadOptions, extension
from mcode_pipelines.sources.text_file import TextFile, open_text
from mcode_pipelines.sources.text_shape import TextShape, text_shape
from mcode_pipelines.sources.text_table import clean_header_cell, positional_names, survey_of_table
from mcode_pipelines.survey import RawSurvey, Remark, SourceNotes, UnreadableUpload

LARGEST_IRREGULAR = 256 << 20
"""Bytes; a text with quotes in odd places is read record by record, which larger ones are refused."""

_START = 1 << 18
_MOST_COLUMNS = 16_384


class CsvSource:
    """Delimited text files."""

    kind = "csv"
    extensions = (".csv", ".tsv")

    def read(self, path: Path, name: str, options: ReadOptions) -> RawSurvey:
        """Every cell as text. `path` must stay in place until the data are saved or collected.

        Raises UnreadableUpload, for rows that do not fit the header with the number of the row.
        """
        text = _bare_lines(open_text(path, name, options.encoding), name)
        delimiter = options.delimiter or sniff_delimiter(text.start(_START), name)
        shape = text_shape(text.chunks(), delimiter)
        cells, shape = _cells(text, delimiter, shape, name)
        rows = _rows(cells.head(TOP_ROWS))
        skip = _separator_hint(rows)
        if skip:
            cells, rows = cells.slice(1), rows[1:]
            shape = TextShape(shape.widths[1:], shape.blank[1:], shape.regular, shape.control_characters, shape.tidy)
        if looks_like_survey_sheet(rows):
            raise form_without_data(name)
        if is_review_sheet(rows):
            raise UnreadableUpload(
                name,
                "this is one sheet of a review workbook, saved as text; save the whole workbook as Excel Workbook "
                "(.xlsx) and drop that",
            )
        below = below_text(cells, rows, shape.records)
        if below is not None:
            cells, shape = cells.head(below[0]), _shortened(shape, below[0])
        remarks = [
            *text.remarks,
            *([say.legend_below_the_data(below[0] + skip + 1)] if below is not None else []),
            *_signs_kept(delimiter, rows, options),
            *_check_widths(cells, rows, shape, name, options, offset=skip),
        ]
        width = int(shape.widths.max(initial=1))
        notes = SourceNotes(
            kind=extension(name)[1:],
            file=name,
            encoding=text.encoding,
            delimiter=None if delimiter == ONE_COLUMN else delimiter,
            remarks=tuple(remarks),
        )
        raw = survey_of_table(
            cells,
            rows,
            notes,
            options,
            control_characters=positional_names(width) if shape.control_characters else (),
            blank=shape.blank,
            tidy=shape.tidy,
            first_row=skip + 1,
        )
        return with_codes_as_they_are(raw if below is None else _explained(raw, below[1], name))


def _shortened(shape: TextShape, records: int) -> TextShape:
    """The shape of the first records."""
    return replace(shape, widths=shape.widths[:records], blank=shape.blank[:records])


def _explained(raw: RawSurvey, rows: list[list[str]], name: str) -> RawSurvey:
    """The survey with what the legend below it says of its columns."""
    legend = Legend(different_answers(raw))
    if not legend.learn(rows, name):
        return raw
    remarks = (*raw.head.source.remarks, say.legend_used([name], list(legend.dictionary)))
    source = raw.head.source.model_copy(update={"remarks": remarks})
    return RawSurvey(raw.data, raw.head.model_copy(update={"dictionary": legend.dictionary, "source": source}))


def text_rows(path: Path, name: str) -> list[list[str | None]]:
    """The rows of a small delimited file as they stand, blank cells as None. Raises UnreadableUpload."""
    text = _bare_lines(open_text(path, name), name)
    delimiter = sniff_delimiter(text.start(_START), name)
    cells, _ = _cells(text, delimiter, text_shape(text.chunks(), delimiter), name)
    return [list(row) for row in cells.collect().rows()]


def _bare_lines(text: TextFile, name: str) -> TextFile:
    """The text with the quotes taken away that stand around whole lines. Raises UnreadableUpload for a large one."""
    if not lines_in_quotes(text.start(_START), name):
        return text
    if text.size > LARGEST_IRREGULAR:
        raise UnreadableUpload(
            name,
            f"has quotation marks around whole lines, which cannot be taken away in a file above "
            f"{LARGEST_IRREGULAR >> 20} MB; export it again without quotes around the lines",
        )
    bare = "\n".join(without_quotes(line) for line in text.whole().split("\n"))
    return replace(text, source=bare.encode(), remarks=(*text.remarks, say.lines_in_quotes()))


def _signs_kept(delimiter: str, rows: Sequence[Sequence[str]], options: ReadOptions) -> list[Remark]:
    """A remark on a text that was taken for one column though its answers hold signs that could cut them."""
    if delimiter != ONE_COLUMN or options.delimiter:
        return []
    return [say.one_column()] if any(sign in cell for row in rows for cell in row for sign in DELIMITERS) else []


def _separator_hint(rows: Sequence[Sequence[str | None]]) -> int:
    """1 where the first row is Excel's hint `sep=;`."""
    first = [cell for cell in rows[0] if cell] if rows else []
    return int(len(first) <= 1 and "".join(first).lower().strip() in {"sep=", "sep=,", "sep=;", "sep=|"})


def _rows(cells: pl.LazyFrame) -> list[list[str]]:
    return [[clean_header_cell(cell) for cell in row] for row in cells.collect().rows()]


def _cells(text: TextFile, delimiter: str, shape: TextShape, name: str) -> tuple[pl.LazyFrame, TextShape]:
    """Every record of the text as String columns named by `positional_names`, and their shape."""
    if not shape.regular:
        return _irregular(text, delimiter, shape, name)
    width = int(shape.widths.max(initial=1))
    if width > _MOST_COLUMNS:
        row = int(shape.widths.argmax()) + 1
        raise UnreadableUpload(name, f"row {row} has {width} cells, more than a spreadsheet can hold ({_MOST_COLUMNS})")
    cells = pl.scan_csv(
        text.source,
        has_header=False,
        schema=dict.fromkeys(positional_names(width), pl.String()),
        separator=delimiter,
        encoding="utf8",
        missing_columns="insert",
        glob=False,
    )
    return cells, shape


def _irregular(text: TextFile, delimiter: str, shape: TextShape, name: str) -> tuple[pl.LazyFrame, TextShape]:
    """The same for a text with quotes in odd places: inside an answer, or after a blank.

    Raises UnreadableUpload with the row where a quote that opens a cell is not closed.
    """
    if text.size > LARGEST_IRREGULAR:
        raise UnreadableUpload(
            name,
            f"has quotation marks in odd places, which cannot be mended in a file above {LARGEST_IRREGULAR >> 20} MB; "
            'export it again with every answer in quotes and quotes inside answers doubled ("")',
        )
    records = _records(text.whole(), delimiter, name)
    widths = np.array([max(len(record), 1) for record in records], dtype=np.uint16)
    width = int(widths.max(initial=1))
    columns = positional_names(width)
    frame = pl.DataFrame(
        [record + [None] * (width - len(record)) for record in records],
        schema=dict.fromkeys(columns, pl.String),
        orient="row",
    )
    blank = np.array([not any(cell and cell.strip() for cell in record) for record in records], dtype=np.bool_)
    return frame.lazy(), TextShape(widths, blank, True, shape.control_characters)


def _records(text: str, delimiter: str, name: str) -> list[list[str | None]]:
    csv.field_size_limit(1 << 27)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    records: list[list[str | None]] = []
    try:
        for record in reader:
            records.append([cell or None for cell in record])
    except csv.Error as error:
        plain = _without_quotes(text, delimiter) if delimiter in ("\t", ONE_COLUMN) else None
        if plain is not None:
            return plain
        raise UnreadableUpload(
            name,
            f'row {len(records) + 1}: a quotation mark (") opens a cell and is not closed, or stands inside a quoted '
            "answer; correct that row or export the file again",
        ) from error
    return records


def _without_quotes(text: str, delimiter: str) -> list[list[str | None]] | None:
    """Records in which quotes mean nothing, as Google Sheets writes them between tabs.

    None unless every row then has as many cells as the first.
    """
    records = [line.split(delimiter) for line in text.splitlines() if line.strip()]
    if len({len(record) for record in records}) != 1:
        return None
    return [[cell or None for cell in record] for record in records]


def _check_widths(
    cells: pl.LazyFrame,
    rows: Sequence[Sequence[str]],
    shape: TextShape,
    name: str,
    options: ReadOptions,
    offset: int,
) -> Iterable[Remark]:
    """Remarks on rows with fewer cells than the header.

    Raises UnreadableUpload for rows with more cells (unless these are blank), and for rows that a line
    break inside a cell has broken in two. Row numbers count as a spreadsheet does.
    """
    header = find_header(rows, options)
    if shape.records <= header.first:
        return []
    expected = int(shape.widths[header.first : max(header.data, header.first + 1)].max())
    data = shape.widths[header.data :]
    blank = shape.blank[header.data :]
    first_row = header.data + offset + 1
    if data.max(initial=0) > expected:
        _refuse_longer_rows(cells, data, header.data, expected, name, first_row)
    short = np.flatnonzero((data < expected) & ~blank)
    if not len(short):
        return []
    _refuse_broken_rows(short, data, expected, name, first_row)
    first = int(short[0])
    return [say.short_rows(len(short), first + first_row, int(data[first]), expected)]


def _refuse_longer_rows(
    cells: pl.LazyFrame, widths: np.ndarray, skip: int, expected: int, name: str, first_row: int
) -> None:
    beyond = positional_names(int(widths.max()))[expected:]
    filled = pl.any_horizontal(pl.col(c).str.strip_chars().str.len_bytes() > 0 for c in beyond)
    longer = (cells.slice(skip).select(filled.alias("longer")).with_row_index("row").filter("longer").head(1)).collect(
        engine="streaming"
    )
    if longer.is_empty():
        return
    row = int(longer["row"][0])
    if (widths == expected + 1).all():
        raise UnreadableUpload(
            name,
            f"every row has {expected + 1} cells where the header has {expected}: one column has no name; "
            "add the missing name to the header",
        )
    raise UnreadableUpload(
        name,
        f"row {row + first_row} has {int(widths[row])} cells where the header has {expected}; an answer with the "
        "delimiter in it is not in quotes, correct that row or export the file again",
    )


def _refuse_broken_rows(short: np.ndarray, widths: np.ndarray, expected: int, name: str, first_row: int) -> None:
    """Looks for neighbouring short rows that together make one row, as a line break outside quotes leaves them."""
    pairs = short[:-1][np.diff(short) == 1]
    broken = pairs[widths[pairs].astype(np.int64) + widths[pairs + 1] - 1 == expected]
    if len(broken):
        row = int(broken[0])
        raise UnreadableUpload(
            name,
            f"row {row + first_row} has {int(widths[row])} cells and the next one {int(widths[row + 1])} where the "
            f"header has {expected}: a line break inside an answer is not in quotes; join the two rows or export "
            "the file again",
        )
