"""What stands above a table: its title, base, filter, weight and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.plan import RowItem, TabulationPlan
from mcode_pipelines.survey.tables import TableHead
from mcode_pipelines.tabulation.counting.stub import Stub
from mcode_pipelines.tabulation.plan.conditions import in_words
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers
from mcode_pipelines.tabulation.respondents.bases import NO_ANSWER_ROW, BaseWish
from mcode_pipelines.tabulation.respondents.weights import Weights
from mcode_pipelines.tabulation.tables.wording import Words


def _battery_questions(codebook: Codebook) -> dict[str, str]:
    """By the name of each item of a battery, the battery's question: scales of one group that share their choices."""
    found: dict[tuple[str, tuple[Choice, ...]], list[str]] = {}
    for variable in codebook:
        if variable.kind == Kind.SCALE and variable.group:
            choices = tuple(choice.model_copy(update={"column": None}) for choice in variable.choices)
            found.setdefault((variable.group, choices), []).append(variable.name)
    return {name: group for (group, _), names in found.items() if len(names) > 1 for name in names}


def joined(question: str, part: str) -> str:
    """A question and what is told of it."""
    return f"{question} - {part}" if question.rstrip()[-1:] in "?!.:" else f"{question}: {part}"


@dataclass(frozen=True)
class Headings:
    """The headings of one weighting's tables."""

    plan: TabulationPlan
    words: Words
    weights: Weights
    everyone: int
    """Respondents who are counted: within the plan's filter, with a positive weight."""
    codebook: Codebook
    """Whose labels stand in place of a filter's names and codes."""
    beside_others: bool = False
    """Whether the book holds tables of other weightings too, so that each says its own."""
    weighting: tuple[str, ...] = ()
    """How this weighting was made, where the book's notes do not say it."""

    def of(self, table_id: str, item: RowItem, answers: Answers, stub: Stub, n: int) -> TableHead:
        """The heading of a table with `n` respondents in its base."""
        variable, wish = answers.variable, BaseWish.of(self.plan, item)
        counted = {row.code for row in stub.counted if row.kind == "category"}
        return TableHead(
            table_id=table_id,
            variable=item.variable,
            title=self.titled(item.title or self._title_of(variable)),
            kind=variable.kind.value,
            base_text=self.base_text(item, n),
            filter_text=self._filter_text(item),
            weight_text=self.weight_text,
            notes=(*self._notes(answers, stub, n), *self.weighting),
            nobody=self._nobody(n),
            partial=(wish.kind != "answering" and not wish.shows_no_answer)
            or (isinstance(answers, CodedAnswers) and not {c.code for c in answers.choices} <= counted)
            or (isinstance(answers, CodedAnswers) and answers.overlapping),
        )

    def of_several(
        self, table_id: str, item: RowItem, first: Variable, kind: str, n: int, notes: Sequence[str]
    ) -> TableHead:
        """The heading of one table made of several questions, the first of which is given."""
        nobody = self._nobody(n)
        return TableHead(
            table_id=table_id,
            variable=item.variable,
            title=self.titled(item.title or first.group or item.variable),
            kind=kind,
            base_text=self.base_text(item, n),
            filter_text=self._filter_text(item),
            weight_text=self.weight_text,
            notes=(*([nobody] if nobody else []), *notes, *self.weighting),
            nobody=nobody,
            partial=True,
        )

    @cached_property
    def _batteries(self) -> dict[str, str]:
        return _battery_questions(self.codebook)

    def _title_of(self, variable: Variable) -> str:
        """The question; of an item of a battery the battery's question before it."""
        question = self._batteries.get(variable.name)
        if question is None or variable.label.casefold().startswith(question.casefold()):
            return variable.label
        return joined(question, variable.label)

    def base_text(self, item: RowItem, n: int) -> str:
        """Who is in the base, and how many."""
        kind = BaseWish.of(self.plan, item).kind
        if kind == "answering" and item.items:
            kind = "any"
        if item.filter or self.plan.filter:
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
        return self.words("weight_rim" if self.weights.rim else "weight", name=self.weights.name)

    def _filter_text(self, item: RowItem) -> str | None:
        said = [in_words(text, self.codebook) for text in (self.plan.filter, item.filter) if text]
        if not said:
            return None
        return self.words("filter", text=" AND ".join(f"({t})" for t in said) if len(said) > 1 else said[0])

    def _notes(self, answers: Answers, stub: Stub, n: int) -> list[str]:
        words = self.words
        nobody = self._nobody(n)
        notes = [nobody] if nobody else []
        if isinstance(answers, CodedAnswers) and answers.overlapping:
            notes.append(words("multi"))
        if answers.left_out:
            phrase_of = "left_out_codes" if isinstance(answers, CodedAnswers) else "left_out_numbers"
            notes.append(words(phrase_of, n=answers.left_out))
        if stub.scored and isinstance(answers, CodedAnswers) and answers.choices and np.isnan(stub.factors).any():
            pairs = zip(answers.choices, stub.factors, strict=True)
            without = [c.label for c, f in pairs if np.isnan(f) and c.code != NO_ANSWER_ROW]
            if without:
                notes.append(words("without_factor", labels=", ".join(without)))
        return notes
