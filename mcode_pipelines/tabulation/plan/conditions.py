"""Conditions: SQL expressions over variables, as analysts write them, compiled against the questions there are."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

import polars as pl

from mcode_pipelines.survey.codebook import Kind, Variable
from mcode_pipelines.survey.codes import canonical_code
from mcode_pipelines.tabulation.plan.errors import PlanError
from mcode_pipelines.tabulation.plan.kinds import ONE_ANSWER, SEVERAL_ANSWERS
from mcode_pipelines.tabulation.plan.nets import as_spelled
from mcode_pipelines.tabulation.plan.questions import Condition, Operand, Question
from mcode_pipelines.tabulation.plan.suggestions import in_indonesian, nearest
from mcode_pipelines.tabulation.plan.tokens import Token, name_at, tokens_of

_DEEPEST = 40
_SHORT = 60
"""Characters of a label that may stand in a condition's words."""


def compile_condition(text: str, questions: Mapping[str, Question]) -> Condition:
    """A SQL expression with every name resolved.

    Single-choice codes compare as numbers where all codes of the question are numbers, else as text. Of a
    multi-response question `S9 = 3` means "3 is among the answers", `S9 <> 3` "answered, and 3 is not among them",
    `S9 IN (1, 2)` "1 or 2 is among them", `S9 IS NULL` "no answer". A missing answer makes a comparison neither true
    nor false, so the respondent is outside.

    Raises:
        PlanError: for an unknown variable (with the nearest names) or an expression that does not parse.
    """
    tokens = tokens_of(text)
    parts: list[str] = []
    operands: dict[str, Operand] = {}
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
        if name not in questions:
            raise _unknown(text, name, tokens[:position], questions)
        question = questions[name]
        if question.variable.kind in SEVERAL_ANSWERS:
            sql, position, codes = _among(text, question.variable, tokens, position + 1)
            parts.append(sql)
            for code, spelled in zip(codes, as_spelled(codes, question.variable.choices), strict=True):
                column = _column(name, code)
                operands[column] = Operand(column, question, "has_code" if code else "is_answered", spelled)
        else:
            parts.append(_quoted(name))
            operands[name] = _operand(question)
            position = _same_type_literals(question.variable, tokens, position + 1, parts)
    try:
        expression = pl.sql_expr(" ".join(parts))
    except pl.exceptions.PolarsError as error:
        raise PlanError(
            f"filter {text!r} cannot be read: {_plain_error(error)}; write it like S6 = 1 AND S15 IN (2, 3)",
            f"filter {text!r} tidak dapat dibaca: tidak lengkap, atau ada kata atau tanda yang salah tempat; "
            "tulis misalnya S6 = 1 AND S15 IN (2, 3)",
        ) from error
    if not operands:
        raise PlanError(
            f"filter {text!r} names no variable; write it like S6 = 1 AND S15 IN (2, 3)",
            f"filter {text!r} tidak menyebut variabel; tulis misalnya S6 = 1 AND S15 IN (2, 3)",
        )
    return Condition(text, in_words(tokens, questions), tuple(operands.values()), expression)


def _unknown(text: str, name: str, before: Sequence[Token], questions: Mapping[str, Question]) -> PlanError:
    """The error for a name that there is no variable of; one behind a comparison may be meant for an answer."""
    close = nearest(name, questions)
    answer, jawaban = "", ""
    if before and before[-1].text in {"=", "==", "<>", "!=", "(", ","} and len(before) > 1:
        answer = f"; if it is an answer, write it in quotes: '{name}'"
        jawaban = f"; jika ini jawaban, tulis di antara tanda kutip: '{name}'"
    return PlanError(
        f"filter {text!r}: there is no variable {name!r}{close}{answer}",
        f"filter {text!r}: tidak ada variabel {name!r}{in_indonesian(close)}{jawaban}",
        unknown=name,
    )


def check_condition(condition: Condition, open_lists: Container[str]) -> None:
    """Raises PlanError for a code that a question does not have, and for what is neither true nor false.

    Codes of questions in `open_lists` are known only once they are read.
    """
    for operand in condition.operands:
        variable = operand.question.variable
        if operand.holds == "has_code" and variable.name not in open_lists:
            check_code(condition, operand, [choice.code for choice in variable.choices])
    made = _tried(condition)
    if made is not None and (made.dtype != pl.Boolean or len(made) != len(_TRIED)):
        raise no_condition(condition)


def check_expression(condition: Condition) -> None:
    """Raises PlanError where a condition that stands for a number gives something else."""
    made = _tried(condition)
    if made is not None and (not made.dtype.is_numeric() or len(made) != len(_TRIED)):
        raise no_number(condition)


