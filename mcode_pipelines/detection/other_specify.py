"""The texts behind an "other" choice, and which question they explain."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mcode_pipelines.detection.choice_lists import are_choice_names
from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.value_inference import tell_how_written
from mcode_pipelines.detection.vocabulary import (
    OTHER,
    OTHER_CODES,
    OTHER_SUFFIX,
    SPECIFY,
    YES,
    fold_spelling,
    words_of,
)
from mcode_pipelines.survey import Choice, Kind, in_indonesian
from mcode_pipelines.survey.ticks import NO

_CHOICES = (Kind.SINGLE_CHOICE, Kind.MULTI_CHOICE, Kind.SCALE)
_TEXTS = (Kind.OPEN_ENDED, Kind.OTHER_SPECIFY, Kind.SINGLE_CHOICE)
_MOST_MASKED = 0.9
_HALF = 0.5
_LOOK_BACK = 6


_MASK = re.compile(
    r"[\W_]*(masked|redacted|anonymi[sz]ed|removed|suppressed|withheld|deleted|censored|confidential|disensor|disamarkan|"
    r"dihapus|dirahasiakan|rahasia|verwijderd|gelöscht|anonimizado|suprimido|x{3,}|\*{2,}|#{2,}|-{3,}).{0,40}",
    re.IGNORECASE,
)
_FEWEST_ALIKE = 5


def set_masked_apart(drafts: Sequence[Draft], columns: dict[str, Column]) -> None:
    """Texts that an archive replaced by one and the same word say nothing: they are neither coded nor counted, told.

    So it is with a text behind "other" that is one and the same in most rows: few people choose "other".
    """
    for draft in drafts:
        if len(draft.columns) != 1 or draft.listed or draft.kind not in _TEXTS:
            continue
        column = columns[draft.columns[0]]
        if column.filled < _FEWEST_ALIKE or column.numeric:
            continue
        masked = sum(n for v, n in column.top if _MASK.fullmatch(v)) >= _MOST_MASKED * column.filled
        everywhere = column.distinct == 1 and column.filled > _HALF * len(column.answers)
        constant = everywhere and bool(OTHER_SUFFIX.match(draft.name) or draft.kind is Kind.OTHER_SPECIFY)
        if masked or (constant and not column.folded_values <= YES | NO):
            value = column.values[0]
            draft.kind, draft.choices, draft.delimiter, draft.declared = Kind.METADATA, [], None, True
            draft.other_of = draft.other_code = None
            draft.because(f"all texts are '{value}': they say nothing", 0.9)
            draft.tell(
                f"{column.filled:,} cells hold nothing but '{value}' and are no answers: not coded, not counted",
                f"{in_indonesian(column.filled)} sel hanya berisi '{value}' dan bukan jawaban: tidak dikode, "
                "tidak dihitung",
            )


def mark_other_specify(drafts: Sequence[Draft], columns: dict[str, Column]) -> None:
    """Turns texts that explain an "other" choice into `other_specify`, with the parent and its code.

    By the form's `relevant`, else by name (`S9_L` beside `S9`), else by header words next to a question with
    an "other" choice. Every draft's name must be final.
    """
    by_name = {d.name.lower(): d for d in drafts}
    for position, draft in enumerate(drafts):
        if draft.kind is Kind.OTHER_SPECIFY:
            parent = by_name.get((draft.other_of or "").lower())
            _link(draft, parent if parent is not draft else None, draft.evidence[0], draft.confidence)
        elif draft.other_of is not None:
            _by_relevance(draft, by_name)
        if draft.kind is Kind.OPEN_ENDED and draft.declared and _numbers_only(draft, columns):
            continue
        if draft.kind is Kind.OPEN_ENDED or _guessed_text(draft, columns):
            _by_name_or_words(draft, position, drafts, by_name)


def _numbers_only(draft: Draft, columns: dict[str, Column]) -> bool:
    """A text question of the form whose answers are all numbers: a number that is asked, and no other answer."""
    column = columns[draft.columns[0]]
    if column.filled < _FEWEST_ALIKE or not (column.numeric or column.written) or column.distinct < 2:
        return False
    draft.kind = Kind.NUMERIC
    if column.written is not None:
        tell_how_written(draft, column.written)
    draft.because("the form says text, and all answers are numbers", 0.8)
    draft.tell(
        "the form asks for a text and all answers are numbers: taken as a number, not coded",
        "formulir meminta teks dan semua jawabannya angka: dianggap angka, tidak dikode",
    )
    return True


def other_choice(parent: Draft) -> Choice | None:
    """The parent's "other" choice: by its label, else by a code that always means it."""
    for choice in parent.choices:
        if OTHER.search(choice.label) and len(choice.label) < 80:
            return choice
    return next((c for c in parent.choices if c.code.lower() in OTHER_CODES), None)


def _guessed_text(draft: Draft, columns: dict[str, Column]) -> bool:
    """A few-valued text taken for a choice without anybody having said so."""
    if (
        draft.declared
        or draft.kind not in (Kind.SINGLE_CHOICE, Kind.MULTI_CHOICE, Kind.METADATA)
        or len(draft.columns) != 1
    ):
        return False
    column = columns[draft.columns[0]]
    if are_choice_names(column) or (column.filled and column.folded_values <= YES | NO):
        return False
    return not column.numeric and (column.filled > 0 or draft.kind is Kind.METADATA)


