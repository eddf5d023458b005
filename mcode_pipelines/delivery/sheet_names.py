"""Names of sheets as Excel allows them."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 31
"""Excel counts UTF-16 units: a character outside the basic plane counts twice."""

_FORBIDDEN = re.compile(r"[\[\]:*?/\\'#\x00-\x1f\x7f\ufffe\uffff]+")
# Excel keeps "History" for itself. The apostrophe and # are legal inside, but break links to the sheet.
_RESERVED = frozenset({"history"})


class SheetNames:
    """Hands out legal sheet names, unique without regard to case within one workbook."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {_folded(name) for name in taken} | _RESERVED

    def take(self, wanted: str) -> str:
        """The name closest to the wanted one that is legal and still free; never empty."""
        clean = " ".join(_FORBIDDEN.sub(" ", wanted).split()) or "Sheet"
        name = _cut(clean, LONGEST)
        number = 1
        while _folded(name) in self._taken:
            number += 1
            suffix = f" ({number})"
            name = _cut(clean, LONGEST - len(suffix)) + suffix
        self._taken.add(_folded(name))
        return name


def _folded(name: str) -> str:
    return name.lower().casefold()


def _cut(text: str, units: int) -> str:
    while len(text.encode("utf-16-le", "surrogatepass")) > 2 * units:
        text = text[:-1]
    return text.rstrip()
