"""Texts behind "other, specify" that say a printed choice after all: misspelled, shortened, or in other words."""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mcode_pipelines.coding.frames.code_numbers import next_codes
from mcode_pipelines.coding.text.fuzzy_matching import ABBREVIATION, spelling_similarity, word_similarity
from mcode_pipelines.coding.text.language_data import any_of, words_of_all
from mcode_pipelines.coding.text.synonyms import Words, canonical, narrower_terms, synonyms
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form, theme_form
from mcode_pipelines.coding.text.wording import wording
from mcode_pipelines.survey import Choice, Variable

_RANGE = re.compile(r"\b([A-Za-z])([1-9])\s*[-–]\s*\1?([1-9])\b")
_NAME = re.compile(r"[A-Z0-9]")
_AS_BEFORE = 0.9
"""How sure a text is that is an example of a code."""
_HELD = 0.65
"""How sure a text is that names something a choice holds."""
_ONE_MISSPELLED = 0.25
"""How much less sure a text is that is one word of a choice, and misspelled ("mandri")."""
_SURE_ENOUGH = 0.9
"""How sure a choice is that stands though another one is as sure."""
_LONG = 6
"""Letters of a word that is told though it is misspelled."""


@functools.cache
def _parts() -> re.Pattern[str]:
    return re.compile(rf"[/,;()]|\s(?:{any_of('conjunctions', 'and_or')}|&)\s", re.IGNORECASE)


@functools.cache
def _several_said() -> re.Pattern[str]:
    return re.compile(rf"[/,;&+]|\b{any_of('conjunctions', 'and_or', 'and_or_spoken')}\b", re.IGNORECASE)


@functools.cache
def _other_label() -> re.Pattern[str]:
    return re.compile(rf"\s*{any_of('choices', 'other_choice')}\b.*", re.IGNORECASE)


def matching_key(text: str, language: str, *, as_written: bool = False) -> Words:
    """The words of a text that tell it from others: no function words, no "kota" or "kab" before a place.

    Short forms and other words stand as what they mean, unless they are wanted `as_written`.
    """
    words = wording(language)
    normal = theme_form(normal_form(cleaned(text), language, synonyms().known_words), language).split()
    normal = normal if as_written else canonical(normal)
    kept = [
        w for w in normal if w in words.negations or (w not in words.function_words and w not in words.intensifiers)
    ]
    place_words = words_of_all("choices", "place_words")
    without = [w for w in kept if w not in place_words]
    return tuple(without or kept or normal)


@dataclass(frozen=True)
class _Match:
    """A choice that a text may say."""

    place: int
    sure: float
    word: int
    """Which word of the text says it first."""


