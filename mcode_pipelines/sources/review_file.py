"""A review workbook that came back, read without judging it: what was handed out, and what stands there now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mcode_pipelines.sources.unreadable_cells import Cell, unreadable_cells
from mcode_pipelines.sources.workbook import Workbook, open_workbook
from mcode_pipelines.survey import CodeFrame, UnreadableUpload
from mcode_pipelines.survey.review import (
    AGREED,
    ANSWER_CODE,
    ANSWER_CONFIDENCE,
    ANSWER_ID,
    ANSWER_VERBATIM,
    FRAME_CODE,
    FRAME_DEFINITION,
    FRAME_EXAMPLES,
    FRAME_LABEL,
    FRAME_MERGE,
    FRAME_NET,
    IN_INDONESIAN,
    RESPONDENTS_SHEET,
    REVIEW_FORMAT,
    REVIEW_SHEET,
    REVIEW_TITLES,
    AnswerRow,
    ExportedAnswer,
    FrameRow,
    ReviewedQuestion,
    ReviewWorkbook,
    parse_row_ranges,
    shown_confidence,
)

_HEADING_WITHIN = 30
"""Rows of a table of unknown kind that are looked through for the headings of a review."""

_ID = re.compile(r".+-[0-9a-f]{10}")
_CODE = re.compile(r"\d{1,9}(?:\.0+)?")

_NOT_AGREED = frozenset({"", "-", "0", "no", "n", "tidak", "bukan", "salah", "false"})
"""What people write under "agreed" when they do not."""

Row = tuple[str, ...]


def read_review(path: Path, name: str) -> ReviewWorkbook:
    """What a review workbook says. Raises UnreadableUpload where its hidden sheets are gone or damaged."""
    workbook = open_workbook(path, name)
    if REVIEW_SHEET not in workbook.sheet_names:
        raise UnreadableUpload(name, "this is no review workbook: its hidden sheet is not there")
    try:
        upload, sha256, questions, answers = _memory(sheet_rows(workbook, REVIEW_SHEET, as_written=True))
        respondents = _respondents(workbook)
    except (ValueError, IndexError, ValidationError):
        raise UnreadableUpload(
            name,
            "its hidden sheet was changed, so corrections cannot be told from what was there; copy them into a fresh "
            "review workbook and drop that",
        ) from None
    frame_sheets = {q.frame_sheet.casefold(): q.variable for q in questions}
    answer_rows: list[AnswerRow] = []
    frame_rows: dict[str, tuple[FrameRow, ...]] = {}
    with_columns: dict[str, set[str]] = {"net": set(), "definition": set(), "merge_into": set()}
    headless: list[str] = []
    language = questions[0].frame.language
    unreadable = unreadable_cells(path)
    known_sheets = {q.answers_sheet.casefold() for q in questions} | set(frame_sheets)
    for sheet in workbook.sheet_names:
        if sheet in {REVIEW_SHEET, RESPONDENTS_SHEET}:
            continue
        rows = sheet_rows(workbook, sheet)
        heading = _heading(rows, ANSWER_ID)
        if heading is not None:
            answer_rows += _answer_rows(sheet, rows, heading, unreadable.get(sheet, frozenset()))
            language = _language(rows[heading])
            continue
        variable = frame_sheets.get(sheet.casefold()) or _frame_by_content(rows, questions, frame_rows)
        heading = _heading(rows, FRAME_CODE, FRAME_LABEL)
        if variable is not None and heading is not None:
            frame_rows[variable] = tuple(_frame_rows(sheet, rows, heading, with_columns, variable))
        elif sheet.casefold() in known_sheets and any(any(row) for row in rows):
            headless.append(sheet)
    return ReviewWorkbook(
        upload=upload,
        sha256=sha256,
        questions=questions,
        answers=answers,
        respondents=respondents,
        answer_rows=tuple(answer_rows),
        frame_rows=frame_rows,
        net_columns=frozenset(with_columns["net"]),
        definition_columns=frozenset(with_columns["definition"]),
        merge_columns=frozenset(with_columns["merge_into"]),
        headless=tuple(headless),
        language=language,
    )


def sheet_rows(workbook: Workbook, sheet: str, *, as_written: bool = False) -> list[Row]:
    """All rows of a sheet from its first one on, blank cells as blank text, cells trimmed unless `as_written`."""
    try:
        loaded: Any = workbook.reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
        found = loaded.to_polars().rows()
    except UnreadableUpload:
        raise
    except BaseException as error:
        # The library's panics are no Exception; anything else is not ours to judge.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise UnreadableUpload(workbook.name, f"sheet '{sheet}' cannot be read; save it again as .xlsx") from None
    if as_written:
        return [tuple("" if cell is None else str(cell) for cell in row) for row in found]
    return [tuple("" if cell is None else str(cell).strip() for cell in row) for row in found]


def _memory(
    rows: Sequence[Row],
) -> tuple[str, str, tuple[ReviewedQuestion, ...], dict[str, ExportedAnswer]]:
    """The hidden sheet. Raises ValueError or IndexError where it is not as it was written."""
    facts: dict[str, str] = {}
    questions: list[ReviewedQuestion] = []
    answers: dict[str, ExportedAnswer] = {}
    for row in rows:
        match row[0]:
            case "question":
                variable, answers_sheet, frame_sheet, revision = row[1:5]
                questions.append(
                    ReviewedQuestion(
                        variable=variable,
                        answers_sheet=answers_sheet,
                        frame_sheet=frame_sheet,
                        revision=revision,
                        frame=CodeFrame.model_validate_json("".join(row[5:])),
                    )
                )
            case "answer":
                codes = tuple(int(code) for code in row[3].split())
                mark, confidence = (row[at] if len(row) > at else "" for at in (5, 6))
                answers[row[1]] = ExportedAnswer(
                    variable=row[2], codes=codes, rows=parse_row_ranges(row[4]), mark=mark, confidence=confidence
                )
            case what if what:
                facts[what] = row[1]
    if facts.get("mcode_review") != REVIEW_FORMAT or not facts.get("upload") or not questions:
        raise ValueError("not the hidden sheet of a review workbook")
    return facts["upload"], facts.get("sha256", ""), tuple(questions), answers


def _respondents(workbook: Workbook) -> dict[int, str]:
    if RESPONDENTS_SHEET not in workbook.sheet_names:
        raise ValueError("respondents")
    return {
        int(float(row[0])): row[1] for row in sheet_rows(workbook, RESPONDENTS_SHEET, as_written=True)[1:] if row[0]
    }


def _heading(rows: Sequence[Row], *wanted: frozenset[str]) -> int | None:
    """The first row that has all of these headings: people put notes above it, or sort it in among the others."""
    for number, row in enumerate(rows):
        lowered = {cell.casefold() for cell in row}
        if all(lowered & words for words in wanted):
            return number
    return None


def holds_review_answers(rows: Sequence[Sequence[str | None]]) -> bool:
    """Whether a sheet that starts with these rows has the headings of a review workbook's answers."""
    top = [tuple(cell or "" for cell in row) for row in rows[:_HEADING_WITHIN]]
    return _heading(top, ANSWER_ID, AGREED) is not None


