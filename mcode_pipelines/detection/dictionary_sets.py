"""Multiple-response sets of a file with a dictionary (SPSS): those that it declares, and those that it only labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.scales import is_dont_know
from mcode_pipelines.detection.vocabulary import YES, fold_spelling, strip_markup
from mcode_pipelines.survey import Choice, ColumnDictionary, Kind, ResponseSet
from mcode_pipelines.survey.ticks import NO, NOT_TICKED, TICKED

_STEM = re.compile(r"^(?P<stem>.*?[A-Za-z].*?)(?P<sign>[_.$#]?[rcRC]?)(?P<option>\d{1,4}|[a-zA-Z])$")
_LEAST_SHARED = 8
"""Letters that the labels of options must share in front to be one question's."""
_CUTS = (" - ", ": ", "? ", " \u2013 ", "/", " | ", "[", "(", ". ", ":", "?")


def declared_sets(
    declared: Sequence[ResponseSet], dictionary: Mapping[str, ColumnDictionary], by_name: Mapping[str, Column]
) -> list[Draft]:
    """The sets that the file declares, each with all its columns."""
    drafts = []
    for one in declared:
        columns = [by_name[c] for c in one.columns if c in by_name]
        if len(columns) < 2:
            continue
        entries = [dictionary.get(c.name) or ColumnDictionary() for c in columns]
        draft = Draft(
            name=one.name.lstrip("$"),
            label=one.label or one.name.lstrip("$"),
            kind=Kind.MULTI_CHOICE,
            columns=[c.name for c in columns],
            missing=[m for e in entries for m in e.missing],
            confidence=0.97,
            declared=True,
            listed=True,
        )
        if one.counted is not None:
            draft.counted = one.counted
            draft.missing = [m for m in draft.missing if m != one.counted]
            draft.choices = _options(columns, entries, one)
            how = f"{len(columns)} columns where {one.counted} counts as chosen"
        else:
            draft.choices = _shared_list(columns, entries, draft.missing)
            how = f"{len(columns)} columns that share one list of answers"
        drafts.append(draft.because(f"the file declares the multiple-response set {one.name}: {how}"))
    return drafts


def _options(columns: Sequence[Column], entries: Sequence[ColumnDictionary], one: ResponseSet) -> list[Choice]:
    """The options of a set of dichotomies, named by the columns or, where these are alike, by the counted value."""
    by_column = [e.label or "" for e in entries]
    by_value = [e.value_labels.get(one.counted or "") or "" for e in entries]
    told = by_value if one.labelled_by == "counted_values" or not _tells_apart(by_column) else by_column
    if not _tells_apart(told):
        told = by_column if told is by_value else by_value
    if not _tells_apart(told):
        told = [""] * len(columns)
    return [Choice(code=c.name, label=t or c.name, column=c.name) for c, t in zip(columns, told, strict=True)]


def _tells_apart(labels: Sequence[str]) -> bool:
    return all(labels) and len({fold_spelling(label) for label in labels}) == len(labels)


def _shared_list(
    columns: Sequence[Column], entries: Sequence[ColumnDictionary], missing: Sequence[str]
) -> list[Choice]:
    """The labelled codes of a set of categories, and those that occur without a label."""
    labels = {code: text for e in entries for code, text in e.value_labels.items() if code not in missing}
    bare = {v for c in columns for v in c.values if v not in labels and v not in missing}
    choices = [Choice(code=c, label=t or c) for c, t in labels.items()]
    choices += [Choice(code=v, label=v) for v in sorted(bare)[:200]]
    if all(c.code.lstrip("-").replace(".", "", 1).isdigit() for c in choices):
        choices.sort(key=lambda c: float(c.code))
    return choices


def undeclared_sets(columns: Sequence[Column], dictionary: Mapping[str, ColumnDictionary]) -> list[Draft]:
    """Columns in a row that tick one option each, as Qualtrics and SurveyMonkey write them: one question.

    They share the stem of their names and hold 1 or nothing, or 0 and 1. Yes/no questions in a row (both answers
    labelled, no question in common) are left as they are.
    """
    drafts = []
    for stem, some in groupby(columns, key=lambda c: _stem(c.name)):
        members = [(c, dictionary.get(c.name) or ColumnDictionary()) for c in some]
        members = [(c, e) for c, e in members if c.filled == 0 or _is_tick(c, e)]
        if stem and len(members) >= 2 and (draft := _one_question(stem, members)) is not None:
            drafts.append(draft)
    return drafts


def _stem(name: str) -> str:
    match = _STEM.match(name)
    return match["stem"] + match["sign"] if match else ""


def _is_tick(column: Column, entry: ColumnDictionary) -> bool:
    values = _said(column, entry)
    if not values or _worded(entry) is not None:
        return values <= entry.value_labels.keys()
    labelled = {code for code in entry.value_labels if code not in entry.missing and code not in _silent(entry)}
    if values <= {"0", "1"} and labelled <= {"0", "1"}:
        return True
    if "0" in values and len((values | labelled) - {"0"}) == 1:
        return bool(_option_of_values(entry))
    if values <= {"0", "1"}:
        return False
    return len(values) == 1 and len(labelled) <= 1 and _says_ticked(next(iter(values)), column.name, entry)


