"""Code frames made from what was answered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mcode_pipelines.coding.clusters import find_themes, least_weight, most_themes, speaks_for_both_sides
from mcode_pipelines.coding.consensus import agreed_themes
from mcode_pipelines.coding.distinct_answers import answers_within, distinct_answers, heaviest
from mcode_pipelines.coding.embedders import Embedder, meanings_told, one_thread
from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.labels import Spelling
from mcode_pipelines.coding.likeness import FITTED_SEGMENTS, Likeness
from mcode_pipelines.coding.meaning import MeaningSpace, polarity, whole_answers
from mcode_pipelines.coding.mixtures import without_mixtures
from mcode_pipelines.coding.naming import codes_of_themes, named_themes
from mcode_pipelines.coding.nets import with_nets
from mcode_pipelines.coding.non_answers import means_no_answer
from mcode_pipelines.coding.proposals import extend_frame, next_codes
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.verbatims import theme_form
from mcode_pipelines.coding.words import wording
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

    A given frame without code for what fits nothing gets one where it has hardly more than labels and a good part of
    the answers fits none of them.

    Codes of a generated frame run from 1 by falling number of respondents; the other code comes after them, 99 "no
    answer" last. Raises CodingError where a given frame is for no question of the survey, or is not usable.
    """
    check_given_frames(given, questions)
    frames = []
    with one_thread():
        for number, question in enumerate(questions):
            progress(f"{question.variable}: code frame", number, len(questions))
            frame = given.of(question.variable) if given is not None else None
            if frame is None:
                frames.append(_generated(question, embedder, settings, progress))
                continue
            if settings.grow_given_frames or frame.origin == FROM_EARLIER_WAVE:
                frame = extend_frame(frame, question, embedder=embedder, settings=settings, progress=progress)
            frames.append(_with_other(frame, question, embedder, settings, progress))
    progress("code frames", len(questions), len(questions))
    return CodeFrames(tuple(frames))


def check_given_frames(given: CodeFrames | None, questions: Sequence[OpenQuestion]) -> None:
    """Raise CodingError where given frames do not fit the questions or contradict themselves."""
    if given is None:
        return
    known = [q.variable for q in questions]
    seen: set[str] = set()
    for frame in given:
        if frame.variable not in known:
            raise CodingError(
                f"The code frame for {frame.variable!r} fits no open-ended question of this survey "
                f"({', '.join(known) or 'it has none'}); correct the frame's variable or leave the frame out."
            )
        if frame.variable in seen:
            raise CodingError(f"There are two code frames for {frame.variable}; give one.")
        seen.add(frame.variable)
        check_frame(frame)


def check_frame(frame: CodeFrame, name: str | None = None) -> None:
    """Raise CodingError where a frame has no codes, two codes under one label, or a theme under 99."""
    where = name or f"The code frame of {frame.variable}"
    if not frame.codes:
        raise CodingError(f"{where}: there are no codes in it; give at least one code with a label.")
    labels: dict[str, int] = {}
    for code in frame.codes:
        label = normalised_label(code.label)
        if not label:
            raise CodingError(f"{where}: code {code.code} has no label; give it one.")
        if label in labels:
            raise CodingError(
                f"{where}: codes {labels[label]} and {code.code} have the same label {code.label!r}; "
                "rename one of them or merge the two."
            )
        labels[label] = code.code
    no_answer = next((c for c in frame.codes if c.code == NO_ANSWER), None)
    # Respondents may have ticked a printed 99, whatever it says.
    if frame.merges is None and no_answer is not None and not means_no_answer(no_answer.label, frame.language):
        raise CodingError(
            f"{where}: code {NO_ANSWER} has the label {no_answer.label!r}, but {NO_ANSWER} always means no answer; "
            f"give that theme another number, or label {NO_ANSWER} {wording(frame.language).no_answer_label!r}."
        )


def _generated(question: OpenQuestion, embedder: Embedder, settings: CodingSettings, progress: Progress) -> CodeFrame:
    answers = distinct_answers(question, settings, progress)
    fitted = heaviest(answers, FITTED_SEGMENTS)
    segments = [answers.segments[s] for s in fitted]
    weights = answers.weights[fitted]
    with meanings_told(question.variable, progress):
        space = MeaningSpace(question.text, question.language, segments, weights, embedder)
    said = int(answers.counts[~answers.non_answer].sum())
    if settings.codes_wanted is not None:
        wanted, place = answers_within(answers, fitted)
        wholes = whole_answers(answers, wanted, space.fitted, place)
        texts = [theme_form(answers.normals[a], question.language) for a in wanted]
        themes = agreed_themes(
            wholes, space.vectors(texts), answers.counts[wanted].astype(float), space.fitted, settings.codes_wanted
        )
    else:
        sides = space.sides(segments)
        most = settings.max_codes or most_themes(said, on_both_sides=speaks_for_both_sides(sides, weights))
        share = weights.sum() / max(answers.weights.sum(), 1.0)
        least = least_weight(said) * share
        themes = find_themes(space.fitted, weights, most, least, answers.alone[fitted], sides)
        verdicts = np.array([polarity(s, question.language) for s in segments], dtype=np.int8)
        themes = without_mixtures(themes, segments, space.fitted, weights, verdicts, question.language, least)
    spelling = Spelling(answers.verbatims, answers.counts.tolist(), segments, weights, question.language)
    named = named_themes(question, segments, weights, answers.alone[fitted], themes, space, spelling)
    codes = codes_of_themes(question.language, answers, named, spelling, range(1, len(named) + 1), question.text)
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
    words = wording(frame.language)
    labels = {normalised_label(c.label) for c in frame.codes}
    if frame.other is not None or not frame.themes or normalised_label(words.other_label) in labels:
        return frame
    answers = distinct_answers(question, settings, progress)
    if not answers.segments:
        return frame
    with meanings_told(question.variable, progress):
        coverage = Likeness(question, answers, frame, embedder).coverage
    if coverage is None or coverage.share >= 1:
        return frame
    other = Code(code=next_codes(frame.used_numbers, 1)[0], label=words.other_label, definition=words.other_definition)
    last = [c for c in frame.codes if c.code == NO_ANSWER]
    first = [c for c in frame.codes if c.code != NO_ANSWER]
    return frame.model_copy(update={"codes": (*first, other, *last), "other": other.code})


def _other_code(themes: int) -> int:
    """The code after the themes, never 99."""
    return themes + 1 if themes + 1 < NO_ANSWER else NO_ANSWER + 1
