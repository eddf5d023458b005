"""The review workbook: what was coded, for a person to correct and drop back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from mcode_pipelines.delivery.delivered_file import DeliveredFile, workbench
from mcode_pipelines.delivery.line_height import fitted
from mcode_pipelines.delivery.review_answers import MOST_ANSWERS, ReviewAnswer, review_answers, verbatims
from mcode_pipelines.delivery.review_wording import ReviewWording, review_wording
from mcode_pipelines.delivery.sheet import Line, Link, Merge, Role, Sheet, Style, Value
from mcode_pipelines.delivery.sheet_names import SheetNames
from mcode_pipelines.delivery.spreadsheet_text import plain_text
from mcode_pipelines.delivery.verification import verify_texts
from mcode_pipelines.survey.code_frame import CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.raw_survey import ROW, RawSurvey
from mcode_pipelines.survey.review import (
    CODES_AN_ANSWER,
    LONGEST_PIECE,
    RESPONDENTS_SHEET,
    REVIEW_FORMAT,
    REVIEW_SHEET,
    frame_revision,
    rows_as_text,
)

if TYPE_CHECKING:
    from xlsxwriter.format import Format

    from mcode_pipelines.delivery.workbook import Book

_SPARE_CODES = 60
"""Rows below a frame that new codes may be written into and are offered in the drop-downs."""
_FRAME_WIDTHS = (8, 34, 20, 20, 46, 50, 12, 2)
_MOST_RESPONDENTS = 1_048_000


class Look(StrEnum):
    """Cells that only this workbook has, beside the roles that all have."""

    TO_FILL = auto()
    TO_FILL_TEXT = auto()
    SURE = auto()
    UNSURE = auto()
    SMALL_PRINT = auto()


_LINE = {"bottom": 1, "bottom_color": "#D9D9D9", "valign": "top"}
_FIGURE = {**_LINE, "num_format": "0.00", "align": "center"}
_FILL = {"bg_color": "#FFF9DB", "valign": "top", "border": 1, "border_color": "#D9D9D9"}
_LOOKS: dict[Look, dict[str, Any]] = {
    Look.TO_FILL: {**_FILL, "align": "left"},
    Look.TO_FILL_TEXT: {**_FILL, "text_wrap": True},
    Look.SURE: _FIGURE,
    Look.UNSURE: {**_FIGURE, "bg_color": "#FCE4D6", "font_color": "#C00000"},
    Look.SMALL_PRINT: {**_LINE, "font_size": 8, "font_color": "#7F7F7F"},
}


class _Desk:
    """The workbook being written, and how its cells look."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.looks: dict[Look, Format] = {look: book.workbook.add_format(_LOOKS[look]) for look in Look}

    def sheet(self, name: str) -> Any:
        """A new sheet."""
        return self.book.workbook.add_worksheet(name)

    def look(self, style: Style | Look) -> Format:
        """The format of a cell."""
        return self.looks[style] if isinstance(style, Look) else self.book.format_of(style)

    def write(
        self, sheet: Any, row: int, values: Sequence[Value], styles: Sequence[Style | Look], height: float | None
    ) -> None:
        """One row, text only ever as text."""
        if height is not None:
            sheet.set_row(row, height)
        for column, (value, style) in enumerate(zip(values, styles, strict=True)):
            if value is None:
                sheet.write_blank(row, column, None, self.look(style))
            elif isinstance(value, str):
                sheet.write_string(row, column, plain_text(value), self.look(style))
            else:
                sheet.write_number(row, column, value, self.look(style))


def _height(values: Sequence[Value], widths: Sequence[float]) -> float | None:
    return fitted(values, [], widths).height


@dataclass(frozen=True)
class _Reviewed:
    """One question with the names of its two sheets."""

    frame: CodeFrame
    answers: Sequence[ReviewAnswer]
    left_out: int
    unsure: int
    answers_sheet: str
    frame_sheet: str

    @property
    def code_columns(self) -> int:
        return max([CODES_AN_ANSWER, *(len(a.codes) for a in self.answers)])


