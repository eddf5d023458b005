"""Which columns of the data belong to which question of the form."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.form_questions import FormQuestion
from mcode_pipelines.detection.vocabulary import fold_spelling
from mcode_pipelines.survey import Choice

_REPEAT = re.compile(r"\[\d+\]")
_NUMBERED = re.compile(r"^(?P<name>.+?)(?P<place>(?:_\d{1,3}){1,3})$")
_SEPARATORS = "/.:_-"
_GPS = ("latitude", "longitude", "altitude", "precision")
_TICKS = frozenset({"0", "1", "true", "false", "yes", "no"})
_SELECT_SEVERAL = ("select_multiple", "rank")

Key = tuple[str, tuple[str, ...], str]
"""A question's name and path, and which of its appearances: `[2]` of a repeat, a group of another version."""


@dataclass
class FormColumns:
    """The columns of one question: its own column, and those of its choices or parts."""

    question: FormQuestion
    own: Column | None = None
    ticks: dict[str, Column] = field(default_factory=dict)
    """Choice code to its 0/1 column."""
    added: list[Choice] = field(default_factory=list)
    """Choices that only columns of the data name: the form listed them in an earlier version."""
    parts: list[Column] = field(default_factory=list)
    """Latitude ... of a geopoint, the URL of a picture, the text of `or_other`."""
    item: Choice | None = None
    """Which item of a loop it asks about."""
    repeat: str = ""
    """`[2]`, `_2` for the second entry of a repeated group; the group's name for a question that stands in several."""
    versions: list[FormColumns] = field(default_factory=list)
    """The same question in groups of other versions of the form."""

    @property
    def columns(self) -> list[Column]:
        """All of them, its own first."""
        return [c for c in (self.own, *self.ticks.values(), *self.parts) if c]


def columns_by_question(questions: Sequence[FormQuestion], columns: Sequence[Column]) -> list[FormColumns]:
    """Each question that has columns, with them, in the order of the columns.

    Names are found with any group prefix (`profile/reason`, `profile.reason`, `profile-reason`), question texts in any
    language of the form, with and without the groups' labels, where the export carries labels; several questions of the
    same text take their columns in the form's order. Columns of a question under another group are the same question
    in another version of the form where no row fills both.
    """
    by_name = _by_name(questions)
    found: dict[Key, FormColumns] = {}
    left: list[Column] = []
    for column in columns:
        question, repeat = _named(column, by_name)
        if question is None:
            left.append(column)
            continue
        key = (question.name, question.path, repeat)
        item = _item(question, column)
        if item is not None:
            key = (*key[:2], f"_{item.code}")
        elif not repeat and (group := _other_group(question, column.name)) is not None:
            key = (*key[:2], f"_{group}")
        if key in found:
            left.append(column)
            continue
        found[key] = FormColumns(question, column, item=item, repeat=key[2])
    texts = _by_text(questions)
    left = _take_by_text(texts, found, left)
    left = _take_from_other_groups(texts, found, left)
    _take_parts(found, left)
    _take_choices(questions, found, left)
    joined = _versions_joined(found, questions)
    return sorted(joined, key=lambda f: min(c.position for c in f.columns))


def _named(column: Column, by_name: Mapping[str, FormQuestion]) -> tuple[FormQuestion | None, str]:
    """The question of a column's name, and which entry of a repeat it is."""
    place = _REPEAT.search(column.name)
    question = by_name.get(_key(column.name)) or by_name.get(_last_part(column.name))
    if question is not None or place:
        return question, place[0] if place else ""
    numbered = _NUMBERED.match(column.name.strip())
    if numbered:
        question = by_name.get(_key(numbered["name"])) or by_name.get(_last_part(numbered["name"]))
        if question is not None and question.repeated:
            return question, numbered["place"]
    return None, ""


def _item(question: FormQuestion, column: Column) -> Choice | None:
    """The item of a loop that a column's path names: `transport/loop/bus/frequency`."""
    parts = _key(column.name).split("/")[:-1]
    return next((i for part in reversed(parts) for i in question.items if i.code.lower() == part), None)


def _other_group(question: FormQuestion, name: str) -> str | None:
    """The innermost group before a question's name that is not the form's; None where there is none."""
    groups, _, last = _key(name).rpartition("/")
    if not groups or last != _key(question.name).rpartition("/")[2]:
        return None
    path = "/".join(_key(part) for part in question.path)
    known = f"/{path}".endswith(f"/{groups}") or (f"/{groups}".endswith(f"/{path}") and bool(path))
    return None if known else groups.rpartition("/")[2]


