"""Data that this product coded before, come back: codes, labels and confidence beside each coded question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from mcode_pipelines.sources import remarks as say
from mcode_pipelines.survey import ColumnDictionary, RawSurvey

_CODES = re.compile(r"(?P<question>.+)_coded(?:_\d+)?", re.DOTALL)
_CODE_SEPARATOR = " "
_TYPED_SEPARATORS = r"\s*[,;/|]\s*|\s+"
_LABEL_SEPARATOR = "; "


@dataclass(frozen=True)
class CodedColumns:
    """The columns of one question in a workbook of coded data (`delivery.write_coded_workbook`)."""

    question: str
    text: str | None
    """The column left of the codes: the answers, or the last column of them."""
    codes: str
    labels: str
    confidence: str


def coded_columns(columns: Sequence[str]) -> list[CodedColumns]:
    """The questions whose codes, labels and confidence stand side by side under the names that we give them."""
    found: list[CodedColumns] = []
    for index, name in enumerate(columns[:-2]):
        if (match := _CODES.fullmatch(name)) is None:
            continue
        question = match["question"]
        labels, confidence = columns[index + 1 : index + 3]
        ours = (
            re.fullmatch(rf"{re.escape(question)}_{what}(_\d+)?", column)
            for what, column in (("label", labels), ("confidence", confidence))
        )
        if all(ours):
            taken = {c for coded in found for c in (coded.codes, coded.labels, coded.confidence)}
            text = columns[index - 1] if index and columns[index - 1] not in taken else None
            found.append(CodedColumns(question, text, name, labels, confidence))
    return found


def codes_in(raw: RawSurvey, coded: CodedColumns) -> dict[str, str]:
    """The codes that occur with the labels beside them, the most frequent spelling of each."""
    pairs = (
        raw.data.select(
            pl.col(coded.codes).cast(pl.String).str.split(_CODE_SEPARATOR).alias("code"),
            pl.col(coded.labels).cast(pl.String).str.split(_LABEL_SEPARATOR).alias("label"),
        )
        .filter(pl.col("code").list.len() == pl.col("label").list.len())
        .explode("code", "label")
        .group_by("code", "label")
        .len()
        .sort("len", "label", descending=[True, False])
        .unique("code", keep="first", maintain_order=True)
        .collect()
    )
    labels = dict(zip(pairs["code"], pairs["label"], strict=True))
    return dict(
        sorted(labels.items(), key=lambda pair: (not pair[0].isdigit(), int(pair[0]) if pair[0].isdigit() else 0))
    )


def _separated(raw: RawSurvey, found: Sequence[CodedColumns]) -> RawSurvey:
    """The survey with the codes of a cell divided as we divide them, however somebody typed them ("1, 2")."""
    schema = raw.data.collect_schema()
    texts = [coded.codes for coded in found if schema[coded.codes] == pl.String]
    data = raw.data.with_columns(
        pl.col(name).str.replace_all(_TYPED_SEPARATORS, _CODE_SEPARATOR).str.strip_chars() for name in texts
    )
    return RawSurvey(data, raw.head, raw.file)


def with_codes_as_they_are(raw: RawSurvey) -> RawSurvey:
    """The survey with its coded questions named in the dictionary; labels of its code frames may stand there already.

    Of a question without a code frame the labels beside the codes are taken.
    """
    found = coded_columns(raw.columns)
    if not found:
        return raw
    raw = _separated(raw, found)
    entries = dict(raw.head.dictionary)
    told = [say.coded_before([c.question for c in found])]
    for coded in found:
        frame = entries.get(coded.question, ColumnDictionary())
        beside = codes_in(raw, coded)
        labels = {**beside, **frame.value_labels}
        if frame.value_labels and (unknown := [code for code in beside if code not in frame.value_labels]):
            # The label beside a code that somebody typed over another is that other one's.
            of_frame = set(frame.value_labels.values())
            labels |= {code: code for code in unknown if beside[code] in of_frame}
            told.append(say.codes_outside_frame(coded.question, unknown))
        order = [*frame.value_labels, *(code for code in labels if code not in frame.value_labels)]
        entries[coded.codes] = ColumnDictionary(
            label=frame.label or coded.question, value_labels={code: labels[code] for code in order}, coded="codes"
        )
        entries[coded.labels] = ColumnDictionary(coded="labels")
        entries[coded.confidence] = ColumnDictionary(coded="confidence")
        if coded.question in entries:
            entries[coded.question] = entries[coded.question].model_copy(update={"value_labels": {}})
        if coded.text is not None:
            entries[coded.text] = ColumnDictionary(label=entries.get(coded.text, frame).label, coded="text")
    known = set(raw.columns)
    head = raw.head.model_copy(
        update={
            "dictionary": {column: entry for column, entry in entries.items() if column in known},
            "source": raw.head.source.model_copy(update={"remarks": (*raw.head.source.remarks, *told)}),
        }
    )
    return RawSurvey(raw.data, head, raw.file)
