"""Semi-open questions: printed choices with a text behind "other, specify", as one coded question.

What tabulation needs to know: a CodeFrame with `merges=(parent, text)` stands for the parent question and its text
together. Its `variable` is the parent's name, and the codings under that name cover everybody who answered the parent
or its text: printed codes as they were ticked, texts as printed codes or new ones. So a table of the parent is made of
the frame and its codings, exactly as for an open-ended question, and the text needs no table of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from mcode_pipelines.coding.questions import OpenQuestion, open_questions
from mcode_pipelines.coding.words import language_of
from mcode_pipelines.survey import (
    ROW,
    Codebook,
    Kind,
    RawSurvey,
    Variable,
    canonical_code,
    split_answers,
)

_NOT_CHOSEN = frozenset({"", "0", "false", "no", "tidak", "n/a", "na", "n", "f", "not selected", "unchecked"})
_MOST_RESPONDENTS = 2_000_000
"""Codes of everybody at several questions take more memory beyond this than a merged table is worth."""


@dataclass(frozen=True)
class SemiOpenQuestion:
    """A question with printed choices, and the texts behind its "other" choice."""

    parent: Variable
    texts: OpenQuestion
    """Its `variable` is the text variable's name, its `text` the parent's question."""
    ticked: pl.DataFrame
    """[ROW, respondent String, code String]: the choices that respondents ticked, one row each, in row order."""


def semi_open_questions(raw: RawSurvey, codebook: Codebook) -> list[SemiOpenQuestion]:
    """Every choice question with a text variable (`other_specify`) behind it, in the order of the texts.

    A question with several texts takes the first. None where the survey has more than two million respondents: tables
    then show what was ticked. Raises CodingError where the data lack a column.
    """
    if not codebook.of_kind(Kind.OTHER_SPECIFY) or raw.data.select(pl.len()).collect().item() > _MOST_RESPONDENTS:
        return []
    found: dict[str, SemiOpenQuestion] = {}
    for text in codebook.of_kind(Kind.OTHER_SPECIFY):
        if text.personal or text.other_of is None or text.other_of not in codebook or text.other_of in found:
            continue
        parent = codebook[text.other_of]
        if parent.kind not in {Kind.SINGLE_CHOICE, Kind.MULTI_CHOICE} or not parent.choices:
            continue
        if text.other_code is not None:
            parent = parent.model_copy(update={"other_code": text.other_code})
        asked = text.model_copy(update={"kind": Kind.OPEN_ENDED, "label": parent.label})
        # Everybody's parent answer is read as if it were an open one: same rows, same names of respondents.
        columns = _columns_of(parent)
        told = [Variable(name=f"column {c}", label="", kind=Kind.OPEN_ENDED, columns=(c,)) for c in columns]
        book = codebook.model_copy(update={"variables": (asked, *told)})
        texts, *answers = open_questions(raw, book)
        texts = replace(texts, language=_language(texts, parent, codebook))
        found[parent.name] = SemiOpenQuestion(parent, texts, _ticked(parent, columns, [a.answers for a in answers]))
    return list(found.values())


def _language(texts: OpenQuestion, parent: Variable, codebook: Codebook) -> str:
    """That of the question and its choices: a few names typed behind one of them ("shopee food") tell less."""
    typed = " ".join(texts.answers["verbatim"].head(2_000))
    return language_of([parent.label, *(c.label for c in parent.choices)], typed, codebook.language)


def _columns_of(parent: Variable) -> list[str]:
    own = [c.column for c in parent.choices if c.column]
    return list(dict.fromkeys(own or parent.columns))


def _ticked(parent: Variable, columns: Sequence[str], answers: Sequence[pl.DataFrame]) -> pl.DataFrame:
    code_of_column = {c.column: c.code for c in parent.choices if c.column}
    order = {c.code: i for i, c in enumerate(parent.choices)}
    tables = []
    for column, table in zip(columns, answers, strict=True):
        said = {cell: _said(cell, parent, code_of_column.get(column)) for cell in table["verbatim"].unique()}
        cells = pl.DataFrame(
            {"verbatim": list(said), "code": list(said.values())},
            schema={"verbatim": pl.String, "code": pl.List(pl.String)},
        )
        found = table.join(cells, on="verbatim", maintain_order="left").explode("code", empty_as_null=True)
        tables.append(found.drop_nulls("code").select(ROW, "respondent", "code"))
    place = pl.col("code").replace_strict(order, return_dtype=pl.Int64)
    return pl.concat(tables).unique([ROW, "code"], keep="first", maintain_order=True).sort(ROW, place)


def _said(cell: str, parent: Variable, code_of_column: str | None) -> list[str]:
    """The codes of printed choices that one cell says."""
    if code_of_column is not None:
        return [] if canonical_code(cell).casefold() in _NOT_CHOSEN else [code_of_column]
    by_label = {c.label.strip().casefold(): c.code for c in parent.choices}
    codes = {c.code for c in parent.choices}
    found = []
    for answer in split_answers(cell, parent.delimiter, codes) if parent.delimiter else [cell]:
        code = canonical_code(answer)
        code = code if code in codes else by_label.get(code.casefold(), "")
        if code and code not in parent.missing:
            found.append(code)
    return found
