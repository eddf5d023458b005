"""Variables that a plan defines itself: recodes, bands, conditions, composites and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

from mcode_pipelines.survey.codebook import Choice, Codebook, Kind, Variable
from mcode_pipelines.survey.plan import Bands, Definition, Nets, TabulationPlan
from mcode_pipelines.tabulation.arrays import FloatArray, IntArray
from mcode_pipelines.tabulation.counting.stub import check_nets, factors_of
from mcode_pipelines.tabulation.plan.coded_questions import may_get_codes
from mcode_pipelines.tabulation.plan.conditions import read_filter
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.suggestions import in_indonesian, nearest
from mcode_pipelines.tabulation.respondents.answers import (
    NOBODY,
    Answers,
    CodedAnswers,
    NumericAnswers,
    from_indicators,
    membership,
)
from mcode_pipelines.tabulation.respondents.decoding import ONE_ANSWER
from mcode_pipelines.tabulation.tables.wording import Words

if TYPE_CHECKING:
    from mcode_pipelines.tabulation.respondents.respondents import Respondents

_LIKE = "write it like income / members"
CASES_OF_BANNER = "columns_"
"""How the variables begin that conditions of the banner become."""
_SEVERAL = (Kind.MULTI_CHOICE, Kind.OPEN_ENDED)
_CODED = (*ONE_ANSWER, *_SEVERAL)


def with_definitions(plan: TabulationPlan, codebook: Codebook) -> Codebook:
    """The survey's codebook and, behind it, the variables that the plan defines.

    A definition may use the survey's variables and those defined before it. A name whose definition cannot be made
    is no variable at all, also where the survey has one of that name: else tables would show something else.
    """
    return _examined(plan, codebook)[1]


def with_troubles(plan: TabulationPlan, codebook: Codebook, language: str) -> TabulationPlan:
    """The plan whose definitions carry why they cannot be made, said in a book's language, where that is so.

    A definition cannot be made for a name that is taken, a variable that does not exist or does not suit, or a
    condition that does not parse; nor can one that uses such a definition.
    """
    troubles, _ = _examined(plan, codebook)
    told = {name: error.told(language) for name, error in troubles.items()}
    looked_at = {n: d.model_copy(update={"trouble": told.get(n)}) for n, d in plan.define.items()}
    return plan.model_copy(update={"define": looked_at})


def sound_definitions(plan: TabulationPlan) -> dict[str, Definition]:
    """The definitions of a completed plan that can be made, by name."""
    return {name: definition for name, definition in plan.define.items() if not definition.trouble}


def cause_of(error: PlanError, plan: TabulationPlan) -> PlanError:
    """Why a completed plan's definition cannot be made, where it is this definition's variable that is unknown."""
    definition = plan.define.get(error.unknown or "")
    return PlanError(definition.trouble) if definition and definition.trouble else error


def _examined(plan: TabulationPlan, codebook: Codebook) -> tuple[dict[str, PlanError], Codebook]:
    """What keeps definitions from being made, and the codebook with the others."""
    troubles: dict[str, PlanError] = {}
    for name, definition in plan.define.items():
        try:
            if definition.mistake:
                raise PlanError(definition.mistake)
            variables = (*codebook.variables, _defined(name, definition, codebook))
        except PlanError as error:
            troubles[name] = troubles.get(error.unknown or "", error)
            variables = tuple(variable for variable in codebook if variable.name != name)
        codebook = codebook.model_copy(update={"variables": variables})
    return troubles, codebook


def _defined(name: str, definition: Definition, codebook: Codebook) -> Variable:
    place = f"define: {name!r}"
    if _of_banner(name, definition):
        place = f"banner: {definition.label or 'cases'!r}"
    if name in codebook:
        raise PlanError(
            f"{place}: the survey has a variable of this name; choose another one",
            f"{place}: survei sudah punya variabel dengan nama ini; pilih nama lain",
        )
    if name == "total" or any(sign in name for sign in '*?>"'):
        raise PlanError(
            f"{place}: this cannot be a variable's name; use letters, digits and _",
            f"{place}: ini tidak bisa menjadi nama variabel; pakai huruf, angka, dan _",
        )
    return _variable(place, name, definition, codebook)


def _of_banner(name: str, definition: Definition) -> bool:
    """Whether a name was made up, for conditions of the banner."""
    return bool(definition.cases) and re.fullmatch(rf"{CASES_OF_BANNER}\d+", name) is not None


def no_number(place: str, name: str, word: str) -> PlanError:
    """The error for bands or quantiles of what is no number."""
    return PlanError(
        f"{place}: {name!r} is no number, so it has no {word}; write nets of its codes",
        f"{place}: {name!r} bukan angka, jadi tidak punya {word}; tulis nets dari kodenya",
    )


def definition_text(name: str, definition: Definition, words: Words) -> str:
    """A definition as one line for the book's notes, in the book's language."""
    if _of_banner(name, definition):
        name = definition.label or name
    if definition.cases:
        said = "; ".join(f"{label}: {condition}" for label, condition in definition.cases.items())
    elif definition.bands:
        bands = "; ".join(f"{label}: {_limits(*limits)}" for label, limits in definition.bands.items())
        said = f"{definition.variable} ({bands})"
    elif definition.quantiles:
        said = words("in_quantiles", name=definition.variable, parts=definition.quantiles)
    elif definition.nets:
        nets = "; ".join(f"{label}: {', '.join(codes)}" for label, codes in definition.nets.items())
        said = f"{definition.variable} ({nets})"
    elif definition.expression:
        said = definition.expression
    elif definition.count:
        said = f"count({definition.count}{': ' + ', '.join(definition.codes) if definition.codes else ''})"
    else:
        how, items = ("mean", definition.mean) if definition.mean else ("sum", definition.sum)
        said = f"{how}({', '.join(items)}), n >= {definition.minimum_answers}"
    return f"{name} = {said}"


def sources_of(name: str, definition: Definition, codebook: Codebook) -> tuple[str, ...]:
    """The variables that a sound definition is made of; `codebook` holds all variables, defined ones too."""
    known = _before(name, codebook)
    if definition.cases or definition.expression:
        texts = [*definition.cases.values(), *([definition.expression] if definition.expression else [])]
        return tuple(used for text in texts for used in read_filter(text, known).variables)
    if definition.mean or definition.sum:
        return tuple(_items(f"define: {name!r}", definition, known))
    return (definition.count or definition.variable or "",)


def derive(name: str, definition: Definition, respondents: Respondents) -> Answers:
    """The answers to a defined variable.

    Recodes, bands and conditions: a respondent in none of the categories has no answer. Bands include both limits.
    Quantiles cut the numbers of all respondents into parts as equal as ties allow, unweighted. An expression has a
    number where SQL gives one: not where a part of it is missing. Composites take the
    factors of scales and the values of numbers, and need `minimum_answers` of them. Counts count the codes chosen among
    those who answered.
    """
    variable = respondents.variables[name]
    if definition.cases:
        conditions = [read_filter(c, respondents.codebook).within(respondents) for c in definition.cases.values()]
        if len(conditions) == 1:
            met: IntArray = np.where(conditions[0], 0, NOBODY).astype(np.int32)
            return CodedAnswers(
                variable, variable.choices, met, np.ones((1, 1), dtype=bool), {}, elsewhere=~conditions[0]
            )
        inside = np.stack(conditions, axis=1)
        met, members = from_indicators(inside, np.any(inside, axis=1))
        return CodedAnswers(variable, variable.choices, met, members, {}, elsewhere=met < 0)
    if definition.expression:
        with _of_expression():
            numbers = read_filter(definition.expression, respondents.codebook).numbers(respondents)
        return NumericAnswers(variable, numbers)
    if definition.mean or definition.sum:
        return _composite(variable, definition, respondents)
    if definition.count:
        return _counted(variable, definition, respondents)
    source = respondents.answers(definition.variable or "")
    if isinstance(source, CodedAnswers):
        check_nets(f"define: {name!r}", definition.nets, source.choices)
        sets = membership(source.choices, list(definition.nets.values()))
        members = (source.members.astype(np.float64) @ sets) > 0
        in_any = np.append(members.any(axis=1), False)
        patterns = np.where(in_any[source.patterns], source.patterns, NOBODY)
        elsewhere = (source.patterns >= 0) & (patterns < 0)
        if source.elsewhere is not None:
            elsewhere |= source.elsewhere
        if variable.kind in ONE_ANSWER:
            # One pattern a category, as in every single-choice question.
            category = np.append(members.argmax(axis=1), 0)[patterns]
            patterns, members = np.where(patterns >= 0, category, NOBODY), np.eye(len(variable.choices), dtype=bool)
        return CodedAnswers(variable, variable.choices, patterns, members, {}, elsewhere=elsewhere)
    return replace(banded(source, definition.bands, definition.quantiles), variable=variable)


def banded(source: NumericAnswers, bands: Bands, quantiles: int | None) -> CodedAnswers:
    """A number as bands or quantiles, coded from 1; a number in no band is `elsewhere`."""
    if quantiles:
        return _quantiles(source, quantiles)
    patterns = np.full(len(source.values), NOBODY, dtype=np.int32)
    for number, (low, high) in enumerate(bands.values()):
        above = source.values >= (-np.inf if low is None else low)
        patterns[above & (source.values <= (np.inf if high is None else high))] = number
    choices = tuple(Choice(code=str(i), label=label) for i, label in enumerate(bands, 1))
    elsewhere = ~np.isnan(source.values) & (patterns < 0)
    return CodedAnswers(source.variable, choices, patterns, np.eye(len(choices), dtype=bool), {}, elsewhere=elsewhere)


def _variable(place: str, name: str, definition: Definition, codebook: Codebook) -> Variable:
    label = definition.label or name

    def made(kind: Kind, labels: list[str]) -> Variable:
        choices = tuple(Choice(code=str(i), label=text) for i, text in enumerate(labels, 1))
        return Variable(name=name, label=label, kind=kind, columns=(), choices=choices)

    if definition.cases:
        for condition in definition.cases.values():
            try:
                read_filter(condition, codebook)
            except PlanError as error:
                raise PlanError(f"{place}: {error}", unknown=error.unknown) from error
        return made(Kind.MULTI_CHOICE if len(definition.cases) > 1 else Kind.SINGLE_CHOICE, list(definition.cases))
    if definition.expression:
        with _of_expression(f"{place}: "):
            read_filter(definition.expression, codebook)
        return made(Kind.NUMERIC, [])
    if definition.mean or definition.sum:
        items = list(_items(place, definition, codebook))
        if definition.minimum_answers > len(items):
            raise PlanError(
                f"{place}: minimum_answers is {definition.minimum_answers}, but there are {len(items)} items",
                f"{place}: minimum_answers {definition.minimum_answers}, padahal hanya ada {len(items)} butir",
            )
        return made(Kind.NUMERIC, [])
    if definition.count:
        source = _source(place, definition.count, codebook, _SEVERAL, "a question with several answers")
        _check_codes(place, {"codes": definition.codes} if definition.codes else {}, source, codebook)
        return made(Kind.NUMERIC, [])
    wanted = definition.variable or ""
    if definition.nets:
        source = _source(place, wanted, codebook, _CODED, "a question with choices")
        _check_codes(place, definition.nets, source, codebook)
        codes = [code for codes in definition.nets.values() for code in codes]
        apart = source.kind in ONE_ANSWER and len(set(codes)) == len(codes)
        return made(Kind.SINGLE_CHOICE if apart else Kind.MULTI_CHOICE, list(definition.nets))
    _source(place, wanted, codebook, (Kind.NUMERIC,), "a number")
    if definition.quantiles:
        return made(
            Kind.SINGLE_CHOICE, [f"{label} {i}/{definition.quantiles}" for i in range(1, definition.quantiles + 1)]
        )
    return made(Kind.SINGLE_CHOICE, list(definition.bands))


def _check_codes(place: str, nets: Nets, source: Variable, codebook: Codebook) -> None:
    if not may_get_codes(source, codebook):  # else the codes are known only once it is read
        check_nets(place, nets, source.choices)


@contextmanager
def _of_expression(place: str = "") -> Iterator[None]:
    """What is wrong with an expression is told of it, though filters are read the same way."""
    try:
        yield
    except PlanError as error:
        said = str(error).replace("filter", "expression", 1).replace("write it like S6 = 1 AND S15 IN (2, 3)", _LIKE)
        raise PlanError(place + said, unknown=error.unknown) from error


def _source(place: str, name: str, codebook: Codebook, kinds: tuple[Kind, ...], expected: str) -> Variable:
    if name not in codebook:
        close = nearest(name, (v.name for v in codebook))
        raise PlanError(
            f"{place}: there is no variable {name!r}{close}",
            f"{place}: tidak ada variabel {name!r}{in_indonesian(close)}",
            unknown=name,
        )
    variable = codebook[name]
    if variable.kind not in kinds:
        raise PlanError(
            f"{place}: {name!r} is {variable.kind.value}, but this needs {expected}",
            f"{place}: {name!r} berjenis {variable.kind.value}; yang diperlukan di sini: {expected}",
        )
    return variable


def _items(place: str, definition: Definition, codebook: Codebook) -> Iterator[str]:
    """The variables of a composite, patterns expanded."""
    for item in definition.mean or definition.sum:
        if any(sign in item for sign in "*?"):
            found = [v.name for v in codebook if fnmatchcase(v.name, item) and v.kind in {Kind.SCALE, Kind.NUMERIC}]
            if not found:
                raise PlanError(
                    f"{place}: no scale or number matches {item!r}; check the pattern",
                    f"{place}: tidak ada skala atau angka yang cocok dengan {item!r}; periksa polanya",
                )
            yield from found
        else:
            kinds = (*ONE_ANSWER, Kind.NUMERIC)
            source = _source(place, item, codebook, kinds, "scales or numbers")
            if source.kind != Kind.NUMERIC and np.isnan(factors_of(source, source.choices)).all():
                raise PlanError(
                    f"{place}: {item!r} has no factors; give its choices factors in the codebook",
                    f"{place}: {item!r} tidak punya factors; beri factor pada pilihannya di buku kode",
                )
            yield item


def _composite(variable: Variable, definition: Definition, respondents: Respondents) -> NumericAnswers:
    total = np.zeros(respondents.count)
    answered = np.zeros(respondents.count, dtype=np.int64)
    known = _before(variable.name, respondents.codebook)
    items = list(_items(f"define: {variable.name!r}", definition, known))
    for _, answers in respondents.read(items):
        scores = _scores(answers)
        given = ~np.isnan(scores)
        total += np.where(given, scores, 0.0)
        answered += given
    enough = answered >= definition.minimum_answers
    values = total / np.maximum(answered, 1) if definition.mean else total
    return NumericAnswers(variable, np.where(enough, values, np.nan))


def _before(name: str, codebook: Codebook) -> Codebook:
    """What a definition may use: the survey's variables and those defined before it, never itself."""
    variables = tuple(takewhile(lambda variable: variable.name != name, codebook))
    return codebook.model_copy(update={"variables": variables})


