"""Themes with names: label, definition and examples of each."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.clusters import Themes
from mcode_pipelines.coding.distinct_answers import DistinctAnswers
from mcode_pipelines.coding.embedders import FloatArray
from mcode_pipelines.coding.labels import Member, Phrase, Phrases, Spelling, example_of, key_words, short_label
from mcode_pipelines.coding.meaning import MeaningSpace
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.verbatims import normal_form, theme_form
from mcode_pipelines.coding.words import wording
from mcode_pipelines.survey import Code

_EXAMPLES = 8
_LABELS_LOOKED_AT = 15
"""Phrases of a theme that are compared with it."""
_A_VERDICT = 0.3
"""Share of a word's uses that must follow "sudah"."""
_NEARNESS = 2.5
"""How much the nearness of a label to its theme counts beside how often it was said."""
_SAYS_IT_TOO = 0.35
"""Cosine (centred) of what was said to a phrase from which it says the same in other words."""
_SPOKEN_FOR = 0.5
"""Share of a theme that its label must speak for; below, a second phrase stands beside the first ..."""
_A_FAIR_SHARE = 0.15
"""... that speaks for at least this share more."""
_WORDS_OF_TWO = 6
"""Words of a label of two phrases at most."""
_SHARE_COUNTS = 3.0
"""How much the share that a second phrase speaks for counts beside what it is worth by itself."""


@dataclass(frozen=True)
class Named:
    """A theme with the words of its label."""

    label: Phrase
    beside: Phrase
    """A second phrase of the label where one does not speak for enough of the theme, else empty."""
    telling: list[str]
    """Its key words."""
    members: list[Member]
    showing: list[Member]
    """Those that show it best, first to last: the most typical, then what brings all of them nearest to its middle."""

    @property
    def weight(self) -> float:
        """How often it was said."""
        return sum(m.weight for m in self.members)


def named_themes(
    question: OpenQuestion,
    segments: Sequence[str],
    weights: npt.NDArray[np.float64],
    alone: npt.NDArray[np.float64],
    themes: Themes,
    space: MeaningSpace,
    spelling: Spelling,
    vectors: FloatArray | None = None,
) -> list[Named]:
    """Each theme's label and members, heaviest first; themes that would be named alike are one theme.

    What cannot be named by a readable word ("8", "xx") is no theme.

    `alone` (segments,) are the respondents who said nothing else; `vectors` (segments, dimensions) are the segments' in
    `space`; None: the segments are those it was fitted on.
    """
    language = question.language
    placed = space.fitted if vectors is None else vectors
    weight_of_word: defaultdict[str, float] = defaultdict(float)
    for segment, weight in zip(segments, weights.tolist(), strict=True):
        for word in set(segment.split()):
            weight_of_word[word] += weight
    taken = {
        normal_form(label, language) for label in (wording(language).other_label, wording(language).no_answer_label)
    }
    members_of = []
    for theme in range(len(themes)):
        own = np.flatnonzero(themes.theme_of_segment == theme)
        closeness = placed[own] @ themes.centres[theme]
        members_of.append(
            [
                Member(segments[s], float(weights[s]), float(c), float(alone[s]))
                for s, c in zip(own.tolist(), closeness, strict=True)
            ]
        )
    asked = set(theme_form(normal_form(question.text, language), language).split())
    phrases = Phrases(members_of, language, spelling, asked)
    telling_of = [key_words(members, weight_of_word, language) for members in members_of]
    named: dict[frozenset[str], Named] = {}
    for theme, (label, beside) in enumerate(_labels(phrases, telling_of, members_of, placed, themes, space, taken)):
        members = members_of[theme]
        if not label:
            heaviest_member = max(members, key=lambda m: (m.weight * max(m.closeness, 0.01), m.segment))
            if heaviest_member.segment in taken:
                continue
            label = tuple(heaviest_member.segment.split()[:6])
        if not any(spelling.is_readable(word) for word in label):
            continue
        label = _verdict(label, members, language)
        known = named.get(frozenset(label))
        if known is None:
            own = np.flatnonzero(themes.theme_of_segment == theme)
            showing = _showing(members, placed[own], themes.centres[theme])
            named[frozenset(label)] = Named(label, beside, telling_of[theme], members, showing)
        else:
            known.members.extend(members)
    return sorted(named.values(), key=lambda n: (-n.weight, n.label))


