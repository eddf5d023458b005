"""The frames of questions that are lists (ships, brands, banks): a code for each name that is given often enough."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mcode_pipelines.coding.frames.code_numbers import next_codes
from mcode_pipelines.coding.frames.labels import example_of, short_label
from mcode_pipelines.coding.meaning.clusters import minimum_theme_weight
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.listed_answers import ListedAnswers, forms_of_label, has_few_answers, known_names
from mcode_pipelines.coding.text.proper_names import KnownNames, name_key
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import NO_ANSWER, Code, CodeFrame

_MOST = 60
"""Codes of a list, where no number is set; the rarer names stay under "other"."""
_EXAMPLES = 12
_SHORT = 4
"""Letters of a word that is an abbreviation where it is written in capitals."""


@dataclass(frozen=True)
class _Entry:
    """One name with its spellings, by their keys."""

    keys: tuple[str, ...]
    answers: int


def framed_list(question: OpenQuestion, listed: ListedAnswers, settings: CodingSettings) -> CodeFrame:
    """The frame of a list: names from 1 by falling number of respondents, the other code, 99 "no answer"."""
    entries = _often_enough(listed, _entries(listed, listed.answers.segments), settings, question.language)
    codes = _codes(entries, listed, range(1, len(entries) + 1))
    words = wording(question.language)
    other = next(n for n in (len(codes) + 1, len(codes) + 2) if n != NO_ANSWER)
    return CodeFrame(
        variable=question.variable,
        question=question.text,
        language=question.language,
        codes=(
            *codes,
            Code(code=other, label=words.other_label, definition=words.other_definition),
            Code(code=NO_ANSWER, label=words.no_answer_label, definition=words.no_answer_definition),
        ),
        other=other,
        listed=True,
    )


def new_names(frame: CodeFrame, listed: ListedAnswers, settings: CodingSettings) -> list[tuple[Code, int]]:
    """Codes (numbered from 1) for names that a frame lacks, with the respondents who gave them, commonest first.

    What a person deleted from the frame does not come back.
    """
    said = listed.said
    known = known_names(frame, said)
    for gone in frame.deleted or ():
        for form in (*forms_of_label(gone.label), *gone.examples):
            known.add(name_key(form), gone.code)
    left = [key for key in listed.answers.segments if known.find(key) is None]
    entries = _often_enough(listed, _entries(listed, left), settings, frame.language)
    codes = _codes(entries, listed, range(1, len(entries) + 1))
    return [(code, entry.answers) for code, entry in zip(codes, entries, strict=True)]


def extended_list(frame: CodeFrame, listed: ListedAnswers, settings: CodingSettings) -> CodeFrame:
    """A frame with codes for names that are new; every code that is there keeps its number, label and examples."""
    news = new_names(frame, listed, settings)
    if not news:
        return frame
    numbers = next_codes(frame.used_numbers, len(news))
    added = [code.model_copy(update={"code": n}) for n, (code, _) in zip(numbers, news, strict=True)]
    last = [c for c in frame.codes if c.code in {frame.other, NO_ANSWER}]
    first = [c for c in frame.codes if c.code not in {frame.other, NO_ANSWER}]
    return frame.model_copy(update={"codes": (*first, *added, *last)})


def names_unknown(frame: CodeFrame, listed: ListedAnswers) -> dict[str, int]:
    """The names that no code of a frame has, by their key, with the respondents who gave them."""
    said = listed.said
    known = known_names(frame, said)
    return {key: times for key, times in said.items() if known.find(key) is None}


def _entries(listed: ListedAnswers, keys: Sequence[str]) -> list[_Entry]:
    """Keys that are one name together, the commonest first."""
    said = {key: listed.said[key] for key in keys}
    known: KnownNames[int] = KnownNames(said)
    groups: list[list[str]] = []
    for key in sorted(said, key=lambda k: (-said[k], k)):
        found = known.find(key)
        place = found[0] if found is not None else len(groups)
        if place == len(groups):
            groups.append([])
        groups[place].append(key)
        known.add(key, place)
    segment = {text: number for number, text in enumerate(listed.answers.segments)}
    holders: dict[int, set[int]] = {}
    for answer, own in enumerate(listed.answers.segments_of_answer):
        for number in own:
            holders.setdefault(number, set()).add(answer)
    entries = []
    for group in groups:
        answers = set[int]().union(*(holders.get(segment[key], set()) for key in group))
        entries.append(_Entry(tuple(group), int(sum(listed.answers.counts[a] for a in answers))))
    return sorted(entries, key=lambda e: (-e.answers, e.keys))


def _often_enough(
    listed: ListedAnswers, entries: Sequence[_Entry], settings: CodingSettings, language: str
) -> list[_Entry]:
    answers = listed.answers
    said = int(answers.counts[~answers.non_answer].sum())
    least = 2 if has_few_answers(listed, language) else math.ceil(minimum_theme_weight(said))
    return [e for e in entries if e.answers >= least][: settings.codes_wanted or settings.max_codes or _MOST]


def _codes(entries: Sequence[_Entry], listed: ListedAnswers, numbers: Sequence[int]) -> list[Code]:
    codes: list[Code] = []
    for number, entry in zip(numbers, entries, strict=True):
        first = listed.written.get(entry.keys[0], Counter({entry.keys[0]: 1}))
        label = short_label(_best_written(first), [c.label for c in codes])
        spellings = [_best_written(listed.written.get(key, Counter({key: 1}))) for key in entry.keys[:_EXAMPLES]]
        codes.append(Code(code=number, label=label, examples=tuple(dict.fromkeys(map(example_of, spellings)))))
    return codes


def _best_written(written: Counter[str]) -> str:
    """A name as it is written best: in small letters and capitals, else as most do, its words with capitals."""

    def capitals(text: str) -> int:
        return 0 if text.islower() or text.isupper() else sum(w[:1].isupper() for w in text.split())

    best = max(written, key=lambda t: (capitals(t), written[t], t))
    if best.islower():
        return " ".join(_capitalised(w) for w in best.split())
    if best.isupper():
        return " ".join(w if len(w) <= _SHORT else _capitalised(w.lower()) for w in best.split())
    return best


def _capitalised(word: str) -> str:
    """A word with a capital; in capitals where it is short and cannot be spoken (`kmp`)."""
    consonants = word.isalpha() and len(word) <= _SHORT and set("aeiou").isdisjoint(word)
    return word.upper() if consonants else word[:1].upper() + word[1:]
