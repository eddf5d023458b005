"""What persons decided about waves, against what the waves have: names and codes that are not there are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from mcode_pipelines.survey.choice_matching import How
from mcode_pipelines.survey.code_frame import CodeFrames
from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.harmonisation import ChoiceDecision, StudyDecisions
from mcode_pipelines.survey.remark import Remark
from mcode_pipelines.tabulation.harmonisation.choices import ChoiceList, JoinedChoices

_NEAREST = 3

_NO_VARIABLE = Remark(
    en="harmonisation, question {question}, wave {wave}: that wave has no variable {given!r}{nearest}; the decision is "
    "not used",
    id="harmonisasi, pertanyaan {question}, gelombang {wave}: gelombang itu tidak punya variabel {given!r}{nearest}; "
    "keputusan ini tidak dipakai",
)
_NO_QUESTION = Remark(
    en="harmonisation: none of these waves has a question {given!r}{nearest}; the decision is not used",
    id="harmonisasi: tidak satu pun gelombang ini punya pertanyaan {given!r}{nearest}; keputusan ini tidak dipakai",
)
_NO_CODE = Remark(
    en="harmonisation, question {question}, wave {wave}: that wave has no code {given!r} there{nearest}; the decision "
    "is not used",
    id="harmonisasi, pertanyaan {question}, gelombang {wave}: gelombang itu tidak punya kode {given!r} di sana"
    "{nearest}; keputusan ini tidak dipakai",
)
_NO_CHOICE = Remark(
    en="harmonisation, question {question}, wave {wave}: no later wave has the choice {given!r}{nearest}; the decision "
    "is not used",
    id="harmonisasi, pertanyaan {question}, gelombang {wave}: tidak ada gelombang sesudahnya yang punya pilihan "
    "{given!r}{nearest}; keputusan ini tidak dipakai",
)
_PERHAPS = Remark(en=" (perhaps {names})", id=" (mungkin {names})")


@dataclass(frozen=True)
class WaveCodebook:
    """What a wave says of its questions."""

    wave: str
    codebook: Codebook
    frames: CodeFrames = field(default_factory=lambda: CodeFrames(()))


def unfit_decisions(waves: Sequence[WaveCodebook], decisions: StudyDecisions) -> tuple[Remark, ...]:
    """A sentence for each decision that names a question or a variable which the waves do not have.

    What was decided of waves that are not among these is not looked at.
    """
    return tuple(_unfit(waves, decisions)) if decisions else ()


def _unfit(waves: Sequence[WaveCodebook], decisions: StudyDecisions) -> Iterator[Remark]:
    names = {wave.wave: [variable.name for variable in wave.codebook] for wave in waves}
    known = list(dict.fromkeys(name for of_wave in reversed(list(names.values())) for name in of_wave))
    for question in dict.fromkeys((*decisions.questions, *decisions.choices)):
        said = decisions.questions.get(question, {})
        about = {*said, *decisions.choices.get(question, {})} & names.keys()
        if about and question not in known:
            if not _was_there(decisions, question):
                yield _said(_NO_QUESTION, known, question)
            continue
        for wave, one in said.items():
            if wave in names and one.variable is not None and one.variable not in names[wave]:
                yield _said(_NO_VARIABLE, names[wave], one.variable, question=question, wave=wave)


def _was_there(decisions: StudyDecisions, question: str) -> bool:
    """Whether a question was looked up when it was decided: a wave that is not compared here calls it so."""
    of_choices = [one for waves in decisions.choices.get(question, {}).values() for one in waves.values()]
    labels = [one.label for one in decisions.questions.get(question, {}).values()]
    labels += [one.label for one in of_choices if one.code is not None]
    return bool(labels) and None not in labels


def unfit_choices(
    question: str, lists: Sequence[ChoiceList], said: Sequence[Mapping[str, ChoiceDecision]], joined: JoinedChoices
) -> Iterator[Remark]:
    """A sentence for each decision about a question's choices that names one which is not there."""
    there = [f"{choice.code}: {choice.label}" for choice in joined.choices]
    for one, decided, places in zip(lists, said, joined.places, strict=True):
        how = {choice.code: place.how for choice, place in zip(one.choices, places, strict=True)}
        for code, decision in decided.items():
            if code not in how:
                own = [f"{choice.code}: {choice.label}" for choice in one.choices]
                yield _said(_NO_CODE, own, code, question=question, wave=one.wave)
            elif decision.code is not None and how[code] is not How.BY_PERSON and one is not lists[-1]:
                yield _said(_NO_CHOICE, there, decision.label or decision.code, question=question, wave=one.wave)


def nearest_names(given: str, known: Iterable[str]) -> list[str]:
    """The names most like one that is not there."""
    by_case = {name.casefold(): name for name in known}
    return [by_case[name] for name in get_close_matches(given.casefold(), by_case, n=_NEAREST, cutoff=0.4)]


def _said(phrase: Remark, known: Iterable[str], given: str, **figures: str) -> Remark:
    near = nearest_names(given, known)

    def said(language: str) -> str:
        nearest = _PERHAPS.in_language(language).format(names=", ".join(near)) if near else ""
        return phrase.in_language(language).format(given=given, nearest=nearest, **figures)

    return Remark(en=said("en"), id=said("id"))
