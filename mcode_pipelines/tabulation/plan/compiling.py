"""A written plan and a codebook become a compiled plan: every name resolved once, every complaint made here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from mcode_pipelines.survey.codebook import Codebook
from mcode_pipelines.survey.plan import NOT_WEIGHTED, BannerItem, Definition, RowItem, TabulationPlan
from mcode_pipelines.tabulation.plan.columns import BannerQuestion, compile_banner_item
from mcode_pipelines.tabulation.plan.counted_values import with_counted_values
from mcode_pipelines.tabulation.plan.default_banner import default_banner
from mcode_pipelines.tabulation.plan.defaults import default_rows, default_weight, language_of
from mcode_pipelines.tabulation.plan.definitions import BANNER_CASES, compile_definitions
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.questions import Condition, Question
from mcode_pipelines.tabulation.plan.rows import Row, RowCompiler, compiled_rows
from mcode_pipelines.tabulation.plan.scope import Scope
from mcode_pipelines.tabulation.plan.waves import rolling_name, wave_name, with_wave_columns, with_wave_variable
from mcode_pipelines.tabulation.plan.weightings import Weighting, Wish, check_names, compile_weighting, wishes_of


@dataclass(frozen=True, eq=False)
class CompiledPlan:
    """A plan that is only computed with: no name in it is looked up again, and no text is read."""

    written: TabulationPlan
    """The plan as a person would write it in full; what cannot be made carries the reason in `trouble`."""
    language: str
    questions: dict[str, Question]
    """Every question there is, by name: the survey's, and those that the plan derives."""
    filter: Condition | None
    banner: tuple[BannerQuestion, ...]
    rows: tuple[Row, ...]
    weightings: tuple[Weighting, ...]
    """Those of the plan itself, in order; rows may have others."""

    @property
    def all_weightings(self) -> tuple[Weighting, ...]:
        """Every weighting that a table is made with, once each, those of the whole plan first."""
        used = {id(w): w for row in self.rows for w in row.weightings}
        first = {id(w): w for w in self.weightings if id(w) in used}
        return tuple({**first, **used}.values())


def complete_plan(plan: TabulationPlan, codebook: Codebook) -> TabulationPlan:
    """The plan with what it leaves out filled in from the survey's default plan, patterns expanded, names checked.

    See `compile_plan`. Completing twice changes nothing.
    """
    return compile_plan(plan, codebook).written


def compile_plan(plan: TabulationPlan, codebook: Codebook) -> CompiledPlan:
    """A plan with every name resolved, what it leaves out filled in from the survey's default plan.

    An explicit `weight: null` stays unweighted; a plan that does not mention a weight gets the detected one. A pattern
    gives one row a matching variable that can be tabulated.

    A row that cannot be made (a variable that does not exist, a pattern without a match, a net with an unknown code, a
    filter that cannot be read) carries the reason in `trouble`, and the other rows are made; so do a definition and a
    question of the banner.

    Raises:
        PlanError: for a variable of the only weight or the filter that does not exist (with the nearest names) or
            cannot stand there, a RIM target with an unknown code, and when no row at all can be made.
    """
    codebook = with_counted_values(plan, with_wave_variable(plan, codebook))
    plan = _with_banner_cases(plan, codebook)
    language = plan.language or language_of(codebook)
    scope = Scope(codebook)
    complaints = _Complaints(language, compile_definitions(plan, scope))
    plan = _filled_in(plan, codebook, language, complaints)
    if plan.waves is not None:
        plan = with_wave_columns(plan, wave_name(codebook), rolling_name(codebook))
    weightings = _Weightings(plan, scope, complaints)
    rows, trouble = compiled_rows(RowCompiler(plan, scope, weightings.of_row), plan.rows or (), complaints.of)
    if not rows:
        raise PlanError("rows: the survey has no question that can be tabulated; check the kinds in its codebook")
    if trouble is not None and all(row.item.trouble for row in rows):
        raise trouble
    own = wishes_of(plan)
    if len(own) == 1:  # else it stops only the tables of its own
        with complaints:
            check_names("weight", own[0], scope)
    condition = None
    if plan.filter:
        with complaints:
            condition = scope.expression(plan.filter)
        scope.check(condition)
    banner = tuple(_banner_question(item, scope, complaints, plan.on_missing) for item in plan.banner or ())
    of_plan = weightings.of_plan()
    for weighting in of_plan if len(of_plan) == 1 else ():
        if isinstance(weighting.by, PlanError) and any(weighting in row.weightings for row in rows):
            raise weighting.by
    written = plan.model_copy(
        update={"rows": tuple(row.item for row in rows), "banner": tuple(question.item for question in banner)}
    )
    return CompiledPlan(written, language, dict(scope.questions), condition, banner, tuple(rows), of_plan)