def write_review_workbook(
    raw: RawSurvey,
    codebook: Codebook,
    frames: CodeFrames,
    codings: pl.DataFrame,
    into: Path,
    *,
    name: str,
    upload: str,
    sha256: str,
    review_below: float = 0.5,
) -> DeliveredFile | None:
    """Write `<name>_review.xlsx`: two sheets a coded question, its answers and its code frame, to be corrected.

    An answers sheet has one row a different answer (its id, the verbatim, how often, codes with drop-downs, labels,
    confidence, who decided), the least sure first; those below `review_below` are coloured. A hidden sheet keeps the
    upload (`upload`, `sha256`), the frames and every answer's codes as handed out, so that changes are found after
    sorting and deleting. At most 20,000 different answers a question; the note says where there were more.
    None where no question has codes. Raises DeliveryError where the file cannot be written or reads back differently.
    """
    words = review_wording(codebook.language)
    reviewed = _questions(raw, codebook, frames, codings, upload, review_below, words)
    if not reviewed:
        return None
    from mcode_pipelines.delivery.workbook import new_workbook

    file_name = f"{name}_review.xlsx"
    left_out = sum(r.left_out for r in reviewed)
    with workbench(into) as bench:
        path = bench.path(file_name)
        shown: dict[str, Sequence[Sequence[Value]]] = {}
        with new_workbook(path, title=f"{words.title}: {name}") as book:
            book.add(_how_to(name, reviewed, words))
            desk = _Desk(book)
            for question in reviewed:
                shown[question.answers_sheet] = _add_answers(desk, question, review_below, words)
                shown[question.frame_sheet] = _add_frame(desk, question, words)
            memory = _memory(upload, sha256, reviewed)
            _add_hidden(book, REVIEW_SHEET, memory)
            _add_hidden(book, RESPONDENTS_SHEET, _respondents(reviewed, codings))
        verify_texts(path, {**shown, REVIEW_SHEET: memory})
        return bench.finished(file_name, note=words.left_out.format(count=f"{left_out:,}") if left_out else None)


def _questions(
    raw: RawSurvey,
    codebook: Codebook,
    frames: CodeFrames,
    codings: pl.DataFrame,
    upload: str,
    review_below: float,
    words: ReviewWording,
) -> list[_Reviewed]:
    said = verbatims(raw, codebook, list(frames))
    names = SheetNames([words.how_to, REVIEW_SHEET, RESPONDENTS_SHEET])
    found = []
    for frame in frames:
        answers = review_answers(upload, frame, said, codings)
        if answers:
            found.append(
                _Reviewed(
                    frame,
                    answers[:MOST_ANSWERS],
                    max(0, len(answers) - MOST_ANSWERS),
                    sum(a.confidence < review_below for a in answers),
                    names.take(frame.variable),
                    names.take(words.frame_of.format(variable=frame.variable)),
                )
            )
    return found


def _how_to(name: str, reviewed: Sequence[_Reviewed], words: ReviewWording) -> Sheet:
    """What to do, and the questions with links to their sheets."""
    widths = (16, 62, 16, 14, 22, 22)
    lines = [
        Line([words.title], [Style(Role.BOOK_TITLE)], 30),
        Line([name, *[None] * 5], [Style(Role.CAPTION)] * 6),
        Line([], []),
    ]
    merges = [Merge(1, 0, 1, 5)]
    for step in words.steps:
        merges.append(Merge(len(lines), 0, len(lines), 5))
        line = fitted([step], [Style(Role.CAPTION)], [sum(widths)])
        lines.append(Line([step, *[None] * 5], [Style(Role.CAPTION)] * 6, max(20.0, (line.height or 15) + 6)))
    lines.append(Line([], []))
    titles: list[Value] = [words.question, "", words.answers, words.unsure, words.answers_sheet, words.frame_sheet]
    lines.append(Line(titles, [Style(Role.HEADING)] * 6, 20))
    text, whole, link = Style(Role.TEXT), Style(Role.WHOLE), Style(Role.TEXT_LINK)
    links = []
    for question in reviewed:
        values: list[Value] = [
            question.frame.variable,
            question.frame.question,
            len(question.answers) + question.left_out,
            question.unsure,
            question.answers_sheet,
            question.frame_sheet,
        ]
        row = len(lines)
        links += [
            Link(row, 4, question.answers_sheet, question.answers_sheet),
            Link(row, 5, question.frame_sheet, question.frame_sheet),
        ]
        lines.append(fitted(values, [text, text, whole, whole, link, link], widths))
    return Sheet(name=words.how_to, lines=lines, widths=widths, links=links, merges=merges)


