"""The rows of a plan: patterns expanded, questions resolved, everything that can be wrong told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from mcode_pipelines.survey.codebook import Choice, Kind, Variable
from mcode_pipelines.survey.plan import TOTAL, RowItem, TabulationPlan
from mcode_pipelines.tabulation.plan.defaults import with_statistics
from mcode_pipelines.tabulation.plan.definitions import not_a_number
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.factors import factors_of
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER, TABULATED
from mcode_pipelines.tabulation.plan.nets import as_spelled, check_nets, nets_as_spelled
from mcode_pipelines.tabulation.plan.questions import Condition, Question
from mcode_pipelines.tabulation.plan.scope import Scope
from mcode_pipelines.tabulation.plan.scores import (
    check_statistics,
    check_statistics_of_number,
    nps_points,
    with_factors,
)
from mcode_pipelines.tabulation.plan.weightings import Weighting, check_names

_SCORED = (*ONE_ANSWER, Kind.NUMERIC)


@dataclass(frozen=True)
class BaseRule:
    """What a plan says of one table's base."""

    kind: str
    """answering | asked | all"""
    shows_no_answer: bool
    leaves_no_answer_out: bool
    """Also a code for it: without a word those who are coded so are a row of their own."""

    @classmethod
    def of(cls, plan: TabulationPlan, item: RowItem) -> BaseRule:
        """The row's own words, else the plan's. A "no answer" row needs at least those asked in the base."""
        kind, said = item.base or plan.base, item.no_answer or plan.no_answer
        shows = said == "show"
        return cls("asked" if shows and kind == "answering" else kind, shows, said == "leave_out")


@dataclass(frozen=True)
class SortColumn:
    """A column of the banner by which rows are sorted."""

    question: str
    """The column's variable; empty where the column is named by its letter."""
    code: str
    """The column's code, or its letter."""


@dataclass(frozen=True, eq=False)
class Row:
    """A row of a plan as it is tabulated: one table with each of its weightings."""

    item: RowItem
    """As a person would write it in full."""
    questions: tuple[Question, ...] = ()
    """Whose answers it needs, in order; none where it cannot be made."""
    filter: Condition | None = None
    """Its own, beside the plan's."""
    weightings: tuple[Weighting, ...] = ()
    base: BaseRule = BaseRule("answering", False, False)
    sort: SortColumn | None = None
    """None: by the total, where the item asks for sorting at all."""
    complaint: PlanError | None = None
    """What the choices of its questions do not allow: factors given in the codebook mend it, not the plan."""

    def trouble(self, language: str) -> str | None:
        """Why it cannot be made, in the book's language."""
        return self.item.trouble or (self.complaint.in_language(language) if self.complaint else None)

    @property
    def variable(self) -> Variable | None:
        """The variable of its only question; None of a table of several."""
        return self.questions[0].variable if not self.item.items and self.questions else None


