"""How a code is spelled: the one place that says `1`, `1.0` and 1 are the same code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import BeforeValidator

NO_ANSWER = 99
"""The code of "Tidak ada jawaban / No answer" in every code frame."""

_WHOLE_NUMBER = re.compile(r"[+-]?\d+\.0+")
_DIGITS = re.compile(r"[+-]?[0-9]{1,18}")


def canonical_code(code: object) -> str:
    """The one spelling of a code: text without surrounding blanks, whole numbers without `.0`.

    >>> canonical_code(1.0), canonical_code(" 1 "), canonical_code("1.0"), canonical_code("a>b")
    ('1', '1', '1', 'a>b')
    """
    if isinstance(code, bool):
        return str(int(code))
    if isinstance(code, float) and code.is_integer():
        return str(int(code))
    text = str(code).strip()
    if _WHOLE_NUMBER.fullmatch(text):
        return text.split(".", 1)[0].removeprefix("+")
    return text


def number_of(code: str) -> str | None:
    """The number that a code is, without leading zeros and plus sign; None where it is none.

    >>> number_of("01"), number_of("1"), number_of("-007"), number_of("1.5"), number_of("a1")
    ('1', '1', '-7', None, None)
    """
    return str(int(code)) if _DIGITS.fullmatch(code) else None


def by_number(codes: Iterable[str]) -> dict[str, str]:
    """For a list of codes that are all numbers, and different ones, each number with its code; else nothing.

    Codes that are numbers compare as numbers: `01` is `1`.
    """
    found: dict[str, str] = {}
    for code in codes:
        number = number_of(code)
        if number is None or number in found:
            return {}
        found[number] = code
    return found


CodeText = Annotated[str, BeforeValidator(canonical_code)]
"""A code as the documents hold it: text in its canonical spelling, whatever YAML or JSON gave."""
