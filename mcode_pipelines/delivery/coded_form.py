"""The XLSForm with a question for the codes beside each coded open-ended question."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl

from mcode_pipelines.delivery.coded_columns import several_codes, unique_name
from mcode_pipelines.delivery.delivered_file import DeliveredFile, staging_folder
from mcode_pipelines.delivery.sheet import Line, Role, Sheet, Style
from mcode_pipelines.delivery.verification import verify_texts
from mcode_pipelines.delivery.wording import wording
from mcode_pipelines.survey.code_frame import CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.form import FormSheet, SurveyForm

Row = tuple[str | None, ...]

_LANGUAGES = {
    "en": "en",
    "english": "en",
    "inggris": "en",
    "id": "id",
    "in": "id",
    "indonesia": "id",
    "indonesian": "id",
}
"""Languages as forms call them in `label::English (en)`, by a word of that heading."""
_FIXED_LABELS = ({"id": "Lainnya", "en": "Other"}, {"id": "Tidak ada jawaban", "en": "No answer"})
"""Labels of codes that every frame has, in both languages."""


def write_coded_form(
    form: SurveyForm,
    codebook: Codebook,
    frames: CodeFrames,
    into: Path,
    *,
    name: str,
    codings: pl.DataFrame | None = None,
) -> DeliveredFile | None:
    """Write `<name>_form.xlsx`: the form with a question `E1_coded` right after each coded question `E1`.

    The new question is a select_multiple; a select_one where the codings say that no answer has more than one code.
    Its list has the codes of the frame. A question that was merged with its "other, specify" has it after that text,
    printed codes with their own labels in every language. All else is as it was. None where no question of the form
    has a frame. Raises DeliveryError where the file cannot be written.
    """
    coded = with_coded_questions(form, codebook, frames, codings)
    if coded is None:
        return None
    from mcode_pipelines.delivery.workbook import new_workbook

    file_name = f"{name}_form.xlsx"
    sheets = [coded.survey, coded.choices, *([coded.settings] if coded.settings.header else [])]
    with staging_folder(into) as staging:
        path = staging.path(file_name)
        with new_workbook(path, title=name) as book:
            for sheet in sheets:
                book.add(_sheet(sheet))
        verify_texts(path, {sheet.name: [sheet.header, *sheet.rows] for sheet in sheets})
        return staging.finished(file_name)


def with_coded_questions(
    form: SurveyForm, codebook: Codebook, frames: CodeFrames, codings: pl.DataFrame | None = None
) -> SurveyForm | None:
    """The form with the questions and lists for codes; None where no question of the form has a frame."""
    survey = _Columns(form.survey)
    choices = _Columns(
        form.choices if form.choices.header else FormSheet(name="choices", header=("list_name", "name", "label"))
    )
    if survey.at("name") is None or survey.at("type") is None:
        return None
    questions: dict[str, int] = {}
    for at in range(len(survey.rows)):
        if row_name := survey.cell(at, "name"):
            questions.setdefault(row_name, at)
    lists = {found for at in range(len(choices.rows)) if (found := choices.cell(at, "list_name", "list name"))}
    taken = set(questions)
    placed: list[tuple[int, Row]] = []
    added: list[Row] = []
    for frame in frames:
        place = _place(frame.variable, codebook, questions)
        if place is None:
            continue
        after = _place(frame.merges[1], codebook, questions) if frame.merges else None
        new_name = unique_name(f"{frame.variable.rsplit('/', 1)[-1]}_coded", taken)
        new_list = unique_name(new_name, lists)
        taken.add(new_name)
        lists.add(new_list)
        kind = "select_one" if codings is not None and not several_codes(frame.variable, codings) else "select_multiple"
        placed.append((max(place, after or 0), _question_row(survey, place, f"{kind} {new_list}", new_name, frame)))
        added += _choice_rows(choices, new_list, frame, _printed(survey.cell(place, "type"), choices))
    if not placed:
        return None
    rows: list[Row] = list(survey.rows)
    for at, row in sorted(placed, key=lambda pair: pair[0], reverse=True):
        rows.insert(at + 1, row)
    return form.model_copy(
        update={
            "survey": survey.sheet.model_copy(update={"rows": tuple(rows)}),
            "choices": choices.sheet.model_copy(update={"rows": (*choices.rows, *added)}),
        }
    )


class _Columns:
    """A form sheet by the names of its columns, whatever their case."""

    def __init__(self, sheet: FormSheet) -> None:
        self.sheet = sheet
        self.header = [title.strip().lower() for title in sheet.header]
        self.rows = sheet.rows

    def at(self, *names: str) -> int | None:
        return next((self.header.index(name) for name in names if name in self.header), None)

    def cell(self, row: int, *names: str) -> str | None:
        at = self.at(*names)
        cells = self.rows[row]
        return cells[at].strip() if at is not None and at < len(cells) and cells[at] else None  # type: ignore[union-attr]

    @property
    def labels(self) -> list[int]:
        """The label columns of every language."""
        return [at for at, title in enumerate(self.header) if title == "label" or title.startswith("label:")]

    def language(self, at: int) -> str | None:
        """The language of a label column (`en`, `id`); None where its heading names none that is known."""
        words = re.findall(r"[a-z]+", self.header[at].partition(":")[2])
        return next((_LANGUAGES[word] for word in reversed(words) if word in _LANGUAGES), None)


def _place(variable: str, codebook: Codebook, questions: Mapping[str, int]) -> int | None:
    """The row of a variable's question."""
    return next((questions[found] for found in _form_names(variable, codebook) if found in questions), None)


