"""What is said beside the figures: of all tables of a book (weights, definitions, waves), of the questions of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from mcode_pipelines.survey.plan import Definition, Significance
from mcode_pipelines.tabulation.counting.banner import Banner
from mcode_pipelines.tabulation.counting.sums import Sums
from mcode_pipelines.tabulation.plan.definitions import is_banner_cases
from mcode_pipelines.tabulation.plan.questions import DerivedQuestion, Question, with_sources
from mcode_pipelines.tabulation.respondents.derivation import band_text
from mcode_pipelines.tabulation.statistics.comparisons import REST, Comparisons, columns_overlap
from mcode_pipelines.tabulation.tables.wording import Words

_MOST_NAMED = 12
_MOST_REMARKS = 6
"""Under one table; a table of many questions names those of which more was told."""

_UNEVEN = 0.1
"""How far the weights of two columns may be apart before that is said of tests that need them alike."""
_UNEVEN_TOTAL = 0.05
"""How far the sum of weights may be above the effective base before that is said of tests that take it for people."""


def remarks_on(questions: Iterable[Question], words: Words, table: str = "") -> list[str]:
    """What was guessed, merged or left out in questions and in those they are made of, alike sentences once.

    Args:
        questions: those that a table counts, shows or filters by.
        words: of the book.
        table: the variable that the table is of; what is said of it stands without its name.
    """
    told: dict[str, list[str]] = {}
    for question in with_sources(reversed(list(questions))):
        if not isinstance(question, DerivedQuestion):
            for remark in question.variable.remarks:
                told.setdefault(remark.in_language(words.language), []).append(question.variable.name)
    notes = [_capital(r) if names == [table] else f"{_some(names)}: {r}" for r, names in told.items()]
    if len(notes) <= _MOST_REMARKS:
        return notes
    left = [name for names in list(told.values())[_MOST_REMARKS:] for name in names]
    return [*notes[:_MOST_REMARKS], words("remarks_left", names=_some(list(dict.fromkeys(left))))]


def _capital(sentence: str) -> str:
    """A sentence that began behind a variable's name, beginning by itself."""
    sentence = sentence[:1].upper() + sentence[1:]
    return sentence if sentence.endswith((".", ")")) else f"{sentence}."


def definition_text(name: str, definition: Definition, words: Words) -> str:
    """A definition as one line for the book's notes, in the book's language."""
    if is_banner_cases(name, definition):
        name = definition.label or name
    if definition.cases:
        said = "; ".join(f"{label}: {condition}" for label, condition in definition.cases.items())
    elif definition.bands:
        bands = "; ".join(f"{label}: {band_text(*limits)}" for label, limits in definition.bands.items())
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


def _some(names: Sequence[str]) -> str:
    more = f" ... (+{len(names) - _MOST_NAMED})" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def notes_on_weights(
    weighted: Iterable[Sums], significance: Significance, banner: Banner, pairs: Comparisons, words: Words
) -> list[str]:
    """What uneven weights do to the tests that a plan asks for; see docs/tabulation.md.

    `weighted` are the (columns,) sums of everybody, of each weighting.
    """
    notes: dict[str, None] = {}
    for sums in weighted:
        if significance.method == "dimensions_t" and _shared_columns_are_uneven(sums, banner, pairs):
            notes[words("uneven_overlap")] = None
        total, effective = float(sums.w[0]), float(sums.effective()[0])
        if total <= effective * (1 + _UNEVEN_TOTAL):
            continue
        figures = {"sum": total, "effective": effective}
        if significance.method == "pooled_z" and len(pairs.first):
            test, instead = words("pooled_z_test"), words("use_effective")
            notes[words("weights_as_people", test=test, instead=instead, **figures)] = None
        if significance.chi_square == "weighted":
            test, instead = words("chi_square_test"), words("use_rao_scott")
            notes[words("weights_as_people", test=test, instead=instead, **figures)] = None
    return list(notes)


def _shared_columns_are_uneven(sums: Sums, banner: Banner, pairs: Comparisons) -> bool:
    """Whether columns that share respondents differ in the mean of their weights, weighted by themselves.

    Where they do not, the published overlap term is exact. `sums` are (columns,).
    """
    if not len(pairs.first) or pairs.against == REST:
        return False
    if pairs.against == "columns" and not columns_overlap(banner, pairs):
        return False
    mean = np.divide(sums.q, sums.w, out=np.full_like(sums.w, np.nan), where=sums.w > 0)
    off = np.abs(mean[pairs.first] / mean[pairs.second] - 1)
    return bool((off[~np.isnan(off)] > _UNEVEN).any())
