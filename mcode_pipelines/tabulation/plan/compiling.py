"""Plans that are whole: the default plan of a survey, and what a written plan leaves out filled in and checked."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from itertools import count

from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.plan import (
    NOT_WEIGHTED,
    TOTAL,
    BannerItem,
    Definition,
    Nets,
    RimWeight,
    RowItem,
    Statistic,
    TabulationPlan,
)
from mcode_pipelines.tabulation.counting.stub import check_nets
from mcode_pipelines.tabulation.plan.coded_questions import may_get_codes
from mcode_pipelines.tabulation.plan.conditions import read_filter
from mcode_pipelines.tabulation.plan.definitions import (
    CASES_OF_BANNER,
    cause_of,
    no_number,
    with_definitions,
    with_troubles,
)
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.suggestions import in_indonesian, nearest
from mcode_pipelines.tabulation.plan.weightings import Wish, is_none, wishes_of
from mcode_pipelines.tabulation.respondents.waves import with_wave_columns, with_waves

_MOST_DEMOGRAPHICS = 5
_FEWEST_CATEGORIES, _MOST_CATEGORIES = 2, 12
_WITH_CATEGORIES = (Kind.SINGLE_CHOICE, Kind.MULTI_CHOICE, Kind.SCALE)
_SCORED = (Kind.SCALE, Kind.SINGLE_CHOICE, Kind.NUMERIC)
_TABLES_OF = (*_WITH_CATEGORIES, Kind.NUMERIC, Kind.OPEN_ENDED)


def default_plan(codebook: Codebook, *, title: str | None = None) -> TabulationPlan:
    """The plan of a survey that came without one.

    Every tabulated variable against the total and the first five demographics with 2 to 12 choices, weighted by
    the detected weight. Rows and statistics are spelled out, so that people can see and edit them. Open-ended
    questions are marked `optional`: they get a table once they are coded.
    """
    banner = [v for v in codebook if v.demographic and v.kind in {Kind.SINGLE_CHOICE, Kind.SCALE} and not v.personal]
    banner = [v for v in banner if _FEWEST_CATEGORIES <= len(v.choices) <= _MOST_CATEGORIES][:_MOST_DEMOGRAPHICS]
    weight = next((v.name for v in codebook if v.weight and v.kind == Kind.NUMERIC), None)
    rows = [v for v in codebook if v.tabulated and not v.weight]
    return TabulationPlan(
        title=title,
        language="en" if codebook.language == "en" else "id",
        weight=weight,
        banner=(BannerItem(variable=TOTAL), *(BannerItem(variable=v.name) for v in banner)),
        rows=tuple(_row(RowItem(variable=v.name, optional=v.kind == Kind.OPEN_ENDED), v) for v in rows),
    )


def complete_plan(plan: TabulationPlan, codebook: Codebook) -> TabulationPlan:
    """The plan with what it leaves out filled in from the survey's default plan, patterns expanded, names checked.

    An explicit `weight: null` stays unweighted; a plan that does not mention a weight gets the detected one. A pattern
    gives one row a matching variable that can be tabulated. Completing twice changes nothing.

    A row that cannot be made (a variable that does not exist, a pattern without a match, a net with an unknown code, a
    filter that cannot be read) carries the reason in `trouble`, and the other rows are made; so do a definition and a
    question of the banner.

    Raises:
        PlanError: for a variable of the only weight or the filter that does not exist (with the nearest names) or
            cannot stand there, a RIM target with an unknown code, and when no row at all can be made.
    """
    default = default_plan(codebook, title=plan.title)
    codebook = with_waves(plan, codebook)
    plan = _cases_named(plan, codebook)
    language = plan.language or default.language or "id"
    plan = with_troubles(plan, codebook, language)
    codebook = with_definitions(plan, codebook)
    weight, weights = plan.weight, plan.weights
    if "weight" not in plan.model_fields_set and not weights:
        weight = default.weight
    elif weight is None and not weights and default.weight is not None:
        weights = (NOT_WEIGHTED,)  # said aloud, so that no copy of the plan falls back to the detected weight
    troubles: list[PlanError] = []
    rows = tuple(_each(plan, plan.rows or default.rows or (), codebook, language, troubles))
    banner = plan.banner if plan.banner is not None else default.banner or ()
    completed = plan.model_copy(
        update={
            "language": language,
            "weight": weight,
            "weights": weights,
            "filter": plan.filter,
            "title": plan.title,
            "banner": banner,
            "rows": rows,
        }
    )
    completed = with_wave_columns(completed, codebook)
    if not rows:
        raise PlanError("rows: the survey has no question that can be tabulated; check the kinds in its codebook")
    if all(row.trouble for row in rows):
        raise troubles[0]
    if len(wishes_of(completed)) == 1:  # else it stops only the tables of its own
        check_weight(completed, "weight", wishes_of(completed)[0], codebook)
    if plan.filter:
        try:
            read_filter(plan.filter, codebook)
        except PlanError as error:
            raise cause_of(error, plan) from error
    columns = tuple(_looked_at(completed, item, codebook) for item in completed.banner or ())
    return completed.model_copy(update={"banner": columns})


def _cases_named(plan: TabulationPlan, codebook: Codebook) -> TabulationPlan:
    """The plan with the conditions of its banner as variables that it defines."""
    if not any(item.cases for item in plan.banner or ()):
        return plan
    define, banner = dict(plan.define), []
    names = (f"{CASES_OF_BANNER}{n}" for n in count(1))
    for item in plan.banner or ():
        if item.cases:
            name = next(n for n in names if n not in codebook and n not in define)
            define[name] = Definition(label=item.label or " / ".join(item.cases), cases=item.cases)
            item = BannerItem(variable=name, hide_empty=item.hide_empty)
        banner.append(item)
    return plan.model_copy(update={"define": define, "banner": tuple(banner)})


def _looked_at(plan: TabulationPlan, item: BannerItem, codebook: Codebook) -> BannerItem:
    """The question of the banner, with the reason where it cannot have columns."""
    trouble = item.mistake
    if not trouble:
        try:
            _check_banner(item, codebook)
        except PlanError as error:
            trouble = cause_of(error, plan).told(plan.language)
    return item.model_copy(update={"trouble": trouble})


def _each(
    plan: TabulationPlan,
    rows: Iterable[RowItem],
    codebook: Codebook,
    language: str,
    troubles: list[PlanError],
) -> Iterable[RowItem]:
    """The rows with patterns expanded; one that cannot be made carries the reason and stops no other.

    The reason is said in the book's `language`, and put to the `troubles`.
    """
    for item in rows:
        bare = item.model_copy(update={"trouble": None})
        try:
            if item.mistake:
                raise PlanError(item.mistake)
            found = list(_expanded([bare], codebook))
        except PlanError as error:
            troubles.append(cause_of(error, plan))
            yield item.model_copy(update={"trouble": troubles[-1].told(language)})
            continue
        for row in found:
            try:
                _check_row(plan, row, codebook)
            except PlanError as error:
                troubles.append(cause_of(error, plan))
                yield row.model_copy(update={"trouble": troubles[-1].told(language)})
            else:
                yield row


def _check_row(plan: TabulationPlan, row: RowItem, codebook: Codebook) -> None:
    if (row.bands or row.quantiles) and codebook[row.variable].kind != Kind.NUMERIC:
        word = "bands" if row.bands else "quantiles"
        raise no_number("rows", row.variable, word)
    if row.nets and not (row.bands or row.quantiles):
        _check_nets(f"rows: {row.variable!r}", row.nets, codebook[row.variable], codebook)
    if row.filter:
        read_filter(row.filter, codebook)
    for wish in row.weight:
        check_weight(plan, f"rows: {row.variable!r}: weight", wish, codebook)


def _expanded(rows: Iterable[RowItem], codebook: Codebook) -> Iterable[RowItem]:
    for item in rows:
        if item.summary is not None:
            yield _summary(item, codebook)
        elif item.ranking or item.allocation:
            yield _several(item, codebook)
        elif item.variable in codebook:
            variable = codebook[item.variable]
            if item.nps and variable.kind not in _SCORED:
                raise PlanError(
                    f"rows: {item.variable!r} is {variable.kind.value}, so it has no nps; take nps out",
                    f"rows: {item.variable!r} berjenis {variable.kind.value}, jadi tidak punya nps; hapus nps",
                )
            if variable.kind not in _TABLES_OF:
                raise PlanError(
                    f"rows: {item.variable!r} is {variable.kind.value} and cannot be tabulated; "
                    "take it out, or give it another kind in the codebook",
                    f"rows: {item.variable!r} berjenis {variable.kind.value} dan tidak dapat ditabulasi; "
                    "hapus, atau beri jenis lain di buku kode",
                )
            yield _row(item, variable)
        elif any(sign in item.variable for sign in "*?["):
            found = [v for v in codebook if fnmatch.fnmatchcase(v.name, item.variable) and v.tabulated and not v.weight]
            if not found:
                raise PlanError(
                    f"rows: no variable that can be tabulated matches {item.variable!r}; check the pattern",
                    f"rows: tidak ada variabel yang dapat ditabulasi yang cocok dengan {item.variable!r}; "
                    "periksa polanya",
                )
            for variable in found:
                optional = item.optional or variable.kind == Kind.OPEN_ENDED
                yield _row(item.model_copy(update={"variable": variable.name, "optional": optional}), variable)
        else:
            raise unknown_variable("rows", item.variable, codebook)


def _summary(item: RowItem, codebook: Codebook) -> RowItem:
    """A battery's page with its items named: what was given, else what the pattern finds."""
    names: dict[str, None] = {}
    for one in item.items or (item.variable,):
        if one in codebook:
            kind = codebook[one].kind
            if kind not in {Kind.SCALE, Kind.NUMERIC, Kind.SINGLE_CHOICE}:
                raise PlanError(
                    f"rows: {one!r} is {kind.value} and cannot stand in a summary",
                    f"rows: {one!r} berjenis {kind.value} dan tidak dapat masuk ringkasan",
                )
            names[one] = None
            continue
        if item.items and not any(sign in one for sign in "*?["):
            raise unknown_variable("rows", one, codebook)
        found = [v for v in codebook if fnmatch.fnmatchcase(v.name, one) and v.tabulated]
        found = [v for v in found if v.kind in {Kind.SCALE, Kind.NUMERIC}]
        if not found:
            raise PlanError(
                f"rows: no scale or number matches {one!r}, so there is nothing to summarise",
                f"rows: tidak ada skala atau angka yang cocok dengan {one!r}, jadi tidak ada yang diringkas",
            )
        names.update(dict.fromkeys(v.name for v in found))
    return item.model_copy(update={"items": tuple(names)})