def _printed(kind: str | None, choices: _Columns) -> dict[str, Row]:
    """The rows of the list that a select question takes its answers from, by code."""
    words = (kind or "").split()
    if len(words) < 2 or not words[0].startswith("select"):
        return {}
    found: dict[str, Row] = {}
    for at, row in enumerate(choices.rows):
        if choices.cell(at, "list_name", "list name") == words[1] and (code := choices.cell(at, "name", "value")):
            found.setdefault(code, row)
    return found


def _form_names(variable: str, codebook: Codebook) -> Collection[str]:
    """What a variable may be called in the form: its own name, or its columns', without the path of groups."""
    columns = codebook[variable].columns if variable in codebook else ()
    return dict.fromkeys(part for full in (variable, *columns) for part in (full, full.rsplit("/", 1)[-1]))


def _question_row(survey: _Columns, at: int, kind: str, name: str, frame: CodeFrame) -> Row:
    """The question for codes: its own type and name, the labels of the open one, asked when that one is."""
    given = list(survey.rows[at]) + [None] * (len(survey.header) - len(survey.rows[at]))
    row: list[str | None] = [None] * len(given)
    for title, text in (("type", kind), ("name", name)):
        place = survey.at(title)
        if place is not None:
            row[place] = text
    for place in survey.labels:
        said = wording(survey.language(place) or frame.language).coded
        row[place] = f"{given[place] or frame.question} ({said})"
    for title in ("relevant", "relevance"):
        place = survey.at(title)
        if place is not None:
            row[place] = given[place]
    return tuple(row)


def _choice_rows(choices: _Columns, list_name: str, frame: CodeFrame, printed: Mapping[str, Row]) -> list[Row]:
    rows: list[Row] = []
    for code in frame.codes:
        row: list[str | None] = [None] * len(choices.header)
        for names, text in ((("list_name", "list name"), list_name), (("name", "value"), str(code.code))):
            place = choices.at(*names)
            if place is not None:
                row[place] = text
        is_printed = frame.printed is not None and code.code in frame.printed
        own = printed.get(frame.choice_of_number.get(code.code, str(code.code)), ()) if is_printed else ()
        as_printed = [own[place] for place in choices.labels if place < len(own)]
        for number, place in enumerate(choices.labels):
            row[place] = _label_in(choices.language(place), code.label)
            if code.label in as_printed and number < len(as_printed):
                row[place] = as_printed[number] or code.label
        rows.append(tuple(row))
    return rows


def _label_in(language: str | None, label: str) -> str:
    """A label, those that every frame has in the language of its column."""
    for fixed in _FIXED_LABELS:
        if label in fixed.values() and language in fixed:
            return fixed[language]
    return label


def _sheet(sheet: FormSheet) -> Sheet:
    width = len(sheet.header)
    head, body = [Style(Role.HEADING)] * width, [Style(Role.PLAIN)] * width
    lines = [Line(sheet.header, head)]
    lines += [Line([*row, *[None] * (width - len(row))][:width], body) for row in sheet.rows]
    return Sheet(name=sheet.name, lines=lines, widths=[24] * width, freeze=(1, 0), gridlines=True)
