"""Open answers the way people type them on a phone, put together from the phrases of a YAML file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from survey_maker.draws import Draws

NO_ANSWER = 99

_CHOICE = re.compile(r"\(([^()]*)\)")
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)


@dataclass(frozen=True)
class Theme:
    """One code of a question, and how people put it."""

    code: int
    label: str
    english: str
    wordings: tuple[str, ...]
    """Patterns: `(a|b|)` stands for one of its parts."""
    stock: tuple[str, ...]
    """Short phrases that many people write alike."""
    weight: float = 1.0
    side: str | None = None
    """The side of the service it speaks of; what the speaker thinks of that side makes it likelier."""
    tone: int = 0
    """+1 praise, -1 complaint, 0 neither."""
    alone: bool = False
    """Whether it leaves nothing else to say: "it is all fine"."""
    follows_score: bool = False
    """Whether it explains a score given before, so that a high score brings praise and a low one complaints."""


@dataclass(frozen=True)
class OpenQuestion:
    """The themes of one open-ended question."""

    variable: str
    themes: tuple[Theme, ...]
    other: Theme
    """Answers that fit no theme; its code is the last."""
    non_answers: Mapping[str, float]
    """What people write who have nothing to say, with how common it is."""
    openings: tuple[str, ...]
    """What stands before an answer."""
    elaborations: tuple[str, ...]
    """What the talkative add without saying anything that has a code."""

    def theme_of(self, code: int) -> Theme:
        """The theme of a code. Raises KeyError."""
        return {t.code: t for t in (*self.themes, self.other)}[code]


@dataclass(frozen=True)
class Writing:
    """How a language is typed on a phone."""

    slang: Mapping[str, tuple[str, ...]]
    """Word to its short forms."""
    connectors: Mapping[str, float]
    """What joins two thoughts, with how common it is."""
    contrasts: tuple[str, ...]
    """What joins praise and complaint."""
    reasons: tuple[str, ...]
    """Words for "because", which only the first thought keeps."""
    closings: tuple[str, ...]


def read_writing(path: Path) -> Writing:
    """The habits of writing in a YAML file."""
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Writing(
        slang={word: tuple(forms) for word, forms in given["slang"].items()},
        connectors=given["connectors"],
        contrasts=tuple(given["contrasts"]),
        reasons=tuple(given["reasons"]),
        closings=tuple(given["closings"]),
    )


def read_question(path: Path) -> OpenQuestion:
    """The themes of one question in a YAML file named after it."""
    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    usual = {"tone": given.get("tone", 0), "follows_score": given.get("follows_score", False)}
    themes = tuple(_theme(code, {**usual, **entry}) for code, entry in enumerate(given["themes"], start=1))
    other = _theme(len(themes) + 1, {**given["other"], "stock": []})
    return OpenQuestion(
        variable=given.get("variable", path.stem),
        themes=themes,
        other=other,
        non_answers=given["non_answers"],
        openings=tuple(given["openings"]),
        elaborations=tuple(given["elaborations"]),
    )


def _theme(code: int, entry: Mapping[str, Any]) -> Theme:
    return Theme(
        code=code,
        label=entry["label"],
        english=entry["en"],
        wordings=tuple(entry["wordings"]),
        stock=tuple(entry["stock"]),
        weight=entry.get("weight", 1.0),
        side=entry.get("side"),
        tone=entry.get("tone", 0),
        alone=entry.get("alone", False),
        follows_score=entry.get("follows_score", False),
    )


@dataclass(frozen=True)
class Hand:
    """How one person types, the same in all of their answers."""

    slang: float
    """Share of the words that have a short form which are typed short."""
    typos: float
    """Mistyped words a word."""
    case: Callable[[str], str]
    talkative: float
    """From 0 (a few words) to 1 (tells a story)."""
    full_stop: float


def a_hand(draws: Draws, education: float) -> Hand:
    """Draw a person's way of typing; education from 0 to 1 makes it tidier."""
    case = draws.weighted({str.lower: 0.62 - 0.2 * education, _sentence: 0.30 + 0.2 * education, str.upper: 0.08})
    return Hand(
        slang=draws.uniform(0.15, 0.95) * (1.1 - 0.4 * education),
        typos=draws.weighted({0.0: 0.45, 0.02: 0.3, 0.06: 0.2, 0.12: 0.05}),
        case=case,
        talkative=min(max(draws.normal(0.3 + 0.25 * education, 0.22), 0.0), 1.0),
        full_stop=draws.weighted({0.0: 0.6, 0.5: 0.2, 1.0: 0.2}),
    )