def _says_ticked(value: str, name: str, entry: ColumnDictionary) -> bool:
    """Whether the one value of a column ticks an option: 1, a labelled code, the option's number or its text.

    In a file of few cases any column may hold one value only: a name, an age.
    """
    match, text = _STEM.match(name), fold_spelling(value)
    if value == "1" or value in entry.value_labels or (match is not None and value == match["option"].lstrip("0")):
        return True
    return not value.isdigit() and (text in YES | TICKED | {"x", "v"} or text in fold_spelling(entry.label or ""))


def _said(column: Column, entry: ColumnDictionary) -> set[str]:
    """The values of a column that say something."""
    return set(column.values) - set(entry.missing) - _silent(entry)


def _silent(entry: ColumnDictionary) -> set[str]:
    """The codes whose label says that there is no answer."""
    return {code for code, label in entry.value_labels.items() if is_dont_know(code, label)}


def _worded(entry: ColumnDictionary) -> str | None:
    """The value that ticks, where the labels say ticked and not ticked (`Selected`, `Not selected`)."""
    silent = {*entry.missing, *_silent(entry)}
    ticked = [code for code, label in entry.value_labels.items() if fold_spelling(label) in TICKED]
    others = [
        fold_spelling(label) for code, label in entry.value_labels.items() if code not in silent and code not in ticked
    ]
    return ticked[0] if len(ticked) == 1 and all(label in NOT_TICKED for label in others) else None


def _one_question(stem: str, members: Sequence[tuple[Column, ColumnDictionary]]) -> Draft | None:
    filled = [(c, e) for c, e in members if _said(c, e)]
    if len(filled) < 2:
        return None
    columns, entries = [c for c, _ in members], [e for _, e in members]
    single = sum(len(_said(c, e)) == 1 and "0" not in c.values for c, e in filled)
    label, by_label = _question_and_options([e.label or "" for e in entries])
    by_value = [_option_of_values(e) for e in entries]
    lone = single == len(filled) and sum(c.filled for c, _ in filled) > len(filled)
    ticking = {_worded(e) for e in entries}
    worded = len(ticking) == 1 and None not in ticking
    if not (lone or worded or _tells_apart(by_value) or label):
        return None
    own_labels = [e.label or "" for e in entries]
    told = next((t for t in (by_value, by_label, own_labels) if _tells_apart(t)), [c.name for c in columns])
    choices = [Choice(code=c.name, label=t or c.name, column=c.name) for c, t in zip(columns, told, strict=True)]
    shared = {e.label for e in entries if e.label}
    name = stem.rstrip("_.#$") or stem
    draft = Draft(
        name=name,
        label=label or (next(iter(shared)) if len(shared) == 1 else name),
        kind=Kind.MULTI_CHOICE,
        columns=[c.name for c in columns],
        choices=choices,
        counted=ticking.pop() if worded else None,
        missing=[m for e in entries for m in dict.fromkeys([*e.missing, *_silent(e)])],
        confidence=0.85,
        evidence=[f"{len(columns)} columns '{stem}...' tick one option each; the file declares no set of them"],
        declared=True,
        listed=True,
    )
    if not lone:
        return draft
    first, last = columns[0].name, columns[-1].name  # a blank says neither no nor not asked
    return draft.tell(
        f"{first} to {last}, which only tick an option, were taken for one question with several answers: "
        "its base are those who ticked at least one",
        f"{first} sampai {last}, yang hanya menandai satu pilihan, dibaca sebagai satu pertanyaan dengan beberapa "
        "jawaban: basisnya adalah responden yang menandai paling sedikit satu",
    )


def _option_of_values(entry: ColumnDictionary) -> str:
    """The label of the value that ticks, where it names an option and does not only say yes."""
    silent = {"0", *entry.missing, *_silent(entry)}
    labels = [t for code, t in entry.value_labels.items() if code not in silent]
    if len(labels) != 1 or fold_spelling(labels[0]) in YES | NO | TICKED | NOT_TICKED:
        return ""
    return labels[0]


def _question_and_options(labels: Sequence[str]) -> tuple[str, list[str]]:
    """The question that all labels begin with, and what of each is left; an empty question where they share none."""
    if not _tells_apart(labels):
        return "", list(labels)
    first, last = min(labels), max(labels)
    size = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    shared = first[:size]
    cut = max((shared.rfind(mark) + len(mark) for mark in _CUTS if mark in shared), default=0)
    if cut < _LEAST_SHARED:
        return "", list(labels)
    rests = [strip_markup(label[cut:].rstrip(")]")) for label in labels]
    return strip_markup(shared[:cut].rstrip(" -[(|/\u2013")), rests
