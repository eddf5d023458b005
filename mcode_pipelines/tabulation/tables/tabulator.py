"""What the tables of one weighting share: the counter, the words, who belongs to which base, columns to sort by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mcode_pipelines.survey.plan import Statistic
from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.counting.banner import Banner
from mcode_pipelines.tabulation.counting.counter import Counter
from mcode_pipelines.tabulation.plan.compiling import CompiledPlan
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.questions import Question
from mcode_pipelines.tabulation.plan.rows import Row
from mcode_pipelines.tabulation.plan.waves import is_rolling
from mcode_pipelines.tabulation.respondents.answers import Answers
from mcode_pipelines.tabulation.respondents.bases import with_silent, with_ticks, without_no_answer
from mcode_pipelines.tabulation.respondents.respondents import Respondents
from mcode_pipelines.tabulation.respondents.waves import JoinedWaves
from mcode_pipelines.tabulation.tables.headings import Headings
from mcode_pipelines.tabulation.tables.wave_columns import waves_of_columns
from mcode_pipelines.tabulation.tables.wave_notes import notes_of_question
from mcode_pipelines.tabulation.tables.wording import Words

_PutTo = tuple[BoolArray, str | None]
"""(respondents,) who belongs to the base of a question, and how we know (see `Respondents.asked`)."""


@dataclass(frozen=True)
class Tabulator:
    """Makes the tables of one weighting."""

    plan: CompiledPlan
    words: Words
    counter: Counter
    headings: Headings
    respondents: Respondents

    @property
    def banner(self) -> Banner:
        """The columns of every table."""
        return self.counter.banner

    @cached_property
    def labels(self) -> Mapping[Statistic, str]:
        """The row labels of statistics."""
        return self.words.statistics

    @cached_property
    def waves(self) -> BoolArray | None:
        """(waves, columns) whether a column counts anybody of a wave; None where no waves are compared."""
        if not isinstance(self.respondents, JoinedWaves):
            return None
        return waves_of_columns(self.banner, [part.count for part in self.respondents.parts])

    @cached_property
    def in_a_row(self) -> BoolArray:
        """(columns,) those of several waves in a row."""
        rolling = [name for name, q in self.plan.questions.items() if is_rolling(q.variable)]
        none = np.zeros(self.banner.size, dtype=bool)
        return self.banner.made_of.get(rolling[0], none) if rolling else none

    def notes_of_waves(self, row: Row) -> list[str]:
        """How the row's questions differ between waves."""
        if not isinstance(self.respondents, JoinedWaves):
            return []
        found = [one for q in row.questions if (one := self.respondents.matched(q.variable.name)) is not None]
        labels, language, rolling = self.respondents.labels, self.words.language, bool(self.in_a_row.any())
        said = (n for one in found for n in notes_of_question(one, labels, language, rolling=rolling))
        return list(dict.fromkeys(said))

    def within(self, row: Row) -> BoolArray | None:
        """(respondents,) who meets the row's own filter; None without one. Raises PlanError where nobody does."""
        return self.respondents.within(row.filter) if row.filter else None

    def based(self, row: Row, answers: Sequence[Answers]) -> tuple[Sequence[Answers], list[str]]:
        """The answers with all in them who belong to the base, and what is to be said of it."""
        rule, item = row.base, row.item
        if rule.leaves_no_answer_out or item.percent_of == "responses":
            answers = [without_no_answer(one) for one in answers]
        if rule.kind == "ticked":
            return [with_ticks(one) for one in answers], []
        if rule.kind == "answering":
            return answers, []
        shown = self.words("no_answer") if rule.shows_no_answer and item.summary is None else None
        silent = self._put_to(row, answers)
        return [with_silent(one, s, shown) for one, (s, _) in zip(answers, silent, strict=True)], self._said(silent)

    def silent(self, row: Row, answers: Sequence[Answers]) -> tuple[BoolArray | None, list[str]]:
        """(respondents,) who belongs to the base of several questions together beside those who answered."""
        if row.base.kind in {"answering", "ticked"}:
            return None, []
        known = self._put_to(row, answers)
        silent: BoolArray = np.any(np.stack([s for s, _ in known]), axis=0)
        return silent, self._said(known)

    def sorting_column(self, row: Row) -> int:
        """The place of the column that a row's categories are sorted by. Raises PlanError where it is not one."""
        sort = row.sort
        if sort is None:
            return 0
        question, code = sort.question, sort.code
        found = [
            place
            for place, column in enumerate(self.banner.columns)
            if (column.variable == question and column.code == code if question else column.letter == code)
        ]
        if self.banner.lost and not question:
            # Letters behind a question that is missing are not the ones that were meant.
            raise self.banner.lost[0]
        if len(found) == 1:
            return found[0]
        item = row.item
        what = "question and code" if question else "letter"
        said = f"no column has the {what}" if not found else "several columns have the letter"
        raise PlanError(
            f"rows: {item.variable!r}: sort: {said} {item.sort!r}; write total, "
            "a column's letter or a column such as S6=1",
            f"rows: {item.variable!r}: sort: {item.sort!r} tidak menunjuk tepat satu kolom; tulis total, "
            "huruf kolom, atau kolom seperti S6=1",
        )

    def _put_to(self, row: Row, answers: Sequence[Answers]) -> list[_PutTo]:
        if row.base.kind == "all":
            return [(np.ones(self.respondents.count, dtype=bool), None)] * len(answers)
        # The bands of a number and the number itself are answers to one question.
        questions: Sequence[Question] = row.questions if len(row.questions) > 1 else row.questions * len(answers)
        return [self.respondents.asked(q, one.given) for q, one in zip(questions, answers, strict=True)]

    def _said(self, known: Sequence[_PutTo]) -> list[str]:
        conditions = dict.fromkeys(condition for _, condition in known)
        notes = [self.words("asked_by_form", condition=c) for c in conditions if c]
        return [*notes, self.words("asked_by_cells")] if "" in conditions else notes
