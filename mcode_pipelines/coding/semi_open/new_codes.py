"""What people wrote behind "other, specify" that is not printed: the same thing, however it is spelled, once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.coding.frames.labels import example_of
from mcode_pipelines.coding.meaning.embedders import Embedder
from mcode_pipelines.coding.meaning.vectors import DoubleArray
from mcode_pipelines.coding.semi_open.label_spelling import Capitalisation, label_of_group
from mcode_pipelines.coding.text.fuzzy_matching import ABBREVIATION, blocking_keys, spelling_similarity
from mcode_pipelines.coding.text.language_data import words_of_all
from mcode_pipelines.coding.text.proper_names import is_mistyped, without_blanks
from mcode_pipelines.coding.text.synonyms import Words

_MEANS_THE_SAME = 0.65
"""Cosine of two texts' meanings from which they are one answer."""
_SINGLE_WORD_TRUST = 0.5
"""What a cosine counts where one side is a single word: never enough to join two."""
_AS_WRITTEN, _BY_MEANING = 0.9, 0.6
"""How sure an answer is at most that others are taken for by what was written, and by what it means."""
_MISTYPED = 0.8
"""How sure a name is that is another one with a slip of the finger."""
_EXTENDED = 0.8
"""How sure an answer is that is another one and more ("guru honorer", "guru")."""
_REASONS = 2
"""Signs of three that must speak for that."""
_FEWEST_SAID = 4
"""Letters of a word that tells something by itself."""
_EXAMPLES = 12
_MOST_GROUPED = 2_000
"""Different texts that are grouped, the commonest: their meanings are compared each with each."""


@dataclass(frozen=True)
class NewAnswer:
    """One new answer."""

    label: str
    examples: tuple[str, ...]
    keys: dict[Words, float]
    """The keys of the texts that say it, with how sure that is."""
    texts: int
    """How often it was written."""


def group_new_answers(
    left: Mapping[Words, Sequence[str]],
    language: str,
    embedder: Embedder | None,
    fewest: float,
    class_words: Collection[str] = (),
) -> list[NewAnswer]:
    """The new answers that at least so many texts give, commonest first.

    `left` holds the texts as they were written, by their key. Keys that are spellings, abbreviations or extensions of
    a commoner key join it, then keys that mean the same. `class_words` tell none from another ("Bank"). Without
    `embedder` the texts are names: neither what they mean nor what they begin with makes two of them one.
    """
    told = _without_class_words(left, class_words)
    counts: Counter[Words] = Counter()
    for key, texts in left.items():
        counts[told[key]] += len(texts)
    groups: list[dict[Words, float]] = []
    answers = _Answers()
    for key in sorted(counts, key=lambda k: (-counts[k], k))[:_MOST_GROUPED]:
        place, sure = _best_match(key, answers, counts, names=embedder is None) or (len(groups), _AS_WRITTEN)
        answers.add(place, key)
        if place == len(groups):
            groups.append({})
        groups[place][key] = round(min(_AS_WRITTEN, sure), 4)
    if embedder is not None:
        groups = _joined_by_meaning(groups, counts, embedder)
    capitals = Capitalisation([t for texts in left.values() for t in texts], language)
    made: dict[str, NewAnswer] = {}
    for group in sorted(groups, key=lambda g: (-sum(counts[k] for k in g), min(g))):
        keys = {key: group[told[key]] for key in left if told[key] in group}
        texts = [" ".join(t.split()) for k in keys for t in left[k]]
        if len(texts) < fewest:
            continue
        label = label_of_group({key: left[key] for key in keys}, capitals, language)
        examples = tuple(example_of(text) for text, _ in Counter(texts).most_common(_EXAMPLES))
        made.setdefault(label.casefold(), NewAnswer(label, examples, keys, len(texts)))
    return sorted(made.values(), key=lambda n: (-n.texts, n.label))


class _Answers:
    """The keys of several answers, found by their marks: of thousands only few are worth comparing with a key."""

    def __init__(self, answers: Iterable[Iterable[Words]] = ()) -> None:
        self._keys: list[tuple[int, Words]] = []
        self._first: dict[int, Words] = {}
        self._marked: defaultdict[str, list[int]] = defaultdict(list)
        for place, keys in enumerate(answers):
            for key in keys:
                self.add(place, key)

    def add(self, place: int, key: Words) -> None:
        """A further key of the answer at a place."""
        for mark in blocking_keys(key):
            self._marked[mark].append(len(self._keys))
        self._keys.append((place, key))
        self._first.setdefault(place, key)

    def like(self, key: Words, counts: Mapping[Words, int] | None, *, names: bool) -> dict[int, dict[Words, float]]:
        """The answers that a key may be, in their order, with their keys that are like it and how sure that is."""
        numbers = sorted({n for mark in blocking_keys(key) for n in self._marked.get(mark, ())})
        found: dict[int, dict[Words, float]] = {}
        for place, own in (self._keys[n] for n in numbers):
            told = counts is None or own == self._first[place] or len(own) <= len(key)
            if told and (alike := _name_alike(key, own) if names else _alike(key, own, counts)):
                found.setdefault(place, {})[own] = alike
        return dict(sorted(found.items()))


