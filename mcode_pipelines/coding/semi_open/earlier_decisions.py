"""What persons decided in earlier uploads about the texts behind "other, specify"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from mcode_pipelines.coding.classifier.reruns import EarlierCoding
from mcode_pipelines.coding.text.questions import OpenQuestion, same_wording
from mcode_pipelines.survey import ROW, DecidedBy


@dataclass(frozen=True)
class DecidedText:
    """A text of another upload, as a person coded it."""

    verbatim: str
    codes: tuple[int, ...]
    ticked: tuple[str, ...]
    """The printed choices its respondent had ticked."""


def decided_texts(question: OpenQuestion, variable: str, earlier: Sequence[EarlierCoding]) -> list[DecidedText]:
    """What persons decided about the texts of a semi-open question in earlier uploads, the newest first.

    `question` are its texts now; `variable` is the printed question.
    """
    found = []
    for wave in reversed(earlier):
        then = wave.texts.get(variable) if wave.texts is not None else None
        if then is None or not same_wording(then.text, question.text):
            continue
        by_person = (
            wave.codings.filter((pl.col("variable") == variable) & (pl.col("decided_by") == DecidedBy.PERSON.value))
            .group_by(ROW, maintain_order=True)
            .agg("code")
        )
        ticks = dict(wave.ticked[variable].group_by(ROW).agg("code").iter_rows()) if variable in wave.ticked else {}
        told = by_person.join(then.answers, on=ROW, how="inner", maintain_order="left")
        for row, codes, verbatim in told.select(ROW, "code", "verbatim").iter_rows():
            found.append(DecidedText(verbatim, tuple(codes), tuple(ticks.get(row, ()))))
    return found
