"""Ordered answers: which labels are points of one scale, in which order, and what each counts as.

The order comes from the wording itself: a degree word (sangat, agak, very, somewhat ...), a denial
(tidak, not, dis-) and the word that is graded (puas, agree ...) or its opposite (buruk, difficult ...).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mcode_pipelines.detection.lists import entries_in
from mcode_pipelines.detection.vocabulary import DONT_KNOW, DONT_KNOW_CODES, DONT_KNOW_NAMES, fold_spelling, word_set
from mcode_pipelines.survey import Choice

_STRONG = (
    "sangat|amat|sekali|paling|very|strongly|extremely|totally|completely|definitely|highly|totalmente|muy|muito|"
    "tres|très|really|most|jauh|much|far|sgt|mucho"
)
_WEAK = (
    "agak|cukup|sedikit|lumayan|somewhat|slightly|fairly|moderately|quite|mildly|rather|a little|a bit|parcialmente|"
    "algo|probably|mungkin"
)
_UTMOST = "extremely|totally|completely|totalmente"
_SLIGHT = "sedikit|slightly|a little|a bit"
_HALF = "cukup|moderately|fairly|quite"
_DENIAL = r"tidak|tdk|tak|bukan|not so|not that|not very|not|no|nada"
_NONE = r"sama sekali tidak|not at all|none at all|tidak sama sekali"
_LESS = r"kurang|krg|less"
_WHOLLY = r"sama sekali|at all|whatsoever"
_BEYOND: dict[str, tuple[float, str]] = {
    "gratis": (4.0, "murah"), "free": (4.0, "cheap"), "cuma cuma": (4.0, "murah"), "free of charge": (4.0, "cheap"),
    "tidak berbayar": (4.0, "murah"),
}  # fmt: skip
"""Points beyond what degree words say: nothing is cheaper than free."""

_OPPOSITES: dict[str, str] = {
    "dissatisfied": "satisfied", "unsatisfied": "satisfied", "disagree": "agree", "unimportant": "important",
    "unlikely": "likely", "bad": "good", "poor": "good", "difficult": "easy", "hard": "easy", "unhappy": "happy",
    "unclear": "clear", "dirty": "clean", "unsafe": "safe", "uncomfortable": "comfortable", "unfriendly": "friendly",
    "uninteresting": "interesting", "unfamiliar": "familiar", "negative": "positive", "ineffective": "effective",
    "buruk": "baik", "jelek": "baik", "kecewa": "puas", "sulit": "mudah", "sukar": "mudah", "kotor": "bersih",
    "lambat": "cepat", "mahal": "murah", "expensive": "cheap", "rendah": "tinggi", "low": "high", "weak": "strong",
    "unfavorable": "favorable",
    "discordo": "concordo", "desacuerdo": "acuerdo", "insatisfecho": "satisfecho", "slow": "fast", "dislike": "like",
    "inaccurate": "accurate", "unhelpful": "helpful", "useless": "useful", "worse": "better",
    "lebih buruk": "lebih baik",
    "decreased": "increased", "menurun": "meningkat", "turun": "naik",
}  # fmt: skip
_GRADED = frozenset(_OPPOSITES.values()) | word_set(
    """setuju penting puas suka tertarik yakin percaya ramah nyaman aman jelas sesuai lengkap menarik membantu
    terbantu bermanfaat memuaskan familiar important confident interested concerned valuable difficulty
    satisfied likely cheap setuju mungkin berminat relevan berpengaruh influential challenging urgent"""
)

_LADDERS: tuple[tuple[str, ...], ...] = (
    (
        "never|tidak pernah|nunca|nooit|belum pernah",
        "very rarely|hardly ever|almost never|hampir tidak pernah|sangat jarang",
        "rarely|seldom|jarang|raramente",
        "occasionally|sesekali|once in a while",
        "sometimes|kadang|kadang kadang|terkadang|kadang2|as vezes|a veces",
        "often|frequently|regularly|sering|frecuentemente|most of the time|about half the time",
        "very often|usually|sangat sering|biasanya|sering sekali",
        "always|selalu|siempre|sempre|hampir selalu|almost always",
    ),
    (
        "none at all|not at all|tidak sama sekali|none|sama sekali tidak",
        "not much|hardly any|very little|sangat sedikit",
        "a little|sedikit|only a little|some|a little bit",
        "a moderate amount|moderately|sedang|somewhat|a fair amount|cukup",
        "a lot|banyak|quite a lot|quite a bit|cukup banyak",
        "a great deal|sangat banyak|completely",
    ),
    (
        "pasti tidak|sangat tidak mungkin|definitely not|definitely no|certainly not|definitely would not",
        "mungkin tidak|kemungkinan tidak|probably not|probably no|probably would not",
        "ragu|ragu ragu|netral|mungkin ya mungkin tidak|might or might not|maybe|not sure|neutral",
        "mungkin ya|mungkin|kemungkinan ya|probably|probably yes|probably would",
        "pasti ya|pasti|sangat mungkin|definitely|definitely yes|certainly|definitely would",
    ),
    (
        "terrible|very poor|sangat buruk|sangat jelek|sangat kurang|very bad|awful|sangat kurang baik",
        "poor|buruk|jelek|bad|below average|tidak baik",
        "kurang|kurang baik|rather poor",
        "fair|average|cukup|sedang|okay|ok|cukup baik|biasa saja|biasa",
        "good|baik|above average|bagus",
        "very good|sangat baik|sangat bagus|baik sekali",
        "excellent|outstanding|istimewa|luar biasa|memuaskan sekali",
    ),
)  # fmt: skip
_MIDDLE = re.compile(
    r"^(netral|neutral|biasa saja|biasa|ragu|ragu ragu|sedang|undecided|neither .*|antara .*|so so|average|indifferent|"
    r"no difference|sama saja|tidak .+ maupun .*|neutro|nem concordo.*|ni de acuerdo.*|fair|sama|the same|"
    r"about the same|cukup|cukup saja|lumayan|sama|tetap|tidak berubah|no change|unchanged|stayed the same|wajar|"
    r"ragu ragu|tidak setuju dan tidak .*)$"
)
_BARE = re.compile(r"-?\d{1,3}")
_LEADING = re.compile(r"^\s*[\[(]?(-?\d{1,3})[\])]?\s*(?:[-=:.)\u2013]+\s*|\s+(?=\D))(\D.*)$")
_TRAILING = re.compile(r"^(\D.*?)\s*[\[(=-]\s*(-?\d{1,3})\s*[\])]?$")
_CODE_BEFORE = re.compile(r"^-?\d{2,6}\s*[(=:.\u2013-]\s*(?=[^\W\d])")
"""The code before a label of an answer that was written with both: `99 (keine Angabe)`."""
_UNSURE = re.compile(
    r"^(sangat |sama sekali |agak |kurang |very |not |somewhat )*(tidak yakin|tidak pasti|tidak tahu|not sure|unsure|"
    r"not certain|uncertain)( sama sekali| at all)?$",
    re.IGNORECASE,
)
_SURE = re.compile(r"\b(yakin|pasti|tahu|sure|certain)\b")
_ASIDE = (re.compile(r"\s*[(\[][^)\]]*[)\]]"), re.compile(r"(?<=\w)\s*(?:[:;,]| - | \u2013 |/).*$", re.DOTALL))
"""Explanations behind a point: `Sering (3-4 kali)`, `Selalu: setiap hari`."""
_CONTRACTIONS = str.maketrans({"'": "", "\u2019": ""})


def is_dont_know(code: str, label: str) -> bool:
    """Whether a choice is no point of a scale: don't know, refused, not applicable."""
    words = label.strip().translate(_CONTRACTIONS)
    behind_code = _CODE_BEFORE.sub("", words).removesuffix(")")
    if code.lower() in DONT_KNOW_NAMES or DONT_KNOW.match(words) or DONT_KNOW.match(behind_code or words):
        return True
    bare = label.strip() in ("", code)
    return bare and code in DONT_KNOW_CODES