def _best_match(
    key: Words, answers: _Answers, counts: Mapping[Words, int] | None = None, *, names: bool = False
) -> tuple[int, float] | None:
    """Which of several answers a key is, by the keys of each, and how surely.

    None where it is none, and where it may stand for two: as an abbreviation, or as a word that several begin with.
    With `counts` the first key of each answer is what it is, and a key that says less than another one must say it:
    "penjaga" is no shop since "penjaga toko" was told as one.
    """
    like = answers.like(key, counts, names=names)
    if not like:
        return None
    sure = max(max(own.values()) for own in like.values())
    best = [place for place, own in like.items() if max(own.values()) == sure]
    if len(best) > 1 and (
        sure == ABBREVIATION or (sure == _EXTENDED and all(len(own) > len(key) for own in like[best[0]]))
    ):
        return None
    return best[0], sure


def _without_class_words(left: Mapping[Words, Sequence[str]], class_words: Collection[str]) -> dict[Words, Words]:
    """Every key without words that only say what kind of thing it is: "bank" of "bank danamon".

    Such a word stands before several things that others name alone ("toyota agya", "toyota rush"), and is seldom all
    that is said. Nobody says "harian lepas" alone: "buruh" stays. Words run together are one key ("sea bank").
    """
    rests: defaultdict[str, set[Words]] = defaultdict(set)
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
    # Verbs before a thing leave it what it is ("naik angkot").
    using = words_of_all("choices", "using")
    return {key: words[1:] if len(words) > 1 and words[0] in using else words for key, words in told.items()}


def match_known_answers(
    left: Mapping[Words, Sequence[str]], known: Mapping[int, Sequence[Words]], embedder: Embedder | None
) -> dict[Words, tuple[int, float]]:
    """The keys that say one of the known codes, with how sure that is: spelled alike, else meaning the same.

    Without `embedder` the keys are names, and only spelling counts.
    """
    if not known:
        return {}
    codes = sorted(known)
    answers = [[key for key in dict.fromkeys(known[code]) if key] for code in codes]
    keys = [(code, key) for code, own in zip(codes, answers, strict=True) for key in own]
    known_answers = _Answers(answers)
    found: dict[Words, tuple[int, float]] = {}
    for key in left:
        said = _best_match(key, known_answers, names=embedder is None)
        if said is not None:
            found[key] = (codes[said[0]], round(min(_AS_WRITTEN, said[1]), 4))
    rest = [key for key in left if key not in found and len(key) > 1]
    meant = [(code, own) for code, own in keys if len(own) > 1]
    if rest and meant and embedder is not None:
        # Of a single word the encoder knows little.
        likeness = _likeness(rest, [own for _, own in meant], embedder)
        for key, row in zip(rest, likeness, strict=True):
            best = int(row.argmax())
            if row[best] >= _MEANS_THE_SAME:
                found[key] = (meant[best][0], _BY_MEANING)
    return found


def _name_alike(key: Words, other: Words) -> float:
    """How sure it is that two keys are one name: spelled alike, but for blanks and slips of the finger."""
    one, theirs = " ".join(key), " ".join(other)
    if without_blanks(one) == without_blanks(theirs):
        return _AS_WRITTEN
    return _MISTYPED if is_mistyped(one, theirs) else 0.0


def _alike(key: Words, other: Words, counts: Mapping[Words, int] | None = None) -> float:
    """How sure it is that two keys are one answer: spelled alike, or one of them the other one and more.

    Two things must speak for the latter: that it is no short word, that it stands first, that more respondents say it.
    """
    spelled = spelling_similarity(key, other)
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


def _likeness(keys: Sequence[Words], others: Sequence[Words], embedder: Embedder) -> DoubleArray:
    """(keys, others) cosines of what they mean; of two that share words ("grab mart", "lotte mart") of all others."""
    likeness = _cosines(keys, others, embedder)
    denials = words_of_all("words", "negations")
    shared: dict[tuple[int, int], tuple[Words, Words]] = {}
    for i, j in np.argwhere(likeness >= _MEANS_THE_SAME).tolist():
        one, other = keys[i], others[j]
        # Of two that deny something ("tidak sempat", "belum butuh") only what they deny counts.
        alike = denials if not (denials.isdisjoint(one) or denials.isdisjoint(other)) else frozenset[str]()
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


def _cosines(keys: Sequence[Words], others: Sequence[Words], embedder: Embedder) -> DoubleArray:
    vectors = embedder.embed([" ".join(key).replace("_", " ") for key in (*keys, *others)])
    cosines: DoubleArray = np.clip(vectors[: len(keys)] @ vectors[len(keys) :].T, -1, 1).astype(np.float64)
    # Of a single word the encoder knows little: names, slang and abbreviations lie anywhere.
    single = [np.array([len(key) == 1 for key in side]) for side in (keys, others)]
    cosines[single[0][:, None] | single[1][None, :]] *= _SINGLE_WORD_TRUST
    return cosines


def _joined_by_meaning(
    groups: Sequence[dict[Words, float]], counts: Mapping[Words, int], embedder: Embedder
) -> list[dict[Words, float]]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(groups) < 2:
        return list(groups)
    commonest: list[Words] = [max(group.keys(), key=lambda k: (counts[k], k)) for group in groups]
    distances = 1 - _likeness(commonest, commonest, embedder)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), method="average")
    cluster = fcluster(tree, 1 - _MEANS_THE_SAME, criterion="distance")
    joined: dict[int, dict[Words, float]] = {}
    for number, group in zip(cluster.tolist(), groups, strict=True):
        if number not in joined:
            joined[number] = dict(group)
        else:
            joined[number].update({key: round(min(sure, _BY_MEANING), 4) for key, sure in group.items()})
    return list(joined.values())
