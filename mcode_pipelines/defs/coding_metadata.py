"""What the page of the coded answers shows of each question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from mcode_pipelines.coding import QuestionOverview
from mcode_pipelines.defs import metadata_values
from mcode_pipelines.lake import OUTPUTS, Lake

_DECIDED = {
    "rule": "a rule (non-answers, ticked choices)",
    "duplicate": "an equal answer",
    "model": "the engine",
    "person": "a person",
}


def review_path(lake: Lake, key: str) -> Path:
    """Where `excel_outputs` puts the workbook in which the codes of an upload are reviewed."""
    return lake.path(OUTPUTS, key) / f"{key}_review.xlsx"


def questions_table(questions: Sequence[QuestionOverview]) -> dg.TableMetadataValue:
    """A line a question: how much was coded, and what needs a look."""
    return metadata_values.table(
        [
            {
                "question": q.variable,
                "answers": f"{q.answers:,}",
                "codes": len(q.codes),
                "to review": f"{q.to_review:,}",
                "%": f"{100 * q.to_review / max(q.answers, 1):.0f}",
            }
            for q in questions
        ]
    )


def question_metadata(question: QuestionOverview) -> dict[str, Any]:
    """The metadata of one question: its codes, how sure they are, who decided, and the answers to look at first."""
    name, answers = question.variable, max(question.answers, 1)
    shown: dict[str, Any] = {
        f"{name}: codes": metadata_values.bar_chart(
            "code",
            "answers",
            [(f"{c.code} {c.label}", c.answers) for c in question.codes],
            {
                "%": [f"{100 * c.share:.0f}" for c in question.codes],
                "examples": [" | ".join(c.examples) for c in question.codes],
            },
        ),
        f"{name}: confidence": metadata_values.bar_chart("confidence", "answers", question.confidence),
        f"{name}: decided by": metadata_values.bar_chart(
            "decided by",
            "answers",
            [(_DECIDED.get(who, who), number) for who, number in question.decided_by],
            {"%": [f"{100 * number / answers:.0f}" for _, number in question.decided_by]},
        ),
    }
    if question.least_sure:
        shown[f"{name}: to review"] = metadata_values.table(
            [
                {"answer": a.verbatim, "times": a.times, "codes": a.codes, "confidence": f"{a.confidence:.2f}"}
                for a in question.least_sure
            ]
        )
    return shown