def points_among(choices: Sequence[Choice]) -> list[Choice]:
    """The choices that are points of a scale: all but don't know, refused ...

    "Not sure" is one where the others grade how sure people are (`Kurang yakin`, `Sangat yakin`), "Tidak tahu" where
    they grade how much people know (`Kurang tahu`, `Sangat tahu`).
    """
    points = [c for c in choices if not is_dont_know(c.code, c.label)]
    unsure = {id(c) for c in choices if _UNSURE.match(c.label.strip().translate(_CONTRACTIONS))}
    if not unsure or len(points) == len(choices):
        return points
    plain = {id(c) for c in points}
    wider = [c for c in choices if id(c) in plain or id(c) in unsure]
    sure = sum(_SURE.search(fold_spelling(c.label)) is not None for c in points)
    return wider if sure >= 2 and _order_of(wider) is not None else points


def _order_of(points: Sequence[Choice]) -> list[float] | None:
    stated = [leading_number(c.label) for c in points]
    return degrees([s[1] if s else c.label for s, c in zip(stated, points, strict=True)])


def leading_number(label: str) -> tuple[float, str] | None:
    """The number that a label states beside its words (`1 - Sangat tidak puas`), with the words if any."""
    bare = label.strip()
    if _BARE.fullmatch(bare):
        return float(bare), ""
    if match := _LEADING.match(label):
        return float(match[1]), match[2]
    if match := _TRAILING.match(label):
        return float(match[2]), match[1]
    return None


