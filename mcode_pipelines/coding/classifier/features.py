"""What a regression sees of texts: their meaning and their wording, as inner products with those of the examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mcode_pipelines.coding.meaning.vectors import FloatArray

_WORDING = 0.8
"""Length of the wording vector beside a meaning of length 1."""
_MOST = 256
"""Features at most: those in which examples differ least tell little, and cost as much as the others."""


class Features:
    """Features of texts. A regularised regression knows its examples by their inner products alone, whatever their
    number of dimensions, so these have no more features than there are examples.
    """

    def __init__(self, meanings: FloatArray, texts: Sequence[str]) -> None:
        """`meanings` (examples, dimensions) and `texts` of the examples."""
        self._wordings = Wordings(texts)
        self._meanings = meanings
        self._words = self._wordings.of(texts)
        self._basis = _basis(self._products(meanings, texts))

    def of(self, meanings: FloatArray, texts: Sequence[str]) -> FloatArray:
        """(texts, features) whose inner products with the examples' are those in meaning and wording."""
        return np.asarray(self._products(meanings, texts) @ self._basis, dtype=np.float32)

    def _products(self, meanings: FloatArray, texts: Sequence[str]) -> FloatArray:
        wording = np.asarray((self._wordings.of(texts) @ self._words.T).todense())
        return np.asarray(meanings @ self._meanings.T + _WORDING**2 * wording, dtype=np.float32)


def _basis(products: FloatArray) -> FloatArray:
    """(examples, features) what turns inner products with the examples into features with these inner products."""
    values, axes = np.linalg.eigh(np.asarray(products, dtype=np.float64))
    kept = values > 1e-6 * max(float(values.max()), 1e-12)
    kept[:-_MOST] = False
    return np.asarray(axes[:, kept] / np.sqrt(values[kept]), dtype=np.float32)


class Wordings:
    """TF-IDF of character n-grams (2 to 5 letters, within words), as the examples spell them."""

    def __init__(self, examples: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer: Any = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
        self._nothing = not any(text.strip() for text in examples)
        if not self._nothing:
            self._vectorizer.fit(examples)

    def of(self, texts: Sequence[str]) -> Any:
        """(texts, n-grams of the examples) sparse rows of length 1."""
        from scipy.sparse import csr_matrix

        return csr_matrix((len(texts), 1)) if self._nothing else self._vectorizer.transform(texts)
