"""Forms of a word as one."""

from __future__ import annotations

STEM = 5
"""Letters by which the forms of a word are taken for one ("kursi", "kursinya")."""
_ROOT = 4
"""Letters that must be left of a word without its prefix or suffix."""


def stem(word: str, language: str) -> str:
    """What the forms of a word have in common ("turunkan", "diturunkan")."""
    if language == "id":
        if word.startswith("di") and len(word) - 2 >= _ROOT:
            word = word[2:]
        if word.endswith("kan") and len(word) - 3 >= _ROOT:
            word = word[:-3]
    return word[:STEM]
