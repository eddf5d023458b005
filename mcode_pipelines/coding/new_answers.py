"""What people wrote behind "other, specify" that is not printed: the same thing, however it is spelled, once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.alike import SHORT_FORM, spelled_alike
from mcode_pipelines.coding.embedders import Embedder
from mcode_pipelines.coding.labels import example_of
from mcode_pipelines.coding.plain_spelling import Capitals, plainest
from mcode_pipelines.coding.words import word_set, wording

_MEANS_THE_SAME = 0.65
"""Cosine of two texts' meanings from which they are one answer."""
_SINGLE_WORD_TRUST = 0.5
"""What a cosine counts where one side is a single word: never enough to join two."""
_EXTENDED = 0.8
"""How sure an answer is that is another one and more ("guru honorer", "guru")."""
_REASONS = 2
_FEWEST_SAID = 4
"""Letters of a word that tells something by itself."""
_DENIALS = wording("id").negations | wording("en").negations
_USING = word_set("beli membeli naik pakai memakai menggunakan belanja pergi")
"""Verbs before a thing that leave it what it is ("naik angkot")."""
_EXAMPLES = 12
_MOST_GROUPED = 2_000
Key = tuple[str, ...]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class NewAnswer:
    """One new answer."""

    label: str
    examples: tuple[str, ...]
    keys: dict[Key, float]
    """The keys of the texts that say it, with how sure that is."""
    texts: int
    """How often it was written."""


def groups_of(
    left: Mapping[Key, Sequence[str]],
    language: str,
    embedder: Embedder,
    fewest: float,
    class_words: Collection[str] = (),
) -> list[NewAnswer]:
    """The new answers that at least so many texts give, commonest first.

    `left` holds the texts as they were written, by their key. Keys that are spellings, abbreviations or extensions of
    a commoner key join it, then keys that mean the same. `class_words` tell none from another ("Bank").
    """
    told = _without_class_words(left, class_words)
    counts: Counter[Key] = Counter()
    for key, texts in left.items():
        counts[told[key]] += len(texts)
    groups: list[dict[Key, float]] = []
    for key in sorted(counts, key=lambda k: (-counts[k], k))[:_MOST_GROUPED]:
        said = _said_by(key, groups, counts)
        if said is None:
            groups.append({key: 0.9})
        else:
            groups[said[0]][key] = round(min(0.9, said[1]), 4)
    groups = _joined_by_meaning(groups, counts, embedder)
    capitals = Capitals([t for texts in left.values() for t in texts], language)
    made: dict[str, NewAnswer] = {}
    for group in sorted(groups, key=lambda g: (-sum(counts[k] for k in g), min(g))):
        keys = {key: group[told[key]] for key in left if told[key] in group}
        texts = [" ".join(t.split()) for k in keys for t in left[k]]
        if len(texts) < fewest:
            continue
        label = plainest({key: left[key] for key in keys}, capitals, language)
        examples = tuple(example_of(text) for text, _ in Counter(texts).most_common(_EXAMPLES))
        made.setdefault(label.casefold(), NewAnswer(label, examples, keys, len(texts)))
    return sorted(made.values(), key=lambda n: (-n.texts, n.label))


def _said_by(
    key: Key, answers: Sequence[Collection[Key]], counts: Mapping[Key, int] | None = None
) -> tuple[int, float] | None:
    """Which of several answers a key is, by the keys of each, and how surely.

    None where it is none, and where it may stand for two: as an abbreviation, or as a word that several begin with.
    With `counts` the first key of each answer is what it is, and a key that says less than another one must say it:
    "penjaga" is no shop since "penjaga toko" was told as one.
    """
    alike = [
        max(
            (
                _alike(key, own, counts)
                for place, own in enumerate(keys)
                if counts is None or not place or len(own) <= len(key)
            ),
            default=0.0,
        )
        for keys in answers
    ]
    sure = max(alike, default=0.0)
    best = [place for place, a in enumerate(alike) if a == sure]
    if not sure:
        return None
    if len(best) > 1 and (
        sure == SHORT_FORM
        or (sure == _EXTENDED and all(len(own) > len(key) for own in answers[best[0]] if _alike(key, own, counts)))
    ):
        return None
    return best[0], sure


def _without_class_words(left: Mapping[Key, Sequence[str]], class_words: Collection[str]) -> dict[Key, Key]:
    """Every key without words that only say what kind of thing it is: "bank" of "bank danamon".

    Such a word stands before several things that others name alone ("toyota agya", "toyota rush"), and is seldom all
    that is said. Nobody says "harian lepas" alone: "buruh" stays. Words run together are one key ("sea bank").
    """
    rests: defaultdict[str, set[Key]] = defaultdict(set)
    beside: Counter[str] = Counter()
    for key, texts in left.items():
        for word in set(key) if len(key) > 1 else ():
            rests[word].add(tuple(w for w in key if w != word))
            beside[word] += len(texts)
    kinds = {
        word
        for word, own in rests.items()
        if sum(r in left for r in own) >= max(2, len(own) / 2) and len(left.get((word,), ())) < beside[word]
    } | {*class_words}
    divided = {"".join(key): key for key in left if len(key) > 1}
    whole = {key: divided.get(key[0], key) if len(key) == 1 else key for key in left}
    told = {key: tuple(w for w in words if w not in kinds) or words for key, words in whole.items()}
    return {key: words[1:] if len(words) > 1 and words[0] in _USING else words for key, words in told.items()}


