"""The subjects that surveys ask people about again and again, and the words people use for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.text.language_data import known_language, language_file, languages


@cache
def subjects() -> tuple[str, ...]:
    """The subjects, by their number."""
    return tuple(language_file("common", "subjects")["subjects"].split())


@cache
def subject_of_word(language: str) -> Mapping[str, int]:
    """Word to the number of its subject.

    The other languages' words count too, where the own one has none like it: labels and answers may differ in language.
    """
    own = known_language(language)
    tables = [language_file(other, "subjects") for other in (*(o for o in languages() if o != own), own)]
    places = {name: place for place, name in enumerate(subjects())}
    return {w: places[name] for table in tables for name, told in table.items() for w in told["words"].split()}


def heading(subject: int, language: str) -> str:
    """A subject as the heading of codes."""
    found: str = language_file(known_language(language), "subjects")[subjects()[subject]]["heading"]
    return found


def subjects_of(texts: Sequence[str], language: str) -> npt.NDArray[np.float32]:
    """(texts, subjects) how many of each text's words belong to each subject."""
    known = subject_of_word(language)
    found = np.zeros((len(texts), len(subjects())), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.split():
            subject = known.get(word)
            if subject is not None:
                found[row, subject] += 1
    return found
