"""What a tab book tells of itself beside its tables: where it comes from and what it was made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fnmatch import fnmatchcase

from mcode_pipelines.delivery.front_sheets import BookNotes
from mcode_pipelines.survey import Codebook, RimWeight, TabulationPlan


def book_notes(
    facts: Iterable[tuple[str, str | int]],
    codebook: Codebook,
    plan: TabulationPlan,
    *,
    started: datetime | None = None,
) -> BookNotes:
    """The notes of a book: the given facts, when the work began, the variables the plan uses, and the plan itself."""
    tabulated = _named({item.variable for item in plan.rows or ()}, codebook)
    asked = {part for item in plan.banner or () for part in item.path}
    of_rows = (weight for row in plan.rows or () for weight in row.weight)
    for weight in (plan.weight, *plan.weights, *of_rows):
        asked |= set(weight.variables) if isinstance(weight, RimWeight) else {weight or ""}
    everywhere = _named(asked, codebook)
    return BookNotes(
        facts=tuple(facts),
        started=started,
        variables=tuple((v.name, v.label) for v in codebook if v.name in everywhere or v.name in tabulated),
        only_tabulated=tabulated - everywhere,
        plan=plan.as_yaml(),
    )


def _named(asked: set[str], codebook: Codebook) -> frozenset[str]:
    """The names of variables that are asked for by name or by a pattern."""
    patterns = [name for name in asked if any(character in name for character in "*?[")]
    return frozenset(v.name for v in codebook if v.name in asked or any(fnmatchcase(v.name, p) for p in patterns))
