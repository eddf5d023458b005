"""The language of a survey's questions."""

from __future__ import annotations

from collections.abc import Iterable

from mcode_pipelines.detection.vocabulary import ENGLISH, INDONESIAN, OTHER_LANGUAGES, words_of


def detect_language(texts: Iterable[str]) -> str | None:
    """`id` or `en`, whichever the most words of the texts are; None with none of either, or another language."""
    indonesian = english = other = 0
    for text in texts:
        for word in words_of(text):
            indonesian += word in INDONESIAN
            english += word in ENGLISH
            other += word in OTHER_LANGUAGES
    if indonesian == english or other > max(indonesian, english):
        return None
    return "id" if indonesian > english else "en"
