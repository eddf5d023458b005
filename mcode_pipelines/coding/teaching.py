"""Codes learnt from coded examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mcode_pipelines.coding.distinct_answers import DistinctAnswers
from mcode_pipelines.coding.embedders import Embedder
from mcode_pipelines.coding.likeness import Decision, codes_by_likeness
from mcode_pipelines.coding.questions import OpenQuestion
from mcode_pipelines.coding.settings import CodingSettings
from mcode_pipelines.survey import CodeFrame, Progress


def codes_by_examples(
    question: OpenQuestion,
    answers: DistinctAnswers,
    wanted: Sequence[int],
    frame: CodeFrame,
    embedder: Embedder,
    settings: CodingSettings,
    taught: Mapping[int, Decision],
    progress: Progress,
) -> list[Decision]:
    """The codes of the distinct answers `wanted`, learnt from the answers in `taught`."""
    return codes_by_likeness(question, answers, wanted, frame, embedder, settings, taught, progress)