def _add_answers(desk: _Desk, question: _Reviewed, review_below: float, words: ReviewWording) -> list[Sequence[Value]]:
    """The answers of one question; returns the values written."""
    from xlsxwriter.utility import xl_col_to_name

    sheet = desk.sheet(question.answers_sheet)
    codes = question.code_columns
    titles: list[Value] = [
        words.answer_id,
        words.verbatim,
        words.times,
        *(words.code_number.format(number=n + 1) for n in range(codes)),
        words.labels,
        words.confidence,
        words.decided_by,
        words.agreed,
    ]
    widths = [13, 60, 10, *[15] * codes, 44, 11, 14, 11]
    fill = Look.TO_FILL
    to_fill = {*range(3, 3 + codes), len(titles) - 1}
    heads = [Style(Role.CODED_HEADING if at in to_fill else Role.HEADING) for at in range(len(titles))]
    desk.write(sheet, 0, titles, heads, 32)
    label_of = {code.code: code.label for code in question.frame.codes}
    letters = [xl_col_to_name(3 + n) for n in range(codes)]
    written: list[Sequence[Value]] = [titles]
    for row, answer in enumerate(question.answers, start=1):
        labels = "; ".join(label_of.get(code, "?") for code in answer.codes)
        values: list[Value] = [
            answer.answer,
            answer.verbatim,
            answer.times,
            *answer.codes,
            *[None] * (codes - len(answer.codes)),
            labels,
            round(answer.confidence, 4),
            words.deciders.get(answer.decided_by, answer.decided_by),
            None,
        ]
        sure = Look.UNSURE if answer.confidence < review_below else Look.SURE
        styles: list[Style | Look] = [
            Look.SMALL_PRINT, Style(Role.TEXT), Style(Role.CODE), *[fill] * codes,
            Style(Role.TEXT), sure, Style(Role.TEXT), fill,
        ]  # fmt: skip
        # The id is small print and may be cut off; it must not make the row higher.
        desk.write(sheet, row, values, styles, _height([None, *values[1:]], widths))
        sheet.write_formula(
            row, 3 + codes, _labels_formula(question, letters, row + 1), desk.look(styles[3 + codes]),
            plain_text(labels),
        )  # fmt: skip
        written.append(values)
    last = len(question.answers)
    sheet.data_validation(1, 3, max(last, 1), 2 + codes, _choices(question, words.code_prompt))
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, last, len(titles) - 1)
    _for_print(sheet)
    return written


def _add_frame(desk: _Desk, question: _Reviewed, words: ReviewWording) -> list[Sequence[Value]]:
    """The code frame of one question, with spare rows for new codes; returns the values written."""
    sheet = desk.sheet(question.frame_sheet)
    titles: list[Value] = [
        words.code, words.label, words.net, words.merge, words.definition, words.examples, words.given, words.choice,
    ]  # fmt: skip
    heads: list[Style | Look] = [Style(Role.CODED_HEADING if at < 5 else Role.HEADING) for at in range(len(titles))]
    desk.write(sheet, 0, titles, heads, 32)
    counted: dict[int, int] = {}
    for answer in question.answers:
        for code in answer.codes:
            counted[code] = counted.get(code, 0) + answer.times
    fill, text = Look.TO_FILL, Look.TO_FILL_TEXT
    styles: list[Style | Look] = [fill, text, text, text, text, Style(Role.TEXT), Style(Role.WHOLE), Look.SMALL_PRINT]
    written: list[Sequence[Value]] = [titles]
    for row, theme in enumerate(question.frame.codes, start=1):
        values: list[Value] = [
            theme.code,
            theme.label,
            theme.net,
            None,
            theme.definition,
            "\n".join(theme.examples) or None,
            counted.get(theme.code, 0),
            f"{theme.code} {theme.label}",
        ]
        desk.write(sheet, row, values, styles, _height(values[:7], _FRAME_WIDTHS[:7]))
        _choice_formula(desk, sheet, row, f"{theme.code} {theme.label}")
        written.append(values)
    codes = len(question.frame.codes)
    for row in range(codes + 1, codes + _SPARE_CODES + 1):
        for column in range(5):
            sheet.write_blank(row, column, None, desk.look(styles[column]))
        _choice_formula(desk, sheet, row, "")
    sheet.data_validation(1, 3, codes, 3, _choices(question, words.merge_prompt))
    for at, width in enumerate(_FRAME_WIDTHS):
        sheet.set_column(at, at, width, None, {"hidden": at == len(_FRAME_WIDTHS) - 1})
    sheet.freeze_panes(1, 2)
    sheet.set_tab_color("#548235")
    _for_print(sheet)
    return written


