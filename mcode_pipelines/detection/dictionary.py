"""Variables of a file with a dictionary of its own (SPSS): labels, value labels, declared sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.tools import stated_kind
from mcode_pipelines.detection.values import judged
from mcode_pipelines.survey import Choice, ColumnDictionary, Kind, RawSurvey


def questions_of_the_dictionary(raw: RawSurvey, columns: Sequence[Column]) -> list[Draft]:
    """The declared multiple-response sets, and every column with value labels; the rest is judged by its values.

    SPSS `measure` is not used: it is wrong in most files, value labels are not.
    """
    by_name = {c.name: c for c in columns}
    drafts = list(_sets(raw, by_name))
    used = {c for d in drafts for c in d.columns}
    for column in columns:
        entry = raw.head.dictionary.get(column.name)
        if entry is None or column.name in used:
            continue
        drafts.append(_labelled(column, entry) if _has_choices(column, entry) else _unlabelled(column, entry))
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
    draft = judged(replace(column, headers=(column.name, entry.label)) if entry.label else column)
    draft.label = entry.label or column.name
    draft.missing = [*entry.missing, *column.missing]
    draft.choices = [c for c in draft.choices if c.code not in entry.missing]
    said = entry.label or ""
    if said.startswith(("_", "meta/")) and (kind := stated_kind(column, said, "kobo")) is not None:
        draft.kind, draft.choices, draft.delimiter, draft.declared = kind, [], None, True
        draft.because("the label is that of a column KoboToolbox adds", 0.9)
    return draft


def _sets(raw: RawSurvey, by_name: dict[str, Column]) -> list[Draft]:
    drafts = []
    taken: set[str] = set()
    for declared in raw.head.response_sets:
        columns = [c for c in declared.columns if c in by_name and c not in taken]
        if len(columns) < 2:
            continue
        taken.update(columns)
        entries = [raw.head.dictionary.get(c) or ColumnDictionary() for c in columns]
        missing = [m for e in entries for m in e.missing]
        if declared.counted is not None:
            missing += sorted({v for c in columns for v in by_name[c].values if v not in (declared.counted, "0")})
            choices = [Choice(code=c, label=e.label or c, column=c) for c, e in zip(columns, entries, strict=True)]
            how = f"{len(columns)} columns where {declared.counted} counts as chosen"
        else:
            labels = {code: text for e in entries for code, text in e.value_labels.items() if code not in missing}
            choices = [Choice(code=c, label=t or c) for c, t in labels.items()]
            how = f"{len(columns)} columns that share one list of answers"
        drafts.append(
            Draft(
                name=declared.name.lstrip("$"),
                label=declared.label or declared.name.lstrip("$"),
                kind=Kind.MULTI_CHOICE,
                columns=columns,
                choices=choices,
                missing=missing,
                confidence=0.97,
                evidence=[f"the file declares the multiple-response set {declared.name}: {how}"],
                declared=True,
                listed=True,
            )
        )
    return drafts
