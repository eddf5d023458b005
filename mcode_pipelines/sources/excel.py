"""Excel workbooks as data: which sheet holds them, and the form where it stands in the same workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.sources.coded_data import coded_columns, codes_in, with_codes_as_they_are
from mcode_pipelines.sources.derived_sheets import source_of
from mcode_pipelines.sources.form import (
    BELONGS,
    FORM_SHEETS,
    form_of,
    form_without_data,
    has_form,
    share_of_questions,
)
from mcode_pipelines.sources.harmonisation_file import is_harmonisation_heading
from mcode_pipelines.sources.header import find_header
from mcode_pipelines.sources.legend import MOST_ROWS, Legend, different_answers
from mcode_pipelines.sources.legend_on_sheet import set_apart
from mcode_pipelines.sources.review_file import holds_review_answers
from mcode_pipelines.sources.source import ReadOptions, extension
from mcode_pipelines.sources.survey_tool import detect_tool
from mcode_pipelines.sources.text_table import CONTROL_CHARACTERS, survey_of_table
from mcode_pipelines.sources.unreadable_cells import merged_to_the_right
from mcode_pipelines.sources.workbook import Sheet, Workbook, open_workbook
from mcode_pipelines.survey import ColumnDictionary, RawSurvey, Remark, SourceNotes, SurveyForm, UnreadableUpload


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
        chosen = _data_sheet(workbook, form, options, path)
        apart = set_apart(chosen.sheet)
        sheet = apart.sheet
        if holds_review_answers(sheet.top):
            raise UnreadableUpload(
                name,
                f"sheet '{sheet.name}' is that of a review workbook, but the hidden sheet that tells which survey it "
                "is of was deleted or not copied; copy the corrections into the review workbook as it was handed out "
                "and drop that",
            )
        if is_harmonisation_heading(sheet.top):
            raise UnreadableUpload(
                name,
                f"sheet '{sheet.name}' is that of a harmonisation sheet, but the hidden sheet that tells which study "
                "it is of was deleted or not copied; write into the workbook that lies with the tables and drop that",
            )
        some = sheet.cells.select(pl.all().str.contains(CONTROL_CHARACTERS).any())
        dirty = [column for column, holds in some.row(0, named=True).items() if holds]
        notes = SourceNotes(kind=extension(name)[1:], file=name, sheet=sheet.name)

        def merged() -> frozenset[tuple[int, int]]:
            covered = merged_to_the_right(path, sheet.name)
            return frozenset((row - 1, column - 1 - sheet.first_column) for row, column in covered)

        raw = survey_of_table(
            sheet.cells.lazy(), sheet.top, notes, options, blank=sheet.blank, control_characters=dirty, merged=merged
        )
        dictionary, legends = _explained(raw, chosen.others, apart.legends) if form is None else ({}, [])
        unread = [other.name for other in chosen.others if other.name not in legends]
        told = [
            *chosen.remarks,
            *([say.one_sheet_of(sheet.name, unread)] if unread else []),
            *([say.legend_on_the_sheet(sheet.name, apart.places)] if apart.legends else []),
            *([say.legend_used(legends, list(dictionary))] if legends else []),
        ]
        source = raw.head.source.model_copy(update={"remarks": (*told, *raw.head.source.remarks)})
        head = raw.head.model_copy(update={"form": form, "dictionary": dictionary, "source": source})
        return with_codes_as_they_are(RawSurvey(raw.data, head))


@dataclass(frozen=True)
class _Chosen:
    """The sheet with the data, and the sheets that were not taken for it."""

    sheet: Sheet
    others: list[Sheet]
    remarks: list[Remark]


def _explained(
    raw: RawSurvey, others: Sequence[Sheet], beside: Sequence[list[list[str]]]
) -> tuple[dict[str, ColumnDictionary], list[str]]:
    """What the small sheets beside the data, and legends on its own, say of its columns; the names of these sheets."""
    small = [(sheet.name, sheet.rows) for sheet in others if sheet.filled and sheet.cells.height <= MOST_ROWS]
    small = [*((raw.head.source.sheet or "", rows) for rows in beside), *small]
    if not small:
        return {}, []
    columns = raw.columns
    answers = different_answers(raw)
    for coded in coded_columns(columns):
        answers[coded.question] = frozenset(codes_in(raw, coded))
    legend = Legend(answers)
    used = [name for name, rows in small if legend.learn(rows, name)]
    return legend.dictionary, list(dict.fromkeys(used))


def data_sheet_beside_form(workbook: Workbook, form: SurveyForm) -> Sheet | None:
    """The fullest sheet of a workbook with a form that holds answers to it; None where there is none."""
    sheets = [sheet for sheet in _other_sheets(workbook, form_too=True) if _answers(sheet, form)]
    return max(sheets, key=lambda sheet: sheet.filled, default=None)


def _answers(sheet: Sheet, form: SurveyForm) -> bool:
    header = find_header(sheet.top)
    rows = sheet.top[header.first : header.data]
    has_data = len(sheet.top) > header.data
    return has_data and (share_of_questions(form, rows) >= BELONGS or detect_tool(rows) == "kobo")


def _other_sheets(workbook: Workbook, *, form_too: bool) -> Iterable[Sheet]:
    for sheet_name in workbook.sheet_names:
        if not (form_too and sheet_name.strip().lower() in FORM_SHEETS):
            yield workbook.sheet(sheet_name)


def _data_sheet(workbook: Workbook, form: SurveyForm | None, options: ReadOptions, path: Path) -> _Chosen:
    """The sheet to read, and those left out. Raises UnreadableUpload."""
    if options.sheet is not None:
        wanted = [s for s in workbook.sheet_names if s.strip().lower() == options.sheet.strip().lower()]
        if not wanted:
            names = ", ".join(f"'{s}'" for s in workbook.sheet_names)
            raise UnreadableUpload(workbook.name, f"has no sheet '{options.sheet}'; its sheets are {names}")
        others = [s for s in _other_sheets(workbook, form_too=form is not None) if s.name != wanted[0]]
        return _Chosen(workbook.sheet(wanted[0]), [s for s in others if s.filled and not _is_repeat(s)], [])
    filled = [sheet for sheet in _other_sheets(workbook, form_too=form is not None) if sheet.filled]
    repeats = [sheet for sheet in filled if _is_repeat(sheet)]
    others = [sheet for sheet in filled if sheet not in repeats]
    if not others and repeats:
        return _Chosen(repeats[0], [], [])
    likely = others if form is None else [sheet for sheet in others if _answers(sheet, form)]
    if not likely and form is not None:
        raise form_without_data(workbook.name)
    if not likely:
        raise UnreadableUpload(workbook.name, "is empty; export the data again and drop the new file")
    fullest = max(likely, key=lambda sheet: (not sheet.hidden, sheet.filled))
    best = source_of(fullest, likely, path)
    remarks = [say.repeats_left_out([sheet.name for sheet in repeats])] if repeats else []
    if best is not fullest:
        remarks.append(say.derived_sheets(best.name, [fullest.name]))
    return _Chosen(best, [sheet for sheet in others if sheet is not best], remarks)


def _is_repeat(sheet: Sheet) -> bool:
    """Whether rows point to rows of another sheet; older exports have the column in the main sheet too, as -1."""
    for row in sheet.top[:3]:
        if "_parent_index" in row:
            parents = sheet.cells.to_series(row.index("_parent_index")).drop_nulls()
            return bool((~parents.is_in(["_parent_index", "-1"]) & (parents.str.strip_chars() != "")).any())
    return False