def _labels(
    phrases: Phrases,
    telling_of: Sequence[Sequence[str]],
    members_of: Sequence[Sequence[Member]],
    placed: FloatArray,
    themes: Themes,
    space: MeaningSpace,
    taken: set[str],
) -> list[tuple[Phrase, Phrase]]:
    """For each theme the phrase that is worth most as its label, once it is known how near it is to the theme.

    Where many of the theme say something else, a second phrase stands beside it: the one that speaks for most of what
    the first leaves out, in other words and of another matter. Both are empty where no phrase could be a label.
    """
    candidates = [
        [(p, w) for p, w in phrases.candidates(theme, telling, _LABELS_LOOKED_AT) if " ".join(p) not in taken]
        for theme, telling in enumerate(telling_of)
    ]
    texts = [" ".join(phrase) for own in candidates for phrase, _ in own]
    if not texts:
        return [((), ())] * len(candidates)
    vectors, sides = space.vectors(texts), space.sides(texts)
    chosen: list[tuple[Phrase, Phrase]] = []
    row = 0
    for theme, own in enumerate(candidates):
        here = slice(row, row + len(own))
        row += len(own)
        if not own:
            chosen.append(((), ()))
            continue
        members = members_of[theme]
        other_side = sides[here] * _side(members, space) < 0
        near = vectors[here] @ themes.centres[theme]
        weights = np.array([m.weight for m in members]) / max(sum(m.weight for m in members), 1e-9)
        spoken_for = placed[themes.theme_of_segment == theme] @ vectors[here].T >= _SAYS_IT_TOO
        worth = np.array([w for _, w in own]) + _NEARNESS * near - other_side
        first = min(range(len(own)), key=lambda p: (-round(float(worth[p]), 4), own[p][0]))
        more = weights @ (spoken_for & ~spoken_for[:, [first]])
        alike = vectors[here] @ vectors[here][first] >= _SAYS_IT_TOO
        second = [
            p
            for p in range(len(own))
            if more[p] >= _A_FAIR_SHARE
            and phrases.stands_beside(theme, own[p][0])
            and not (alike[p] or other_side[p])
            and set(own[p][0]).isdisjoint(own[first][0])
            and len(own[p][0]) + len(own[first][0]) <= _WORDS_OF_TWO
        ]
        beside: Phrase = ()
        if second and weights @ spoken_for[:, first] < _SPOKEN_FOR:
            ranked = worth + _SHARE_COUNTS * more
            beside = own[min(second, key=lambda p: (-round(float(ranked[p]), 4), own[p][0]))][0]
        chosen.append((own[first][0], beside))
    return chosen


def _verdict(label: Phrase, members: Sequence[Member], language: str) -> Phrase:
    """A single word of praise with the "sudah" that often stands before it: "Baik" alone reads like a subject."""
    words = wording(language)
    if len(label) > 1 or label[0] not in words.praise:
        return label
    verdict = words.already, label[0]
    of_word = sum(m.weight for m in members if label[0] in m.segment.split())
    as_verdict = sum(m.weight for m in members if verdict in itertools.pairwise(m.segment.split()))
    return verdict if as_verdict >= _A_VERDICT * of_word else label


def _side(members: Sequence[Member], space: MeaningSpace) -> int:
    """1 where most of what tells a side is praise, -1 where it is complaint."""
    sides = space.sides([m.segment for m in members])
    return int(np.sign(sides @ np.array([m.weight for m in members]))) if members else 0


def codes_of_themes(
    language: str, answers: DistinctAnswers, named: Sequence[Named], spelling: Spelling, numbers: Sequence[int]
) -> tuple[Code, ...]:
    """The codes of named themes under these numbers."""
    words = wording(language)
    answers_with: dict[str, list[int]] = {}
    for position, own in enumerate(answers.segments_of_answer):
        for segment in own:
            answers_with.setdefault(answers.segments[segment], []).append(position)
    codes: list[Code] = []
    for number, theme in zip(numbers, named, strict=True):
        said = spelling.written(theme.label)
        if theme.beside:
            said = f"{said}, {spelling.phrase(theme.beside)}"
        label = short_label(said, [c.label for c in codes])
        definition = words.definition.format(
            label=label if label[:2].isupper() else label[:1].lower() + label[1:],
            words=spelling.listed(short_label(w) for w in theme.telling or theme.label),
        )
        examples = _examples(theme.showing, answers, answers_with)
        codes.append(Code(code=number, label=label, definition=definition, examples=examples))
    return tuple(codes)


def _showing(members: Sequence[Member], vectors: FloatArray, centre: FloatArray) -> list[Member]:
    """The members of a theme that stand for it: the most typical, then always the one that brings their sum nearest to
    the middle of the theme, so that a few examples say what all of it says. Source: herding, Welling (2009). What
    somebody said and nothing else shows a theme best.

    `vectors` (members, dimensions) are theirs; `centre` (dimensions,) is the theme's.
    """
    ranked = sorted(
        range(len(members)),
        key=lambda m: (-(members[m].closeness + 0.08 * np.log1p(members[m].weight)), members[m].segment),
    )
    by_itself = [m for m in ranked if members[m].alone]
    ranked = by_itself if len(by_itself) >= _EXAMPLES else ranked
    shown, left = ranked[:1], ranked[1:]
    total = vectors[shown].sum(axis=0)
    while left and len(shown) < 2 * _EXAMPLES:
        sums = total + vectors[left]
        nearest = int(np.argmax(np.round(sums @ centre / np.linalg.norm(sums, axis=1), 5)))
        total = sums[nearest]
        shown.append(left.pop(nearest))
    return [members[m] for m in shown]


def _examples(
    members: Sequence[Member], answers: DistinctAnswers, answers_with: dict[str, list[int]]
) -> tuple[str, ...]:
    """Verbatims that show the members of a theme and little else, in their order."""
    examples: dict[str, None] = {}
    seen: set[str] = set()
    for member in members:
        holders = answers_with.get(member.segment, [])
        plainest = min(holders, key=lambda a: (len(answers.segments_of_answer[a]), len(answers.verbatims[a]), a))
        normal = answers.normals[plainest]
        if normal not in seen:
            seen.add(normal)
            examples.setdefault(example_of(answers.verbatims[plainest]))
        if len(examples) >= _EXAMPLES:
            break
    return tuple(examples)
