"""`tabulate`: a plan and a survey in, batches of finished tables out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np
import polars as pl
from threadpoolctl import ThreadpoolController

from mcode_pipelines.survey.code_frame import CodeFrames
from mcode_pipelines.survey.codebook import Codebook, Kind
from mcode_pipelines.survey.harmonisation import NOTHING_DECIDED, StudyDecisions
from mcode_pipelines.survey.plan import TabulationPlan
from mcode_pipelines.survey.progress import Progress, no_progress
from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.survey.tables import BookHead, CrossTables, TableHead
from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.counting.banner import Banner, lay_out
from mcode_pipelines.tabulation.counting.counter import Counter
from mcode_pipelines.tabulation.counting.repeated import MOST_PAIRS, Repeated
from mcode_pipelines.tabulation.plan.coded_questions import with_coded_choices
from mcode_pipelines.tabulation.plan.compiling import CompiledPlan, compile_plan, questions_of
from mcode_pipelines.tabulation.plan.counted_values import with_counted_values
from mcode_pipelines.tabulation.plan.defaults import language_of
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.questions import WaveQuestion
from mcode_pipelines.tabulation.plan.rows import Row
from mcode_pipelines.tabulation.plan.waves import wanted_waves
from mcode_pipelines.tabulation.plan.weightings import Weighting
from mcode_pipelines.tabulation.respondents.answers import Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.respondents.counted_values import check_counted_values
from mcode_pipelines.tabulation.respondents.panel import NO_PANEL, Panel
from mcode_pipelines.tabulation.respondents.repeated_interviews import without_repeated_interviews
from mcode_pipelines.tabulation.respondents.respondents import Respondents
from mcode_pipelines.tabulation.respondents.waves import (
    JoinedWaves,
    Wave,
    harmonised,
    join_waves,
    joined_codebook,
    with_choices_of_all,
)
from mcode_pipelines.tabulation.respondents.weights import Weights, weights_by
from mcode_pipelines.tabulation.statistics.comparisons import (
    ALL_PAIRS_LISTED,
    REST,
    Comparisons,
    columns_overlap,
    comparisons,
    computed_against,
)
from mcode_pipelines.tabulation.tables.counted_table import CountedTable
from mcode_pipelines.tabulation.tables.headings import Headings
from mcode_pipelines.tabulation.tables.making import make_table
from mcode_pipelines.tabulation.tables.notes import definition_text, notes_on_weights, remarks_on
from mcode_pipelines.tabulation.tables.signs import explained_signs
from mcode_pipelines.tabulation.tables.tabulator import Tabulator
from mcode_pipelines.tabulation.tables.tidy_cells import lay_out_batch
from mcode_pipelines.tabulation.tables.wave_notes import notes_of_panel, notes_of_waves
from mcode_pipelines.tabulation.tables.wording import Words

_TESTS_A_BATCH = 4_000_000
"""Pairs of columns tested in one batch, so that very wide banners stay within some hundred megabytes."""
_ROWS_A_TABLE = 12
"""Rows of an ordinary table, for that estimate."""


def tabulate(
    plan: TabulationPlan,
    raw: RawSurvey,
    codebook: Codebook,
    *,
    frames: CodeFrames = CodeFrames(()),  # noqa: B008 - frozen
    codings: pl.DataFrame | None = None,
    earlier_waves: Sequence[Wave] = (),
    decisions: StudyDecisions = NOTHING_DECIDED,
    tables_per_batch: int = 100,
    places: range | None = None,
    tests: bool = True,
    progress: Progress = no_progress,
) -> Iterator[CrossTables]:
    """Every table of a plan, in batches.

    A table that cannot be made does not stop the others: its heading says why (`TableHead.trouble`) and it has no
    cells.

    Args:
        plan: what is asked for; what it leaves out is filled in as `complete_plan` does.
        raw: the data; only the columns that the plan needs are read, a few at a time.
        codebook: what the columns mean.
        frames: code frames of open-ended questions.
        codings: CODINGS_SCHEMA, the codes of open answers; a question with a frame and codings is tabulated as
            multi-response.
        earlier_waves: earlier waves of the study, oldest first, to be compared with this one as the plan's `waves` say
            (all of them where it says nothing); see `harmonise` for what counts as the same question.
        decisions: what persons said of what is the same in them.
        tables_per_batch: tables in each batch but the last; fewer where the banner is so wide that the tests of a
            batch would fill the memory.
        places: the tables wanted by their places in the plan, from 0 (see `tables_in`); None for all of them. Other
            places do not change what stands in these.
        tests: whether the tests between columns are listed. Without them tables have their letters all the same, and
            are made sooner.
        progress: told after every batch.

    Yields:
        CrossTables in the plan's order, all with the same book head.

    Raises:
        PlanError: for whatever the plan asks for all tables and the survey cannot give, and when no table at all can
            be made (unless only some places are wanted); before the first batch where possible.
    """
    if earlier_waves and plan.waves is None:
        plan = plan.model_copy(update={"waves": "all"})
    compiled, respondents, remarks = _compiled(
        plan, Wave(plan.wave or "", raw, codebook, frames, codings), earlier_waves, decisions
    )
    book = _Book(compiled, respondents, remarks)
    if not book.rows:
        raise PlanError(
            f"rows: no table can be made: the open-ended questions {', '.join(book.skipped)} have not been coded"
        )
    # Small matrix products gain nothing from threads and can lose tenfold when other processes are at work.
    blas = ThreadpoolController()
    most = min(tables_per_batch, max(1, _TESTS_A_BATCH // (_ROWS_A_TABLE * max(len(book.pairs.first), 1))))
    wanted_places = range(book.size) if places is None else places
    tables = book.tables(wanted_places)
    made = done = 0
    while done < len(wanted_places):
        heads: list[TableHead] = []
        counted: list[CountedTable] = []
        with blas.limit(limits=1, user_api="blas"):
            # None is handed out before the first table is made: a book of nothing but troubles is refused.
            while done < len(wanted_places) and (len(heads) < most or not made + len(counted)):
                table = next(tables)
                done += 1
                heads.append(table.head if isinstance(table, CountedTable) else table)
                if isinstance(table, CountedTable):
                    counted.append(table)
            made += len(counted)
            if not made and places is None:
                raise book.first_trouble or PlanError(heads[0].trouble or "no table can be made")
            finished = book.finished(heads, counted, tests)
        yield finished
        progress(book.words("book"), done, len(wanted_places))


def _compiled(
    plan: TabulationPlan, this: Wave, earlier: Sequence[Wave], decisions: StudyDecisions
) -> tuple[CompiledPlan, Respondents, Sequence[str]]:
    """The compiled plan, the respondents of all waves that it compares, and what the book says of the waves."""
    language = plan.language or language_of(this.codebook)
    if plan.waves is None:
        compiled = compile_plan(plan, with_coded_choices(this.codebook, this.frames, this.codings))
        check_counted_values(compiled, this)
        return compiled, Respondents(this.raw, compiled.questions, this.frames, this.codings), _told_of(this, language)
    words = Words(language)
    wanted = wanted_waves(plan, [wave.label for wave in earlier])
    earlier = [wave for wave in earlier if wave.label in wanted]
    waves = with_choices_of_all([*earlier, replace(this, label=plan.wave or words("this_wave"))])
    waves = [replace(wave, codebook=with_counted_values(plan, wave.codebook, earlier=True)) for wave in waves]
    waves, repeated = without_repeated_interviews(waves)
    same = harmonised(waves, decisions)
    compiled = compile_plan(plan, joined_codebook(this.codebook, same, plan))
    check_counted_values(compiled, this)
    respondents = join_waves(waves, compiled.questions, same, plan.panel)
    names = dict.fromkeys(question.variable.name for question in questions_of(compiled))
    told = notes_of_waves(same, list(names), language, repeated)
    told += notes_of_panel(respondents.panel, plan.significance, language)
    told += [f"{wave.label}: {remark}" for wave in waves for remark in _told_of(wave, language)]
    return compiled, respondents, told


def _told_of(wave: Wave, language: str) -> list[str]:
    """What is to be told of the whole file: of reading it, and of its codebook."""
    of_codebook = [remark.in_language(language) for remark in wave.codebook.remarks]
    return list(dict.fromkeys([*wave.raw.head.source.remarks_in(language), *of_codebook]))


class _Book:
    """What all tables of a plan share, made once."""

    def __init__(self, plan: CompiledPlan, respondents: Respondents, remarks: Sequence[str]) -> None:
        self.plan = plan
        self.written = plan.written
        self.remarks = remarks
        self.respondents = respondents
        self.words = Words("en" if plan.language == "en" else "id")
        if respondents.count == 0:
            raise PlanError("the data has no rows, so there is nothing to tabulate")
        self.skipped: list[str] = []
        self.first_trouble: PlanError | None = None
        """Why the first table that turned out to be impossible was not made."""
        self.rows = self._wanted()
        within = respondents.within(plan.filter) if plan.filter else np.ones(respondents.count, dtype=bool)
        self.weightings = plan.all_weightings
        weights = {weighting: self._weights(weighting, within) for weighting in self.weightings}
        self.counted = {w: one.counted(within) if isinstance(one, Weights) else within for w, one in weights.items()}
        self.weights = {weighting: one for weighting, one in weights.items() if isinstance(one, Weights)}
        significance = self.written.significance
        groups, restart = bool(significance.groups), significance.letters == "restart"
        counted_by_any: BoolArray = np.any(np.stack(list(self.counted.values())), axis=0)
        self.banner: Banner = lay_out(
            plan.banner, respondents, counted_by_any, self.words("total"), one_pack=groups, restart=restart
        )
        if groups and self.banner.lost:
            raise PlanError(
                f"{self.banner.lost[0]}; without it the letters of `significance: groups` would name other columns"
            )
        self.waves = tuple(name for name, question in plan.questions.items() if isinstance(question, WaveQuestion))
        self.pairs: Comparisons = comparisons(significance, self.banner, self.waves)
        overlapping = self.pairs.overlap_matters and columns_overlap(self.banner, self.pairs)
        self.tabulators = {
            weighting: self._tabulator(one, self.counted[weighting], overlapping) if isinstance(one, Weights) else one
            for weighting, one in weights.items()
        }
        self.size = sum(len(row.weightings) or 1 for row in self.rows)
        self.head = self._book_head()

    def tables(self, wanted: range) -> Iterator[CountedTable | TableHead]:
        """The tables of these places, one after another; of one that cannot be made only the heading."""
        last = 0
        asked: list[tuple[Row, list[tuple[int, Weighting | None]]]] = []
        for row in self.rows:
            weightings: tuple[Weighting | None, ...] = row.weightings or (None,)
            here = [(number, one) for number, one in enumerate(weightings, start=last) if number in wanted]
            last += len(weightings)
            if here:
                asked.append((row, here))
        read = self.respondents.read_each([question for row, _ in asked for question in row.questions])
        for at in range(0, len(asked), 2):
            two = [(row, here, [next(read) for _ in row.questions]) for row, here in asked[at : at + 2]]
            self._count_ahead([(row, answers) for row, _, answers in two])
            for row, here, answers in two:
                for number, weighting in here:
                    table_id = f"T{number + 1:04d}"
                    trouble = row.trouble(self.words.language)
                    if weighting is None or trouble:
                        self.first_trouble = self.first_trouble or row.complaint
                        yield self._trouble(table_id, row, trouble or "")
                        continue
                    try:
                        yield self._table(table_id, row, weighting, answers)
                    except PlanError as error:
                        self.first_trouble = self.first_trouble or error
                        yield self._trouble(table_id, row, error.in_language(self.words.language))

    def _count_ahead(self, rows: Sequence[tuple[Row, Sequence[Answers | PlanError]]]) -> None:
        """Counts two rows in one pass, where both are questions that are counted as they were answered."""
        tabulator, *others = self.tabulators.values()
        plain = [
            answers[0]
            for row, answers in rows
            if len(answers) == 1
            and isinstance(answers[0], CodedAnswers)
            and not (row.filter or row.item.nps)
            and row.base.kind == "answering"
        ]
        if len(plain) == 2 and not others and isinstance(tabulator, Tabulator):
            tabulator.counter.count_ahead(*plain)

    def finished(self, heads: list[TableHead], tables: list[CountedTable], listed: bool) -> CrossTables:
        """A batch of counted tables, tested and laid out."""
        significance, words = self.written.significance, self.words
        cells, tests = lay_out_batch(tables, self.banner, significance, self.pairs, words, tests=listed)
        signs = {t.head.table_id: explained_signs(t, self.banner, significance, self.pairs, words) for t in tables}
        told = (h.model_copy(update={"signs": signs[h.table_id]}) if signs.get(h.table_id) else h for h in heads)
        return CrossTables(self.head, tuple(told), cells, tests)

    def _table(self, table_id: str, row: Row, weighting: Weighting, answers: list[Answers | PlanError]) -> CountedTable:
        tabulator = self.tabulators[weighting]
        if isinstance(tabulator, PlanError):
            raise tabulator
        given: list[Answers] = []
        for one in answers:
            if isinstance(one, PlanError):
                raise one
            given.append(one)
        made = make_table(tabulator, table_id, row, given)
        texts = sum(one.left_out for one in given if isinstance(one, NumericAnswers))
        asked = [*row.questions, *(row.filter.questions if row.filter else ())]
        told = [note for note in remarks_on(asked, self.words, row.item.variable) if note not in self.head.notes]
        changes: dict[str, object] = {"left_out": self.words("left_out_numbers", n=texts)} if texts else {}
        changes |= {"notes": (*made.head.notes, *told)} if told else {}
        return replace(made, head=made.head.model_copy(update=changes)) if changes else made

    def _trouble(self, table_id: str, row: Row, trouble: str) -> TableHead:
        item = row.item
        question = self.plan.questions.get(item.variable)
        return TableHead(
            table_id=table_id,
            variable=item.variable,
            title=item.title or (question.variable.label if question else item.variable),
            kind=question.variable.kind.value if question else "",
            base_text="",
            trouble=trouble,
        )

    def _weights(self, weighting: Weighting, within: BoolArray) -> Weights | PlanError:
        try:
            return weights_by(weighting, self.respondents, within)
        except PlanError as error:
            if self.plan.weightings == (weighting,):
                raise
            return error

    def _tabulator(self, weights: Weights, counted: BoolArray, overlapping: bool) -> Tabulator:
        squares = self.written.significance.chi_square != "none"
        several = len(self.weightings) > 1
        banner = self.banner.among(counted) if several else self.banner
        counter = Counter(banner, weights.values, overlapping, squares)
        counter.repeated = self._repeated(counter)
        own = tuple(self.words.weighting(weights, counted)) if several else ()
        headings = Headings(self.plan, self.words, weights, int(counted.sum()), several, own)
        return Tabulator(self.plan, self.words, counter, headings, self.respondents)

    @property
    def _panel(self) -> Panel:
        return self.respondents.panel if isinstance(self.respondents, JoinedWaves) else NO_PANEL

    def _repeated(self, counter: Counter) -> Repeated | None:
        """The people who answer again, where waves are compared and columns tested."""
        panel = self._panel
        if not len(panel.first) or not 0 < len(self.pairs.first) <= MOST_PAIRS:
            return None
        significance = self.written.significance
        return Repeated(
            (panel.first, panel.second),
            counter.weights,
            counter.columns_of,
            (self.pairs.first, self.pairs.second),
            size=self.banner.size,
            rest=computed_against(significance, self.pairs) == REST,
            method=significance.method,
        )

    def _wanted(self) -> list[Row]:
        wanted = []
        for row in self.plan.rows:
            variable = row.variable
            uncoded = (
                variable is not None and variable.kind == Kind.OPEN_ENDED and not self.respondents.is_coded(variable)
            )
            if uncoded and row.item.optional:
                self.skipped.append(row.item.variable)
            else:
                wanted.append(row)
        return wanted

    def _remarks_on_columns(self) -> list[str]:
        """What is to be told of questions that change the figures of every table: columns, weights and the filter."""
        plan = self.plan
        questions = [question for column in plan.banner for question in column.path]
        questions += [question for weighting in plan.weightings for question in weighting.questions]
        return remarks_on([*questions, *(plan.filter.questions if plan.filter else ())], self.words)

    def _book_head(self) -> BookHead:
        plan, words = self.written, self.words
        weightings = [s for by, one in self.weights.items() for s in words.weighting(one, self.counted[by])]
        several = len(self.weightings) > 1
        of_plan = [remark.in_language(words.language) for remark in plan.remarks]
        notes = [*of_plan, *self.remarks, *self._remarks_on_columns(), *(() if several else weightings)]
        notes.extend(words.significance(plan.significance, tested=len(self.pairs.first) > 0))
        weighted = [
            one for one in self.tabulators.values() if isinstance(one, Tabulator) and one.counter.weights is not None
        ]
        sums = [one.counter.everyone() for one in weighted]
        notes.extend(notes_on_weights(sums, plan.significance, self.banner, self.pairs, words))
        if len(self.pairs.first) > ALL_PAIRS_LISTED:
            notes.append(words("pairs_listed", pairs=len(self.pairs.first)))
        if len(self.pairs.first) > MOST_PAIRS and len(self._panel.first):
            notes.append(words("panel_too_wide", pairs=len(self.pairs.first), most=MOST_PAIRS))
        sound = {name: definition for name, definition in plan.define.items() if not definition.trouble}
        notes.extend(words("defined", text=definition_text(n, d, words)) for n, d in sound.items())
        lost = [error.in_language(words.language) for error in self.banner.lost]
        idle = [error.in_language(words.language) for error in self.banner.idle]
        notes.extend(words("lost_columns", reason=reason) for reason in (*lost, *idle))
        hollow = [error.in_language(words.language) for error in self.banner.hollow]
        undefined = [definition.trouble for definition in plan.define.values() if definition.trouble]
        if self.skipped:
            notes.append(words("not_coded", names=", ".join(self.skipped)))
        return BookHead(
            title=plan.title or PurePath(self.respondents.raw.head.source.file).stem or words("book"),
            language=words.language,
            banner=tuple(self.banner.columns[int(i)] for i in self.banner.shown),
            levels=plan.significance.levels,
            small_base=plan.significance.small_base,
            notes=tuple(notes),
            not_made=tuple(dict.fromkeys([*undefined, *lost, *hollow])),
            weightings=tuple(weightings) if several else (),
            look=plan.book,
            arrows=plan.significance.by_arrows,
            waves=self.waves,
        )
