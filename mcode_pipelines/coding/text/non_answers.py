"""Answers that say nothing: no answer, don't know, refused, keyboard noise, signs without a word.

They get 99 and never form a theme.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from mcode_pipelines.coding.text.language_data import any_of, any_word_of, languages, phrases_of_all, words_of_all
from mcode_pipelines.coding.text.noise import is_noise
from mcode_pipelines.coding.text.verbatims import normal_form
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import NO_ANSWER


@dataclass(frozen=True)
class _Words:
    """The words that answers without content are made of, in any language; each list is told of in its file."""

    fillers: frozenset[str]
    negations: frozenset[str]
    none: frozenset[str]
    having: frozenset[str]
    sayable: frozenset[str]
    refusing: frozenset[str]
    field_codes: frozenset[str]
    reluctant: frozenset[str]
    unable: frozenset[str]
    not_doing: frozenset[str]
    willing: frozenset[str]
    auxiliaries: frozenset[str]
    answering: frozenset[str]
    giving: frozenset[str]
    given: frozenset[str]
    asked: frozenset[str]
    knowing: frozenset[str]
    what_to: frozenset[str]
    at_a_loss: frozenset[str]
    how_well: frozenset[str]
    all: frozenset[str]
    all_well: frozenset[str]
    beside_all_well: frozenset[str]
    recalling: frozenset[str]
    assent_ok: frozenset[str]
    assent_yes: frozenset[str]
    thanks: frozenset[str]
    hardly: frozenset[str]
    refusing_something: frozenset[str]

    @functools.cached_property
    def not_doing_anything(self) -> frozenset[str]:
        """Whatever says not."""
        return self.negations | self.unable | self.not_doing

    @functools.cached_property
    def willing_or_able(self) -> frozenset[str]:
        """Verbs of wanting, and of being able or not."""
        return self.willing | self.unable


@functools.cache
def _words() -> _Words:
    return _Words(**{field.name: words_of_all("non_answers", field.name) for field in fields(_Words)})


@dataclass(frozen=True)
class _Patterns:
    """The patterns of answers without content, of labels of code 99, and of what questions ask for."""

    laughter: re.Pattern[str]
    unwilling: re.Pattern[str]
    never_thought: re.Pattern[str]
    nothing_to_say: re.Pattern[str]
    thinking: re.Pattern[str]
    nobody_knows: re.Pattern[str]
    closing: re.Pattern[str]
    closed: re.Pattern[str]
    for_now: re.Pattern[str]
    label: re.Pattern[str]
    part_of_label: re.Pattern[str]
    between_parts: re.Pattern[str]
    verdict_asked: re.Pattern[str]
    yes_or_no_asked: re.Pattern[str]
    complaint_asked: re.Pattern[str]
    praise_asked: re.Pattern[str]
    willingness_asked: re.Pattern[str]


@functools.cache
def _patterns() -> _Patterns:
    def answers(entry: str) -> str:
        return any_of("non_answers", entry)

    def asked(entry: str) -> str:
        return any_of("questions", entry)

    at_end = any_of("non_answers", "closing", "closing_at_end")
    first_word = rf"^\W*(?:\w{{1,4}}[.:)]\s*)?{asked('yes_or_no_first')}\b"
    joining = any_of("conjunctions", "and_or")
    return _Patterns(
        laughter=re.compile(answers("laughter")),
        unwilling=re.compile(answers("unwilling")),
        never_thought=re.compile(answers("never_thought")),
        nothing_to_say=re.compile(answers("nothing_to_say")),
        thinking=re.compile(rf"\b{answers('thinking')}\b"),
        nobody_knows=re.compile(rf"\b{answers('nobody_knows')}{any_word_of(_words().knowing)}\b"),
        closing=re.compile(answers("closing")),
        closed=re.compile(rf" {at_end}$|^{answers('closing_at_start')}"),
        for_now=re.compile(rf" {answers('for_now')}$"),
        label=re.compile(rf"\b{answers('label')}\b", re.IGNORECASE),
        part_of_label=re.compile(answers("label_parts"), re.IGNORECASE),
        between_parts=re.compile(rf"\s*(?:[/,;()|-]|\b{joining}\b)\s*", re.IGNORECASE),
        verdict_asked=re.compile(asked("verdict"), re.IGNORECASE),
        yes_or_no_asked=re.compile(rf"\b{asked('yes_or_no')}\b|{first_word}", re.IGNORECASE),
        complaint_asked=re.compile(asked("complaint"), re.IGNORECASE),
        praise_asked=re.compile(asked("praise"), re.IGNORECASE),
        willingness_asked=re.compile(rf"\b{asked('willingness')}\b", re.IGNORECASE),
    )


class NonAnswers:
    """The rule that tells answers that say nothing, for one question."""

    def __init__(
        self, language: str, question: str = "", own_phrases: Iterable[str] = (), *, numbers_tell: bool = False
    ) -> None:
        """`numbers_tell`: whether numbers answer the question (see `asks_for_numbers`)."""
        self._language = language
        self._words = words = _words()
        self._patterns = patterns = _patterns()
        # Who is asked for likes as well has something to say who likes everything.
        self._complaint_asked = bool(patterns.complaint_asked.search(question)) and not patterns.praise_asked.search(
            patterns.complaint_asked.sub(" ", question)
        )
        # "Tidak mau" refuses to answer, unless it answers.
        yes_or_no = patterns.yes_or_no_asked.search(question)
        self._refusal_asked = not question.strip() or bool(patterns.willingness_asked.search(question) or yes_or_no)
        assents = frozenset[str]() if patterns.verdict_asked.search(question) else words.assent_ok
        self._assents = assents if yes_or_no else assents | words.assent_yes
        self._numbers_tell = numbers_tell
        self._own = frozenset(normal_form(p, language) for p in own_phrases) - {""}
        self._whole = _whole_answers(language)
        self._all_well_whole = phrases_of_all("non_answers", "all_well_whole")

    def __call__(self, normal: str) -> bool:
        """Whether an answer (in its normal form) is no answer."""
        if not any(c.isalpha() for c in normal):
            return not (self._numbers_tell and _is_number(normal) and normal != str(NO_ANSWER))
        if normal in self._own or normal in self._whole:
            return True
        normal = self._patterns.for_now.sub("", normal)
        words = normal.split()
        if len(words) > 12:
            return False
        if len(words) <= 4 and all(is_noise(w) or self._patterns.laughter.fullmatch(w) for w in words):
            return True
        words = [w for w in words if not self._patterns.laughter.fullmatch(w)]
        if self._complaint_asked and self._all_well(words):
            return True
        if self._patterns.never_thought.fullmatch(normal) or (
            not self._refusal_asked and self._patterns.unwilling.fullmatch(normal)
        ):
            return True
        if all(w in self._assents for w in words) or self._patterns.closing.fullmatch(normal):
            return True
        opened = self._patterns.closed.sub("", normal).split()
        return self._says_nothing(words) or (len(opened) < len(words) and _is_statement(opened, lone_negation=False))

    def _all_well(self, words: list[str]) -> bool:
        """Whether nothing is said but that all is well, or that there is nothing and all is well."""
        if " ".join(words) in self._all_well_whole:
            return True
        return any(_is_well(words[i:]) and (not i or _leads_on(words[:i], words[i])) for i in range(len(words)))

    def _says_nothing(self, words: list[str]) -> bool:
        """Whether the words are only a polite wrapping of "there is nothing" or "I do not know"."""
        content = [w for w in words if w not in self._words.fillers]
        if not content:
            return not self._words.thanks.isdisjoint(words)
        if " ".join(content) in self._whole or " ".join(content) in self._own:
            return True
        return _is_statement(words) or any(
            _is_statement(words[:i], lone_negation=False) and _is_statement(words[i:], lone_negation=False)
            for i in range(1, len(words))
        )


def _leads_on(words: list[str], then: str) -> bool:
    """Whether words say that there is nothing, before "all is well": "none, all good", but not "nothing good"."""
    known = _words()
    return _is_statement(words, lone_negation=False) or (
        len(words) == 1 and words[0] in known.none and then in known.all
    )


def _is_well(words: Sequence[str]) -> bool:
    known = _words()
    return not known.all_well.isdisjoint(words) and all(
        w in known.all_well or w in known.beside_all_well for w in words
    )


def _is_statement(words: Sequence[str], *, lone_negation: bool = True) -> bool:
    """Whether the words are one whole refusal, "I do not know" or "there is nothing".

    `lone_negation`: whether a mere "no" is one; before other words it belongs to them ("tidak menolak").
    """
    known = _words()
    content = [w for w in words if w not in known.fillers]
    if not content or (not lone_negation and len(content) == 1 and content[0] in known.negations):
        return False
    if all(w in known.field_codes for w in content):
        return True
    return _refuses(content) or _does_not_know(content) or _has_nothing(content, " ".join(words))


def _refuses(content: Sequence[str]) -> bool:
    """A refusal, alone or of answering: "menolak", "tidak mau menjawab", "would rather not say"."""
    known = _words()
    head = list(
        itertools.takewhile(
            lambda w: w in known.not_doing_anything or w in known.willing_or_able or w in known.auxiliaries, content
        )
    )
    tail = content[len(head) :]
    refuses = bool(tail) and tail[0] in known.refusing and known.not_doing_anything.isdisjoint(head)
    reluctant = bool(tail) and tail[0] in known.reluctant and known.not_doing_anything.isdisjoint(head)
    if refuses or reluctant:
        tail = tail[1:]
    elif known.not_doing_anything.isdisjoint(head) or known.willing_or_able.isdisjoint(head):
        return False
    if not tail:
        return refuses and content[-1] not in known.refusing_something
    answers = tail[0] in known.answering or (tail[0] in known.giving and not known.given.isdisjoint(tail))
    return answers and all(w in known.answering or w in known.given or w in known.asked for w in tail[1:])


def _does_not_know(content: Sequence[str]) -> bool:
    """A negation of knowing without what is not known: "kurang tahu", but not "kurang tahu jadwal"."""
    known = _words()
    rest = list(content[1:])
    if content[0] in known.at_a_loss and rest:  # "bingung mau jawab apa"
        return all(w in known.what_to or w in known.answering for w in rest) and not known.answering.isdisjoint(rest)
    if rest and rest[-1] in known.answering:  # "tidak tahu harus jawab apa", "don't know what to say"
        rest = [w for w in rest[:-1] if w not in known.what_to]
    return (
        (content[0] in known.negations or content[0] in known.hardly)
        and not known.knowing.isdisjoint(rest)
        and all(w in known.knowing or w in known.how_well for w in rest)
    )


def _has_nothing(content: Sequence[str], normal: str) -> bool:
    """A negation of having something to say: "tidak memiliki saran", "none that I can think of"."""
    known = _words()
    if _patterns().nothing_to_say.fullmatch(normal):
        return True
    if _patterns().nobody_knows.search(normal):
        return False
    thinking = bool(_patterns().thinking.search(normal))
    if content[0] not in known.negations and not (thinking and content[0] in known.unable):
        return False
    rest = [w for w in content[1:] if not (thinking and w in known.recalling)]
    if not all(w in known.having or w in known.sayable or w in known.negations for w in rest):
        return False
    # "tidak ada keluhan" says nothing, "tidak mengecewakan" does.
    return content[0] in known.none or thinking or not content[1:] or any(w in known.having for w in rest)


def means_no_answer(label: str, language: str) -> bool:
    """Whether a label can be that of 99: it tells of no answer, or is itself one.

    >>> means_no_answer("Tidak tahu / menolak", "id"), means_no_answer("Toilet kotor", "id")
    (True, False)
    """
    says_nothing, patterns = NonAnswers(language), _patterns()

    def none(text: str) -> bool:
        return bool(patterns.part_of_label.fullmatch(text)) or says_nothing(normal_form(text, language))

    text = " ".join(label.split())
    if text.casefold() in _labels_of_no_answer():
        return True
    return bool(patterns.label.search(text)) or none(text) or all(map(none, patterns.between_parts.split(text)))


@functools.cache
def _labels_of_no_answer() -> frozenset[str]:
    """What generated frames call code 99."""
    return frozenset(wording(language).no_answer_label.casefold() for language in languages())


@functools.cache
def _whole_answers(language: str) -> frozenset[str]:
    answers = phrases_of_all("non_answers", "answers")
    return answers | {normal_form(a, language) for a in answers}


def _is_number(normal: str) -> bool:
    return any(c.isdigit() for c in normal) and not any(c.isalpha() for c in normal)


def asks_for_numbers(normal_forms: Iterable[str]) -> bool:
    """Whether most answers (in their normal form; blank ones do not count) are numbers, such as scores.

    >>> asks_for_numbers(["8", "9", "9 10", "", "bagus"]), asks_for_numbers(["99", "mahal"])
    (True, False)
    """
    numbers = [_is_number(n) for n in normal_forms if n]
    return 2 * sum(numbers) > len(numbers)
