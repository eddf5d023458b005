"""The questions of an XLSForm, read the way field teams write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mcode_pipelines.detection.vocabulary import strip_markup
from mcode_pipelines.survey import Choice, FormSheet, SurveyForm, canonical_code

_SELECT = re.compile(
    r"^(?:add )?(?P<how>select[ _]one|select[ _]multiple|select[ _]all[ _]that[ _]apply|rank|select1|select)"
    r"(?:[ _]external)?(?:[ _]from[ _]file)?(?: (?:prompt )?(?:from|using))?"
    r"\s+(?P<list>\S+)(?P<other>\s+(?:or[ _]other|or specify other))?\s*$",
    re.IGNORECASE,
)
_FEWEST_ITEMS = 3
_MARKS = re.compile(r"</?\w[^>]*>|[*#_]{1,3}(?=\S)|(?<=\S)[*#_]{1,3}|^\s*#+")
"""Markup of a note's text."""
_BEGIN = re.compile(r"^begin[ _](group|repeat|loop)", re.IGNORECASE)
_LOOP = re.compile(r"^begin[ _]loop over (?P<list>\S+)", re.IGNORECASE)
_END = re.compile(r"^end[ _](group|repeat|loop)", re.IGNORECASE)
_TYPES = {
    "string": "text", "q string": "text", "int": "integer", "q int": "integer", "q image": "image", "photo": "image",
    "add integer prompt": "integer", "add text prompt": "text", "add date prompt": "date", "add image prompt": "image",
    "q select1": "select_one", "datetime": "datetime", "date time": "datetime", "gps": "geopoint",
    "location": "geopoint", "phone number": "phonenumber",
    "device id": "deviceid", "start time": "start", "end time": "end",
}  # fmt: skip
_SELECTED = re.compile(
    r"selected\s*\(\s*\$\{\s*(?P<a>[^}]+?)\s*\}\s*,\s*['\"]?(?P<b>[^'\")]+?)['\"]?\s*\)|"
    r"\$\{\s*(?P<c>[^}]+?)\s*\}\s*=\s*['\"]?(?P<d>[^'\")\s]+)['\"]?",
    re.IGNORECASE,
)
_SEARCH = re.compile(r"\bsearch\s*\(")
_NEGATED = re.compile(r"not\s*\(\s*selected|!=", re.IGNORECASE)


@dataclass(frozen=True)
class FormQuestion:
    """One row of the `survey` sheet that can have a column in the data."""

    name: str
    type: str
    """select_one, select_multiple, rank, text, integer, decimal, range, date, geopoint, image, calculate, start ..."""
    label: str
    path: tuple[str, ...]
    """Names of the groups it stands in, outermost first."""
    group: str | None
    """The innermost group's label."""
    choices: tuple[Choice, ...] = ()
    or_other: bool = False
    relevant: str = ""
    appearance: str = ""
    repeated: bool = False
    other_labels: tuple[str, ...] = ()
    """Its label in the form's other languages."""
    headings: tuple[tuple[str, ...], ...] = ()
    """Labels of the groups around it and its own, outermost first, once for each language: headers of label exports."""
    open_list: bool = False
    """Its choices come from a file (`search()`, `select_one_from_file`): answers may be others than those listed."""
    items: tuple[Choice, ...] = ()
    """What the innermost loop around it runs over: the data has the question once for each."""

    @property
    def leads_from(self) -> tuple[tuple[str, str], ...]:
        """(question, code) pairs that `relevant` asks for, such as (S9, 96)."""
        if _NEGATED.search(self.relevant):
            return ()
        found = _SELECTED.finditer(self.relevant)
        return tuple((m["a"] or m["c"], canonical_code(m["b"] or m["d"])) for m in found)


def questions_of(form: SurveyForm) -> list[FormQuestion]:
    """The form's questions in order; groups, notes without data and blank rows left out."""
    rows = form.survey.records()
    label_of = _label_chooser(form)
    lists = _choice_lists(form.choices, label_of)
    for name, choices in _choice_lists(form.external_choices, label_of).items():
        lists.setdefault(name, choices)
    path: list[_Group] = []
    loops: list[tuple[Choice, ...]] = []
    found: list[FormQuestion] = []
    for row in rows:
        kind = re.sub(r"\s+", " ", str(row.get("type", ""))).strip()
        name = str(row.get("name", row.get("value", ""))).strip()
        if begin := _BEGIN.match(kind):
            path.append(_Group(name, label_of(row) or name, label_of.each(row), begin[1].lower() == "repeat"))
            loop = _LOOP.match(kind)
            loops.append(lists.get(loop["list"], ()) if loop else ())
        elif _END.match(kind):
            if path:
                path.pop()
                loops.pop()
        elif kind and name:
            question = _question(row, kind, name, path, lists, label_of)
            found.append(replace(question, items=next((items for items in reversed(loops) if items), ())))
    return _asked_by_notes(found)


