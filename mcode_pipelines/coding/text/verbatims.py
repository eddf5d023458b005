"""Verbatims made comparable: interviewer marks off, one spelling, the same answer once."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from mcode_pipelines.coding.text.language_data import any_of, words_of_all
from mcode_pipelines.coding.text.wording import wording

_SHORTEST_STEM = 3
"""Letters that must be left of a word without its enclitic."""
_LONGEST_ANSWER = 20_000
"""Characters of one answer that are read."""

_BRACKETED_QUESTION = re.compile(r"[(\[{<]\s*([^()\[\]{}<>\n]{1,60}\?)\s*[)\]}>]")
_PROBE_SLASHES = re.compile(r"\s*/{2,}\s*|\s*\\{2,}\s*")
_NUMBERING = re.compile(r"(?:(?<=\s)|^)\(?\d{1,2}[.)](?=\s|[A-Za-z])\s*", re.MULTILINE)
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_NOT_WORD = re.compile(r"[^\w'%+]+|_+")
_LOOSE_APOSTROPHE = re.compile(r"(?<!\w)'|'(?!\w)")
_REDUPLICATED = re.compile(r"\b([^\W\d_]{3,})(?:2|²)(?=\b|nya)|\b([^\W\d_]{3,})-\2\b")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


@dataclass(frozen=True)
class _Marks:
    """What interviewers and machines write into answers."""

    mark: re.Pattern[str]
    letter_mark: re.Pattern[str]
    signed_mark: re.Pattern[str]
    only_asks_on: re.Pattern[str]
    bracketed_remark: re.Pattern[str]
    probe_label: re.Pattern[str]
    asked_turn: re.Pattern[str]
    speaker: re.Pattern[str]


@functools.cache
def _marks() -> _Marks:
    def written(*entries: str) -> str:
        return any_of("interviewing", *entries)

    code = rf"{written('probe_codes')}\s?\d{{0,2}}"
    probe = rf"{written('probe_codes', 'probe_words')}\s?\d{{0,2}}"
    interviewer = rf"{written('interviewers')}\s?\d{{0,2}}"
    asks_on = rf"(?:{written('follow_up_words')}\b[\s,]*)+\?*"

    def pattern(text: str) -> re.Pattern[str]:
        return re.compile(text, re.IGNORECASE)

    return _Marks(
        mark=pattern(rf"[(\[{{<]\s*(?:{code}|{written('marks')})\s*[:.]?\s*[)\]}}>]"),
        letter_mark=pattern(rf"(?<!\w)[(\[{{<]\s*{written('letter_marks')}\s*[:.]?\s*[)\]}}>]"),
        signed_mark=pattern(rf"(?<!\w)([/#*-])\s?{code}\s?\1(?!\w)"),
        only_asks_on=pattern(asks_on),
        bracketed_remark=pattern(rf"[(\[{{<]\s*(?:{probe}|{interviewer})\s?[:=]([^)\]}}>\n]{{0,120}})[)\]}}>]"),
        probe_label=pattern(rf"(?<!\S){probe}\s?:(?!\s*\d)\s*(?:{asks_on}(?<=\?)\s*)?"),
        asked_turn=pattern(rf"(?<!\S){interviewer}\s?:[^\n?]{{0,120}}?(?:\?+\s*|\s(?={written('respondents')}\s?:))"),
        speaker=pattern(rf"(?:^|\n)\s*{written('respondents', 'answers')}\s*[:=]\s*"),
    )


def cleaned(verbatim: str) -> str:
    """A verbatim without what the interviewer or the machine put into it: marks, numbering, invisible characters."""
    text = unicodedata.normalize("NFKC", verbatim[:_LONGEST_ANSWER])
    if not text.isascii() or not text.isprintable():
        text = "".join(
            c if c in "\n\t " or unicodedata.category(c) not in _INVISIBLE else ("\n" if c == "\r" else "")
            for c in text
        )
    text = text.replace("’", "'").replace("‘", "'").replace("`", "'")
    marks = _marks()
    text = marks.bracketed_remark.sub(_without_question, text)
    text = _BRACKETED_QUESTION.sub(lambda m: " " if marks.only_asks_on.fullmatch(m[1]) else m[0], text)
    text = marks.signed_mark.sub(" ", marks.letter_mark.sub(" ", marks.mark.sub(" ", text)))
    text = marks.probe_label.sub("\n", marks.asked_turn.sub("\n", text))
    text = marks.speaker.sub("\n", text)
    text = _PROBE_SLASHES.sub("\n", text)
    if _NUMBERING.search(text):
        text = _NUMBERING.sub("\n", text)
    return text.strip()


def _without_question(remark: re.Match[str]) -> str:
    """What stays of `(P: kursi rusak)`: the answer in it, and nothing where it asks ("(Probe: apa lagi?)")."""
    said = remark[1].strip()
    return " " if said.endswith("?") or _marks().only_asks_on.fullmatch(said) else f"\n{said}\n"


def normal_form(text: str, language: str, kept: Container[str] = ()) -> str:
    """The one spelling of an answer or a part of it; equal normal forms are the same answer.

    Lower case, no punctuation, single spaces, elongated letters shortened ("baguuus" is "bagus"), texting spellings
    written out ("tdk", "yg", "bgt") but those `kept`. Emoji are kept, each a word, where nothing else is said.
    """
    lowered = text.casefold()
    words_of_language = wording(language)
    for pattern, plain in words_of_language.rewrites:
        lowered = pattern.sub(plain, lowered)
    lowered = _REDUPLICATED.sub(lambda m: f"{m[1] or m[2]} {m[1] or m[2]}", lowered)
    lowered = _ELONGATED.sub(r"\1\1\1", lowered)
    abbreviations = words_of_language.abbreviations
    words: list[str] = []
    tokens = _tokens(lowered)
    worded = [t for t in tokens if any(c.isalnum() for c in t)]
    for token in worded or tokens:
        word = _shortened(token) if "'" in token or _ELONGATED.search(token) else token
        words.append(word if word in kept else abbreviations.get(word, word))
    return " ".join(" ".join(words).split())


def _tokens(lowered: str) -> list[str]:
    if lowered.isascii():
        return _LOOSE_APOSTROPHE.sub(" ", _NOT_WORD.sub(" ", lowered)).split()
    spaced = "".join(
        c
        if c.isalnum() or c in "'%+" or unicodedata.category(c) in {"Mn", "Mc"}
        # An emoji is a word of its own.
        else (f" {c} " if unicodedata.category(c) in {"So", "Sk"} else " ")
        for c in lowered
    )
    return _LOOSE_APOSTROPHE.sub(" ", spaced).split()


def _shortened(word: str) -> str:
    """A word with its elongated letters as they are usually written."""
    single = _ELONGATED.sub(r"\1", word)
    double = _ELONGATED.sub(r"\1\1", word)
    return double if double in words_of_all("language", "double_letters") else single


def theme_form(normal: str, language: str) -> str:
    """A normal form with what makes no difference to the theme taken away.

    An enclitic goes (Indonesian "kapalnya bersih" says what "kapal bersih" says), and so do repeated words
    ("malam-malam", "very very").
    """
    kept: list[str] = []
    known = wording(language)
    enclitic = known.enclitic
    for word in normal.split():
        if enclitic and word.endswith(enclitic) and word not in known.enclitic_kept:
            stem = word.removesuffix(enclitic)
            if len(stem) < _SHORTEST_STEM:
                continue
            word = known.abbreviations.get(stem, stem)
        if not kept or kept[-1] != word:
            kept.append(word)
    return " ".join(kept) or normal
