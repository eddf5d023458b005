"""Definitions of generated codes: what a theme holds, and which codes hold what it does not."""

from __future__ import annotations

from collections.abc import Sequence

from mcode_pipelines.coding.frames.labels import Label
from mcode_pipelines.coding.frames.vocabulary import Vocabulary
from mcode_pipelines.coding.text.polarity import polarity
from mcode_pipelines.coding.text.stemming import stem
from mcode_pipelines.coding.text.subjects import subjects_of
from mcode_pipelines.coding.text.wording import Wording, wording

_SIBLINGS = 2
"""Codes that a definition names as not meant, at most."""


def definition_of(label: Label, vocabulary: Vocabulary, language: str) -> str:
    """A sentence with what people said of the theme: "Keluhan seperti toilet kotor, toilet bau atau air WC mati."."""
    words = wording(language)
    said = [
        vocabulary.as_phrase(p) for p in (*(() if label.heading else (label.first, label.beside)), *label.further) if p
    ]
    examples = f"{words.such_as} {_listed(said, words)}" if said else ""
    if not label.heading:
        return f"{words.definition_begins[label.side]} {examples}."
    about = f"{words.definition_of_subject[label.side]} {vocabulary.as_phrase(label.first)}"
    return f"{about}, {examples}." if examples else f"{about}."


def exclusions(labels: Sequence[Label], spoken: Sequence[str], asked: Sequence[str], language: str) -> list[str]:
    """For each code a sentence that names the codes beside it which it could be taken for; empty where there is none.

    These speak of the same subject on the other side, or of the same thing. `spoken` are the labels as they are
    written, `asked` the words of the question, of which all codes speak.
    """
    words = wording(language)
    no_thing = words.function_words | words.trimmed | words.negations | words.intensifiers | words.answering
    no_thing = no_thing | words.praise | words.complaint | words.requests
    left_out = {stem(w, language) for w in asked}
    things = [
        set() if own.heading else {stem(w, language) for w in own.first if w not in no_thing} - left_out
        for own in labels
    ]
    subjects = subjects_of([" ".join(own.first) for own in labels], language) > 0
    sides = [own.side or polarity(" ".join(own.first), language) for own in labels]
    sentences = []
    for own in range(len(labels)):
        opposite = [sides[own] * side < 0 and bool((subjects[own] & subjects[n]).any()) for n, side in enumerate(sides)]
        same = [n != own and bool(things[own] & things[n]) for n in range(len(labels))]
        likest = sorted((n for n in range(len(labels)) if opposite[n] or same[n]), key=lambda n: (not opposite[n], n))
        beside = [f"“{spoken[n]}”" for n in likest[:_SIBLINGS]]
        sentences.append(f"{words.not_included} {_listed(beside, words)}." if beside else "")
    return sentences


def _listed(phrases: Sequence[str], words: Wording) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} {words.or_} {phrases[-1]}"
