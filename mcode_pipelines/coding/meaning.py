"""The vectors of one question's segments: what they mean, and whether they praise or complain."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from mcode_pipelines.coding.embedders import Embedder, FloatArray
from mcode_pipelines.coding.words import wording

_CHUNK = 20_000
_POLARITY = 0.45
"""Length of the praise/complaint axis beside a meaning of length 1: sets "toilet bersih" and "toilet kotor" apart,
which the encoder holds for nearly the same (cosine .81)."""
_SUGGESTIONS_ASKED = re.compile(
    r"saran|perbaik|tingkatkan|harap|usul|masukan|improve|suggest|better|should|recommend|change|need", re.IGNORECASE
)


def polarity(segment: str, language: str) -> int:
    """1 for praise, -1 for a complaint, 0 where the words do not tell. A negation before a word turns it."""
    words = wording(language)
    score, turned = 0, False
    for word in segment.split():
        stem = word.removesuffix("nya")
        if word in words.negations:
            turned = True
            continue
        if stem in words.praise:
            score += -1 if turned else 1
            turned = False
        elif stem in words.complaint:
            score += 1 if turned else -1
            turned = False
    return (score > 0) - (score < 0)


def tells_polarity(question: str) -> bool:
    """Whether praise and complaint are different themes: not where a question asks what should be improved."""
    return not _SUGGESTIONS_ASKED.search(question)


def meanings(segments: Sequence[str], language: str, with_polarity: bool, embedder: Embedder) -> FloatArray:
    """(segments, dimensions + 1) float32: the encoder's unit vectors with the polarity beside them, not centred."""
    chunks = [embedder.embed(segments[start : start + _CHUNK]) for start in range(0, len(segments), _CHUNK)]
    vectors = np.concatenate(chunks) if len(chunks) > 1 else (chunks[0] if chunks else embedder.embed([]))
    if not with_polarity:
        return vectors
    axis = np.array([polarity(s, language) for s in segments], dtype=np.float32).reshape(-1, 1) * np.float32(_POLARITY)
    return np.concatenate([vectors, axis], axis=1, dtype=np.float32)


def unit(vectors: FloatArray) -> FloatArray:
    """Each row brought to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    return (vectors / lengths).astype(np.float32)


def centre_of(vectors: FloatArray, weights: np.ndarray) -> FloatArray:  # type: ignore[type-arg]
    """(dimensions,) the weighted mean: what all answers to the question have in common."""
    total = float(weights.sum())
    if total <= 0 or len(vectors) < 5:
        return np.zeros(vectors.shape[1], dtype=np.float32)
    return np.asarray((weights.astype(np.float64) @ vectors) / total, dtype=np.float32)
