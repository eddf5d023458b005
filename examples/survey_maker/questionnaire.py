"""A questionnaire as data, and who is asked what: the form's own `relevant` decides which answers exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import yaml

from survey_maker.draws import Draws

Answers = dict[str, Any]
"""Question name to its answer: a code, a number, a text, or a list of codes; absent or None where there is none."""


@dataclass(frozen=True)
class Question:
    """One row of the form."""

    name: str
    type: str
    labels: Mapping[str, str]
    group: str
    hint: str | None = None
    relevant: str | None = None
    constraint: str | None = None
    calculation: str | None = None
    refusal: float = 0.0
    stored: str = "both"

    @property
    def list_name(self) -> str | None:
        """The choices list of a select question."""
        return self.type.split(" ")[1] if self.type.startswith("select_") else None


@dataclass(frozen=True)
class Group:
    """A group of questions, and the condition they share."""

    name: str
    labels: Mapping[str, str]
    relevant: str | None
    appearance: str | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Item:
    """One item of the batteries."""

    side: str
    importance: float
    satisfaction: float


@dataclass(frozen=True)
class Questionnaire:
    """The whole form."""

    title: str
    form_id: str
    version: str
    groups: tuple[Group, ...]
    choices: Mapping[str, list[list[Any]]]
    items: tuple[Item, ...]

    def __iter__(self) -> Iterator[Question]:
        for group in self.groups:
            yield from group.questions

    def codes(self, question: Question) -> list[str]:
        """The codes of a select question."""
        return [str(choice[0]) for choice in self.choices[question.list_name or ""]]


def read_questionnaire(path: Path) -> Questionnaire:
    """The questionnaire in a YAML file."""
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Questionnaire(
        title=given["title"],
        form_id=given["form_id"],
        version=given["version"],
        groups=tuple(_group(entry, given["items"]) for entry in given["groups"]),
        choices=given["choices"],
        items=tuple(Item(item["side"], item["penting"], item["puas"]) for item in given["items"]),
    )


def _group(entry: Mapping[str, Any], items: list[Mapping[str, Any]]) -> Group:
    questions = list(entry.get("questions", ()))
    if battery := entry.get("battery"):
        questions += [
            {
                "name": f"{battery['prefix']}_{number}",
                "type": f"select_one {battery['list']}",
                "id": item["id"],
                "en": item["en"],
                "refusal": battery["refusal"],
            }
            for number, item in enumerate(items, start=1)
        ]
    return Group(
        name=entry["name"],
        labels={"id": entry["id"], "en": entry["en"]},
        relevant=entry.get("relevant"),
        appearance=entry.get("appearance"),
        questions=tuple(_question(question, entry["name"]) for question in questions),
    )


def _question(entry: Mapping[str, Any], group: str) -> Question:
    rest = {key: value for key, value in entry.items() if key not in {"id", "en"}}
    return Question(labels={"id": entry["id"], "en": entry["en"]}, group=group, **rest)


def asked(questionnaire: Questionnaire, would_say: Answers, draws: Draws) -> Answers:
    """What the tablet keeps of what a person would say.

    Walks the form in its order: a question whose `relevant` (or whose group's) does not hold on the answers so far
    has none, and a few who are asked leave one blank.
    """
    kept: Answers = {}
    for group in questionnaire.groups:
        if group.relevant and not holds(group.relevant, kept):
            continue
        for question in group.questions:
            declines = question.refusal > 0 and draws.chance(question.refusal)
            if (question.relevant and not holds(question.relevant, kept)) or declines:
                continue
            if would_say.get(question.name) is not None:
                kept[question.name] = would_say[question.name]
    return kept


def holds(relevant: str, answers: Answers) -> bool:
    """Whether an XLSForm condition of the kind this form uses holds on the answers so far.

    Knows `${name}`, `=`, `!=`, `<`, `and`, `or` and `selected(${name}, 'code')`. A blank answer equals nothing and is
    less than nothing.
    """
    return bool(eval(_compiled(relevant), {"__builtins__": {}}, {"a": _Given(answers), "selected": _selected}))


@cache
def _compiled(relevant: str) -> CodeType:
    named = re.sub(r"\$\{(\w+)\}", r"a['\1']", relevant)
    return compile(re.sub(r"(?<![!<>=])=(?!=)", "==", named), "relevant", "eval")


class _Given:
    """The answers so far; a name without one gives a blank."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def __getitem__(self, name: str) -> Any:
        value = self._answers.get(name)
        return value if isinstance(value, list) else _Cell(value)


class _Cell(str):
    """An answer in a condition: equal as text, ordered as a number."""

    __slots__ = ()

    def __new__(cls, value: Any) -> _Cell:
        return super().__new__(cls, "" if value is None else str(value))

    def __lt__(self, other: Any) -> bool:
        return self != "" and float(self) < float(other)


def _selected(codes: Any, code: str) -> bool:
    return isinstance(codes, list) and code in codes
