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

from mcode_pipelines.coding.text.language_detection import detect_language
from mcode_pipelines.coding.text.questions import OpenQuestion, open_questions
from mcode_pipelines.survey import (
    ROW,
    Codebook,
    Kind,
    RawSurvey,
    Variable,
    canonical_code,
    split_answers,
)
from mcode_pipelines.survey.multi_answer_cells import versions_joined
from mcode_pipelines.survey.ticks import read_ticks

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
        told = [
            Variable(name=f"column {c}", label="", kind=Kind.OPEN_ENDED, columns=(c,), versions=parent.versions)
            for c in columns
        ]
        book = codebook.model_copy(update={"variables": (asked, *told)})
        texts, *answers = open_questions(raw, book)
        texts = replace(texts, language=_language(texts, parent, codebook))
        tables = [a.answers for a in answers]
        by_column = any(choice.column for choice in parent.choices)
        ticked = _in_columns(parent, raw, tables) if by_column else _in_cells(parent, tables)
        order = {choice.code: i for i, choice in enumerate(parent.choices)}
        place = pl.col("code").replace_strict(order, return_dtype=pl.Int64)
        ticked = ticked.unique([ROW, "code"], keep="first", maintain_order=True).sort(ROW, place)
        found[parent.name] = SemiOpenQuestion(parent, texts, ticked)
    return list(found.values())


def _language(texts: OpenQuestion, parent: Variable, codebook: Codebook) -> str:
    """That of the question and its choices: a few names typed behind one of them ("shopee food") tell less."""
    typed = " ".join(texts.answers["verbatim"].head(2_000))
    return detect_language([parent.label, *(c.label for c in parent.choices)], typed, codebook.language)


def _columns_of(parent: Variable) -> list[str]:
    own = [c.column for c in parent.choices if c.column]
    return list(dict.fromkeys(own or parent.columns))


def _in_columns(parent: Variable, raw: RawSurvey, answers: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """[ROW, respondent, code] of choices with a column each, of whose answers there is a table for each column."""
    choices = tuple(c for c in parent.choices if c.column)
    columns = list(dict.fromkeys(c.column or "" for c in choices))
    others = [other for column in columns for other in parent.versions.get(column, ())]
    data = raw.data.select(ROW, *dict.fromkeys([*columns, *others])).collect()
    versions = {column: parent.versions[column] for column in columns if column in parent.versions}
    chosen = read_ticks(parent, choices, versions_joined(data, versions) if versions else data).chosen
    tables = []
    for i, choice in enumerate(choices):
        table = answers[columns.index(choice.column or "")]
        rows = data[ROW].filter(pl.Series(chosen[:, i])).cast(pl.Int64)
        ticked = table.filter(pl.col(ROW).is_in(rows.implode()))
        tables.append(ticked.select(ROW, "respondent", pl.lit(choice.code).alias("code")))
    return pl.concat(tables)


def _in_cells(parent: Variable, answers: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The same of codes or labels in the cells of a column or several."""
    tables = []
    for table in answers:
        said = {cell: _said(cell, parent) for cell in table["verbatim"].unique()}
        cells = pl.DataFrame(
            {"verbatim": list(said), "code": list(said.values())},
            schema={"verbatim": pl.String, "code": pl.List(pl.String)},
        )
        found = table.join(cells, on="verbatim", maintain_order="left").explode("code", empty_as_null=True)
        tables.append(found.drop_nulls("code").select(ROW, "respondent", "code"))
    return pl.concat(tables)


def _said(cell: str, parent: Variable) -> list[str]:
    """The codes of printed choices that one cell says."""
    by_label = {c.label.strip().casefold(): c.code for c in parent.choices}
    codes = {c.code for c in parent.choices}
    found = []
    for answer in split_answers(cell, parent.delimiter, codes) if parent.delimiter else [cell]:
        code = canonical_code(answer)
        code = code if code in codes else by_label.get(code.casefold(), "")
        if code and code not in parent.missing:
            found.append(code)
    return found
