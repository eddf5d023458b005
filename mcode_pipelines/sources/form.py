"""The XLSForm: reading its sheets, and whether a form belongs to some data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from mcode_pipelines.sources.csv import text_rows
from mcode_pipelines.sources.source import extension
from mcode_pipelines.sources.workbook import Workbook, open_workbook
from mcode_pipelines.survey import FormSheet, SurveyForm, UnreadableUpload

FORM_EXTENSIONS = (".xlsx", ".xls", ".csv")
FORM_SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
BELONGS = 0.2
"""The least share of a form's questions that must occur among the columns of its data."""

_ASKS_NOTHING = {
    *("begin_group", "end_group", "begin_repeat", "end_repeat", "note", "start", "end", "today", "deviceid"),
    *("username", "phonenumber", "subscriberid", "simserial", "audit", "background_audio", "hidden", "imei"),
}
_TYPE = re.compile(
    r"(select[ _](one|multiple)|rank|text|integer|decimal|date|datetime|time|note|calculate|geopoint|image"
    r"|start|end|today|begin[ _](group|repeat))\b",
    re.IGNORECASE,
)
Rows = Sequence[Sequence[str | None]]


def read_form(path: Path, name: str) -> SurveyForm:
    """The sheets survey, choices and settings of a form; a .csv is its survey sheet alone.

    Nothing is judged: unknown types, duplicate names and odd choices are kept as they are.
    Raises UnreadableUpload where there is no survey sheet with the columns type and name.
    """
    ending = extension(name)
    if ending not in FORM_EXTENSIONS:
        raise UnreadableUpload(name, f"is no form: a form is an XLSForm, an .xlsx or .xls file, not {ending or 'this'}")
    if ending == ".csv":
        survey = _form_sheet("survey", text_rows(path, name))
        return SurveyForm(survey=_with_questions(survey, name))
    return form_of(open_workbook(path, name))


def form_of(workbook: Workbook) -> SurveyForm:
    """The form in an open workbook. Raises UnreadableUpload."""
    by_name = {sheet_name.strip().lower(): sheet_name for sheet_name in reversed(workbook.sheet_names)}
    sheets = {
        key: _form_sheet(key, workbook.sheet(by_name[key]).cells.rows()) if key in by_name else FormSheet(name=key)
        for key in ("survey", "choices", "settings")
    }
    if "survey" not in by_name:
        raise UnreadableUpload(
            workbook.name, "has no sheet called 'survey', so it is not an XLSForm; download the form as XLS from Kobo"
        )
    return SurveyForm(
        survey=_with_questions(sheets["survey"], workbook.name), choices=sheets["choices"], settings=sheets["settings"]
    )


def has_form(workbook: Workbook) -> bool:
    """Whether a workbook has a survey sheet that is one."""
    return any(
        sheet_name.strip().lower() == "survey" and looks_like_survey_sheet(workbook.sheet(sheet_name).cells.rows())
        for sheet_name in workbook.sheet_names
    )


def looks_like_survey_sheet(rows: Rows) -> bool:
    """Whether the first filled row has the columns type and name, and the types are a form's."""
    sheet = _form_sheet("survey", rows)
    keys = [key.lower() for key in sheet.header]
    if "type" not in keys or "name" not in keys:
        return False
    types = [row[keys.index("type")] for row in sheet.rows]
    return any(_TYPE.match(kind) for kind in types if kind)


def _form_sheet(name: str, rows: Rows) -> FormSheet:
    """The first filled row as header, filled rows below; cells trimmed, blank cells None."""
    trimmed = [[(cell or "").replace("\r\n", "\n").strip() or None for cell in row] for row in rows]
    filled = [row for row in trimmed if any(row)]
    if not filled:
        return FormSheet(name=name)
    width = max(max(i for i, cell in enumerate(row) if cell) for row in filled) + 1
    padded = [tuple(row[i] if i < len(row) else None for i in range(width)) for row in filled]
    return FormSheet(name=name, header=tuple(cell or "" for cell in padded[0]), rows=tuple(padded[1:]))


def _with_questions(survey: FormSheet, name: str) -> FormSheet:
    keys = [key.lower() for key in survey.header]
    missing = [key for key in ("type", "name") if key not in keys]
    if missing:
        raise UnreadableUpload(
            name,
            f"sheet 'survey' has no column '{missing[0]}', so it is not an XLSForm; download the form as XLS from Kobo",
        )
    return survey


def share_of_questions(form: SurveyForm, headers: Iterable[Sequence[str]]) -> float:
    """Which share of the form's questions occurs among the columns: by name, group path, or label; 0 to 1.

    Questions inside repeats are not looked for, they stand in sheets of their own. 1 for a form that
    asks nothing.
    """
    present: set[str] = set()
    for row in headers:
        for cell in row:
            text = _comparable(cell)
            present.add(text)
            present.update(_comparable(part) for part in re.split(r"[/.]", cell))
            present.update(_comparable(part) for part in cell.split("/"))
    asked = found = 0
    repeats = 0
    for record in form.survey.records():
        kind = re.sub(r"[\s_]+", "_", record.get("type", "").strip().lower())
        repeats += (kind == "begin_repeat") - (kind == "end_repeat")
        if repeats > 0 or kind in _ASKS_NOTHING or not record.get("name"):
            continue
        asked += 1
        words = [record["name"], *(text for key, text in record.items() if key.split("::")[0].split(":")[0] == "label")]
        found += any(_comparable(word) in present for word in words)
    return found / asked if asked else 1.0


def _comparable(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>|[*_#]{2,}", " ", text).split()).casefold()
