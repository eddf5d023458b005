"""Waves of one study: earlier surveys with the same questions, joined so that the wave is a question like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from mcode_pipelines.survey.code_frame import CodeFrames
from mcode_pipelines.survey.codebook import Choice, Codebook, Variable
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, ChoiceDecision, StudyDecisions
from mcode_pipelines.survey.harmonisation_sheet import FILE_NAMES, HarmonisationTable
from mcode_pipelines.survey.plan import TabulationPlan
from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.tabulation.arrays import BoolArray, IntArray
from mcode_pipelines.tabulation.harmonisation.choices import ChoiceList, JoinedChoices, joined_choices
from mcode_pipelines.tabulation.harmonisation.decided import WaveCodebook
from mcode_pipelines.tabulation.harmonisation.harmonised import (
    Harmonisation,
    HarmonisedQuestion,
    choice_list,
    harmonise,
    names_of,
)
from mcode_pipelines.tabulation.harmonisation.sheet import harmonisation_table
from mcode_pipelines.tabulation.plan.coded_questions import with_coded_choices
from mcode_pipelines.tabulation.plan.defaults import language_of
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER, SEVERAL_ANSWERS
from mcode_pipelines.tabulation.plan.questions import DerivedQuestion, Question, SurveyQuestion, WaveQuestion
from mcode_pipelines.tabulation.plan.waves import fewer_waves, with_wave_variable
from mcode_pipelines.tabulation.respondents.answers import NOBODY, Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.respondents.derivation import derive
from mcode_pipelines.tabulation.respondents.panel import NO_PANEL, Panel, PanelWave, find_panel
from mcode_pipelines.tabulation.respondents.respondents import Respondents


@dataclass(frozen=True)
class Wave:
    """One wave of a study: a survey with its codebook and codes."""

    label: str
    raw: RawSurvey
    codebook: Codebook
    frames: CodeFrames = field(default_factory=lambda: CodeFrames(()))
    codings: pl.DataFrame | None = None


@dataclass(frozen=True)
class JoinedWaves(Respondents):
    """The respondents of several waves, one wave after another; the newest one says what is asked.

    Which questions and which choices are the same, the harmonisation says. A question that a wave did not ask, or asked
    in a way that cannot be compared (in other words; a number, and choices), has no answers in that wave.
    """

    parts: tuple[Respondents, ...] = ()
    """Oldest first; the last is the newest."""
    labels: tuple[str, ...] = ()
    harmonisation: Harmonisation = field(default_factory=lambda: Harmonisation((), {}))
    same: Mapping[str, tuple[Question | None, ...]] = field(default_factory=dict)
    """For each question, by its name, the same question in each wave; None where the wave did not ask it."""
    panel: Panel = NO_PANEL
    """The people who answer in more than one wave."""
    _as_read: dict[str, tuple[tuple[ChoiceList, ...], JoinedChoices]] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def count(self) -> int:
        """How many respondents there are in all waves."""
        return sum(part.count for part in self.parts)

    def is_coded(self, variable: Variable) -> bool:
        """Whether an open-ended question has been coded in the newest wave that asked it."""
        for part, own in zip(reversed(self.parts), reversed(self.same.get(variable.name, ())), strict=False):
            if own is not None:
                return part.is_coded(own.variable)
        return False

    def read_each(self, questions: Sequence[Question]) -> Iterator[Answers | PlanError]:
        """See `Respondents.read_each`; each wave is read once."""
        own = [question for question in questions if isinstance(question, SurveyQuestion)]
        readers = [
            part.read_each([q for one in own if (q := self._in_wave(one, i))]) for i, part in enumerate(self.parts)
        ]
        for question in questions:
            if isinstance(question, WaveQuestion):
                yield self._waves(question.variable)
            elif isinstance(question, DerivedQuestion):
                try:
                    yield derive(question, self)
                except PlanError as error:
                    yield error
            else:
                found = [next(reader) if self._in_wave(question, i) else None for i, reader in enumerate(readers)]
                yield self._joined(question.variable, found)

    def asked(self, question: Question, given: BoolArray) -> tuple[BoolArray, str | None]:
        """See `Respondents.asked`; each wave by its own form."""
        if not isinstance(question, SurveyQuestion):
            return given, None
        asked: list[BoolArray] = []
        known: str | None = None
        start = 0
        for number, part in enumerate(self.parts):
            mine = given[start : start + part.count]
            start += part.count
            own = self._in_wave(question, number)
            if own is not None:
                put_to, condition = part.asked(own, part.answers(own).given)
                asked.append(put_to | mine)
                known = condition if condition is not None else known
            else:
                asked.append(mine)
        return np.concatenate(asked), known

    def absent(self, question: Question) -> PlanError | None:
        """See `Respondents.absent`: a wave without the weight would lose its respondents."""
        name = question.variable.name
        if not isinstance(question, SurveyQuestion) or name not in self.harmonisation.questions:
            return None
        of_waves = self.harmonisation.questions[name].waves
        lacking = [(w, one) for w, one in zip(self.labels, of_waves, strict=True) if not one.agreement.comparable]
        if not lacking:
            return None
        waves = ", ".join(wave for wave, _ in lacking)
        perhaps = next((one.offered for _, one in lacking if one.offered), None)
        hint = f" (perhaps it is {perhaps!r} there)" if perhaps else ""
        mungkin = f" (mungkin di sana {perhaps!r})" if perhaps else ""
        return PlanError(
            f"weight: the wave {waves} has no {name!r}{hint}, and without it nobody of that wave would be counted; in "
            f"the harmonisation sheet ({FILE_NAMES['en']}.xlsx), write the variable's name into the row of {name}, "
            f"column {waves}, leave the wave out with waves, or write weight: null",
            f"weight: gelombang {waves} tidak punya {name!r}{mungkin}, dan tanpa itu tidak seorang pun dari gelombang "
            f"itu dihitung; di lembar harmonisasi ({FILE_NAMES['id']}.xlsx), tulis nama variabelnya di baris {name}, "
            f"kolom {waves}, keluarkan gelombangnya dengan waves, atau tulis weight: null",
        )

    def matched(self, name: str) -> HarmonisedQuestion | None:
        """What each wave has of a question, with the choices that were found when it was read."""
        question = self.harmonisation.questions.get(name)
        if question is None or name not in self._as_read:
            return question
        lists, joined = self._as_read[name]
        return replace(question, lists=lists, joined=joined)

    def _in_wave(self, question: Question, number: int) -> Question | None:
        return self.same[question.variable.name][number]

    def _frame(self, question: Question) -> pl.DataFrame:
        """The raw columns of a question in all waves, under the names of the newest wave that asked it."""
        found = [self._in_wave(question, number) for number in range(len(self.parts))]
        own = [None if one is None else part._frame(one) for part, one in zip(self.parts, found, strict=True)]
        newest = next(frame for frame in reversed(own) if frame is not None)
        frames = [
            newest.clear(part.count)
            if frame is None or frame.width != newest.width
            else frame.rename(dict(zip(frame.columns, newest.columns, strict=True)))
            for part, frame in zip(self.parts, own, strict=True)
        ]
        if any(f.schema != newest.schema for f in frames):
            frames = [f.select(pl.all().cast(pl.String)) for f in frames]
        return pl.concat(frames)

    def _waves(self, variable: Variable) -> CodedAnswers:
        """The wave of each respondent, as its number; a category holds it, or with others in a row."""
        patterns: IntArray = np.repeat(np.arange(len(self.parts), dtype=np.int64), [part.count for part in self.parts])
        waves = np.arange(len(self.parts))[:, None]
        first = np.arange(len(variable.choices))
        in_a_row = len(self.parts) - len(variable.choices)
        return CodedAnswers(variable, variable.choices, patterns, (waves >= first) & (waves <= first + in_a_row), {})

    def _joined(self, variable: Variable, found: Sequence[Answers | PlanError | None]) -> Answers | PlanError:
        newest = next((one for one in reversed(found) if one is not None), None)
        if newest is None or isinstance(newest, PlanError):
            return newest or PlanError(
                f"no wave that is compared has the question {variable.name!r}",
                f"tidak ada gelombang yang dibandingkan yang punya pertanyaan {variable.name!r}",
            )
        variable = variable.model_copy(update={"kind": newest.variable.kind})
        comparable = [
            one if one is not None and not isinstance(one, PlanError) and _comparable(one, newest) else None
            for one in found
        ]
        left_out = sum(one.left_out for one in comparable if one is not None)
        if isinstance(newest, NumericAnswers):
            values = [
                one.values if isinstance(one, NumericAnswers) else np.full(part.count, np.nan)
                for one, part in zip(comparable, self.parts, strict=True)
            ]
            return NumericAnswers(variable, np.concatenate(values), left_out)
        coded = [one if isinstance(one, CodedAnswers) else None for one in comparable]
        return self._joined_codes(variable, newest, coded, left_out)

    def _joined_codes(
        self, variable: Variable, newest: CodedAnswers, coded: Sequence[CodedAnswers | None], left_out: int
    ) -> CodedAnswers:
        choices, place_of, offered = self._one_list(variable, coded)
        one_answer = variable.kind in ONE_ANSWER
        patterns: list[IntArray] = []
        members: list[BoolArray] = []
        before = 0
        for one, place, part in zip(coded, place_of, self.parts, strict=True):
            if one is None:
                patterns.append(np.full(part.count, NOBODY, dtype=np.int64))
                continue
            given = one.patterns.astype(np.int64)
            if one_answer:
                patterns.append(np.append(place[one.members.argmax(axis=1)], NOBODY)[given] if place.size else given)
                continue
            spread = np.zeros((len(one.members), len(choices)), dtype=bool)
            for own, there in enumerate(place):
                spread[:, there] |= one.members[:, own]
            patterns.append(np.where(given >= 0, given + before, NOBODY))
            members.append(spread)
            before += len(spread)
        together = np.eye(len(choices), dtype=bool) if one_answer else np.vstack(members)
        return CodedAnswers(
            variable,
            choices,
            np.concatenate(patterns),
            together,
            newest.nets,
            left_out,
            assumed=newest.assumed,
            not_offered=~offered if not offered.all() else None,
        )

    def _one_list(
        self, variable: Variable, coded: Sequence[CodedAnswers | None]
    ) -> tuple[tuple[Choice, ...], list[IntArray], BoolArray]:
        """The choices of all waves, the place of each wave's own among them, and (waves, choices) which offered which.

        A wave without the question offered everything: it has no figures anyway.
        """
        lists: list[ChoiceList] = []
        said: list[Mapping[str, ChoiceDecision]] = []
        question = self.harmonisation.questions.get(variable.name)
        names = names_of(variable, question.waves if question is not None else ())
        for number, one in enumerate(coded):
            own = self._same_variable(variable.name, number)
            if one is not None and own is not None:
                wave = self.labels[number]
                frame = self.parts[number].frames.of(own.name)
                lists.append(choice_list(wave, own, one.choices, frame))
                said.append(self.harmonisation.decisions.choices_of(wave, names))
        joined = joined_choices(lists, said)
        self._as_read[variable.name] = tuple(lists), joined
        places: list[IntArray] = []
        offered = np.ones((len(coded), len(joined.choices)), dtype=bool)
        found = iter(joined.places)
        for number, one in enumerate(coded):
            mine = next(found) if one is not None else ()
            places.append(np.array([place.row for place in mine], dtype=np.int64))
            if one is not None:
                offered[number] = False
                offered[number, places[-1]] = True
        return joined.choices, places, offered

    def _same_variable(self, name: str, number: int) -> Variable | None:
        own = self.same[name][number]
        return own.variable if own is not None else None


def with_choices_of_all(waves: Sequence[Wave]) -> list[Wave]:
    """The waves with codebooks that hold the choices coding added. Raises PlanError for two waves of one label."""
    labels = [wave.label for wave in waves]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise PlanError(f"waves: two waves are called {twice!r}; give each its own label")
    return [replace(w, codebook=with_coded_choices(w.codebook, w.frames, w.codings)) for w in waves]


def harmonised(waves: Sequence[Wave], decisions: StudyDecisions = NOTHING_DECIDED) -> Harmonisation:
    """What the questions of the waves, oldest first, have in common."""
    return harmonise([WaveCodebook(wave.label, wave.codebook, wave.frames) for wave in waves], decisions)


def joined_codebook(newest: Codebook, harmonisation: Harmonisation, plan: TabulationPlan) -> Codebook:
    """The questions of all waves with the choices of all, and the one that says the wave.

    Those that only earlier waves asked stand behind the newest wave's, and have a table where a plan asks for them.
    """
    codebook = newest.model_copy(update={"variables": harmonisation.codebook})
    return with_wave_variable(plan, codebook, harmonisation.labels)


def codebook_of_waves(
    codebook: Codebook, earlier: Sequence[Wave], plan: TabulationPlan, decisions: StudyDecisions = NOTHING_DECIDED
) -> Codebook:
    """What a plan that compares waves may name: the questions of the newest wave's codebook and of `earlier` ones.

    Raises PlanError for waves in a row of which there are fewer.
    """
    if plan.waves is None:
        return codebook
    if not earlier:
        if plan.rolling is not None:
            raise fewer_waves(plan.rolling, 1, [plan.wave] if plan.wave else [])
        return codebook
    waves = [
        WaveCodebook(wave.label, with_coded_choices(wave.codebook, wave.frames, wave.codings), wave.frames)
        for wave in earlier
    ]
    same = harmonise([*waves, WaveCodebook(plan.wave or "", codebook)], decisions)
    return joined_codebook(codebook, same, plan)


def harmonisation_of_waves(
    newest: Wave,
    earlier: Sequence[Wave],
    language: str | None,
    decisions: StudyDecisions = NOTHING_DECIDED,
    *,
    study: str,
    upload: str = "",
    uploads: Mapping[str, str] | None = None,
) -> HarmonisationTable:
    """The harmonisation sheet of these waves; see `harmonisation_table`.

    Raises PlanError for two waves of one label.
    """
    waves = [WaveCodebook(wave.label, wave.codebook, wave.frames) for wave in with_choices_of_all([*earlier, newest])]
    return harmonisation_table(
        harmonise(waves, decisions),
        waves,
        study=study,
        language=language or language_of(newest.codebook),
        upload=upload,
        uploads=uploads,
    )


def join_waves(
    waves: Sequence[Wave], questions: Mapping[str, Question], harmonisation: Harmonisation, panel: str = "auto"
) -> JoinedWaves:
    """The waves as one survey, the newest last; `questions` are those of a plan compiled for all of them.

    `panel` is the plan's word for whom the waves have in common. Raises PlanError for a variable that is not there.
    """
    of_waves = [{variable.name: SurveyQuestion(variable) for variable in wave.codebook} for wave in waves]
    parts = tuple(
        Respondents(wave.raw, own, wave.frames, wave.codings) for wave, own in zip(waves, of_waves, strict=True)
    )
    newest = waves[-1]
    same: dict[str, tuple[Question | None, ...]] = {}
    for name in questions:
        one = harmonisation.questions.get(name)
        same[name] = (
            (None,) * len(waves)
            if one is None
            else tuple(
                own[there.variable.name] if there.variable is not None and there.agreement.comparable else None
                for there, own in zip(one.waves, of_waves, strict=True)
            )
        )
    labels = tuple(wave.label for wave in waves)
    described = [v.name for v in newest.codebook if v.demographic and v.name in same]
    of_panel = [
        PanelWave(wave.label, wave.raw, wave.codebook, part, tuple(same[name][number] for name in described))
        for number, (wave, part) in enumerate(zip(waves, parts, strict=True))
    ]
    people = find_panel(of_panel, panel)
    return JoinedWaves(newest.raw, questions, newest.frames, newest.codings, parts, labels, harmonisation, same, people)


def _comparable(then: Answers, now: Answers) -> bool:
    if isinstance(then, NumericAnswers) or isinstance(now, NumericAnswers):
        return isinstance(then, NumericAnswers) and isinstance(now, NumericAnswers)
    return now.variable.kind in SEVERAL_ANSWERS or not then.overlapping