class _Complaints:
    """What is wrong with a plan, traced to the definition that could not be made and said in the book's language.

    As a context it tells so of what is raised within.
    """

    def __init__(self, language: str, of_definitions: dict[str, PlanError]) -> None:
        self._language = language
        self.of_definitions = {name: error.in_language(language) for name, error in of_definitions.items()}
        """The sentence for each definition that cannot be made, by its name."""

    def of(self, error: PlanError) -> tuple[PlanError, str]:
        """What truly is wrong, and its sentence."""
        sentence = self.of_definitions.get(error.unknown or "")
        cause = PlanError(sentence) if sentence else error
        return cause, cause.in_language(self._language)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, stack: object) -> None:
        if isinstance(error, PlanError):
            raise self.of(error)[0] from error


class _Weightings:
    """The weightings of a plan, each compiled once."""

    def __init__(self, plan: TabulationPlan, scope: Scope, complaints: _Complaints) -> None:
        self._plan = plan
        self._scope = scope
        self._complaints = complaints
        self._compiled: list[Weighting] = []
        self._of_plan: tuple[Weighting, ...] | None = None

    def of_row(self, item: RowItem) -> tuple[Weighting, ...]:
        """Of a row that names its own weights, these; else those of the plan."""
        return tuple(map(self._weighting, item.weight)) if item.weight else self.of_plan()

    def of_plan(self) -> tuple[Weighting, ...]:
        """Those of the plan itself."""
        if self._of_plan is None:
            self._of_plan = tuple(map(self._weighting, wishes_of(self._plan)))
        return self._of_plan

    def _weighting(self, wish: Wish) -> Weighting:
        found = next((one for one in self._compiled if one.wish == wish), None)
        if found is None:
            try:
                found = compile_weighting(wish, self._scope)
            except PlanError as error:
                found = Weighting(wish, self._complaints.of(error)[0])
            self._compiled.append(found)
        return found


def _filled_in(plan: TabulationPlan, codebook: Codebook, language: str, complaints: _Complaints) -> TabulationPlan:
    """The plan with what it leaves out, and with the reasons why definitions cannot be made."""
    weight, weights, detected = plan.weight, plan.weights, default_weight(codebook)
    if "weight" not in plan.model_fields_set and not weights:
        weight = detected
    elif weight is None and not weights and detected is not None:
        weights = (NOT_WEIGHTED,)  # said aloud, so that no copy of the plan falls back to the detected weight
    troubles = complaints.of_definitions
    return plan.model_copy(
        update={
            "language": language,
            "define": {n: d.model_copy(update={"trouble": troubles.get(n)}) for n, d in plan.define.items()},
            "weight": weight,
            "weights": weights,
            "filter": plan.filter,
            "title": plan.title,
            "banner": plan.banner if plan.banner is not None else default_banner(codebook),
            "rows": plan.rows or default_rows(codebook),
        }
    )


def _with_banner_cases(plan: TabulationPlan, codebook: Codebook) -> TabulationPlan:
    """The plan with the conditions of its banner as variables that it defines."""
    if not any(item.cases for item in plan.banner or ()):
        return plan
    define, banner = dict(plan.define), []
    names = (f"{BANNER_CASES}{n}" for n in count(1))
    for item in plan.banner or ():
        if item.cases:
            name = next(n for n in names if n not in codebook and n not in define)
            define[name] = Definition(label=item.label or " / ".join(item.cases), cases=item.cases)
            item = BannerItem(variable=name, hide_empty=item.hide_empty, optional=item.optional)
        banner.append(item)
    return plan.model_copy(update={"define": define, "banner": tuple(banner)})


def _banner_question(item: BannerItem, scope: Scope, complaints: _Complaints, on_missing: str) -> BannerQuestion:
    """The question of the banner, with the reason where it cannot have columns."""
    try:
        found = compile_banner_item(item.model_copy(update={"trouble": None}), scope)
    except PlanError as error:
        cause, sentence = complaints.of(error)
        if error.unknown and on_missing == "fail":
            raise _missing(cause) from error
        return BannerQuestion(item.model_copy(update={"trouble": sentence}))
    return found


def _missing(cause: PlanError) -> PlanError:
    """Why a plan is refused whose banner names what is not there: tables without these columns are other tables."""
    return PlanError(
        f"{cause}; correct it, or write on_missing: drop to make the tables without these columns",
        f"{cause.indonesian}; perbaiki, atau tulis on_missing: drop agar tabel dibuat tanpa kolom itu",
        unknown=cause.unknown,
    )


def questions_of(plan: CompiledPlan) -> Iterable[Question]:
    """The questions that a plan counts, shows as columns, weights by or filters by; some come twice."""
    for column in plan.banner:
        yield from column.path
    for weighting in plan.all_weightings:
        yield from weighting.questions
    for condition in (plan.filter, *(row.filter for row in plan.rows)):
        yield from condition.questions if condition else ()
    for row in plan.rows:
        yield from row.questions
