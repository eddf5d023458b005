"""Code frames made from what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.clusters import Themes, find_themes, least_weight, most_themes
from mcode_pipelines.coding.distinct_answers import DistinctAnswers, distinct_answers, heaviest
from mcode_pipelines.coding.embedders import Embedder, FloatArray, one_thread
from mcode_pipelines.coding.errors import CodingError
from mcode_pipelines.coding.labels import Member, Spelling, example_of, key_words, label_candidates
from mcode_pipelines.coding.likeness import FITTED_SEGMENTS
from mcode_pipelines.coding.meaning import MeaningSpace
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.coding.verbatims import normal_form
from mcode_pipelines.coding.words import wording
from mcode_pipelines.survey import NO_ANSWER, Code, CodeFrame, CodeFrames, Progress, silent

_EXAMPLES = 5


@dataclass(frozen=True)
class Named:
    """A theme with the words of its label."""

    label: tuple[str, ...]
    telling: list[str]
    """Its key words."""
    members: list[Member]

    @property
    def weight(self) -> float:
        """How often it was said."""
        return sum(m.weight for m in self.members)


def build_code_frames(
    questions: Sequence[OpenQuestion],
    *,
    embedder: Embedder,
    settings: CodingSettings,
    given: CodeFrames | None = None,
    progress: Progress = silent,
) -> CodeFrames:
    """A code frame for every question; a given frame is used as it is.

    Codes of a generated frame run from 1 by falling number of respondents; the other code comes after them, 99 "no
    answer" last. Raises CodingError where a given frame is for no question of the survey, or is not usable.
    """
    check_given_frames(given, questions)
    frames = []
    with one_thread():
        for number, question in enumerate(questions):
            progress(f"{question.variable}: code frame", number, len(questions))
            frame = given.of(question.variable) if given is not None else None
            frames.append(frame if frame is not None else _generated(question, embedder, settings, progress))
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
    """Raise CodingError where a frame has no codes, or two codes under one label."""
    where = name or f"The code frame of {frame.variable}"
    if not frame.codes:
        raise CodingError(f"{where}: there are no codes in it; give at least one code with a label.")
    labels: dict[str, int] = {}
    for code in frame.codes:
        label = " ".join(code.label.casefold().split())
        if not label:
            raise CodingError(f"{where}: code {code.code} has no label; give it one.")
        if label in labels:
            raise CodingError(
                f"{where}: codes {labels[label]} and {code.code} have the same label {code.label!r}; "
                "rename one of them or merge the two."
            )
        labels[label] = code.code


def _generated(question: OpenQuestion, embedder: Embedder, settings: CodingSettings, progress: Progress) -> CodeFrame:
    answers = distinct_answers(question, settings, progress)
    fitted = heaviest(answers, FITTED_SEGMENTS)
    segments = [answers.segments[s] for s in fitted]
    weights = answers.weights[fitted]
    vectors = MeaningSpace(question.text, question.language, segments, weights, embedder).fitted
    said = int(answers.counts[~answers.non_answer].sum())
    most = settings.codes_wanted or settings.max_codes or most_themes(said)
    share = weights.sum() / max(answers.weights.sum(), 1.0)
    themes = find_themes(vectors, weights, most, least_weight(said) * share, answers.alone[fitted])
    spelling = Spelling(answers.verbatims, answers.counts.tolist(), segments, weights)
    named = _named(question.language, segments, weights, themes, vectors, spelling)
    return CodeFrame(
        variable=question.variable,
        question=question.text,
        language=question.language,
        codes=_codes(question.language, answers, named, spelling),
        other=_other_code(len(named)),
    )


def _other_code(themes: int) -> int:
    """The code after the themes, never 99."""
    return themes + 1 if themes + 1 < NO_ANSWER else NO_ANSWER + 1


def _named(
    language: str,
    segments: Sequence[str],
    weights: npt.NDArray[np.float64],
    themes: Themes,
    vectors: FloatArray,
    spelling: Spelling,
) -> list[Named]:
    """Each theme's label and members, heaviest first; themes that would be named alike are one theme."""
    weight_of_word: defaultdict[str, float] = defaultdict(float)
    for segment, weight in zip(segments, weights.tolist(), strict=True):
        for word in set(segment.split()):
            weight_of_word[word] += weight
    taken = {
        normal_form(label, language) for label in (wording(language).other_label, wording(language).no_answer_label)
    }
    named: dict[frozenset[str], Named] = {}
    for theme in range(len(themes)):
        own = np.flatnonzero(themes.theme_of_segment == theme)
        members = [
            Member(segments[s], float(weights[s]), float(vectors[s] @ themes.centres[theme])) for s in own.tolist()
        ]
        telling = key_words(members, weight_of_word, language)
        candidates = [
            words for words in label_candidates(members, telling, language, spelling) if " ".join(words) not in taken
        ]
        if not candidates:
            heaviest_member = max(members, key=lambda m: (m.weight * max(m.closeness, 0.01), m.segment))
            if heaviest_member.segment in taken:
                continue
            candidates = [tuple(heaviest_member.segment.split()[:6])]
        known = named.get(frozenset(candidates[0]))
        if known is None:
            named[frozenset(candidates[0])] = Named(candidates[0], telling, members)
        else:
            known.members.extend(members)
    return sorted(named.values(), key=lambda n: (-n.weight, n.label))


def _codes(language: str, answers: DistinctAnswers, named: Sequence[Named], spelling: Spelling) -> tuple[Code, ...]:
    words = wording(language)
    answers_with: dict[str, list[int]] = {}
    for position, own in enumerate(answers.segments_of_answer):
        for segment in own:
            answers_with.setdefault(answers.segments[segment], []).append(position)
    codes = []
    for number, theme in enumerate(named, start=1):
        label = spelling.written(theme.label)
        definition = words.definition.format(
            label=label if label[:2].isupper() else label[:1].lower() + label[1:],
            words=spelling.listed(theme.telling or theme.label),
        )
        examples = _examples(theme.members, answers, answers_with)
        codes.append(Code(code=number, label=label, definition=definition, examples=examples))
    codes.append(Code(code=_other_code(len(named)), label=words.other_label, definition=words.other_definition))
    codes.append(Code(code=NO_ANSWER, label=words.no_answer_label, definition=words.no_answer_definition))
    return tuple(codes)


def _examples(
    members: Sequence[Member], answers: DistinctAnswers, answers_with: dict[str, list[int]]
) -> tuple[str, ...]:
    """Verbatims that show the theme and little else, the most typical first."""
    ranked = sorted(members, key=lambda m: (-(m.closeness + 0.08 * np.log1p(m.weight)), m.segment))
    examples: dict[str, None] = {}
    seen: set[str] = set()
    for member in ranked:
        holders = answers_with.get(member.segment, [])
        plainest = min(holders, key=lambda a: (len(answers.segments_of_answer[a]), len(answers.verbatims[a]), a))
        normal = answers.normals[plainest]
        if normal not in seen:
            seen.add(normal)
            examples.setdefault(example_of(answers.verbatims[plainest]))
        if len(examples) >= _EXAMPLES:
            break
    return tuple(examples)
