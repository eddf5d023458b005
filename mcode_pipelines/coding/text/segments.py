"""Answers that say several things, cut into the things they say."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from mcode_pipelines.coding.text.language_data import any_of
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form, theme_form
from mcode_pipelines.coding.text.wording import wording

_MOST_SEGMENTS = 60
"""Segments of one answer that are looked at: nobody's answer to a survey says more."""
_COMMA = re.compile(r"(?<!\d),(?!\d)|(?<=\d),(?=\s)|,(?=\s)")


@functools.cache
def _hard_break() -> re.Pattern[str]:
    """What always divides: lines, sentences, contrasts."""
    contrasts = any_of("conjunctions", "contrasts")
    return re.compile(
        rf"\n+|(?<!\d)[.](?!\d)|(?<=\d)[.](?=\s|$)|[;!?•|…]+|\s[-–—]+\s|(?:^|\s)(?:>|\*)\s|\b{contrasts}\b",
        re.IGNORECASE,
    )


@functools.cache
def _joining() -> re.Pattern[str]:
    """What divides two phrases."""
    return re.compile(rf"\s(?:{any_of('conjunctions', 'joins')}|&|\+)\s", re.IGNORECASE)


def segments_of(verbatim: str, language: str, says_nothing: Callable[[str], bool] = lambda normal: False) -> list[str]:
    """The things an answer says, each in its normal form (without "-nya"), in order and without repeats.

    Sentences, contrasts ("tapi", "but") and commas always divide; "dan", "trus", "and" divide only between two phrases
    of at least two words, or in an answer that is a list of single words: "toilet dan kursi kotor" is one thing said.
    Parts that say nothing are left out unless nothing else is said.
    """
    text = cleaned(verbatim)
    found: dict[str, None] = {}
    left_out: dict[str, None] = {}
    for sentence in _hard_break().split(text):
        for clause in _whole_clauses(_COMMA.split(sentence)):
            for part in _joined_parts(clause):
                normal = normal_form(part, language)
                if not normal:
                    continue
                kept = left_out if says_nothing(normal) or _only_function_words(normal, language) else found
                kept.setdefault(theme_form(normal, language))
                if len(found) >= _MOST_SEGMENTS:
                    return list(found)
    if not found:
        whole = theme_form(normal_form(text, language), language)
        return [whole] if whole else list(left_out)
    return list(found)


def _whole_clauses(clauses: list[str]) -> list[str]:
    """The comma parts of a sentence; in a long sentence a single word ("namun", "Juli") stays with what follows."""
    lengths = [len(c.split()) for c in clauses]
    if sum(lengths) <= 3 * len(clauses):
        return clauses
    whole: list[str] = []
    waiting = ""
    for clause, length in zip(clauses, lengths, strict=True):
        if length <= 1:
            waiting = f"{waiting} {clause}"
        else:
            whole.append(f"{waiting} {clause}")
            waiting = ""
    if waiting:
        if whole:
            whole[-1] += waiting
        else:
            whole.append(waiting)
    return whole


def _joined_parts(clause: str) -> list[str]:
    parts = _joining().split(clause)
    if len(parts) == 1:
        return parts
    lengths = [len(p.split()) for p in parts]
    if all(n >= 2 for n in lengths) or all(n == 1 for n in lengths):
        return parts
    # Glue short parts to their neighbour, divide where both sides are phrases.
    joins = _joining().findall(clause)
    glued = [parts[0]]
    for part, join, before, length in zip(parts[1:], joins, lengths, lengths[1:], strict=False):
        if before >= 2 and length >= 2 and len(glued[-1].split()) >= 2:
            glued.append(part)
        else:
            glued[-1] = f"{glued[-1]}{join}{part}"
    return glued


def _only_function_words(normal: str, language: str) -> bool:
    words = wording(language)
    empty = words.function_words | words.intensifiers | words.requests
    return all(w in empty and w not in words.praise for w in normal.split())
