"""How a code is spelled: the one place that says `1`, `1.0` and 1 are the same code."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

NO_ANSWER = 99
"""The code of "Tidak ada jawaban / No answer" in every code frame."""

_WHOLE_NUMBER = re.compile(r"[+-]?\d+\.0+")


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


CodeText = Annotated[str, BeforeValidator(canonical_code)]
"""A code as the documents hold it: text in its canonical spelling, whatever YAML or JSON gave."""
