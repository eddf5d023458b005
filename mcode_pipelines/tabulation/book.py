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
from mcode_pipelines.survey.plan import TOTAL, BannerItem, RowItem, TabulationPlan
from mcode_pipelines.survey.progress import Progress, no_progress
from mcode_pipelines.survey.raw_survey import RawSurvey
from mcode_pipelines.survey.tables import BookHead, CrossTables, TableHead
from mcode_pipelines.tabulation.answers import Answers, CodedAnswers, NumericAnswers
from mcode_pipelines.tabulation.arrays import BoolArray
from mcode_pipelines.tabulation.banner import Banner, lay_out
from mcode_pipelines.tabulation.bases import BaseWish
from mcode_pipelines.tabulation.batch import CountedTable, lay_out_batch
from mcode_pipelines.tabulation.comparisons import ALL_PAIRS_LISTED, Comparisons, comparisons
from mcode_pipelines.tabulation.counting import Counter
from mcode_pipelines.tabulation.definitions import definition_text, sound_definitions, with_definitions
from mcode_pipelines.tabulation.errors import PlanError
from mcode_pipelines.tabulation.filters import read_filter
from mcode_pipelines.tabulation.headings import Headings
from mcode_pipelines.tabulation.planning import check_weight, complete_plan
from mcode_pipelines.tabulation.respondents import Respondents
from mcode_pipelines.tabulation.semi_open import with_coded_choices
from mcode_pipelines.tabulation.table_maker import TableMaker
from mcode_pipelines.tabulation.waves import Wave, differences, joined, wanted_waves
from mcode_pipelines.tabulation.weightings import Wish, all_wishes, counted_by_any, weighed, wishes_of
from mcode_pipelines.tabulation.weights import Weights
from mcode_pipelines.tabulation.wording import Words

_TESTS_A_BATCH = 4_000_000
"""Pairs of columns tested in one batch, so that very wide banners stay within some hundred megabytes."""
_ROWS_A_TABLE = 12
"""Rows of an ordinary table, for that estimate."""
_UNEVEN = 0.1
"""How far the weights of a column may be from those of the total before that is said of tests against the total."""


