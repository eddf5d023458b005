"""The words of a phrase that a label needs."""

from __future__ import annotations

from collections.abc import Sequence

from mcode_pipelines.coding.text.wording import word_set, wording

Phrase = tuple[str, ...]

_NEVER_LAST_TRIMMED = frozenset({"waktu"})
"""Openers ("waktu lebaran ...") that are a noun at the end ("tepat waktu")."""
_WITH_THEIR_VERB = {
    "in": word_set("log logs logging logged sign signing signed check checking checked"),
    "out": word_set("log logs logging logged sign signing signed check checking checked run runs sold opt cash drop"),
    "up": word_set("sign signing signed top hang hangs follow pick back held clean cleaned"),
    "down": word_set("break breaks broke shut shuts goes go went"),
    "off": word_set("turn turns turned switch switches cut cuts drop drops"),
}
"""Words that may end a phrase after such a verb ("can't log in")."""


def core_of(segment: str, language: str) -> tuple[str, ...]:
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
    """Whether a phrase may end in its last word though that is one that mostly leads on."""
    return phrase[-1] in _NEVER_LAST_TRIMMED or (len(phrase) > 1 and phrase[-2] in _WITH_THEIR_VERB.get(phrase[-1], ()))
