"""Variables that a plan defines itself: recodes, bands, conditions, formulas, composites and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from mcode_pipelines.survey.codebook import Choice, Kind, Variable
from mcode_pipelines.survey.plan import Definition, Nets, TabulationPlan
from mcode_pipelines.tabulation.plan.conditions import check_expression
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.factors import factors_of
from mcode_pipelines.tabulation.plan.kinds import CODED, ONE_ANSWER, SEVERAL_ANSWERS
from mcode_pipelines.tabulation.plan.nets import check_nets, nets_as_spelled
from mcode_pipelines.tabulation.plan.questions import (
    AnswerCount,
    Banding,
    Cases,
    Composite,
    Derivation,
    DerivedQuestion,
    Formula,
    Question,
    Recode,
)
from mcode_pipelines.tabulation.plan.scope import Scope
from mcode_pipelines.tabulation.plan.suggestions import in_indonesian, nearest

_LIKE = "write it like income / members"
_SEPERTI = "tulis misalnya income / members"
BANNER_CASES = "columns_"
"""How the variables begin that conditions of the banner become."""


def compile_definitions(plan: TabulationPlan, scope: Scope) -> dict[str, PlanError]:
    """Adds the variables that a plan defines to the scope; returns what keeps others from being made, by name.

    A definition may use the survey's variables and those defined before it. A definition cannot be made for a name that
    is taken, a variable that does not exist or does not suit, or a condition that does not parse; nor can one that uses
    such a definition. A name whose definition cannot be made is no variable at all, also where the survey has one of
    that name: else tables would show something else.
    """
    troubles: dict[str, PlanError] = {}
    for name, definition in plan.define.items():
        try:
            if definition.mistake:
                raise PlanError(definition.mistake)
            scope.define(_defined(name, definition, scope))
        except PlanError as error:
            troubles[name] = troubles.get(error.unknown or "", error)
            scope.forget(name)
    return troubles


def is_banner_cases(name: str, definition: Definition) -> bool:
    """Whether a name was made up, for conditions of the banner."""
    return bool(definition.cases) and re.fullmatch(rf"{BANNER_CASES}\d+", name) is not None


def not_a_number(place: str, name: str, word: str) -> PlanError:
    """The error for bands or quantiles of what is no number."""
    return PlanError(
        f"{place}: {name!r} is no number, so it has no {word}; write nets of its codes",
        f"{place}: {name!r} bukan angka, jadi tidak punya {word}; tulis nets dari kodenya",
    )


@contextmanager
def told_of_expression(place: str = "") -> Iterator[None]:
    """What is wrong with an expression is told of it, though conditions are read the same way."""
    try:
        yield
    except PlanError as error:
        said = str(error).replace("filter", "expression", 1).replace("write it like S6 = 1 AND S15 IN (2, 3)", _LIKE)
        seperti = error.indonesian.replace("filter", "expression", 1)
        seperti = seperti.replace("tulis misalnya S6 = 1 AND S15 IN (2, 3)", _SEPERTI)
        raise PlanError(place + said, place + seperti, unknown=error.unknown) from error


def _defined(name: str, definition: Definition, scope: Scope) -> DerivedQuestion:
    place = f"define: {name!r}"
    if is_banner_cases(name, definition):
        place = f"banner: {definition.label or 'cases'!r}"
    if name in scope:
        raise PlanError(
            f"{place}: the survey has a variable of this name; choose another one",
            f"{place}: survei sudah punya variabel dengan nama ini; pilih nama lain",
        )
    if name == "total" or any(sign in name for sign in '*?>"'):
        raise PlanError(
            f"{place}: this cannot be a variable's name; use letters, digits and _",
            f"{place}: ini tidak bisa menjadi nama variabel; pakai huruf, angka, dan _",
        )
    kind, labels, derivation = _derivation(place, definition, scope)
    choices = tuple(Choice(code=str(i), label=text) for i, text in enumerate(labels, 1))
    variable = Variable(name=name, label=definition.label or name, kind=kind, columns=(), choices=choices)
    if isinstance(derivation, Banding) and derivation.quantiles:
        parts = range(1, derivation.quantiles + 1)
        named = tuple(Choice(code=str(i), label=f"{variable.label} {i}/{derivation.quantiles}") for i in parts)
        variable = variable.model_copy(update={"choices": named})
    return DerivedQuestion(variable, derivation, f"define: {name!r}")


def _derivation(place: str, definition: Definition, scope: Scope) -> tuple[Kind, list[str], Derivation]:
    """The kind and the labels of the categories of a defined variable, and how it is made."""
    if definition.cases:
        return _cases(place, definition, scope)
    if definition.expression:
        with told_of_expression(f"{place}: "):
            expression = scope.expression(definition.expression)
        with told_of_expression():
            check_expression(expression)
        return Kind.NUMERIC, [], Formula(expression)
    if definition.mean or definition.sum:
        items = tuple(_items(place, definition, scope))
        if definition.minimum_answers > len(items):
            raise PlanError(
                f"{place}: minimum_answers is {definition.minimum_answers}, but there are {len(items)} items",
                f"{place}: minimum_answers {definition.minimum_answers}, padahal hanya ada {len(items)} butir",
            )
        return Kind.NUMERIC, [], Composite(items, bool(definition.mean), definition.minimum_answers)
    if definition.count:
        source = _source(place, definition.count, scope, SEVERAL_ANSWERS, "a question with several answers")
        counted = _spelled({"codes": definition.codes} if definition.codes else {}, source.variable, scope)
        _check_codes(place, counted, source.variable, scope)
        return Kind.NUMERIC, [], AnswerCount(source, counted.get("codes", ()))
    wanted = definition.variable or ""
    if definition.nets:
        source = _source(place, wanted, scope, CODED, "a question with choices")
        nets = _spelled(definition.nets, source.variable, scope)
        _check_codes(place, nets, source.variable, scope)
        codes = [code for codes in nets.values() for code in codes]
        apart = source.variable.kind in ONE_ANSWER and len(set(codes)) == len(codes)
        kind = Kind.SINGLE_CHOICE if apart else Kind.MULTI_CHOICE
        return kind, list(nets), Recode(source, nets)
    source = _source(place, wanted, scope, (Kind.NUMERIC,), "a number")
    return Kind.SINGLE_CHOICE, list(definition.bands), Banding(source, definition.bands, definition.quantiles)


def _cases(place: str, definition: Definition, scope: Scope) -> tuple[Kind, list[str], Cases]:
    conditions = []
    for text in definition.cases.values():
        try:
            condition = scope.expression(text)
        except PlanError as error:
            raise PlanError(f"{place}: {error}", unknown=error.unknown) from error
        scope.check(condition)
        conditions.append(condition)
    kind = Kind.MULTI_CHOICE if len(conditions) > 1 else Kind.SINGLE_CHOICE
    return kind, list(definition.cases), Cases(tuple(conditions))


def _spelled(nets: Nets, source: Variable, scope: Scope) -> Nets:
    return nets if scope.is_open(source) else nets_as_spelled(nets, source.choices)


def _check_codes(place: str, nets: Nets, source: Variable, scope: Scope) -> None:
    if not scope.is_open(source):  # else the codes are known only once it is read
        check_nets(place, nets, source.choices)


def _source(place: str, name: str, scope: Scope, kinds: tuple[Kind, ...], expected: str) -> Question:
    if name not in scope:
        close = nearest(name, scope.questions)
        raise PlanError(
            f"{place}: there is no variable {name!r}{close}",
            f"{place}: tidak ada variabel {name!r}{in_indonesian(close)}",
            unknown=name,
        )
    question = scope[name]
    kind = question.variable.kind
    if kind not in kinds:
        raise PlanError(
            f"{place}: {name!r} is {kind.value}, but this needs {expected}",
            f"{place}: {name!r} berjenis {kind.value}; yang diperlukan di sini: {expected}",
        )
    return question


def _items(place: str, definition: Definition, scope: Scope) -> Iterator[Question]:
    """The questions of a composite, patterns expanded."""
    for item in definition.mean or definition.sum:
        if any(sign in item for sign in "*?"):
            found = scope.matching(item, (Kind.SCALE, Kind.NUMERIC))
            if not found:
                raise PlanError(
                    f"{place}: no scale or number matches {item!r}; check the pattern",
                    f"{place}: tidak ada skala atau angka yang cocok dengan {item!r}; periksa polanya",
                )
            yield from found
        else:
            question = _source(place, item, scope, (*ONE_ANSWER, Kind.NUMERIC), "scales or numbers")
            variable = question.variable
            if variable.kind != Kind.NUMERIC and np.isnan(factors_of(variable, variable.choices)).all():
                raise PlanError(
                    f"{place}: {item!r} has no factors; give its choices factors in the codebook",
                    f"{place}: {item!r} tidak punya factors; beri factor pada pilihannya di buku kode",
                )
            yield question
