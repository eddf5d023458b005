"""Short forms and other words for what surveys offer as printed answers: schools, banks, jobs, media, towns."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from mcode_pipelines.coding.text.language_data import entries_of_all, phrases_in

Words = tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """What is written, and what is meant by it."""

    meanings: dict[Words, Words]
    """The words of what is written, with those that they stand for."""
    longest: int
    """Words of the longest that is written."""
    known_words: frozenset[str]
    """Words that are written so on purpose: none is another one misspelled."""
    place_names: frozenset[str]
    """Words of names of places, which have capitals."""


@functools.cache
def synonyms() -> Synonyms:
    """The synonyms of all languages, and names of places with their short forms."""
    places = [name for name, _ in entries_of_all("places")]
    meanings = {
        tuple(written.split()): tuple(meant.split())
        for name in ("synonyms", "places")
        for meant, all_written in entries_of_all(name)
        for written in phrases_in(all_written)
    }
    return Synonyms(
        meanings,
        max(map(len, meanings), default=0),
        frozenset(words[0] for words in (*meanings, *meanings.values()) if len(words) == 1),
        frozenset(word for place in places for word in place.replace("_", " ").split()),
    )


def canonical(words: Sequence[str]) -> list[str]:
    """Words with every short form and other word put as what it stands for, the longest first.

    >>> canonical("pegawai negeri".split()), canonical("rs umum kota".split()), canonical(["slta"])
    (['pns'], ['rumah_sakit', 'umum', 'kota'], ['sma'])
    """
    known = synonyms()
    found: list[str] = []
    place = 0
    while place < len(words):
        for length in range(min(known.longest, len(words) - place), 0, -1):
            meant = known.meanings.get(tuple(words[place : place + length]))
            if meant is not None:
                found += meant
                place += length
                break
        else:
            found.append(words[place])
            place += 1
    return found


@dataclass(frozen=True)
class NarrowerTerm:
    """Something that printed choices hold: instagram, by "Media sosial"."""

    written: Words
    names: tuple[Words, ...]
    """What such a choice is called, best first."""
    alone: bool = False
    """Whether only where it is all that is said."""
    within: bool = False
    """Whether a choice may say its name among other words."""


@functools.cache
def narrower_terms() -> tuple[NarrowerTerm, ...]:
    """All that printed choices are known to hold."""
    return tuple(
        NarrowerTerm(
            tuple(canonical(written.split())),
            tuple(tuple(canonical(name.split())) for name in phrases_in(names)),
            alone=entry == "named_if_alone",
            within=entry == "named_within",
        )
        for entry, choices in entries_of_all("narrower_terms")
        for names, all_written in choices.items()
        for written in phrases_in(all_written)
    )
