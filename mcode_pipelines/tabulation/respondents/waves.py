"""Waves of one study: earlier surveys with the same questions, joined so that the wave is a question like any other."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl

from mcode_pipelines.survey.code_frame import CodeFrame, CodeFrames
from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.plan import TOTAL, BannerItem, RimWeight, TabulationPlan
from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.tabulation.arrays import BoolArray, IntArray
from mcode_pipelines.tabulation.plan.coded_questions import with_coded_choices
from mcode_pipelines.tabulation.plan.definitions import derive, sound_definitions, with_definitions
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.respondents.answers import NOBODY, Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.respondents.decoding import ONE_ANSWER
from mcode_pipelines.tabulation.respondents.respondents import Respondents
from mcode_pipelines.tabulation.tables.wording import Words

_MARK = "the waves of the study"
_SEVERAL_ANSWERS = (Kind.MULTI_CHOICE, Kind.OPEN_ENDED)


@dataclass(frozen=True)
class Wave:
    """One wave of a study: a survey with its codebook and codes."""

    label: str
    raw: RawSurvey
    codebook: Codebook
    frames: CodeFrames = field(default_factory=lambda: CodeFrames(()))
    codings: pl.DataFrame | None = None


def wanted_waves(plan: TabulationPlan, earlier: Sequence[str], this: str | None = None) -> list[str]:
    """Which earlier waves a plan asks for, oldest first.

    Args:
        plan: whose `waves` are asked for.
        earlier: labels of all earlier waves there are, oldest first.
        this: the label of the plan's own wave, which may be named too.

    Raises:
        PlanError: for a wave that there is none of.
    """
    if plan.waves is None:
        return []
    if plan.waves == "all":
        return list(earlier)
    if isinstance(plan.waves, int):
        return list(earlier)[-(plan.waves - 1) :]
    for label in plan.waves:
        if label not in earlier and label not in {this, plan.wave}:
            there = f"there are {', '.join(earlier)}" if earlier else "there is no earlier one"
            close = difflib.get_close_matches(label, earlier, n=1)
            hint = f"did you mean {close[0]!r}?" if close else there
            raise PlanError(f"waves: this study has no wave {label!r}; {hint}")
    return [label for label in earlier if label in plan.waves]


def with_waves(plan: TabulationPlan, codebook: Codebook) -> Codebook:
    """The codebook with the question that says which wave a respondent belongs to, where the plan compares waves.

    It is called `wave`, or `study_wave` where the survey has a variable of that name.
    """
    if plan.waves is None:
        return codebook
    name = wave_name(codebook)
    if name not in codebook:
        label = "Wave" if (plan.language or codebook.language) == "en" else "Gelombang"
        marked = Variable(name=name, label=label, kind=Kind.SINGLE_CHOICE, columns=(), evidence=(_MARK,))
        codebook = codebook.model_copy(update={"variables": (*codebook.variables, marked)})
    return codebook


def with_wave_columns(plan: TabulationPlan, codebook: Codebook) -> TabulationPlan:
    """A completed plan whose banner shows the waves, and whose RIM weights are made wave by wave.

    The waves stand behind the total unless the banner uses them elsewhere. RIM weights meet their targets in each wave
    by itself. A plan without waves stays as it is.
    """
    if plan.waves is None:
        return plan
    name = wave_name(codebook)
    banner = plan.banner or ()
    if not any(name in item.path for item in banner):
        at = 1 if banner and banner[0].variable == TOTAL else 0
        banner = (*banner[:at], BannerItem(variable=name), *banner[at:])

    def by_wave(weight: str | RimWeight) -> str | RimWeight:
        if isinstance(weight, RimWeight) and weight.within is None:
            return weight.model_copy(update={"within": name})
        return weight

    rows = tuple(
        row.model_copy(update={"weight": tuple(map(by_wave, row.weight))}) if row.weight else row
        for row in plan.rows or ()
    )
    return plan.model_copy(
        update={
            "banner": banner,
            "weight": None if plan.weight is None else by_wave(plan.weight),
            "weights": tuple(map(by_wave, plan.weights)),
            "rows": rows,
        }
    )


def wave_name(codebook: Codebook) -> str:
    """The name of the question that says the wave."""
    for variable in codebook:
        if variable.evidence == (_MARK,):
            return variable.name
    return "study_wave" if "wave" in codebook else "wave"


@dataclass(frozen=True)
class JoinedWaves(Respondents):
    """The respondents of several waves, one wave after another; the newest one says what is asked.

    Questions are the same where their names are, answers where their codes are. A question that a wave did not ask,
    or asked in a way that cannot be compared (a number, and choices), has no answers in that wave.
    """

    parts: tuple[Respondents, ...] = ()
    """Oldest first; the last is the newest."""
    labels: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many respondents there are in all waves."""
        return sum(part.count for part in self.parts)

    @cached_property
    def wave(self) -> str:
        """The name of the question that says the wave."""
        return wave_name(self.codebook)

    def is_coded(self, name: str) -> bool:
        """Whether an open-ended question has been coded in the newest wave."""
        return self.parts[-1].is_coded(name)

    def read_each(self, names: Sequence[str]) -> Iterator[tuple[str, Answers | PlanError]]:
        """See `Respondents.read_each`; each wave is read once."""
        own = [name for name in names if name != self.wave and name not in self.definitions]
        readers = [part.read_each([n for n in own if n in part.variables]) for part in self.parts]
        for name in names:
            if name == self.wave:
                yield name, self._waves()
            elif name in self.definitions:
                try:
                    yield name, derive(name, self.definitions[name], self)
                except PlanError as error:
                    yield name, error
            else:
                found = [
                    next(reader)[1] if name in part.variables else None
                    for reader, part in zip(readers, self.parts, strict=True)
                ]
                yield name, self._joined(name, found)

    def asked(self, name: str, answers: Answers) -> tuple[BoolArray, str | None]:
        """See `Respondents.asked`; each wave by its own form."""
        given: BoolArray = answers.patterns >= 0 if isinstance(answers, CodedAnswers) else ~np.isnan(answers.values)
        if name == self.wave or name in self.definitions:
            return given, None
        asked: list[BoolArray] = []
        known: str | None = None
        start = 0
        for part in self.parts:
            mine = given[start : start + part.count]
            start += part.count
            if name in part.variables:
                own = part.answers(name)
                put_to, condition = part.asked(name, own)
                asked.append(put_to | mine)
                known = condition if condition is not None else known
            else:
                asked.append(mine)
        return np.concatenate(asked), known

    def frame(self, names: Iterable[str]) -> pl.DataFrame:
        """The raw columns of these questions in all waves, under the newest wave's names."""
        wanted = list(names)
        newest = self.parts[-1].frame(wanted)
        frames = []
        for part in self.parts[:-1]:
            if all(n in part.variables for n in wanted):
                mine = part.frame(wanted)
                if mine.width == newest.width:
                    frames.append(mine.rename(dict(zip(mine.columns, newest.columns, strict=True))))
                    continue
            frames.append(newest.clear(part.count))
        frames.append(newest)
        if any(f.schema != newest.schema for f in frames):
            frames = [f.select(pl.all().cast(pl.String)) for f in frames]
        return pl.concat(frames)

    def _waves(self) -> CodedAnswers:
        variable = self.variables[self.wave]
        patterns: IntArray = np.repeat(np.arange(len(self.parts), dtype=np.int64), [part.count for part in self.parts])
        return CodedAnswers(variable, variable.choices, patterns, np.eye(len(self.parts), dtype=bool), {})

    def _joined(self, name: str, found: Sequence[Answers | PlanError | None]) -> Answers | PlanError:
        newest = found[-1]
        if newest is None or isinstance(newest, PlanError):
            return newest or PlanError(
                f"the newest wave has no question {name!r}", f"gelombang terbaru tidak punya pertanyaan {name!r}"
            )
        variable = self.variables[name].model_copy(update={"kind": newest.variable.kind})
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
        return CodedAnswers(variable, choices, np.concatenate(patterns), together, newest.nets, left_out)


