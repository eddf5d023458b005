"""Several answers in one cell: what separates them, and which whole options they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.vocabulary import ASKS, LISTING, OPEN_WORDS, SELECT_ALL, SENTENCE_WORDS, words_of

DELIMITERS = (";", "|", "\n", ",", " ")
"""In the order they are believed: a semicolon seldom stands inside an option, a blank nearly always does."""
_COMMA = re.compile(r",(?!\d)(?=.)")
"""A comma between words, not inside a number or at the end."""
_TAIL = 0.6
"""The least share of the lists that must end alike for the end to be a phrase."""
_FEW_TEXTS = 8
"""Fewer different answers are taken for choices."""
_CODE = re.compile(r"[A-Za-z0-9]+([_\-./][A-Za-z0-9]+)*")


@dataclass(frozen=True)
class Delimited:
    """How a column writes several answers in a cell."""

    delimiter: str
    options: tuple[tuple[str, int], ...]
    """Whole options with how often each is chosen, most frequent first."""
    several: float
    """Share of the filled cells with more than one option."""
    joined: bool = False
    """An option holds the delimiter itself."""


def detect_delimited(column: Column) -> Delimited | None:
    """How the column writes several answers in a cell, or None where each cell is one answer."""
    if column.filled < 4 or column.distinct < 2:
        return None
    cells = column.top
    for delimiter in DELIMITERS:
        holding = sum(n for v, n in cells if delimiter in v.strip(delimiter))
        total = sum(n for _, n in cells)
        if holding < max(0.04 * total, 2):
            continue
        found = _tokens(cells, delimiter) if delimiter == " " else _options(cells, delimiter)
        if found is not None:
            return found
    return None


def is_free_text(column: Column, found: Delimited | None) -> bool:
    """Whether commas stand inside answers in one's own words: the header asks for such, and the parts are no list.

    A list of answers to tick is chosen from: many of its options also stand alone, or begin with a capital, and they
    are no sentences.
    A header that asks for reasons or comments is believed against all but a clean list.
    """
    header = " ".join(column.headers)
    words = set(column.words)
    asks = bool(words & OPEN_WORDS)
    if SELECT_ALL.search(header) or not (asks or (words & ASKS and not LISTING.search(header))):
        return False
    cells = [v for v in column.values if v]
    with_comma = [v for v in cells if _COMMA.search(v)]
    if len(cells) < _FEW_TEXTS or len(with_comma) < 0.3 * len(cells) or _few_and_often(column):
        return False
    parts = [[p.strip() for p in _COMMA.split(v) if p.strip()] for v in cells]
    fragments = [p for some in parts for p in some]
    sentences = sum(_in_a_sentence(p) for p in fragments) / len(fragments)
    if found is None:
        return sentences >= (0.3 if asks else 0.5)
    options = {o for o, _ in found.options}
    alone = len(options & set(cells)) / len(options)
    capitals = sum(o[:1].isupper() for o in options) / len(options)
    if asks:
        return not (alone >= 0.6 and capitals >= 0.8 and sentences < 0.3)
    if sentences >= 0.3:
        return alone < 0.8
    return alone < 0.3 and capitals < 0.8


def _few_and_often(column: Column) -> bool:
    """Few cells that return again and again: long choices, of which one is ticked."""
    return column.distinct <= 12 and column.repetition >= 5


def _in_a_sentence(part: str) -> bool:
    """Whether a part holds the small words of sentences, or runs on in lower case for three words and more."""
    words = words_of(part)
    return bool(set(words) & SENTENCE_WORDS) or (part[:1].islower() and len(words) >= 3)


def _options(cells: Sequence[tuple[str, int]], delimiter: str) -> Delimited | None:
    """Options between semicolons, bars, line ends or commas; fragments that never part are one option."""
    rows = [([p.strip() for p in v.split(delimiter) if p.strip()], n) for v, n in cells]
    rows = _one_spelling(rows)
    joined = False
    if delimiter == ",":
        rows, joined = _whole_options(rows)
    counts: Counter[str] = Counter()
    for parts, n in rows:
        counts.update(dict.fromkeys(dict.fromkeys(parts), n))
    if _looks_like_prose(rows, counts, delimiter):
        return None
    several = sum(n for parts, n in rows if len(parts) > 1) / sum(n for _, n in rows)
    ordered = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return Delimited(delimiter, ordered, several, joined)


def _one_spelling(rows: list[tuple[list[str], int]]) -> list[tuple[list[str], int]]:
    """The same rows with parts that differ only in case under their most frequent spelling."""
    counts: Counter[str] = Counter()
    for parts, n in rows:
        counts.update(dict.fromkeys(parts, n))
    usual: dict[str, str] = {}
    for part, _ in counts.most_common():
        usual.setdefault(part.casefold(), part)
    return [([usual[p.casefold()] for p in parts], n) for parts, n in rows]


def _looks_like_prose(rows: Sequence[tuple[list[str], int]], counts: Counter[str], delimiter: str) -> bool:
    """Prose has fragments that seldom return, and sentences; a list of options returns to the same few."""
    said = sum(n for parts, n in rows for _ in parts)
    often = {p for p, n in counts.items() if n >= max(2, 0.01 * said)}
    known = sum(n for parts, n in rows for p in parts if p in often)
    if not often or len(often) > 80 or known / said < 0.6:
        return True
    several = [parts for parts, _ in rows if len(parts) > 1]
    if not several or sum(len(set(p)) < len(p) for p in several) > 0.1 * len(several):
        return True
    if delimiter == "," and _same_tail([parts for parts, _ in rows], several):
        return True
    in_lists = sum(all(p in often for p in parts) for parts in several)
    numbers = all(p.replace(".", "", 1).isdigit() for p in often)
    if numbers and all(len(parts) == 2 for parts in several):
        return True  # 1,5 and 2,5 are decimals
    return in_lists < 0.25 * len(several) or sum(len(p) for p in often) / len(often) > 160


def _same_tail(rows: Sequence[list[str]], several: Sequence[list[str]]) -> bool:
    """Whether most lists end in one phrase that never stands alone: `..., mohon diperbaiki` is no choice.

    Asked of commas only: a list between semicolons in the order of its options often ends in the last of them.
    """
    last, times = Counter(parts[-1] for parts in several).most_common(1)[0]
    firsts = {parts[0] for parts in several}
    return times >= _TAIL * len(several) and len(firsts) >= 2 and all(parts[0] != last for parts in rows)


def _whole_options(rows: list[tuple[list[str], int]]) -> tuple[list[tuple[list[str], int]], bool]:
    """Joins neighbouring fragments that (nearly) always stand together: options that hold a comma themselves."""
    joined = False
    for _ in range(4):
        single: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for parts, n in rows:
            single.update(dict.fromkeys(set(parts), n))
            pairs.update(dict.fromkeys(set(pairwise(parts)), n))
        together = {
            pair for pair, n in pairs.items() if n >= 3 and n >= 0.95 * single[pair[0]] and n >= 0.95 * single[pair[1]]
        }
        together |= {
            p
            for p, n in pairs.items()
            if n >= 2 and p[1][:1].islower() and n >= 0.95 * single[p[1]] and p[0][:1].isupper()
        }
        if not together:
            break
        joined = True
        rows = [(_joined(parts, together), n) for parts, n in rows]
    return rows, joined


def _joined(parts: list[str], together: set[tuple[str, str]]) -> list[str]:
    whole: list[str] = []
    last = ""
    for part in parts:
        if whole and (last, part) in together:
            whole[-1] = f"{whole[-1]}, {part}"
        else:
            whole.append(part)
        last = part
    return whole


def _tokens(cells: Sequence[tuple[str, int]], delimiter: str) -> Delimited | None:
    """Blank-joined codes as KoboToolbox writes them: a small vocabulary of code-like words, free of prose."""
    rows = [(v.split(), n) for v, n in cells]
    counts: Counter[str] = Counter()
    for parts, n in rows:
        if len(set(parts)) < len(parts):
            return None
        counts.update(dict.fromkeys(parts, n))
    if len(counts) > 80 or not all(_CODE.fullmatch(p) for p in counts):
        return None
    cells_n = sum(n for _, n in rows)
    several = [parts for parts, _ in rows if len(parts) > 1]
    alone = {parts[0] for parts, _ in rows if len(parts) == 1}
    orders = {frozenset(parts) for parts in several}
    numbers = all(p.isdigit() and len(p) <= 3 for p in counts)
    codes = sum("_" in p or any(c.isupper() for c in p[1:]) or any(c.isdigit() for c in p) for p in counts) / len(
        counts
    )
    recurring = sum(counts.values()) / len(counts)
    firsts, lasts = {p[0] for p in several}, {p[-1] for p in several}
    free = len(firsts & lasts) / max(len(firsts | lasts), 1)
    share = sum(n for parts, n in rows if len(parts) > 1) / cells_n
    believed = recurring >= 3 and (
        (numbers and (len(alone) >= 2 or len(orders) > len(counts) / 2))
        or (codes >= 0.3 and (len(alone) >= 0.3 * len(counts) or free >= 0.3))
        or (len(alone) >= 0.6 * len(counts) and len(orders) >= len(counts) / 2)
        or (free >= 0.5 and len(orders) > len(counts) and recurring >= 8)
    )
    if not believed:
        return None
    return Delimited(delimiter, tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0]))), share)
