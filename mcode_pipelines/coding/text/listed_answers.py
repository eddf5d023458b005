"""Answers that are entries of a list: proper names, and whatever is answered in few different ways."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.distinct_answers import DistinctAnswers
from mcode_pipelines.coding.text.language_data import any_word_of, words_of_all
from mcode_pipelines.coding.text.noise import is_formula
from mcode_pipelines.coding.text.non_answers import NonAnswers
from mcode_pipelines.coding.text.polarity import polarity
from mcode_pipelines.coding.text.proper_names import KnownNames, name_key
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import CodeFrame

_MOST_FEW = 40
"""Different answers of a list, at most, where nothing else tells that it is one."""
_TIMES = 5
"""How often each is given on average there."""
_WORDS = 5
"""Words of an entry of a list, at most."""
_SPELLED_ALIKE = 0.5
"""Share of such answers that must be spelled as a code of a given frame for the frame to be the list."""
_OPINIONS = 0.2
"""Share of the answers of such a list that may sound like opinions."""
_NUMBERED = re.compile(r"(?:^|\n|\s)\(?\d{1,2}[.)]\s+")
_LINES = re.compile(r"[\n;|•]+")
_COMMAS = re.compile(r",(?!\d)|(?<!\d)/|/(?!\d)")
_SIGNED = re.compile(r"\w\s?[&+]\s?\w")
_SIGNS = re.compile(r"\s[&+]\s")
_BRACKETED = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")


@functools.cache
def _joins() -> re.Pattern[str]:
    return re.compile(rf"\s{any_word_of(words_of_all('names', 'joins'))}\s", re.IGNORECASE)


@dataclass(frozen=True)
class ListedAnswers:
    """The answers to a question that is a list."""

    answers: DistinctAnswers
    """Equal where their keys are; their segments are the keys of the names they give."""
    written: dict[str, Counter[str]]
    """How each name was written, by its key."""

    @property
    def said(self) -> dict[str, int]:
        """How many respondents gave each name, by its key."""
        return dict(zip(self.answers.segments, self.answers.weights.astype(int).tolist(), strict=True))


def listed_answers(question: OpenQuestion, settings: CodingSettings) -> ListedAnswers:
    """Reads answers as names: several where they stand on lines or between commas, or where a name that others give
    alone is joined to another ("Honda dan Yamaha", but "Marks & Spencer")."""
    index: dict[str, int] = {}
    verbatims: list[str] = []
    given = question.answers["verbatim"].to_list()
    key_of = {v: name_key(v[:1_000]) for v in dict.fromkeys(given)}
    answer_of_row = np.empty(len(given), dtype=np.int64)
    for row, verbatim in enumerate(given):
        place = index.setdefault(key_of[verbatim], len(verbatims))
        if place == len(verbatims):
            verbatims.append(verbatim)
        answer_of_row[row] = place
    keys = list(index)
    counts = np.bincount(answer_of_row, minlength=len(keys)).astype(np.int64)
    # "3" is a telephone company, and "H&M" no typing at random.
    says_nothing = NonAnswers(question.language, question.text, settings.non_answers, numbers_tell=True)

    def is_empty(text: str) -> bool:
        return bool(
            (says_nothing(normal_form(cleaned(text), question.language)) and not _SIGNED.search(text))
            or is_formula(text)
        )

    empty = np.array([is_empty(v) for v in verbatims], dtype=np.bool_)
    parts = _Parts(keys, verbatims, counts.tolist(), empty.tolist())
    segment_index: dict[str, int] = {}
    segments_of_answer: list[tuple[int, ...]] = []
    written: dict[str, Counter[str]] = {}
    whole: dict[int, list[str]] = {}
    for place in range(len(keys)):
        own = [] if empty[place] else parts.of(place)
        told = [p for p in own if len(own) == 1 or not is_empty(p)] or own
        for part in told if len(own) > 1 else ():
            written.setdefault(name_key(part), Counter())[part] += int(counts[place])
        whole[place] = own if len(own) == 1 else []
        segments_of_answer.append(
            tuple(dict.fromkeys(segment_index.setdefault(name_key(p), len(segment_index)) for p in told))
        )
    for verbatim, times in Counter(given).items():
        for part in whole.get(index[key_of[verbatim]], ()):
            shown = " ".join(verbatim.split()).strip(" .,;:!?-") or part
            written.setdefault(name_key(part), Counter())[shown] += times
    weights, alone = np.zeros(len(segment_index)), np.zeros(len(segment_index))
    for place, segments in enumerate(segments_of_answer):
        for segment in segments:
            weights[segment] += counts[place]
            alone[segment] += counts[place] if len(segments) == 1 else 0
    answers = DistinctAnswers(
        answer_of_row, keys, verbatims, counts, empty, list(segment_index), segments_of_answer, weights, alone
    )
    return ListedAnswers(answers, written)


class _Parts:
    """Cuts answers into the names they give, by what else is answered."""

    def __init__(
        self, keys: Sequence[str], verbatims: Sequence[str], counts: Sequence[int], empty: Sequence[bool]
    ) -> None:
        self._verbatims = verbatims
        self._counts = counts
        self._alone: Counter[str] = Counter()
        for key, verbatim, count, nothing in zip(keys, verbatims, counts, empty, strict=True):
            if nothing:
                continue
            if not _COMMAS.search(verbatim) and not _LINES.search(verbatim.strip()):
                self._alone[key] += count
                continue
            for part in {name_key(p) for p in _COMMAS.split(verbatim.replace("\n", ","))}:
                self._alone[part] += 1

    def of(self, place: int) -> list[str]:
        """The parts of one answer, in their order."""
        verbatim = self._verbatims[place].strip()
        lines = _NUMBERED.sub("\n", verbatim) if verbatim.startswith(("1.", "1)", "(1)")) else verbatim
        found: list[str] = []
        for line in filter(None, (x.strip() for x in _LINES.split(lines))):
            for part in self._divided(line, _COMMAS, self._counts[place]):
                for joined in self._divided(part, _joins(), self._counts[place]):
                    found += self._divided(joined, _SIGNS, self._counts[place])
        return list(dict.fromkeys(" ".join(p.split()).strip(" .,;:!?-") or p for p in found)) or [verbatim]

    def _divided(self, text: str, at: re.Pattern[str], times: int) -> list[str]:
        """A text cut there, if a part of it is given by itself at least as often as the whole is."""
        parts = [p.strip() for p in at.split(text) if name_key(p)]
        if len(parts) < 2 or name_key(parts[0]).split()[0] in words_of_all("names", "streets"):
            return [text]
        own = max(self._alone[name_key(p)] for p in parts)
        least = 2 if at is _COMMAS else 1
        return parts if own >= max(least, times, self._alone[name_key(text)] + 1) else [text]


def forms_of_label(label: str) -> list[str]:
    """The names that a label of a code holds: "Bank Rakyat Indonesia (BRI)" is two, and so is "BRI / Bank Rakyat"."""
    without = _BRACKETED.sub(" ", label)
    within = [a or b for a, b in _BRACKETED.findall(label)]
    forms = [label, without, *within, *(without.split("/") if " / " in without else ())]
    return [form for form in dict.fromkeys(f.strip() for f in forms) if name_key(form)]


def known_names(frame: CodeFrame, said: dict[str, int]) -> KnownNames[int]:
    """The names that a frame's codes have: their labels first, then their examples."""
    known: KnownNames[int] = KnownNames(said)
    themes = frame.themes
    for code in themes:
        known.add(name_key(code.label), code.code)
    for code in themes:
        for form in (*forms_of_label(code.label), *code.examples):
            known.add(name_key(form), code.code)
    return known


