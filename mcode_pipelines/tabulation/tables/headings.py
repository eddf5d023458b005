"""What stands above a table: its title, base, filter, weight and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np

from mcode_pipelines.survey.codebook import Choice, Kind, Variable
from mcode_pipelines.survey.tables import TableHead
from mcode_pipelines.tabulation.counting.stub import Stub
from mcode_pipelines.tabulation.plan.compiling import CompiledPlan
from mcode_pipelines.tabulation.plan.rows import Row
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers
from mcode_pipelines.tabulation.respondents.bases import NO_ANSWER_ROW
from mcode_pipelines.tabulation.respondents.weights import Weights
from mcode_pipelines.tabulation.tables.wording import Words


def _battery_questions(variables: Iterable[Variable]) -> dict[str, str]:
    """By the name of each item of a battery, the battery's question: scales of one group that share their choices."""
    found: dict[tuple[str, tuple[Choice, ...]], list[str]] = {}
    for variable in variables:
        if variable.kind == Kind.SCALE and variable.stem:
            choices = tuple(choice.model_copy(update={"column": None}) for choice in variable.choices)
            found.setdefault((variable.stem, choices), []).append(variable.name)
    return {name: group for (group, _), names in found.items() if len(names) > 1 for name in names}


def joined(question: str, part: str) -> str:
    """A question and what is told of it."""
    return f"{question} - {part}" if question.rstrip()[-1:] in "?!.:" else f"{question}: {part}"


@dataclass(frozen=True)
class Headings:
    """The headings of one weighting's tables."""

    plan: CompiledPlan
    words: Words
    weights: Weights
    everyone: int
    """Respondents who are counted: within the plan's filter, with a positive weight."""
    beside_others: bool = False
    """Whether the book holds tables of other weightings too, so that each says its own."""
    weighting: tuple[str, ...] = ()
    """How this weighting was made, where the book's notes do not say it."""

    def of(self, table_id: str, row: Row, answers: Answers, stub: Stub, n: int) -> TableHead:
        """The heading of a table with `n` respondents in its base."""
        variable, item, rule = answers.variable, row.item, row.base
        counted = {one.code for one in stub.counted if one.kind == "category"}
        return TableHead(
            table_id=table_id,
            variable=item.variable,
            title=self.titled(item.title or self._title_of(variable)),
            kind=variable.kind.value,
            base_text=self._base_text(row, n),
            filter_text=self._filter_text(row),
            weight_text=self.weight_text,
            notes=(*self._notes(answers, stub, n), *self.weighting),
            nobody=self._nobody(n),
            partial=(rule.kind != "answering" and not rule.shows_no_answer)
            or (isinstance(answers, CodedAnswers) and not {c.code for c in answers.choices} <= counted)
            or (isinstance(answers, CodedAnswers) and answers.overlapping),
        )

    def of_several(
        self, table_id: str, row: Row, first: Variable, kind: str, n: int, notes: Sequence[str]
    ) -> TableHead:
        """The heading of one table made of several questions, the first of which is given."""
        nobody, item = self._nobody(n), row.item
        return TableHead(
            table_id=table_id,
            variable=item.variable,
            title=self.titled(item.title or first.stem or item.variable),
            kind=kind,
            base_text=self._base_text(row, n),
            filter_text=self._filter_text(row),
            weight_text=self.weight_text,
            notes=(*([nobody] if nobody else []), *notes, *self.weighting),
            nobody=nobody,
            partial=True,
        )

    @cached_property
    def _batteries(self) -> dict[str, str]:
        return _battery_questions(question.variable for question in self.plan.questions.values())

    def _title_of(self, variable: Variable) -> str:
        """The question; of an item of a battery the battery's question before it."""
        question = self._batteries.get(variable.name)
        if question is None or variable.label.casefold().startswith(question.casefold()):
            return variable.label
        return joined(question, variable.label)

    def _base_text(self, row: Row, n: int) -> str:
        """Who is in the base, and how many."""
        kind = "any" if row.base.kind == "answering" and row.item.items else row.base.kind
        if row.filter or self.plan.filter:
            return self.words(f"base_{kind}_filtered", n=n)
        return self.words("base_all" if n == self.everyone else f"base_{kind}", n=n)

    def _nobody(self, n: int) -> str | None:
        return self.words("no_answers") if n == 0 else None

    def titled(self, title: str) -> str:
        """The title, with the weight behind it where the book holds several weightings."""
        return f"{title} ({self.weight_text})" if self.beside_others else title

    @property
    def weight_text(self) -> str | None:
        """How the table is weighted; None in a book that is not weighted at all."""
        if self.weights.values is None:
            return self.words("without_weight") if self.beside_others else None
        return self.words.weighted_by(self.weights)

    def _filter_text(self, row: Row) -> str | None:
        said = [condition.in_words for condition in (self.plan.filter, row.filter) if condition]
        if not said:
            return None
        return self.words("filter", text=" AND ".join(f"({t})" for t in said) if len(said) > 1 else said[0])

    def _notes(self, answers: Answers, stub: Stub, n: int) -> list[str]:
        words = self.words
        nobody = self._nobody(n)
        notes = [nobody] if nobody else []
        if isinstance(answers, CodedAnswers) and answers.overlapping:
            notes.append(words("multi"))
        if isinstance(answers, CodedAnswers) and answers.assumed:
            notes.append(words(answers.assumed))
        if any(fnmatchcase(answers.variable.name, named) for named in self.plan.written.counted):
            notes.append(words("counted", value=answers.variable.counted))
        if answers.left_out:
            phrase_of = "left_out_codes" if isinstance(answers, CodedAnswers) else "left_out_numbers"
            notes.append(words(phrase_of, n=answers.left_out))
        if stub.scored and isinstance(answers, CodedAnswers) and answers.choices and np.isnan(stub.factors).any():
            pairs = zip(answers.choices, stub.factors, strict=True)
            without = [c.label for c, f in pairs if np.isnan(f) and c.code != NO_ANSWER_ROW and not c.scale]
            if without:
                notes.append(words("without_factor", labels=", ".join(without)))
        return notes
