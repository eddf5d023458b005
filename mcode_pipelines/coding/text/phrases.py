"""The words of a phrase that a label needs."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from mcode_pipelines.coding.text.language_data import language_file, languages, words_of_all
from mcode_pipelines.coding.text.wording import wording

Phrase = tuple[str, ...]


def core_phrase(segment: str, language: str) -> tuple[str, ...]:
    """The words of a segment that a label needs: without intensifiers, and what only opens or closes the phrase."""
    words = wording(language)
    kept = [w for w in segment.split() if w not in words.intensifiers]
    for opening in words.openings:
        if tuple(kept[: len(opening)]) == opening:
            del kept[: len(opening)]
    while kept and (kept[0] in words.trimmed or (kept[0] in words.nothing and not words.praise.isdisjoint(kept))):
        del kept[0]
    while kept and kept[-1] in words.trimmed and not may_end(kept):
        del kept[-1]
    return tuple(kept)


def may_end(phrase: Sequence[str]) -> bool:
    """Whether a phrase may end in its last word though that is one that mostly leads on ("can't log in")."""
    return phrase[-1] in words_of_all("words", "closing") or (
        len(phrase) > 1 and phrase[-2] in _verbs_before().get(phrase[-1], ())
    )


@functools.cache
def _verbs_before() -> dict[str, frozenset[str]]:
    """For each word that may end a phrase after some verbs, these."""
    return {
        particle: frozenset(verbs.split())
        for language in languages()
        for particle, verbs in language_file(language, "words").get("particles", {}).items()
    }
