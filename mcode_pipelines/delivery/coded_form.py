"""The XLSForm with a question for the codes beside each coded open-ended question."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl

from mcode_pipelines.delivery.coded_columns import free_name, several_codes
from mcode_pipelines.delivery.delivered_file import DeliveredFile, workbench
from mcode_pipelines.delivery.sheet import Line, Role, Sheet, Style
from mcode_pipelines.delivery.verification import verify_texts
from mcode_pipelines.delivery.wording import wording
from mcode_pipelines.survey.code_frame import CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.form import FormSheet, SurveyForm

Row = tuple[str | None, ...]


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
    Its list has the codes of the frame. All else is as it was. None where no question of the form has a frame.
    Raises DeliveryError where the file cannot be written.
    """
    coded = with_coded_questions(form, codebook, frames, codings)
    if coded is None:
        return None
    from mcode_pipelines.delivery.workbook import new_workbook

    file_name = f"{name}_form.xlsx"
    sheets = [coded.survey, coded.choices, *([coded.settings] if coded.settings.header else [])]
    with workbench(into) as bench:
        path = bench.path(file_name)
        with new_workbook(path, title=name) as book:
            for sheet in sheets:
                book.add(_sheet(sheet))
        verify_texts(path, {sheet.name: [sheet.header, *sheet.rows] for sheet in sheets})
        return bench.finished(file_name)


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
        place = next((questions[found] for found in _form_names(frame.variable, codebook) if found in questions), None)
        if place is None:
            continue
        new_name = free_name(f"{frame.variable.rsplit('/', 1)[-1]}_coded", taken)
        new_list = free_name(new_name, lists)
        taken.add(new_name)
        lists.add(new_list)
        kind = "select_one" if codings is not None and not several_codes(frame.variable, codings) else "select_multiple"
        placed.append((place, _question_row(survey, place, f"{kind} {new_list}", new_name, frame)))
        added += _choice_rows(choices, new_list, frame)
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
    said = wording(frame.language).coded
    for place in survey.labels:
        row[place] = f"{given[place] or frame.question} ({said})"
    for title in ("relevant", "relevance"):
        place = survey.at(title)
        if place is not None:
            row[place] = given[place]
    return tuple(row)


def _choice_rows(choices: _Columns, list_name: str, frame: CodeFrame) -> list[Row]:
    rows: list[Row] = []
    for code in frame.codes:
        row: list[str | None] = [None] * len(choices.header)
        for names, text in ((("list_name", "list name"), list_name), (("name", "value"), str(code.code))):
            place = choices.at(*names)
            if place is not None:
                row[place] = text
        for place in choices.labels:
            row[place] = code.label
        rows.append(tuple(row))
    return rows


def _sheet(sheet: FormSheet) -> Sheet:
    width = len(sheet.header)
    head, body = [Style(Role.HEADING)] * width, [Style(Role.PLAIN)] * width
    lines = [Line(sheet.header, head)]
    lines += [Line([*row, *[None] * (width - len(row))][:width], body) for row in sheet.rows]
    return Sheet(name=sheet.name, lines=lines, widths=[24] * width, freeze=(1, 0), gridlines=True)
