"""What the columns of an upload hold: counts, numbers, dates, lengths of a sample of rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from mcode_pipelines.detection.amounts import WrittenNumbers, is_dash, worth_a_look, written_numbers
from mcode_pipelines.detection.vocabulary import DONT_KNOW, fold_spelling, strip_markup, words_of
from mcode_pipelines.survey import ROW, RawSurvey
from mcode_pipelines.survey.multi_answer_cells import MISSING_MARKS
from mcode_pipelines.survey.numbers import Mark, amount_in, proven_thousands, read_numbers

SAMPLE_ROWS = 50_000
"""Rows that kinds are decided on; larger uploads are looked at in slices spread over the file."""
SLICES = 10
_COLUMNS_AT_ONCE = 64
"""What stands in so many columns is described together."""
TOP = 400
"""Distinct values kept as text, most frequent first; all of them stay in `answers`."""
NUMBER = re.compile(r"^[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?$")

_FEWEST_WITH_MARK = 2
_BLANK = 0.05
"""Blank cells for each missing mark, at most, where a program writes the mark for blank cells."""
_NONE = "None"
_SEEN = ("-99", "-1")
_MONTHS = (
    r"jan|feb|mar|apr|mei|may|mai|jun|jul|agu|aug|sep|okt|oct|nov|des|dec|januari|februari|maret|april|juni|juli|agustus|"
    r"september|oktober|november|desember|january|february|march|june|july|august|october|december"
)
_TIME = r"\d{1,2}[:.]\d{2}([:.]\d{2}(\.\d+)?)?\s*([ap]\.?m\.?)?"
DATE = re.compile(
    r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](19|20)?\d{2}|"
    rf"\d{{1,2}}[ -]({_MONTHS})[a-z]*[ -]\d{{2,4}}|({_MONTHS})[a-z]* \d{{1,2}},? \d{{4}})"
    rf"([T ,]+{_TIME})?(\s*(z|gmt|utc|wib|wita|wit)?([+-]?\d{{1,2}}(:?\d{{2}})?)?)?$",
    re.IGNORECASE,
)
TIME = re.compile(rf"^{_TIME.replace('[:.]', ':')}(\s*(z|[+-]\d\d:?\d\d))?$", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One source column, described from the sample."""

    name: str
    position: int
    headers: tuple[str, ...]
    """The cells of the original header rows above it."""
    answers: pl.Series
    """(sampled rows,) String, trimmed, missing marks as null, whole numbers without `.0`."""
    missing: tuple[str, ...]
    """Missing marks (`n/a`, `NA`) that occur."""
    blank: int
    """Cells that hold nothing at all, not even a missing mark."""
    filled: int
    distinct: int
    top: tuple[tuple[str, int], ...]
    """The most frequent values with their counts."""
    number_share: float
    """Share of the filled cells that are numbers."""
    whole_share: float
    minimum: float
    maximum: float
    mean: float
    mean_length: float
    dated: bool
    """The file itself types the column as a date or time."""
    written: WrittenNumbers | None = None
    """How its numbers were typed, where they are no plain ones."""
    as_typed: Column | None = None
    """The column before its numbers became plain ones (`Rp 25.000` became `25000`)."""

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The most frequent distinct values."""
        return tuple(v for v, _ in self.top)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the header."""
        return words_of(" ".join(h for h in self.headers[:2] if "ImportId" not in h) or self.name)

    @property
    def as_typed_too(self) -> Column:
        """The column as it was typed, which still knows how its numbers are written."""
        return replace(self.as_typed, written=self.written) if self.as_typed else self

    @property
    def marked(self) -> int:
        """Cells that hold a missing mark."""
        return self.answers.null_count() - self.blank

    @property
    def repetition(self) -> float:
        """Filled cells a distinct value."""
        return self.filled / self.distinct if self.distinct else 0.0

    @property
    def numeric(self) -> bool:
        """Whether the column holds numbers, a stray remark and words for "don't know" aside."""
        if self.number_share >= 0.95:
            return self.filled > 0
        worded = [v for v in self.values if not NUMBER.match(v)]
        return self.number_share >= 0.4 and len(worded) <= 3 and all(DONT_KNOW.match(v) for v in worded)

    @cached_property
    def folded_values(self) -> frozenset[str]:
        """The most frequent values, spelled so that they compare."""
        return frozenset(fold_spelling(v) or v for v in self.values)

    def share_matching(self, pattern: re.Pattern[str], *, looked_at: int = 60) -> float:
        """Share of the most frequent values (by distinct value) that the whole pattern matches."""
        some = self.values[:looked_at]
        return sum(pattern.fullmatch(v) is not None for v in some) / len(some) if some else 0.0


def header_text(column: Column) -> str:
    """The question as the header words it: the longest of its header cells that is no import id."""
    cells = [strip_markup(h) for h in column.headers if h and "ImportId" not in h]
    return max(cells, key=len, default=column.name)


