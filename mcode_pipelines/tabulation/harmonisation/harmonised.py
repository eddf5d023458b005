"""The waves of a study as one survey: every question with what each wave has of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mcode_pipelines.survey.code_frame import CodeFrame
from mcode_pipelines.survey.codebook import Choice, Variable
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, StudyDecisions
from mcode_pipelines.survey.remark import Remark
from mcode_pipelines.tabulation.harmonisation.choices import ChoiceList, JoinedChoices, Lineages, joined_choices
from mcode_pipelines.tabulation.harmonisation.decided import WaveCodebook, unfit_choices, unfit_decisions
from mcode_pipelines.tabulation.harmonisation.questions import Agreement, SameQuestion, same_questions
from mcode_pipelines.tabulation.plan.coded_questions import choice_of_code
from mcode_pipelines.tabulation.plan.waves import of_earlier_waves


@dataclass(frozen=True)
class HarmonisedQuestion:
    """A question and what each wave has of it."""

    variable: Variable
    """Under the name, and in the words, of the newest wave that asked it, with the choices of all."""
    waves: tuple[SameQuestion, ...]
    """Of each wave, oldest first."""
    lists: tuple[ChoiceList, ...]
    """Of each wave that can be compared, oldest first."""
    joined: JoinedChoices
    """Of these waves."""
    unfit: tuple[Remark, ...] = ()
    """What was decided of its choices and cannot be followed."""

    @property
    def name(self) -> str:
        """The name under which plans ask for it."""
        return self.variable.name


@dataclass(frozen=True)
class Harmonisation:
    """All questions of a study's waves."""

    labels: tuple[str, ...]
    """Of the waves, oldest first."""
    questions: Mapping[str, HarmonisedQuestion]
    """By name: those of the newest wave in its order, then those that only earlier waves asked."""
    decisions: StudyDecisions = NOTHING_DECIDED
    unfit: tuple[Remark, ...] = ()
    """What was decided and cannot be followed: it names what the waves do not have."""

    @property
    def codebook(self) -> tuple[Variable, ...]:
        """The variables of all questions; those of earlier waves alone are marked so."""
        return tuple(
            q.variable
            if q.waves[-1].variable is not None and q.waves[-1].variable.name == name
            else of_earlier_waves(q.variable)
            for name, q in self.questions.items()
        )


def harmonise(waves: Sequence[WaveCodebook], decisions: StudyDecisions = NOTHING_DECIDED) -> Harmonisation:
    """What the waves, oldest first, have in common, and what not."""
    newest = waves[-1]
    knowns: dict[str, list[Variable]] = {variable.name: [variable] for variable in newest.codebook}
    found: dict[str, list[SameQuestion]] = {
        variable.name: [SameQuestion(Agreement.SAME, variable)] for variable in newest.codebook
    }
    absent = SameQuestion(Agreement.NOT_ASKED, None)
    for number, wave in enumerate(reversed(waves[:-1]), start=1):
        same = same_questions(knowns, wave.codebook, decisions.questions_of(wave.wave))
        taken: set[str] = set()
        for name, one in same.items():
            found[name].append(one)
            if one.variable is not None:
                taken.add(one.variable.name)
                if one.agreement.comparable:
                    knowns[name].append(one.variable)
        for variable in wave.codebook:
            if variable.name not in taken and variable.name not in knowns:
                knowns[variable.name] = [variable]
                found[variable.name] = [absent] * number + [SameQuestion(Agreement.SAME, variable)]
    questions = {name: _harmonised(knowns[name][0], tuple(reversed(found[name])), waves, decisions) for name in knowns}
    for name, question in list(questions.items()):
        for one in question.waves:
            old = one.variable.name if one.variable is not None and one.agreement.comparable else name
            if old not in questions:  # a plan may go on to call it what it was called
                questions[old] = replace(question, variable=question.variable.model_copy(update={"name": old}))
    labels = tuple(wave.wave for wave in waves)
    of_choices = (remark for question in questions.values() for remark in question.unfit)
    unfit = dict.fromkeys((*unfit_decisions(waves, decisions), *of_choices))
    return Harmonisation(labels, questions, decisions, tuple(unfit))


def names_of(variable: Variable, of_waves: Sequence[SameQuestion | None]) -> list[str]:
    """What the waves, oldest first, call a question: the newest name first."""
    own = [w.variable.name for w in reversed(of_waves) if w is not None and w.variable and w.agreement.comparable]
    return list(dict.fromkeys((variable.name, *own)))


def choice_list(wave: str, variable: Variable, choices: Sequence[Choice], frame: CodeFrame | None) -> ChoiceList:
    """A question's choices in one wave, with what the codes of its frame are known as."""
    known, deleted = _lineages(variable, frame) if frame is not None else ({}, {})
    printed = frozenset(frame.choice_of_number.values()) if frame is not None else frozenset()
    return ChoiceList(wave, tuple(choices), variable.kind, known, deleted, printed)


def _harmonised(
    variable: Variable, of_waves: tuple[SameQuestion, ...], waves: Sequence[WaveCodebook], decisions: StudyDecisions
) -> HarmonisedQuestion:
    lists, said = [], []
    names = names_of(variable, of_waves)
    for wave, one in zip(waves, of_waves, strict=True):
        if one.variable is not None and one.agreement.comparable:
            lists.append(choice_list(wave.wave, one.variable, one.variable.choices, wave.frames.of(one.variable.name)))
            said.append(decisions.choices_of(wave.wave, names))
    joined = joined_choices(lists, said)
    whole = variable.model_copy(update={"choices": joined.choices if variable.choices else ()})
    unfit = tuple(unfit_choices(variable.name, lists, said, joined)) if any(said) and variable.choices else ()
    return HarmonisedQuestion(whole, of_waves, tuple(lists), joined, unfit)


def _lineages(variable: Variable, frame: CodeFrame) -> tuple[Lineages, Lineages]:
    """What the codes of a frame are known as, by choice code; and those that persons took out, by that of "other"."""
    code_of = choice_of_code(variable, frame)
    printed = {*(frame.printed or ())}
    known = {
        code_of.get(code.code, str(code.code)): code.known_as
        for code in frame.codes
        if code.code not in printed or code.lineage
    }
    gone = tuple(name for code in frame.deleted or () for name in code.known_as)
    other = code_of.get(frame.other, str(frame.other)) if frame.other is not None else None
    return known, {other: gone} if gone and other is not None else {}
