"""Single choices whose answers are points of one scale become scales with factors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mcode_pipelines.detection.draft import Draft
from mcode_pipelines.detection.scales import degrees, factors, points_among, with_factors
from mcode_pipelines.detection.value_inference import ordered
from mcode_pipelines.detection.vocabulary import CATEGORIES, COUNT, DEMOGRAPHIC, fold_spelling, words_of
from mcode_pipelines.survey import Choice, Kind

_RATINGS = ((1, 5), (1, 7), (1, 10), (0, 10))
_FEWEST_WORDS = 3
_WRITES_LABELS = frozenset({"google_forms", "surveymonkey"})
"""Tools whose files hold the words of a choice: bare numbers there are points of a linear scale."""


def mark_scales(drafts: Sequence[Draft], tool: str | None) -> None:
    """Turns single choices into scales where wording or numbers say so.

    Collected answers are looked at beside their siblings, so that a point nobody ticked in one question still has
    its place: the question's battery, else another question of the survey whose answers run from end to end.
    """
    alike = Counter(d.battery for d in drafts if d.battery and d.kind is Kind.SINGLE_CHOICE)
    pooled = _pooled(drafts)
    whole = _whole_scales(drafts)
    worded = tool in _WRITES_LABELS or _writes_words(drafts)
    for draft in drafts:
        if draft.kind is not Kind.SINGLE_CHOICE or not draft.choices:
            continue
        choices = draft.choices
        if not draft.listed:
            if _bare_numbers(choices) and not (
                tool in _WRITES_LABELS or (worded and not draft.declared and _is_rating(draft))
            ):
                continue
            choices = pooled.get(draft.battery or "", choices)
            if factors(choices) is not None:
                choices = _completed(choices, whole)
        worth = factors(choices)
        if worth is None:
            continue
        draft.choices = with_factors(choices, worth)
        if not draft.listed:
            draft.choices = ordered(draft.choices)
        draft.kind = Kind.SCALE
        points = ordered([c for c in draft.choices if c.factor is not None])
        siblings = alike[draft.battery] if draft.battery else 0
        more = f" in {siblings} sibling questions" if siblings >= 3 else ""
        draft.because(f"the answers are points of one scale, from '{points[0].label}' to '{points[-1].label}'{more}")
        draft.confidence = max(draft.confidence, 0.85 if siblings < 3 else 0.9)


def _writes_words(drafts: Sequence[Draft]) -> bool:
    """Whether the file holds the words of closed answers: then whole numbers beside them are no codes."""
    closed = [d for d in drafts if d.kind is Kind.SINGLE_CHOICE and not d.listed and len(d.choices) >= _FEWEST_WORDS]
    return any(not any(c.label[:1].isdigit() for c in d.choices) for d in closed)


def _is_rating(draft: Draft) -> bool:
    """Whether bare numbers run from 1 (or 0) to the top of a usual rating, each of them given, and name no category."""
    points = {c.code for c in points_among(draft.choices)}
    words = set(words_of(f"{draft.name} {draft.label}"))
    if words & (CATEGORIES | COUNT) or any(words & some for some in DEMOGRAPHIC.values()):
        return False
    return any(points == {str(i) for i in range(low, top + 1)} for low, top in _RATINGS)


def _bare_numbers(choices: Sequence[Choice]) -> bool:
    points = points_among(choices)
    return all(c.label == c.code and c.code.replace(".", "", 1).isdigit() for c in points)


def _pooled(drafts: Sequence[Draft]) -> dict[str, list[Choice]]:
    """The union of the answers of each undeclared battery whose lists are alike."""
    members: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.battery and not draft.listed and draft.kind is Kind.SINGLE_CHOICE and draft.choices:
            members.setdefault(draft.battery, []).append(draft)
    pooled = {}
    for stem, some in members.items():
        union = {fold_spelling(c.code): c for d in some for c in d.choices}
        if len(some) >= 2 and len(union) <= max(len(d.choices) for d in some) + 2:
            pooled[stem] = list(union.values())
    return pooled


def _whole_scales(drafts: Sequence[Draft]) -> list[list[Choice]]:
    """The collected answer lists that run from one strong end to the other, the shortest first."""
    found: dict[frozenset[str], list[Choice]] = {}
    for draft in drafts:
        if draft.listed or draft.kind is not Kind.SINGLE_CHOICE:
            continue
        points = points_among(draft.choices)
        if _runs_through(points):
            found.setdefault(frozenset(fold_spelling(c.label) for c in points), points)
    return sorted(found.values(), key=len)


def _runs_through(points: Sequence[Choice]) -> bool:
    order = degrees([c.label for c in points])
    return order is not None and len(points) >= 4 and min(order) <= -3 and max(order) >= 3


def _completed(choices: list[Choice], whole: Sequence[list[Choice]]) -> list[Choice]:
    """The choices with the points that only sibling lists show; as they are where they run through already."""
    points = points_among(choices)
    if _runs_through(points):
        return choices
    spelled = {fold_spelling(c.label) for c in points}
    for candidate in whole:
        if spelled < {fold_spelling(c.label) for c in candidate}:
            return choices + [c for c in candidate if fold_spelling(c.label) not in spelled]
    return choices
