"""Who of a theme says what a phrase says, and who says the contrary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.frames.phrases import Member
from mcode_pipelines.coding.text.phrases import Phrase
from mcode_pipelines.coding.text.stemming import stem
from mcode_pipelines.coding.text.wording import wording

_REACH = 5
"""Words after a negation that it can deny."""


class PhraseUsage:
    """The members of one theme, word for word."""

    def __init__(self, members: Sequence[Member], language: str) -> None:
        words = wording(language)
        self._language = language
        self._negations = words.negations
        self._empty = words.function_words | words.trimmed | words.intensifiers
        said = np.array([m.weight for m in members])
        self.weights: npt.NDArray[np.float64] = said / max(float(said.sum()), 1e-9)
        """(members,) share of the theme's respondents."""
        self._rows: dict[str, dict[int, bool]] = {}
        """For each stem the members who use it, and whether they deny it."""
        for row, member in enumerate(members):
            for own, denied in self._telling(member.segment.split()).items():
                self._rows.setdefault(own, {})[row] = denied

    def users(self, phrase: Phrase) -> npt.NDArray[np.bool_]:
        """(members,) whether each uses all telling words of a phrase, in whatever form and order."""
        found = np.zeros(len(self.weights), dtype=np.bool_)
        found[sorted(self._users(self._telling(phrase)))] = True
        return found

    def share(self, phrase: Phrase) -> float:
        """Share of the respondents who use all telling words of a phrase."""
        return float(self.weights @ self.users(phrase))

    def is_contradicted(self, phrase: Phrase) -> bool:
        """Whether more of those who use a phrase's words deny what it asserts, or assert what it denies, than agree.

        A word alone may be denied in many ways ("jangan ada calo", "hilangkan calo").
        """
        wanted = self._telling(phrase)
        if len(wanted) < 2:
            return False
        last, denied = list(wanted.items())[-1]
        agree = contradict = 0.0
        for row in sorted(self._users(wanted)):
            if self._rows[last][row] == denied:
                agree += float(self.weights[row])
            else:
                contradict += float(self.weights[row])
        return contradict > agree

    def _users(self, stems: Iterable[str]) -> set[int]:
        rows = [set(self._rows.get(s, ())) for s in stems]
        return rows[0].intersection(*rows[1:]) if rows else set()

    def denies(self, phrase: Phrase) -> bool:
        """Whether a phrase denies what it ends in ("jarang ada sampah")."""
        wanted = self._telling(phrase)
        return bool(wanted) and list(wanted.values())[-1]

    def _telling(self, words: Sequence[str]) -> dict[str, bool]:
        """The stems of the words that tell something, in order, and whether each is denied."""
        found: dict[str, bool] = {}
        for place, word in enumerate(words):
            if word not in self._empty and word not in self._negations:
                before = words[max(0, place - _REACH) : place]
                found.setdefault(stem(word, self._language), not self._negations.isdisjoint(before))
        return found
