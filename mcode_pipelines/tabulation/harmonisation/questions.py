"""Which variable of an earlier wave is the same question as one of a later wave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mcode_pipelines.survey.choice_matching import opposite_words, question_words, same_word, same_words
from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.harmonisation import QuestionDecision
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER, SEVERAL_ANSWERS

_NO_PART = re.compile(
    r"^\s*\w{0,3}?\d+\w?[.):]\s|\d+\s*(?:[-\u2013=]|s\.?/?d\.?|sampai|hingga|to|through)\s*\d+|\b(?:19|20)\d\d\b"
    r"|\b(?:skala|scale(?: of)?)\s+\d+|\d+\s*[- ]?(?:poin|point|points)\b",
    re.IGNORECASE,
)
"""Numbers of a label that say nothing of what is asked: the question's own, those of its scale, a year."""


class Agreement(StrEnum):
    """What is known of a question in an earlier wave."""

    SAME = "same"
    """Name, words and kind."""
    REWORDED = "reworded"
    """The name and the kind; the words are alike."""
    RENAMED = "renamed"
    """The words and the kind; the name is another, and neither wave has the other's."""
    BY_PERSON = "by_person"
    """Somebody said so."""
    OTHER_WORDS = "other_words"
    """The name only: another question."""
    OTHER_KIND = "other_kind"
    """The name; a number in one and choices in the other."""
    NOT_ASKED = "not_asked"
    """There is no such question."""
    PARTED = "parted"
    """Somebody said that the wave did not ask it."""

    @property
    def comparable(self) -> bool:
        """Whether its answers are answers to the question."""
        return self in {Agreement.SAME, Agreement.REWORDED, Agreement.RENAMED, Agreement.BY_PERSON}


@dataclass(frozen=True)
class SameQuestion:
    """What an earlier wave has of a question."""

    agreement: Agreement
    variable: Variable | None
    """The wave's own; of a question that cannot be compared the namesake."""
    offered: str | None = None
    """A variable of the wave that may be it: a person decides."""


def same_questions(
    later: Mapping[str, Sequence[Variable]],
    earlier: Codebook,
    decided: Mapping[str, QuestionDecision],
) -> dict[str, SameQuestion]:
    """For each question what an earlier wave has of it.

    Args:
        later: the questions, by their names, each as every later wave that has it knows it, newest first.
        earlier: the codebook of the earlier wave.
        decided: what a person said: the question's name, in any later wave, to the variable there.
    """
    names = {known.name for knowns in later.values() for known in knowns}
    found: dict[str, SameQuestion] = {}
    settled: set[str] = set()
    for name, knowns in later.items():
        word = _word(knowns, decided)
        if word is not None and (word.variable is None or word.variable in earlier):
            settled.add(name)
            there = earlier[word.variable] if word.variable is not None else None
            found[name] = SameQuestion(Agreement.BY_PERSON if there else Agreement.PARTED, there)
    given = {one.variable.name for one in found.values() if one.variable is not None}
    for name, knowns in later.items():
        namesake = next((earlier[known.name] for known in knowns if known.name in earlier), None)
        if namesake is not None and name not in settled and namesake.name not in given:
            agreement = _agreement(knowns, namesake)
            renamed = agreement.comparable and namesake.name != name
            found[name] = SameQuestion(Agreement.RENAMED if renamed else agreement, namesake)
    taken = {one.variable.name for one in found.values() if one.variable and one.agreement.comparable}
    free = [v for v in earlier if v.name not in taken]
    open_questions = {n: k for n, k in later.items() if n not in found or not found[n].agreement.comparable}
    for name, other in _of_the_same_words({n: k for n, k in open_questions.items() if n not in settled}, free):
        if name not in found and other.name not in names:
            found[name] = SameQuestion(Agreement.RENAMED, other)
        else:
            then = found.get(name, SameQuestion(Agreement.NOT_ASKED, None))
            found[name] = SameQuestion(then.agreement, then.variable, other.name)
    return {name: found.get(name, SameQuestion(Agreement.NOT_ASKED, None)) for name in later}


