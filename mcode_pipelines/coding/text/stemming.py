"""Forms of a word as one."""

from __future__ import annotations

from mcode_pipelines.coding.text.wording import wording

STEM = 5
"""Letters by which the forms of a word are taken for one ("kursi", "kursinya")."""
_ROOT = 4
"""Letters that must be left of a word without its prefix or suffix."""


def stem(word: str, language: str) -> str:
    """What the forms of a word have in common ("turunkan", "diturunkan")."""
    known = wording(language)
    without = word.removeprefix(known.passive_prefix)
    word = without if len(without) >= _ROOT else word
    without = word.removesuffix(known.verb_suffix)
    word = without if len(without) >= _ROOT else word
    return word[:STEM]