def is_review_sheet(rows: Sequence[Sequence[str | None]]) -> bool:
    """Whether a table that starts with these rows is a sheet of a review workbook that was saved by itself."""
    top = [tuple((cell or "").strip() for cell in row) for row in rows[:_HEADING_WITHIN]]
    titled = any(cell.casefold() in REVIEW_TITLES for row in top[:1] for cell in row)
    return titled or holds_review_answers(top) or _heading(top, FRAME_CODE, FRAME_LABEL, FRAME_MERGE) is not None


def _place(heading: Row, words: frozenset[str]) -> int | None:
    return next((at for at, cell in enumerate(heading) if cell.casefold() in words), None)


def _language(titles: Row) -> str:
    return "id" if IN_INDONESIAN & {cell.casefold() for cell in titles} else "en"


def _answer_rows(sheet: str, rows: Sequence[Row], heading: int, unreadable: frozenset[Cell]) -> Iterator[AnswerRow]:
    titles = rows[heading]
    identity, agreed, verbatim, sure = (
        _place(titles, words) for words in (ANSWER_ID, AGREED, ANSWER_VERBATIM, ANSWER_CONFIDENCE)
    )
    found = {at: int(title[1]) for at, cell in enumerate(titles) if (title := ANSWER_CODE.fullmatch(cell))}
    codes, columns = list(found), frozenset(found.values())
    for number, row in enumerate(rows, start=1):
        given = tuple(row[at] for at in codes if row[at])
        answer = row[identity] if identity is not None else ""
        # Above the headings stand notes, or answers that were sorted together with them.
        if _ID.fullmatch(answer) if number <= heading else number > heading + 1 and (answer or given):
            yield AnswerRow(
                sheet=sheet,
                row=number,
                answer=answer,
                codes=given,
                agreed=agreed is not None and row[agreed].casefold() not in _NOT_AGREED,
                verbatim=None if verbatim is None else row[verbatim],
                confidence="" if sure is None else shown_confidence(row[sure]),
                columns=columns,
                hidden=any((number, at + 1) in unreadable for at in codes),
            )


def _frame_rows(
    sheet: str, rows: Sequence[Row], heading: int, with_columns: dict[str, set[str]], variable: str
) -> Iterator[FrameRow]:
    titles = rows[heading]
    places = {
        "code": _place(titles, FRAME_CODE),
        "label": _place(titles, FRAME_LABEL),
        "net": _place(titles, FRAME_NET),
        "merge_into": _place(titles, FRAME_MERGE),
        "definition": _place(titles, FRAME_DEFINITION),
        "examples": _place(titles, FRAME_EXAMPLES),
    }
    for column, variables in with_columns.items():
        if places[column] is not None:
            variables.add(variable)
    for number, row in enumerate(rows, start=1):
        said = {what: "" if at is None else row[at] for what, at in places.items()}
        above = number <= heading and not (_CODE.fullmatch(said["code"]) and said["label"])
        if number != heading + 1 and not above and any(t for what, t in said.items() if what != "examples"):
            yield FrameRow(sheet=sheet, row=number, **said)


def _frame_by_content(
    rows: Sequence[Row], questions: Sequence[ReviewedQuestion], found: dict[str, tuple[FrameRow, ...]]
) -> str | None:
    """The question whose frame stands on a sheet that was renamed: most of its labels are there."""
    texts = {cell for row in rows for cell in row}
    for question in questions:
        labels = [code.label for code in question.frame.codes]
        if question.variable not in found and sum(label in texts for label in labels) > len(labels) / 2:
            return question.variable
    return None