def _word(knowns: Sequence[Variable], decided: Mapping[str, QuestionDecision]) -> QuestionDecision | None:
    """What was said of a question, under any of its names; not of another one that had the name at the time."""
    for known in knowns:
        word = decided.get(known.name)
        if word is not None and (word.label is None or any(_is_called(one, word.label) for one in knowns)):
            return word
    return None


def _is_called(variable: Variable, label: str) -> bool:
    own = {same_words(variable.label), same_words(words_of(variable))}
    return same_words(label) in own or _alike(words_of(variable), label)


def words_of(variable: Variable) -> str:
    """What a question says, with what the items of its battery share."""
    return f"{variable.stem}: {variable.label}" if variable.stem else variable.label


def like_kinds(then: Kind, now: Kind) -> bool:
    """Whether answers of one kind can be counted as answers of the other."""
    if now in SEVERAL_ANSWERS:
        return then in (*SEVERAL_ANSWERS, *ONE_ANSWER)
    return (then in ONE_ANSWER) == (now in ONE_ANSWER) and (then in SEVERAL_ANSWERS) == (now in SEVERAL_ANSWERS)


def _agreement(knowns: Sequence[Variable], then: Variable) -> Agreement:
    if not like_kinds(then.kind, knowns[0].kind):
        return Agreement.OTHER_KIND
    if any(_whole(known) == _whole(then) for known in knowns):
        return Agreement.SAME
    if any(_says_nothing(known) for known in (*knowns, then)):
        return Agreement.SAME
    if any(
        (known.characteristic is not None and known.characteristic == then.characteristic)
        or (known.weight and then.weight)
        or (_alike(known.label, then.label) and _alike(known.stem or "", then.stem or ""))
        for known in knowns
    ):
        return Agreement.REWORDED
    return Agreement.OTHER_WORDS


def _of_the_same_words(
    later: Mapping[str, Sequence[Variable]], free: Sequence[Variable]
) -> Iterable[tuple[str, Variable]]:
    """Pairs of questions of the same words and kind; a weight is known by being the only one."""
    times_now = Counter(_whole(knowns[0]) for knowns in later.values())
    times_then = Counter(_whole(v) for v in free)
    done: set[str] = set()
    by_words = {_whole(v): v for v in free if times_then[_whole(v)] == 1 and not _says_nothing(v)}
    for name, knowns in later.items():
        found = next((by_words[w] for known in knowns if (w := _whole(known)) in by_words), None)
        once = times_now[_whole(knowns[0])] == 1 and not _says_nothing(knowns[0])
        if found is not None and once and like_kinds(found.kind, knowns[0].kind):
            done.add(name)
            yield name, found
    weights_now = [name for name, knowns in later.items() if knowns[0].weight and name not in done]
    weights_then = [v for v in free if v.weight]
    if len(weights_now) == len(weights_then) == 1:
        yield weights_now[0], weights_then[0]


def _whole(variable: Variable) -> tuple[str, str]:
    return same_words(variable.stem or ""), same_words(variable.label)


def _says_nothing(variable: Variable) -> bool:
    """Whether a label is only the name again: then nothing tells questions apart but their names."""
    return not variable.label.strip() or same_words(variable.label) == same_words(variable.name)


@lru_cache(maxsize=4096)
def _alike(then: str, now: str) -> bool:
    """Whether a question says what another one says in other words: one only adds words, or spells them otherwise."""
    one, two = question_words(then), question_words(now)
    if not one or not two:
        return one == two or not then or not now
    if _numbers(then) != _numbers(now):
        return False
    if opposite_words(then) != opposite_words(now):
        return False
    few, many = sorted((one, two), key=len)
    return all(any(same_word(word, other) for other in many) for word in few)


def _numbers(label: str) -> list[str]:
    """The numbers that belong to what is asked ("last 7 days"): not that of the question, its scale, or a year."""
    return re.findall(r"\d+", _NO_PART.sub(" ", label))
