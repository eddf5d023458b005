"""What a closed question is good for in tables: a Net Promoter Score, an order of its own, a list of proper names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mcode_pipelines.detection.bands import order_of_bands
from mcode_pipelines.detection.columns import Column
from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.lists import entries_in, words_in
from mcode_pipelines.detection.scales import points_among
from mcode_pipelines.detection.vocabulary import NOT_A_PERSONS_NAME, RECOMMEND, fold_spelling, words_of
from mcode_pipelines.survey import Kind

_LOWEST, _HIGHEST = 0.0, 10.0
_FEWEST_STEPS = 3
_NAME_ASKED = re.compile(
    r"\b(nama|name of|names of|merek|merk|brand|brands|operator|maskapai|airline|kapal|ship|ferry|vessel)\b",
    re.IGNORECASE,
)
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
    """Open questions that ask for proper names (ships, brands, places) and are answered in a few words."""
    for draft in drafts:
        if draft.kind not in (Kind.OPEN_ENDED, Kind.OTHER_SPECIFY) or draft.personal or len(draft.columns) != 1:
            continue
        column = columns[draft.columns[0]]
        some = [words_of(v) for v in column.values[:200]]
        if not some or sum(1 <= len(w) <= _SHORT for w in some) < _MOST * len(some):
            continue
        asked = set(words_of(draft.label))
        if _NAME_ASKED.search(draft.label) or asked & NOT_A_PERSONS_NAME & words_in("named_things"):
            draft.names = True
            draft.because("asks for proper names: alike only when spelled alike")
