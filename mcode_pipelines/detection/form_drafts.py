"""Variables as the form states them."""

from __future__ import annotations

from collections.abc import Sequence

from mcode_pipelines.detection.choice_lists import choices_from_values
from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.delimited import delimiter_for
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.form_columns import FormColumns, columns_by_question
from mcode_pipelines.detection.form_questions import FormQuestion, questions_of
from mcode_pipelines.detection.value_inference import MANY_CHOICES
from mcode_pipelines.detection.vocabulary import fold_spelling, word_set
from mcode_pipelines.survey import Choice, Kind, SurveyForm

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
    """One draft a question of the form that has columns in the data; calculated fields are left to their values."""
    drafts: list[Draft] = []
    for found in columns_by_question(questions_of(form), columns):
        draft = _draft(found)
        if draft is not None:
            drafts.append(draft)
            drafts.extend(_texts_of_or_other(found, draft))
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
        missing=list(own.missing) if own else [],
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
    return draft


def _filled_in(label: str, item: Choice | None) -> str:
    """A label of a loop with its item's name and label put in: `Is %(label)s available?`."""
    if item is None:
        return label
    return label.replace("%(label)s", item.label).replace("%(name)s", item.code)


def _add_choices(draft: Draft, found: FormColumns) -> None:
    """The list of the form, under the form's codes also where the cells carry labels."""
    question, own = found.question, found.own
    choices = list(question.choices)
    if question.or_other and all(c.code != "other" for c in choices):
        choices.append(Choice(code="other", label="Other"))
    draft.listed = True
    codes = {c.code for c in choices}
    draft.missing = [m for m in draft.missing if m not in codes]
    labelled = own is not None and _holds_labels(own, choices)
    if draft.kind is Kind.SINGLE_CHOICE:
        if labelled:
            draft.evidence.append("the cells hold the labels of the form's choices")
        draft.choices = choices
        return
    if own is not None:
        draft.delimiter, labelled = delimiter_for(own, [c.code for c in choices], [c.label for c in choices])
        if labelled:
            draft.evidence.append("the cells hold the labels of the form's choices")
    draft.choices = [
        c.model_copy(update={"column": found.ticks[c.code].name}) if c.code in found.ticks else c for c in choices
    ]
    if found.ticks:
        draft.evidence.append(f"{len(found.ticks)} 0/1 columns carry its choices")
        if own is None:
            draft.choices = [c for c in draft.choices if c.column]


def _holds_labels(own: Column, choices: Sequence[Choice]) -> bool:
    codes = {c.code for c in choices}
    labels = {fold_spelling(c.label) for c in choices}
    by_code = sum(n for v, n in own.top if v in codes)
    by_label = sum(n for v, n in own.top if fold_spelling(v) in labels)
    return by_label > by_code


def _explain_text(draft: Draft, question: FormQuestion, own: Column | None) -> None:
    if "number" in question.appearance and own is not None and own.numeric:
        draft.kind = Kind.NUMERIC
        draft.because("a text question for numbers (appearance numbers)", 0.95)
    for parent, code in question.leads_from:
        draft.other_of, draft.other_code = parent, code


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
