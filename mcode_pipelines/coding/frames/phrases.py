"""Names for themes, as an analyst would write them."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from mcode_pipelines.coding.frames.vocabulary import Vocabulary
from mcode_pipelines.coding.text.phrases import Phrase, core_phrase, may_end
from mcode_pipelines.coding.text.wording import wording

_LONGEST_LABEL = 48
_LONGEST_PHRASE = 5
_GOES_ON = 0.6
"""Share of a phrase's uses with the same word beside it, from which the phrase is a piece of a longer one."""
_A_PIECE = 1.2
"""What a phrase loses for each sign that it is a piece of a longer one."""
_CLOSES = 0.15
"""Share of a phrase's uses that must end there, or before a function word, for it to be a whole one."""
_ON_ITS_OWN = 0.4
"""Share of how often things are all that somebody says, from which a phrase can be what a theme is called."""
_SAID_ONCE, _MANY_SAY = 0.5, 8
"""What a phrase loses that one respondent said, where so many use the commonest word of the theme."""
_WRITTEN_RIGHT = 3
"""Respondents who must have written a word before it is taken for no slip."""
_ASKED, _ANSWERING = 1.4, 2.0
"""What a phrase loses that has only words of the question, or of the answering."""


@dataclass(frozen=True)
class Member:
    """One segment of a theme."""

    segment: str
    weight: float
    """Respondents who said it."""
    closeness: float
    """Cosine to the theme's centre."""
    alone: float
    """Respondents who said it and nothing else."""


