"""Columns that are one question: 0/1 or option-text columns that share a stem; and batteries of like columns."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mcode_pipelines.detection.columns import NUMBER, Column, header_text
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.vocabulary import (
    DONT_KNOW_CODES,
    OTHER,
    SELECT_ALL,
    SPECIFY,
    YES,
    fold_spelling,
    strip_markup,
)
from mcode_pipelines.survey import Choice, Kind
from mcode_pipelines.survey.ticks import NO, NOT_TICKED, NOTHING_SAID, TICKED

_BRACKET = re.compile(r"^(?P<stem>.*\S)\s*\[(?P<option>[^\[\]]*(?:\[[^\]]*\][^\[\]]*)*)\]\s*$", re.DOTALL)
_COLON = re.compile(r"^(?P<stem>(?![A-Za-z]{0,3}\d+[a-z]?:)[^:]{3,}):\s+(?P<option>\S.*)$", re.DOTALL)
_NUMBERED = re.compile(r"^(?P<stem>.*?[^\d])(?P<option>\d+)$")
_LETTERED = re.compile(r"^(?P<stem>.*\d[_.]?)(?P<option>[a-zA-Z])$")
_TAIL = re.compile(r"^(?P<stem>.*\d)(?P<option>_TEXT)$")
_MARKS = frozenset({"1", "x", "✓", "v", "yes", "ya", "true", "checked", "selected", "y"})
_ENDS = "_-#. "
_SPREADS = frozenset({"row", "bracket", "dash", "colon"})
"""Ways of writing a stem that serve single choices too; KoboToolbox's `question/option` is several answers only."""
_STYLES = ("row", "bracket", "slash", "dash", "colon", "dot", "number", "letter")


@dataclass(frozen=True)
class Family:
    """Columns that share a stem."""

    style: str
    stem: str
    members: tuple[tuple[Column, str], ...]
    """(column, option): what tells it from its siblings."""


@dataclass(frozen=True)
class Battery:
    """Sibling questions with alike answers."""

    stem: str
    size: int
    lowest: int
    highest: int
    """The highest number that any of them holds, don't-know codes aside; 0 for words."""


def families_of(columns: Sequence[Column], *, two_rows: bool) -> list[Family]:
    """The columns by shared stem, the surest way of writing it first; each column stands in one family.

    Stems whose columns tick options come first: in `group/question/option` they are `group/question`, and not the
    larger family `group`.
    """
    grouped: defaultdict[tuple[str, str], list[tuple[Column, str]]] = defaultdict(list)
    spread = spread_questions(columns) if two_rows else {}
    for column in columns:
        for style, stem, option in _splits(column, spread):
            grouped[style, stem].append((column, option))
    ranked = sorted(
        (item for item in grouped.items() if len(item[1]) > 1),
        key=lambda item: (_STYLES.index(item[0][0]), -len(item[1]), -len(item[0][1])),
    )
    by_name = {c.name: c for c in columns}
    taken: set[str] = set()
    families: list[Family] = []
    for ticking in (True, False):
        for (style, stem), members in ranked:
            free = [(c, o) for c, o in members if c.name not in taken]
            if len(free) < 2 or (ticking and (style != "slash" or len(free) < len(members))):
                continue
            if ticking and _is_a_group(stem, free, by_name):
                continue
            family = Family(style, stem, tuple(free))
            if not ticking or _multi(family, by_name) is not None:
                taken.update(c.name for c, _ in free)
                families.append(family)
    return sorted(families, key=lambda f: f.members[0][0].position)


def _is_a_group(stem: str, members: Sequence[tuple[Column, str]], by_name: dict[str, Column]) -> bool:
    """Whether a stem of slashes holds questions and not options: `group` of `group/question/option`.

    So it is where two and more of the parts after it lead several columns each, or where one has a joined column.
    """
    leading = Counter(option.partition("/")[0] for _, option in members if "/" in option)
    several = [part for part, columns in leading.items() if columns > 1]
    return len(several) > 1 or any(f"{stem}/{part}" in by_name for part in several)


def spread_questions(columns: Sequence[Column]) -> dict[str, tuple[str, str]]:
    """Column to (question, second row's cell) for headers of two rows, a blank meaning the question to the left."""
    spread: dict[str, tuple[str, str]] = {}
    question = ""
    for column in columns:
        first, second = (*column.headers, "", "")[:2]
        question = first or question
        if question:
            spread[column.name] = (question, second)
    return spread


