"""The language of a survey's questions."""

from __future__ import annotations

from collections.abc import Iterable

from mcode_pipelines.detection.words import ENGLISH, INDONESIAN, words_of


def language_of(texts: Iterable[str]) -> str | None:
    """`id` or `en` by the small words of the texts; None where there are too few of them or neither prevails."""
    indonesian = english = 0
    for text in texts:
        for word in words_of(text):
            indonesian += word in INDONESIAN
            english += word in ENGLISH
    if max(indonesian, english) < 2 or indonesian == english:
        return None
    return "id" if indonesian > english else "en"