def _by_relevance(draft: Draft, by_name: dict[str, Draft]) -> None:
    parent, code = by_name.get((draft.other_of or "").lower()), draft.other_code
    draft.other_of = draft.other_code = None
    if parent is None or parent.kind not in _CHOICES or draft.kind is not Kind.OPEN_ENDED:
        return
    choice = next((c for c in parent.choices if c.code == code), None)
    named = OTHER_SUFFIX.match(draft.name)
    by_name_too = bool(named and named["stem"].lower() == parent.name.lower())
    # A question that several answers lead to (fare paid, how much more) asks something of its own.
    alone = draft.leads < 2 and not (choice is not None and _says_something_else(choice))
    if by_name_too or (
        alone and ((choice is not None and OTHER.search(choice.label)) or (code or "").lower() in OTHER_CODES)
    ):
        draft.kind = Kind.OTHER_SPECIFY
        draft.other_of, draft.other_code = parent.name, code
        if choice is None and (other := other_choice(parent)):
            draft.other_code = other.code
        draft.because(f"the form asks it only where {parent.name} is {code}", 0.98)


def _says_something_else(choice: Choice) -> bool:
    """Whether a choice that has the code of "other" is worded as another one."""
    return not OTHER.search(choice.label) and choice.label.strip() not in ("", choice.code)


def _by_name_or_words(draft: Draft, position: int, drafts: Sequence[Draft], by_name: dict[str, Draft]) -> None:
    names = (draft.name, draft.columns[0])
    for name in names:
        if (match := OTHER_SUFFIX.match(name)) and (parent := _parent_of_stem(match, draft, by_name)):
            _link(draft, parent, f"its name is that of {parent.name} with an ending for 'other'", 0.9)
            return
    last = draft.name.rsplit("/", 1)[-1].rsplit(".", 1)[-1]
    text = f"{last} {draft.label}"
    other, specify = OTHER.search(_spaced(text)), SPECIFY.search(text)
    if not other and not specify:
        return
    if not specify and (draft.label.rstrip().endswith("?") or len(words_of(draft.label)) > 9):
        return  # "Is there any other thing you would like to tell us?"
    stem = _stem(draft.name)
    parent = _same_question(stem, draft, drafts) if stem else _nearest_parent(position, drafts, text)
    if parent is not None or (other and specify) or (other and draft.declared):
        where = f" after {parent.name}" if parent else ""
        _link(draft, parent, f"the header asks to specify another answer{where}", 0.85 if parent else 0.7)


def _spaced(text: str) -> str:
    """`OtherRelation` and `reason_other` as words."""
    return " ".join(words_of(text)).replace("oth ", "other ").removesuffix(" oth") + (
        " other" if text.split(" ")[0].endswith("Oth") else ""
    )


def _parent_of_stem(match: object, draft: Draft, by_name: dict[str, Draft]) -> Draft | None:
    stem, tail = match["stem"], match["tail"] or ""  # type: ignore[index]
    for name in (f"{stem}{tail}", stem, stem.rstrip("_.-/ "), f"{stem}{tail}".replace("__", "_")):
        parent = by_name.get(name.lower()) or by_name.get(name.rsplit("/", 1)[-1].lower())
        if parent is not None and parent is not draft and parent.kind in _CHOICES:
            return parent
    return None


def _stem(name: str) -> str:
    """The question of `question [Other]` and `question - Other (please specify)`."""
    found = re.match(r"^(.+?)(?:\s*\[[^\]]*\]|\s+-\s+[^-]*)$", name, re.DOTALL)
    return found[1] if found else ""


def _same_question(stem: str, draft: Draft, drafts: Sequence[Draft]) -> Draft | None:
    wanted = fold_spelling(stem)
    same = [
        d
        for d in drafts
        if d is not draft and d.kind in _CHOICES and wanted in (fold_spelling(d.name), fold_spelling(d.label))
    ]
    return same[0] if same else None


def _nearest_parent(position: int, drafts: Sequence[Draft], text: str) -> Draft | None:
    """The closest question before it with an "other" choice, or just before it with words in common."""
    words = {w for w in words_of(text) if len(w) > 3}
    for back in range(1, min(_LOOK_BACK, position) + 1):
        candidate = drafts[position - back]
        if candidate.kind not in _CHOICES:
            continue
        if other_choice(candidate) is not None:
            return candidate
        if back == 1 or len(words & set(words_of(candidate.label))) >= 2:
            return candidate
    return None


def _link(draft: Draft, parent: Draft | None, reason: str, confidence: float) -> None:
    draft.kind = Kind.OTHER_SPECIFY
    draft.choices, draft.delimiter = [], None
    draft.other_of = parent.name if parent else None
    choice = other_choice(parent) if parent else None
    if choice is not None and (parent is None or all(c.code != draft.other_code for c in parent.choices)):
        draft.other_code = choice.code
    elif choice is None and (parent is None or all(c.code != draft.other_code for c in parent.choices)):
        draft.other_code = None
    draft.because(reason, confidence)