def joined(waves: Sequence[Wave], plan: TabulationPlan) -> JoinedWaves:
    """The waves as one survey; the last one is the newest, whose codebook says which questions there are.

    Raises:
        PlanError: for two waves of one label.
    """
    labels = [wave.label for wave in waves]
    twice = next((label for label in labels if labels.count(label) > 1), None)
    if twice is not None:
        raise PlanError(f"waves: two waves are called {twice!r}; give each its own label")
    waves = [replace(w, codebook=with_coded_choices(w.codebook, w.frames, w.codings)) for w in waves]
    newest = waves[-1]
    merged = []
    for variable in newest.codebook:
        older = [wave.codebook[variable.name].choices for wave in waves[:-1] if variable.name in wave.codebook]
        choices = merged_choices([*older, variable.choices]) if variable.choices else ()
        merged.append(variable.model_copy(update={"choices": choices}))
    whole = with_waves(plan, newest.codebook.model_copy(update={"variables": tuple(merged)}))
    whole = with_definitions(plan, whole)
    name = wave_name(whole)
    as_choices = tuple(Choice(code=label, label=label) for label in labels)
    variables = tuple(v.model_copy(update={"choices": as_choices}) if v.name == name else v for v in whole)
    parts = tuple(Respondents(w.raw, w.codebook, w.frames, w.codings) for w in waves)
    return JoinedWaves(
        newest.raw,
        whole.model_copy(update={"variables": variables}),
        newest.frames,
        newest.codings,
        sound_definitions(plan),
        parts,
        tuple(labels),
    )


def differences(waves: Sequence[Wave], names: Sequence[str], words: Words) -> list[str]:
    """What of these questions does not match between the newest wave and each earlier one, as notes of the book."""
    newest = waves[-1]
    notes = []
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
        for phrase, found in (
            ("wave_absent", absent),
            ("wave_unlike", unlike),
            ("wave_labels", codes),
            ("wave_frames", frames),
        ):
            if found:
                notes.append(words(phrase, wave=wave.label, names=_some(found)))
    return notes


_MOST_NAMED = 12


def _some(names: Sequence[str]) -> str:
    more = f" ... (+{len(names) - _MOST_NAMED})" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


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
    if now in _SEVERAL_ANSWERS:
        return then in (*_SEVERAL_ANSWERS, *ONE_ANSWER)
    return (then in ONE_ANSWER) == (now in ONE_ANSWER) and (then in _SEVERAL_ANSWERS) == (now in _SEVERAL_ANSWERS)


def _comparable(then: Answers, now: Answers) -> bool:
    if isinstance(then, NumericAnswers) or isinstance(now, NumericAnswers):
        return isinstance(then, NumericAnswers) and isinstance(now, NumericAnswers)
    return now.variable.kind in _SEVERAL_ANSWERS or not then.overlapping
