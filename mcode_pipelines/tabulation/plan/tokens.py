"""The words and signs that a filter is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mcode_pipelines.survey.codes import canonical_code
from mcode_pipelines.tabulation.plan.errors import PlanError

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*")
    |(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>[^\W\d][\w.$:/-]*)|(?P<operator><>|!=|<=|>=|==|\|\||[-+*/%=<>(),]))""",
    re.VERBOSE,
)
_KEYWORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "is",
        "null",
        "true",
        "false",
        "between",
        "like",
        "ilike",
        "case",
        "when",
        "then",
        "else",
        "end",
        "as",
        "cast",
    ]
)
_LONGEST = 10_000
"""Characters of a filter at most."""
_LARGEST_WRITTEN_OUT = 1e15
"""From here on numbers are written with an exponent."""


@dataclass(frozen=True)
class Token:
    """One of them: a `text`, a `quoted` name, a `number`, a `word` or an `operator`."""

    kind: str
    text: str


def tokens_of(text: str) -> list[Token]:
    """A filter in its words and signs, numbers as codes are spelled. Raises PlanError where it cannot be read."""
    if len(text) > _LONGEST:
        raise PlanError(f"filter {text[:60]!r}...: it is longer than {_LONGEST:,} characters; write it more simply")
    tokens = []
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        found = _TOKEN.match(stripped, position)
        if found is None:
            raise PlanError(
                f"filter {text!r} cannot be read at {stripped[position : position + 12].strip()!r}; "
                'write it like S6 = 1 AND S15 IN (2, 3), with names that hold other signs in "double quotes"',
                f"filter {text!r} tidak dapat dibaca pada {stripped[position : position + 12].strip()!r}; "
                'tulis misalnya S6 = 1 AND S15 IN (2, 3), dan nama dengan tanda lain di antara "tanda kutip ganda"',
            )
        kind = str(found.lastgroup)
        said = found.group(kind)
        tokens.append(Token(kind, _plain_number(text, said) if kind == "number" else said))
        position = found.end()
    if not tokens:
        raise PlanError("filter: it is empty; write a condition like S6 = 1, or leave the filter out")
    return tokens


def _plain_number(text: str, said: str) -> str:
    """A number of a filter as codes are spelled: `.5` is `0.5`, `1e2` is `100`."""
    if not said.startswith(".") and "e" not in said.casefold():
        return said
    number = float(said)
    if number == float("inf"):
        raise PlanError(
            f"filter {text!r}: the number {said} is too large; write a smaller one",
            f"filter {text!r}: angka {said} terlalu besar; tulis angka yang lebih kecil",
        )
    return canonical_code(number) if abs(number) < _LARGEST_WRITTEN_OUT else repr(number)


def name_at(token: Token, tokens: Sequence[Token], position: int) -> str | None:
    """The name of a variable that a token is; None where it is a keyword, a function or anything else."""
    if token.kind == "quoted":
        return token.text[1:-1].replace('""', '"')
    if token.kind != "word" or token.text.casefold() in _KEYWORDS:
        return None
    called = position + 1 < len(tokens) and tokens[position + 1].text == "("
    return None if called else token.text
