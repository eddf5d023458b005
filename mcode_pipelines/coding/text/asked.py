"""What a question asks for: likes, dislikes, suggestions, or an opinion of either sort."""

from __future__ import annotations

import enum
import functools
import re

from mcode_pipelines.coding.text.language_data import any_of


class Asked(enum.Enum):
    """What an answer to a question says where its words take no side: what the question asks for."""

    LIKES = "likes"
    """"Nurses" is praise."""
    DISLIKES = "dislikes"
    """"Nurses" is a complaint; praise, where it comes, is told apart."""
    SUGGESTIONS = "suggestions"
    """A thing is a wish, however it is put: praise and complaint are no different themes."""
    EITHER = "either"
    """An answer takes the side that it shows."""
    UNTOLD = "untold"
    """The question does not tell ("Why is that?"): the answers show whether sides are taken at all."""


_WISHES = "suggestion"


@functools.cache
def _pattern(entry: str) -> re.Pattern[str]:
    return re.compile(any_of("questions", entry), re.IGNORECASE)


@functools.cache
def what_is_asked(question: str) -> Asked:
    """What a question asks for, by its words in any language.

    Suggestions alone make no sides; beside an opinion ("kesan dan saran") or likes they ask for either, beside
    complaints ("kritik dan saran") for what is bad.
    """
    text = _pattern("aside").sub(" ", question)
    dislikes = _pattern("complaint").search(text) is not None
    likes = _pattern("praise").search(_pattern("complaint").sub(" ", text)) is not None
    wishes = _pattern(_WISHES).search(text) is not None
    opinion = _pattern("opinion").search(text) is not None
    if likes and (dislikes or wishes):
        return Asked.EITHER
    if dislikes:
        return Asked.EITHER if opinion and wishes else Asked.DISLIKES
    if likes:
        return Asked.LIKES
    if wishes and not opinion:
        return Asked.SUGGESTIONS
    return Asked.EITHER if opinion else Asked.UNTOLD


def tells_sides_apart(question: str) -> bool:
    """Whether praise and complaint are different themes: not where a question only asks what should be improved."""
    return what_is_asked(question) is not Asked.SUGGESTIONS
