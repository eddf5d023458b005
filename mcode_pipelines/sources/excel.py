"""Excel workbooks as data: which sheet holds them, and the form where it stands in the same workbook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.sources.form import (
    BELONGS,
    FORM_SHEETS,
    form_of,
    form_without_data,
    has_form,
    share_of_questions,
)
from mcode_pipelines.sources.header import find_header
from mcode_pipelines.sources.review_file import holds_review_answers
from mcode_pipelines.sources.source import ReadOptions, extension
from mcode_pipelines.sources.table import CONTROL_CHARACTERS, survey_of_table
from mcode_pipelines.sources.tool import tool_of
from mcode_pipelines.sources.workbook import Sheet, Workbook, open_workbook
from mcode_pipelines.survey import RawSurvey, Remark, SourceNotes, SurveyForm, UnreadableUpload


class ExcelSource:
    """Workbooks, .xlsx and the older .xls."""

    kind = "xlsx"
    extensions = (".xlsx", ".xls")

    def read(self, path: Path, name: str, options: ReadOptions) -> RawSurvey:
        """The sheet with the most filled cells that is neither a form's nor a repeat's.

        A form in the same workbook comes along in the head. Raises UnreadableUpload.
        """
        workbook = open_workbook(path, name)
        form = form_of(workbook) if has_form(workbook) else None
        sheet, remarks = _data_sheet(workbook, form, options)
        if holds_review_answers(sheet.top):
            raise UnreadableUpload(
                name,
                f"sheet '{sheet.name}' is that of a review workbook, but the hidden sheet that tells which survey it "
                "is of was deleted or not copied; copy the corrections into the review workbook as it was handed out "
                "and drop that",
            )
        dirty = [c.name for c in sheet.cells.get_columns() if c.str.contains(CONTROL_CHARACTERS).any()]
        notes = SourceNotes(kind=extension(name)[1:], file=name, sheet=sheet.name, remarks=tuple(remarks))
        raw = survey_of_table(
            sheet.cells.lazy(), sheet.top, notes, options, blank=sheet.blank, control_characters=dirty
        )
        return RawSurvey(raw.data, raw.head.model_copy(update={"form": form})) if form else raw


def data_sheet_beside_form(workbook: Workbook, form: SurveyForm) -> Sheet | None:
    """The fullest sheet of a workbook with a form that holds answers to it; None where there is none."""
    sheets = [sheet for sheet in _other_sheets(workbook, form_too=True) if _answers(sheet, form)]
    return max(sheets, key=lambda sheet: sheet.filled, default=None)


def _answers(sheet: Sheet, form: SurveyForm) -> bool:
    header = find_header(sheet.top)
    rows = sheet.top[header.first : header.data]
    has_data = len(sheet.top) > header.data
    return has_data and (share_of_questions(form, rows) >= BELONGS or tool_of(rows) == "kobo")


def _other_sheets(workbook: Workbook, *, form_too: bool) -> Iterable[Sheet]:
    for sheet_name in workbook.sheet_names:
        if not (form_too and sheet_name.strip().lower() in FORM_SHEETS):
            yield workbook.sheet(sheet_name)


def _data_sheet(workbook: Workbook, form: SurveyForm | None, options: ReadOptions) -> tuple[Sheet, list[Remark]]:
    """The sheet to read, and remarks on those left out. Raises UnreadableUpload."""
    if options.sheet is not None:
        wanted = [s for s in workbook.sheet_names if s.strip().lower() == options.sheet.strip().lower()]
        if not wanted:
            names = ", ".join(f"'{s}'" for s in workbook.sheet_names)
            raise UnreadableUpload(workbook.name, f"has no sheet '{options.sheet}'; its sheets are {names}")
        return workbook.sheet(wanted[0]), []
    best: Sheet | None = None
    repeats: list[str] = []
    others: list[str] = []
    for sheet in _other_sheets(workbook, form_too=form is not None):
        if sheet.filled == 0:
            continue
        if _is_repeat(sheet):
            repeats.append(sheet.name)
            continue
        others.append(sheet.name)
        if form is not None and not _answers(sheet, form):
            continue
        if best is None or (not sheet.hidden, sheet.filled) > (not best.hidden, best.filled):
            best = sheet
    if best is None and not others and repeats:
        return workbook.sheet(repeats[0]), []
    if best is None and form is not None:
        raise form_without_data(workbook.name)
    if best is None:
        raise UnreadableUpload(workbook.name, "is empty; export the data again and drop the new file")
    remarks = []
    if repeats:
        remarks.append(say.repeats_left_out(repeats))
    unread = [name for name in others if name != best.name]
    if unread:
        remarks.append(say.one_sheet_of(best.name, unread))
    return best, remarks


def _is_repeat(sheet: Sheet) -> bool:
    """Whether rows point to rows of another sheet; older exports have the column in the main sheet too, as -1."""
    for row in sheet.top[:3]:
        if "_parent_index" in row:
            parents = sheet.cells.to_series(row.index("_parent_index")).drop_nulls()
            return bool((~parents.is_in(["_parent_index", "-1"]) & (parents.str.strip_chars() != "")).any())
    return False