def _choice_formula(desk: _Desk, sheet: Any, row: int, shown: str) -> None:
    at = row + 1
    look = desk.look(Look.SMALL_PRINT)
    sheet.write_formula(row, 7, f'=IF(A{at}="","",A{at}&" "&B{at})', look, plain_text(shown))


def _choices(question: _Reviewed, prompt: str) -> dict[str, object]:
    """The drop-down of codes: as many as the frame sheet holds just now. Typing a bare number is allowed."""
    last = len(question.frame.codes) + _SPARE_CODES + 1
    frame = f"'{question.frame_sheet}'"
    return {
        "validate": "list",
        "source": f"=OFFSET({frame}!$H$2,0,0,MAX(1,COUNT({frame}!$A$2:$A${last})),1)",
        "show_error": False,
        "input_title": question.frame.variable[:32],
        "input_message": prompt,
    }


def _labels_formula(question: _Reviewed, letters: Sequence[str], row: int) -> str:
    """The labels of a row's codes, looked up in the frame sheet, so that they follow every change."""
    last = len(question.frame.codes) + _SPARE_CODES + 1
    frame = f"'{question.frame_sheet}'"
    parts = []
    for number, letter in enumerate(letters):
        cell = f"{letter}{row}"
        code = f'VALUE(LEFT({cell},FIND(" ",{cell}&" ")-1))'
        label = f'IFERROR(INDEX({frame}!$B$2:$B${last},MATCH({code},{frame}!$A$2:$A${last},0)),"?")'
        parts.append(f'IF({cell}="","",{label})' if number == 0 else f'IF({cell}="","","; "&{label})')
    return "=" + "&".join(parts)


def _memory(upload: str, sha256: str, reviewed: Sequence[_Reviewed]) -> list[list[Value]]:
    """The rows of the hidden sheet: whose workbook this is, the frames, and every answer as handed out."""
    rows: list[list[Value]] = [["mcode_review", REVIEW_FORMAT], ["upload", upload], ["sha256", sha256]]
    for question in reviewed:
        told = question.frame.model_dump_json(exclude_none=True)
        pieces = [told[at : at + LONGEST_PIECE] for at in range(0, len(told), LONGEST_PIECE)]
        rows.append(
            ["question", question.frame.variable, question.answers_sheet, question.frame_sheet,
             frame_revision(question.frame), *pieces]
        )  # fmt: skip
    for question in reviewed:
        for answer in question.answers:
            codes = " ".join(map(str, answer.codes))
            rows.append(["answer", answer.answer, question.frame.variable, codes, rows_as_text(answer.rows)])
    return rows


def _respondents(reviewed: Sequence[_Reviewed], codings: pl.DataFrame) -> list[list[Value]]:
    """Row of the data and respondent, for the rows of the answers handed out; those named by their row left out."""
    rows = sorted({row for question in reviewed for answer in question.answers for row in answer.rows})
    named = (
        codings.select(ROW, "respondent")
        .unique(ROW, keep="first")
        .filter(pl.col(ROW).is_in(rows) & (pl.col("respondent") != pl.col(ROW).cast(pl.String)))
        .sort(ROW)
        .head(_MOST_RESPONDENTS)
    )
    return [["row", "respondent"], *([str(row), who] for row, who in named.iter_rows())]


def _add_hidden(book: Book, name: str, rows: Sequence[Sequence[Value]]) -> None:
    sheet = book.workbook.add_worksheet(name)
    for number, values in enumerate(rows):
        for column, value in enumerate(values):
            sheet.write_string(number, column, plain_text(str(value)))
    sheet.protect()
    sheet.very_hidden()


def _for_print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
