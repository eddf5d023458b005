"""One table after another: a plan's row item and its answers become counted figures and a heading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mcode_pipelines.survey.codebook import Variable
from mcode_pipelines.survey.plan import TOTAL, Allocation, Ranking, RowItem, Statistic, TabulationPlan
from mcode_pipelines.survey.tables import TableHead
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.counting.banner import Banner
from mcode_pipelines.tabulation.counting.counter import Counter, Counts, by_value
from mcode_pipelines.tabulation.counting.stub import ScoredRow, Stub, promoter_scores, stub_of
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.plan.definitions import banded, no_number
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.respondents.answers import NOBODY, Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.respondents.bases import NO_ANSWER_ROW, BaseWish, with_silent, without_no_answer
from mcode_pipelines.tabulation.respondents.decoding import ONE_ANSWER
from mcode_pipelines.tabulation.respondents.respondents import Respondents
from mcode_pipelines.tabulation.statistics.chi_square import WholeTest, association
from mcode_pipelines.tabulation.statistics.measures import moments, statistic
from mcode_pipelines.tabulation.tables.allocation import divided
from mcode_pipelines.tabulation.tables.battery import CountedItem, anyone, base_of, in_order, item_stub, together
from mcode_pipelines.tabulation.tables.headings import Headings, joined
from mcode_pipelines.tabulation.tables.nps import from_0_to_10
from mcode_pipelines.tabulation.tables.ranking import counted_places, ranks_of
from mcode_pipelines.tabulation.tables.row_order import arranged
from mcode_pipelines.tabulation.tables.tidy_cells import CountedTable, Score, own_columns
from mcode_pipelines.tabulation.tables.ungrouped import scattered_scores
from mcode_pipelines.tabulation.tables.wording import Words


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
        if item.ranking:
            return self._ranking(table_id, item, item.ranking, answers, within)
        if item.allocation:
            return self._allocation(table_id, item, item.allocation, answers, within)
        if item.nps:
            answers = [from_0_to_10(answers[0], self.words)]
        notes: list[str] = []
        if item.bands or item.quantiles:
            answers, notes = self._banded(item, answers[0])
        answers, said = self._based(item, answers)
        notes += said
        made = self._made(table_id, item, answers, within)
        if self.plan.significance.levels and own_columns(made.head, self.banner)[self.banner.shown].any():
            notes.append(self.words("own_columns"))
        return replace(made, head=made.head.model_copy(update={"notes": (*made.head.notes, *notes)})) if notes else made

    def _made(self, table_id: str, item: RowItem, answers: Sequence[Answers], within: BoolArray | None) -> CountedTable:
        if item.summary is not None:
            return self._battery(table_id, item, item.summary, answers, within)
        return self._question(table_id, item, answers[0], within, answers[1] if len(answers) > 1 else None)

    def _based(self, item: RowItem, answers: Sequence[Answers]) -> tuple[Sequence[Answers], list[str]]:
        """The answers with all in them who belong to the base, and what is to be said of it."""
        wish = BaseWish.of(self.plan, item)
        if wish.leaves_no_answer_out or item.percent_of == "responses":
            answers = [without_no_answer(one) for one in answers]
        if wish.kind == "answering":
            return answers, []
        shown = self.words("no_answer") if wish.shows_no_answer and item.summary is None else None
        silent = [self._put_to(wish, one) for one in answers]
        return [with_silent(one, s, shown) for one, (s, _) in zip(answers, silent, strict=True)], self._said(silent)

    def _put_to(self, wish: BaseWish, answers: Answers) -> tuple[BoolArray, str | None]:
        """(respondents,) who belongs to the base of one question, and how we know (see `Respondents.asked`)."""
        if wish.kind == "all":
            return np.ones(self.respondents.count, dtype=bool), None
        return self.respondents.asked(answers.variable.name, answers)

    def _said(self, known: Sequence[tuple[BoolArray, str | None]]) -> list[str]:
        conditions = dict.fromkeys(condition for _, condition in known)
        notes = [self.words("asked_by_form", condition=c) for c in conditions if c]
        return [*notes, self.words("asked_by_cells")] if "" in conditions else notes

    def _beside(self, item: RowItem, answers: Sequence[Answers]) -> tuple[BoolArray | None, list[str]]:
        """(respondents,) who belongs to the base of several questions together beside those who answered."""
        wish = BaseWish.of(self.plan, item)
        if item.no_answer == "show":
            raise PlanError(
                f"rows: {item.variable!r}: no_answer: this table has no row for it; take it out",
                f"rows: {item.variable!r}: no_answer: tabel ini tidak punya baris untuk itu; hapus",
            )
        if wish.kind == "answering":
            return None, []
        known = [self._put_to(wish, one) for one in answers]
        silent: BoolArray = np.any(np.stack([s for s, _ in known]), axis=0)
        return silent, self._said(known)

    def _ranking(
        self, table_id: str, item: RowItem, ranking: Ranking, answers: Sequence[Answers], within: BoolArray | None
    ) -> CountedTable:
        ranks = ranks_of(ranking, answers)
        silent, notes = self._beside(item, answers)
        coded, rows = counted_places(ranking, ranks, answers[0], silent, self.words)
        holds = np.eye(len(rows), dtype=bool)
        counts = self.counter.count(coded, holds, within, None)
        scores = [self._mean(answers[0].variable, ranks.places[:, i], within) for i in range(len(ranks.codes))]
        order = self._order_of_things(item, counts, scores, len(ranks.codes))
        blocks = len(rows) // len(ranks.codes)
        shown = [block * len(ranks.codes) + i for block in range(blocks) for i in order]
        means = tuple(
            replace(scores[i], code=f"mean:{ranks.codes[i]}", label=self.words("rank_mean", thing=ranks.labels[i]))
            for i in order
            if "mean" in ranking.show
        )
        if means:
            notes.append(self.words("rank_note"))
        if ranks.left_out:
            notes.append(self.words("rank_left_out", n=ranks.left_out))
        rows_shown = Sums(*(figure[shown] for figure in (counts.rows.n, counts.rows.w, counts.rows.q)))
        head = self.headings.of_several(table_id, item, answers[0].variable, "ranking", int(counts.base.n[0]), notes)
        return CountedTable(head, tuple(rows[i] for i in shown), replace(counts, rows=rows_shown), means)

    def _order_of_things(self, item: RowItem, counts: Counts, scores: Sequence[Score], things: int) -> list[int]:
        """The things of a ranking as they are shown: the most often first (else the best mean) on request."""
        order = list(range(things))
        if item.hide_empty:
            order = [i for i in order if scores[i].people.n[0] > 0]
        if item.sort:
            column = self._sorting_column(item)
            if len(counts.rows.w):
                order.sort(key=lambda i: -counts.rows.w[i, column])
            else:
                order.sort(key=lambda i: np.nan_to_num(scores[i].values[column], nan=np.inf))
        return order

    def _allocation(
        self, table_id: str, item: RowItem, allocation: Allocation, answers: Sequence[Answers], within: BoolArray | None
    ) -> CountedTable:
        counted = self.counter.columns_of(0)
        parts = divided(allocation, answers, counted if within is None else counted & within)
        silent, notes = self._beside(item, answers)
        base = parts.someone if silent is None else parts.someone | silent
        variable = answers[0].variable
        someone = CodedAnswers(variable, (), np.where(base, 0, NOBODY), np.ones((1, 0), dtype=bool), {})
        counts = self.counter.count(someone, np.zeros((0, 0), dtype=bool), within, None)
        scores = [self._mean(variable, parts.amounts[:, i], within) for i in range(len(answers))]
        whole = self._mean(variable, parts.amounts.sum(axis=1), within)
        order = list(range(len(answers)))
        if item.hide_empty:
            order = [i for i in order if scores[i].values[0] > 0]
        if item.sort:
            column = self._sorting_column(item)
            order.sort(key=lambda i: -np.nan_to_num(scores[i].values[column]))
        made: list[Score] = []
        for i in order if "mean" in allocation.show else ():
            label = self.words("mean_of_sum", thing=answers[i].variable.label)
            made.append(replace(scores[i], code=f"mean:{answers[i].variable.name}", label=label))
        for i in order if "share" in allocation.show else ():
            with np.errstate(invalid="ignore", divide="ignore"):
                share = np.where(whole.values > 0, 100.0 * scores[i].values / whole.values, np.nan)
            label = self.words("share_of_sum", thing=answers[i].variable.label)
            made.append(Score(f"share:{answers[i].variable.name}", label, share, None, scores[i].people, None))
        made.append(replace(whole, code="sum", label=self.words("sum_of_all"), moments=None))
        if parts.off:
            notes.append(self.words(f"off_{allocation.off_total}", n=parts.off, total=allocation.total))
        left_out = sum(one.left_out for one in answers)
        if left_out:
            notes.append(self.words("left_out_numbers", n=left_out))
        head = self.headings.of_several(table_id, item, variable, "allocation", int(counts.base.n[0]), notes)
        return CountedTable(head, (), counts, tuple(made))

    def _mean(self, variable: Variable, values: FloatArray, within: BoolArray | None) -> Score:
        """The mean of some numbers, tested."""
        stub = Stub((), np.zeros((0, 0), dtype=bool), (ScoredRow(Statistic.MEAN, ""),), np.zeros(0))
        return self._numeric(NumericAnswers(variable, values), stub, within)[1][0]

    def _banded(self, item: RowItem, answers: Answers) -> tuple[list[Answers], list[str]]:
        """A number as bands, and the number itself among those in a band."""
        if not isinstance(answers, NumericAnswers):
            word = "bands" if item.bands else "quantiles"
            raise no_number("rows", item.variable, word)
        rows = banded(answers, item.bands, item.quantiles)
        outside = int((~np.isnan(answers.values) & (rows.patterns < 0)).sum())
        notes = [self.words("outside_bands", n=outside)] if outside else []
        if answers.left_out:
            notes.append(self.words("left_out_numbers", n=answers.left_out))
        return [rows, replace(answers, values=np.where(rows.patterns >= 0, answers.values, np.nan))], notes

    def _question(
        self, table_id: str, item: RowItem, answers: Answers, within: BoolArray | None, number: Answers | None
    ) -> CountedTable:
        if number is not None:
            stub = stub_of(item.model_copy(update={"statistics": ()}), answers, self.words)
            counts, _ = self._counted(answers, stub, within)
            plain = item.model_copy(update={"nets": {}})
            scores = self._counted(number, stub_of(plain, number, self.words), within)[1]
        else:
            stub = stub_of(item, answers, self.words)
            counts, scores = self._counted(answers, stub, within)
        whole = self._whole_tests(answers, stub, counts, within)
        head = self._head(table_id, item, answers, stub, counts)
        head = head.model_copy(update={"notes": (*head.notes, *(self.words.association(w) for w in whole))})
        stub, arranged_counts = self._arranged(item, stub, counts)
        table = CountedTable(head, stub.counted, arranged_counts, scores, whole)
        return self._of_responses(item, table, answers, stub, counts) if item.percent_of == "responses" else table

    def _of_responses(
        self, item: RowItem, table: CountedTable, answers: Answers, stub: Stub, counts: Counts
    ) -> CountedTable:
        """The same table of answers given, with percents of all of them; `counts` is of respondents.

        A net holds every answer to one of its codes, also several of one respondent.
        """
        if not isinstance(answers, CodedAnswers) or BaseWish.of(self.plan, item).shows_no_answer:
            wrong = "is a number" if not isinstance(answers, CodedAnswers) else "shows those without an answer"
            raise PlanError(
                f"rows: {item.variable!r}: percent_of: it {wrong}, which are no responses; take it out",
                f"rows: {item.variable!r}: percent_of: tabel ini tidak dihitung dari jawaban pilihan; hapus",
            )
        size = len(answers.choices)
        of_codes = self.counter.count(answers, np.eye(size, dtype=bool), self._within(item), None).rows
        given = of_codes.w.sum(axis=0)
        row = Score("responses", self.words("responses"), given, None, counts.base, None)
        other = tuple(note for note in table.head.notes if note != self.words("multi"))
        notes = (*other, self.words("of_responses", n=float(given[0])))
        head = table.head.model_copy(update={"notes": notes, "partial": True})
        holds = stub.holds.T.astype(np.float64)
        rows = Sums(holds @ of_codes.n, holds @ of_codes.w, holds @ of_codes.q)
        made = replace(table.counts, rows=rows)
        return replace(table, head=head, counts=made, scores=(*table.scores, row), responses=given)

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
        question, _, code = (part.strip() for part in str(item.sort).rpartition("="))
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
        what = "question and code" if question else "letter"
        said = f"no column has the {what}" if not found else "several columns have the letter"
        raise PlanError(
            f"rows: {item.variable!r}: sort: {said} {item.sort!r}; write total, "
            "a column's letter or a column such as S6=1",
            f"rows: {item.variable!r}: sort: {item.sort!r} tidak menunjuk tepat satu kolom; tulis total, "
            "huruf kolom, atau kolom seperti S6=1",
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
        title = item.title or joined(answers[0].variable.group or item.variable, self.words.statistic(summary))
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

    def _whole_tests(
        self, answers: Answers, stub: Stub, counts: Counts, within: BoolArray | None
    ) -> tuple[WholeTest, ...]:
        """The chi-square tests of a table: of every category, also those a net hides, without the "no answer" row."""
        kind = self.plan.significance.chi_square
        if kind == "none" or not isinstance(answers, CodedAnswers) or answers.variable.kind not in ONE_ANSWER:
            return ()
        rows = counts.rows
        asked = {choice.code for choice in answers.choices} - {NO_ANSWER_ROW}
        categories = [i for i, row in enumerate(stub.counted) if row.kind == "category" and row.code in asked]
        if len(categories) < len(asked):
            rows = self.counter.count(answers, np.eye(len(answers.choices), dtype=bool), within, None).rows
            categories = [i for i, choice in enumerate(answers.choices) if choice.code in asked]
        found = []
        itself = self.banner.made_of.get(answers.variable.name)
        for column, place in self.banner.disjoint_questions:
            if itself is not None and itself[place].any():
                continue  # a question has everything to do with itself
            cells = Sums(*(figure[categories][:, place] for figure in (rows.n, rows.w, rows.q)))
            tested = association(kind, cells)
            if tested is not None:
                found.append(WholeTest(column.variable, self.words(f"chi_square_{kind}"), column.heading, tested))
        return tuple(found)
