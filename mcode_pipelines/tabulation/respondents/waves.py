"""Waves of one study: earlier surveys with the same questions, joined so that the wave is a question like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from mcode_pipelines.survey.code_frame import CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.plan import TabulationPlan
from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.tabulation.arrays import BoolArray, IntArray
from mcode_pipelines.tabulation.plan.coded_questions import with_coded_choices
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER, SEVERAL_ANSWERS
from mcode_pipelines.tabulation.plan.questions import DerivedQuestion, Question, SurveyQuestion, WaveQuestion
from mcode_pipelines.tabulation.plan.waves import with_wave_variable
from mcode_pipelines.tabulation.respondents.answers import NOBODY, Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.respondents.derivation import derive
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

    Questions are the same where their names are, answers where their codes are. A question that a wave did not ask,
    or asked in a way that cannot be compared (a number, and choices), has no answers in that wave.
    """

    parts: tuple[Respondents, ...] = ()
    """Oldest first; the last is the newest."""
    labels: tuple[str, ...] = ()
    same: Mapping[str, tuple[Question | None, ...]] = field(default_factory=dict)
    """For each question, by its name, the same question in each wave; None where the wave did not ask it."""

    @property
    def count(self) -> int:
        """How many respondents there are in all waves."""
        return sum(part.count for part in self.parts)

    def is_coded(self, variable: Variable) -> bool:
        """Whether an open-ended question has been coded in the newest wave."""
        return self.parts[-1].is_coded(variable)

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

    def _in_wave(self, question: Question, number: int) -> Question | None:
        return self.same[question.variable.name][number]

    def _frame(self, question: Question) -> pl.DataFrame:
        """The raw columns of a question in all waves, under the newest wave's names."""
        found = [self._in_wave(question, number) for number in range(len(self.parts))]
        newest = self.parts[-1]._frame(found[-1] or question)
        frames = []
        for part, own in zip(self.parts[:-1], found, strict=False):
            if own is not None:
                mine = part._frame(own)
                if mine.width == newest.width:
                    frames.append(mine.rename(dict(zip(mine.columns, newest.columns, strict=True))))
                    continue
            frames.append(newest.clear(part.count))
        frames.append(newest)
        if any(f.schema != newest.schema for f in frames):
            frames = [f.select(pl.all().cast(pl.String)) for f in frames]
        return pl.concat(frames)

    def _waves(self, variable: Variable) -> CodedAnswers:
        patterns: IntArray = np.repeat(np.arange(len(self.parts), dtype=np.int64), [part.count for part in self.parts])
        return CodedAnswers(variable, variable.choices, patterns, np.eye(len(self.parts), dtype=bool), {})

    def _joined(self, variable: Variable, found: Sequence[Answers | PlanError | None]) -> Answers | PlanError:
        newest, name = found[-1], variable.name
        if newest is None or isinstance(newest, PlanError):
            return newest or PlanError(
                f"the newest wave has no question {name!r}", f"gelombang terbaru tidak punya pertanyaan {name!r}"
            )
        variable = variable.model_copy(update={"kind": newest.variable.kind})
        coded = self.frames.of(name) is not None
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
        if coded:
            comparable = [
                _in_frame_of(newest, one, label) if isinstance(one, CodedAnswers) else one
                for one, label in zip(comparable, self.labels, strict=True)
            ]
        return self._joined_codes(variable, newest, comparable, left_out)

    def _joined_codes(
        self, variable: Variable, newest: CodedAnswers, found: Sequence[Answers | None], left_out: int
    ) -> CodedAnswers:
        coded = [one if isinstance(one, CodedAnswers) else None for one in found]
        choices = merged_choices([one.choices for one in coded if one is not None])
        column = {choice.code: i for i, choice in enumerate(choices)}
        one_answer = variable.kind in ONE_ANSWER
        patterns: list[IntArray] = []
        members: list[BoolArray] = []
        before = 0
        for one, part in zip(coded, self.parts, strict=True):
            if one is None:
                patterns.append(np.full(part.count, NOBODY, dtype=np.int64))
                continue
            place = np.array([column[c.code] for c in one.choices], dtype=np.int64)
            given = one.patterns.astype(np.int64)
            if one_answer:
                patterns.append(np.append(place[one.members.argmax(axis=1)], NOBODY)[given] if place.size else given)
                continue
            spread = np.zeros((len(one.members), len(choices)), dtype=bool)
            spread[:, place] = one.members
            patterns.append(np.where(given >= 0, given + before, NOBODY))
            members.append(spread)
            before += len(spread)
        together = np.eye(len(choices), dtype=bool) if one_answer else np.vstack(members)
        return CodedAnswers(
            variable, choices, np.concatenate(patterns), together, newest.nets, left_out, assumed=newest.assumed
        )


def with_choices_of_all(waves: Sequence[Wave]) -> list[Wave]:
    """The waves with codebooks that hold the choices coding added. Raises PlanError for two waves of one label."""
    labels = [wave.label for wave in waves]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise PlanError(f"waves: two waves are called {twice!r}; give each its own label")
    return [replace(w, codebook=with_coded_choices(w.codebook, w.frames, w.codings)) for w in waves]


