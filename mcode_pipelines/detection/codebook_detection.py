"""From raw data to a codebook: the order in which what is known about the columns is believed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import polars as pl

from mcode_pipelines.detection.choice_lists import merge_spellings, sort_choices
from mcode_pipelines.detection.code_and_text import columns_by_code, under_data_names
from mcode_pipelines.detection.coded_columns import coded_questions
from mcode_pipelines.detection.columns import (
    Column,
    as_codes,
    columns_of,
    marks_for_blanks,
    sample_of,
    without_generated_marks,
)
from mcode_pipelines.detection.data_dictionary import drafts_from_dictionary
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.form_answers import spelled
from mcode_pipelines.detection.form_drafts import calculated_labels, drafts_from_form
from mcode_pipelines.detection.language import detect_language
from mcode_pipelines.detection.neighbours import neighbouring_batteries, tick_columns
from mcode_pipelines.detection.other_specify import mark_other_specify, set_masked_apart
from mcode_pipelines.detection.roles import (
    mark_demographics,
    mark_identifiers,
    mark_interviewers,
    mark_personal,
    tell_of_repeats,
)
from mcode_pipelines.detection.scale_questions import mark_scales
from mcode_pipelines.detection.siblings import batteries, families_of, lone_options, multi_responses, spread_questions
from mcode_pipelines.detection.survey_tools import detect_tool, respondent_column, tool_columns
from mcode_pipelines.detection.unforeseen import going_on, not_understood
from mcode_pipelines.detection.uses import mark_names, mark_nps, mark_ordered
from mcode_pipelines.detection.value_inference import infer_from_values
from mcode_pipelines.detection.vocabulary import strip_markup
from mcode_pipelines.detection.weights import mark_weights
from mcode_pipelines.survey import Choice, Codebook, Kind, RawSurvey, Remark
from mcode_pipelines.survey.multi_answer_cells import MISSING_MARKS

_CODED_HEADER = re.compile(
    r"^\s*(?P<code>[A-Za-z]{1,4}\d{1,3}(?:[_.]?[A-Za-z0-9]{1,3})?)\s*[.:)\-]\s+(?P<text>\S.*)$", re.DOTALL
)
_COLUMNS_AT_ONCE = 40
_TEXTS = 50
"""Open answers of a question that tell the language."""


def detect(raw: RawSurvey) -> Codebook:
    """The codebook of a survey: one variable a question, each with its reasons and how sure they are.

    Believed in this order: the form, the file's own dictionary, the tool's columns, columns that share a stem,
    header words and values. Kinds are decided on up to 50,000 rows spread over the file; the choices of
    questions that nothing declares are collected from all rows. Variables stand in the order of their columns.
    """
    sample, rows = sample_of(raw)
    columns, in_data = columns_by_code(columns_of(raw, sample))
    tool = detect_tool(raw, columns)
    columns = without_generated_marks(columns, tool)
    drafts: list[Draft] = []
    if raw.head.form is not None:
        # A form's lists are compared with the cells as they are typed (`Rp 25.000`), all else looks at numbers.
        drafts += drafts_from_form(raw.head.form, [c.as_typed_too for c in columns])
    by_name = {c.name: c for c in columns}
    if raw.head.dictionary:
        drafts += coded_questions(raw, _left(columns, drafts))
        drafts += drafts_from_dictionary(raw, _left(columns, drafts))
    drafts += tool_columns(_left(columns, drafts), tool)
    _add_gps_parts(drafts, _left(columns, drafts))
    two_rows = tool == "surveymonkey" and len(raw.head.headers) > 1
    families = families_of(_left(columns, drafts), two_rows=two_rows)
    drafts += multi_responses(families, columns)
    drafts += tick_columns(_left(columns, drafts), sample.height)
    drafts += lone_options(_left(columns, drafts), tool)
    stems = batteries(families)
    stems |= neighbouring_batteries(_left(columns, drafts), stems)
    spread = spread_questions(columns) if two_rows else {}
    for column in _left(columns, drafts):
        try:
            draft = infer_from_values(column, stems.get(column.name))
        except Exception as error:  # one column that nobody foresaw takes none of the others with it
            draft = not_understood(column.name, column.missing, error)
        question, part = spread.get(column.name, ("", ""))
        if question:
            draft.label = (
                strip_markup(question)
                if part in ("", "Response", "Open-Ended Response")
                else f"{strip_markup(question)} - {strip_markup(part)}"
            )
        drafts.append(draft)
    if raw.head.form is not None:
        _label_calculations(drafts, calculated_labels(raw.head.form))
    drafts.sort(key=lambda d: min(by_name[c].position for c in d.columns))
    _name(drafts)
    questions = [d for d in drafts if d.member_of is None]
    remarks: list[Remark] = []
    steps: tuple[tuple[tuple[str, str], Callable[[], None]], ...] = (
        (("find scales", "menemukan skala"), lambda: mark_scales(drafts, tool)),
        (("find identifiers", "menemukan identitas"), lambda: mark_identifiers(questions, by_name)),
        (("look for masked texts", "mencari teks yang disamarkan"), lambda: set_masked_apart(questions, by_name)),
        (("find texts behind 'other'", "menemukan teks lainnya"), lambda: mark_other_specify(questions, by_name)),
        (("find personal data", "menemukan data pribadi"), lambda: mark_personal(questions, by_name)),
        (("find who interviewed", "menemukan pewawancara"), lambda: mark_interviewers(questions)),
        (("look for repeated identifiers", "mencari identitas ganda"), lambda: tell_of_repeats(questions, by_name)),
        (
            ("find the weight", "menemukan bobot"),
            lambda: remarks.extend(mark_weights(questions, by_name, raw.head.weight)),
        ),
        (("find NPS questions", "menemukan pertanyaan NPS"), lambda: mark_nps(questions, by_name)),
        (("put categories in order", "mengurutkan kategori"), lambda: mark_ordered(questions)),
        (("find proper names", "menemukan nama"), lambda: mark_names(questions, by_name)),
        (("find demographics", "menemukan demografi"), lambda: mark_demographics(questions)),
    )
    for stage, step in steps:
        # Names and telephones that were not looked for would stand in tables.
        with going_on(stage, remarks, vital=stage[0] == "find personal data"):
            step()
    _leave_typed_marks(raw, drafts, columns)
    respondent = respondent_column(drafts, columns)
    texts = [t for d in drafts if d.kind is Kind.OPEN_ENDED for t in by_name[d.columns[0]].values[:_TEXTS]]
    under_data_names(drafts, in_data)
    if rows > sample.height:
        _collect_choices(raw, drafts)
    asked = [t for d in drafts if d.kind is not Kind.METADATA for t in (d.label, *(c.label for c in d.choices[:12]))]
    # What a form asks tells more than answers to one question in another language; headers alone tell less.
    asked_in = detect_language(asked) if raw.head.form is not None else None
    return Codebook(
        variables=tuple(d.finished(d.name) for d in drafts),
        language=asked_in or detect_language([*asked, *texts]),
        tool=tool,
        respondent_column=in_data.get(respondent, respondent) if respondent else None,
        remarks=tuple(remarks),
    )


def _left(columns: Sequence[Column], drafts: Sequence[Draft]) -> list[Column]:
    taken = {c for d in drafts for c in d.columns}
    return [c for c in columns if c.name not in taken]


def _add_gps_parts(drafts: list[Draft], left: Sequence[Column]) -> None:
    """`_gps_latitude` ... belong to the place question `gps`, also without a form."""
    names = {c.name: c for c in left}
    for column in left:
        parts = [f"_{column.name}_{part}" for part in ("latitude", "longitude", "altitude", "precision")]
        if parts[0] in names and parts[1] in names:
            drafts.append(
                Draft(
                    name=column.name,
                    label=column.name,
                    kind=Kind.GEO,
                    columns=[column.name, *(p for p in parts if p in names)],
                    missing=list(column.missing),
                    confidence=0.95,
                    evidence=["its latitude and longitude stand in columns of their own"],
                    declared=True,
                )
            )


def _leave_typed_marks(raw: RawSurvey, drafts: Sequence[Draft], columns: Sequence[Column]) -> None:
    """What somebody typed into an open question is an answer, also `NA`: coding tells that it says nothing."""
    texts = [d for d in drafts if d.kind in (Kind.OPEN_ENDED, Kind.OTHER_SPECIFY)]
    programs = marks_for_blanks(columns, {c for d in texts for c in d.columns})
    for draft in texts:
        kept = {m for c in draft.columns for m in programs.get(c, ())}
        kept |= {m for c in draft.columns if c in raw.head.dictionary for m in raw.head.dictionary[c].missing}
        draft.missing = [m for m in draft.missing if m not in MISSING_MARKS or m in kept]


def generated_missing_marks(raw: RawSurvey, column: str) -> frozenset[str]:
    """The missing marks in a column that a program wrote for blank cells, where the column is one of open texts."""
    return marks_for_blanks(columns_of(raw, sample_of(raw)[0]), {column})[column]


def _label_calculations(drafts: Sequence[Draft], labels: dict[str, str]) -> None:
    for draft in drafts:
        name = draft.columns[0].rsplit("/", 1)[-1].rsplit(".", 1)[-1]
        if name in labels and not draft.declared:
            draft.label = labels[name] or draft.label
            draft.because("the form calculates it")
            if draft.kind is Kind.OPEN_ENDED:
                draft.kind = Kind.METADATA


def _name(drafts: Sequence[Draft]) -> None:
    """Gives every draft a name of its own: the question's code or last part where that is unique, else all of it."""
    short = [_short_name(d) for d in drafts]
    counted = Counter(s.lower() for s, _ in short)
    taken: set[str] = set()
    for draft, (name, label) in zip(drafts, short, strict=True):
        full = " ".join(draft.name.split())
        if counted[name.lower()] == 1:
            draft.label = label if draft.label == draft.name or not draft.label else draft.label
        else:
            name = full
        unique, n = name, 2
        while unique in taken:
            unique, n = f"{name}_{n}", n + 1
        taken.add(unique)
        if draft.label == draft.name and name != full:
            draft.label = label
        draft.name = unique


