"""Where a table's header is and what its rows mean.

Works on the first rows of a text file or sheet, blank cells as "".
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.sources.header_evidence import (
    NUMBER_OR_DATE,
    evidence,
    header_depth,
    header_missing,
    second_header_row,
    upper_header_row,
)
from mcode_pipelines.sources.source import AUTODETECT, ReadOptions
from mcode_pipelines.sources.survey_tool import RESPONSE_WORDS, detect_tool, is_import_id_row
from mcode_pipelines.survey import Remark

TOP_ROWS = 60
"""How many rows of a table the header is looked for in."""

_PREAMBLE_ROWS = 25
_QUESTION_NUMBER = re.compile(r"([A-Za-z]{1,3}\d{1,3})[a-z]?(?:[_.-]\d{1,3})?(?:[.):]|$)")
_TAG = re.compile(r"#[a-z][\w-]*(\s*\+\s*[\w-]+)*", re.IGNORECASE)


class Layout(StrEnum):
    """What the header rows hold."""

    ONE = "one"
    """One row of names or question texts, or none at all."""
    CODES_AND_TEXTS = "codes_and_texts"
    """Names, then texts and whatever else: Qualtrics."""
    QUESTION_AND_OPTION = "question_and_option"
    """Questions, blank to the right where they go on; below them their options: SurveyMonkey."""
    TAGGED = "tagged"
    """Names, then a row of hashtags (HXL)."""


@dataclass(frozen=True)
class HeaderRows:
    """The rows `first` to `first + count - 1` (from 0) are the header; data follow."""

    first: int
    count: int
    layout: Layout
    remarks: tuple[Remark, ...] = ()

    @property
    def data(self) -> int:
        """The index of the first row below the header."""
        return self.first + self.count


def find_header(top: Sequence[Sequence[str]], options: ReadOptions = AUTODETECT) -> HeaderRows:
    """The header among the first rows of a table; what the options say goes first.

    Rows above a header are recognised by being nearly empty in a table that is not.
    """
    first = options.skip_rows if options.skip_rows is not None else _first_full_row(top)
    rows = top[first:]
    remarks: list[Remark] = []
    if options.skip_rows is None and any(any(row) for row in top[:first]):
        remarks.append(say.above_the_header(first))
    if options.header_rows is not None:
        remarks += [say.no_header()] if options.header_rows == 0 else []
        return HeaderRows(first, options.header_rows, _layout_as_told(rows, options.header_rows), tuple(remarks))
    count, layout = _count_and_layout(rows)
    if count == 1 and header_missing(rows):
        return HeaderRows(first, 0, layout, (*remarks, say.header_missing()))
    if layout is Layout.CODES_AND_TEXTS and detect_tool(rows[:count]) is None:
        remarks.append(say.second_header_row())
    if layout is Layout.TAGGED:
        remarks.append(say.tag_row())
    if layout is Layout.ONE and rows and _all_numbers(rows[0]):
        remarks.append(say.numbers_as_header())
    return HeaderRows(first, count, layout, tuple(remarks))


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell)


def _first_full_row(top: Sequence[Sequence[str]]) -> int:
    filled = [_filled(row) for row in top]
    widest = max(filled, default=0)
    for index, count in enumerate(filled[:_PREAMBLE_ROWS]):
        if count == 0:
            continue
        followed_by_blank = index + 1 < len(filled) and filled[index + 1] == 0
        title = count <= max(1, min(3, widest // 4)) if widest >= 4 else count == 1 < widest and followed_by_blank
        if not title or _response_below(top[index:]) or upper_header_row(top[index:]):
            return index
    return next((index for index, count in enumerate(filled) if count), 0)


def _count_and_layout(rows: Sequence[Sequence[str]]) -> tuple[int, Layout]:
    if len(rows) < 2:
        return min(len(rows), 1), Layout.ONE
    for index, row in enumerate(rows[1:4], start=1):
        if is_import_id_row(row):
            return index + 1, Layout.CODES_AND_TEXTS
    if _qualtrics_texts(rows):
        return 2, Layout.CODES_AND_TEXTS
    if _tags(rows[1]):
        return 2, Layout.TAGGED
    if not _response_below(rows) and detect_tool(rows[:1]) is None and (depth := header_depth(rows)) > 2:
        return depth, Layout.QUESTION_AND_OPTION
    if _question_over_options(rows):
        return 2, Layout.QUESTION_AND_OPTION
    if second_header_row(rows):
        return 2, Layout.CODES_AND_TEXTS
    return 1, Layout.ONE


def _layout_as_told(rows: Sequence[Sequence[str]], count: int) -> Layout:
    if count < 2 or len(rows) < 2:
        return Layout.ONE
    if _tags(rows[1]):
        return Layout.TAGGED
    names = [cell for cell in rows[0] if cell]
    merged = any(not above and below for above, below in zip(rows[0], rows[1], strict=False))
    return Layout.QUESTION_AND_OPTION if merged or len(set(names)) < len(names) else Layout.CODES_AND_TEXTS


def _qualtrics_texts(rows: Sequence[Sequence[str]]) -> bool:
    """Qualtrics without its row of identifiers: names above, texts (not dates) below."""
    names = list(rows[0])
    if {"V1", "V2", "V3", "V8", "V9", "V10"} <= set(names):
        return not re.match(r"R_\w{8,}", rows[1][names.index("V1")])
    marks = {"StartDate", "EndDate", "Finished", "ResponseId", "RecordedDate", "Progress"}
    if len(marks & set(names)) < 4:
        return False
    return all(not re.match(r"\d", rows[1][names.index(mark)]) for mark in ("StartDate", "EndDate") if mark in names)


def _tags(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    tags = sum(1 for cell in filled if _TAG.fullmatch(cell))
    return tags >= 1 and tags >= 0.5 * len(filled)


def _response_below(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the second row has what SurveyMonkey writes under a question that takes one column only."""
    if len(rows) < 2:
        return False
    pairs = list(zip(rows[0], rows[1], strict=False))
    continued = any(not over and under for over, under in pairs)
    responses = sum(1 for under in rows[1] if under.lower() in RESPONSE_WORDS)
    return responses >= 2 or (responses > 0 and (continued or any(over and not under for over, under in pairs)))