def _asked_by_notes(questions: list[FormQuestion]) -> list[FormQuestion]:
    """The questions with the text of a note as group where three or more behind it share one list of choices.

    Such a note is the question of a battery, of which the form's own questions are items.
    """
    asked = list(questions)
    for at, note in enumerate(questions):
        if note.type != "note" or at + 1 == len(questions) or not note.label.strip():
            continue
        first = questions[at + 1]
        end = at + 1
        while end < len(questions) and _alike(questions[end], first):
            end += 1
        if first.type == "select_one" and end - at - 1 >= _FEWEST_ITEMS:
            text = " ".join(_MARKS.sub(" ", note.label).split())
            asked[at + 1 : end] = [replace(item, group=text or item.group) for item in questions[at + 1 : end]]
    return asked


def _alike(question: FormQuestion, other: FormQuestion) -> bool:
    return (question.type, question.choices, question.path) == (other.type, other.choices, other.path)


@dataclass(frozen=True)
class _Group:
    name: str
    label: str
    labels: tuple[str, ...]
    """In each language."""
    repeat: bool


def _question(
    row: Mapping[str, str],
    kind: str,
    name: str,
    path: list[_Group],
    lists: Mapping[str, tuple[Choice, ...]],
    label_of: _label_chooser,
) -> FormQuestion:
    type_, or_other = _TYPES.get(kind.lower(), kind.lower()), False
    choices: tuple[Choice, ...] = ()
    if select := _SELECT.match(kind):
        how = select["how"].lower().replace("_", " ")
        type_ = "rank" if how == "rank" else "select_one" if how in ("select one", "select1") else "select_multiple"
        choices, or_other = lists.get(select["list"], ()), bool(select["other"])
    appearance = str(row.get("appearance", "")).lower()
    searched = "search" in appearance and _SEARCH.search(appearance) is not None
    if searched:
        # The first of the list that is no whole number names two columns of a file and is no answer; what follows it
        # was taken from that file.
        columns = next((c for c in choices if not c.code.lstrip("-").isdigit()), None)
        choices = tuple(c for c in choices if c is not columns)
    group = next((g.label for g in reversed(path) if g.label), None)
    label, labels = label_of(row), label_of.each(row)
    return FormQuestion(
        name=name,
        type=type_,
        label=label,
        path=tuple(g.name for g in path if g.name),
        group=group,
        choices=choices,
        or_other=or_other,
        relevant=str(
            row.get("relevant", row.get("relevance", row.get("bind:relevant", row.get("bind::relevant", ""))))
        ),
        appearance=appearance,
        repeated=any(g.repeat for g in path),
        other_labels=tuple(dict.fromkeys(text for text in labels if text and text != label)),
        headings=tuple((*(g.labels[i] or g.label for g in path), text) for i, text in enumerate(labels) if text),
        open_list=searched or "from_file" in kind.replace(" ", "_").lower(),
    )


class _label_chooser:  # noqa: N801 - called like a function: label_of(row)
    """The label of a row in the form's default language, else in the first language that has one."""

    def __init__(self, form: SurveyForm) -> None:
        headers = [h.strip().lower() for sheet in (form.survey, form.choices) for h in sheet.header if h]
        columns = [h for h in dict.fromkeys(headers) if h == "label" or re.match(r"label\s*:{1,2}", h)]
        columns += [h for h in dict.fromkeys(headers) if h.startswith("label") and h not in columns]
        settings = next(iter(form.settings.records()), {})
        default = str(settings.get("default_language", "")).strip().lower()
        self._columns = sorted(columns, key=lambda h: not (default and default in h))

    def each(self, row: Mapping[str, str]) -> tuple[str, ...]:
        """The label of a row in every language, the default one first; blank where it has none."""
        return tuple(strip_markup(str(row[c])) if str(row.get(c, "")).strip() else "" for c in self._columns)

    def __call__(self, row: Mapping[str, str]) -> str:
        return next((strip_markup(str(row[c])) for c in self._columns if str(row.get(c, "")).strip()), "")


def _choice_lists(sheet: FormSheet, label_of: _label_chooser) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, dict[str, Choice]] = {}
    for row in sheet.records():
        name = str(row.get("list_name", row.get("list name", row.get("listname", "")))).strip()
        code = str(row.get("name", row.get("value", ""))).strip()
        if name and code:
            code = canonical_code(code)
            label = label_of(row) or code
            others = tuple(dict.fromkeys(text for text in label_of.each(row) if text and text != label))
            lists.setdefault(name, {}).setdefault(code, Choice(code=code, label=label, spellings=others))
    return {name: tuple(choices.values()) for name, choices in lists.items()}
