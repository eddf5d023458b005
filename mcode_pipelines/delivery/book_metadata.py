"""The metadata of a tab book: where its data come from and what it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from mcode_pipelines.delivery.front_sheets import BookMetadata
from mcode_pipelines.survey import Codebook, TabulationPlan


def collect_book_metadata(
    facts: Iterable[tuple[str, str | int]],
    codebook: Codebook,
    plan: TabulationPlan,
    used: Mapping[str, frozenset[str]],
    *,
    started: datetime | None = None,
) -> BookMetadata:
    """The notes of a book: the given facts, when the work began, the variables it uses, and the plan itself.

    `used` holds the variables by name, each with the rows whose tables use it; with none where all tables do.
    """
    return BookMetadata(
        facts=tuple(facts),
        started=started,
        variables=tuple((v.name, v.label) for v in codebook if v.name in used),
        used_by={name: rows for name, rows in used.items() if rows},
        plan=plan.as_yaml(),
    )
