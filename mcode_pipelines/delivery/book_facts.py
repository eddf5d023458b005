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
    asked = {item.variable for item in plan.rows or ()}
    asked |= {part for item in plan.banner or () for part in item.path}
    of_rows = (weight for row in plan.rows or () for weight in row.weight)
    for weight in (plan.weight, *plan.weights, *of_rows):
        asked |= set(weight.variables) if isinstance(weight, RimWeight) else {weight or ""}
    patterns = [name for name in asked if any(character in name for character in "*?[")]
    used = [v for v in codebook if v.name in asked or any(fnmatchcase(v.name, pattern) for pattern in patterns)]
    return BookNotes(
        facts=tuple(facts),
        started=started,
        variables=tuple((v.name, v.label) for v in used),
        plan=plan.as_yaml(),
    )
