"""Which columns of the data belong to which question of the form."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.form_questions import FormQuestion
from mcode_pipelines.detection.vocabulary import fold_spelling
from mcode_pipelines.survey import Choice

_REPEAT = re.compile(r"\[\d+\]")
_SEPARATORS = "/.:_"
_GPS = ("latitude", "longitude", "altitude", "precision")


@dataclass
class FormColumns:
    """The columns of one question: its own column, and those of its choices or parts."""

    question: FormQuestion
    own: Column | None = None
    ticks: dict[str, Column] = field(default_factory=dict)
    """Choice code to its 0/1 column."""
    parts: list[Column] = field(default_factory=list)
    """Latitude ... of a geopoint, the URL of a picture, the text of `or_other`."""
    item: Choice | None = None
    """Which item of a loop it asks about."""
    repeat: str = ""
    """`[2]` for the second entry of a repeated group; the group's name for an older form's loop."""


def columns_by_question(questions: Sequence[FormQuestion], columns: Sequence[Column]) -> list[FormColumns]:
    """Each question that has columns, with them, in the order of the columns.

    Names are found with any group prefix (`profile/reason`, `profile.reason`), question texts where the
    export carries labels; several questions of the same text take their columns in the form's order.
    """
    by_name = _by_name(questions)
    found: dict[tuple[str, tuple[str, ...], str], FormColumns] = {}
    left: list[Column] = []
    for column in columns:
        place = _REPEAT.search(column.name)
        question = by_name.get(_key(column.name)) or by_name.get(_last_part(column.name))
        if question is None:
            left.append(column)
            continue
        key = (question.name, question.path, place[0] if place else "")
        item = _item(question, column)
        if item is not None:
            key = (*key[:2], f"_{item.code}")
        elif key in found:
            key = (*key[:2], f"_{_key(column.name).rpartition('/')[0].rpartition('/')[2]}")
        if key in found or key[2] == "_":
            left.append(column)
            continue
        found[key] = FormColumns(question, column, item=item, repeat=key[2])
    texts = _by_text(questions)
    still: list[Column] = []
    for column in left:
        waiting = texts.get(fold_spelling(column.headers[0] if column.headers else column.name))
        if waiting and (key := (waiting[0].name, waiting[0].path, "")) not in found:
            found[key] = FormColumns(waiting.pop(0), column)
        else:
            still.append(column)
    _take_choices(questions, found, still)
    _take_parts(found, still)
    return sorted(found.values(), key=_first_position)


def _item(question: FormQuestion, column: Column) -> Choice | None:
    """The item of a loop that a column's path names: `transport/loop/bus/frequency`."""
    parts = _key(column.name).split("/")[:-1]
    return next((i for part in reversed(parts) for i in question.items if i.code.lower() == part), None)


def _first_position(found: FormColumns) -> int:
    all_columns = [c for c in (found.own, *found.ticks.values(), *found.parts) if c]
    return min(c.position for c in all_columns)


def _key(name: str) -> str:
    return _REPEAT.sub("", name).strip().lower().replace(".", "/").replace(":", "/")


def _last_part(name: str) -> str:
    return _key(name).rsplit("/", 1)[-1]


def _by_name(questions: Sequence[FormQuestion]) -> dict[str, FormQuestion]:
    """Every spelling a column may have; a name that stands twice in the form counts only with its groups."""
    spellings: defaultdict[str, list[FormQuestion]] = defaultdict(list)
    for question in questions:
        path = (*question.path, question.name)
        for start in range(len(path)):
            spellings[_key("/".join(path[start:]))].append(question)
    return {spelling: some[0] for spelling, some in spellings.items()}


def _by_text(questions: Sequence[FormQuestion]) -> dict[str, list[FormQuestion]]:
    texts: defaultdict[str, list[FormQuestion]] = defaultdict(list)
    for question in questions:
        if question.label:
            texts[fold_spelling(question.label)].append(question)
    return texts


def _take_choices(
    questions: Sequence[FormQuestion], found: dict[tuple[str, tuple[str, ...], str], FormColumns], left: list[Column]
) -> None:
    """Gives `question/choice` columns to their question; they are taken out of `left`."""
    names: dict[str, FormQuestion] = {}
    for question in questions:
        if question.type in ("select_multiple", "rank"):
            for stem in {question.name, "/".join((*question.path, question.name))}:
                names[_key(stem)] = question
            if question.label:
                names.setdefault(fold_spelling(question.label), question)
    for column in list(left):
        taken = _choice_of(column, names)
        if taken is None:
            continue
        question, choice = taken
        place = _REPEAT.search(column.name)
        key = (question.name, question.path, place[0] if place else "")
        home = found.setdefault(key, FormColumns(question, repeat=key[2]))
        if choice.code not in home.ticks:
            home.ticks[choice.code] = column
            left.remove(column)


def _choice_of(column: Column, names: Mapping[str, FormQuestion]) -> tuple[FormQuestion, Choice] | None:
    text = _REPEAT.sub("", column.name)
    cuts = [i for i, letter in enumerate(text) if letter in _SEPARATORS and i > 0]
    for cut in cuts:
        stem, option = text[:cut], text[cut + 1 :]
        question = names.get(_key(stem)) or names.get(_last_part(stem)) or names.get(fold_spelling(stem))
        if question is None:
            continue
        wanted = fold_spelling(option)
        for choice in question.choices:
            if option == choice.code or wanted in (fold_spelling(choice.code), fold_spelling(choice.label)):
                return question, choice
        if question.or_other and option == "other":
            return question, Choice(code="other", label="Other")
    return None


def _take_parts(found: Mapping[tuple[str, tuple[str, ...], str], FormColumns], left: list[Column]) -> None:
    """Gives latitude ..., picture URLs and `or_other` texts to their question."""
    by_key = {_key(c.name): c for c in left}
    for home in found.values():
        question, own = home.question, home.own
        stems = {question.name, "/".join((*question.path, question.name)), *([own.name] if own else [])}
        wanted: list[str] = []
        for stem in stems:
            prefix, _, last = stem.rpartition("/")
            prefix = f"{prefix}/" if prefix else ""
            if question.type == "geopoint":
                wanted += [f"{p}_{last}_{part}" for p in (prefix, "") for part in _GPS]
            elif question.type in ("image", "audio", "video", "file"):
                wanted.append(f"{stem}_URL")
            elif question.or_other:
                wanted.append(f"{stem}_other")
        for name in wanted:
            column = by_key.pop(_key(name), None)
            if column is not None:
                home.parts.append(column)
                left.remove(column)
