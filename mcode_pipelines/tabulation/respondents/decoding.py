"""Raw cells to answers: the one place that knows how codes are written in data."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from mcode_pipelines.survey.code_frame import CodeFrame
from mcode_pipelines.survey.codebook import Choice, Kind, Variable
from mcode_pipelines.survey.codes import NO_ANSWER, by_number, canonical_code, number_of
from mcode_pipelines.survey.multi_answer_cells import answer_at, codes_or_labels_in, versions_joined
from mcode_pipelines.survey.numbers import read_numbers
from mcode_pipelines.survey.raw_survey import ROW
from mcode_pipelines.survey.ticks import Ticks, read_ticks
from mcode_pipelines.tabulation.arrays import BoolArray, IntArray
from mcode_pipelines.tabulation.plan.coded_questions import coded_choices, shown_codes
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER
from mcode_pipelines.tabulation.plan.no_answer import no_answer_code
from mcode_pipelines.tabulation.respondents.answers import (
    NOBODY,
    Answers,
    CodedAnswers,
    NumericAnswers,
    from_indicators,
)
from mcode_pipelines.tabulation.respondents.byte_columns import SmallNumbers, small_numbers

_WIDEST_LOOKUP = 1 << 16
_MOST_COLLECTED = 1000
_LOOKED_AT = 2_000
"""Respondents whose cells say whether columns hold ticks or mentions."""
_NARROW = 100
"""Questions of fewer choices take a byte a respondent."""
_BLANKS = " \t\r\n\u00a0"


def decode(variable: Variable, data: pl.DataFrame, small: Mapping[str, SmallNumbers] | None = None) -> Answers:
    """The answers to one question from its columns of the raw data.

    Codes are compared in their canonical spelling (`1`, `1.0` and ` 1 ` are one code), then by label. Blank cells and
    `Variable.missing` are no answer; so is text that is none of the question's choices, which is counted in
    `left_out`. A question without a list of choices gets those that occur, in order.

    Raises:
        PlanError: for a question without choices that holds more than 1,000 different answers.
    """
    if variable.versions:
        data, small = versions_joined(data, variable.versions), None
    if variable.kind == Kind.NUMERIC:
        return _numeric(variable, data[variable.columns[0]])
    answers = _coded(variable, data, small)
    return replace(answers, no_answer=no_answer_code(answers.choices))


def _coded(variable: Variable, data: pl.DataFrame, small: Mapping[str, SmallNumbers] | None) -> CodedAnswers:
    if variable.place is not None:
        delimiter, known = variable.delimiter or " ", _places(variable.choices)
        return _single(variable, answer_at(variable.place, data[variable.columns[0]], delimiter, known), None)
    if variable.kind == Kind.MULTI_CHOICE and variable.delimiter:
        return _delimited(variable, data[variable.columns[0]])
    if variable.kind == Kind.MULTI_CHOICE and (len(variable.columns) > 1 or any(c.column for c in variable.choices)):
        if any(c.column for c in variable.choices) and not _holds_mentions(variable, data):
            return _dichotomies(variable, data)
        return _category_columns(variable, data)
    if len(variable.columns) > 1 and any(c.column for c in variable.choices):
        return _spread_single(variable, data)
    return _single(variable, data[variable.columns[0]], (small or {}).get(variable.columns[0]))


def coded_open_answers(variable: Variable, frame: CodeFrame, codings: pl.DataFrame, rows: IntArray) -> CodedAnswers:
    """The answers to a coded open-ended question: the frame's codes as choices, "other" and then 99 last.

    Args:
        variable: the question; of one that was coded together with the texts behind its "other" choice see
            `coded_choices`. A kind that takes one answer must have no more codes a respondent.
        frame: its codes; their nets become the table's nets (see `nets_of`).
        codings: CODINGS_SCHEMA, codes of any question.
        rows: (respondents,) the row id of each respondent, rising.
    """
    codes = shown_codes(frame)
    silent = str(NO_ANSWER) if frame.merges is None and NO_ANSWER in {c.code for c in codes} else None
    choices = coded_choices(variable, frame)
    mine = codings.filter(pl.col("variable") == variable.name).select(ROW, "code").drop_nulls()
    place = np.searchsorted(rows, mine[ROW].to_numpy())
    place = np.minimum(place, max(len(rows) - 1, 0))
    of_code = {c.code: i for i, c in enumerate(codes)}
    column = np.array([of_code.get(c, NOBODY) for c in mine["code"].to_list()], dtype=np.int64)
    known = (column >= 0) & (rows[place] == mine[ROW].to_numpy())
    left_out = int((column < 0).sum())
    if variable.kind in ONE_ANSWER:
        patterns: IntArray = np.full(len(rows), NOBODY, dtype=np.int32)
        patterns[place[known]] = column[known]
        return CodedAnswers(
            variable, choices, patterns, np.eye(len(choices), dtype=bool), nets_of(frame), left_out, no_answer=silent
        )
    chosen = np.zeros((len(rows), len(choices)), dtype=bool)
    chosen[place[known], column[known]] = True
    patterns, members = from_indicators(chosen, np.any(chosen, axis=1))
    return CodedAnswers(variable, choices, patterns, members, nets_of(frame), left_out, no_answer=silent)


def answered_in_columns(variable: Variable, data: pl.DataFrame) -> BoolArray:
    """(respondents,) who ticked a choice or said no to one, of a question with a column for each printed choice."""
    data = versions_joined(data, variable.versions) if variable.versions else data
    return read_ticks(variable, tuple(c for c in variable.choices if c.column), data).answered


def nets_of(frame: CodeFrame) -> dict[str, tuple[str, ...]]:
    """The nets of a frame: a net `Service > Staff` makes the net Service and, inside it, the sub-net Staff.

    A sub-net whose name stands in two nets keeps its path as its name.
    """
    paths: dict[tuple[str, ...], list[str]] = {}
    for code in frame.codes:
        path = tuple(part.strip() for part in (code.net or "").split(">") if part.strip())
        for depth in range(1, len(path) + 1):
            paths.setdefault(path[:depth], []).append(str(code.code))
    last = [path[-1] for path in paths]
    return {p[-1] if last.count(p[-1]) == 1 else " > ".join(p): tuple(codes) for p, codes in paths.items()}


def _single(variable: Variable, column: pl.Series, small: SmallNumbers | None) -> CodedAnswers:
    choices = variable.choices or _collected(variable, column)
    patterns, left_out = _choice_positions(column, choices, variable.missing, small)
    elsewhere = (patterns < 0) & _filled(column, variable.missing) if left_out else None
    return CodedAnswers(variable, choices, patterns, np.eye(len(choices), dtype=bool), {}, left_out, elsewhere)


def _delimited(variable: Variable, column: pl.Series) -> CodedAnswers:
    column = column.cast(pl.String)
    distinct = column.drop_nulls().unique()
    delimiter = variable.delimiter or " "
    # An answer may hold the delimiter itself ("Cakes, pastries"): known answers stay whole.
    known = _places(variable.choices)
    whole: Container[str] = known if any(delimiter in spelling for spelling in known) else ()
    codes = {c.code for c in variable.choices}
    parts = [codes_or_labels_in(cell, delimiter, codes, whole) for cell in distinct.to_list()]
    choices = variable.choices or _ordered(variable, {canonical_code(p) for cell in parts for p in cell})
    places = _places(choices)
    missing = set(variable.missing)
    chosen = np.zeros((len(parts), len(choices)), dtype=bool)
    unknown = np.zeros(len(parts), dtype=np.int64)
    for i, cell in enumerate(parts):
        for part in cell:
            code = canonical_code(part)
            if code in missing:
                continue
            place = _place_of(code, places)
            if place is None:
                unknown[i] += 1
            else:
                chosen[i, place] = True
    # The few distinct cells become patterns first; respondents are only looked up.
    pattern_of_cell, members = from_indicators(chosen, np.any(chosen, axis=1))
    patterns = _looked_up(column, distinct, pattern_of_cell)
    left_out, elsewhere = 0, None
    if unknown.any():
        strays = _looked_up(column, distinct, unknown.astype(np.int32)).clip(0)
        left_out, elsewhere = int(strays.sum()), (patterns < 0) & (strays > 0)
    return CodedAnswers(variable, choices, patterns, members, {}, left_out, elsewhere)


def _filled(column: pl.Series, missing: Sequence[str]) -> BoolArray:
    """(respondents,) whose cell holds something, and nothing that is declared missing."""
    distinct = column.unique().drop_nulls()
    says = np.array([canonical_code(v) not in {"", *missing} for v in distinct.to_list()], dtype=np.int32)
    return _looked_up(column, distinct, says) > 0


def _dichotomies(variable: Variable, data: pl.DataFrame) -> CodedAnswers:
    choices = tuple(c for c in variable.choices if c.column)
    ticks = read_ticks(variable, choices, data)
    patterns, members = from_indicators(ticks.chosen, ticks.answered)
    return CodedAnswers(variable, choices, patterns, members, {}, assumed=_assumed(ticks))


def _spread_single(variable: Variable, data: pl.DataFrame) -> CodedAnswers:
    """One answer spread over a column a choice. Who ticked several gave no single answer, and is left out."""
    choices = tuple(c for c in variable.choices if c.column)
    ticks = read_ticks(variable, choices, data)
    how_many = ticks.chosen.sum(axis=1)
    patterns = np.where(how_many == 1, ticks.chosen.argmax(axis=1) if choices else NOBODY, NOBODY).astype(np.int32)
    members, several = np.eye(len(choices), dtype=bool), int((how_many > 1).sum())
    return CodedAnswers(variable, choices, patterns, members, {}, several, assumed=_assumed(ticks))


def _assumed(ticks: Ticks) -> str | None:
    return "one_and_two" if ticks.one_and_two else None


def _holds_mentions(variable: Variable, data: pl.DataFrame) -> bool:
    """Whether columns of a choice each hold codes of the list instead: first mention, second mention ...

    A codebook written by hand may have as many columns as choices. Ticks are one value a column beside "no", or 1 and
    2.
    """
    columns = [c.column for c in variable.choices if c.column]
    codes = {c.code for c in variable.choices} | set(variable.missing)
    if variable.counted is not None or len(columns) < len(variable.choices) or len(columns) < 2:
        return False
    cells = [{canonical_code(v) for v in data[c].head(_LOOKED_AT).drop_nulls().unique()} - {""} for c in columns]
    every = set().union(*cells)
    several = any(len(found - set(variable.missing)) > 1 for found in cells)
    return several and every <= codes and not every <= {"0", "1", "2", *variable.missing}


def _category_columns(variable: Variable, data: pl.DataFrame) -> CodedAnswers:
    """A multi-response question whose columns each hold one of the codes (first mention, second mention ...)."""
    choices = variable.choices
    if not choices:
        seen = pl.concat([data[c].cast(pl.String).drop_nulls().unique() for c in variable.columns])
        choices = _collected(variable, seen)
    chosen = np.zeros((data.height, len(choices)), dtype=bool)
    left_out = 0
    for name in variable.columns:
        positions, unknown = _choice_positions(data[name], choices, variable.missing)
        left_out += unknown
        given = np.flatnonzero(positions >= 0)
        chosen[given, positions[given]] = True
    patterns, members = from_indicators(chosen, np.any(chosen, axis=1))
    return CodedAnswers(variable, choices, patterns, members, {}, left_out)


def _numeric(variable: Variable, column: pl.Series) -> NumericAnswers:
    left_out = 0
    if column.dtype == pl.String:
        text = column.str.strip_chars(_BLANKS)
        text = text.set(text == "", None)
        numbers = text.cast(pl.Float64, strict=False)
        if variable.written is not None or numbers.null_count() > text.null_count():
            distinct = text.drop_nulls().unique()
            read = read_numbers(distinct.to_list(), variable.written)
            numbers = text.replace_strict(list(read), list(read.values()), default=None, return_dtype=pl.Float64)
        left_out = numbers.null_count() - text.null_count()
    else:
        numbers = column.cast(pl.Float64, strict=False)
    values = numbers.fill_null(float("nan")).to_numpy().copy()
    values[~np.isfinite(values)] = np.nan
    for code in variable.missing:
        try:
            values[values == float(code)] = np.nan
        except ValueError:
            if column.dtype == pl.String:
                left_out -= int((column.str.strip_chars(_BLANKS) == code).sum())
    return NumericAnswers(variable, values, max(left_out, 0))


def _choice_positions(
    column: pl.Series, choices: Sequence[Choice], missing: Sequence[str], small: SmallNumbers | None = None
) -> tuple[IntArray, int]:
    """(respondents,) the choice each cell holds, NOBODY where none; and how many cells held something else."""
    places = _places(choices)
    for code in missing:
        places[code] = NOBODY
    whole = _whole_numbers(column, choices) if _are_whole_numbers(choices) or column.dtype != pl.String else None
    if whole is not None:
        small = small or small_numbers(whole.to_frame()).get(whole.name)
        if small is not None:
            found = [places.get(str(v), NOBODY) for v in range(small.low, small.high + 1)]
            positions = _small_positions(small, found)
            return positions, _left_out(positions, places, whole) if NOBODY in found else 0
        if whole.null_count() == len(whole):
            return np.full(len(whole), NOBODY, dtype=np.int8), 0
        low, high = int(whole.min()), int(whole.max())  # type: ignore[arg-type]
        if high - low < _WIDEST_LOOKUP:
            found = [places.get(str(v), NOBODY) for v in range(low, high + 1)]
            lookup = np.array([*found, NOBODY], dtype=_narrow_type(found))
            positions = lookup[(whole.cast(pl.Int64) - low).fill_null(high - low + 1).to_numpy()]
            return positions, _left_out(positions, places, whole) if NOBODY in found else 0
    distinct = column.unique().drop_nulls()
    spelled = [canonical_code(v) for v in distinct.to_list()]
    found_at = [_place_of(s, places) for s in spelled]
    of_distinct = np.array([NOBODY if at is None else at for at in found_at], dtype=np.int32)
    positions = _looked_up(column, distinct, of_distinct)
    stray = np.array([s != "" and at is None for s, at in zip(spelled, found_at, strict=True)], dtype=np.int32)
    return positions, int(_looked_up(column, distinct, stray).clip(0).sum()) if stray.any() else 0


def _small_positions(small: SmallNumbers, found: Sequence[int]) -> IntArray:
    """(respondents,) what each number from `low` to `high` was found to be, NOBODY for blank cells.

    In the narrowest type that holds them: ordinary questions take a byte a respondent, and are only shifted.
    """
    if len(found) <= _NARROW and [*found] == [*range(len(found))]:
        # Codes that follow each other are their places, shifted; a blank cell then is 255, which is NOBODY.
        return (small.cells - np.uint8(small.low) if small.low else small.cells).view(np.int8)
    lookup = np.full(256, NOBODY, dtype=_narrow_type(found))
    lookup[small.low : small.high + 1] = found
    return lookup[small.cells]


def _narrow_type(found: Sequence[int]) -> type[np.integer]:
    return np.int8 if max(found) < _NARROW else np.int32


def _left_out(positions: IntArray, places: dict[str, int], whole: pl.Series) -> int:
    answered, present = int((positions >= 0).sum()), len(whole) - whole.null_count()
    if answered == present:
        return 0
    declared = [int(code) for code, place in places.items() if place == NOBODY and code.lstrip("-").isdigit()]
    return present - answered - int(whole.is_in(declared).sum() if declared else 0)


def _whole_numbers(column: pl.Series, choices: Sequence[Choice] = ()) -> pl.Series | None:
    """The column as integers where every cell is a whole number, else None. Much faster than comparing texts.

    Texts are tried as a byte each first where the choices are so small: most are.
    """
    if column.dtype.is_integer():
        return column
    if column.dtype == pl.Boolean:
        return column.cast(pl.Int8)
    if column.dtype == pl.String and choices and all(len(c.code) <= 2 for c in choices):
        numbers = column.cast(pl.UInt8, strict=False)
        if numbers.null_count() == column.null_count():
            return numbers
    if column.dtype.is_float() or column.dtype == pl.String:
        numbers = column.cast(pl.Int64, strict=False)
        if numbers.null_count() != column.null_count():
            return None
        if column.dtype.is_float() and not bool((numbers == column).all()):
            return None
        return numbers
    return None


def _are_whole_numbers(choices: Sequence[Choice]) -> bool:
    """Whether every code is a plain whole number: `1` and not `01`, which is another code than `1`."""
    return all(c.code.removeprefix("-").isdecimal() and c.code == str(int(c.code)) for c in choices)


def _looked_up(column: pl.Series, distinct: pl.Series, found: IntArray) -> IntArray:
    """(respondents,) what each cell's distinct value was found to be, NOBODY for blank cells."""
    if len(distinct) == 0:
        return np.full(len(column), NOBODY, dtype=np.int32)
    looked = column.replace_strict(distinct, pl.Series(found), default=None, return_dtype=pl.Int32)
    return looked.fill_null(NOBODY).to_numpy()


