"""How answers are worded: their character n-grams, against those of the coded examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


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
