"""`tabulate`: a plan and a survey in, batches of finished tables out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

import numpy as np
import polars as pl
from threadpoolctl import ThreadpoolController

from mcode_pipelines.survey.code_frame import CodeFrames
from mcode_pipelines.survey.codebook import Codebook, Kind
from mcode_pipelines.survey.plan import TOTAL, BannerItem, RowItem, Statistic, TabulationPlan
from mcode_pipelines.survey.progress import Progress, silent
from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.survey.tables import BookHead, CrossTables, TableHead
from mcode_pipelines.tabulation.answers import Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.arrangement import arranged
from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.association import WholeTest, association
from mcode_pipelines.tabulation.banner import Banner, lay_out
from mcode_pipelines.tabulation.batch import CountedTable, Score, lay_out_batch
from mcode_pipelines.tabulation.battery import CountedItem, anyone, base_of, in_order, item_stub, together
from mcode_pipelines.tabulation.comparisons import Comparisons, comparisons
from mcode_pipelines.tabulation.counting import Counter, Counts, by_value
from mcode_pipelines.tabulation.definitions import definition_text, with_definitions
from mcode_pipelines.tabulation.errors import PlanError
from mcode_pipelines.tabulation.filters import read_filter
from mcode_pipelines.tabulation.measures import moments, statistic
from mcode_pipelines.tabulation.planning import complete_plan
from mcode_pipelines.tabulation.respondents import Respondents
from mcode_pipelines.tabulation.scattered import scattered_scores
from mcode_pipelines.tabulation.stub import Stub, promoter_scores, stub_of
from mcode_pipelines.tabulation.sums import Sums
from mcode_pipelines.tabulation.weights import Weights, weights_of
from mcode_pipelines.tabulation.wording import Words

ONE_ANSWER = (Kind.SINGLE_CHOICE, Kind.SCALE)
"""Kinds whose respondents give one answer each."""


def tabulate(
    plan: TabulationPlan,
    raw: RawSurvey,
    codebook: Codebook,
    *,
    frames: CodeFrames = CodeFrames(()),  # noqa: B008 - frozen
    codings: pl.DataFrame | None = None,
    tables_per_batch: int = 100,
    progress: Progress = silent,
) -> Iterator[CrossTables]:
    """Every table of a plan, in batches.

    Args:
        plan: what is asked for; what it leaves out is filled in as `complete_plan` does.
        raw: the data; only the columns that the plan needs are read, a few at a time.
        codebook: what the columns mean.
        frames: code frames of open-ended questions.
        codings: CODINGS_SCHEMA, the codes of open answers; a question with a frame and codings is tabulated as
            multi-response.
        tables_per_batch: tables in each batch but the last.
        progress: told after every batch.

    Yields:
        CrossTables in the plan's order, all with the same book head.

    Raises:
        PlanError: for whatever the plan asks for and the survey cannot give, before the first batch where possible.
    """
    plan = complete_plan(plan, codebook)
    respondents = Respondents(raw, with_definitions(plan, codebook), frames, codings, plan.define)
    book = _Book(plan, respondents)
    if not book.items:
        raise PlanError(
            f"rows: no table can be made: the open-ended questions {', '.join(book.skipped)} have not been coded"
        )
    # Small matrix products gain nothing from threads and can lose tenfold when other processes are at work.
    blas = ThreadpoolController()
    answered = respondents.read([name for item in book.items for name in item.items or (item.variable,)])
    for start in range(0, len(book.items), tables_per_batch):
        items = book.items[start : start + tables_per_batch]
        with blas.limit(limits=1, user_api="blas"):
            tables = [book.table(f"T{start + i:04d}", item, answered) for i, item in enumerate(items, 1)]
            finished = book.finished(tables)
        yield finished
        progress(book.words("book"), start + len(items), len(book.items))


class _Book:
    """What all tables of a plan share, made once."""

    def __init__(self, plan: TabulationPlan, respondents: Respondents) -> None:
        self.plan = plan
        self.respondents = respondents
        self.words = Words(plan.language or "id")
        if respondents.count == 0:
            raise PlanError("the data has no rows, so there is nothing to tabulate")
        within = self._inside(plan.filter)
        self.weights: Weights = weights_of(plan.weight, respondents, within)
        self.counted: BoolArray = within if self.weights.values is None else within & (self.weights.values > 0)
        banner_items = plan.banner or (BannerItem(variable=TOTAL),)
        groups = isinstance(plan.significance.compare, dict)
        self.banner: Banner = lay_out(banner_items, respondents, self.counted, self.words("total"), groups)
        self.pairs: Comparisons = comparisons(plan.significance, self.banner)
        overlapping = self.pairs.overlap_matters and _columns_overlap(self.banner, self.pairs)
        self.counter = Counter(self.banner, self.weights.values, overlapping, plan.significance.chi_square != "none")
        self._filters: dict[str, BoolArray] = {}
        self.skipped: list[str] = []
        self.items = self._wanted()
        self.head = self._book_head()

    def table(self, table_id: str, item: RowItem, answered: Iterator[tuple[str, Answers]]) -> CountedTable:
        """One table, counted; takes its questions' answers from `answered`."""
        within = self._table_filter(item)
        if item.summary is not None:
            return self._battery(table_id, item, item.summary, [next(answered)[1] for _ in item.items], within)
        answers = next(answered)[1]
        stub = stub_of(item, answers, self.words)
        counts, scores = self._counted(answers, stub, within)
        whole = self._whole_tests(answers, stub, counts)
        stub, counts = self._arranged(item, stub, counts)
        head = self._head(table_id, item, answers, stub, counts)
        head = head.model_copy(update={"notes": (*head.notes, *(self.words.association(w) for w in whole))})
        return CountedTable(head, stub.counted, counts, scores, whole)

    def finished(self, tables: list[CountedTable]) -> CrossTables:
        """A batch of counted tables, tested and laid out."""
        cells, tests = lay_out_batch(tables, self.banner, self.plan.significance, self.pairs, self.words)
        return CrossTables(self.head, tuple(t.head for t in tables), cells, tests)

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
        self, table_id: str, item: RowItem, summary: Statistic, answers: list[Answers], within: BoolArray | None
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
        head = head.model_copy(update={"title": title})
        return CountedTable(head, rows, counts, scores, row_bases=bases)

    def _counted(self, answers: Answers, stub: Stub, within: BoolArray | None) -> tuple[Counts, tuple[Score, ...]]:
        if isinstance(answers, NumericAnswers):
            return self._numeric(answers, stub, within)
        return self._coded(answers, stub, within)

    def _coded(self, answers: CodedAnswers, stub: Stub, within: BoolArray | None) -> tuple[Counts, tuple[Score, ...]]:
        scored = stub.factors[answers.members.argmax(axis=1)] if stub.scored else None
        counts = self.counter.count(answers, stub.holds, within, scored)
        return counts, self._scores(stub, counts)

    def _numeric(
        self, answers: NumericAnswers, stub: Stub, within: BoolArray | None
    ) -> tuple[Counts, tuple[Score, ...]]:
        if within is not None:
            answers = NumericAnswers(answers.variable, np.where(within, answers.values, np.nan), answers.left_out)
        patterns, values = by_value(answers)
        if self.counter.fits(len(values)):
            counts = self.counter.count(patterns, stub.holds[:0].reshape(0, 0), None, values)
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

    def _inside(self, text: str | None) -> BoolArray:
        if not text:
            return np.ones(self.respondents.count, dtype=bool)
        inside = read_filter(text, self.respondents.codebook).within(self.respondents)
        if not inside.any():
            raise PlanError(f"filter {text!r}: no rows after filter; nobody in the data meets it, so check its codes")
        return inside

    def _table_filter(self, item: RowItem) -> BoolArray | None:
        if not item.filter:
            return None
        if item.filter not in self._filters:
            self._filters[item.filter] = self._inside(item.filter)
        return self._filters[item.filter]

    def _wanted(self) -> list[RowItem]:
        wanted = []
        for item in self.plan.rows or ():
            if item.summary is not None:
                wanted.append(item)
                continue
            variable = self.respondents.variables[item.variable]
            if variable.kind == Kind.OPEN_ENDED and not self.respondents.is_coded(item.variable) and item.optional:
                self.skipped.append(item.variable)
            else:
                wanted.append(item)
        return wanted

    def _head(self, table_id: str, item: RowItem, answers: Answers, stub: Stub, counts: Counts) -> TableHead:
        words, variable = self.words, answers.variable
        n = int(counts.base.n[0])
        everyone = n == int(self.counted.sum())
        answering = "base_any" if item.summary else "base_answering"
        phrase = "base_filtered" if item.filter or self.plan.filter else "base_all" if everyone else answering
        notes = []
        if n == 0:
            notes.append(words("no_answers"))
        if isinstance(answers, CodedAnswers) and answers.overlapping:
            notes.append(words("multi"))
        if answers.left_out:
            phrase_of = "left_out_codes" if isinstance(answers, CodedAnswers) else "left_out_numbers"
            notes.append(words(phrase_of, n=answers.left_out))
        if stub.scored and isinstance(answers, CodedAnswers) and answers.choices and np.isnan(stub.factors).any():
            without = [c.label for c, f in zip(answers.choices, stub.factors, strict=True) if np.isnan(f)]
            notes.append(words("without_factor", labels=", ".join(without)))
        said = [text for text in (self.plan.filter, item.filter) if text]
        return TableHead(
            table_id=table_id,
            variable=item.variable,
            title=item.title or variable.label,
            kind=variable.kind.value,
            base_text=words(phrase, n=n),
            filter_text=words("filter", text=" AND ".join(f"({t})" for t in said) if len(said) > 1 else said[0])
            if said
            else None,
            weight_text=self._weight_text(),
            notes=tuple(notes),
        )

    def _weight_text(self) -> str | None:
        if self.weights.values is None:
            return None
        return self.words("weight_rim" if self.weights.rim else "weight", name=self.weights.name)

    def _book_head(self) -> BookHead:
        plan, words, weights = self.plan, self.words, self.weights
        notes: list[str] = []
        if weights.values is not None:
            efficiency = round(weights.efficiency(self.counted), 1)
            notes.append(
                words("rim_note" if weights.rim else "weighted_note", name=weights.name, efficiency=efficiency)
            )
            if weights.dropped:
                notes.append(words("dropped_rim" if weights.rim else "dropped", n=weights.dropped))
        else:
            notes.append(words("unweighted"))
        notes.extend(words.significance(plan.significance))
        notes.extend(words("defined", text=definition_text(n, d)) for n, d in plan.define.items())
        if self.skipped:
            notes.append(words("not_coded", names=", ".join(self.skipped)))
        return BookHead(
            title=plan.title or PurePath(self.respondents.raw.head.source.file).stem or words("book"),
            language=words.language,
            banner=tuple(self.banner.columns[int(i)] for i in self.banner.shown),
            levels=plan.significance.levels,
            small_base=plan.significance.small_base,
            notes=tuple(notes),
            look=plan.book,
        )


def _columns_overlap(banner: Banner, pairs: Comparisons) -> bool:
    """Whether any tested pair of columns can share respondents."""
    for pack in banner.packs:
        inside = (pairs.first >= pack.start) & (pairs.first < pack.start + pack.members.shape[1])
        shared = pack.members.T @ pack.members
        if (shared[pairs.first[inside] - pack.start, pairs.second[inside] - pack.start] > 0).any():
            return True
    return False
