"""The XLSForm: reading its sheets, and whether a form belongs to some data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mcode_pipelines.sources.workbook import Workbook
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


def form_of(workbook: Workbook) -> SurveyForm:
    """The form in an open workbook. Raises UnreadableUpload."""
    by_name = {sheet_name.strip().lower(): sheet_name for sheet_name in reversed(workbook.sheet_names)}
    sheets = {
        key: _form_sheet(key, workbook.sheet(by_name[key]).cells.rows()) if key in by_name else FormSheet(name=key)
        for key in ("survey", "choices", "settings", "external_choices")
    }
    if "survey" not in by_name:
        raise UnreadableUpload(
            workbook.name, "has no sheet called 'survey', so it is not an XLSForm; download the form as XLS from Kobo"
        )
    return SurveyForm(
        survey=_with_questions(sheets["survey"], workbook.name),
        choices=sheets["choices"],
        settings=sheets["settings"],
        external_choices=sheets["external_choices"],
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


def form_of_rows(rows: Rows, name: str) -> SurveyForm:
    """A form of which only the survey sheet is there. Raises UnreadableUpload."""
    return SurveyForm(survey=_with_questions(_form_sheet("survey", rows), name))


def form_without_data(name: str) -> UnreadableUpload:
    """The refusal of a form that was dropped as data."""
    return UnreadableUpload(
        name,
        "is a form (XLSForm) and the data file is missing; export the answers from Kobo as XLS or CSV "
        "and drop both files together in one folder",
    )


def share_of_questions(form: SurveyForm, headers: Iterable[Sequence[str]]) -> float:
    """Which share of the form's questions occurs among the columns: by name, group path, or label; 0 to 1.

    Questions inside repeats are not looked for, they stand in sheets of their own. 1 for a form that
    asks nothing.
    """
    present: set[str] = set()
    for row in headers:
        for cell in row:
            present |= _words_of(cell)
    asked = found = repeats = 0
    for record in form.survey.records():
        kind = re.sub(r"[\s_]+", "_", record.get("type", "").strip().lower())
        repeats += (kind == "begin_repeat") - (kind == "end_repeat")
        if repeats > 0 or kind in _ASKS_NOTHING or not record.get("name"):
            continue
        asked += 1
        words = [record["name"], *(text for key, text in record.items() if re.split(r"\s*::?", key)[0] == "label")]
        found += any(_comparable(word) in present for word in words)
    return found / asked if asked else 1.0


def _words_of(header: str) -> set[str]:
    """What a column's header may stand for: itself, and what is left without groups before or an option behind it."""
    words = {header, *re.split(r"[/.]", header)}
    # Groups and questions are joined by a slash (KoboToolbox), a dash (ODK Central) ...; repeats may be numbered.
    for mark in ("/", "-"):
        parts = header.split(mark)[:20]
        for cut in range(1, len(parts)):
            words |= {mark.join(parts[:cut]), mark.join(parts[cut:])}
    words |= {option for word in list(words) if "-" in word for option in word.split("/")}
    return {_comparable(word) for word in words}


def _comparable(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>|[*_#]{2,}", " ", text).split()).casefold()