def non_answer(question: OpenQuestion, hand: Hand, draws: Draws) -> str:
    """A way of saying nothing."""
    words = draws.weighted(question.non_answers)
    if len(words) <= 3:
        return draws.pick((words, words.upper(), words.lower()))
    return hand.case(words) + ("." if draws.chance(hand.full_stop * 0.4) else "")


def stock_phrase(theme: Theme, hand: Hand, draws: Draws) -> str:
    """The theme in the words that many use."""
    return hand.case(draws.pick(theme.stock)) + ("." if draws.chance(hand.full_stop * 0.5) else "")


def answer(question: OpenQuestion, themes: list[Theme], writing: Writing, hand: Hand, draws: Draws) -> str:
    """One answer that says all the themes, in this person's hand."""
    text = expand(draws.pick(themes[0].wordings), draws)
    for before, theme in pairwise(themes):
        joint = draws.pick(writing.contrasts) if before.tone * theme.tone < 0 else draws.weighted(writing.connectors)
        text += joint + _without_reason(expand(draws.pick(theme.wordings), draws), writing)
    if draws.chance(0.04 + 0.22 * hand.talkative):
        text = f"{expand(draws.pick(question.openings), draws)} {text}"
    if not themes[0].alone and draws.chance(max(0.75 * hand.talkative - 0.2, 0.0)):
        text += draws.weighted({", ": 0.6, ". ": 0.3, " ": 0.1}) + expand(draws.pick(question.elaborations), draws)
    if draws.chance(0.04 + 0.14 * hand.talkative):
        text += draws.pick(writing.closings)
    text = _WORD.sub(lambda word: _typed(word.group(), writing, hand, draws), text)
    text = hand.case(re.sub(r"[ \t]+", " ", text).strip())
    return text + _ending(text, hand, draws)


def number_of_themes(hand: Hand, draws: Draws) -> int:
    """How many things this person says at once: one to four."""
    talk = hand.talkative
    return draws.weighted({1: 1.0 - 0.55 * talk, 2: 0.22 + 0.4 * talk, 3: 0.02 + 0.2 * talk, 4: 0.07 * talk * talk})


def chosen_themes(question: OpenQuestion, weights: Mapping[int, float], number: int, draws: Draws) -> list[Theme]:
    """Up to `number` different themes by their weights; one that stands alone comes with no other."""
    first = question.theme_of(draws.weighted(weights))
    if first.alone or number == 1:
        return [first]
    others = {c: w for c, w in weights.items() if c != first.code and not question.theme_of(c).alone}
    return [first, *(question.theme_of(code) for code in draws.several(others, number - 1))]


def _without_reason(part: str, writing: Writing) -> str:
    first, _, rest = part.partition(" ")
    return rest if rest and first in writing.reasons else part


def expand(pattern: str, draws: Draws) -> str:
    """A pattern with one part chosen of every `(a|b|c)`, innermost first, blanks tidied."""
    while "(" in pattern:
        pattern = _CHOICE.sub(lambda found: draws.pick(found.group(1).split("|")), pattern, count=1)
    return re.sub(r"\s+([,.])", r"\1", re.sub(r" {2,}", " ", pattern)).strip()


def _typed(word: str, writing: Writing, hand: Hand, draws: Draws) -> str:
    if word.lower() in writing.slang and draws.chance(hand.slang):
        return draws.pick(writing.slang[word.lower()])
    if len(word) >= 4 and hand.typos and draws.chance(hand.typos):
        return _mistyped(word, draws)
    return word


def _mistyped(word: str, draws: Draws) -> str:
    """The word with one slip of the thumb: two letters swapped, one lost, or one doubled; never the first."""
    at = draws.whole(1, len(word) - 2)
    slip = draws.weighted({"swap": 0.35, "lose": 0.4, "double": 0.25})
    if slip == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == "lose":
        return word[:at] + word[at + 1 :]
    return word[: at + 1] + word[at:]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ending(text: str, hand: Hand, draws: Draws) -> str:
    if text[-1] in ".!?":
        return ""
    if draws.chance(hand.full_stop):
        return "."
    return draws.weighted({"": 0.9, "..": 0.04, "!": 0.03, " ": 0.03})