def joined_codebook(waves: Sequence[Wave], plan: TabulationPlan) -> Codebook:
    """The questions of the newest wave, the last, with the choices of all waves, and the one that says the wave."""
    newest = waves[-1]
    merged = []
    for variable in newest.codebook:
        older = [wave.codebook[variable.name].choices for wave in waves[:-1] if variable.name in wave.codebook]
        choices = merged_choices([*older, variable.choices]) if variable.choices else ()
        merged.append(variable.model_copy(update={"choices": choices}))
    codebook = newest.codebook.model_copy(update={"variables": tuple(merged)})
    return with_wave_variable(plan, codebook, [wave.label for wave in waves])


def join_waves(waves: Sequence[Wave], questions: Mapping[str, Question]) -> JoinedWaves:
    """The waves as one survey, the newest last; `questions` are those of a plan compiled for all of them."""
    of_waves = [{variable.name: SurveyQuestion(variable) for variable in wave.codebook} for wave in waves]
    parts = tuple(
        Respondents(wave.raw, own, wave.frames, wave.codings) for wave, own in zip(waves, of_waves, strict=True)
    )
    newest = waves[-1]
    same = {name: tuple(own.get(name) for own in of_waves) for name in questions}
    labels = tuple(wave.label for wave in waves)
    return JoinedWaves(newest.raw, questions, newest.frames, newest.codings, parts, labels, same)


@dataclass(frozen=True)
class WaveDifferences:
    """What of some questions does not match between an earlier wave and the newest one."""

    label: str
    """Of the earlier wave."""
    absent: tuple[str, ...]
    """Questions that it did not ask."""
    unlike: tuple[str, ...]
    """Questions that it asked in a way that cannot be compared."""
    labels: tuple[str, ...]
    """Codes that had another label: `S6=1 (then / now)`."""
    frames: tuple[str, ...]
    """Open-ended questions that were coded by another frame."""


def differences(waves: Sequence[Wave], names: Sequence[str]) -> list[WaveDifferences]:
    """What of these questions does not match between the newest wave and each earlier one."""
    newest = waves[-1]
    found = []
    for wave in waves[:-1]:
        absent, unlike, codes = [], [], []
        for name in names:
            if name not in newest.codebook:
                continue
            if name not in wave.codebook:
                absent.append(name)
                continue
            now, then = newest.codebook[name], wave.codebook[name]
            if not _like(then.kind, now.kind):
                unlike.append(name)
                continue
            labels = {c.code: c.label for c in now.choices}
            for choice in then.choices:
                said = labels.get(choice.code)
                if said is not None and said.strip().casefold() != choice.label.strip().casefold():
                    codes.append(f"{name}={choice.code} ({choice.label} / {said})")
        frames = [name for name in names if not _same_frame(wave.frames.of(name), newest.frames.of(name))]
        found.append(WaveDifferences(wave.label, tuple(absent), tuple(unlike), tuple(codes), tuple(frames)))
    return found


def merged_choices(of_waves: Sequence[Sequence[Choice]]) -> tuple[Choice, ...]:
    """The choices of the newest wave (the last) and, behind them, those that only earlier waves had, newest first."""
    found: dict[str, Choice] = {choice.code: choice for choice in of_waves[-1]}
    for choices in reversed(of_waves[:-1]):
        for choice in choices:
            if choice.code not in found:
                found[choice.code] = choice.model_copy(update={"column": None})
    return tuple(found.values())


def _in_frame_of(newest: CodedAnswers, then: CodedAnswers, wave: str) -> CodedAnswers:
    """Codes of an earlier wave in the newest frame: the same code says the same only where its label does.

    A code that says something else takes the newest code of its label, or stands by itself with its wave behind it.
    """
    label_of = {choice.code: _said(choice) for choice in newest.choices}
    code_of = {_said(choice): choice.code for choice in newest.choices}
    choices = []
    for choice in then.choices:
        if label_of.get(choice.code, _said(choice)) != _said(choice) or choice.code not in label_of:
            known = code_of.get(_said(choice))
            update = {"code": known} if known else {"code": f"{choice.code} ({wave})"}
            choice = choice.model_copy(update=update)
        choices.append(choice)
    return replace(then, choices=tuple(choices))


def _same_frame(then: CodeFrame | None, now: CodeFrame | None) -> bool:
    if then is None or now is None:
        return then is now or now is None
    labels = {code.code: code.label.strip().casefold() for code in now.codes}
    return all(labels.get(code.code) == code.label.strip().casefold() for code in then.codes)


def _said(choice: Choice) -> str:
    return choice.label.strip().casefold()


def _like(then: Kind, now: Kind) -> bool:
    if now in SEVERAL_ANSWERS:
        return then in (*SEVERAL_ANSWERS, *ONE_ANSWER)
    return (then in ONE_ANSWER) == (now in ONE_ANSWER) and (then in SEVERAL_ANSWERS) == (now in SEVERAL_ANSWERS)


def _comparable(then: Answers, now: Answers) -> bool:
    if isinstance(then, NumericAnswers) or isinstance(now, NumericAnswers):
        return isinstance(then, NumericAnswers) and isinstance(now, NumericAnswers)
    return now.variable.kind in SEVERAL_ANSWERS or not then.overlapping
