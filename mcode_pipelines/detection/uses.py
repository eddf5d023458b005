"""What a closed question is good for in tables: a Net Promoter Score, an order of its own, a list of proper names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mcode_pipelines.detection.bands import order_of_bands
from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.lists import entries_in, words_in
from mcode_pipelines.detection.scales import points_among
from mcode_pipelines.detection.vocabulary import RECOMMEND, fold_spelling, words_of
from mcode_pipelines.survey import Kind

_LOWEST, _HIGHEST = 0.0, 10.0
_FEWEST_STEPS = 3
_WHY = re.compile(r"\bpor qu[eé]\b", re.IGNORECASE)
_NEAR = 3
"""Words between "which" and what it asks for, at most."""
_FEW = 5
"""Words of a question that has "name" in it and nothing but a name to ask for."""
_SHORT = 4
"""Words of a proper name, at most."""
_MOST = 0.8


def mark_nps(drafts: Sequence[Draft], columns: Mapping[str, Column]) -> None:
    """Questions from 0 to 10 that ask for a recommendation, by their words and their range."""
    for draft in drafts:
        words = set(words_of(f"{draft.name} {draft.label}"))
        if not words & (RECOMMEND | words_in("nps")):
            continue
        if draft.kind is Kind.SCALE:
            worth = [c.factor for c in draft.choices if c.factor is not None]
            fits = bool(worth) and min(worth) == _LOWEST and max(worth) == _HIGHEST
        elif draft.kind is Kind.NUMERIC:
            column = columns[draft.columns[0]]
            fits = column.whole_share > 0.99 and column.minimum >= _LOWEST and 6 <= column.maximum <= _HIGHEST
        else:
            continue
        if fits:
            draft.nps = True
            draft.because("asks from 0 to 10 whether somebody would recommend: a Net Promoter Score")


def mark_ordered(drafts: Sequence[Draft]) -> None:
    """Categories with an order of their own: bands of numbers, education, class. Collected ones are put in it."""
    for draft in drafts:
        if draft.kind is Kind.SCALE:
            draft.ordered = True
        if draft.kind is not Kind.SINGLE_CHOICE or len(draft.choices) < _FEWEST_STEPS:
            continue
        points = points_among(draft.choices)
        labels = [c.label for c in points]
        order = order_of_bands(labels)
        if order is None:
            order = _order_of_steps(labels)
        if order is None:
            continue
        draft.ordered = True
        draft.because("its categories have an order of their own")
        if not draft.listed:
            others = [c for c in draft.choices if c not in points]
            draft.choices = [*(points[i] for i in order), *others]


def _order_of_steps(labels: Sequence[str]) -> list[int] | None:
    """The places of labels that are all steps of one known list (education, class), no two of them the same step."""
    texts = [fold_spelling(re.sub(r"\([^)]*\)", " ", label)) for label in labels]
    for steps in entries_in("orders"):
        spelled = [[w.strip() for w in str(step).split("|")] for step in steps]
        found = [_step(text, spelled) for text in texts]
        known = [f for f in found if f is not None]
        if len(known) == len(texts) == len(set(known)) and len(known) >= _FEWEST_STEPS:
            return sorted(range(len(texts)), key=lambda i: known[i])
    return None


def _step(text: str, steps: Sequence[Sequence[str]]) -> int | None:
    """The step whose longest spelling the text is, or begins with."""
    best: tuple[int, int] | None = None
    for number, spellings in enumerate(steps):
        for spelling in spellings:
            if text == spelling or (len(spelling) > 1 and text.startswith(f"{spelling} ")):
                best = max(best or (0, 0), (len(spelling), number))
    return best[1] if best else None


def mark_names(drafts: Sequence[Draft], columns: Mapping[str, Column]) -> None:
    """Open questions that ask for proper names (ships, brands, places) and are answered in a few words.

    A text behind "other" asks for what its question asks for.
    """
    label_of = {draft.name: draft.label for draft in drafts}
    for draft in drafts:
        if draft.kind not in (Kind.OPEN_ENDED, Kind.OTHER_SPECIFY) or draft.personal:
            continue
        said = [part for c in draft.columns for v in columns[c].values[:200] for part in re.split(r"[,;/\n]", v)]
        some = [words for words in map(words_of, said) if words]
        if not some or sum(len(w) <= _SHORT for w in some) < _MOST * len(some):
            continue
        if any(asks_for_names(label) for label in (draft.label, label_of.get(draft.other_of or "", ""))):
            draft.names = True
            draft.because("asks for proper names: alike only when spelled alike")


def asks_for_names(label: str) -> bool:
    """Whether a question asks which ship, brand or place, rather than what is thought of it.

    >>> asks_for_names("Nama kapal"), asks_for_names("Which bank do you use?"), asks_for_names("What is good there?")
    (True, True, False)
    """
    words = list(words_of(label))
    things = words_in("names", "things")
    if not words or not words_in("names", "opinion").isdisjoint(words) or _WHY.search(label):
        return False
    between = words_in("names", "between")
    of_thing = [place for place, word in enumerate(words) if word in things]
    if all(word in things or word in between for word in words):
        return bool(of_thing)
    if words[0] in words_in("names", "name") or (
        len(words) <= _FEW and not words_in("names", "name").isdisjoint(words)
    ):
        return True
    return any(_asked(words, place, between) for place in of_thing)


def _asked(words: Sequence[str], place: int, between: frozenset[str]) -> bool:
    """Whether the thing at a place of a question is what it asks for: "merek apa", "which brand"."""
    which, what = words_in("names", "which"), words_in("names", "what") | words_in("names", "name")
    after = words[place + 1 : place + 2]
    if after and (after[0] in which or after[0] == "apa"):
        return True
    if not which.isdisjoint(words[max(0, place - _NEAR) : place]):
        return True
    for earlier in reversed(words[:place]):
        if earlier in what:
            return True
        if earlier not in between and earlier not in words_in("names", "things"):
            return False
    return False