def _several(item: RowItem, codebook: Codebook) -> RowItem:
    """A ranking or allocation with its questions named, patterns expanded."""
    place = f"rows: {item.variable!r}: {'ranking' if item.ranking else 'allocation'}"
    if item.ranking:
        asked = item.ranking.positions or item.ranking.items
        kinds = {Kind.SINGLE_CHOICE, Kind.SCALE} | ({Kind.NUMERIC} if item.ranking.items else set())
    else:
        asked, kinds = (item.allocation.items if item.allocation else ()), {Kind.NUMERIC}
    names: dict[str, None] = {}
    for one in asked:
        found = [v.name for v in codebook if fnmatch.fnmatchcase(v.name, one) and v.kind in kinds and v.tabulated]
        if one in codebook:
            found = [one]
            if codebook[one].kind not in kinds:
                wanted = " or ".join(sorted(kind.value for kind in kinds))
                raise PlanError(
                    f"{place}: {one!r} is {codebook[one].kind.value}, but this needs {wanted}",
                    f"{place}: {one!r} berjenis {codebook[one].kind.value}, padahal harus {wanted}",
                )
        if not found:
            raise unknown_variable(place, one, codebook)
        names.update(dict.fromkeys(found))
    return item.model_copy(update={"items": tuple(names)})


