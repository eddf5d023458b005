"""Variables as the form states them."""

from __future__ import annotations

from collections.abc import Sequence

from mcode_pipelines.detection.choice_lists import choices_from_values
from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.form_answers import (
    added_of,
    delimiter_for,
    join_versions,
    places_of_ranking,
    some_listed,
    tell_of_unlisted,
    unlisted,
)
from mcode_pipelines.detection.form_columns import FormColumns, columns_by_question
from mcode_pipelines.detection.form_questions import FormQuestion, questions_of
from mcode_pipelines.detection.unforeseen import not_understood
from mcode_pipelines.detection.value_inference import MANY_CHOICES, tell_how_written
from mcode_pipelines.detection.vocabulary import fold_spelling, word_set
from mcode_pipelines.survey import Choice, Kind, SurveyForm, split_answers

_KINDS = {
    "integer": Kind.NUMERIC,
    "decimal": Kind.NUMERIC,
    "range": Kind.NUMERIC,
    "date": Kind.DATE,
    "time": Kind.DATE,
    "datetime": Kind.DATE,
    "geopoint": Kind.GEO,
    "geotrace": Kind.GEO,
    "geoshape": Kind.GEO,
    "image": Kind.MEDIA,
    "audio": Kind.MEDIA,
    "video": Kind.MEDIA,
    "file": Kind.MEDIA,
    "barcode": Kind.IDENTIFIER,
    "text": Kind.OPEN_ENDED,
    "select_one": Kind.SINGLE_CHOICE,
    "select_multiple": Kind.MULTI_CHOICE,
    "rank": Kind.MULTI_CHOICE,
    "acknowledge": Kind.SINGLE_CHOICE,
    "trigger": Kind.SINGLE_CHOICE,
}
_INTERVIEW = word_set(
    "start end today deviceid simserial subscriberid phonenumber username audit email background-audio "
    "start-geopoint imei note hidden xml-external"
)


def drafts_from_form(form: SurveyForm, columns: Sequence[Column]) -> list[Draft]:
    """One draft a question of the form that has columns in the data; calculated fields are left to their values.

    A ranking is as many drafts as it has places.
    """
    drafts: list[Draft] = []
    for found in columns_by_question(questions_of(form), columns):
        try:
            draft = _draft(found)
        except Exception as error:  # one question that nobody foresaw takes none of the others with it
            drafts += [not_understood(c.name, c.missing, error) for c in found.columns]
            continue
        if draft is None:
            continue
        drafts += places_of_ranking(draft, found.own) if found.question.type == "rank" and found.own else [draft]
        drafts += _texts_of_or_other(found, draft)
    return drafts


def calculated_labels(form: SurveyForm) -> dict[str, str]:
    """Labels of calculated fields by name; what they hold is judged by their values."""
    return {q.name: q.label for q in questions_of(form) if q.type == "calculate"}


def _draft(found: FormColumns) -> Draft | None:
    question = found.question
    kind = Kind.METADATA if question.type in _INTERVIEW else _KINDS.get(question.type)
    if kind is None:
        return None
    own = found.own
    columns = [c.name for c in (own, *found.ticks.values(), *([] if question.or_other else found.parts)) if c]
    marks = [m for c in (own, *found.ticks.values()) if c for m in c.missing]
    draft = Draft(
        name=question.name + found.repeat,
        label=_filled_in(question.label, found.item) or question.name,
        kind=kind,
        columns=columns,
        group=question.group,
        battery="|".join(f"{c.code} {c.label}" for c in question.choices) or None,
        confidence=0.97,
        evidence=[f"the form says {question.type}"],
        declared=True,
        missing=list(dict.fromkeys(marks)),
    )
    if question.choices:
        _add_choices(draft, found)
    if kind in (Kind.SINGLE_CHOICE, Kind.MULTI_CHOICE) and not question.choices:
        draft.evidence.append("its list of choices is not in the form: the answers are the choices")
        if kind is Kind.SINGLE_CHOICE and own and own.distinct <= MANY_CHOICES:
            draft.choices = choices_from_values(own)
        draft.delimiter = " " if kind is Kind.MULTI_CHOICE and own else None
    if kind is Kind.OPEN_ENDED:
        _explain_text(draft, question, own)
    if draft.kind is Kind.NUMERIC and own is not None and own.written is not None:
        tell_how_written(draft, own.written)
    if found.versions:
        join_versions(draft, found)
    return draft


