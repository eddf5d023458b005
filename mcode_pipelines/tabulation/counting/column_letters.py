"""Column letters: A to Z, then AA, AB ... and the marks that cells carry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count


def column_letter(number: int) -> str:
    """The letter of the column with this number, from 0.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(701), column_letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letter = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letter = chr(ord("A") + rest) + letter
    return letter


def column_letters() -> Iterator[str]:
    """A, B ... Z, AA ... without end."""
    return (column_letter(n) for n in count())
