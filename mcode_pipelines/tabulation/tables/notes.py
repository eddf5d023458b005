"""What stands once for all tables of a book: how was weighted and tested, what was defined, what is missing."""

from __future__ import annotations

from mcode_pipelines.survey.plan import Definition
from mcode_pipelines.tabulation.plan.definitions import is_banner_cases
from mcode_pipelines.tabulation.respondents.derivation import band_text
from mcode_pipelines.tabulation.tables.wording import Words


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
