"""What people wrote behind "other, specify" that is not printed: the same thing, however it is spelled, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.coding.embedders import Embedder
from mcode_pipelines.coding.labels import example_of, short_label
from mcode_pipelines.coding.printed_choices import spelled_alike
from mcode_pipelines.coding.words import wording

_MEANS_THE_SAME = 0.55
"""Cosine of two texts' meanings from which they are one answer."""
_ABBREVIATION = 4
"""Letters of the longest abbreviation."""
_SINGLE_WORD_DOUBT = 1.6
_EXAMPLES = 12
_MOST_GROUPED = 2_000
Key = tuple[str, ...]


@dataclass(frozen=True)
class NewAnswer:
    """One new answer."""

    label: str
    examples: tuple[str, ...]
    keys: dict[Key, float]
    """The keys of the texts that say it, with how sure that is."""
    texts: int
    """How often it was written."""


def groups_of(left: Mapping[Key, Sequence[str]], language: str, embedder: Embedder, fewest: float) -> list[NewAnswer]:
    """The new answers that at least so many texts give, commonest first.

    `left` holds the texts as they were written, by their key. Keys that are spellings, abbreviations or extensions of
    a commoner key join it, then keys that mean the same.
    """
    order = sorted(left, key=lambda k: (-len(left[k]), k))[:_MOST_GROUPED]
    groups: list[dict[Key, float]] = []
    for key in order:
        best, sure = None, 0.0
        for group in groups:
            alike = max(_alike(key, own) for own in group)
            if alike > sure:
                best, sure = group, alike
        if best is None:
            groups.append({key: 0.9})
        else:
            best[key] = round(min(0.9, sure), 4)
    groups = _joined_by_meaning(groups, left, embedder)
    made = []
    for group in groups:
        count = sum(len(left[k]) for k in group)
        if count >= fewest:
            written = Counter(" ".join(t.split()) for k in group for t in left[k])
            examples = tuple(example_of(text) for text, _ in written.most_common(_EXAMPLES))
            made.append(NewAnswer(_label(group, left, language), examples, group, count))
    made.sort(key=lambda n: (-n.texts, n.label))
    unique: dict[str, NewAnswer] = {}
    for new in made:
        unique.setdefault(new.label.casefold(), new)
    return list(unique.values())


def alike_known(
    left: Mapping[Key, Sequence[str]], known: Mapping[int, Sequence[Key]], embedder: Embedder
) -> dict[Key, tuple[int, float]]:
    """The keys that say one of the known codes, with how sure that is: spelled alike, else meaning the same."""
    if not known:
        return {}
    keys = [(code, key) for code, own in known.items() for key in dict.fromkeys(own) if key]
    found: dict[Key, tuple[int, float]] = {}
    for key in left:
        sure, code = max(((_alike(key, own), -code) for code, own in keys), default=(0.0, 0))
        if sure:
            found[key] = (-code, round(min(0.9, sure), 4))
    rest = [key for key in left if key not in found and len(key) > 1]
    meant = [(code, own) for code, own in keys if len(own) > 1]
    if rest and meant:
        # Of a single word the encoder knows little.
        vectors = embedder.embed([" ".join(key) for key in (*rest, *(own for _, own in meant))])
        likeness = vectors[: len(rest)] @ vectors[len(rest) :].T
        for key, row in zip(rest, likeness, strict=True):
            best = int(row.argmax())
            if row[best] >= _MEANS_THE_SAME:
                found[key] = (meant[best][0], 0.6)
    return found


def _alike(key: Key, other: Key) -> float:
    spelled = spelled_alike(key, other)
    if spelled:
        return spelled
    shorter, longer = sorted((set(key), set(other)), key=len)
    return 0.8 if shorter < longer and all(len(w) > 3 for w in shorter) else 0.0


def _joined_by_meaning(
    groups: Sequence[dict[Key, float]], left: Mapping[Key, Sequence[str]], embedder: Embedder
) -> list[dict[Key, float]]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(groups) < 2:
        return list(groups)
    commonest: list[Key] = [max(group.keys(), key=lambda k: (len(left[k]), k)) for group in groups]
    texts = [" ".join(key) for key in commonest]
    vectors = embedder.embed(texts)
    distances = np.clip(1 - vectors @ vectors.T, 0, 2).astype(np.float64)
    # Of a single word the encoder knows little: names, slang and abbreviations lie anywhere.
    single = np.array([" " not in t for t in texts])
    distances[single[:, None] | single[None, :]] *= _SINGLE_WORD_DOUBT
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), method="average")
    cluster = fcluster(tree, 1 - _MEANS_THE_SAME, criterion="distance")
    joined: dict[int, dict[Key, float]] = {}
    for number, group in zip(cluster.tolist(), groups, strict=True):
        if number not in joined:
            joined[number] = dict(group)
        else:
            joined[number].update({key: round(min(sure, 0.6), 4) for key, sure in group.items()})
    return list(joined.values())


def _label(group: Mapping[Key, float], left: Mapping[Key, Sequence[str]], language: str) -> str:
    """The commonest of the group, in its plainest spelling, texting spellings ("blm", "yg") written out.

    An abbreviation only where nothing else was written.
    """
    full = [k for k in group if len("".join(k)) > _ABBREVIATION] or list(group)
    key = max(full, key=lambda k: (len(left[k]), sum(map(len, k)), k))
    written = Counter(" ".join(t.split()) for t in left[key])
    plain = {t: n for t, n in written.items() if t.casefold() == " ".join(key)} or dict(written)
    best = max(plain, key=lambda t: (not t.isupper() or len(t) <= _ABBREVIATION, plain[t], t[:1].isupper(), t))
    if best.isupper() and len(best) > _ABBREVIATION:
        best = best.lower()
    words = wording(language)
    written_out = " ".join(
        w.upper() if w.casefold() in words.capitals else words.abbreviations.get(w.casefold(), w) for w in best.split()
    )
    return short_label(written_out[:1].upper() + written_out[1:])