def _question_over_options(rows: Sequence[Sequence[str]]) -> bool:
    """Questions or headings above, their options or questions below them.

    Either SurveyMonkey's words stand in the second row, or the first row is blank (a merged cell) or repeats itself
    where the second goes on. The second row is then no respondent: its cells are not like those below them, or it is
    blank under a column that the data fill.
    """
    if _response_below(rows):
        return True
    above, below = rows[0], rows[1]
    pairs = list(zip(above, below, strict=False))
    continued = sum(1 for over, under in pairs if not over and under)
    repeated = sum(1 for i, (over, under) in enumerate(pairs[1:]) if over and under and over == above[i])
    data = [row for row in rows[2:22] if any(row)]
    if not continued + repeated or any(
        not over and not under and any(len(row) > i and row[i] for row in data) for i, (over, under) in enumerate(pairs)
    ):
        return False
    if evidence(below, rows[2:]).header:
        return True
    merged_down = any(
        over and not under and sum(1 for row in data if len(row) > i and row[i]) >= 0.8 * len(data) > 0
        for i, (over, under) in enumerate(pairs)
    )
    return continued >= 2 and merged_down and not _answers_like_the_rest(rows)


def _answers_like_the_rest(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the second row's cells under blank names are just more of the values below them."""
    data = rows[2:22]
    alike = checked = 0
    for index, (over, under) in enumerate(zip(rows[0], rows[1], strict=False)):
        values = [row[index] for row in data if len(row) > index and row[index]]
        if over or not under or not values:
            continue
        checked += 1
        alike += bool(NUMBER_OR_DATE.fullmatch(under)) and any(NUMBER_OR_DATE.fullmatch(v) for v in values)
    return checked > 0 and alike > 0.5 * checked


def _all_numbers(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    return bool(filled) and all(NUMBER_OR_DATE.fullmatch(cell) for cell in filled)


def column_names(headers: Sequence[Sequence[str]], layout: Layout, width: int) -> list[str]:
    """(width,) unique names of the columns, from the header rows.

    Runs of blanks become one; a column without a name is called after its place, `column_7`; a name
    that stands twice gets `_2`, `_3` ...; an option below a question becomes `question [option]`.
    """
    if layout is Layout.QUESTION_AND_OPTION:
        wanted = _question_names(headers, width)
    else:
        first = headers[0] if headers else ()
        wanted = [first[i] if i < len(first) else "" for i in range(width)]
    return unique_names([" ".join(name.split()) or f"column_{i}" for i, name in enumerate(wanted, start=1)])


def with_headings_to_the_right(headers: Sequence[Sequence[str]], covered: Set[tuple[int, int]]) -> list[list[str]]:
    """Header rows with each heading repeated in the cells that it stands over; the last row as it is.

    Args:
        headers: the header rows, blank cells "".
        covered: the (row, column) of cells that a merged cell to their left covers. A row with none of them has
            headings that go on over blank cells, for as long as something stands below that is no question of its own.
    """
    filled = [list(row) for row in headers]
    for number, row in enumerate(filled[:-1]):
        known = any(at == number for at, _ in covered)
        over = filled[:number]
        start = 0
        for index in range(1, len(row)):
            if row[index]:
                start = index
                continue
            if known:
                goes_on = (number, index) in covered
            else:
                same = all(above[index] == above[index - 1] for above in over)
                goes_on = same and all(any(r[i] for r in filled[number + 1 :]) for i in (index - 1, index))
                items = filled[-1]
                second = items[min(start + 1, index)]
                goes_on = goes_on and not _is_another_question(items[index], items[start], second)
            if goes_on and any(r[index] for r in filled[number + 1 :]):
                row[index] = row[index - 1]
    return filled


def _question_names(headers: Sequence[Sequence[str]], width: int) -> list[str]:
    above, below = headers[0], headers[1]
    if len(headers) > 2:
        below = [
            " - ".join(dict.fromkeys(cell for cell in column if cell)) for column in zip(*headers[1:], strict=True)
        ]
    names = []
    for index, question in enumerate(above[:width]):
        option = below[index]
        alone = option.lower() in RESPONSE_WORDS or not option or option == question
        names.append(question if alone and question else f"{question} [{option}]" if question else option)
    return names


def _is_another_question(text: str, first: str, second: str) -> bool:
    """Whether a text carries a question's number, `Q6.`, where the first two below a heading are not numbered so.

    Those are without one, or share one (`Q4_1`, `Q4_2`); a heading over numbered questions of its own goes on.
    """
    found, of_first, of_second = (_QUESTION_NUMBER.match(cell) for cell in (text, first, second))
    if found is None:
        return False
    if of_first is None:
        return of_second is None or text == second
    return of_second is not None and of_first[1] == of_second[1] and second != first and found[1] != of_first[1]


def unique_names(wanted: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """The names in order, each that stood before (or is taken) with `_2`, `_3` ... behind it."""
    given = set(wanted)
    used: set[str] = set(taken)
    names = []
    for name in wanted:
        final, number = name, 1
        while final in used or (number > 1 and final in given):
            number += 1
            final = f"{name}_{number}"
        used.add(final)
        names.append(final)
    return names
