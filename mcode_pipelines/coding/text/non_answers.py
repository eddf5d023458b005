"""Answers that say nothing: no answer, don't know, refused, keyboard noise, signs without a word.

They get 99 and never form a theme.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Sequence

from mcode_pipelines.coding.text.non_answer_words import (
    ALL,
    ANSWERING,
    ASKED,
    AT_A_LOSS,
    BESIDE_LIKED,
    GIVEN,
    GIVING,
    HAVING,
    HELPING,
    HOW_WELL,
    KNOWING,
    LIKED,
    NEGATION,
    NONE,
    NOT,
    PLAIN,
    POLITE,
    REFUSING,
    RELUCTANT,
    SAID,
    TICKED_NOTHING,
    UNABLE,
    WHAT_TO,
    WILLING,
)
from mcode_pipelines.coding.text.verbatims import normal_form
from mcode_pipelines.coding.text.wording import word_set
from mcode_pipelines.survey import NO_ANSWER

_THINKING = re.compile(r"\b(?:think of|recall|remember|(?:come|comes|came|springs?) to mind)\b")
_NOBODY_KNOWS = re.compile(rf"\bada yang (?:bisa |mau |dapat )?(?:{'|'.join(sorted(KNOWING))})\b")
_CAME_TO_MIND = word_set("can could recall remember come comes came springs spring mind")
_NOTHING_TO = re.compile(
    r"(?:nothing|none|not (?:anything|much)|no \w+)(?: (?:else|more|much|new|specific|special|really))* "
    r"to (?:report|mention|declare|suggest|raise|note)"
)
_CLOSING = (
    r"(?:sudah |hanya |cukup )*(?:itu|segitu|begitu|sekian) saja|cukup sekian|that's (?:all|it)|that is (?:all|it)"
)
_ONLY_CLOSING = re.compile(_CLOSING)
_CLOSED = re.compile(rf" (?:{_CLOSING}|sudah cukup|sudah)$|^sudah cukup (?=tidak |belum )")
_OK = word_set("ok oke okay okey okeh")
_YES = word_set("ya iya yes yeah yep")
_VERDICT_ASKED = re.compile(
    r"bagaimana|gimana|pendapat|penilaian|menilai|kesan|kualitas|how |opinion|think|rate|rating|impression|experience",
    re.IGNORECASE,
)
_YES_OR_NO_ASKED = re.compile(
    r"\b(?:apakah|adakah|pernahkah|maukah|bersediakah|setujukah|ya[ /]*(?:atau)?[ /]*tidak)\b|"
    r"^\W*(?:\w{1,4}[.:)]\s*)?(?:do|does|did|is|are|was|were|have|has|will|would|can|could|should)\b",
    re.IGNORECASE,
)
_COMPLAINT_ASKED = re.compile(
    r"(?:tidak|kurang|belum) (?:\w+ )?(?:di)?(?:suka|puas|nyaman|menyenangkan|memuaskan)\w*|keluh|kendala|masalah|"
    r"buruk|kecewa|kurang|dislike\w*|(?:not|n't) (?:\w+ )?(?:like|enjoy)|"
    r"complain|problem|worst|bad|difficult|issue|trouble|unsatisf|dissatisf|unpleasant|disappoint|annoy|frustrat",
    re.IGNORECASE,
)
_PRAISE_ASKED = re.compile(
    r"\b(?:di)?sukai?\b|\bpuas\b|kelebihan|kesan\b|pendapat|penilaian|\b(?:like|liked|good|best|enjoy\w*|satisf\w+)\b",
    re.IGNORECASE,
)
_WILL_ASKED = re.compile(
    r"\b(?:mau|bersedia\w*|ingin|akan|minat|berminat|tertarik|setuju|mengapa|kenapa|alasan\w*|want|willing|would|will|"
    r"interested|agree|why|reasons?)\b",
    re.IGNORECASE,
)
_UNWILLING = re.compile(
    r"(?:saya |aku |kami )?(?:(?:tidak|enggan|ogah|ora)(?: mau| ingin| bersedia| gelem)?|emoh)(?: ah| sih| kak)*"
)
_NEVER_THOUGHT = re.compile(
    r"(?:i |we |i've |i'm )?(?:haven't|havent|have not|never|didn't|did not|don't|not)"
    r"(?: really| actually| yet| ever)* "
    r"(?:(?:thought|think)(?: (?:about|of|on) (?:it|this|that|any|anything))?(?: much| yet| before| really| so)?"
    r"|(?:given|gave) (?:it|this|that) (?:any|much|a) thought)"
)
_LAUGHTER = re.compile(
    r"(?:w?(?:kw|wk){2,}k?w?|a?(?:ha){2,}h?|e?(?:he){2,}h?|(?:hi){2,}|(?:hu){2,}|(?:xi){2,}|lol+|lmao|rofl)"
)
_FOR_NOW = re.compile(
    r" (?:(?:at|for) (?:this|the) (?:time|moment|present)|at present|for now|as of now|as of yet|untuk saat ini)$"
)
_NO_ANSWER_LABEL = re.compile(
    r"\b(?:(?:tidak|tak|tdk|tanpa|belum|enggan|menolak|bukan|gak|nggak|ga|ora)\b.*\b(?:\w*jawab\w*|respons?|tahu|tau)|"
    r"(?:no|non|not|without|refused? to|declined? to)\b.*\b(?:answer\w*|respon[sd]\w*|stated|given|applicable)|"
    r"non-?respon\w*|no-?answer|(?:do|does)(?:n[’']?t| not) know)\b",
    re.IGNORECASE,
)
_NO_ANSWER_PART = re.compile(
    r"dk|n/?a|tj|tt|tb|missing|hilang|invalid|refus(?:ed|al)|menolak|"
    r"(?:jawaban )?tidak (?:relevan|berlaku|valid|jelas)",
    re.IGNORECASE,
)
_PARTS_OF_A_LABEL = re.compile(r"\s*(?:[/,;()|-]|\batau\b|\bdan\b|\bor\b|\band\b)\s*", re.IGNORECASE)
_KEYBOARD_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "abcdefghijklmnopqrstuvwxyz")
_FORMULA = re.compile(r"\s*(?:[=@+-]\w+\||[=@]\w+\()")
_VOWELS = frozenset("aeiouy")
_NEIGHBOURS = "|".join(
    row[i : i + n]
    for n in (5, 4, 3)
    for keys in _KEYBOARD_ROWS[:3]
    for row in (keys, keys[::-1])
    for i in range(len(row) - n + 1)
)
_RUNS_OF_NEIGHBOURS = re.compile(rf"(?:{_NEIGHBOURS}){{2,}}[a-z]{{0,2}}")
_STEP = re.compile(r"[a-z][1-9]\d{0,2}|[1-9]\d{0,2}[a-z]", re.IGNORECASE)
_REPEATED = re.compile(r"(.{1,3}?)\1{2,}.{0,2}")


class NonAnswers:
    """The rule that tells answers that say nothing, for one question."""

    def __init__(
        self, language: str, question: str = "", own_phrases: Iterable[str] = (), *, numbers_tell: bool = False
    ) -> None:
        """`numbers_tell`: whether numbers answer the question (see `asks_for_numbers`)."""
        self._language = language
        # Who is asked for likes as well has something to say who likes everything.
        self._complaint_asked = bool(_COMPLAINT_ASKED.search(question)) and not _PRAISE_ASKED.search(
            _COMPLAINT_ASKED.sub(" ", question)
        )
        # "Tidak mau" refuses to answer, unless it answers.
        asks_will = _WILL_ASKED.search(question) or _YES_OR_NO_ASKED.search(question)
        self._refusal_asked = not question.strip() or bool(asks_will)
        assents = frozenset() if _VERDICT_ASKED.search(question) else _OK
        self._assents = assents if _YES_OR_NO_ASKED.search(question) else assents | _YES
        self._numbers_tell = numbers_tell
        self._own = frozenset(normal_form(p, language) for p in own_phrases) - {""}
        self._plain = _plain_phrases(language)

    def __call__(self, normal: str) -> bool:
        """Whether an answer (in its normal form) is no answer."""
        if not any(c.isalpha() for c in normal):
            return not (self._numbers_tell and _is_number(normal) and normal != str(NO_ANSWER))
        if normal in self._own or normal in self._plain:
            return True
        normal = _FOR_NOW.sub("", normal)
        words = normal.split()
        if len(words) > 12:
            return False
        if len(words) <= 4 and all(is_noise(w) or _LAUGHTER.fullmatch(w) for w in words):
            return True
        words = [w for w in words if not _LAUGHTER.fullmatch(w)]
        if self._complaint_asked and self._all_well(words):
            return True
        if _NEVER_THOUGHT.fullmatch(normal) or (not self._refusal_asked and _UNWILLING.fullmatch(normal)):
            return True
        if all(w in self._assents for w in words) or _ONLY_CLOSING.fullmatch(normal):
            return True
        opened = _CLOSED.sub("", normal).split()
        return self._says_nothing(words) or (len(opened) < len(words) and _is_statement(opened, lone_negation=False))

    def _all_well(self, words: list[str]) -> bool:
        """Whether nothing is said but that all is well, or that there is nothing and all is well."""
        if words in (["cukup"], ["sudah", "cukup"]):
            return True
        return any(_is_well(words[i:]) and (not i or _leads_on(words[:i], words[i])) for i in range(len(words)))

    def _says_nothing(self, words: list[str]) -> bool:
        """Whether the words are only a polite wrapping of "there is nothing" or "I do not know"."""
        content = [w for w in words if w not in POLITE]
        if not content:
            return not {"thank", "thanks", "kasih", "makasih"}.isdisjoint(words)
        if " ".join(content) in self._plain or " ".join(content) in self._own:
            return True
        return _is_statement(words) or any(
            _is_statement(words[:i], lone_negation=False) and _is_statement(words[i:], lone_negation=False)
            for i in range(1, len(words))
        )


def _leads_on(words: list[str], then: str) -> bool:
    """Whether words say that there is nothing, before "all is well": "none, all good", but not "nothing good"."""
    return _is_statement(words, lone_negation=False) or (len(words) == 1 and words[0] in NONE and then in ALL)


def _is_well(words: Sequence[str]) -> bool:
    return not LIKED.isdisjoint(words) and all(w in LIKED or w in BESIDE_LIKED for w in words)


def _is_statement(words: Sequence[str], *, lone_negation: bool = True) -> bool:
    """Whether the words are one whole refusal, "I do not know" or "there is nothing".

    `lone_negation`: whether a mere "no" is one; before other words it belongs to them ("tidak menolak").
    """
    content = [w for w in words if w not in POLITE]
    if not content or (not lone_negation and len(content) == 1 and content[0] in NEGATION):
        return False
    if all(w in TICKED_NOTHING for w in content):
        return True
    return _refuses(content) or _does_not_know(content) or _has_nothing(content, " ".join(words))


def _refuses(content: Sequence[str]) -> bool:
    """A refusal, alone or of answering: "menolak", "tidak mau menjawab", "would rather not say"."""
    head = list(itertools.takewhile(lambda w: w in NOT or w in WILLING or w in HELPING, content))
    tail = content[len(head) :]
    refuses = bool(tail) and tail[0] in REFUSING and NOT.isdisjoint(head)
    reluctant = bool(tail) and tail[0] in RELUCTANT and NOT.isdisjoint(head)
    if refuses or reluctant:
        tail = tail[1:]
    elif NOT.isdisjoint(head) or WILLING.isdisjoint(head):
        return False
    if not tail:
        return refuses and content[-1] != "decline"  # that of something
    answers = tail[0] in ANSWERING or (tail[0] in GIVING and not GIVEN.isdisjoint(tail))
    return answers and all(w in ANSWERING or w in GIVEN or w in ASKED for w in tail[1:])


def _does_not_know(content: Sequence[str]) -> bool:
    """A negation of knowing without what is not known: "kurang tahu", but not "kurang tahu jadwal"."""
    rest = list(content[1:])
    if content[0] in AT_A_LOSS and rest:  # "bingung mau jawab apa"
        return all(w in WHAT_TO or w in ANSWERING for w in rest) and not ANSWERING.isdisjoint(rest)
    if rest and rest[-1] in ANSWERING:  # "tidak tahu harus jawab apa", "don't know what to say"
        rest = [w for w in rest[:-1] if w not in WHAT_TO]
    return (
        (content[0] in NEGATION or content[0] == "kurang")
        and not KNOWING.isdisjoint(rest)
        and all(w in KNOWING or w in HOW_WELL for w in rest)
    )


def _has_nothing(content: Sequence[str], normal: str) -> bool:
    """A negation of having something to say: "tidak memiliki saran", "none that I can think of"."""
    if _NOTHING_TO.fullmatch(normal):
        return True
    if _NOBODY_KNOWS.search(normal):
        return False
    thinking = bool(_THINKING.search(normal))
    if content[0] not in NEGATION and not (thinking and content[0] in UNABLE):
        return False
    rest = [w for w in content[1:] if not (thinking and w in _CAME_TO_MIND)]
    if not all(w in HAVING or w in SAID or w in NEGATION for w in rest):
        return False
    # "tidak ada keluhan" says nothing, "tidak mengecewakan" does.
    return content[0] in NONE or thinking or not content[1:] or any(w in HAVING for w in rest)


def means_no_answer(label: str, language: str) -> bool:
    """Whether a label can be that of 99: it tells of no answer, or is itself one.

    >>> means_no_answer("Tidak tahu / menolak", "id"), means_no_answer("Toilet kotor", "id")
    (True, False)
    """
    says_nothing = NonAnswers(language)

    def none(text: str) -> bool:
        return bool(_NO_ANSWER_PART.fullmatch(text)) or says_nothing(normal_form(text, language))

    text = " ".join(label.split())
    return bool(_NO_ANSWER_LABEL.search(text)) or none(text) or all(map(none, _PARTS_OF_A_LABEL.split(text)))


@functools.cache
def _plain_phrases(language: str) -> frozenset[str]:
    return PLAIN | {normal_form(p, language) for p in PLAIN}


def _is_number(normal: str) -> bool:
    return any(c.isdigit() for c in normal) and not any(c.isalpha() for c in normal)


def asks_for_numbers(normals: Iterable[str]) -> bool:
    """Whether most answers (in their normal form; blank ones do not count) are numbers, such as scores.

    >>> asks_for_numbers(["8", "9", "9 10", "", "bagus"]), asks_for_numbers(["99", "mahal"])
    (True, False)
    """
    numbers = [_is_number(n) for n in normals if n]
    return 2 * sum(numbers) > len(numbers)


def is_formula(verbatim: str) -> bool:
    """Whether a text is a command to a spreadsheet program, not something said.

    >>> is_formula("=cmd|' /C calc'!A0"), is_formula("=SUM(A1:A3)"), is_formula("- toilet (kotor)")
    (True, True, False)
    """
    return bool(_FORMULA.match(verbatim))


def is_noise(word: str) -> bool:
    """Whether a word is keyboard noise: "asdfgh", "xxxx", "hjkl", "wkwkwk", a single letter (but not S1 or 4G).

    Only words of Latin letters are judged: other scripts have one-letter words and no vowels of this kind.
    """
    if not word.isascii():
        return False
    letters = "".join(c for c in word if c.isalpha())
    if len(letters) <= 1:
        return not _STEP.fullmatch(word)
    if len(letters) < 4:
        return len(set(letters)) == 1 or (len(letters) == 3 and any(letters in row for row in _KEYBOARD_ROWS[:3]))
    if len(set(letters)) <= 2 and len(letters) >= 5 and _REPEATED.fullmatch(letters):
        return True
    if len(letters) >= 6 and (_REPEATED.fullmatch(letters) or _RUNS_OF_NEIGHBOURS.fullmatch(letters)):
        return True
    if any(letters in row or letters in row[::-1] for row in _KEYBOARD_ROWS):
        return True
    if len(letters) >= 6 and not any(c in _VOWELS for c in letters):
        return True
    if not any(c in _VOWELS for c in letters) and not {"q", "x"}.isdisjoint(letters):
        return True
    on_one_row = next((row for row in _KEYBOARD_ROWS[1:3] if all(c in row for c in letters)), None)
    return on_one_row is not None and len(letters) >= 5 and sum(c in _VOWELS for c in letters) <= len(letters) // 5
