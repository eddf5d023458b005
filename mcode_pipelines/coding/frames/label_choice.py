"""Which phrases name a theme: what most of it says, in words that a fair share of it uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from mcode_pipelines.coding.frames.labels import Label
from mcode_pipelines.coding.frames.phrase_usage import PhraseUsage
from mcode_pipelines.coding.frames.phrases import Member, Phrases
from mcode_pipelines.coding.meaning.clusters import Themes
from mcode_pipelines.coding.meaning.embedding_space import EmbeddingSpace
from mcode_pipelines.coding.meaning.vectors import FloatArray
from mcode_pipelines.coding.text.phrases import Phrase, core_phrase
from mcode_pipelines.coding.text.polarity import polarity
from mcode_pipelines.coding.text.stemming import stem
from mcode_pipelines.coding.text.subjects import heading, subjects_of
from mcode_pipelines.coding.text.wording import wording

_LABELS_LOOKED_AT = 15
"""Phrases of a theme that are compared with it."""
_NEARNESS = 2.5
"""How much the nearness of a label to its theme counts beside how often it was said."""
_USED = 0.3
"""How much the share of a theme that uses the words of a phrase counts (by its logarithm) ..."""
_HARDLY, _WIDELY = 0.02, 0.25
"""... between these shares."""
_CONTRADICTED = 2.5
"""What a phrase loses whose words are mostly used to say the contrary."""
_UNKNOWN_DENIAL = 0.5
"""What a phrase loses that denies something in a theme of praise, and is not known to be praise."""
_SAYS_IT_TOO = 0.35
"""Cosine (centred) of what was said to a phrase from which it says the same in other words."""
_SPOKEN_FOR = 0.5
"""Share of a theme that its label must speak for; below, a second phrase stands beside the first ..."""
_A_FAIR_SHARE = 0.15
"""... that speaks for at least this share more."""
_WORDS_OF_TWO = 6
"""Words of a label of two phrases at most."""
_SHARE_COUNTS = 3.0
"""How much the share that a second phrase speaks for counts beside what it is worth by itself."""
_LEANS = 0.1
"""Share by which praise must outweigh complaints, or the other way round, for a theme to be of that side."""
_MOSTLY = 0.3
"""The same for a theme to be called praise, or complaint."""
_ONE_SIDED = 0.4
"""The same for a subject's heading, which takes no side, to say too little."""
_THING_SAID, _WITH_MORE = 0.3, 0.3
"""A theme is called by a thing alone ("mushola") where this share speaks of it, and only this part of them says of it
what the phrase says ("mushola kecil")."""
_OF_ONE_SUBJECT, _MORE_THAN_ALL = 0.5, 2.0
"""Share of a theme that must speak of one known subject for its heading to be the label, and as many times the share of
everything that was said, ..."""
_FIRST_WEAK, _BOTH_WEAK = 0.25, 0.4
"""... where the best phrase speaks for less than the one, and together with a second for less than the other, ..."""
_NOT_STRONG = 0.3
"""... or for less than this, and is no nearer to the theme than the heading, ..."""
_HEADING_NEAR = 0.25
"""... and the heading is so near (cosine, centred) to the theme."""
_FURTHER, _FEW_FURTHER = 3, 2
"""Things that a definition cites beside the label at most, and so many of them where nobody said the same twice."""
_SOME_MORE = 0.04
"""Share of a theme that each of them speaks for beside those before it."""
_WORDS_OF_A_REMARK = 5
"""Words of what a definition cites at most."""
_OFTEN, _TYPICAL = 0.03, 0.1
"""How much it counts for a remark to be cited that many made it (by the logarithm), and that it is typical."""
_WEAK, _WEAKLY = 3.4, 0.25
"""A phrase that is worth no more than the one and speaks for less than the other is a poor label. Better are two key
words of the theme ("dog and cat" where somebody's "cat slept") ..."""
_MUCH_MORE, _ENOUGH = 1.6, 0.25
"""... if as many times more of the theme uses one of them, and this share at least; or the heading of the subject of
the first of them where this share speaks of it."""
_AKIN = 0.5
"""Likeness (by the encoder) of two words from which they name things of a kind ("dog", "cat"; not "sea", "say")."""
_NAMING_WORDS = 4
"""Key words of a theme that can name it two by two."""
_AS_NEAR = 0.02
"""Difference of two cosines that tells nothing."""
_SECOND_RATE = 2.0
"""How much less a second phrase may be worth than the first."""