def _key(name: str) -> str:
    return _REPEAT.sub("", name).strip().lower().replace(".", "/").replace(":", "/")


def _last_part(name: str) -> str:
    return _key(name).rsplit("/", 1)[-1]


def _names_of(question: FormQuestion) -> set[str]:
    """Every spelling of a question's name: alone, and behind the groups before it, joined by a slash or a dash."""
    path = (*question.path, question.name)
    return {_key(mark.join(path[start:])) for start in range(len(path)) for mark in ("/", "-")}


def _by_name(questions: Sequence[FormQuestion]) -> dict[str, FormQuestion]:
    """Every spelling a column may have; a name that stands twice in the form counts only with its groups."""
    spellings: defaultdict[str, list[FormQuestion]] = defaultdict(list)
    for question in questions:
        for spelling in _names_of(question):
            spellings[spelling].append(question)
    return {spelling: some[0] for spelling, some in spellings.items()}


def _texts_of(question: FormQuestion) -> list[str]:
    """How an export with labels may head a question: in any language, alone and behind the labels of its groups."""
    texts = [fold_spelling(question.label), *(fold_spelling(text) for text in question.other_labels)]
    for heading in question.headings:
        texts += [fold_spelling(" / ".join(heading[start:])) for start in range(len(heading))]
    return [text for text in dict.fromkeys(texts) if text]


def _by_text(questions: Sequence[FormQuestion]) -> dict[str, list[FormQuestion]]:
    texts: defaultdict[str, list[FormQuestion]] = defaultdict(list)
    for question in questions:
        for text in _texts_of(question):
            texts[text].append(question)
    return texts


def _take_by_text(
    texts: Mapping[str, list[FormQuestion]], found: dict[Key, FormColumns], left: Sequence[Column]
) -> list[Column]:
    still: list[Column] = []
    for column in left:
        header = column.headers[0] if column.headers else column.name
        waiting = texts.get(fold_spelling(header)) or texts.get(fold_spelling(_REPEAT.sub("", header))) or []
        place = _REPEAT.search(header)
        free = next((q for q in waiting if (q.name, q.path, place[0] if place else "") not in found), None)
        if free is None:
            still.append(column)
        else:
            key = (free.name, free.path, place[0] if place else "")
            found[key] = FormColumns(free, column, repeat=key[2])
    return still


def _take_from_other_groups(
    texts: Mapping[str, list[FormQuestion]], found: dict[Key, FormColumns], left: Sequence[Column]
) -> list[Column]:
    """Gives `label of a group/question text` to the question, where the form has it in another group by now.

    Only where one question has this text, and what stands before it is no question itself, whose choice this would be.
    """
    still: list[Column] = []
    for column in left:
        header = column.headers[0] if column.headers else column.name
        cuts = [i for i, letter in enumerate(header) if letter == "/"]
        pairs = [(fold_spelling(header[:i].rpartition("/")[2]), fold_spelling(header[i + 1 :])) for i in cuts]
        asked = any(
            fold_spelling(header[:i]) in texts or group in texts for i, (group, _) in zip(cuts, pairs, strict=True)
        )
        homes = [(texts[text][0], group) for group, text in pairs if len(texts.get(text, ())) == 1]
        key = (homes[0][0].name, homes[0][0].path, f"_{homes[0][1]}") if homes and not asked else None
        if key is None or key in found:
            still.append(column)
        else:
            found[key] = FormColumns(homes[0][0], column, repeat=key[2])
    return still


def _take_choices(questions: Sequence[FormQuestion], found: dict[Key, FormColumns], left: list[Column]) -> None:
    """Gives `question/choice` columns to their question; they are taken out of `left`.

    A choice that the form does not list any more joins where the column can only tick one.
    """
    names: dict[str, FormQuestion] = {}
    for question in questions:
        if question.type in _SELECT_SEVERAL:
            for spelling in _names_of(question):
                names[spelling] = question
            for text in _texts_of(question):
                names.setdefault(text, question)
    for listed in (True, False):
        for column in list(left):
            taken = _choice_of(column, names, listed=listed)
            if taken is None:
                continue
            question, choice, repeat = taken
            home = _home(question, repeat, found, needed=not listed)
            if home is not None and choice.code not in home.ticks:
                home.ticks[choice.code] = column
                left.remove(column)
                if not listed:
                    home.added.append(choice)


