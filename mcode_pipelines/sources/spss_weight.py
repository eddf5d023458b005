"""The variable that an SPSS file is weighted by, as `WEIGHT BY` left it in the file's header.

The layout is that of the PSPP developers' guide, "System File Format": the header's `weight_index` counts the variable
records, the continuations of strings among them.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

_HEADER = 176
_LAYOUT_AT = 64
_WEIGHT_AT = 76
_LONG_NAMES = 13
_MOST_RECORDS = 1_000_000


def weight_variable(path: Path, encoding: str | None) -> str | None:
    """The name of the weighting variable, the long one where the file has long names; None where it has no weight.

    A dictionary that is not laid out as it should be has none: whoever reads the file tells of the damage.
    """
    try:
        with path.open("rb") as file:
            name, long_names = _weight(file)
    except (struct.error, IndexError):
        return None
    if name is None:
        return None
    told = encoding or "utf-8"
    try:
        return long_names.get(name.lower(), name).decode(told)
    except (LookupError, UnicodeDecodeError):
        return long_names.get(name.lower(), name).decode("latin-1")


def _weight(file: BinaryIO) -> tuple[bytes | None, dict[bytes, bytes]]:
    head = file.read(_HEADER)
    order = "<" if struct.unpack_from("<i", head, _LAYOUT_AT)[0] in (2, 3) else ">"
    (wanted,) = struct.unpack_from(f"{order}i", head, _WEIGHT_AT)
    if wanted <= 0:
        return None, {}
    dictionary = _Dictionary(file, order)
    name: bytes | None = None
    long_names: dict[bytes, bytes] = {}
    for _ in range(_MOST_RECORDS):
        match dictionary.whole():
            case 2:  # a variable, or the continuation of a string
                short = dictionary.variable()
                wanted -= 1
                name = short if wanted == 0 else name
            case 3:  # value labels
                dictionary.skip_value_labels()
            case 4:  # the variables that they are of
                dictionary.skip(4 * dictionary.whole())
            case 6:  # documents
                dictionary.skip(80 * dictionary.whole())
            case 7:  # an extension
                subtype, size, count = dictionary.whole(), dictionary.whole(), dictionary.whole()
                content = dictionary.take(size * count)
                if subtype == _LONG_NAMES:
                    pairs = (pair.partition(b"=") for pair in content.split(b"\t"))
                    long_names = {short.strip().lower(): long.strip(b"\0 ") for short, _, long in pairs}
            case _:
                break
    return name, long_names


class _Dictionary:
    """The records behind the header, read one after the other."""

    def __init__(self, file: BinaryIO, order: str) -> None:
        self._file = file
        self._order = order

    def whole(self) -> int:
        return int(struct.unpack(f"{self._order}i", self._file.read(4))[0])

    def take(self, size: int) -> bytes:
        return self._file.read(max(size, 0))

    def skip(self, size: int) -> None:
        self._file.seek(max(size, 0), 1)

    def variable(self) -> bytes:
        """The short name of a variable record."""
        _, labelled, missing, _, _ = (self.whole() for _ in range(5))
        name = self.take(8).rstrip()
        if labelled:
            self.skip(-(-self.whole() // 4) * 4)
        self.skip(8 * abs(missing))
        return name

    def skip_value_labels(self) -> None:
        for _ in range(self.whole()):
            self.skip(8)
            length = self.take(1)[0]
            self.skip(-(-(length + 1) // 8) * 8 - 1)