class LabelChoice:
    """Chooses the labels of a question's themes."""

    def __init__(
        self,
        phrases: Phrases,
        members_of: Sequence[Sequence[Member]],
        placed: FloatArray,
        themes: Themes,
        space: EmbeddingSpace,
        language: str,
    ) -> None:
        """`placed` (segments, dimensions) are the vectors of what was said; `members_of` the segments of each theme."""
        self.phrases = phrases
        self.members_of = members_of
        self.placed = placed
        self.themes = themes
        self.space = space
        self.language = language
        said = [m for members in members_of for m in members]
        sides = np.array([space.sides.verdict(m.segment) for m in said])
        weights = np.array([m.weight for m in said])
        self._shares = [float(weights[sides == side].sum() / max(weights.sum(), 1e-9)) for side in (1, -1)]

    def has_side(self, side: float) -> bool:
        """Whether a fair share of all that was said praises (a side above 0), or complains (below)."""
        return bool(self._shares[int(side < 0)] >= _A_FAIR_SHARE)

    def labels(self, key_words_of: Sequence[Sequence[str]], taken: set[str]) -> list[Label]:
        """For each theme the phrase that is worth most as its label; `key_words_of` are the key words of each.

        Where many of the theme say something else, a second phrase stands beside it: the one that speaks for most of
        what the first leaves out, in other words, of another matter and never of the other side. Where a theme agrees
        on a known subject and on no phrase, the subject's heading is the label. `taken` may not be labels.
        """
        candidates = [
            [(p, w) for p, w in self.phrases.candidates(t, key_words, _LABELS_LOOKED_AT) if " ".join(p) not in taken]
            for t, key_words in enumerate(key_words_of)
        ]
        texts = [" ".join(phrase) for own in candidates for phrase, _ in own]
        vectors = self.space.vectors(texts) if texts else np.zeros((0, self.placed.shape[1]), dtype=np.float32)
        headings = self._headings(taken)
        labels: list[Label] = []
        weak: list[_ThemeLabel | None] = []
        row = 0
        for theme, own in enumerate(candidates):
            here = vectors[row : row + len(own)]
            row += len(own)
            choice = _ThemeLabel(self, theme, own, here, key_words_of[theme]) if own else None
            named = choice.heading_label(headings.get(theme)) if choice else None
            labels.append(named or (choice.label() if choice else Label()))
            weak.append(choice if named is None and choice and choice.is_weak(labels[theme]) else None)
        used = {label.first for label in labels if label.heading}
        for theme, poor in enumerate(weak):
            labels[theme] = poor.by_key_words(labels[theme], used | {(t,) for t in taken}) if poor else labels[theme]
        return labels

    def _headings(self, taken: set[str]) -> dict[int, Phrase]:
        """The themes that agree on a known subject, with its heading; of several with one subject the clearest."""
        told = [subjects_of([m.segment for m in members], self.language) > 0 for members in self.members_of]
        weights = [np.array([m.weight for m in members]) for members in self.members_of]
        everything = sum(float(w.sum()) for w in weights)
        if not everything:
            return {}
        usual = np.sum([w @ t for w, t in zip(weights, told, strict=True)], axis=0) / everything
        best: dict[int, tuple[float, int]] = {}
        for theme, (w, t) in enumerate(zip(weights, told, strict=True)):
            shares = w @ t / max(float(w.sum()), 1e-9)
            subject = int(shares.argmax())
            if shares[subject] >= max(_OF_ONE_SUBJECT, _MORE_THAN_ALL * usual[subject]):
                best[subject] = max(best.get(subject, (0.0, -1)), (round(float(shares[subject]), 4), theme))
        found = {theme: tuple(heading(s, self.language).lower().split()) for s, (_, theme) in best.items()}
        return {theme: words for theme, words in found.items() if " ".join(words) not in taken}