def alike_known(
    left: Mapping[Key, Sequence[str]], known: Mapping[int, Sequence[Key]], embedder: Embedder
) -> dict[Key, tuple[int, float]]:
    """The keys that say one of the known codes, with how sure that is: spelled alike, else meaning the same."""
    if not known:
        return {}
    codes = sorted(known)
    answers = [[key for key in dict.fromkeys(known[code]) if key] for code in codes]
    keys = [(code, key) for code, own in zip(codes, answers, strict=True) for key in own]
    found: dict[Key, tuple[int, float]] = {}
    for key in left:
        said = _said_by(key, answers)
        if said is not None:
            found[key] = (codes[said[0]], round(min(0.9, said[1]), 4))
    rest = [key for key in left if key not in found and len(key) > 1]
    meant = [(code, own) for code, own in keys if len(own) > 1]
    if rest and meant:
        # Of a single word the encoder knows little.
        likeness = _likeness(rest, [own for _, own in meant], embedder)
        for key, row in zip(rest, likeness, strict=True):
            best = int(row.argmax())
            if row[best] >= _MEANS_THE_SAME:
                found[key] = (meant[best][0], 0.6)
    return found


def _alike(key: Key, other: Key, counts: Mapping[Key, int] | None = None) -> float:
    """How sure it is that two keys are one answer: spelled alike, or one of them the other one and more.

    Two things must speak for the latter: that it is no short word, that it stands first, that more respondents say it.
    """
    spelled = spelled_alike(key, other)
    if spelled:
        return spelled
    shorter, longer = sorted((key, other), key=len)
    if not set(shorter) < set(longer):
        return 0.0
    reasons = [
        all(len(w) >= _FEWEST_SAID for w in shorter),
        longer[: len(shorter)] == shorter,
        len(other) < len(key) if counts is None else counts[shorter] > counts[longer],
    ]
    return _EXTENDED if sum(reasons) >= _REASONS and any(reasons[1:]) else 0.0


def _likeness(keys: Sequence[Key], others: Sequence[Key], embedder: Embedder) -> FloatArray:
    """(keys, others) cosines of what they mean; of two that share words ("grab mart", "lotte mart") of all others."""
    likeness = _cosines(keys, others, embedder)
    shared: dict[tuple[int, int], tuple[Key, Key]] = {}
    for i, j in np.argwhere(likeness >= _MEANS_THE_SAME).tolist():
        one, other = keys[i], others[j]
        # Of two that deny something ("tidak sempat", "belum butuh") only what they deny counts.
        alike = _DENIALS if not (_DENIALS.isdisjoint(one) or _DENIALS.isdisjoint(other)) else frozenset[str]()
        own = (
            tuple(w for w in one if w not in other and w not in alike),
            tuple(w for w in other if w not in one and w not in alike),
        )
        if all(own) and len(own[0]) < len(one):
            shared[i, j] = own
    if shared:
        ones, theirs = (list(dict.fromkeys(pair[side] for pair in shared.values())) for side in (0, 1))
        apart = _cosines(ones, theirs, embedder)
        place = {key: i for i, key in enumerate(ones)}, {key: i for i, key in enumerate(theirs)}
        for where, (one, other) in shared.items():
            likeness[where] = min(likeness[where], apart[place[0][one], place[1][other]])
    return likeness


def _cosines(keys: Sequence[Key], others: Sequence[Key], embedder: Embedder) -> FloatArray:
    vectors = embedder.embed([" ".join(key).replace("_", " ") for key in (*keys, *others)])
    cosines: FloatArray = np.clip(vectors[: len(keys)] @ vectors[len(keys) :].T, -1, 1).astype(np.float64)
    # Of a single word the encoder knows little: names, slang and abbreviations lie anywhere.
    single = [np.array([len(key) == 1 for key in side]) for side in (keys, others)]
    cosines[single[0][:, None] | single[1][None, :]] *= _SINGLE_WORD_TRUST
    return cosines


def _joined_by_meaning(
    groups: Sequence[dict[Key, float]], counts: Mapping[Key, int], embedder: Embedder
) -> list[dict[Key, float]]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(groups) < 2:
        return list(groups)
    commonest: list[Key] = [max(group.keys(), key=lambda k: (counts[k], k)) for group in groups]
    distances = 1 - _likeness(commonest, commonest, embedder)
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