def tabulate(
    plan: TabulationPlan,
    raw: RawSurvey,
    codebook: Codebook,
    *,
    frames: CodeFrames = CodeFrames(()),  # noqa: B008 - frozen
    codings: pl.DataFrame | None = None,
    earlier_waves: Sequence[Wave] = (),
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
            (all of them where it says nothing); see `JoinedWaves` for what counts as the same question.
        tables_per_batch: tables in each batch but the last; fewer where the banner is so wide that the tests of a
            batch would fill the memory.
        places: the tables wanted by their places in the plan, from 0 (see `places_in`); None for all of them. Other
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
    codebook = with_coded_choices(codebook, frames, codings)
    plan = complete_plan(plan, codebook)
    remarks: list[str] = []
    if plan.waves is None:
        respondents = Respondents(raw, with_definitions(plan, codebook), frames, codings, sound_definitions(plan))
    else:
        words = Words(plan.language or "id")
        wanted = wanted_waves(plan, [wave.label for wave in earlier_waves])
        waves = [wave for wave in earlier_waves if wave.label in wanted]
        waves.append(Wave(plan.wave or words("this_wave"), raw, codebook, frames, codings))
        respondents = joined(waves, plan)
        remarks = [words("waves", waves=", ".join(wave.label for wave in waves))]
        remarks += differences(waves, names_in(plan, respondents.codebook), words)
    book = _Book(plan, respondents, remarks)
    if not book.items:
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
            # A book of nothing but troubles is refused, so none is handed out before the first table is made.
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


def check_filter(plan: TabulationPlan, raw: RawSurvey, codebook: Codebook) -> None:
    """Looks whether the plan's filter selects anybody, as far as that is known before open answers are coded.

    Raises PlanError where it selects nobody.
    """
    if not plan.filter or plan.waves is not None:
        return
    read = read_filter(plan.filter, with_definitions(plan, codebook))
    needs_codes = {v.name for v in codebook.of_kind(Kind.OPEN_ENDED)} | {v.other_of for v in codebook} | {*plan.define}
    if needs_codes & {*read.variables}:
        return
    respondents = Respondents(raw, codebook, CodeFrames(()), None)
    _somebody(read.within(respondents), plan.filter)


def _somebody(inside: BoolArray, text: str) -> None:
    if not inside.any():
        raise PlanError(
            f"filter {text!r}: no rows after filter; nobody in the data meets it, so check its codes",
            f"filter {text!r}: tidak ada responden yang memenuhinya; periksa kodenya",
        )


class _Book:
    """What all tables of a plan share, made once."""

    def __init__(self, plan: TabulationPlan, respondents: Respondents, remarks: Sequence[str]) -> None:
        self.plan = plan
        self.remarks = remarks
        self.respondents = respondents
        self.words = Words(plan.language or "id")
        if respondents.count == 0:
            raise PlanError("the data has no rows, so there is nothing to tabulate")
        self._filters: dict[str, BoolArray] = {}
        self.skipped: list[str] = []
        self.first_trouble: PlanError | None = None
        """Why the first table that turned out to be impossible was not made."""
        self.items = self._wanted()
        within = self._inside(plan.filter) if plan.filter else np.ones(respondents.count, dtype=bool)
        self.wishes = all_wishes(plan, self.items)
        weights = [self._weighed(wish, within) for wish in self.wishes]
        counted = [self._counted(one, within) for one in weights]
        banner_items = plan.banner or (BannerItem(variable=TOTAL),)
        groups, restart = isinstance(plan.significance.compare, dict), plan.significance.letters == "restart"
        self.banner: Banner = lay_out(
            banner_items, respondents, counted_by_any(counted), self.words("total"), one_pack=groups, restart=restart
        )
        if groups and self.banner.lost:
            raise PlanError(
                f"{self.banner.lost[0]}; without it the letters of `significance: groups` would name other columns"
            )
        self.pairs: Comparisons = comparisons(plan.significance, self.banner)
        self.weights = [one for one in weights if isinstance(one, Weights)]
        self.counted_of = dict(zip(map(id, weights), counted, strict=True))
        overlapping = self.pairs.overlap_matters and _columns_overlap(self.banner, self.pairs)
        self.makers = [
            self._maker(one, among, overlapping) if isinstance(one, Weights) else one
            for one, among in zip(weights, counted, strict=True)
        ]
        self.size = places_in(plan, self.items)
        self.head = self._book_head()

    def tables(self, wanted: range) -> Iterator[CountedTable | TableHead]:
        """The tables of these places, one after another; of one that cannot be made only the heading."""
        last = 0
        asked: list[tuple[RowItem, list[tuple[int, Wish | None]]]] = []
        for item in self.items:
            wishes: tuple[Wish | None, ...] = (None,) if item.trouble else wishes_of(self.plan, item)
            here = [(number, wish) for number, wish in enumerate(wishes, start=last) if number in wanted]
            last += len(wishes)
            if here:
                asked.append((item, here))
        read = self.respondents.read_each([n for item, _ in asked for n in names_of(item)])
        for at in range(0, len(asked), 2):
            two = [(item, here, [next(read)[1] for _ in names_of(item)]) for item, here in asked[at : at + 2]]
            self._count_ahead([(item, answers) for item, _, answers in two])
            for item, here, answers in two:
                for number, wish in here:
                    table_id = f"T{number + 1:04d}"
                    if wish is None:
                        yield self._trouble(table_id, item, item.trouble or "")
                        continue
                    try:
                        yield self._table(table_id, item, wish, answers)
                    except PlanError as trouble:
                        self.first_trouble = self.first_trouble or trouble
                        yield self._trouble(table_id, item, trouble.told(self.words.language))

    def _count_ahead(self, rows: Sequence[tuple[RowItem, Sequence[Answers | PlanError]]]) -> None:
        """Counts two rows in one pass, where both are questions that are counted as they were answered."""
        maker, *others = self.makers
        plain = [
            answers[0]
            for item, answers in rows
            if len(answers) == 1
            and isinstance(answers[0], CodedAnswers)
            and not (item.filter or item.nps)
            and BaseWish.of(self.plan, item).kind == "answering"
        ]
        if len(plain) == 2 and not others and isinstance(maker, TableMaker):
            maker.counter.count_ahead(*plain)

    def finished(self, heads: list[TableHead], tables: list[CountedTable], listed: bool) -> CrossTables:
        """A batch of counted tables, tested and laid out."""
        significance, words = self.plan.significance, self.words
        cells, tests = lay_out_batch(tables, self.banner, significance, self.pairs, words, tests=listed)
        return CrossTables(self.head, tuple(heads), cells, tests)

    def _table(self, table_id: str, item: RowItem, wish: Wish, answers: list[Answers | PlanError]) -> CountedTable:
        maker = self.makers[self.wishes.index(wish)]
        if isinstance(maker, PlanError):
            raise maker
        given: list[Answers] = []
        for one in answers:
            if isinstance(one, PlanError):
                raise one
            given.append(one)
        made = maker.table(table_id, item, given)
        texts = sum(one.left_out for one in given if isinstance(one, NumericAnswers))
        if not texts:
            return made
        return replace(made, head=made.head.model_copy(update={"left_out": self.words("left_out_numbers", n=texts)}))

    def _trouble(self, table_id: str, item: RowItem, trouble: str) -> TableHead:
        variable = self.respondents.variables.get(item.variable)
        return TableHead(
            table_id=table_id,
            variable=item.variable,
            title=item.title or (variable.label if variable else item.variable),
            kind=variable.kind.value if variable else "",
            base_text="",
            trouble=trouble,
        )

    def _weighed(self, wish: Wish, within: BoolArray) -> Weights | PlanError:
        try:
            check_weight(self.plan, "weight", wish, self.respondents.codebook)
            return weighed(wish, self.respondents, within)
        except PlanError as error:
            if wish in wishes_of(self.plan) and len(wishes_of(self.plan)) == 1:
                raise
            return error

    def _counted(self, weights: Weights | PlanError, within: BoolArray) -> BoolArray:
        if isinstance(weights, PlanError) or weights.values is None:
            return within
        return within & (weights.values > 0)

    def _maker(self, weights: Weights, counted: BoolArray, overlapping: bool) -> TableMaker:
        squares = self.plan.significance.chi_square != "none"
        banner = self.banner.among(counted) if len(self.wishes) > 1 else self.banner
        counter = Counter(banner, weights.values, overlapping, squares)
        everyone, codebook = int(counted.sum()), self.respondents.codebook
        several = len(self.wishes) > 1
        own = tuple(self.words.weighting(weights, counted)) if several else ()
        headings = Headings(self.plan, self.words, weights, everyone, codebook, several, own)
        return TableMaker(self.plan, self.words, banner, counter, headings, self.respondents, self._inside)

    def _inside(self, text: str) -> BoolArray:
        if text not in self._filters:
            inside = read_filter(text, self.respondents.codebook).within(self.respondents)
            _somebody(inside, text)
            self._filters[text] = inside
        return self._filters[text]

    def _wanted(self) -> list[RowItem]:
        wanted = []
        for item in self.plan.rows or ():
            if item.trouble or names_of(item) != (item.variable,):
                wanted.append(item)
                continue
            variable = self.respondents.variables[item.variable]
            if variable.kind == Kind.OPEN_ENDED and not self.respondents.is_coded(item.variable) and item.optional:
                self.skipped.append(item.variable)
            else:
                wanted.append(item)
        return wanted

    def _weighs_columns_unevenly(self) -> bool:
        """Whether tests against the total would be off: their formula takes a column's weights for the total's.

        The overlap term of a column and the total it is part of is exact where the mean of the weights, weighted by
        themselves, is the same in both; see docs/tabulation.md.
        """
        significance = self.plan.significance
        if self.pairs.against != "total" or significance.method != "effective_base_t" or not len(self.pairs.first):
            return False
        for maker in self.makers:
            if isinstance(maker, TableMaker) and maker.counter.weights is not None:
                sums = maker.counter.everyone()
                mean = np.divide(sums.q, sums.w, out=np.full_like(sums.w, np.nan), where=sums.w > 0)
                off = np.abs(mean[self.pairs.first] / mean[0] - 1)
                if (off[~np.isnan(off)] > _UNEVEN).any():
                    return True
        return False

    def _book_head(self) -> BookHead:
        plan, words = self.plan, self.words
        weightings = [said for one in self.weights for said in words.weighting(one, self.counted_of[id(one)])]
        several = len(self.wishes) > 1
        notes = [*self.remarks, *(() if several else weightings)]
        notes.extend(words.significance(plan.significance))
        if self._weighs_columns_unevenly():
            notes.append(words("uneven_weights"))
        if len(self.pairs.first) > ALL_PAIRS_LISTED:
            notes.append(words("pairs_listed", pairs=len(self.pairs.first)))
        notes.extend(words("defined", text=definition_text(n, d, words)) for n, d in sound_definitions(plan).items())
        lost = [error.told(words.language) for error in self.banner.lost]
        notes.extend(words("lost_columns", reason=reason) for reason in lost)
        hollow = [error.told(words.language) for error in self.banner.hollow]
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
        )