def _splits(column: Column, spread: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    if column.name in spread:
        question, option = spread[column.name]
        if option:
            yield "row", question, option
        return
    header = column.headers[0] if column.headers and column.headers[0] else column.name
    if match := _BRACKET.match(header):
        yield "bracket", match["stem"], match["option"]
    for style, mark in (("slash", "/"), ("dash", " - ")):
        if mark in header:
            for stem, _, option in {header.rpartition(mark), header.partition(mark)}:
                if stem and option:
                    yield style, stem.rstrip(" :-"), option
    if match := _COLON.match(header):
        yield "colon", match["stem"], match["option"]
    if " " in header.strip():
        return
    if "." in header:
        stem, _, option = header.rpartition(".")
        if stem and option:
            yield "dot", stem, option
    for style, pattern in (("number", _NUMBERED), ("letter", _LETTERED)):
        if match := pattern.match(header):
            yield style, match["stem"], match["option"]


def multi_responses(families: Sequence[Family], columns: Sequence[Column]) -> list[Draft]:
    """The families whose columns tick options: one multi-response question each."""
    by_name = {c.name: c for c in columns}
    drafts: list[Draft] = []
    used: set[str] = set()
    for family in families:
        if family.style == "number" and not re.search(r"[_.\-#rcRC/]$", family.stem):
            continue
        draft = _multi(family, by_name)
        if draft is not None and not used & set(draft.columns):
            used.update(draft.columns)
            drafts.append(draft)
    return drafts


def lone_options(columns: Sequence[Column], tool: str | None) -> list[Draft]:
    """Columns that tick the one option left of a multi-response question: the header allows several answers, or the
    tool writes 1 for a ticked option."""
    drafts = []
    for column in columns:
        if column.distinct != 1 or column.filled < 2:
            continue
        header = " ".join(column.headers)
        (value,) = column.folded_values
        ticked = tool == "qualtrics" and value == "1" and re.search(r"_-?\d+$", column.name) is not None
        if not ticked and not SELECT_ALL.search(header):
            continue
        label, _, option = strip_markup(column.headers[0]).rpartition(" - ")
        drafts.append(
            Draft(
                name=column.name,
                label=label or header_text(column),
                kind=Kind.MULTI_CHOICE,
                columns=[column.name],
                choices=[Choice(code=column.values[0], label=option or column.values[0], column=column.name)],
                missing=list(column.missing),
                confidence=0.7,
                evidence=["one option of a question that allows several answers"],
                declared=True,
                listed=True,
            )
        )
    return drafts


def _multi(family: Family, by_name: dict[str, Column]) -> Draft | None:
    ticks, texts = [], []
    stem_column = by_name.get(family.stem)
    constants = _different_constants(family)
    for column, option in family.members:
        sort = _ticks(column, option) or ("text" if constants and column.distinct == 1 else "")
        if sort == "":
            if _is_other_text(column, option):
                texts.append(column)
                continue
            if family.style in ("slash", "dot", "number", "letter") or not column.filled:
                return None
        ticks.append((column, option, sort))
    filled = [t for t in ticks if t[2] not in ("", "empty")]
    if len(ticks) < 2 or len(filled) < 0.5 * len(ticks) or len(filled) < 2 - bool(stem_column):
        return None
    if any(not sort for _, _, sort in ticks) or not _plausible(family, filled, stem_column):
        return None
    texts_differ = {o for _, o, _ in ticks}
    if len(texts_differ) != len(ticks):
        return None
    return _multi_draft(family, [(c, o) for c, o, _ in ticks], stem_column)


def _different_constants(family: Family) -> bool:
    """Whether most members hold one text each and no two the same: options whose header is worded otherwise."""
    constants = [next(iter(c.folded_values)) for c, _ in family.members if c.distinct == 1]
    return len(constants) >= 3 and len(set(constants)) == len(constants) >= 0.6 * len(family.members)


def _plausible(family: Family, filled: Sequence[tuple[Column, str, str]], stem_column: Column | None) -> bool:
    """Yes/no words need a stem that is written as one: several yes/no questions in a row are no multi-response."""
    worded = sum(sort == "yes/no" for _, _, sort in filled)
    if worded > 0.5 * len(filled):
        return family.style in ("bracket", "slash", "row") or (family.style == "dot" and stem_column is not None)
    if family.style in ("dot", "letter", "dash", "colon"):
        return stem_column is not None or len(filled) >= 3 or family.style in ("dash", "colon")
    return True


def _ticks(column: Column, option: str) -> str:
    """How the column ticks an option: `0/1`, `yes/no`, `mark`, `text`; `empty` if never; `` if it does not."""
    if not column.filled:
        return "empty"
    values = column.folded_values
    said = frozenset(fold_spelling(v) or v for v in column.values if v.casefold() not in NOTHING_SAID)
    if len(said) <= 2 and (said <= {"0", "1"} or said <= YES | NO or said <= TICKED | NOT_TICKED):
        values = said  # 99, -9 or a dash beside yes and no: whoever has it said neither
    if values <= {"0", "1"}:
        return "0/1"
    if values <= {"true", "false"}:
        return "0/1"
    if values <= TICKED | NOT_TICKED and (values & NOT_TICKED or len(values) == 1):
        return "0/1"
    if len(values) <= 2 and values <= YES | NO:
        return "yes/no" if len(values) == 2 or not values & _MARKS else "mark"
    if len(values) == 1:
        (value,) = values
        wanted = fold_spelling(option)
        if value in (wanted, fold_spelling(strip_markup(option))) or value in wanted or wanted in value:
            return "text"
        if value in _MARKS:
            return "mark"
        header = fold_spelling(column.headers[-1]) if len(column.headers) > 1 else ""
        if value in header or (option.isdigit() and column.filled > 1):
            return "text"
    return ""


def _is_other_text(column: Column, option: str) -> bool:
    text = " ".join((option, *column.headers[1:2]))
    return bool(OTHER.search(text) or SPECIFY.search(text) or option.upper().endswith("TEXT"))


def _multi_draft(family: Family, ticks: Sequence[tuple[Column, str]], stem_column: Column | None) -> Draft:
    label, options = _labels(family, [c for c, _ in ticks], [o for _, o in ticks])
    choices = []
    for (column, option), text in zip(ticks, options, strict=True):
        code = option if family.style != "row" else text
        choices.append(Choice(code=code, label=text or option, column=column.name))
    own = [stem_column.name] if stem_column is not None else []
    draft = Draft(
        name=family.stem.rstrip(_ENDS) or family.stem,
        label=label,
        kind=Kind.MULTI_CHOICE,
        columns=[*own, *(c.name for c, _ in ticks)],
        choices=choices,
        delimiter=" " if own else None,
        missing=[m for c, _ in ticks for m in c.missing],
        confidence=0.92 if own or family.style in ("row", "bracket", "slash") else 0.85,
        evidence=[f"{len(ticks)} columns share the stem '{family.stem}' and tick one option each"],
        declared=True,
        listed=True,
    )
    if own:
        draft.evidence.append(f"'{family.stem}' holds the same answers joined in one cell")
    if not own and family.style in _SPREADS and not SELECT_ALL.search(label) and _at_most_one([c for c, _ in ticks]):
        draft.kind = Kind.SINGLE_CHOICE
        draft.evidence.append("nobody ticked more than one: a single choice spread over columns")
    return draft


def _at_most_one(columns: Sequence[Column]) -> bool:
    """Whether no sampled respondent ticks two of the columns; only said of 20 answers and more."""
    import polars as pl

    chosen = [
        (c.answers.is_not_null() & ~c.answers.str.to_lowercase().is_in(list(NO))).fill_null(False).cast(pl.Int16)
        for c in columns
    ]
    total = pl.DataFrame({str(i): s for i, s in enumerate(chosen)}).sum_horizontal()
    return bool((total.max() or 0) <= 1 and (total.sum() or 0) >= 20)  # type: ignore[operator]


def _labels(family: Family, columns: Sequence[Column], options: Sequence[str]) -> tuple[str, list[str]]:
    """The question's text and each option's, from the second header row where it says more than the first."""
    second = [c.headers[1] if len(c.headers) > 1 and "ImportId" not in c.headers[1] else "" for c in columns]
    if family.style == "row" or not all(second) or len(set(second)) < len(second):
        return strip_markup(family.stem), [strip_markup(o) for o in options]
    bracketed = [m for text in second if (m := _BRACKET.match(text))]
    if len(bracketed) == len(second) and len({m["stem"] for m in bracketed}) == 1:
        return strip_markup(bracketed[0]["stem"]), [strip_markup(m["option"]) for m in bracketed]
    shared = _common_start(second)
    cut = max(shared.rfind(" - ") + 3 if " - " in shared else 0, shared.rfind("-") + 1)
    if not cut:
        return strip_markup(family.stem), [strip_markup(o) for o in second]
    return strip_markup(second[0][:cut].strip(" -")), [
        strip_markup(s[cut:]) or o for s, o in zip(second, options, strict=True)
    ]


def _common_start(texts: Sequence[str]) -> str:
    first, last = min(texts), max(texts)
    size = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:size]