class PrintedChoices:
    """The printed answers of a question, and which of them a text says."""

    def __init__(self, labels: Sequence[str], language: str, examples: Sequence[Sequence[str]] = ()) -> None:
        """`labels` in the order printed, the "other" choice left out; `examples` of texts that say each, if any."""
        self._language = language
        self._keys: list[list[Words]] = []
        self._known: dict[Words, int] = {}
        self._places: defaultdict[Words, set[int]] = defaultdict(set)
        self._named: set[str] = set()
        self._several: set[Words] = set()
        for place, label in enumerate(labels):
            for example in examples[place] if examples else ():
                self._known.setdefault(matching_key(example, language), place)
            parts = [label, *(p for p in _parts().split(label) if p.strip()), *_steps(label)]
            if re.search(r"[/,;]", label):
                self._several |= {matching_key(label, language), matching_key(label, language, as_written=True)}
            keys = (matching_key(p, language, as_written=raw) for raw in (False, True) for p in parts)
            self._keys.append(
                list(
                    dict.fromkeys(
                        k
                        for key in keys
                        if key
                        for k in (key, _without(words_of_all("choices", "beside_a_choice"), key))
                    )
                )
            )
            for key in self._keys[-1]:
                self._places[key].add(place)
            # Names and abbreviations stand in capitals within a label.
            within = [] if label.isupper() else re.findall(r"\w+", label)[1:]
            short = re.findall(r"\b[A-Z0-9]{2,5}\b", label)
            self._named.update(
                w for name in (*within, *short) if _NAME.match(name) for w in matching_key(name, language)
            )
        judging = wording(language).praise | wording(language).complaint
        self._named -= judging
        self._choices_with = Counter(w for keys in self._keys for w in {w for key in keys for w in key})
        first = Counter(w for keys in self._keys for w in {key[0] for key in keys if len(key) > 1})
        negations = wording(language).negations
        self.shared = frozenset(w for w, n in first.items() if n > 1 and w not in negations)
        """Words that open several choices and tell none from another ("Bank", "Toyota")."""

        holding = [(t, next((p for n in t.names if (p := self._called(n, t.within))), set())) for t in narrower_terms()]
        self._holding = [(thing, places) for thing, places in holding if places]

    def match(self, text: str) -> tuple[int, float] | None:
        """The place of the choice that a text says and how sure that is; None where it says none."""
        key = matching_key(text, self._language)
        if key in self._known:
            return self._known[key], _AS_BEFORE
        if not key:
            return None
        held = self._held(key)
        found = [self._by_words(key, place) for place in range(len(self._keys))]
        found = [_Match(f.place, max(f.sure, _HELD), f.word) if f.place in held else f for f in found]
        found = sorted((f for f in found if f.sure), key=lambda f: (-f.sure, f.place))
        if not found:
            return None
        best = [f for f in found if f.sure >= found[0].sure - 0.01]
        if len(best) > 1 and found[0].sure < _SURE_ENOUGH:
            # What a thing is stands first in Indonesian: "pensiunan PNS" is a pensioner.
            best = [f for f in best if f.word == min(b.word for b in best)]
            if len(best) > 1 or not wording(self._language).head_first or _several_said().search(text):
                return None
        return best[0].place, round(best[0].sure, 4)

    def _held(self, key: Words) -> set[int]:
        """The places of the choices that hold what a text names: "instagram" is said by "Media sosial"."""
        plain = _without(words_of_all("choices", "beside_a_text"), key)
        denied = self._denying(key)
        found: set[int] = set()
        for thing, places in self._holding:
            if thing.written in (plain, key) or (
                not thing.alone and not denied - set(thing.written) and _names(key, thing.written)
            ):
                found |= places
        return found

    def _called(self, name: Words, within: bool) -> set[int]:
        if not within:
            return self._places.get(name, set())
        return {place for place, keys in enumerate(self._keys) if any(_side_by_side(name, key) for key in keys)}

    def _by_words(self, key: Words, place: int) -> _Match:
        """How sure it is by the words of a text that it says a choice.

        Who denies one ("bukan BCA"), or no longer is it ("mantan guru"), does not say it.
        """
        denied = self._denying(key)
        sure, first = 0.0, len(key)
        for own in self._keys[place]:
            alike = 0.0 if _only_by_consonants(key, own) else spelling_similarity(key, own)
            if alike == ABBREVIATION and own in self._several:
                alike = 0.0
            if alike == 0 and not denied - set(own):
                alike = max(self._only_its_words(key, own), self._all_its_words(key, own), self._its_name(key, own))
            if alike > sure:
                sure = alike
                first = next((i for i, w in enumerate(key) if any(word_similarity(w, o) for o in own)), len(key))
        return _Match(place, sure, first)

    def _denying(self, key: Words) -> set[str]:
        """The words of a text that turn what it names into something else."""
        return set(key) & (wording(self._language).negations | words_of_all("choices", "no_longer_or_another"))

    def _only_its_words(self, key: Words, own: Words) -> float:
        """A text that says nothing but words which one choice alone has ("central", "BCA" of "Bank BCA").

        One word of what has a name of its own is another thing: "sepeda" is no "Sepeda motor".
        """
        if len(key) == 1 and tuple(canonical(own)) != own:
            return 0.0
        telling = [w for w in key if w not in self.shared and w not in wording(self._language).negations]
        if telling and set(key) < set(own) and all(self._tells(w) and self._choices_with[w] == 1 for w in telling):
            return 0.7
        if len(key) == 1 and len(own) > 1:
            alike = [word_similarity(key[0], w) for w in own if self._choices_with[w] == 1 and len(w) > 3]
            return max(0.0, max(alike, default=0.0) - _ONE_MISSPELLED)
        return 0.0

    def _all_its_words(self, key: Words, own: Words) -> float:
        """A text with all the words of a choice, among others ("jakarta timur" of "Jakarta")."""
        if len(key) <= len(own) and len(own) > 1:
            return 0.0
        alike = [max(word_similarity(w, there) if self._tells(w) else 0.0 for there in key) for w in own]
        if min(alike) == 0:
            return 0.0
        alone = all(self._choices_with[w] == 1 for w in own)
        return (0.8 if alone else 0.6) * min(1.0, min(alike) + 0.05) - 0.05 * (len(key) - len(own))

    def _its_name(self, key: Words, own: Words) -> float:
        """A text with the name that tells a choice from those that begin alike ("inova reborn" of "Toyota Innova")."""
        name = [w for w in own if w not in self.shared]
        if not name or len(name) == len(own) or not all(self._choices_with[w] == 1 and w in self._named for w in name):
            return 0.0
        own_words = [w for w in key if w not in self.shared]
        alike = [word_similarity(*pair) for pair in zip(name, own_words, strict=False)]
        if len(own_words) < len(name) or min(alike) == 0:
            return 0.0
        return 0.75 * min(alike) - 0.05 * (len(own_words) - len(name))

    def _tells(self, word: str) -> bool:
        """Whether a word is enough to tell what is meant: a long one, or an abbreviation that is printed as such."""
        return len(word) > 3 or word in self._named


def _steps(label: str) -> list[str]:
    """What a range holds: D1, D2, D3 of "D1-D3"."""
    return [f"{m[1]}{step}" for m in _RANGE.finditer(label) for step in range(int(m[2]), int(m[3]) + 1)]


def _only_by_consonants(said: Words, printed: Words) -> bool:
    """Whether a printed abbreviation could only be read into a longer word: PNS is not short for "pengusaha"."""
    return len(said) == len(printed) == 1 and len(printed[0]) < 4 < len(said[0])


def _without(words: Collection[str], key: Words) -> Words:
    return tuple(w for w in key if w not in words) or key


def _names(key: Words, written: Words) -> bool:
    """Whether a text has certain words, side by side; a single long one may be misspelled."""
    if _side_by_side(written, key):
        return True
    return len(written) == 1 and len(written[0]) >= _LONG and any(word_similarity(w, written[0]) for w in key)


def _side_by_side(words: Words, key: Words) -> bool:
    return any(key[i : i + len(words)] == words for i in range(len(key) - len(words) + 1))


def code_numbers(choices: Sequence[Choice]) -> dict[str, int]:
    """The code number of each printed choice: its own where all are whole numbers, else counted from 1 (never 99)."""
    if all(re.fullmatch(r"-?\d{1,9}", c.code) for c in choices):
        return {c.code: int(c.code) for c in choices}
    return dict(zip([c.code for c in choices], next_codes((), len(choices)), strict=True))


def other_choice(parent: Variable) -> Choice | None:
    """The choice behind which respondents specify something else, if the question offers one."""
    if parent.other_code is not None and (named := parent.choice(parent.other_code)) is not None:
        return named
    return next((c for c in reversed(parent.choices) if _other_label().fullmatch(c.label)), None)