def _scores(answers: Answers) -> FloatArray:
    if isinstance(answers, NumericAnswers):
        return answers.values
    factors = factors_of(answers.variable, answers.choices)
    of_pattern = np.append(factors[answers.members.argmax(axis=1)] if answers.members.size else [], np.nan)
    return of_pattern[answers.patterns]


def _counted(variable: Variable, definition: Definition, respondents: Respondents) -> NumericAnswers:
    answers = respondents.answers(definition.count or "")
    assert isinstance(answers, CodedAnswers)  # noqa: S101 - by the kind that was checked
    if definition.codes:
        check_nets(f"define: {variable.name!r}", {"codes": definition.codes}, answers.choices)
    counted = [not definition.codes or c.code in definition.codes for c in answers.choices]
    how_many = answers.members[:, counted].sum(axis=1).astype(np.float64)
    return NumericAnswers(variable, np.append(how_many, np.nan)[answers.patterns])


def _quantiles(source: NumericAnswers, parts: int) -> CodedAnswers:
    given = ~np.isnan(source.values)
    values = source.values[given]
    patterns = np.full(len(source.values), NOBODY, dtype=np.int32)
    labels = [f"{source.variable.label} {i}/{parts}" for i in range(1, parts + 1)]
    if values.size:
        cuts = np.quantile(values, np.arange(1, parts) / parts, method="inverted_cdf")
        patterns[given] = np.searchsorted(cuts, values, side="left")
        for i in range(parts):
            inside = values[patterns[given] == i]
            if inside.size:
                labels[i] = _limits(float(inside.min()), float(inside.max()))
    choices = tuple(Choice(code=str(i), label=label) for i, label in enumerate(labels, 1))
    return CodedAnswers(source.variable, choices, patterns, np.eye(parts, dtype=bool), {})


def _limits(low: float | None, high: float | None) -> str:
    if low is None:
        return f"<= {high:g}"
    if high is None:
        return f">= {low:g}"
    return f"{low:g} - {high:g}" if low != high else f"{low:g}"
