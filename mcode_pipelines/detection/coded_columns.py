"""Columns of a workbook of coded data that came back: codes are answers, nothing is coded a second time."""

from __future__ import annotations

from collections.abc import Sequence

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.survey import Choice, Kind, RawSurvey

_SEPARATOR = " "
_SAID = {
    "text": "its answers are coded in the columns right of it",
    "labels": "the labels of the codes left of it",
    "confidence": "the confidence of the codes left of it",
}


def coded_questions(raw: RawSurvey, columns: Sequence[Column]) -> list[Draft]:
    """The codes as multi-response questions; what was coded, labels, confidence without a table."""
    drafts = []
    for column in columns:
        entry = raw.head.dictionary.get(column.name)
        if entry is None or entry.coded is None:
            continue
        codes = entry.coded == "codes"
        drafts.append(
            Draft(
                name=column.name,
                label=entry.label or column.name,
                kind=Kind.MULTI_CHOICE if codes else Kind.METADATA,
                columns=[column.name],
                choices=[Choice(code=code, label=label) for code, label in entry.value_labels.items()],
                delimiter=_SEPARATOR if codes else None,
                missing=list(column.missing),
                confidence=0.97,
                evidence=["codes of an earlier coding, labelled by its code frame" if codes else _SAID[entry.coded]],
                declared=True,
                listed=codes,
            )
        )
    return drafts