def _short_name(draft: Draft) -> tuple[str, str]:
    name = " ".join(draft.name.split())
    if " " not in name:
        parts = [p for p in re.split(r"[/]", name) if p]
        last = parts[-1] if parts else name
        if last == name and name.count(".") >= 1 and not draft.declared:
            return name, draft.label
        return last, draft.label
    if match := _CODED_HEADER.match(name):
        return match["code"], match["text"]
    return name, draft.label


def _collect_choices(raw: RawSurvey, drafts: Sequence[Draft]) -> None:
    """Completes collected choices with values that only rows outside the sample hold, a batch of columns at a time."""
    open_lists = [
        d
        for d in drafts
        if (not d.listed or d.open_list)
        and d.choices
        and not d.delimiter
        and not d.versions
        and d.kind in (Kind.SINGLE_CHOICE, Kind.SCALE)
    ]
    for start in range(0, len(open_lists), _COLUMNS_AT_ONCE):
        batch = open_lists[start : start + _COLUMNS_AT_ONCE]
        names = [d.columns[0] for d in batch]
        found = raw.data.select(pl.col(n).unique().implode() for n in names).collect(engine="streaming")
        for draft, name in zip(batch, names, strict=True):
            known = spelled(draft.choices) | {m.casefold() for m in draft.missing}
            values = as_codes(found[name].explode()).drop_nulls().unique().sort().to_list()
            new = [v for v, _ in merge_spellings((v, 1) for v in values) if v.casefold() not in known][:500]
            if new and draft.kind is Kind.SINGLE_CHOICE:
                draft.choices = sort_choices([*draft.choices, *(Choice(code=v, label=v) for v in new)])
            else:
                draft.choices += [Choice(code=v, label=v) for v in new]
