"""The language that answers are written in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mcode_pipelines.coding.text.language_data import languages, words_in

_CHARACTERS_READ = 200_000
_MOSTLY = "id"
"""The language where nothing tells."""
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")


def detect_language(answers: Iterable[str | None], question: str = "", otherwise: str | None = None) -> str:
    """A language of `languages()`: by the everyday words of the answers, then of the question.

    Where these do not tell, `otherwise`, if it is one, else Indonesian.
    """
    everyday = {language: words_in(language, "language", "everyday_words") for language in languages()}
    for text in (" ".join(a for a in answers if a)[:_CHARACTERS_READ], question):
        counts = dict.fromkeys(everyday, 0)
        for word in _WORD.findall(text.lower()):
            for language, words in everyday.items():
                counts[language] += word in words
        most = max(counts.values())
        commonest = [language for language, count in counts.items() if count == most]
        if len(commonest) == 1:
            return commonest[0]
    return otherwise if otherwise in everyday else _MOSTLY
