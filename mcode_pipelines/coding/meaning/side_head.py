"""Which side a segment takes where its words do not tell: a linear head on the vectors of the sentence encoder.

The weights were learnt by benchmarks/train_side_head.py; what from, and how good they are, is said in side_head.md.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mcode_pipelines.coding.meaning.embedders import SentenceEncoder
from mcode_pipelines.coding.meaning.vectors import DoubleArray, FloatArray, softmax
from mcode_pipelines.coding.text.language_data import known_language
from mcode_pipelines.coding.text.polarity import side_of_words

WEIGHTS = Path(__file__).with_name("side_head.json")
CLASSES = ("praise", "complaint", "wish", "neither")
ENCODER = SentenceEncoder.name
"""The encoder whose vectors the weights are for."""
_MOST_SIGNS = 2


@dataclass(frozen=True)
class SideHead:
    """Weights of one language."""

    weights: DoubleArray
    """(dimensions of the encoder and marks of the words, classes)"""
    intercepts: DoubleArray
    """(classes,)"""

    def probabilities(self, segments: Sequence[str], encoded: FloatArray, language: str) -> DoubleArray:
        """(segments, classes) how likely each segment praises, complains, asks for better, or does neither."""
        return softmax(features(segments, encoded, language) @ self.weights + self.intercepts)


def features(segments: Sequence[str], encoded: FloatArray, language: str) -> DoubleArray:
    """(segments, dimensions + 5) what the head sees: the meaning, and what the words tell of the side.

    The marks of the words: praise less complaints (at most two), whether that is above 0, below 0, whether better is
    asked for, and whether something is denied of which the words do not tell whether it is good.
    """
    marks = np.zeros((len(segments), 5))
    for row, segment in enumerate(segments):
        told = side_of_words(segment, language)
        score = max(-_MOST_SIGNS, min(_MOST_SIGNS, told.score))
        marks[row] = score, score > 0 and not told.wish, score < 0, told.wish, told.open_denial
    return np.concatenate([encoded, marks], axis=1, dtype=np.float64)


@functools.cache
def _heads() -> dict[str, SideHead]:
    told = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {
        language: SideHead(np.array(own["weights"], dtype=np.float64).T, np.array(own["intercepts"], dtype=np.float64))
        for language, own in told.items()
    }


def side_head(language: str, encoder: str) -> SideHead | None:
    """The head for what was said in a language; None where its weights are for another encoder."""
    return _heads().get(known_language(language)) if encoder == ENCODER else None