def degrees(labels: Sequence[str]) -> list[float] | None:
    """How much each label says of one graded word, or None where they are not points of one scale.

    (labels,) floats that order the labels; only their order means something. At least two degrees must be
    told apart, and two labels alone only when a degree word (sangat, somewhat) shows there are more. Explanations
    behind the points are left aside where they stand in the way.
    """
    found = _degrees(tuple(labels))
    for aside in _ASIDE:
        if found is not None:
            break
        shorter = tuple(aside.sub("", label) for label in labels)
        if shorter != tuple(labels):
            found = _degrees(shorter)
    return None if found is None else [*found]


@lru_cache(maxsize=4096)
def _degrees(labels: tuple[str, ...]) -> list[float] | None:
    texts = [fold_spelling(label.translate(_CONTRACTIONS)) for label in labels]
    if len(texts) < 2 or len(set(texts)) != len(texts) or not all(texts):
        return None
    if (steps := _abbreviated(texts)) is not None:
        return steps
    for ladder in (*_LADDERS, *entries_in("ladders")):
        found = [_rung(text, ladder) for text in texts]
        known = [f for f in found if f is not None]
        if len(known) == len(found) and len(set(known)) == len(known) and len(known) >= 3:
            return known
    return _graded(texts)


def _abbreviated(texts: Sequence[str]) -> list[float] | None:
    """The steps of points written as letters (SS, S, TS, STS): three and more, one of its ends among them."""
    if len(texts) < 3 or max(map(len, texts)) > 3:
        return None
    for ladder in entries_in("abbreviations"):
        steps = {spelling: float(step) for step, spellings in enumerate(ladder) for spelling in spellings.split()}
        found = [steps[text] for text in texts if text in steps]
        ends = {text for text in texts if len(text) > 1 and steps.get(text) in (0.0, 1.0, len(ladder) - 1.0)}
        if len(found) == len(texts) == len(set(found)) and ends:
            return found
    return None


def _rung(text: str, ladder: Sequence[str]) -> float | None:
    for step, words in enumerate(ladder):
        if text in words.split("|"):
            return float(step)
    return None


def _graded(texts: list[str]) -> list[float] | None:
    parts = [_degree(text) for text in texts]
    bases = {base for _, base in parts if base}
    if not bases or any(degree is None for degree, _ in parts):
        return None
    shared = max(bases, key=lambda b: sum(base == b for _, base in parts))
    if any(base and base != shared for _, base in parts):
        return None
    scores = [degree for degree, _ in parts if degree is not None]
    if len(set(scores)) != len(scores):
        return None
    told = sum(base == shared for _, base in parts)
    if told < 2 or (shared not in _GRADED and told < 3):
        return None
    if len(scores) == 2 and not any(abs(s) not in (1.5, 2.0, 2.5) for s in scores):
        return None
    return scores