def sample_of(raw: RawSurvey) -> tuple[pl.DataFrame, int]:
    """The rows that kinds are decided on, and how many rows there are.

    Up to SAMPLE_ROWS rows all of them; beyond, SLICES slices spread evenly from the first row to the last.
    """
    rows = int(raw.data.select(pl.len()).collect().item())
    data = raw.data.drop(ROW, strict=False)
    if rows <= SAMPLE_ROWS:
        return data.collect(), rows
    length = SAMPLE_ROWS // SLICES
    starts = [round(i * (rows - length) / (SLICES - 1)) for i in range(SLICES)]
    return pl.concat([data.slice(start, length).collect() for start in starts]), rows


def as_codes(series: pl.Series) -> pl.Series:
    """A column as trimmed text with whole numbers written without `.0` and blank cells null."""
    if series.dtype == pl.Boolean:
        series = series.cast(pl.Int8)
    text = series.cast(pl.String, strict=False) if series.dtype != pl.String else series.str.strip_chars()
    if series.dtype.is_float() or (series.dtype == pl.String and text.str.ends_with(".0").any()):
        text = text.str.replace(r"^([+-]?\d+)\.0+$", "$1")
    return text.set(text == "", None) if series.dtype == pl.String else text


def columns_of(raw: RawSurvey, sample: pl.DataFrame) -> list[Column]:
    """Every source column of the sample, described; numbers that people typed (`Rp 25.000`) as plain numbers."""
    heads = raw.head.headers
    headers = [tuple(row[i].strip() if i < len(row) and row[i] else "" for row in heads) for i in range(sample.width)]
    columns: list[Column] = []
    for start in range(0, sample.width, _COLUMNS_AT_ONCE):
        some = range(start, min(start + _COLUMNS_AT_ONCE, sample.width))
        columns += _described([sample.to_series(i) for i in some], some, headers[start:])
    typed = [c.position for c in columns if sample.dtypes[c.position] == pl.String and worth_a_look(c.values)]
    usual = _usual_thousands([columns[i] for i in typed])
    for i in typed:
        columns[i] = _without_dashes(columns[i])
    for column in _with_plain_numbers([columns[i] for i in typed], usual):
        columns[column.position] = column
    return columns


def _usual_thousands(columns: Sequence[Column]) -> Mark | None:
    """What divides thousands in the columns that prove it."""
    proofs = Counter(
        mark
        for c in columns
        if (mark := proven_thousands(a for v in c.values if (a := amount_in(v)) is not None)) is not None
    )
    return proofs.most_common(1)[0][0] if len(proofs) == 1 else None


def _without_dashes(column: Column) -> Column:
    """A column of numbers with the cells that hold only a dash taken out, and noted as missing."""
    dashes = {v for v in column.values if is_dash(v)}
    rest = [(v, n) for v, n in column.top if v not in dashes]
    if not dashes or sum(n for v, n in rest if NUMBER.match(v)) < 0.6 * sum(n for _, n in rest):
        return column
    return _marked(column, dashes)


def _with_plain_numbers(columns: Sequence[Column], usual: Mark | None) -> list[Column]:
    """Those of the columns whose numbers are as people type them, with plain numbers instead."""
    typed = [(c, w) for c in columns if (w := written_numbers(c.top, frozenset(c.words), usual)) is not None]
    answers = []
    for column, written in typed:
        cells = column.answers.drop_nulls().unique().to_list()
        plain = {cell: f"{value:.15g}" for cell, value in read_numbers(cells, written.style).items()}
        answers.append(column.answers.replace(list(plain), list(plain.values())))
    again = _described(answers, [c.position for c, _ in typed], [c.headers for c, _ in typed]) if typed else []
    return [
        replace(new, missing=column.missing, blank=column.blank, written=written, as_typed=column)
        for new, (column, written) in zip(again, typed, strict=True)
    ]


def without_generated_marks(columns: Sequence[Column], tool: str | None) -> list[Column]:
    """The columns with what a program wrote in place of an answer taken out, and noted as missing.

    Qualtrics writes -99 (older exports -1) for a question that was seen and not answered. A file where two columns
    and more hold nothing but the word `None` was written by a program that spells a blank cell so.
    """
    nothing = sum(set(c.values) == {_NONE} and not _offers_none(c) for c in columns) >= 2
    found = []
    for column in columns:
        marks = set()
        if nothing and _NONE in column.values and not _offers_none(column):
            marks.add(_NONE)
        if tool == "qualtrics" and column.numeric and column.minimum in (-1, -99):
            # An answer of its own may have the code -1: its column is named Q10_-1.
            marks |= {m for m in _SEEN if m in column.values and not column.name.endswith(f"_{m}")}
        found.append(_marked(column, marks) if marks else column)
    return found


def marks_for_blanks(columns: Sequence[Column], texts: Collection[str]) -> dict[str, frozenset[str]]:
    """For each of the columns of open `texts` the missing marks in it that a program wrote and nobody typed.

    A program writes its mark for a blank cell, whatever the question: it stands in several columns of other kinds, and
    next to no cell is blank where it stands.
    """
    programs = set()
    for mark in MISSING_MARKS:
        others = [c for c in columns if mark in c.missing and c.name not in texts]
        if len(others) >= _FEWEST_WITH_MARK and sum(c.blank for c in others) <= _BLANK * sum(c.marked for c in others):
            programs.add(mark)
    return {
        c.name: frozenset(programs.intersection(c.missing)) if c.blank <= _BLANK * c.marked else frozenset()
        for c in columns
        if c.name in texts
    }


