"""The review workbook: what was coded, for a person to correct and drop back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from mcode_pipelines.delivery.delivered_file import DeliveredFile, staging_folder
from mcode_pipelines.delivery.review_answers import MAX_ANSWERS, review_answers, verbatims
from mcode_pipelines.delivery.review_sheets import QuestionSheets, ReviewBook, add_answers, add_frame
from mcode_pipelines.delivery.review_wording import ReviewWording, review_wording
from mcode_pipelines.delivery.sheet import Line, Link, Merge, Role, Sheet, Style, Value
from mcode_pipelines.delivery.sheet_names import LONGEST, SheetNames
from mcode_pipelines.delivery.spreadsheet_text import cell_text
from mcode_pipelines.delivery.text_metrics import fit_line_height
from mcode_pipelines.delivery.verification import verify_texts
from mcode_pipelines.survey.code_frame import CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.raw_survey import ROW, RawSurvey
from mcode_pipelines.survey.review import (
    MAX_PIECE_LENGTH,
    RESPONDENTS_SHEET,
    REVIEW_FORMAT,
    REVIEW_SHEET,
    format_row_ranges,
    frame_revision,
    shown_confidence,
    verbatim_digest,
)

if TYPE_CHECKING:
    from mcode_pipelines.delivery.workbook import Book

_MOST_RESPONDENTS = 1_048_000


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
    ticked: Mapping[str, pl.DataFrame] | None = None,
) -> DeliveredFile | None:
    """Write `<name>_review.xlsx`: two sheets a coded question, its answers and its code frame, to be corrected.

    An answers sheet has one row a different answer (its id, the verbatim, how often, codes with drop-downs, labels,
    confidence, who decided), the least sure first; those below `review_below` are coloured. A hidden sheet keeps the
    upload (`upload`, `sha256`), the frames and every answer's codes as handed out, so that changes are found after
    sorting and deleting. A frame that merges a choice question and its text is reviewed by the text, beside it the
    labels of what was `ticked` ([ROW, code String] by question). At most 20,000 different answers a question; the
    note says where there were more.
    None where no question has codes. Raises DeliveryError where the file cannot be written or reads back differently.
    """
    words = review_wording(codebook.language)
    reviewed = _questions(verbatims(raw, codebook, list(frames), ticked), frames, codings, upload, review_below, words)
    if not reviewed:
        return None
    from mcode_pipelines.delivery.workbook import new_workbook

    file_name = f"{name}_review.xlsx"
    left_out = sum(r.left_out for r in reviewed)
    with staging_folder(into) as staging:
        path = staging.path(file_name)
        shown: dict[str, Sequence[Sequence[Value]]] = {}
        with new_workbook(path, title=f"{words.title}: {name}") as book:
            book.add(_how_to(name, reviewed, words))
            review_book = ReviewBook(book)
            for question in reviewed:
                shown[question.answers_sheet] = add_answers(review_book, question, review_below, words)
                shown[question.frame_sheet] = add_frame(review_book, question, words)
            memory = _memory(upload, sha256, reviewed)
            _add_hidden(book, REVIEW_SHEET, memory)
            _add_hidden(book, RESPONDENTS_SHEET, _respondents(reviewed, codings))
        verify_texts(path, {**shown, REVIEW_SHEET: memory})
        return staging.finished(file_name, note=words.left_out.format(count=f"{left_out:,}") if left_out else None)


def _questions(
    said: pl.DataFrame,
    frames: CodeFrames,
    codings: pl.DataFrame,
    upload: str,
    review_below: float,
    words: ReviewWording,
) -> list[QuestionSheets]:
    names = SheetNames([words.how_to, REVIEW_SHEET, RESPONDENTS_SHEET])
    room = LONGEST - len(words.frame_of.format(variable=""))
    found = []
    for frame in frames:
        answers = review_answers(upload, frame, said, codings)
        if answers:
            found.append(
                QuestionSheets(
                    frame,
                    answers[:MAX_ANSWERS],
                    max(0, len(answers) - MAX_ANSWERS),
                    sum(a.confidence < review_below for a in answers),
                    _counted(frame, codings),
                    names.take(frame.variable),
                    names.take(words.frame_of.format(variable=frame.variable[:room])),
                )
            )
    return found


def _counted(frame: CodeFrame, codings: pl.DataFrame) -> dict[int, int]:
    """Answers that have each code."""
    own = codings.filter(pl.col("variable") == frame.variable).unique([ROW, "code"])
    return dict(own.group_by("code").len().iter_rows())


def _how_to(name: str, reviewed: Sequence[QuestionSheets], words: ReviewWording) -> Sheet:
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
        line = fit_line_height([step], [Style(Role.CAPTION)], [sum(widths)])
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
        lines.append(fit_line_height(values, [text, text, whole, whole, link, link], widths))
    return Sheet(name=words.how_to, lines=lines, widths=widths, links=links, merges=merges)


def _memory(upload: str, sha256: str, reviewed: Sequence[QuestionSheets]) -> list[list[Value]]:
    """The rows of the hidden sheet: whose workbook this is, the frames, and every answer as handed out."""
    rows: list[list[Value]] = [["mcode_review", REVIEW_FORMAT], ["upload", upload], ["sha256", sha256]]
    for question in reviewed:
        told = question.frame.model_dump_json(exclude_none=True)
        pieces = [told[at : at + MAX_PIECE_LENGTH] for at in range(0, len(told), MAX_PIECE_LENGTH)]
        rows.append(
            ["question", question.frame.variable, question.answers_sheet, question.frame_sheet,
             frame_revision(question.frame), *pieces]
        )  # fmt: skip
    for question in reviewed:
        for answer in question.answers:
            codes = " ".join(map(str, answer.codes))
            mark = verbatim_digest(cell_text(answer.verbatim))
            rows.append(
                ["answer", answer.answer, question.frame.variable, codes, format_row_ranges(answer.rows), mark,
                 shown_confidence(answer.confidence)]
            )  # fmt: skip
    return rows


def _respondents(reviewed: Sequence[QuestionSheets], codings: pl.DataFrame) -> list[list[Value]]:
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
            sheet.write_string(number, column, cell_text(str(value)))
    sheet.protect()
    sheet.very_hidden()
