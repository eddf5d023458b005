"""Whether what was said praises or complains."""

from __future__ import annotations

import functools
import re

from mcode_pipelines.coding.text.language_data import any_of
from mcode_pipelines.coding.text.wording import wording

_REACH = 5
"""Words after a negation that it can turn."""


@functools.cache
def _suggestions_asked() -> re.Pattern[str]:
    return re.compile(any_of("questions", "suggestion"), re.IGNORECASE)


def polarity(segment: str, language: str) -> int:
    """1 for praise, -1 for a complaint, 0 where the words do not tell.

    A negation turns the next word that praises or complains within a few words ("tidak terlalu mahal"); "terlalu"
    makes a complaint of whatever follows; "kurang" complains where there is nothing to turn ("kurang informasi").
    """
    words = wording(language)
    score, turned, too, short = 0, 0, False, False
    for word in segment.split():
        turned = max(0, turned - 1)
        if word in words.negations:
            if turned and word in words.lacking:
                score, turned = score + 1, 0
            else:
                turned, short = _REACH, word in words.lacking
            continue
        if word in words.excessive:
            too = True
            continue
        if word in words.intensifiers:
            continue
        sign = -1 if too or word in words.complaint else 1 if word in words.praise else 0
        too = False
        if sign:
            score += -sign if turned else sign
            turned, short = 0, False
        elif short and not turned:
            score, short = score - 1, False
    if short:
        score -= 1
    return (score > 0) - (score < 0)


def distinguishes_polarity(question: str) -> bool:
    """Whether praise and complaint are different themes: not where a question asks what should be improved."""
    return not _suggestions_asked().search(question)