class _ThemeLabel:
    """The candidates of one theme and how far each speaks for it."""

    def __init__(
        self,
        choice: LabelChoice,
        theme: int,
        candidates: Sequence[tuple[Phrase, float]],
        vectors: FloatArray,
        key_words: Sequence[str],
    ) -> None:
        self._choice, self._theme, self._vectors, self._key_words = choice, theme, vectors, key_words
        self._language = choice.language
        self._candidates = [p for p, _ in candidates]
        members = choice.members_of[theme]
        self._usage = usage = PhraseUsage(members, self._language)
        self._verdict = choice.space.sides.verdict
        self._told_apart = choice.space.sides.told_apart
        raw = np.array([self._verdict(m.segment) for m in members])
        self._lean = lean = float(usage.weights @ raw)
        self._leaning = int(np.sign(lean)) if abs(lean) >= _LEANS else 0
        self._side = int(np.sign(lean)) if self._told_apart else 0
        self._of_side = int(np.sign(lean)) if abs(lean) >= _MOSTLY and choice.has_side(lean) else 0
        self._polarities = np.array([self._verdict(" ".join(p)) for p in self._candidates])
        using = np.column_stack([usage.users(p) for p in self._candidates])
        self._placed = choice.placed[choice.themes.theme_of_segment == theme]
        self._speaks: npt.NDArray[np.bool_] = np.asarray(self._placed @ vectors.T >= _SAYS_IT_TOO) | using
        self._used = usage.weights @ using
        near = vectors @ choice.themes.centres[theme]
        contradicted = np.array([usage.is_contradicted(p) for p in self._candidates])
        other_side = self._polarities * self._side < 0
        speaking = np.sqrt(self._used * (usage.weights @ self._speaks))
        widely = np.log(np.clip(speaking, _HARDLY, _WIDELY) / _WIDELY)
        self._worth = np.array([w for _, w in candidates]) + _NEARNESS * near + _USED * widely
        untold = np.array([self._unknown_denial(p) for p in self._candidates]) & (self._side > 0)
        self._worth -= _CONTRADICTED * (contradicted | other_side) + _UNKNOWN_DENIAL * untold
        self._first = self._best(self._worth, range(len(self._candidates)))
        self._contrary = contradicted | other_side

    def _best(self, worth: npt.NDArray[np.float64], among: Sequence[int]) -> int:
        return min(among, key=lambda p: (-round(float(worth[p]), 4), self._candidates[p]))

    def _near(self, phrase: Phrase) -> float:
        """Cosine (centred) of a phrase to the middle of the theme."""
        vector = self._choice.space.vectors([" ".join(phrase)])[0]
        return round(float(vector @ self._choice.themes.centres[self._theme]), 2)

    def heading_label(self, words: Phrase | None) -> Label | None:
        """The heading of the theme's subject as its label where no phrase says what a fair share of it says."""
        if words is None or (self._told_apart and abs(self._lean) >= _ONE_SIDED):
            return None
        label = self.label()
        near = self._near(words)
        first, both = self._spoken_for(label)
        weak = first < _FIRST_WEAK and both < _BOTH_WEAK
        farther = first < _NOT_STRONG and self._near(self._candidates[self._first]) <= near + _AS_NEAR
        fits = near >= _HEADING_NEAR and (weak or farther or self._bare(label.first))
        return replace(label, first=words, beside=(), further=self._further([]), heading=True) if fits else None

    def is_weak(self, label: Label) -> bool:
        """Whether what was chosen says little of the theme."""
        return self._worth[self._first] < _WEAK and max(self._spoken_for(label)) < _WEAKLY

    def by_key_words(self, label: Label, taken: set[Phrase]) -> Label:
        """A weak label, or what is better: the heading of what its first key word is about, or two key words."""
        words = wording(self._language)
        idle = words.function_words | words.negations | words.praise | words.complaint | words.answering
        could = self._choice.phrases.can_be_label
        telling = [w for w in self._key_words if not (w in idle or w in self._choice.phrases.asked) and could((w,))]
        if not telling:
            return label
        subject = subjects_of(telling[:1], self._language)[0]
        if subject.any():
            words_of = tuple(heading(int(subject.argmax()), self._language).lower().split())
            members = self._choice.members_of[self._theme]
            speaking = subjects_of([m.segment for m in members], self._language)[:, int(subject.argmax())] > 0
            often = float(self._usage.weights @ speaking) >= _ENOUGH
            if often and words_of not in taken and self._near(words_of) >= _HEADING_NEAR:
                taken.add(words_of)
                return replace(label, first=words_of, beside=(), further=self._further([]), heading=True)
        akin = self._choice.space.encoded(telling)
        akin_to_first = (akin @ akin[0]).tolist()
        first = telling[0]
        others = [w for w in telling if stem(w, self._language) != stem(first, self._language)]
        second = next((w for w in others if akin_to_first[telling.index(w)] >= _AKIN), "")
        if not second:
            return label
        either = float(self._usage.weights @ (self._usage.users((first,)) | self._usage.users((second,))))
        if either < max(_ENOUGH, _MUCH_MORE * max(self._spoken_for(label))):
            return label
        return replace(label, first=(first,), beside=(second,), further=self._further([]))

    def _spoken_for(self, label: Label) -> tuple[float, float]:
        """Shares of the theme that the first phrase, and both phrases of a label speak for."""
        place = {phrase: p for p, phrase in enumerate(self._candidates)}
        first = self._speaks[:, place[label.first]] if label.first in place else self._usage.users(label.first)
        both = first | self._speaks[:, place[label.beside]] if label.beside else first
        return float(self._usage.weights @ first), float(self._usage.weights @ both)

    def _bare(self, phrase: Phrase) -> bool:
        """Whether a label is a thing's name and nothing else."""
        return (
            len(phrase) == 1 and bool(subjects_of([phrase[0]], self._language).any()) and not self._verdict(phrase[0])
        )

    def label(self) -> Label:
        """The phrase that is worth most, with what stands beside it."""
        first = self._candidates[self._first]
        thing = self._thing_alone(first)
        speaks = self._usage.users(thing) if thing else self._speaks[:, self._first]
        beside = self._second(thing or first, speaks)
        named = [self._first, *(p for p, phrase in enumerate(self._candidates) if phrase == beside)]
        return Label(thing or first, beside, self._further(named), side=self._of_side)

    def _thing_alone(self, first: Phrase) -> Phrase:
        """The thing a phrase is about, where many speak of it and few say what the phrase says; else nothing.

        Only where a question asks for no side: there a thing by itself says what is meant.
        """
        words = wording(self._language)
        no_thing = words.function_words | words.praise | words.complaint | words.negations | words.answering
        asked = self._choice.phrases.asked
        things = [w for w in first if w in self._key_words and w not in no_thing and w not in asked]
        if self._told_apart or len(first) < 2 or not things:
            return ()
        thing = max(things, key=lambda w: (self._usage.share((w,)), w))
        share = self._usage.share((thing,))
        by_itself, as_told = (self._choice.phrases.said_whole(self._theme, p) for p in ((thing,), first))
        if by_itself < max(1.0, as_told) or (by_itself == as_told and self._near((thing,)) <= self._near(first)):
            return ()
        return (thing,) if share >= _THING_SAID and self._used[self._first] < _WITH_MORE * share else ()

    def _second(self, first: Phrase, spoken_for: npt.NDArray[np.bool_]) -> Phrase:
        weights = self._usage.weights
        if weights @ spoken_for >= _SPOKEN_FOR or self._unknown_denial(first):
            return ()
        more = weights @ (self._speaks & ~spoken_for[:, None])
        alike = self._vectors @ self._vectors[self._first] >= _SAYS_IT_TOO
        side = self._verdict(" ".join(first)) or self._leaning
        fitting = [
            p
            for p, phrase in enumerate(self._candidates)
            if more[p] >= _A_FAIR_SHARE
            and (self._choice.phrases.can_be_second_label(self._theme, phrase) or self._two_things(first, phrase))
            and not (alike[p] or self._contrary[p] or self._other_side(p, side))
            and set(phrase).isdisjoint(first)
            and not (self._mere_verdict(first) and self._mere_verdict(phrase))
            and len(phrase) + len(first) <= _WORDS_OF_TWO
            and (len(phrase) == 1 or self._worth[p] >= self._worth[self._first] - _SECOND_RATE)
        ]
        return self._candidates[self._best(self._worth + _SHARE_COUNTS * more, fitting)] if fitting else ()

    def _mere_verdict(self, phrase: Phrase) -> bool:
        """Whether a phrase praises or complains and says of nothing what it is about."""
        words = wording(self._language)
        return (words.function_words | words.negations | words.praise | words.complaint).issuperset(phrase)

    def _two_things(self, first: Phrase, second: Phrase) -> bool:
        """Whether two single words name things that together name the theme ("dog and cat")."""
        both = (*first, *second)
        phrases = self._choice.phrases
        return len(both) == 2 and all(
            w in self._key_words[:_NAMING_WORDS] and not self._verdict(w) and phrases.said_whole(self._theme, (w,)) > 0
            for w in both
        )

    def _other_side(self, candidate: int, side: int) -> bool:
        """Whether a candidate is of the other side than this one, or than the theme."""
        return int(self._polarities[candidate]) * side < 0 or self._on_other_side(self._candidates[candidate])

    def _further(self, named: Sequence[int]) -> tuple[Phrase, ...]:
        """What people said that speaks for most of what the label leaves out, in other words."""
        said, times, usual, speaks = self._remarks()
        spoken_for = np.asarray(self._speaks[:, list(named)].any(axis=1), dtype=np.bool_)
        used = {stem(w, self._language) for p in named for w in self._candidates[p]}
        further: list[Phrase] = []
        for least, most in ((2.0, _FURTHER), (0.0, _FEW_FURTHER)):
            while len(further) < most:
                more = self._usage.weights @ (speaks & ~spoken_for[:, None])
                new = [
                    p
                    for p, words in enumerate(said)
                    if times[p] >= least
                    and more[p] >= _SOME_MORE
                    and not used.issuperset(stem(w, self._language) for w in words)
                ]
                if not new:
                    break
                best = min(new, key=lambda p: (-round(float(more[p] + usual[p]), 4), said[p]))
                further.append(said[best])
                spoken_for = spoken_for | speaks[:, best]
                used |= {stem(w, self._language) for w in said[best]}
        return tuple(further)

    def _remarks(
        self,
    ) -> tuple[list[Phrase], npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """What was said in few words, how often, how usual it is in the theme, and (members, remarks) who says so."""
        members, phrases = self._choice.members_of[self._theme], self._choice.phrases
        kept: dict[Phrase, int] = {}
        for row, member in enumerate(members):
            core = core_phrase(member.segment, self._language)
            if (
                len(core) <= _WORDS_OF_A_REMARK
                and phrases.can_be_cited(core)
                and not (self._on_other_side(core) or self._usage.is_contradicted(core))
            ):
                kept.setdefault(core, row)
        rows = list(kept.values())
        times = np.array([phrases.said_whole(self._theme, core) for core in kept])
        usual = _OFTEN * np.log1p(times) + _TYPICAL * np.array([members[row].closeness for row in rows])
        too = np.asarray(self._placed @ self._placed[rows].T >= _SAYS_IT_TOO, dtype=np.bool_)
        return list(kept), times, usual, too

    def _on_other_side(self, phrase: Phrase) -> bool:
        """Whether a phrase is not of the theme's side, or denies something and is not known to praise or complain."""
        told = self._verdict(" ".join(phrase))
        return told * self._leaning < 0 or self._unknown_denial(phrase)

    def _unknown_denial(self, phrase: Phrase) -> bool:
        """Whether a phrase denies something, and whether that is praise or complaint is asked for and not known."""
        return self._told_apart and not polarity(" ".join(phrase), self._language) and self._usage.denies(phrase)
