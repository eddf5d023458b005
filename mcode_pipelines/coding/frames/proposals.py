"""Themes that a frame has no code for: proposed as new codes, and taken into the frame of an earlier wave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mcode_pipelines.coding.frames.code_numbers import next_codes
from mcode_pipelines.coding.frames.name_lists import new_names
from mcode_pipelines.coding.frames.named_themes import codes_of_themes, named_themes
from mcode_pipelines.coding.frames.vocabulary import Vocabulary
from mcode_pipelines.coding.meaning.clusters import find_themes, maximum_themes, minimum_theme_weight
from mcode_pipelines.coding.meaning.code_similarity import FITTED_SEGMENTS, CodeSimilarity
from mcode_pipelines.coding.meaning.embedders import Embedder, single_threaded
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.distinct_answers import distinct_answers, most_frequent_segments
from mcode_pipelines.coding.text.listed_answers import as_list
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.survey import NO_ANSWER, Code, CodeFrame, CodeFrames, Progress, no_progress
from mcode_pipelines.survey.code_frame import normalised_label

_COVERED = 0.4
"""Cosine (centred) to anything a code says of itself from which a segment is covered by the frame."""
_ALIKE = 0.4
"""Mean cosine of a theme's segments to its centre below which they have too little in common to be a code."""
_FEWEST = 5
"""Respondents that a new code needs, however few there are."""


@dataclass(frozen=True)
class _Bar:
    """What a theme must come up to.

    Chosen and measured on the same questions, those of the bundled surveys, from whose frames a theme was taken away:
    at the bar for proposals eight of fourteen were found and half of what was proposed was right; at the bar for codes
    that nobody looks at before they are used five were found, and two thirds were right.
    """

    share: float
    """Of the answers that say something."""
    of_a_code: float
    """Cosine (centred) to the middle of what a code says of itself from which it is that code's own matter."""


_TO_PROPOSE = _Bar(share=0.04, of_a_code=0.15)
_TO_GROW = _Bar(share=0.05, of_a_code=0.15)


@dataclass(frozen=True)
class CodeProposal:
    """A theme that several answers share and no code of the frame covers."""

    variable: str
    label: str
    definition: str
    examples: tuple[str, ...]
    answers: int
    """Respondents who said it."""


def propose_codes(
    questions: Sequence[OpenQuestion],
    frames: CodeFrames,
    *,
    embedder: Embedder,
    settings: CodingSettings,
    progress: Progress = no_progress,
) -> list[CodeProposal]:
    """The new codes that each question's answers ask for, by question and falling number of answers.

    A proposal is made where answers that are far from every label, definition and example of the frame are many
    enough and alike. Nothing is changed: a person decides. Questions without a frame are passed over.
    """
    proposals: list[CodeProposal] = []
    with single_threaded():
        for question in questions:
            frame = frames.of(question.variable)
            if frame is not None:
                proposals += [
                    CodeProposal(question.variable, code.label, code.definition or "", code.examples, answers)
                    for code, answers in _uncovered(question, frame, _TO_PROPOSE, embedder, settings, progress)
                ]
    return proposals


def extend_frame(
    given: CodeFrame,
    question: OpenQuestion,
    *,
    embedder: Embedder,
    settings: CodingSettings,
    progress: Progress = no_progress,
) -> CodeFrame:
    """The frame of an earlier wave with codes for what is new in this one.

    Every code keeps its number, label and examples for ever, the other code and 99 too; new themes get numbers after
    the highest there ever was, and what was deleted does not come back. In the list they stand before the other code
    and 99. Without news the frame comes back as it is.
    """
    with single_threaded():
        news = _uncovered(question, given, _TO_GROW, embedder, settings, progress)
    if not news:
        return given
    numbers = next_codes(given.used_numbers, len(news))
    added = [code.model_copy(update={"code": n}) for n, (code, _) in zip(numbers, news, strict=True)]
    last = [c for c in given.codes if c.code in {given.other, NO_ANSWER}]
    first = [c for c in given.codes if c.code not in {given.other, NO_ANSWER}]
    return given.model_copy(update={"codes": (*first, *added, *last)})


def _uncovered(
    question: OpenQuestion,
    frame: CodeFrame,
    bar: _Bar,
    embedder: Embedder,
    settings: CodingSettings,
    progress: Progress,
) -> list[tuple[Code, int]]:
    """Codes for what the frame does not cover (numbered from 1), with the respondents who said it."""
    if (listed := as_list(question, frame, settings)) is not None:
        return new_names(frame, listed, settings)
    answers = distinct_answers(question, settings, progress)
    said = int(answers.counts[~answers.non_answer].sum())
    if not frame.themes or not len(answers.segments):
        return []
    similarity = CodeSimilarity(question, answers, frame, embedder)
    fitted = most_frequent_segments(answers, FITTED_SEGMENTS)
    far = np.flatnonzero(similarity.nearness(similarity.space.fitted) < _COVERED)
    if not len(far):
        return []
    segments = [answers.segments[s] for s in fitted[far]]
    weights = answers.weights[fitted[far]]
    vectors = similarity.space.fitted[far]
    least = minimum_theme_weight(said)
    themes = find_themes(vectors, weights, maximum_themes(said), least, answers.alone[fitted[far]])
    kept = []
    for theme in range(len(themes)):
        own = np.flatnonzero(themes.theme_of_segment == theme)
        near = float(weights[own] @ (vectors[own] @ themes.centres[theme]) / max(weights[own].sum(), 1e-9))
        if near >= _ALIKE and similarity.similarity_to_nearest_code(themes.centres[theme]) < bar.of_a_code:
            kept.append(theme)
    if not kept:
        return []
    themes = themes.only(kept)
    vocabulary = Vocabulary(answers.verbatims, answers.counts.tolist(), segments, weights, question.language)
    alone = answers.alone[fitted[far]]
    named = named_themes(question, segments, weights, alone, themes, similarity.space, vocabulary, vectors)
    labels = {normalised_label(c.label) for c in (*frame.codes, *(frame.deleted or ()))}
    named = [n for n in named if normalised_label(vocabulary.as_label(n.label)) not in labels]
    codes = codes_of_themes(question.language, answers, named, vocabulary, range(1, len(named) + 1), question.text)
    position = {text: s for s, text in enumerate(answers.segments)}
    found = []
    for code, new in zip(codes, named, strict=True):
        theirs = {position[m.segment] for m in new.members}
        saying = [i for i, parts in enumerate(answers.segments_of_answer) if not theirs.isdisjoint(parts)]
        respondents = int(answers.counts[saying].sum())
        if respondents >= max(_FEWEST, bar.share * said):
            found.append((code, respondents))
    return sorted(found, key=lambda f: -f[1])
