"""Code frames made from what was answered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mcode_pipelines.coding.frames.code_numbers import next_codes
from mcode_pipelines.coding.frames.name_lists import extended_list, framed_list, names_unknown
from mcode_pipelines.coding.frames.named_themes import codes_of_themes, named_themes
from mcode_pipelines.coding.frames.nets import with_nets
from mcode_pipelines.coding.frames.proposals import extend_frame
from mcode_pipelines.coding.frames.validation import check_given_frames
from mcode_pipelines.coding.frames.vocabulary import Vocabulary
from mcode_pipelines.coding.meaning.clusters import (
    find_themes,
    has_praise_and_complaints,
    maximum_themes,
    minimum_theme_weight,
)
from mcode_pipelines.coding.meaning.code_similarity import FITTED_SEGMENTS, CodeSimilarity
from mcode_pipelines.coding.meaning.consensus_clustering import consensus_themes
from mcode_pipelines.coding.meaning.embedders import Embedder, encoding_progress, single_threaded
from mcode_pipelines.coding.meaning.embedding_space import EmbeddingSpace, answer_vectors
from mcode_pipelines.coding.meaning.theme_coherence import without_incoherent_themes
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.text.distinct_answers import answers_made_of, distinct_answers, most_frequent_segments
from mcode_pipelines.coding.text.listed_answers import as_list
from mcode_pipelines.coding.text.questions import OpenQuestion
from mcode_pipelines.coding.text.verbatims import theme_form
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import NO_ANSWER, Code, CodeFrame, CodeFrames, Progress, no_progress
from mcode_pipelines.survey.code_frame import normalised_label

FROM_EARLIER_WAVE = "wave"
"""The origin of a frame that an earlier wave of the study brought."""


def build_code_frames(
    questions: Sequence[OpenQuestion],
    *,
    embedder: Embedder,
    settings: CodingSettings,
    given: CodeFrames | None = None,
    progress: Progress = no_progress,
) -> CodeFrames:
    """A code frame for every question; a given frame is used as it is, or grows (see CodingSettings, extend_frame).

    A question that is a list (`as_list`) gets a code for every name that is given often enough; a given frame of one
    gets a code for names that are none of its own.

    A given frame without code for what fits nothing gets one where it has hardly more than labels and a good part of
    the answers fits none of them.

    Codes of a generated frame run from 1 by falling number of respondents; the other code comes after them, 99 "no
    answer" last. Raises CodingError where a given frame is for no question of the survey, or is not usable.
    """
    check_given_frames(given, questions)
    frames = []
    with single_threaded():
        for number, question in enumerate(questions):
            progress(f"{question.variable}: code frame", number, len(questions))
            frame = given.of(question.variable) if given is not None else None
            listed = as_list(question, frame, settings)
            if frame is None:
                frames.append(
                    _generated(question, embedder, settings, progress)
                    if listed is None
                    else framed_list(question, listed, settings)
                )
                continue
            grows = settings.grow_given_frames or frame.origin == FROM_EARLIER_WAVE
            if listed is not None:
                # What comes after codes parts of the answers, too, and must not judge anew by those.
                frame = frame if frame.listed else frame.model_copy(update={"listed": True})
                frame = extended_list(frame, listed, settings) if grows else frame
                frames.append(_with_other_code(frame) if names_unknown(frame, listed) else frame)
                continue
            if grows:
                frame = extend_frame(frame, question, embedder=embedder, settings=settings, progress=progress)
            frames.append(_with_other(frame, question, embedder, settings, progress))
    progress("code frames", len(questions), len(questions))
    return CodeFrames(tuple(frames))


def _generated(question: OpenQuestion, embedder: Embedder, settings: CodingSettings, progress: Progress) -> CodeFrame:
    answers = distinct_answers(question, settings, progress)
    fitted = most_frequent_segments(answers, FITTED_SEGMENTS)
    segments = [answers.segments[s] for s in fitted]
    weights = answers.weights[fitted]
    with encoding_progress(question.variable, progress):
        space = EmbeddingSpace(question.text, question.language, segments, weights, embedder)
    wanted, place = answers_made_of(answers, fitted)
    parts = [place[list(answers.segments_of_answer[a])].tolist() for a in wanted]
    space.sides.settle(segments, parts, answers.counts[wanted].astype(np.float64))
    said = int(answers.counts[~answers.non_answer].sum())
    if settings.codes_wanted is not None:
        wholes = answer_vectors(answers, wanted, space.fitted, place)
        texts = [theme_form(answers.normal_forms[a], question.language) for a in wanted]
        themes = consensus_themes(
            wholes, space.vectors(texts), answers.counts[wanted].astype(float), space.fitted, settings.codes_wanted
        )
    else:
        sides = space.sides.of(segments)
        most = settings.max_codes or maximum_themes(said, on_both_sides=has_praise_and_complaints(sides, weights))
        share = weights.sum() / max(answers.weights.sum(), 1.0)
        least = minimum_theme_weight(said) * share
        themes = find_themes(space.fitted, weights, most, least, answers.alone[fitted], sides)
        verdicts = space.sides.clear(segments)
        themes = without_incoherent_themes(themes, segments, space.fitted, weights, verdicts, question.language, least)
    vocabulary = Vocabulary(answers.verbatims, answers.counts.tolist(), segments, weights, question.language)
    named = named_themes(question, segments, weights, answers.alone[fitted], themes, space, vocabulary)
    codes = codes_of_themes(question.language, answers, named, vocabulary, range(1, len(named) + 1), question.text)
    words = wording(question.language)
    other = _other_code(len(named))
    return CodeFrame(
        variable=question.variable,
        question=question.text,
        language=question.language,
        codes=(
            *with_nets(codes, question),
            Code(code=other, label=words.other_label, definition=words.other_definition),
            Code(code=NO_ANSWER, label=words.no_answer_label, definition=words.no_answer_definition),
        ),
        other=other,
    )


def _with_other(
    frame: CodeFrame, question: OpenQuestion, embedder: Embedder, settings: CodingSettings, progress: Progress
) -> CodeFrame:
    """A given frame with an other code where it has none and does not cover what is said."""
    if frame.other is not None or not frame.themes:
        return frame
    answers = distinct_answers(question, settings, progress)
    if not answers.segments:
        return frame
    with encoding_progress(question.variable, progress):
        coverage = CodeSimilarity(question, answers, frame, embedder).coverage
    return frame if coverage is None or coverage.share >= 1 else _with_other_code(frame)


def _with_other_code(frame: CodeFrame) -> CodeFrame:
    """A frame with an other code, unless it has one, be it by its label only."""
    words = wording(frame.language)
    labels = {normalised_label(c.label) for c in frame.codes}
    if frame.other is not None or normalised_label(words.other_label) in labels:
        return frame
    other = Code(code=next_codes(frame.used_numbers, 1)[0], label=words.other_label, definition=words.other_definition)
    last = [c for c in frame.codes if c.code == NO_ANSWER]
    first = [c for c in frame.codes if c.code != NO_ANSWER]
    return frame.model_copy(update={"codes": (*first, other, *last), "other": other.code})


def _other_code(themes: int) -> int:
    """The code after the themes, never 99."""
    return themes + 1 if themes + 1 < NO_ANSWER else NO_ANSWER + 1
