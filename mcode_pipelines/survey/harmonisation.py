"""What persons decided about a study: which variables and which choices of its waves are the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, model_serializer, model_validator

from mcode_pipelines.survey.codes import CodeText, canonical_code


class QuestionDecision(BaseModel):
    """Which variable of a wave is a question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variable: str | None
    """None: the wave did not ask it."""
    label: str | None = None
    """What the question was when this was decided: a name may be used again for another one."""

    def called(self, label: str) -> QuestionDecision:
        """The same, with what the question is called."""
        return QuestionDecision(variable=self.variable, label=label)

    @model_validator(mode="wrap")
    @classmethod
    def _may_be_a_name_alone(cls, given: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        return handler({"variable": given} if given is None or isinstance(given, str) else given)

    @model_serializer
    def _as_short_as_can_be(self) -> Any:
        return self.variable if self.label is None else {"variable": self.variable, "label": self.label}


class ChoiceDecision(BaseModel):
    """Which choice of a question a wave's code is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: CodeText | None
    """As the newest wave had it when this was decided; None: it is a choice of its own."""
    label: str | None = None
    """What that choice was called then: a code may be used again for another one."""

    def called(self, label: str) -> ChoiceDecision:
        """The same, with what the choice is called."""
        return ChoiceDecision(code=self.code, label=label)

    @model_validator(mode="wrap")
    @classmethod
    def _may_be_a_code_alone(cls, given: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        return handler({"code": given} if given is None or isinstance(given, str | int | float) else given)

    @model_serializer
    def _as_short_as_can_be(self) -> Any:
        return self.code if self.label is None else {"code": self.code, "label": self.label}


class StudyDecisions(BaseModel):
    """A person's word on what is the same in the waves of a study; it binds later waves too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: dict[str, dict[str, QuestionDecision]] = {}
    """Question, as a later wave calls it, to wave to the variable there."""
    choices: dict[str, dict[str, dict[CodeText, ChoiceDecision]]] = {}
    """Question to wave to the code there to the choice that it is."""

    @model_validator(mode="before")
    @classmethod
    def _names_are_text(cls, given: Any) -> Any:
        """YAML reads a wave called 2026 or a question called 7 as a number."""
        if not isinstance(given, dict):
            return given
        return {part: _text_keys(said, 3 if part == "choices" else 2) for part, said in given.items()}

    def __bool__(self) -> bool:
        return bool(self.questions or self.choices)

    def questions_of(self, wave: str) -> Mapping[str, QuestionDecision]:
        """What was decided about the variables of a wave: question to variable."""
        return {name: waves[wave] for name, waves in self.questions.items() if wave in waves}

    def choices_of(self, wave: str, names: Iterable[str]) -> Mapping[str, ChoiceDecision]:
        """What was decided about the choices of a question in a wave, whatever later waves call it: by code there."""
        return {code: choice for name in reversed(list(names)) for code, choice in self._choices(name, wave).items()}

    def _choices(self, name: str, wave: str) -> Mapping[str, ChoiceDecision]:
        return self.choices.get(name, {}).get(wave, {})

    def followed_by(self, later: StudyDecisions) -> StudyDecisions:
        """These decisions and later ones, which go before where both say something."""
        questions = {name: dict(waves) for name, waves in self.questions.items()}
        choices = {n: {wave: dict(said) for wave, said in waves.items()} for n, waves in self.choices.items()}
        for name, waves in later.questions.items():
            questions.setdefault(name, {}).update(waves)
        for name, of_waves in later.choices.items():
            for wave, said in of_waves.items():
                choices.setdefault(name, {}).setdefault(wave, {}).update(said)
        return StudyDecisions(questions=questions, choices=choices)

    def without(self, taken_back: Iterable[tuple[str, str, str | None]]) -> StudyDecisions:
        """Without some decisions, each named by question, wave and, where it is about a choice, the code there."""
        questions = {name: dict(waves) for name, waves in self.questions.items()}
        choices = {n: {wave: dict(said) for wave, said in waves.items()} for n, waves in self.choices.items()}
        for name, wave, code in taken_back:
            if code is None:
                questions.get(name, {}).pop(wave, None)
            else:
                choices.get(name, {}).get(wave, {}).pop(code, None)
        kept = {n: {wave: said for wave, said in waves.items() if said} for n, waves in choices.items()}
        return StudyDecisions(
            questions={name: waves for name, waves in questions.items() if waves},
            choices={name: waves for name, waves in kept.items() if waves},
        )

    def about(self, waves: Iterable[str]) -> StudyDecisions:
        """What was decided of these waves alone."""
        kept = set(waves)
        questions = {q: {w: one for w, one in said.items() if w in kept} for q, said in self.questions.items()}
        choices = {q: {w: one for w, one in said.items() if w in kept} for q, said in self.choices.items()}
        return StudyDecisions(
            questions={q: said for q, said in questions.items() if said},
            choices={q: said for q, said in choices.items() if said},
        )

    def with_waves(self, names: Mapping[str, str]) -> StudyDecisions:
        """The same with waves under other names; those not named keep theirs."""
        return StudyDecisions(
            questions={q: {names.get(w, w): one for w, one in said.items()} for q, said in self.questions.items()},
            choices={q: {names.get(w, w): one for w, one in said.items()} for q, said in self.choices.items()},
        )

    @property
    def waves(self) -> tuple[str, ...]:
        """The waves that something was decided about."""
        of_questions = [wave for said in self.questions.values() for wave in said]
        return tuple(dict.fromkeys((*of_questions, *(wave for said in self.choices.values() for wave in said))))


def _text_keys(given: Any, levels: int) -> Any:
    if not isinstance(given, dict) or levels == 0:
        return given
    return {canonical_code(key): _text_keys(said, levels - 1) for key, said in given.items()}


NOTHING_DECIDED = StudyDecisions()