def _home(question: FormQuestion, repeat: str, found: dict[Key, FormColumns], *, needed: bool) -> FormColumns | None:
    key = (question.name, question.path, repeat)
    if needed:
        return found.get(key)
    return found.setdefault(key, FormColumns(question, repeat=repeat))


def _choice_of(
    column: Column, names: Mapping[str, FormQuestion], *, listed: bool
) -> tuple[FormQuestion, Choice, str] | None:
    """The question and the choice that a column ticks, and which entry of a repeat it belongs to."""
    place = _REPEAT.search(column.name)
    whole = _REPEAT.sub("", column.name)
    spellings = [(whole, place[0] if place else "")]
    if not place and (numbered := _NUMBERED.match(whole)):
        spellings.append((numbered["name"], numbered["place"]))
    for text, repeat in spellings:
        cuts = [i for i, letter in enumerate(text) if letter in _SEPARATORS and i > 0]
        for cut in cuts:
            stem, option = text[:cut], text[cut + 1 :]
            question = names.get(_key(stem)) or names.get(_last_part(stem)) or names.get(fold_spelling(stem))
            if question is None or (text != whole and not question.repeated):
                continue
            choice = _listed(question, option, column, text[cut]) if listed else _removed(option, column, text[cut])
            if choice is not None:
                group = _other_group(question, stem) if not repeat else None
                return question, choice, repeat or (f"_{group}" if group else "")
    return None


def _listed(question: FormQuestion, option: str, column: Column, mark: str) -> Choice | None:
    wanted = fold_spelling(option)
    for choice in question.choices:
        names = (choice.code, choice.label, *choice.spellings)
        if option == choice.code or (wanted and wanted in {fold_spelling(name) for name in names}):
            return choice
    if question.or_other and option == "other" and (mark != "_" or column.folded_values <= _TICKS):
        return Choice(code="other", label="Other")
    return None


def _removed(option: str, column: Column, mark: str) -> Choice | None:
    """The choice of a column `question/option` that the form does not list: one that was taken out of it."""
    if mark not in "/." or "/" in option or not option or not column.folded_values <= _TICKS:
        return None
    return Choice(code=option, label=option)


def _take_parts(found: Mapping[Key, FormColumns], left: list[Column]) -> None:
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
                wanted += [
                    f"{stem}{mark}{part}"
                    for mark in "-/."
                    for part in ("Latitude", "Longitude", "Altitude", "Accuracy")
                ]
            elif question.type in ("image", "audio", "video", "file"):
                wanted.append(f"{stem}_URL")
            elif question.or_other:
                wanted.append(f"{stem}_other")
        for name in wanted:
            column = by_key.get(_key(name))
            if column is not None and (
                not question.or_other or not column.filled or not column.folded_values <= _TICKS
            ):
                del by_key[_key(name)]
                home.parts.append(column)
                left.remove(column)


def _versions_joined(found: Mapping[Key, FormColumns], questions: Sequence[FormQuestion]) -> list[FormColumns]:
    """The questions with what other versions of the form call by another group put to them, where no row fills both."""
    times = Counter(q.name for q in questions)
    several: defaultdict[tuple[str, tuple[str, ...]], list[FormColumns]] = defaultdict(list)
    kept: list[FormColumns] = []
    for key, home in found.items():
        in_repeat = home.item is not None or home.question.repeated or times[home.question.name] > 1
        if in_repeat:
            kept.append(home)
        else:
            several[key[:2]].append(home)
    for homes in several.values():
        homes.sort(key=lambda h: (h.repeat != "", min(c.position for c in h.columns)))
        first, *others = homes
        for other in others:
            if _never_together([first, *first.versions], other):
                first.versions.append(other)
            else:
                kept.append(other)
        if len(first.versions) == len(others):
            first.repeat = ""
        kept.append(first)
    return kept


def _never_together(homes: Sequence[FormColumns], other: FormColumns) -> bool:
    """Whether no sampled row has an answer in the columns of both."""
    theirs = _filled(other)
    return all(not (_filled(home) & theirs).any() for home in homes)


def _filled(home: FormColumns) -> pl.Series:
    """(sampled rows,) where a question has an answer: in its own column, else a tick in those of its choices."""
    if home.own is not None:
        return home.own.answers.is_not_null()
    some = [c.answers.str.to_lowercase().is_in(["1", "true", "yes"]).fill_null(False) for c in home.ticks.values()]
    some += [c.answers.is_not_null() for c in home.parts]
    return pl.DataFrame({str(i): s for i, s in enumerate(some)}).select(pl.any_horizontal(pl.all())).to_series()