def has_few_answers(listed: ListedAnswers, language: str) -> bool:
    """Whether a question is answered in few different ways, each of a few words and given often, that name things.

    Answers that judge ("toilet kotor") or are put in sentences say what somebody thinks, however few they are.
    """
    answers = listed.answers
    told = ~answers.non_answer
    different, given = len(answers.segments), int(answers.counts[told].sum())
    if not different or different > _MOST_FEW or given < _TIMES * different:
        return False
    if any(len(s.split()) > _WORDS for s in answers.segments):
        return False
    no_name = sum(
        times
        for key, times in listed.said.items()
        if polarity(key, language) or not wording(language).function_words.isdisjoint(key.split())
    )
    return no_name <= _OPINIONS * given


def as_list(question: OpenQuestion, frame: CodeFrame | None, settings: CodingSettings) -> ListedAnswers | None:
    """The answers as a list where the question is one, else None.

    It is one where detection found proper names or its frame says so; and where there are few different answers, were
    the frame that a person gave not one of themes, whose labels are not what is answered.
    """
    sure = question.names or (frame is not None and bool(frame.listed))
    if not sure and not _may_be_few(question.answers["verbatim"].unique()):
        return None
    listed = listed_answers(question, settings)
    if sure:
        return listed
    if frame is not None and frame.origin == "generated":
        return None
    if not has_few_answers(listed, question.language):
        return None
    if frame is None:
        return listed
    said = listed.said
    known = known_names(frame, said)
    alike = sum(times for key, times in said.items() if known.find(key) is not None)
    return listed if alike >= _SPELLED_ALIKE * sum(said.values()) else None


def _may_be_few(verbatims: Iterable[str]) -> bool:
    keys: set[str] = set()
    for verbatim in verbatims:
        keys.add(name_key(verbatim[:1_000]))
        if len(keys) > 4 * _MOST_FEW:
            return False
    return True
