"""Filters: SQL boolean expressions over variables, as analysts write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mcode_pipelines.survey.codebook import Codebook, Kind, Variable
from mcode_pipelines.survey.codes import canonical_code
from mcode_pipelines.tabulation.arrays import BoolArray, FloatArray
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.suggestions import in_indonesian, nearest
from mcode_pipelines.tabulation.plan.tokens import Token, name_at, tokens_of
from mcode_pipelines.tabulation.respondents.answers import CodedAnswers, NumericAnswers

if TYPE_CHECKING:
    from mcode_pipelines.tabulation.respondents.respondents import Respondents

_DEEPEST = 40
_SHORT = 60
"""Characters of a label that may stand in a filter's words."""


@dataclass(frozen=True)
class Filter:
    """A filter that has been read: which variables it needs and what it says."""

    text: str
    variables: tuple[str, ...]
    sql: str
    """The expression over the columns that `_typed_frame` makes."""
    needs: tuple[tuple[str, str], ...]
    """Multi-response parts: (variable, code), or (variable, "") for "has an answer"."""

    def within(self, respondents: Respondents) -> BoolArray:
        """(respondents,) who is inside. Raises PlanError when it cannot be evaluated on the data."""
        result = self._evaluated(respondents)
        if result.dtype != pl.Boolean or len(result) != respondents.count:
            raise PlanError(
                f"filter {self.text!r}: it is not a condition that is true or false; write one like S6 = 1",
                f"filter {self.text!r}: ini bukan syarat yang benar atau salah; tulis misalnya S6 = 1",
            )
        return result.fill_null(False).to_numpy().astype(bool)

    def numbers(self, respondents: Respondents) -> FloatArray:
        """(respondents,) the numbers it gives, NaN for none, as where it divides by 0.

        Raises PlanError where it gives something else.
        """
        result = self._evaluated(respondents)
        if not result.dtype.is_numeric() or len(result) != respondents.count:
            raise PlanError(
                f"filter {self.text!r}: it gives no number; write one like income / members",
                f"filter {self.text!r}: hasilnya bukan angka; tulis misalnya income / members",
            )
        values = result.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
        values[~np.isfinite(values)] = np.nan
        return values

    def _evaluated(self, respondents: Respondents) -> pl.Series:
        frame = _typed_frame(self, respondents)
        try:
            return frame.select(pl.sql_expr(self.sql).alias("inside"))["inside"]
        except pl.exceptions.PolarsError as error:
            raise PlanError(
                f"filter {self.text!r}: {_plain(error)}; compare codes with codes of the same question",
                f"filter {self.text!r}: angka dibandingkan dengan teks, atau fungsinya tidak cocok; bandingkan kode "
                "dengan kode dari pertanyaan yang sama",
            ) from error


def read_filter(text: str, codebook: Codebook) -> Filter:
    """A SQL boolean expression over variables, checked against the codebook.

    Single-choice codes compare as numbers where all codes of the question are numbers, else as text. Of a
    multi-response question `S9 = 3` means "3 is among the answers", `S9 <> 3` "answered, and 3 is not among them",
    `S9 IN (1, 2)` "1 or 2 is among them", `S9 IS NULL` "no answer". A missing answer makes a comparison neither true
    nor false, so the respondent is outside.

    Raises:
        PlanError: for an unknown variable (with the nearest names) or an expression that does not parse.
    """
    tokens = tokens_of(text)
    parts: list[str] = []
    used: dict[str, None] = {}
    needs: dict[tuple[str, str], None] = {}
    position = 0
    depth = 0
    while position < len(tokens):
        token = tokens[position]
        depth += (token.text == "(") - (token.text == ")")
        if depth > _DEEPEST:
            raise PlanError(f"filter {text[:60]!r}: brackets stand more than {_DEEPEST} deep; write it more simply")
        name = name_at(token, tokens, position)
        if name is None:
            parts.append(token.text)
            position += 1
            continue
        if name not in codebook:
            close = nearest(name, (v.name for v in codebook))
            raise PlanError(
                f"filter {text!r}: there is no variable {name!r}{close}",
                f"filter {text!r}: tidak ada variabel {name!r}{in_indonesian(close)}",
                unknown=name,
            )
        variable = codebook[name]
        used[name] = None
        if variable.kind in {Kind.MULTI_CHOICE, Kind.OPEN_ENDED}:
            sql, position, wanted = _among(text, variable, tokens, position + 1)
            parts.append(sql)
            needs.update(dict.fromkeys(wanted))
        else:
            parts.append(_quoted(name))
            position += 1
            position = _same_type_literals(variable, tokens, position, parts)
    sql = " ".join(parts)
    try:
        pl.sql_expr(sql)
    except pl.exceptions.PolarsError as error:
        raise PlanError(
            f"filter {text!r} cannot be read: {_plain(error)}; write it like S6 = 1 AND S15 IN (2, 3)",
            f"filter {text!r} tidak dapat dibaca: tidak lengkap, atau ada kata atau tanda yang salah tempat; "
            "tulis misalnya S6 = 1 AND S15 IN (2, 3)",
        ) from error
    if not used:
        raise PlanError(
            f"filter {text!r} names no variable; write it like S6 = 1 AND S15 IN (2, 3)",
            f"filter {text!r} tidak menyebut variabel; tulis misalnya S6 = 1 AND S15 IN (2, 3)",
        )
    return Filter(text, tuple(used), sql, tuple(needs))


