"""What cuts the lines of a text into columns, told by its first records."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mcode_pipelines.sources.source import extension

DELIMITERS = ",;\t|"
ONE_COLUMN = "\x1f"
"""The delimiter of a text that has none, where commas belong to the answers."""

_RECORDS = 200
_LINE_IN_QUOTES = re.compile(r'"((?:[^"]|"")*)"[,;\t|]*')
_DECIMAL_COMMA = re.compile(r"\d,\d")
_NEARLY_ALL = 0.9
_MOST = 0.6
_DOUBTED = 0.1
"""What a sign counts that stands as in prose or in numbers, beside one that does not."""


@dataclass(frozen=True)
class _Cut:
    """The first records of a text as a sign cuts them."""

    delimiter: str
    records: Sequence[Sequence[str]]

    @cached_property
    def width(self) -> int:
        """The width that most records have."""
        widths = [len(record) for record in self.records]
        return max(set(widths), key=lambda width: (widths.count(width), width), default=1)

    @cached_property
    def start(self) -> int:
        """The first record of that width that is followed by another one: the header, where the sign cuts it."""
        fits = [len(record) == self.width for record in self.records]
        pairs = (i for i, fit in enumerate(fits) if fit and (i + 1 == len(fits) or fits[i + 1]))
        return next(pairs, 0)

    @cached_property
    def share(self) -> float:
        """Which share of the records has that width."""
        return self._share(self.records)

    @property
    def even(self) -> bool:
        """Whether nearly all records from the start on have one width of several cells."""
        return self.width > 1 and self._share(self.records[self.start :]) >= _NEARLY_ALL

    @cached_property
    def prose(self) -> bool:
        """Whether blanks follow the sign, as behind a comma in a sentence."""
        behind = [cell for record in self.records for cell in record[1:]]
        return sum(1 for cell in behind if cell.startswith(" ")) > _MOST * len(behind)

    @cached_property
    def decimal(self) -> bool:
        """Whether the sign is the comma of numbers."""
        lines = [",".join(record) for record in self.records[1:]]
        return self.delimiter == "," and (
            sum(len(_DECIMAL_COMMA.findall(line)) for line in lines) > _NEARLY_ALL * sum(n.count(",") for n in lines)
        )

    @property
    def fitness(self) -> float:
        """How well the records are cut to one width, the first of that width being words; 0 for one column.

        The words tell `a;b` above `1,5;2,5` from a table that commas cut.
        """
        if self.width == 1:
            return 0.0
        header = next(record for record in self.records if len(record) == self.width)
        words = sum(1 for cell in header if any(c.isalpha() for c in cell)) / self.width
        doubt = _DOUBTED if self.prose or self.decimal else 1.0
        return float(self.share * self.share * (self.width - 1) ** 0.5 * (0.1 + words) * doubt)

    def table_below(self, *, set_off: bool) -> bool:
        """Whether a table begins below a title: even rows under a header whose words are not among the answers.

        `set_off`: a blank line stands below the first line.
        """
        below = self.records[self.start :]
        fewest = 2 if set_off else 3
        if self.width < fewest or self._share(self.records[1:]) < _MOST or (self.prose and not set_off):
            return False
        header = {cell.strip().casefold() for cell in below[0] if cell.strip()}
        answers = {cell.strip().casefold() for record in below[1:] for cell in record}
        return not header & answers

    def _share(self, records: Sequence[Sequence[str]]) -> float:
        return sum(1 for record in records if len(record) == self.width) / len(records) if records else 1.0


def sniff_delimiter(start: str, name: str) -> str:
    """The delimiter of a text, from its first records: the one that cuts most of them to one width, the header too.

    A sign that cuts the answers of a table but not its header belongs to the answers. A text whose first line none of
    them cuts is one column of answers, unless the lines below are all cut alike, as a table below a title is.
    """
    if start[:4].lower() == "sep=" and start[4:5] in DELIMITERS and start[5:6] in "\r\n":
        return start[4]
    best = _best(start, name)
    lines = start.splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    head = lines[first] if lines else ""
    if '"' not in head and best.delimiter not in head:
        set_off = first + 1 < len(lines) and not lines[first + 1].strip(f" {DELIMITERS}")
        return best.delimiter if best.table_below(set_off=set_off) else ONE_COLUMN
    # A sentence for a header, and sentences below it: its commas are no more delimiters than theirs.
    return ONE_COLUMN if best.prose and best.share < 0.5 else best.delimiter


def _best(start: str, name: str) -> _Cut:
    by_name = "\t" if extension(name) == ".tsv" else ","
    cuts = [_Cut(delimiter, _records_cut(start, delimiter)) for delimiter in DELIMITERS]
    earliest = min((cut.start for cut in cuts if cut.even and not cut.prose), default=None)
    left = [cut for cut in cuts if earliest is None or cut.start <= earliest]
    return max(left, key=lambda cut: (cut.fitness, cut.delimiter == by_name))


def _records_cut(start: str, delimiter: str) -> list[list[str]]:
    """The first records that are not blank, up to one that cannot be read."""
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter, strict=True):
            if any(cell.strip() for cell in record):
                records.append(record)
            if len(records) >= _RECORDS:
                return records
    except csv.Error:
        return records
    return records[:-1] if len(records) > 2 else records  # the last may be cut by the end of the excerpt


def lines_in_quotes(start: str, name: str) -> bool:
    """Whether lines of a text stand in quotes as a whole, and are the records of a table without these quotes.

    So a spreadsheet writes a text that it had opened in one column; where it did not need to, it left a line without.
    """
    lines = [line for line in start.splitlines() if line.strip()][: _RECORDS + 1]
    if not any(_LINE_IN_QUOTES.fullmatch(line.rstrip()) for line in lines):
        return False
    bare = _best("\n".join(map(without_quotes, lines)), name)
    if not bare.even or bare.start or bare.prose:
        return False
    as_it_stands = _Cut(bare.delimiter, _records_cut(start, bare.delimiter))
    return as_it_stands.width != bare.width or as_it_stands.share < bare.share


def without_quotes(line: str) -> str:
    """A line without the quotes around it, those inside single again; any other line as it is."""
    found = _LINE_IN_QUOTES.fullmatch(line.rstrip())
    return found[1].replace('""', '"') if found else line