def batteries(families: Sequence[Family]) -> dict[str, Battery]:
    """The battery of each column that has three or more siblings of alike values.

    Alike: whole numbers up to the same highest one, or answers from few words. Questions that merely are numbered
    on (S1, S2, S3 ...) are a battery only where most of them are alike.
    """
    found: dict[str, Battery] = {}
    for family in families:
        members = [c for c, _ in family.members if c.filled]
        few = [c for c in members if c.distinct <= 14]
        numbers = [c for c in few if c.numeric]
        tops = Counter(_highest(c) for c in numbers)
        top = max(tops, key=lambda t: (tops[t], t), default=0.0)
        alike = [c for c in numbers if _highest(c) in (top, top - 1)] or [c for c in few if not c.numeric]
        loose = family.style == "number" and re.search(r"[A-Za-z]$", family.stem) is not None
        if len(alike) >= 3 and (not loose or len(alike) >= 0.7 * len(members)):
            if alike[0].numeric:
                # An item whose highest points nobody gave is rated like its siblings.
                alike = [c for c in numbers if _highest(c) <= top and (not loose or _highest(c) >= top - 2)]
            lowest = min((p for c in alike for p in points_of(c)), default=0.0)
            battery = Battery(family.stem.rstrip(_ENDS) or family.stem, len(alike), int(lowest), int(top))
            found.update({c.name: battery for c in alike})
    return found


def points_of(column: Column) -> list[float]:
    """The numbers a column holds that are no code for don't know; decimal commas are understood."""
    points = (v for v in column.values if v not in DONT_KNOW_CODES and NUMBER.match(v))
    return [float(v.replace(",", ".")) for v in points]


def _highest(column: Column) -> float:
    return max(points_of(column), default=0.0)
