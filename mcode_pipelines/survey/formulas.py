"""Text that a spreadsheet program would take for a formula: how it is written into CSV files, and read again."""

from __future__ import annotations

import re

# The wide signs (U+FF1D, U+FF0B, U+FF0D, U+FF20) begin a formula too where a program is set to East Asian input.
# A lone sign (the total's code "@", a missing mark "-") and a negative number cannot start a formula.
FORMULA_LIKE = "(?s)^[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n]."
NEGATIVE_NUMBER = r"^-\d+([.,]\d+)?$"
# A code is read by programs that look it up: it stays unless it could compute or call something.
HARMLESS_CODE = r"^[+\-@][\w.\-]*$"
_FORMULA_LIKE, _NEGATIVE_NUMBER = re.compile(FORMULA_LIKE), re.compile(NEGATIVE_NUMBER)
_CODE = re.compile(r"-\w+")
_MARK = "'"


def neutral(text: str, *, is_code: bool = False) -> str:
    """The text with an apostrophe before it where it begins like a formula (= + - @ tab, new line), as OWASP advises.

    Negative numbers stay; so does a code such as -oth, which calls nothing. `restored` takes it back.

    >>> neutral("=1+1"), neutral("-99"), neutral("-oth", is_code=True)
    ("'=1+1", '-99', '-oth')
    """
    if not _FORMULA_LIKE.match(text) or _NEGATIVE_NUMBER.fullmatch(text) or (is_code and _CODE.fullmatch(text)):
        return text
    return _MARK + text


def restored(text: str) -> str:
    """The text as it was before `neutral`.

    >>> restored("'=1+1"), restored("'t was good")
    ('=1+1', "'t was good")
    """
    return text[1:] if text.startswith(_MARK) and _FORMULA_LIKE.match(text[1:]) else text