def _row(item: RowItem, variable: Variable) -> RowItem:
    if item.statistics is not None:
        return item
    if item.factors:
        return item.model_copy(update={"statistics": (Statistic.MEAN,)})
    if item.nps:
        return item.model_copy(update={"statistics": (Statistic.NPS, Statistic.MEAN)})
    return item.model_copy(update={"statistics": default_statistics(variable)})


def default_statistics(variable: Variable) -> tuple[Statistic, ...]:
    """The statistics that a variable's table shows when the plan names none."""
    if variable.kind == Kind.NUMERIC:
        return (Statistic.MEAN, Statistic.MEDIAN, Statistic.STD_DEV, Statistic.MINIMUM, Statistic.MAXIMUM)
    if variable.kind != Kind.SCALE:
        return ()
    factors = sorted({c.factor for c in variable.choices if c.factor is not None})
    if factors == [float(n) for n in range(11)]:
        return (Statistic.NPS, Statistic.MEAN)
    if len(factors) >= 4:
        return (Statistic.TOP2, Statistic.BOTTOM2, Statistic.MEAN)
    return (Statistic.MEAN,) if factors else ()


def unknown_variable(place: str, name: str, codebook: Codebook) -> PlanError:
    """The error for a name that the codebook does not have."""
    close = nearest(name, (v.name for v in codebook))
    return PlanError(
        f"{place}: there is no variable {name!r} in this survey{close}",
        f"{place}: tidak ada variabel {name!r} dalam survei ini{in_indonesian(close)}",
        unknown=name,
    )


