"""Nets: the headings that more than a dozen codes stand under."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.text.asked import tells_sides_apart
from mcode_pipelines.coding.text.polarity import polarity
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.segments import segments_of
from mcode_pipelines.coding.text.subjects import heading, subjects_of
from mcode_pipelines.coding.text.verbatims import normal_form, theme_form
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import Code

_NETS_FROM = 13
"""Codes from which a frame needs headings."""
_BOTH_SIDES = 0.25
"""Share of the codes that must be praise, and complaint, for the two to be the headings."""
_WIDEST_NET = 0.5
"""Share of the codes under one heading at most."""


def with_nets(codes: Sequence[Code], question: OpenQuestion) -> tuple[Code, ...]:
    """The codes, under nets where there are more than a dozen.

    A question that drew praise and complaints gets these as headings, as analysts do; any other gets headings by
    subject. A code that shares nothing with others stands on its own.
    """
    if len(codes) < _NETS_FROM:
        return tuple(codes)
    by_side = _by_side(codes, question) if tells_sides_apart(question.text) else None
    nets = by_side or _by_subject(codes, question)
    return tuple(c.model_copy(update={"net": net}) if net else c for c, net in zip(codes, nets, strict=True))


def _by_side(codes: Sequence[Code], question: OpenQuestion) -> list[str | None] | None:
    sides = [_side(code, question.language) for code in codes]
    if min(sides.count(1), sides.count(-1)) < _BOTH_SIDES * len(codes):
        return None
    return [wording(question.language).nets[side] for side in sides]


def _side(code: Code, language: str) -> int:
    """1 where label and examples mostly praise, -1 where they mostly complain."""
    said = [code.label, code.label, *(part for e in code.examples for part in segments_of(e, language))]
    score = sum(polarity(normal_form(text, language), language) for text in said)
    return (score > 0) - (score < 0)


def _by_subject(codes: Sequence[Code], question: OpenQuestion) -> list[str | None]:
    """Headings named after a word that several labels share, else after the known subject that several codes have."""
    language = question.language
    taken = {code.label.casefold() for code in codes} | set(_words(question.text, language))
    # A second phrase of a label is there for the rest of a code.
    in_label = [set(_words(code.label.partition(",")[0], language)) - taken for code in codes]
    nets: list[str | None] = [None] * len(codes)
    while True:
        free = [i for i in range(len(codes)) if nets[i] is None]
        holders = {w: [i for i in free if w in in_label[i]] for w in sorted(set().union(*in_label) - taken)}
        fitting = {w: own for w, own in holders.items() if 2 <= len(own) <= len(codes) * _WIDEST_NET}
        if not fitting:
            break
        word = max(fitting, key=lambda w: (len(fitting[w]), w))
        taken.add(word)
        for i in fitting[word]:
            nets[i] = word[:1].upper() + word[1:]
    of_subject: dict[int, list[int]] = {}
    for i in free:
        subject = _subject(codes[i], language)
        if subject is not None and heading(subject, language).casefold() not in taken:
            of_subject.setdefault(subject, []).append(i)
    for subject, own in of_subject.items():
        if 2 <= len(own) <= len(codes) * _WIDEST_NET:
            for i in own:
                nets[i] = heading(subject, language)
    return nets


def _subject(code: Code, language: str) -> int | None:
    """The known subject that a code's label names, of several the one most of its examples speak of; None: no one."""
    named = _subjects_in(code.label, language)
    if not named.any():
        return None
    told = named * (1 + sum(_subjects_in(example, language) for example in code.examples))
    return int(told.argmax())


def _subjects_in(text: str, language: str) -> npt.NDArray[np.float32]:
    """(subjects,) 1 for each subject that a text speaks of."""
    found = subjects_of([theme_form(normal_form(text, language), language)], language)[0]
    return np.asarray(found > 0, dtype=np.float32)


def _words(text: str, language: str) -> list[str]:
    words = wording(language)
    no_heading = (
        words.function_words | words.trimmed | words.praise | words.complaint | words.negations | words.personal
    )
    normal = theme_form(normal_form(text, language), language)
    return [w for w in dict.fromkeys(normal.split()) if len(w) > 2 and w.isalpha() and w not in no_heading]
