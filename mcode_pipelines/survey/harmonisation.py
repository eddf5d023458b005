"""What persons decided about a study: which variables and which choices of its waves are the same."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from mcode_pipelines.survey.codes import CodeText


class StudyDecisions(BaseModel):
    """A person's word on what is the same in the waves of a study; it binds later waves too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: dict[str, dict[str, str | None]] = {}
    """Question, as a later wave calls it, to wave to the variable there; None: the wave did not ask it."""
    choices: dict[str, dict[str, dict[CodeText, CodeText | None]]] = {}
    """Question to wave to the code there to the code in the joined list; None: it is a choice of its own."""

    def questions_of(self, wave: str) -> Mapping[str, str | None]:
        """What was decided about the variables of a wave: question to variable."""
        return {name: waves[wave] for name, waves in self.questions.items() if wave in waves}

    def choices_of(self, wave: str, question: str) -> Mapping[str, str | None]:
        """What was decided about the choices of a question in a wave: code there to code of the joined list."""
        return self.choices.get(question, {}).get(wave, {})


NOTHING_DECIDED = StudyDecisions()
