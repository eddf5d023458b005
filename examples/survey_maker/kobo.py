"""The two workbooks of a KoboToolbox project: the XLSForm, and the export with XML values and headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from survey_maker.questionnaire import Answers, Question, Questionnaire

MADE = datetime(2026, 10, 2, 9, 0, 0)
"""The creation date written into the workbooks: fixed, so that making them again gives the same bytes."""

BEFORE = ("start", "end", "today", "deviceid")
AFTER = (
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "__version__",
    "_tags",
    "meta/rootUuid",
    "_index",
)

_LABELS = {"id": "label::Bahasa Indonesia (id)", "en": "label::English (en)"}
_FORM_COLUMNS = (
    "type",
    "name",
    *_LABELS.values(),
    "hint::Bahasa Indonesia (id)",
    "required",
    "relevant",
    "constraint",
    "appearance",
    "calculation",
)


def write_form(questionnaire: Questionnaire, path: Path) -> None:
    """The XLSForm: sheets survey, choices and settings."""
    choices = [
        {"list_name": name, "name": str(code), _LABELS["id"]: label, _LABELS["en"]: english}
        for name, entries in questionnaire.choices.items()
        for code, label, english in entries
    ]
    settings = {
        "form_title": questionnaire.title,
        "form_id": questionnaire.form_id,
        "version": questionnaire.version,
        "default_language": "Bahasa Indonesia (id)",
    }
    with _workbook(path) as book:
        _sheet(
            book, "survey", _FORM_COLUMNS, ([row.get(c) for c in _FORM_COLUMNS] for row in _form_rows(questionnaire))
        )
        columns = ("list_name", "name", *_LABELS.values())
        _sheet(book, "choices", columns, ([choice[c] for c in columns] for choice in choices))
        _sheet(book, "settings", tuple(settings), [list(settings.values())])


def _form_rows(questionnaire: Questionnaire) -> Iterable[dict[str, str | None]]:
    for name in BEFORE:
        yield {"type": name, "name": name}
    for group in questionnaire.groups:
        yield {
            "type": "begin_group",
            "name": group.name,
            **_labels(group.labels),
            "relevant": group.relevant,
            "appearance": group.appearance,
        }
        for question in group.questions:
            yield {
                "type": question.type,
                "name": question.name,
                **({} if question.type == "calculate" else _labels(question.labels)),
                "hint::Bahasa Indonesia (id)": question.hint,
                "required": None if question.type in {"note", "calculate"} else _required(question),
                "relevant": question.relevant,
                "constraint": question.constraint,
                "calculation": question.calculation,
            }
        yield {"type": "end_group", "name": None}


def _labels(labels: Any) -> dict[str, str | None]:
    return {column: labels[language] for language, column in _LABELS.items()}


def _required(question: Question) -> str:
    return "false" if question.refusal else "true"


def export_columns(questionnaire: Questionnaire) -> list[str]:
    """The header of the export: group prefixes off, notes left out."""
    columns = list(BEFORE)
    for question in questionnaire:
        if question.type != "note":
            columns += _columns(questionnaire, question)
    return [*columns, *AFTER]


def _columns(questionnaire: Questionnaire, question: Question) -> list[str]:
    if not question.type.startswith("select_multiple"):
        return [question.name]
    joined = [question.name] if question.stored in {"both", "summary"} else []
    single = [f"{question.name}/{code}" for code in questionnaire.codes(question)]
    return joined + (single if question.stored in {"both", "details"} else [])


def export_row(questionnaire: Questionnaire, answers: Answers, around: Answers) -> list[Any]:
    """One interview's cells, aligned with `export_columns`; blank cells are None."""
    cells: Answers = dict(around)
    for question in questionnaire:
        value = answers.get(question.name)
        if not isinstance(value, list):
            cells[question.name] = value
            continue
        cells[question.name] = " ".join(value)
        cells |= {f"{question.name}/{code}": int(code in value) for code in questionnaire.codes(question)}
    return [cells.get(column) for column in export_columns(questionnaire)]


def write_export(questionnaire: Questionnaire, rows: Sequence[Sequence[Any]], path: Path) -> None:
    """The export: one sheet named after the form, codes as text, figures and times as what they are."""
    with _workbook(path) as book:
        _sheet(book, questionnaire.title[:31], export_columns(questionnaire), rows)


def _workbook(path: Path) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": "", "author": "", "created": MADE})
    return book


def _sheet(book: xlsxwriter.Workbook, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(name)
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for column, text in enumerate(header):
        sheet.write_string(0, column, text)
    for row, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif isinstance(cell, datetime):
                sheet.write_datetime(row, column, cell, moment)
            elif isinstance(cell, date):
                sheet.write_datetime(row, column, cell, day)
            else:
                sheet.write_number(row, column, cell)
