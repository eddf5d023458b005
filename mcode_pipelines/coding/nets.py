"""Nets: the headings that more than a dozen codes stand under."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mcode_pipelines.coding.meaning import polarity, tells_polarity
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.segments import segments_of
from mcode_pipelines.coding.verbatims import normal_form, theme_form
from mcode_pipelines.coding.words import wording
from mcode_pipelines.survey import Code

_NETS_FROM = 13
"""Codes from which a frame needs headings."""
_BOTH_SIDES = 0.25
"""Share of the codes that must be praise, and complaint, for the two to be the headings."""
_WIDEST_NET = 0.5
"""Share of the codes under one heading at most."""
_SAID_AGAIN = 3
"""Examples of a code in which a word must stand for the code to be about it."""


def with_nets(codes: Sequence[Code], question: OpenQuestion) -> tuple[Code, ...]:
    """The codes, under nets where there are more than a dozen.

    A question that drew praise and complaints gets these as headings, as analysts do; any other gets headings by
    subject, named after the word that their codes share. A code that shares nothing with others stands on its own.
    """
    if len(codes) < _NETS_FROM:
        return tuple(codes)
    by_side = _by_side(codes, question) if tells_polarity(question.text) else None
    nets = by_side or _by_subject(codes, question.language)
    return tuple(c.model_copy(update={"net": net}) if net else c for c, net in zip(codes, nets, strict=True))


def _by_side(codes: Sequence[Code], question: OpenQuestion) -> list[str | None] | None:
    sides = [_side(code, question.language) for code in codes]
    if min(sides.count(1), sides.count(-1)) < _BOTH_SIDES * len(codes):
        return None
    return [wording(question.language).sides[side] for side in sides]


def _side(code: Code, language: str) -> int:
    """1 where label and examples mostly praise, -1 where they mostly complain."""
    said = [code.label, code.label, *(part for e in code.examples for part in segments_of(e, language))]
    score = sum(polarity(normal_form(text, language), language) for text in said)
    return (score > 0) - (score < 0)


def _by_subject(codes: Sequence[Code], language: str) -> list[str | None]:
    """Headings named after a word that stands in the label of one code and is said again and again of another."""
    said_of = [_words_said_of(code, language) for code in codes]
    labelled = {word for code in codes for word in _words(code.label, language)}
    free = set(range(len(codes)))
    taken = {code.label.casefold() for code in codes}
    nets: list[str | None] = [None] * len(codes)
    while True:
        holders = {w: [i for i in sorted(free) if w in said_of[i]] for w in sorted(labelled - taken)}
        fitting = {w: own for w, own in holders.items() if 2 <= len(own) <= len(codes) * _WIDEST_NET}
        if not fitting:
            return nets
        word = max(fitting, key=lambda w: (len(fitting[w]), sum(said_of[i][w] for i in fitting[w]), w))
        taken.add(word)
        for i in fitting[word]:
            nets[i] = word[:1].upper() + word[1:]
            free.discard(i)


def _words(text: str, language: str) -> list[str]:
    words = wording(language)
    no_heading = (
        words.function_words | words.trimmed | words.praise | words.complaint | words.negations | words.personal
    )
    normal = theme_form(normal_form(text, language), language)
    return [w for w in dict.fromkeys(normal.split()) if len(w) > 2 and w.isalpha() and w not in no_heading]


def _words_said_of(code: Code, language: str) -> Counter[str]:
    """The words of a label, and those said in at least so many of its examples, with how often."""
    in_examples = Counter(word for example in code.examples for word in _words(example, language))
    own = Counter({w: n for w, n in in_examples.items() if n >= _SAID_AGAIN})
    own.update(_words(code.label, language))
    return own