def _filled_in(label: str, item: Choice | None) -> str:
    """A label of a loop with its item's name and label put in: `Is %(label)s available?`."""
    if item is None:
        return label
    return label.replace("%(label)s", item.label).replace("%(name)s", item.code)


def _add_choices(draft: Draft, found: FormColumns) -> None:
    """The list of the form, under the form's codes also where the cells carry labels, and what only the data name."""
    question = found.question
    choices = [*question.choices, *found.added]
    if question.or_other and all(c.code != "other" for c in choices):
        choices.append(Choice(code="other", label="Other"))
    draft.listed = True
    codes = {c.code for c in choices}
    draft.missing = [m for m in draft.missing if m not in codes]
    cells = [home.own for home in (found, *found.versions) if home.own is not None]
    several = draft.kind is Kind.MULTI_CHOICE
    if several and cells:
        draft.delimiter = delimiter_for(cells, choices)
    if any(_holds_labels(own, choices, draft.delimiter) for own in cells):
        draft.evidence.append("the cells hold the labels of the form's choices")
    added = unlisted(cells, choices, draft.delimiter, draft.missing)
    if question.open_list:
        draft.evidence.append("its choices stand in a file beside the form: the answers are choices too")
    if not question.open_list or some_listed(cells, choices, draft.delimiter):
        # The form's own row for `search()` only names the columns of the list: no answer is from it.
        tell_of_unlisted(draft, [*found.added, *added], added_of(cells, added, draft.delimiter))
    choices += added
    draft.open_list = True
    if not several:
        draft.choices = choices
        return
    draft.choices = [
        c.model_copy(update={"column": found.ticks[c.code].name}) if c.code in found.ticks else c for c in choices
    ]
    if found.ticks:
        draft.evidence.append(f"{len(found.ticks)} 0/1 columns carry its choices")
        if found.own is None:
            draft.choices = [c for c in draft.choices if c.column]
        elif question.type != "rank" and all(c.column for c in draft.choices) and found.own.filled:
            draft.delimiter = None  # where both are there the 0/1 columns are surer than the joined text
            draft.evidence.append("they are counted, not the joined text")


def _holds_labels(own: Column, choices: Sequence[Choice], delimiter: str | None) -> bool:
    codes = {c.code for c in choices}
    labels = {fold_spelling(text) for c in choices for text in (c.label, *c.spellings)}
    cells = [
        (part, n) for v, n in own.top for part in ([v] if delimiter is None else split_answers(v, delimiter, labels))
    ]
    return sum(n for v, n in cells if fold_spelling(v) in labels) > sum(n for v, n in cells if v in codes)


def _explain_text(draft: Draft, question: FormQuestion, own: Column | None) -> None:
    if "number" in question.appearance and own is not None and (own.numeric or own.written):
        draft.kind = Kind.NUMERIC
        draft.because("a text question for numbers (appearance numbers)", 0.95)
    leads = question.leads_from
    for parent, code in leads:
        draft.other_of, draft.other_code = parent, code
    draft.leads = len({code for parent, code in leads if parent == draft.other_of})


def _texts_of_or_other(found: FormColumns, parent: Draft) -> list[Draft]:
    if not found.question.or_other:
        return []
    return [
        Draft(
            name=f"{parent.name}_other",
            label=f"{parent.label} - other",
            kind=Kind.OTHER_SPECIFY,
            columns=[part.name],
            group=parent.group,
            other_of=found.question.name,
            other_code="other",
            confidence=0.97,
            evidence=["the form says or_other"],
            declared=True,
            missing=list(part.missing),
        )
        for part in found.parts
    ]
