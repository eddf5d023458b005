"""The two sheets of one question in a review workbook: its answers, and its code frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any

from mcode_pipelines.delivery.review_answers import ReviewAnswer
from mcode_pipelines.delivery.review_wording import ReviewWording
from mcode_pipelines.delivery.sheet import Role, Style, Value
from mcode_pipelines.delivery.spreadsheet_text import cell_text
from mcode_pipelines.delivery.text_metrics import fit_line_height
from mcode_pipelines.survey.code_frame import CodeFrame
from mcode_pipelines.survey.review import CODES_PER_ANSWER

if TYPE_CHECKING:
    from xlsxwriter.format import Format

    from mcode_pipelines.delivery.workbook import Book

_SPARE_CODES = 60
"""Rows below a frame that new codes may be written into and are offered in the drop-downs."""
_FRAME_WIDTHS = (8, 34, 20, 20, 46, 50, 12, 2)


class ReviewStyle(StrEnum):
    """Cells that only this workbook has, beside the roles that all have."""

    TO_FILL = auto()
    TO_FILL_TEXT = auto()
    SURE = auto()
    UNSURE = auto()
    SMALL_PRINT = auto()


_LINE = {"bottom": 1, "bottom_color": "#D9D9D9", "valign": "top"}
_FIGURE = {**_LINE, "num_format": "0.00", "align": "center"}
_FILL = {"bg_color": "#FFF9DB", "valign": "top", "border": 1, "border_color": "#D9D9D9"}
_LOOKS: dict[ReviewStyle, dict[str, Any]] = {
    ReviewStyle.TO_FILL: {**_FILL, "align": "left"},
    ReviewStyle.TO_FILL_TEXT: {**_FILL, "text_wrap": True},
    ReviewStyle.SURE: _FIGURE,
    ReviewStyle.UNSURE: {**_FIGURE, "bg_color": "#FCE4D6", "font_color": "#C00000"},
    ReviewStyle.SMALL_PRINT: {**_LINE, "font_size": 8, "font_color": "#7F7F7F"},
}


class ReviewBook:
    """The workbook being written, and how its cells look."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.looks: dict[ReviewStyle, Format] = {look: book.workbook.add_format(_LOOKS[look]) for look in ReviewStyle}

    def sheet(self, name: str) -> Any:
        """A new sheet."""
        return self.book.workbook.add_worksheet(name)

    def look(self, style: Style | ReviewStyle) -> Format:
        """The format of a cell."""
        return self.looks[style] if isinstance(style, ReviewStyle) else self.book.format_of(style)

    def write(
        self, sheet: Any, row: int, values: Sequence[Value], styles: Sequence[Style | ReviewStyle], height: float | None
    ) -> None:
        """One row, text only ever as text."""
        if height is not None:
            sheet.set_row(row, height)
        for column, (value, style) in enumerate(zip(values, styles, strict=True)):
            if value is None:
                sheet.write_blank(row, column, None, self.look(style))
            elif isinstance(value, str):
                sheet.write_string(row, column, cell_text(value), self.look(style))
            else:
                sheet.write_number(row, column, value, self.look(style))


def _height(values: Sequence[Value], widths: Sequence[float]) -> float | None:
    return fit_line_height(values, [], widths).height


@dataclass(frozen=True)
class QuestionSheets:
    """One question with the names of its two sheets."""

    frame: CodeFrame
    answers: Sequence[ReviewAnswer]
    left_out: int
    unsure: int
    given: Mapping[int, int]
    """Answers that have each code, those left out included."""
    answers_sheet: str
    frame_sheet: str

    @property
    def semi_open(self) -> bool:
        """Whether its answers are texts behind a printed list."""
        return self.frame.merges is not None

    @property
    def code_columns(self) -> int:
        """How many codes a row has room for."""
        return max([1 if self.frame.single else CODES_PER_ANSWER, *(len(a.codes) for a in self.answers)])


