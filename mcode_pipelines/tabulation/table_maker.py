"""One table after another: a plan's row item and its answers become counted figures and a heading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mcode_pipelines.survey.codebook import Kind
from mcode_pipelines.survey.plan import TOTAL, RowItem, Statistic, TabulationPlan
from mcode_pipelines.survey.tables import TableHead
from mcode_pipelines.tabulation.answers import Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.arrangement import arranged
from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.association import WholeTest, association
from mcode_pipelines.tabulation.banner import Banner
from mcode_pipelines.tabulation.bases import BaseWish, with_silent
from mcode_pipelines.tabulation.batch import CountedTable, Score
from mcode_pipelines.tabulation.battery import CountedItem, anyone, base_of, in_order, item_stub, together
from mcode_pipelines.tabulation.counting import Counter, Counts, by_value
from mcode_pipelines.tabulation.errors import PlanError
from mcode_pipelines.tabulation.headings import Headings
from mcode_pipelines.tabulation.measures import moments, statistic
from mcode_pipelines.tabulation.respondents import Respondents
from mcode_pipelines.tabulation.scattered import scattered_scores
from mcode_pipelines.tabulation.stub import Stub, promoter_scores, stub_of
from mcode_pipelines.tabulation.sums import Sums
from mcode_pipelines.tabulation.wording import Words

ONE_ANSWER = (Kind.SINGLE_CHOICE, Kind.SCALE)
"""Kinds whose respondents give one answer each."""


@dataclass(frozen=True)
class TableMaker:
    """Makes the tables of one weighting."""

    plan: TabulationPlan
    words: Words
    banner: Banner
    counter: Counter
    headings: Headings
    respondents: Respondents
    inside: Callable[[str], BoolArray]
    """(respondents,) who meets a filter; raises PlanError where it cannot be read or nobody does."""

    def table(self, table_id: str, item: RowItem, answers: Sequence[Answers]) -> CountedTable:
        """One table, counted. `answers` are those of the item's questions, in order. Raises PlanError."""
        within = self._within(item)
        answers, notes = self._based(item, answers)
        made = self._made(table_id, item, answers, within)
        return replace(made, head=made.head.model_copy(update={"notes": (*made.head.notes, *notes)})) if notes else made

    def _made(self, table_id: str, item: RowItem, answers: Sequence[Answers], within: BoolArray | None) -> CountedTable:
        if item.summary is not None:
            return self._battery(table_id, item, item.summary, answers, within)
        return self._question(table_id, item, answers[0], within)

    def _based(self, item: RowItem, answers: Sequence[Answers]) -> tuple[Sequence[Answers], list[str]]:
        """The answers with all in them who belong to the base, and what is to be said of it."""
        wish = BaseWish.of(self.plan, item)
        if wish.kind == "answering":
            return answers, []
        shown = self.words("no_answer") if wish.shows_no_answer and item.summary is None else None
        based: list[Answers] = []
        conditions: dict[str | None, None] = {}
        for one in answers:
            if wish.kind == "all":
                silent = np.ones(self.respondents.count, dtype=bool)
            else:
                silent, condition = self.respondents.asked(one.variable.name, one)
                conditions[condition] = None
            based.append(with_silent(one, silent, shown))
        notes = [self.words("asked_by_form", condition=c) for c in conditions if c]
        if "" in conditions:
            notes.append(self.words("asked_by_cells"))
        return based, notes

    def _question(self, table_id: str, item: RowItem, answers: Answers, within: BoolArray | None) -> CountedTable:
        stub = stub_of(item, answers, self.words)
        counts, scores = self._counted(answers, stub, within)
        whole = self._whole_tests(answers, stub, counts)
        head = self._head(table_id, item, answers, stub, counts)
        head = head.model_copy(update={"notes": (*head.notes, *(self.words.association(w) for w in whole))})
        stub, arranged_counts = self._arranged(item, stub, counts)
        table = CountedTable(head, stub.counted, arranged_counts, scores, whole)
        return self._of_responses(item, table, answers, counts) if item.percent_of == "responses" else table

    def _of_responses(self, item: RowItem, table: CountedTable, answers: Answers, counts: Counts) -> CountedTable:
        """The same table with percents of all answers given; `counts` has every row."""
        if not isinstance(answers, CodedAnswers) or BaseWish.of(self.plan, item).shows_no_answer:
            wrong = "is a number" if not isinstance(answers, CodedAnswers) else "shows those without an answer"
            raise PlanError(f"rows: {item.variable!r}: percent_of: it {wrong}, which are no responses; take it out")
        size = len(answers.choices)
        given = self.counter.count(answers, np.eye(size, dtype=bool), self._within(item), None).rows.w.sum(axis=0)
        row = Score("responses", self.words("responses"), given, None, counts.base, None)
        head = table.head.model_copy(
            update={"notes": (*table.head.notes, self.words("of_responses", n=float(given[0]))), "partial": True}
        )
        return replace(table, head=head, scores=(*table.scores, row), responses=given)

    def _within(self, item: RowItem) -> BoolArray | None:
        return self.inside(item.filter) if item.filter else None

    def _head(self, table_id: str, item: RowItem, answers: Answers, stub: Stub, counts: Counts) -> TableHead:
        return self.headings.of(table_id, item, answers, stub, int(counts.base.n[0]))

    def _arranged(self, item: RowItem, stub: Stub, counts: Counts) -> tuple[Stub, Counts]:
        if item.sort is None and not item.hide_empty:
            return stub, counts
        column = self._sorting_column(item)
        rows = counts.rows
        empty = rows.n[:, 0] == 0 if item.hide_empty else None
        order = arranged(stub.counted, stub.holds, rows.w[:, column], sort=item.sort is not None, without=empty)
        stub = replace(stub, counted=tuple(stub.counted[i] for i in order), holds=stub.holds[:, order])
        return stub, replace(counts, rows=Sums(rows.n[order], rows.w[order], rows.q[order]))

    def _sorting_column(self, item: RowItem) -> int:
        if item.sort in {None, TOTAL}:
            return 0
        for place, column in enumerate(self.banner.columns):
            if column.letter == item.sort:
                return place
        raise PlanError(
            f"rows: {item.variable!r}: sort: no column has the letter {item.sort!r}; write total or a column's letter"
        )

    def _battery(
        self, table_id: str, item: RowItem, summary: Statistic, answers: Sequence[Answers], within: BoolArray | None
    ) -> CountedTable:
        items = []
        for one in answers:
            stub = item_stub(summary, one, self.words)
            items.append(CountedItem(one.variable, stub, *self._counted(one, stub, within)))
        someone = anyone(answers)
        column = self._sorting_column(item)
        shown = in_order(items, column, sort=item.sort is not None, hide_empty=item.hide_empty)
        rows, counts, bases, scores = together(shown, base_of(self.counter, someone, within))
        head = self._head(table_id, item, someone, items[0].stub, counts)
        title = item.title or f"{answers[0].variable.group or item.variable}: {self.words.statistic(summary)}"
        head = head.model_copy(update={"title": self.headings.titled(title)})
        return CountedTable(head, rows, counts, scores, row_bases=bases)

    def _counted(self, answers: Answers, stub: Stub, within: BoolArray | None) -> tuple[Counts, tuple[Score, ...]]:
        if isinstance(answers, NumericAnswers):
            return self._numeric(answers, stub, within)
        return self._coded(answers, stub, within)

    def _coded(self, answers: CodedAnswers, stub: Stub, within: BoolArray | None) -> tuple[Counts, tuple[Score, ...]]:
        scored = None
        if stub.scored:
            scored = np.where(answers.members.any(axis=1), stub.factors[answers.members.argmax(axis=1)], np.nan)
        counts = self.counter.count(answers, stub.holds, within, scored)
        return counts, self._scores(stub, counts)

    def _numeric(
        self, answers: NumericAnswers, stub: Stub, within: BoolArray | None
    ) -> tuple[Counts, tuple[Score, ...]]:
        if within is not None:
            silent = None if answers.silent is None else answers.silent & within
            answers = replace(answers, values=np.where(within, answers.values, np.nan), silent=silent)
        patterns, values = by_value(answers)
        if self.counter.fits(len(values)):
            counts = self.counter.count(patterns, stub.holds, None, values)
            return counts, self._scores(stub, counts)
        return scattered_scores(self.counter, answers, stub)

    def _scores(self, stub: Stub, counts: Counts) -> tuple[Score, ...]:
        if not stub.scored or counts.distribution is None:
            return ()
        spread = counts.distribution
        plain = moments(spread)
        scores = []
        for row in stub.scored:
            source, known = spread, plain
            if row.statistic is Statistic.NPS:
                source = type(spread)(promoter_scores(spread.scores), spread.people)
                known = moments(source)
            tested = known if row.statistic in {Statistic.MEAN, Statistic.NPS} else None
            values = statistic(row.statistic, source, known)
            scores.append(Score(row.statistic.value, row.label, values, tested, known.people, counts.both_scored))
        return tuple(scores)

    def _whole_tests(self, answers: Answers, stub: Stub, counts: Counts) -> tuple[WholeTest, ...]:
        kind = self.plan.significance.chi_square
        if kind == "none" or not isinstance(answers, CodedAnswers) or answers.variable.kind not in ONE_ANSWER:
            return ()
        categories = [i for i, row in enumerate(stub.counted) if row.kind == "category"]
        found = []
        for column, place in self.banner.disjoint_questions:
            rows = counts.rows
            cells = Sums(*(figure[categories][:, place] for figure in (rows.n, rows.w, rows.q)))
            tested = association(kind, cells)
            if tested is not None:
                found.append(WholeTest(column.variable, self.words(f"chi_square_{kind}"), column.heading, tested))
        return tuple(found)