def in_words(text: str, codebook: Codebook) -> str:
    """A filter as a reader of tables understands it: labels in place of names and codes, where labels are short.

    `S6 = 2 AND age >= 30` becomes `Sex = Women AND Age in years >= 30`.
    """
    tokens = tokens_of(text)
    said: list[str] = []
    choices: dict[str, str] = {}
    for position, token in enumerate(tokens):
        name = name_at(token, tokens, position)
        if name is not None and name in codebook:
            variable = codebook[name]
            choices = {c.code: c.label for c in variable.choices}
            said.append(variable.label if len(variable.label) <= _SHORT else name)
        elif token.kind in {"number", "text"}:
            code = canonical_code(token.text[1:-1].replace("''", "'") if token.kind == "text" else token.text)
            label = choices.get(code, token.text)
            said.append(label if len(label) <= _SHORT else token.text)
        else:
            if token.text.casefold() in {"and", "or"}:
                choices = {}
            said.append(token.text)
    return re.sub(r" (?=[,)])|(?<=\() |(?<= -) (?=\d)", "", " ".join(said))


def _among(
    text: str, variable: Variable, tokens: Sequence[Token], position: int
) -> tuple[str, int, list[tuple[str, str]]]:
    """What follows a multi-response variable, said over one true/false column a code."""
    name = variable.name
    answered = _quoted(_column(name, ""))

    def literal(at: int) -> tuple[str, int]:
        sign = ""
        if at < len(tokens) and tokens[at].text == "-":
            sign, at = "-", at + 1
        if at < len(tokens) and tokens[at].kind in {"number", "text"}:
            value = tokens[at].text
            return canonical_code(
                sign + (value[1:-1].replace("''", "'") if tokens[at].kind == "text" else value)
            ), at + 1
        raise _cannot(text, name)

    words = [t.text.casefold() for t in tokens[position : position + 3]]
    if words[:1] in (["="], ["=="], ["<>"], ["!="]):
        code, after = literal(position + 1)
        has = _quoted(_column(name, code))
        return (has if words[0] in {"=", "=="} else f"( NOT {has} )"), after, [(name, code)]
    if words[:2] == ["is", "null"]:
        return f"( NOT {answered} )", position + 2, [(name, "")]
    if words == ["is", "not", "null"]:
        return answered, position + 3, [(name, "")]
    turned = words[:2] == ["not", "in"]
    if turned or words[:1] == ["in"]:
        at = position + (2 if turned else 1)
        if at >= len(tokens) or tokens[at].text != "(":
            raise _cannot(text, name)
        codes = []
        while True:
            code, at = literal(at + 1)
            codes.append(code)
            if at < len(tokens) and tokens[at].text == ",":
                continue
            if at < len(tokens) and tokens[at].text == ")":
                break
            raise _cannot(text, name)
        any_of = " OR ".join(_quoted(_column(name, c)) for c in codes)
        return (f"( NOT ( {any_of} ) )" if turned else f"( {any_of} )"), at + 1, [(name, c) for c in codes]
    raise _cannot(text, name)


def _cannot(text: str, name: str) -> PlanError:
    return PlanError(
        f"filter {text!r}: {name!r} holds several answers; "
        f"write {name} = 3, {name} <> 3, {name} IN (1, 2) or {name} IS NOT NULL",
        f"filter {text!r}: {name!r} memuat beberapa jawaban; "
        f"tulis {name} = 3, {name} <> 3, {name} IN (1, 2) atau {name} IS NOT NULL",
    )