def _places(choices: Sequence[Choice]) -> dict[str, int]:
    """Where each spelling of a choice leads: its code, else its label where only one choice has it."""
    places: dict[str, int] = {}
    for i, choice in enumerate(choices):
        labels = [label.strip() for label in (choice.label, *choice.spellings)]
        for spelling in (form for label in labels for form in (label, label.casefold())):
            places[spelling] = NOBODY if places.get(spelling, i) != i else i
    places = {spelling: place for spelling, place in places.items() if place != NOBODY and spelling}
    places.update({choice.code: i for i, choice in enumerate(choices)})
    of_code = {choice.code: i for i, choice in enumerate(choices)}
    for number, code in by_number(of_code).items():
        places.setdefault(number, of_code[code])
    return places


def _place_of(spelled: str, places: Mapping[str, int]) -> int | None:
    """The place of a cell's text: as it is spelled, in any capitals, or as the number that it is."""
    for spelling in (spelled, spelled.casefold(), number_of(spelled)):
        if spelling is not None and spelling in places:
            return places[spelling]
    return None


def _collected(variable: Variable, column: pl.Series) -> tuple[Choice, ...]:
    """The choices of a question without a list of them: what occurs in the data."""
    missing = set(variable.missing)
    codes = {canonical_code(v) for v in column.drop_nulls().unique().to_list()} - missing - {""}
    return _ordered(variable, codes)


def _ordered(variable: Variable, codes: set[str]) -> tuple[Choice, ...]:
    if len(codes) > _MOST_COLLECTED:
        raise PlanError(
            f"variable {variable.name!r} has no list of choices and holds {len(codes):,} different answers; "
            "give it choices in the codebook, or make it numeric or open_ended",
            f"variabel {variable.name!r} tidak punya daftar pilihan dan berisi {len(codes):,} jawaban berbeda; "
            "beri pilihan di buku kode, atau jadikan numeric atau open_ended",
        )
    return tuple(Choice(code=c, label=c) for c in sorted(codes, key=_natural))


def _natural(code: str) -> tuple[int, float, str]:
    try:
        return (0, float(code), code)
    except ValueError:
        return (1, 0.0, code)