def _offers_none(column: Column) -> bool:
    """Whether the header names the answer `None`: then it is one."""
    return "none" in " ".join((column.name, *column.headers)).lower()


def _marked(column: Column, marks: set[str]) -> Column:
    answers = column.answers.set(column.answers.is_in(list(marks)), None)
    again = _described([answers], [column.position], [column.headers])[0]
    return replace(again, missing=(*column.missing, *sorted(marks)), blank=column.blank, dated=column.dated)


def _described(
    series: Sequence[pl.Series], positions: Sequence[int], headers: Sequence[tuple[str, ...]]
) -> list[Column]:
    """The columns described. All is found out on their distinct cells, of all columns in one query."""
    texts = [s if s.dtype == pl.String else as_codes(s) for s in series]
    counts = [_counted(text) for text in texts]
    for i in _untidy(counts):
        texts[i] = as_codes(series[i])
        counts[i] = _counted(texts[i])
    distinct = _stacked(counts).with_columns(
        (pl.col("value").is_in(list(MISSING_MARKS)) & pl.col("column").is_in(_where_text(series))).alias("marked")
    )
    marks: dict[int, list[str]] = {}
    for i, mark in distinct.filter("marked").select("column", "value").sort("column", "value").iter_rows():
        marks.setdefault(i, []).append(mark)
    answers = distinct.filter(~pl.col("marked"), pl.col("value").is_not_null()).sort(
        "column", "count", "value", descending=[False, True, False]
    )
    figures = {row[0]: row[1:] for row in _figures(answers).iter_rows()}
    top = answers.group_by("column", maintain_order=True).agg(pl.col("value", "count").head(TOP))
    most = {i: tuple(zip(values, times, strict=True)) for i, values, times in top.iter_rows()}
    found = []
    for i, (text, position, header) in enumerate(zip(texts, positions, headers, strict=False)):
        filled, count, *rest = figures.get(i, (0, 0, *[0.0] * 6))
        number_share, whole_share, minimum, maximum, mean, mean_length = (0.0 if x is None else float(x) for x in rest)
        found.append(
            Column(
                name=series[i].name,
                position=position,
                headers=header or (series[i].name,),
                answers=text.set(text.is_in(marks[i]), None) if i in marks else text,
                missing=tuple(marks.get(i, ())),
                blank=text.null_count(),
                filled=filled,
                distinct=count,
                top=most.get(i, ()),
                number_share=number_share,
                whole_share=whole_share,
                minimum=minimum,
                maximum=maximum,
                mean=mean,
                mean_length=mean_length,
                dated=series[i].dtype.is_temporal(),
            )
        )
    return found


def _where_text(series: Sequence[pl.Series]) -> list[int]:
    return [i for i, s in enumerate(series) if s.dtype == pl.String]


def _counted(text: pl.Series) -> pl.DataFrame:
    """The distinct cells of a column (value) and how often each stands there (count)."""
    return text.alias("value").value_counts()


def _stacked(counts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The distinct cells of all columns, with the place of their column (column)."""
    places = np.repeat(np.arange(len(counts), dtype=np.uint32), [c.height for c in counts])
    return pl.concat(counts, rechunk=False).with_columns(pl.Series("column", places))


def _untidy(counts: Sequence[pl.DataFrame]) -> list[int]:
    """The columns in which some cell is blank or has blanks around it, or a whole number has decimals."""
    value = pl.col("value")
    untidy = (value.str.strip_chars() != value) | (value == "") | value.str.ends_with(".0")
    return _stacked(counts).filter(untidy)["column"].unique().sort().to_list()


def _figures(answers: pl.DataFrame) -> pl.DataFrame:
    """By column: filled cells, distinct ones; number share, whole share, minimum, maximum, mean, mean length.

    The last six are weighted by the counts.
    """
    count, value, number = pl.col("count"), pl.col("value"), pl.col("number")
    plain = pl.when(value.str.contains(NUMBER.pattern)).then(
        value.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    )
    return (
        answers.lazy()
        .select("column", "count", plain.alias("number"), value.str.len_chars().alias("length"))
        .group_by("column", maintain_order=True)
        .agg(
            count.sum().cast(pl.Int64).alias("filled"),
            pl.len().cast(pl.Int64).alias("distinct"),
            (count.filter(number.is_not_null()).sum() / count.sum()).alias("numbers"),
            (count.filter(number == number.floor()).sum() / count.sum()).alias("whole"),
            number.min().alias("minimum"),
            number.max().alias("maximum"),
            ((number * count).sum() / count.filter(number.is_not_null()).sum()).alias("mean"),
            ((pl.col("length") * count).sum() / count.sum()).alias("mean_length"),
        )
        .collect()
    )