def _same_type_literals(variable: Variable, tokens: Sequence[Token], position: int, parts: list[str]) -> int:
    """Copies `= '1'` or `IN ('1', '2')` behind a variable, with codes spelled as the variable's column holds them."""
    if position >= len(tokens):
        return position
    start = position
    if tokens[position].text in {"=", "==", "<>", "!=", "<", "<=", ">", ">="}:
        parts.append({"==": "=", "!=": "<>"}.get(tokens[position].text, tokens[position].text))
        position += 1
        if position < len(tokens) and tokens[position].kind in {"number", "text"}:
            parts.append(_spelled(variable, tokens[position]))
            position += 1
        return position
    words = [t.text.casefold() for t in tokens[position : position + 3]]
    if words[:2] == ["in", "("] or words == ["not", "in", "("]:
        position += 2 if words[0] == "in" else 3
        parts.extend(t.text for t in tokens[start:position])
        while position < len(tokens) and (
            tokens[position].kind in {"number", "text"} or tokens[position].text in {",", "-"}
        ):
            token = tokens[position]
            parts.append(_spelled(variable, token) if token.kind in {"number", "text"} else token.text)
            position += 1
    return position


def _spelled(variable: Variable, token: Token) -> str:
    bare = token.text[1:-1].replace("''", "'") if token.kind == "text" else token.text
    if variable.kind == Kind.NUMERIC or _numeric_codes(variable):
        return bare if _is_number(bare) else token.text
    return "'" + canonical_code(bare).replace("'", "''") + "'"


def _numeric_codes(variable: Variable) -> bool:
    return bool(variable.choices) and all(_is_number(c.code) for c in variable.choices)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.lstrip("+-").removeprefix(".")[:1].isdigit()


def _typed_frame(wanted: Filter, respondents: Respondents) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {}
    for name in wanted.variables:
        variable = respondents.codebook[name]
        if variable.kind in {Kind.MULTI_CHOICE, Kind.OPEN_ENDED}:
            answers = respondents.answers(name)
            assert isinstance(answers, CodedAnswers)  # noqa: S101 - by its kind
            _check_codes(wanted, answers)
            columns.update(_among_columns(wanted, answers))
        elif variable.kind in {Kind.SINGLE_CHOICE, Kind.SCALE}:
            coded = respondents.answers(name)
            assert isinstance(coded, CodedAnswers)  # noqa: S101 - by its kind
            codes = [c.code for c in coded.choices]
            numeric = _numeric_codes(variable)
            # Beside numbers a code of an earlier wave may be a text: an answer, but equal to none of them.
            numbers = [float(c) if _is_number(c) else float("nan") for c in codes] if numeric else codes
            values = pl.Series(numbers, dtype=pl.Float64 if numeric else pl.String)
            positions = pl.Series(coded.patterns)
            columns[name] = values.gather(positions.set(positions < 0, None))
        elif variable.kind == Kind.NUMERIC:
            given = respondents.answers(name)
            assert isinstance(given, NumericAnswers)  # noqa: S101 - by its kind
            columns[name] = pl.Series(given.values).fill_nan(None)
        else:
            raw = respondents.frame([name]).to_series(0)
            columns[name] = raw if raw.dtype != pl.String else raw.str.strip_chars()
    return pl.DataFrame({name: series.rename(name) for name, series in columns.items()})


def _check_codes(wanted: Filter, answers: CodedAnswers) -> None:
    codes = [c.code for c in answers.choices]
    for name, code in wanted.needs:
        if name == answers.variable.name and code and code not in codes:
            known = ", ".join(codes[:20]) or "-"
            raise PlanError(
                f"filter {wanted.text!r}: {name!r} has no code {code!r}; its codes are {known}",
                f"filter {wanted.text!r}: {name!r} tidak punya kode {code!r}; kodenya {known}",
            )


def _among_columns(wanted: Filter, answers: CodedAnswers) -> dict[str, pl.Series]:
    name = answers.variable.name
    codes = [c.code for c in answers.choices]
    given = answers.patterns >= 0
    columns = {}
    for of, code in wanted.needs:
        if of != name:
            continue
        if code == "":
            columns[_column(name, "")] = pl.Series(given)
            continue
        holds = np.append(answers.members[:, codes.index(code)], False)[answers.patterns]
        series = pl.Series(holds)
        columns[_column(name, code)] = series.set(pl.Series(~given), None)
    return columns


def _column(name: str, code: str) -> str:
    return f"{name} has {code}" if code else f"{name} is answered"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_PLAINLY = (
    ("cannot compare string with numeric", "a number is compared with a text"),
    ("expected `String`", "a function that needs a text is given a number"),
    ("unable to parse", "it is not complete, or a word or sign stands where none can"),
    ("invalid expression", "it is not complete, or a word or sign stands where none can"),
)


def _plain(error: Exception) -> str:
    said = str(error).splitlines()[0].strip().rstrip(".")
    told = next((plain for sign, plain in _PLAINLY if sign in said), None)
    return told or said.removeprefix("sql parser error: ")[:160]
