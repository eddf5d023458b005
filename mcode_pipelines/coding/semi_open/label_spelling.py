"""What a new answer is called: what most respondents wrote, spelled out, in the capitals that are usual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from mcode_pipelines.coding.frames.labels import short_label
from mcode_pipelines.coding.text.fuzzy_matching import LONGEST_ABBREVIATION, is_short_for
from mcode_pipelines.coding.text.phonetics import VOWELS
from mcode_pipelines.coding.text.synonyms import Words, synonyms
from mcode_pipelines.coding.text.verbatims import cleaned, normal_form
from mcode_pipelines.coding.text.wording import wording

_IN_CAPITALS = 0.25
"""Share of a word's spellings with a capital from which it has one: most people type names without."""
_SEVERAL = 2


class Capitalisation:
    """How the words of a question's texts are mostly capitalised."""

    def __init__(self, texts: Sequence[str], language: str) -> None:
        self._always = wording(language).capitals
        self._anywhere: dict[str, Counter[str]] = {}
        self._within: dict[str, Counter[str]] = {}
        self._shouted: set[str] = set()
        for text, count in Counter(texts).items():
            words = text.split()
            if text.isupper() and len(text) > LONGEST_ABBREVIATION:
                self._shouted.update(w.casefold() for w in words)
                continue
            for place, word in enumerate(words):
                if place:
                    self._within.setdefault(word.casefold(), Counter())[word] += count
                # The first of several words has a capital because it is the first.
                if place or len(words) == 1 or not word.istitle():
                    self._anywhere.setdefault(word.casefold(), Counter())[word] += count

    def of(self, word: str, *, alone: bool = False, within: bool = False) -> str:
        """A word as it is mostly written, in a label by itself (`alone`) or after its first word (`within`)."""
        lower = word.casefold()
        spelled = (self._within.get(lower) if within else None) or self._anywhere.get(lower, Counter())
        capital = {w: n for w, n in spelled.items() if w != lower}
        if lower in self._always or (not capital and (alone or lower in self._shouted) and _is_unsayable(lower)):
            return lower.upper()
        if not capital or sum(capital.values()) < _IN_CAPITALS * sum(spelled.values()):
            return lower
        best = max(capital, key=lambda w: (capital[w], not w.isupper(), w))
        return lower.capitalize() if best.isupper() and len(best) > LONGEST_ABBREVIATION else best


def _is_unsayable(word: str) -> bool:
    """Whether a short word is one of consonants, as abbreviations are (BJB)."""
    return len(word) < LONGEST_ABBREVIATION and word.isalpha() and VOWELS.isdisjoint(word)


def label_of_group(texts: Mapping[Words, Sequence[str]], capitals: Capitalisation, language: str) -> str:
    """The label of a group of texts, which stand by their keys: what most say, texting spellings ("blm") written out.

    What several others say and more is what all of them say ("guru" of "guru honorer" and "guru les"). Of the
    spellings of one key that of the key itself, else the commonest; one of few letters only where there is no other.
    Words count as one however they are divided ("HR-V").
    """
    said: Counter[str] = Counter()
    for key, own in texts.items():
        said["".join(key)] += len(own)
    full = [k for k in texts if not (_is_few(k) and any(is_short_for(k, other) for other in texts))] or list(texts)
    full = [k for k in full if _says_what_others_say(k, texts)] or full
    best = max(full, key=lambda k: (said["".join(k)], len(texts[k]), sum(map(len, k)), k))
    spelled = _spellings([t for k, own in texts.items() if "".join(k) == "".join(best) for t in own], language)
    own = " ".join(best).replace("_", " ")
    form = own if own in spelled else max(spelled, key=lambda f: (not _is_few((f,)), spelled[f].total(), -len(f), f))
    written = max(spelled[form], key=lambda t: (spelled[form][t], t.replace(" ", "").isalnum(), t.lower() != t, t))
    short = wording(language).abbreviations
    plain = [w if w.casefold() in synonyms().known_words else short.get(w.casefold(), w) for w in written.split()]
    if (
        synonyms().place_names.issuperset(w.casefold() for w in plain)
        and written.casefold() not in synonyms().known_words
    ):
        return short_label(" ".join(w.capitalize() for w in plain))
    shown = " ".join(capitals.of(w, alone=len(plain) == 1, within=place > 0) for place, w in enumerate(plain))
    return short_label(shown[:1].upper() + shown[1:])


def _says_what_others_say(key: Words, texts: Mapping[Words, Sequence[str]]) -> bool:
    """Whether several other keys begin with a key, none of them what most say."""
    others = [len(own) for other, own in texts.items() if len(other) > len(key) and other[: len(key)] == key]
    return len(others) >= _SEVERAL and 2 * max(others) < sum(map(len, texts.values()))


def _spellings(texts: Sequence[str], language: str) -> dict[str, Counter[str]]:
    """How often texts were written in which way, by their normal form."""
    found: dict[str, Counter[str]] = {}
    for text in texts:
        written = " ".join(cleaned(text).split()).strip(" .,;:!?-")
        found.setdefault(normal_form(written, language, synonyms().known_words), Counter())[written] += 1
    return found


def _is_few(key: Words) -> bool:
    return len("".join(key)) < LONGEST_ABBREVIATION