def places_in(plan: TabulationPlan, items: Sequence[RowItem]) -> int:
    """How many tables some rows of a completed plan make, one for every weight; one that cannot be made counts too."""
    return sum(1 if item.trouble else len(wishes_of(plan, item)) for item in items)


def names_of(item: RowItem) -> tuple[str, ...]:
    """The questions whose answers a row needs; none where it is known that it cannot be made."""
    if item.trouble:
        return ()
    return item.items or (item.variable,)


def names_in(plan: TabulationPlan, codebook: Codebook) -> list[str]:
    """The survey's questions that a completed plan counts, shows as columns, weights by or filters by."""
    names = [part for item in plan.banner or () if not item.trouble for part in item.path]
    for wish in all_wishes(plan, plan.rows or ()):
        names += [wish] if isinstance(wish, str) else list(wish.variables)
    for text in dict.fromkeys([plan.filter, *(item.filter for item in plan.rows or () if not item.trouble)]):
        names += read_filter(text, codebook).variables if text else ()
    names += [name for item in plan.rows or () for name in names_of(item)]
    return list(dict.fromkeys(names))


def _columns_overlap(banner: Banner, pairs: Comparisons) -> bool:
    """Whether any tested pair of columns can share respondents."""
    for pack in banner.packs:
        inside = (pairs.first >= pack.start) & (pairs.first < pack.start + pack.members.shape[1])
        shared = pack.members.T @ pack.members
        if (shared[pairs.first[inside] - pack.start, pairs.second[inside] - pack.start] > 0).any():
            return True
    return False