def check_code(condition: Condition, operand: Operand, codes: Sequence[str]) -> None:
    """Raises PlanError where the code of a `has_code` operand is none of its question's `codes`."""
    if operand.code not in codes:
        name, text = operand.question.variable.name, condition.text
        known = ", ".join(codes[:20]) or "-"
        raise PlanError(
            f"filter {text!r}: {name!r} has no code {operand.code!r}; its codes are {known}",
            f"filter {text!r}: {name!r} tidak punya kode {operand.code!r}; kodenya {known}",
        )


def no_condition(condition: Condition) -> PlanError:
    """The error for an expression that is not true or false."""
    return PlanError(
        f"filter {condition.text!r}: it is not a condition that is true or false; write one like S6 = 1",
        f"filter {condition.text!r}: ini bukan syarat yang benar atau salah; tulis misalnya S6 = 1",
    )


def no_number(condition: Condition) -> PlanError:
    """The error for an expression that is no number."""
    return PlanError(
        f"filter {condition.text!r}: it gives no number; write one like income / members",
        f"filter {condition.text!r}: hasilnya bukan angka; tulis misalnya income / members",
    )


def not_comparable(condition: Condition, error: Exception) -> PlanError:
    """The error for an expression whose parts do not go together."""
    return PlanError(
        f"filter {condition.text!r}: {_plain_error(error)}; compare codes with codes of the same question",
        f"filter {condition.text!r}: angka dibandingkan dengan teks, atau fungsinya tidak cocok; bandingkan kode "
        "dengan kode dari pertanyaan yang sama",
    )


_TRIED = (None, None)
"""Two respondents without an answer: enough to see of what type an expression is, and whether it is one each."""
_TYPES: dict[str, type[pl.DataType]] = {
    "number": pl.Float64,
    "code_number": pl.Float64,
    "code": pl.String,
    "has_code": pl.Boolean,
    "is_answered": pl.Boolean,
}


def _tried(condition: Condition) -> pl.Series | None:
    """What the expression gives, evaluated on nobody's answers; None where types are known only from the data."""
    if any(operand.holds == "as_read" for operand in condition.operands):
        return None
    frame = pl.DataFrame({o.column: pl.Series(_TRIED, dtype=_TYPES[o.holds]) for o in condition.operands})
    try:
        return frame.select(condition.expression.alias("made"))["made"]
    except pl.exceptions.PolarsError as error:
        raise not_comparable(condition, error) from error


def _operand(question: Question) -> Operand:
    variable = question.variable
    if variable.kind == Kind.NUMERIC:
        return Operand(variable.name, question, "number")
    if variable.kind in ONE_ANSWER:
        return Operand(variable.name, question, "code_number" if _numeric_codes(variable) else "code")
    return Operand(variable.name, question, "as_read")


def in_words(tokens: Sequence[Token], questions: Mapping[str, Question]) -> str:
    """A condition as a reader of tables understands it: labels in place of names and codes, where labels are short.

    `S6 = 2 AND age >= 30` becomes `Sex = Women AND Age in years >= 30`.
    """
    said: list[str] = []
    choices: dict[str, str] = {}
    for position, token in enumerate(tokens):
        name = name_at(token, tokens, position)
        if name is not None and name in questions:
            variable = questions[name].variable
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


def _among(text: str, variable: Variable, tokens: Sequence[Token], position: int) -> tuple[str, int, list[str]]:
    """What follows a multi-response variable, said over one true/false column a code; the codes, "" for any answer."""
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
        return (has if words[0] in {"=", "=="} else f"( NOT {has} )"), after, [code]
    if words[:2] == ["is", "null"]:
        return f"( NOT {answered} )", position + 2, [""]
    if words == ["is", "not", "null"]:
        return answered, position + 3, [""]
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
        return (f"( NOT ( {any_of} ) )" if turned else f"( {any_of} )"), at + 1, codes
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
        return bare if is_number(bare) else token.text
    (code,) = as_spelled([canonical_code(bare)], variable.choices)
    return "'" + code.replace("'", "''") + "'"


def _numeric_codes(variable: Variable) -> bool:
    return bool(variable.choices) and all(is_number(c.code) for c in variable.choices)


def is_number(text: str) -> bool:
    """Whether a code is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return text.lstrip("+-").removeprefix(".")[:1].isdigit()


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


def _plain_error(error: Exception) -> str:
    said = str(error).splitlines()[0].strip().rstrip(".")
    told = next((plain for sign, plain in _PLAINLY if sign in said), None)
    return told or said.removeprefix("sql parser error: ")[:160]