def _check_banner(item: BannerItem, codebook: Codebook) -> None:
    if item.variable == TOTAL:
        if item.nets:
            raise PlanError(
                "banner: total has no categories, so it cannot have nets",
                "banner: total tidak punya kategori, jadi tidak bisa diberi nets",
            )
        return
    for name in item.path:
        if name not in codebook:
            raise unknown_variable("banner", name, codebook)
        kind = codebook[name].kind
        if kind == Kind.NUMERIC and name == item.path[-1] and (item.bands or item.quantiles):
            continue
        if kind not in {*_WITH_CATEGORIES, Kind.OPEN_ENDED}:
            number = kind == Kind.NUMERIC
            hint = "give it bands or quantiles" if number else "name a question with choices"
            saran = "beri bands atau quantiles" if number else "sebutkan pertanyaan dengan pilihan jawaban"
            raise PlanError(
                f"banner: {name!r} is {kind.value} and has no categories; {hint}",
                f"banner: {name!r} berjenis {kind.value} dan tidak punya kategori; {saran}",
            )
    if (item.bands or item.quantiles) and codebook[item.path[-1]].kind != Kind.NUMERIC:
        word = "bands" if item.bands else "quantiles"
        raise no_number("banner", item.variable, word)
    _check_nets(f"banner: {item.variable!r}", item.nets, codebook[item.path[-1]], codebook)


def _check_nets(place: str, nets: Nets, variable: Variable, codebook: Codebook) -> None:
    if not may_get_codes(variable, codebook):  # else codes come from the data or a code frame, and are checked there
        check_nets(place, nets, variable.choices)


def check_weight(plan: TabulationPlan, place: str, wish: Wish, codebook: Codebook) -> None:
    """Raises PlanError, naming the place, for a weight whose variables or targets a survey does not have."""
    if is_none(wish, (v.name for v in codebook)):
        return
    for name in [wish] if isinstance(wish, str) else wish.variables:
        if name not in codebook:
            raise cause_of(unknown_variable(place, name, codebook), plan)
    if isinstance(wish, RimWeight):
        for name, targets in wish.rim.items():
            _check_targets(f"{place}: rim: {name!r}", [codebook[n] for n in wish.path(name)], targets, codebook)


def _check_targets(place: str, levels: Sequence[Variable], targets: Iterable[str], codebook: Codebook) -> None:
    for target in targets:
        codes = target.split(">")
        if len(codes) != len(levels):
            example = ">".join(v.choices[0].code if v.choices else "1" for v in levels)
            raise PlanError(
                f"{place}: the code {target!r} does not name one code of each variable; write {example}",
                f"{place}: kode {target!r} tidak menyebut satu kode dari tiap variabel; tulis {example}",
            )
        for code, variable in zip(codes, levels, strict=True):
            known = [c.code for c in variable.choices]
            if code not in known and not may_get_codes(variable, codebook):
                raise PlanError(
                    f"{place} has no code {target!r}; its codes are {', '.join(known[:20]) or 'none'}",
                    f"{place} tidak punya kode {target!r}; kodenya {', '.join(known[:20]) or 'tidak ada'}",
                )