def add_answers(
    review_book: ReviewBook, question: QuestionSheets, review_below: float, words: ReviewWording
) -> list[Sequence[Value]]:
    """The answers of one question; returns the values written."""
    from xlsxwriter.utility import xl_col_to_name

    sheet = review_book.sheet(question.answers_sheet)
    codes = question.code_columns
    beside = [words.printed] if question.semi_open else []
    first = 3 + len(beside)
    titles: list[Value] = [
        words.answer_id,
        words.verbatim,
        *beside,
        words.times,
        *(words.code_number.format(number=n + 1) for n in range(codes)),
        words.labels,
        words.confidence,
        words.decided_by,
        words.agreed,
    ]
    widths = [13, 60, *[30 for _ in beside], 10, *[15] * codes, 44, 11, 14, 11]
    fill = ReviewStyle.TO_FILL
    to_fill = {*range(first, first + codes), len(titles) - 1}
    heads = [Style(Role.CODED_HEADING if at in to_fill else Role.HEADING) for at in range(len(titles))]
    review_book.write(sheet, 0, titles, heads, 32)
    label_of = {code.code: code.label for code in question.frame.codes}
    letters = [xl_col_to_name(first + n) for n in range(codes)]
    written: list[Sequence[Value]] = [titles]
    text = Style(Role.TEXT)
    for row, answer in enumerate(question.answers, start=1):
        labels = "; ".join(label_of.get(code, "?") for code in answer.codes)
        values: list[Value] = [
            answer.answer,
            answer.verbatim,
            *[answer.printed for _ in beside],
            answer.times,
            *answer.codes,
            *[None] * (codes - len(answer.codes)),
            labels,
            round(answer.confidence, 4),
            words.deciders.get(answer.decided_by, answer.decided_by),
            None,
        ]
        sure = ReviewStyle.UNSURE if answer.confidence < review_below else ReviewStyle.SURE
        styles: list[Style | ReviewStyle] = [
            ReviewStyle.SMALL_PRINT, text, *[text for _ in beside], Style(Role.CODE), *[fill] * codes,
            text, sure, text, fill,
        ]  # fmt: skip
        # The id is small print and may be cut off; it must not make the row higher.
        review_book.write(sheet, row, values, styles, _height([None, *values[1:]], widths))
        formula = _labels_formula(question, letters, row + 1)
        sheet.write_formula(row, first + codes, formula, review_book.look(text), cell_text(labels))
        written.append(values)
    last = len(question.answers)
    sheet.data_validation(1, first, max(last, 1), first + codes - 1, _choices(question, words.code_prompt))
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, last, len(titles) - 1)
    _for_print(sheet)
    return written


def add_frame(review_book: ReviewBook, question: QuestionSheets, words: ReviewWording) -> list[Sequence[Value]]:
    """The code frame of one question, with spare rows for new codes; returns the values written."""
    sheet = review_book.sheet(question.frame_sheet)
    titles: list[Value] = [
        words.code, words.label, words.net, words.merge, words.definition, words.examples, words.given, words.choice,
    ]  # fmt: skip
    heads: list[Style | ReviewStyle] = [
        Style(Role.CODED_HEADING if at < 5 else Role.HEADING) for at in range(len(titles))
    ]
    review_book.write(sheet, 0, titles, heads, 32)
    fill, text = ReviewStyle.TO_FILL, ReviewStyle.TO_FILL_TEXT
    styles: list[Style | ReviewStyle] = [
        fill,
        text,
        text,
        text,
        text,
        Style(Role.TEXT),
        Style(Role.WHOLE),
        ReviewStyle.SMALL_PRINT,
    ]
    written: list[Sequence[Value]] = [titles]
    for row, theme in enumerate(question.frame.codes, start=1):
        values: list[Value] = [
            theme.code,
            theme.label,
            theme.net,
            None,
            theme.definition,
            "\n".join(theme.examples) or None,
            question.given.get(theme.code, 0),
            f"{theme.code} {theme.label}",
        ]
        review_book.write(sheet, row, values, styles, _height(values[:7], _FRAME_WIDTHS[:7]))
        _choice_formula(review_book, sheet, row, f"{theme.code} {theme.label}")
        written.append(values)
    codes = len(question.frame.codes)
    for row in range(codes + 1, codes + _SPARE_CODES + 1):
        for column in range(5):
            sheet.write_blank(row, column, None, review_book.look(styles[column]))
        _choice_formula(review_book, sheet, row, "")
    sheet.data_validation(1, 3, codes, 3, _choices(question, words.merge_prompt))
    for at, width in enumerate(_FRAME_WIDTHS):
        sheet.set_column(at, at, width, None, {"hidden": at == len(_FRAME_WIDTHS) - 1})
    sheet.freeze_panes(1, 2)
    sheet.set_tab_color("#548235")
    _for_print(sheet)
    return written


def _choice_formula(review_book: ReviewBook, sheet: Any, row: int, shown: str) -> None:
    at = row + 1
    look = review_book.look(ReviewStyle.SMALL_PRINT)
    sheet.write_formula(row, 7, f'=IF(A{at}="","",A{at}&" "&B{at})', look, cell_text(shown))


def _choices(question: QuestionSheets, prompt: str) -> dict[str, object]:
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


def _labels_formula(question: QuestionSheets, letters: Sequence[str], row: int) -> str:
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


def _for_print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
