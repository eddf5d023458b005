"""Themes with names: label, definition and examples of each."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.frames.definitions import definition_of, exclusions
from mcode_pipelines.coding.frames.label_choice import LabelChoice
from mcode_pipelines.coding.frames.labels import Label, example_of, short_label
from mcode_pipelines.coding.frames.phrases import Member, Phrases, key_words
from mcode_pipelines.coding.frames.vocabulary import Vocabulary
from mcode_pipelines.coding.meaning.clusters import Themes
from mcode_pipelines.coding.meaning.embedding_space import EmbeddingSpace
from mcode_pipelines.coding.meaning.vectors import FloatArray
from mcode_pipelines.coding.text.distinct_answers import DistinctAnswers
from mcode_pipelines.coding.text.phrases import Phrase
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.verbatims import normal_form, theme_form
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import Code

_EXAMPLES = 8
"""Of a code. With five, answers are coded less well (ferry survey from nothing: mean micro-F1 .669 after .673)."""
_ENOUGH_ALONE = 5
"""Things that were said and nothing else, from which a theme is shown by such alone."""
_A_VERDICT = 0.3
"""Share of a word's uses that must follow "sudah"."""


@dataclass(frozen=True)
class NamedTheme:
    """A theme with its label and its key words."""

    chosen: Label
    key_words: list[str]
    members: list[Member]
    showing: list[Member]
    """Those that show it best, first to last: the most typical, then what brings all of them nearest to its middle."""

    @property
    def label(self) -> Phrase:
        """The first phrase of its label."""
        return self.chosen.first

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
    space: EmbeddingSpace,
    vocabulary: Vocabulary,
    vectors: FloatArray | None = None,
) -> list[NamedTheme]:
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
    phrases = Phrases(members_of, language, vocabulary, asked)
    key_words_of = [key_words(members, weight_of_word, language) for members in members_of]
    named: dict[frozenset[str], NamedTheme] = {}
    choice = LabelChoice(phrases, members_of, placed, themes, space, language)
    for theme, chosen in enumerate(choice.labels(key_words_of, taken)):
        members, label = members_of[theme], chosen.first
        if not label:
            heaviest_member = max(members, key=lambda m: (m.weight * max(m.closeness, 0.01), m.segment))
            if heaviest_member.segment in taken:
                continue
            label = tuple(heaviest_member.segment.split()[:6])
        if not any(vocabulary.is_readable(word) for word in label):
            continue
        label = _verdict(label, members, language)
        known = named.get(frozenset(label))
        if known is None:
            own = np.flatnonzero(themes.theme_of_segment == theme)
            showing = _representative_members(members, placed[own], themes.centres[theme])
            named[frozenset(label)] = NamedTheme(replace(chosen, first=label), key_words_of[theme], members, showing)
        else:
            known.members.extend(members)
    return sorted(named.values(), key=lambda n: (-n.weight, n.label))


def _verdict(label: Phrase, members: Sequence[Member], language: str) -> Phrase:
    """A single word of praise with the "sudah" that often stands before it: "Baik" alone reads like a subject."""
    words = wording(language)
    if len(label) > 1 or label[0] not in words.praise:
        return label
    verdict = words.already, label[0]
    of_word = sum(m.weight for m in members if label[0] in m.segment.split())
    as_verdict = sum(m.weight for m in members if verdict in itertools.pairwise(m.segment.split()))
    return verdict if as_verdict >= _A_VERDICT * of_word else label


def codes_of_themes(
    language: str,
    answers: DistinctAnswers,
    named: Sequence[NamedTheme],
    vocabulary: Vocabulary,
    numbers: Sequence[int],
    asked: str = "",
) -> tuple[Code, ...]:
    """The codes of named themes under these numbers; `asked` is the question."""
    words = wording(language)
    answers_with: dict[str, list[int]] = {}
    for position, own in enumerate(answers.segments_of_answer):
        for segment in own:
            answers_with.setdefault(answers.segments[segment], []).append(position)
    codes: list[Code] = []
    for number, theme in zip(numbers, named, strict=True):
        said = vocabulary.as_label(theme.label)
        if theme.chosen.beside:
            joint = f" {words.and_} " if len(theme.label) == len(theme.chosen.beside) == 1 else ", "
            said = f"{said}{joint}{vocabulary.as_phrase(theme.chosen.beside)}"
        label = short_label(said, [c.label for c in codes])
        examples = _examples(theme.showing, answers, answers_with)
        definition = definition_of(theme.chosen, vocabulary, language)
        codes.append(Code(code=number, label=label, definition=definition, examples=examples))
    bounds = exclusions(
        [n.chosen for n in named],
        [c.label for c in codes],
        theme_form(normal_form(asked, language), language).split(),
        language,
    )
    return tuple(
        c.model_copy(update={"definition": f"{c.definition} {bound}"}) if bound else c
        for c, bound in zip(codes, bounds, strict=True)
    )


def _representative_members(members: Sequence[Member], vectors: FloatArray, centre: FloatArray) -> list[Member]:
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
    ranked = by_itself if len(by_itself) >= _ENOUGH_ALONE else ranked
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
        clearest = min(holders, key=lambda a: (len(answers.segments_of_answer[a]), len(answers.verbatims[a]), a))
        normal = answers.normal_forms[clearest]
        if normal not in seen:
            seen.add(normal)
            examples.setdefault(example_of(answers.verbatims[clearest]))
        if len(examples) >= _EXAMPLES:
            break
    return tuple(examples)