@dataclass(frozen=True)
class RowCompiler:
    """Compiles the rows of one plan."""

    plan: TabulationPlan
    scope: Scope
    weightings: Callable[[RowItem], tuple[Weighting, ...]]
    """The weightings of a row."""

    def expanded(self, item: RowItem) -> list[RowItem]:
        """The rows that an item stands for, patterns expanded and statistics named. Raises PlanError."""
        if item.mistake:
            raise PlanError(item.mistake)
        return list(self._expanded(item.model_copy(update={"trouble": None})))

    def row(self, item: RowItem) -> Row:
        """An expanded item with everything resolved. Raises PlanError for what cannot be made."""
        questions = tuple(self.scope[name] for name in item.items or (item.variable,))
        item = self._spelled(item, questions[0].variable)
        condition = self._checked(item, questions)
        base = BaseRule.of(self.plan, item)
        weightings, sort = self.weightings(item), _sort_column(item.sort)
        return Row(item, questions, condition, weightings, base, sort, self._complaint(item, questions))

    def _spelled(self, item: RowItem, variable: Variable) -> RowItem:
        """The item with its codes as the question's choices spell them, as far as they are known."""
        if item.bands or item.quantiles or self.scope.is_open(variable) or not (item.nets or item.factors):
            return item
        factors = dict(zip(as_spelled(item.factors, variable.choices), item.factors.values(), strict=True))
        nets = nets_as_spelled(item.nets, variable.choices)
        if (nets, factors) == (item.nets, item.factors):
            return item
        return item.model_copy(update={"nets": nets, "factors": factors})

    def _checked(self, item: RowItem, questions: tuple[Question, ...]) -> Condition | None:
        """The row's own condition. Raises PlanError for what cannot be made."""
        variable = questions[0].variable
        cut = next((word for word in ("bands", "quantiles", "auto_bands") if getattr(item, word)), None)
        if cut and variable.kind != Kind.NUMERIC:
            raise not_a_number("rows", item.variable, cut)
        if item.nets and not (item.bands or item.quantiles) and not self.scope.is_open(variable):
            check_nets(f"rows: {item.variable!r}", item.nets, variable.choices)
        condition = None
        if item.filter:
            condition = self.scope.expression(item.filter)
            self.scope.check(condition)
        for wish in item.weight:
            check_names(f"rows: {item.variable!r}: weight", wish, self.scope)
        if (item.ranking or item.allocation) and item.no_answer == "show":
            raise PlanError(
                f"rows: {item.variable!r}: no_answer: this table has no row for it; take it out",
                f"rows: {item.variable!r}: no_answer: tabel ini tidak punya baris untuk itu; hapus",
            )
        return condition

    def _complaint(self, item: RowItem, questions: tuple[Question, ...]) -> PlanError | None:
        """What the choices of the questions do not allow, as far as they are known before they are read."""
        try:
            if item.summary is not None:
                for question in questions:
                    one = RowItem(variable=question.variable.name, statistics=(item.summary,))
                    self._check_scores(one, question.variable)
            elif not (item.ranking or item.allocation):
                self._check_scores(item, questions[0].variable)
                self._check_percents(item, questions[0].variable)
        except PlanError as error:
            return error
        return None

    def _check_scores(self, item: RowItem, variable: Variable) -> None:
        if item.bands or item.quantiles:
            size = len(item.bands) or item.quantiles or 0
            check_nets(
                f"rows: {item.variable!r}",
                item.nets,
                tuple(Choice(code=str(i), label=str(i)) for i in range(1, size + 1)),
            )
            check_statistics_of_number(item.model_copy(update={"nets": {}}) if item.nets else item)
        elif item.nps:
            if variable.kind != Kind.NUMERIC and not self.scope.is_open(variable):
                nps_points(variable, variable.choices)
        elif variable.kind == Kind.NUMERIC:
            check_statistics_of_number(item)
        elif not self.scope.is_open(variable):
            choices = with_factors(item, variable.choices) if item.factors else variable.choices
            if item.statistics:
                check_statistics(item, variable, factors_of(variable, choices))

    def _check_percents(self, item: RowItem, variable: Variable) -> None:
        if item.percent_of != "responses":
            return
        number = variable.kind == Kind.NUMERIC and not (item.bands or item.quantiles or item.auto_bands or item.nps)
        if number or BaseRule.of(self.plan, item).shows_no_answer:
            wrong = "is a number" if number else "shows those without an answer"
            raise PlanError(
                f"rows: {item.variable!r}: percent_of: it {wrong}, which are no responses; take it out",
                f"rows: {item.variable!r}: percent_of: tabel ini tidak dihitung dari jawaban pilihan; hapus",
            )

    def _expanded(self, item: RowItem) -> Iterator[RowItem]:
        scope = self.scope
        if item.summary is not None:
            yield self._summary(item)
        elif item.ranking or item.allocation:
            yield self._several(item)
        elif item.variable in scope:
            variable = scope[item.variable].variable
            kind = variable.kind
            if item.nps and kind not in _SCORED:
                raise PlanError(
                    f"rows: {item.variable!r} is {kind.value}, so it has no nps; take nps out",
                    f"rows: {item.variable!r} berjenis {kind.value}, jadi tidak punya nps; hapus nps",
                )
            if kind not in TABULATED:
                raise PlanError(
                    f"rows: {item.variable!r} is {kind.value} and cannot be tabulated; "
                    "take it out, or give it another kind in the codebook",
                    f"rows: {item.variable!r} berjenis {kind.value} dan tidak dapat ditabulasi; "
                    "hapus, atau beri jenis lain di buku kode",
                )
            yield with_statistics(item, variable)
        elif any(sign in item.variable for sign in "*?["):
            found = [
                q.variable for q in scope.matching(item.variable) if q.variable.tabulated and not q.variable.weight
            ]
            if not found:
                raise PlanError(
                    f"rows: no variable that can be tabulated matches {item.variable!r}; check the pattern",
                    f"rows: tidak ada variabel yang dapat ditabulasi yang cocok dengan {item.variable!r}; "
                    "periksa polanya",
                )
            for variable in found:
                optional = item.optional or variable.kind == Kind.OPEN_ENDED
                yield with_statistics(
                    item.model_copy(update={"variable": variable.name, "optional": optional}), variable
                )
        else:
            scope.named("rows", item.variable)

    def _summary(self, item: RowItem) -> RowItem:
        """A battery's page with its items named: what was given, else what the pattern finds."""
        names: dict[str, None] = {}
        for one in item.items or (item.variable,):
            if one in self.scope:
                kind = self.scope[one].variable.kind
                if kind not in _SCORED:
                    raise PlanError(
                        f"rows: {one!r} is {kind.value} and cannot stand in a summary",
                        f"rows: {one!r} berjenis {kind.value} dan tidak dapat masuk ringkasan",
                    )
                names[one] = None
                continue
            if item.items and not any(sign in one for sign in "*?["):
                self.scope.named("rows", one)
            found = [q.variable for q in self.scope.matching(one, (Kind.SCALE, Kind.NUMERIC)) if q.variable.tabulated]
            if not found:
                raise PlanError(
                    f"rows: no scale or number matches {one!r}, so there is nothing to summarise",
                    f"rows: tidak ada skala atau angka yang cocok dengan {one!r}, jadi tidak ada yang diringkas",
                )
            names.update(dict.fromkeys(v.name for v in found))
        return item.model_copy(update={"items": tuple(names)})

    def _several(self, item: RowItem) -> RowItem:
        """A ranking or allocation with its questions named, patterns expanded."""
        place = f"rows: {item.variable!r}: {'ranking' if item.ranking else 'allocation'}"
        if item.ranking:
            asked = item.ranking.positions or item.ranking.items
            kinds = {*ONE_ANSWER} | ({Kind.NUMERIC} if item.ranking.items else set())
        else:
            asked, kinds = (item.allocation.items if item.allocation else ()), {Kind.NUMERIC}
        names: dict[str, None] = {}
        for one in asked:
            found = [q.variable.name for q in self.scope.matching(one, kinds) if q.variable.tabulated]
            if one in self.scope:
                found = [one]
                kind = self.scope[one].variable.kind
                if kind not in kinds:
                    wanted = " or ".join(sorted(kind.value for kind in kinds))
                    raise PlanError(
                        f"{place}: {one!r} is {kind.value}, but this needs {wanted}",
                        f"{place}: {one!r} berjenis {kind.value}, padahal harus {wanted}",
                    )
            if not found:
                self.scope.named(place, one)
            names.update(dict.fromkeys(found))
        return item.model_copy(update={"items": tuple(names)})


def _sort_column(sort: str | None) -> SortColumn | None:
    if sort in {None, TOTAL}:
        return None
    question, _, code = (part.strip() for part in str(sort).rpartition("="))
    return SortColumn(question, code)


def compiled_rows(
    compiler: RowCompiler, items: Iterable[RowItem], told: Callable[[PlanError], tuple[PlanError, str]]
) -> tuple[list[Row], PlanError | None]:
    """The rows of a plan; one that cannot be made carries the reason and stops no other.

    Args:
        compiler: of the plan.
        items: the rows as written.
        told: what truly is wrong, and its sentence in the book's language.

    Returns:
        The rows, and what is wrong with the first one that cannot be made.
    """
    rows: list[Row] = []
    first: PlanError | None = None

    def troubled(item: RowItem, error: PlanError) -> Row:
        nonlocal first
        cause, sentence = told(error)
        first = first or cause
        return Row(item.model_copy(update={"trouble": sentence}))

    for item in items:
        try:
            found = compiler.expanded(item)
        except PlanError as error:
            rows.append(troubled(item, error))
            continue
        for one in found:
            try:
                rows.append(compiler.row(one))
            except PlanError as error:
                rows.append(troubled(one, error))
    return rows, first