class Phrases:
    """The short phrases that people used, by theme: what labels are chosen from."""

    def __init__(
        self, themes: Sequence[Sequence[Member]], language: str, vocabulary: Vocabulary, asked: Container[str] = ()
    ) -> None:
        """`asked` are the words of the question: they name no theme."""
        self._language = language
        self._words = wording(language)
        self._vocabulary = vocabulary
        self.asked = asked
        self._readable: dict[str, bool] = {}
        self._of_theme: list[dict[Phrase, float]] = []
        self._whole: list[dict[Phrase, float]] = []
        self._with_word: list[dict[str, float]] = []
        self._everywhere: defaultdict[Phrase, float] = defaultdict(float)
        self._alone: defaultdict[Phrase, float] = defaultdict(float)
        self._usually_alone = _share_alone(themes)
        self._closed: defaultdict[Phrase, float] = defaultdict(float)
        self._before: defaultdict[Phrase, defaultdict[str, float]] = defaultdict(_counter)
        self._after: defaultdict[Phrase, defaultdict[str, float]] = defaultdict(_counter)
        for members in themes:
            said: defaultdict[Phrase, float] = defaultdict(float)
            whole: defaultdict[Phrase, float] = defaultdict(float)
            with_word: defaultdict[str, float] = defaultdict(float)
            for member in members:
                core = core_phrase(member.segment, language)
                whole[core] += member.weight
                for word in set(core):
                    with_word[word] += member.weight
                for phrase, (start, end) in self._phrases_in(core).items():
                    said[phrase] += member.weight
                    self._alone[phrase] += member.alone
                    if start:
                        self._before[phrase][core[start - 1]] += member.weight
                    if end < len(core):
                        self._after[phrase][core[end]] += member.weight
                    if end == len(core) or core[end] in self._words.function_words:
                        self._closed[phrase] += member.weight
            for phrase, weight in said.items():
                self._everywhere[phrase] += weight
            self._of_theme.append(dict(said))
            self._whole.append(dict(whole))
            self._with_word.append(dict(with_word))

    def _phrases_in(self, core: Phrase) -> dict[Phrase, tuple[int, int]]:
        found = {}
        for start in range(len(core)):
            for end in range(start + 1, min(len(core), start + _LONGEST_PHRASE) + 1):
                phrase = core[start:end]
                if self.can_be_label(phrase):
                    found[phrase] = start, end
        return found

    def can_be_label(self, phrase: Phrase) -> bool:
        """Whether a phrase is a whole one that can be read, and nobody's own story."""
        words = self._words
        if len(" ".join(phrase)) > _LONGEST_LABEL or any(c.isdigit() for w in phrase for c in w):
            return False
        return words.personal.isdisjoint(phrase) and self._is_whole(phrase)

    def _is_whole(self, phrase: Phrase) -> bool:
        words = self._words
        if not all(self._can_be_read(w) for w in phrase):
            return False
        first, last = phrase[0], phrase[-1]
        opens = first not in words.function_words or first in words.negations
        never_last = words.function_words | words.trimmed | words.negations
        closes = last not in never_last or may_end(phrase)
        return opens and closes and (first not in words.trimmed or first in words.negations)

    def _can_be_read(self, word: str) -> bool:
        known = self._readable.get(word)
        if known is None:
            joins = word in self._words.function_words or word in self._words.negations
            known = self._readable[word] = joins or self._vocabulary.is_readable(word)
        return known

    def candidates(self, theme: int, key_words: Sequence[str], most: int) -> list[tuple[Phrase, float]]:
        """The phrases that could name a theme with their worth, best first; `key_words` are the theme's key words."""
        said, whole, with_word = self._of_theme[theme], self._whole[theme], self._with_word[theme]
        largest = max(with_word.values(), default=1.0)
        words = self._words
        signs = words.praise | words.complaint | words.negations

        def filler_penalty(word: str, named_words: Sequence[str]) -> float:
            if word in words.answering:
                return _ANSWERING
            return _ASKED * (word in self.asked and (word not in signs or len(named_words) == 1))

        def worth(phrase: Phrase) -> float:
            content = [w for w in phrase if w not in words.function_words or w in words.negations]
            named_words = [w for w in content if w not in words.negations]
            says_how = 0.3 if not signs.isdisjoint(phrase) else 0.0
            length = {1: -0.6 if says_how else -1.2, 2: 0.3, 3: 0.25, 4: -0.1}.get(len(content), -0.6)
            rarest = min(self._vocabulary.count(w) for w in phrase)
            typo = -0.5 if rarest < _WRITTEN_RIGHT else 0.0
            own = said[phrase] / self._everywhere[phrase]
            named = 0.25 * min(2, len(set(phrase) & set(key_words[:4])))
            heard = 0.45 * math.log1p(said[phrase]) + 0.25 * math.log1p(whole.get(phrase, 0.0))
            covered = max((with_word[w] for w in named_words), default=0.0) / largest
            # What is negated belongs to the negation ("tidak dapat", "not have").
            filling = -0.35 * sum(
                w in words.function_words and w not in words.negations and before not in words.negations
                for before, w in itertools.pairwise(("", *phrase))
            )
            idle = -sum(filler_penalty(w, named_words) for w in named_words) / max(len(named_words), 1)
            once = -_SAID_ONCE * (said[phrase] < 2 and largest >= _MANY_SAY)
            return once + heard + named + says_how + length + typo + 0.6 * own + 0.9 * covered + filling + idle

        ranked = sorted(((p, worth(p) - self._cut_off(p)) for p in said), key=lambda r: (-r[1], r[0]))
        return ranked[:most] + [r for r in ranked[most:] if len(r[0]) == 1 and r[0][0] in key_words[:4]]

    def can_be_cited(self, phrase: Phrase) -> bool:
        """Whether a definition can cite a phrase: a whole one, written as enough respondents wrote its words."""
        return (
            bool(phrase)
            and not any(c.isdigit() for w in phrase for c in w)
            and self._is_whole(phrase)
            and all(self._vocabulary.count(w) >= _WRITTEN_RIGHT for w in phrase)
        )

    def said(self, theme: int, phrase: Phrase) -> float:
        """Respondents of a theme who used a phrase."""
        return self._of_theme[theme].get(phrase, 0.0)

    def said_whole(self, theme: int, phrase: Phrase) -> float:
        """Respondents of a theme who said a phrase and nothing more of it."""
        return self._whole[theme].get(phrase, 0.0)

    def can_be_second_label(self, theme: int, phrase: Phrase) -> bool:
        """Whether a phrase can be the second of a label: no lone word, and more than one respondent used it."""
        return len(phrase) > 1 and self.said(theme, phrase) > 1

    def _cut_off(self, phrase: Phrase) -> float:
        """What a phrase loses that hardly ever stands by itself.

        Mostly the same word goes on; or it never closes; or it only comes along with other things that are said.
        """
        times = self._everywhere[phrase]
        starting_anew = self._words.negations
        after = {w: n for w, n in self._after[phrase].items() if w not in starting_anew}
        goes_on = max(max(n.values(), default=0.0) for n in (self._before[phrase], after))
        never_closes = self._closed[phrase] < _CLOSES * times
        comes_along = times >= _WRITTEN_RIGHT and self._alone[phrase] < _ON_ITS_OWN * self._usually_alone * times
        return _A_PIECE * (float(goes_on > _GOES_ON * times) + float(never_closes) + float(comes_along))


def _share_alone(themes: Sequence[Sequence[Member]]) -> float:
    said = sum(m.weight for members in themes for m in members)
    return sum(m.alone for members in themes for m in members) / max(said, 1e-9)


def _counter() -> defaultdict[str, float]:
    return defaultdict(float)


def key_words(
    members: Sequence[Member], weight_of_word: Mapping[str, float], language: str, most: int = 6
) -> list[str]:
    """The words that tell a theme from the others, weightiest first (class-based TF-IDF)."""
    words = wording(language)
    own: defaultdict[str, float] = defaultdict(float)
    for member in members:
        for word in set(member.segment.split()):
            if word not in words.function_words and word not in words.trimmed and not word.isdigit() and len(word) > 1:
                own[word] += member.weight
    total = sum(own.values()) or 1
    everything = sum(weight_of_word.values()) or 1

    def telling(word: str) -> float:
        return own[word] / total * math.log(1 + everything / (weight_of_word.get(word, 1) * 4))

    ranked = sorted((w for w in own if own[w] >= 2), key=lambda w: (-telling(w), w))
    return ranked[:most]
