"""What a word that is not known may have been meant for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_ALIKE = 0.6
"""Likeness of two names from which one may be meant by the other."""


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'A1' or 'A2'?` for a word that is not known, or nothing."""
    likeness = difflib.SequenceMatcher(b=word.casefold())
    found: list[tuple[float, str]] = []
    for name in known:
        likeness.set_seq1(name.casefold())
        if likeness.quick_ratio() >= _ALIKE and (ratio := likeness.ratio()) >= _ALIKE:
            found.append((-ratio, name))
    close = sorted(found, key=lambda pair: pair[0])[:3]
    return f"; did you mean {' or '.join(repr(name) for _, name in close)}?" if close else ""


def in_indonesian(close: str) -> str:
    """What `nearest` says, in Indonesian."""
    return close.replace("did you mean", "maksud Anda").replace("' or '", "' atau '")
