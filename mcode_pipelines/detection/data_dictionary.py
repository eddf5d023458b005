"""Variables of a file with a dictionary of its own (SPSS): labels, value labels, declared sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.dictionary_sets import declared_sets, undeclared_sets
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.scales import is_dont_know
from mcode_pipelines.detection.survey_tools import stated_kind
from mcode_pipelines.detection.value_inference import infer_from_values
from mcode_pipelines.survey import Choice, ColumnDictionary, Kind, RawSurvey, in_indonesian


def drafts_from_dictionary(raw: RawSurvey, columns: Sequence[Column]) -> list[Draft]:
    """The multiple-response sets, declared or not, with their members, and every column with value labels.

    A set keeps all its columns, also where sets share them. The rest is judged by its values. SPSS `measure` is not
    used: it is wrong in most files, value labels are not.
    """
    dictionary = raw.head.dictionary
    by_name = {c.name: c for c in columns}
    drafts = declared_sets(raw.head.response_sets, dictionary, by_name)
    used = {c for d in drafts for c in d.columns}
    members = {c: next(d for d in drafts if c in d.columns) for c in used}
    drafts += undeclared_sets([c for c in columns if c.name not in used], dictionary)
    used |= {c for d in drafts for c in d.columns}
    for column in columns:
        entry = dictionary.get(column.name)
        if entry is None or (column.name in used and column.name not in members):
            continue
        draft = _labelled(column, entry) if _has_choices(column, entry) else _unlabelled(column, entry)
        draft.member_of = members.get(column.name)
        if draft.member_of:
            draft.because("the file has it in a multiple-response set; it has a table of its own where a plan asks")
        drafts.append(draft)
    return drafts


def _has_choices(column: Column, entry: ColumnDictionary) -> bool:
    """Value labels that name the answers, not only a missing value or the ends of an amount."""
    points = {c: t for c, t in entry.value_labels.items() if c not in entry.missing}
    if not points:
        return False
    unlabelled = [v for v in column.values if v not in entry.value_labels]
    return len(unlabelled) <= max(10 - len(points), len(points)) and len(points) >= 2


def _labelled(column: Column, entry: ColumnDictionary) -> Draft:
    choices = [
        Choice(code=c, label=t or c, factor=entry.factors.get(c))
        for c, t in entry.value_labels.items()
        if c not in entry.missing
    ]
    known = {c.code for c in choices} | set(entry.missing)
    choices += [Choice(code=v, label=v) for v in sorted(column.values) if v not in known][:40]
    if all(c.code.lstrip("-").replace(".", "", 1).isdigit() for c in choices):
        choices.sort(key=lambda c: float(c.code))
    return Draft(
        name=column.name,
        label=entry.label or column.name,
        kind=Kind.SCALE if len(set(entry.factors.values())) > 2 else Kind.SINGLE_CHOICE,
        columns=[column.name],
        choices=choices,
        missing=[*entry.missing, *column.missing],
        battery="|".join(c.label for c in choices),
        confidence=0.95,
        evidence=[f"the file labels {len(entry.value_labels)} values"],
        declared=True,
        listed=True,
    )


def _unlabelled(column: Column, entry: ColumnDictionary) -> Draft:
    """A column of whose values not all have labels, judged by its values; the labels that there are are kept."""
    draft = infer_from_values(replace(column, headers=(column.name, entry.label)) if entry.label else column)
    draft.label = entry.label or column.name
    draft.missing = [*entry.missing, *column.missing]
    draft.choices = [
        c.model_copy(update={"label": entry.value_labels.get(c.code) or c.label})
        for c in draft.choices
        if c.code not in entry.missing
    ]
    if draft.kind is Kind.NUMERIC:
        _leave_out_labelled(draft, column, entry)
    said = entry.label or ""
    if said.startswith(("_", "meta/")) and (kind := stated_kind(column, said, "kobo")) is not None:
        draft.kind, draft.choices, draft.delimiter, draft.declared = kind, [], None, True
        draft.because("the label is that of a column KoboToolbox adds", 0.9)
    return draft


def _leave_out_labelled(draft: Draft, column: Column, entry: ColumnDictionary) -> None:
    """A number that the file labels "don't know" or "refused" is none: it leaves the mean, told."""
    found = {
        code: label
        for code, label in entry.value_labels.items()
        if code not in entry.missing and code in column.values and is_dont_know(code, label)
    }
    if not found:
        return
    said = ", ".join(f"{code} '{label}'" for code, label in found.items())
    count = sum(n for v, n in column.top if v in found)
    draft.missing += list(found)
    draft.because(f"no number but no answer by its label: {said}")
    draft.tell(
        f"{said} ({count:,} respondents) is labelled as no answer and left out of the base and the mean; "
        "to count it as a number, take it out of 'missing' in the codebook",
        f"{said} ({in_indonesian(count)} responden) berlabel bukan jawaban dan tidak masuk basis dan rata-rata; "
        "untuk menghitungnya sebagai angka, hapus dari 'missing' di buku kode",
    )
