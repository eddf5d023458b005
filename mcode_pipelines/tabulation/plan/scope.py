"""The names that a plan may use while it is compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType

from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.tabulation.plan.coded_questions import open_lists
from mcode_pipelines.tabulation.plan.conditions import check_condition, compile_condition
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.questions import Condition, Question, SurveyQuestion, WaveQuestion
from mcode_pipelines.tabulation.plan.suggestions import in_indonesian, nearest
from mcode_pipelines.tabulation.plan.waves import is_wave


class Scope:
    """The questions of a survey and, one after another, those that the plan derives.

    Every condition is read and checked once, however often the plan writes it.
    """

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.open_lists = open_lists(codebook)
        self._questions: dict[str, Question] = {
            v.name: WaveQuestion(v) if is_wave(v) else SurveyQuestion(v) for v in codebook
        }
        self._conditions: dict[str, Condition] = {}
        self._checked: set[Condition] = set()

    @property
    def questions(self) -> Mapping[str, Question]:
        """The questions by name."""
        return MappingProxyType(self._questions)

    def variables(self) -> Iterable[Variable]:
        """The variables of all questions, in order."""
        return (question.variable for question in self._questions.values())

    def __contains__(self, name: object) -> bool:
        return name in self._questions

    def __getitem__(self, name: str) -> Question:
        """The question of this name. Raises KeyError."""
        return self._questions[name]

    def path(self, text: str) -> tuple[str, ...]:
        """The variables of a nesting (`S6 > S15`), outermost first. A name may hold the sign itself."""
        parts = text.split(">")
        names: list[str] = []
        start = 0
        while start < len(parts):
            ends = range(len(parts), start, -1)
            whole = ((">".join(parts[start:end]).strip(), end) for end in ends)
            name, start = next((one for one in whole if one[0] in self), (parts[start].strip(), start + 1))
            names.append(name)
        return tuple(names)

    def named(self, place: str, name: str) -> Question:
        """The question of this name. Raises PlanError, saying the place in the plan and the nearest names."""
        if name not in self._questions:
            close = nearest(name, self._questions)
            raise PlanError(
                f"{place}: there is no variable {name!r} in this survey{close}",
                f"{place}: tidak ada variabel {name!r} dalam survei ini{in_indonesian(close)}",
                unknown=name,
            )
        return self._questions[name]

    def matching(self, pattern: str, kinds: Iterable[Kind] | None = None) -> list[Question]:
        """The questions whose names match a pattern with `*` and `?`, in order; of some kinds."""
        wanted = None if kinds is None else frozenset(kinds)
        return [
            question
            for name, question in self._questions.items()
            if fnmatchcase(name, pattern) and (wanted is None or question.variable.kind in wanted)
        ]

    def expression(self, text: str) -> Condition:
        """A SQL expression over the questions there are. Raises PlanError where it cannot be read."""
        if text not in self._conditions:
            self._conditions[text] = compile_condition(text, self._questions)
        return self._conditions[text]

    def check(self, condition: Condition) -> None:
        """Raises PlanError for what is no condition, and for codes that its questions do not have."""
        if condition not in self._checked:
            check_condition(condition, self.open_lists)
            self._checked.add(condition)

    def is_open(self, variable: Variable) -> bool:
        """Whether the choices of a variable are known only once it is read."""
        return not variable.choices or variable.name in self.open_lists

    def define(self, question: Question) -> None:
        """Adds a question of the plan's own."""
        self._questions[question.variable.name] = question

    def forget(self, name: str) -> None:
        """Takes out a name, so that nothing stands for a question that could not be derived."""
        gone = self._questions.pop(name, None)
        if gone is not None:
            self._conditions = {t: c for t, c in self._conditions.items() if gone not in c.questions}