def _degree(text: str) -> tuple[float | None, str | None]:
    """Degree and graded word of one label: `agak tidak puas` is (-1, puas), `netral` is (0, None)."""
    if _MIDDLE.match(text):
        return 0.0, None
    if text in _BEYOND:
        return _BEYOND[text]
    rest = text
    rest, none = _without(_NONE, rest)
    rest, wholly = _without(_WHOLLY, rest)
    rest, strong = _without(_STRONG, rest)
    rest, weak = _without(_WEAK, rest)
    rest, less = _without(_LESS, rest)
    rest, denied = _without(_DENIAL, rest)
    base = rest.strip()
    opposite = _OPPOSITES.get(base)
    base = opposite or base
    if not base or len(base.split()) > 3:
        return None, None
    negative = bool(opposite) != denied
    if none or (wholly and denied):
        return -4.0, base
    if less:
        return (-2.5 if strong else -1.5), base
    if denied and strong and text.startswith("not "):
        return -1.5, base  # "not very satisfied" says less than "dissatisfied" does
    size = _size(text, strong, weak)
    return (-size if negative else size), base


def _size(text: str, strong: bool, weak: bool) -> float:
    """How much the degree words of a label say: `slightly` less than `fairly`, `extremely` more than `very`."""
    if strong:
        return 3.5 if re.search(rf"\b({_UTMOST})\b", text) else 3.0
    if not weak:
        return 2.0
    return 0.5 if re.search(rf"\b({_SLIGHT})\b", text) else 1.25 if re.search(rf"\b({_HALF})\b", text) else 1.0


def _without(pattern: str, text: str) -> tuple[str, bool]:
    found = re.sub(rf"\b({pattern})\b", " ", text)
    return " ".join(found.split()), found != text


def factors(choices: Sequence[Choice]) -> list[float | None] | None:
    """What each choice counts as if the choices are a scale, else None.

    Numeric codes count as themselves; numbers in front of labels likewise; worded points count 1..n from
    the least to the most. Don't-know choices count as nothing (None).
    """
    points = points_among(choices)
    if len(points) < 2:
        return None
    numbers = _numbers([c.code for c in points])
    stated = [leading_number(c.label) for c in points]
    order = _order_of(points)
    said = [s[0] for s in stated if s]
    # Numbers in front of the labels are what people saw: codes 1-11 behind "0 (never)" to "10 (surely)" count 0-10.
    if len(said) == len(points) and sorted(said) == [min(said) + i for i in range(len(said))] and len(said) >= 3:
        numbers = said
    if order is None and not _numbered_ends(points, numbers, stated):
        return None
    if numbers is not None:
        worth = dict(zip((c.code for c in points), numbers, strict=True))
    elif all(stated):
        worth = {c.code: s[0] for c, s in zip(points, stated, strict=True) if s}
    elif order is not None:
        rank = {degree: i + 1.0 for i, degree in enumerate(sorted(order))}
        worth = {c.code: rank[degree] for c, degree in zip(points, order, strict=True)}
    else:
        return None
    return [worth.get(c.code) for c in choices]


def _numbers(codes: Sequence[str]) -> list[float] | None:
    try:
        return [float(c) for c in codes]
    except ValueError:
        return None


def _numbered_ends(
    points: Sequence[Choice], numbers: list[float] | None, stated: Sequence[tuple[float, str] | None]
) -> bool:
    """Whether the labels are the numbers themselves, the ends perhaps in words (`1 - sangat buruk`, `2` ...)."""
    worth = numbers or [s[0] if s else float("nan") for s in stated]
    if len(points) < 4 or sorted(worth) != [min(worth) + i for i in range(len(worth))] or min(worth) not in (0, 1):
        return False
    bare = sum(c.label.strip() in (c.code, f"{w:g}") for c, w in zip(points, worth, strict=True))
    return bare >= len(points) - 3 and bare >= 2


def with_factors(choices: Sequence[Choice], worth: Sequence[float | None]) -> list[Choice]:
    """The choices, each with its factor."""
    return [c.model_copy(update={"factor": w}) for c, w in zip(choices, worth, strict=True)]
