"""Verbatims made comparable: interviewer marks off, one spelling, the same answer once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from mcode_pipelines.coding.text.wording import word_set, wording

_LONGEST_ANSWER = 20_000
"""Characters of one answer that are read."""

_MARK = re.compile(
    r"[(\[{<]\s*(?:(?:p|pr|probe|prob)\s?\d{0,2}|pb|probing|prompt|prompted|int|intv|interviewer|pewawancara|rtb|dp|ulang|sic|pause|"
    r"diam|hening|tertawa|ketawa|laughs?|laughing|\+|x|ok|cek|check|lanjut|tidak jelas|unclear|inaudible|verbatim|"
    r"spontan|spontaneous|s|nb)\s*[:.]?\s*[)\]}>]",
    re.IGNORECASE,
)
_LETTER_MARK = re.compile(r"(?<!\w)[(\[{<]\s*[cd]\s*[:.]?\s*[)\]}>]", re.IGNORECASE)
_SIGNED_MARK = re.compile(r"(?<!\w)([/#*-])\s?(?:p|pr|probe|prob)\s?\d{0,2}\s?\1(?!\w)", re.IGNORECASE)
_PROBE = r"(?:p|pr|probe|probing|prob|prompt)\s?\d{0,2}"
_INTERVIEWER = r"(?:i|int|intv|interviewer|pewawancara|q)\s?\d{0,2}"
_ASKS_ON = (
    r"(?:(?:ada|apa|apalagi|yang|lain|lainnya|lagi|selain|itu|alasan|alasannya|kenapa|mengapa|maksudnya|bagaimana|"
    r"gimana|contohnya|misalnya|seperti|what|else|anything|any|why|how|more|so|is|that|other|others|in|way|which)"
    r"\b[\s,]*)+\?*"
)
_ONLY_ASKS_ON = re.compile(_ASKS_ON, re.IGNORECASE)
_BRACKETED_REMARK = re.compile(
    rf"[(\[{{<]\s*(?:{_PROBE}|{_INTERVIEWER})\s?[:=]([^)\]}}>\n]{{0,120}})[)\]}}>]", re.IGNORECASE
)
_BRACKETED_QUESTION = re.compile(r"[(\[{<]\s*([^()\[\]{}<>\n]{1,60}\?)\s*[)\]}>]")
_PROBE_LABEL = re.compile(rf"(?<!\S){_PROBE}\s?:(?!\s*\d)\s*(?:{_ASKS_ON}(?<=\?)\s*)?", re.IGNORECASE)
_ASKED_TURN = re.compile(
    rf"(?<!\S){_INTERVIEWER}\s?:[^\n?]{{0,120}}?(?:\?+\s*|\s(?=(?:r|resp|responden|respondent|jwb|jawab)\s?:))",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"(?:^|\n)\s*(?:r|res|resp|responden|respondent|jwb|jawab|jawaban|ans|answer)\s*[:=]\s*", re.IGNORECASE
)
_PROBE_SLASHES = re.compile(r"\s*/{2,}\s*|\s*\\{2,}\s*")
_NUMBERING = re.compile(r"(?:(?<=\s)|^)\(?\d{1,2}[.)](?=\s|[A-Za-z])\s*", re.MULTILINE)
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
_NOT_WORD = re.compile(r"[^\w'%+]+|_+")
_LOOSE_APOSTROPHE = re.compile(r"(?<!\w)'|'(?!\w)")
_REDUPLICATED = re.compile(r"\b([^\W\d_]{3,})(?:2|²)(?=\b|nya)|\b([^\W\d_]{3,})-\2\b")
_HOPEFULLY = re.compile(r"\bmudah(?:[- ]mudahan|2an)\b")
_FROM_NOW_ON = re.compile(r"\bke ?depan(?:nya)\b|\bkedepan\b")
_INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_DOUBLED_IN_ENGLISH = word_set(
    "good cool food room book need keep been feel poor door week seem soon too see free look staff well all still "
    "small full call will hello happy really queue cheese coffee three green sweet fee smell pretty better"
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
    text = _BRACKETED_REMARK.sub(_without_question, text)
    text = _BRACKETED_QUESTION.sub(lambda m: " " if _ONLY_ASKS_ON.fullmatch(m[1]) else m[0], text)
    text = _SIGNED_MARK.sub(" ", _LETTER_MARK.sub(" ", _MARK.sub(" ", text)))
    text = _PROBE_LABEL.sub("\n", _ASKED_TURN.sub("\n", text))
    text = _SPEAKER.sub("\n", text)
    text = _PROBE_SLASHES.sub("\n", text)
    if _NUMBERING.search(text):
        text = _NUMBERING.sub("\n", text)
    return text.strip()


def _without_question(remark: re.Match[str]) -> str:
    """What stays of `(P: kursi rusak)`: the answer in it, and nothing where it asks ("(Probe: apa lagi?)")."""
    said = remark[1].strip()
    return " " if said.endswith("?") or _ONLY_ASKS_ON.fullmatch(said) else f"\n{said}\n"


def normal_form(text: str, language: str, kept: Container[str] = ()) -> str:
    """The one spelling of an answer or a part of it; equal normal forms are the same answer.

    Lower case, no punctuation, single spaces, elongated letters shortened ("baguuus" is "bagus"), texting spellings
    written out ("tdk", "yg", "bgt") but those `kept`. Emoji are kept, each a word, where nothing else is said.
    """
    lowered = text.casefold()
    if language == "id":
        lowered = _FROM_NOW_ON.sub(" ", _HOPEFULLY.sub("semoga", lowered))
    lowered = _REDUPLICATED.sub(lambda m: f"{m[1] or m[2]} {m[1] or m[2]}", lowered)
    lowered = _ELONGATED.sub(r"\1\1\1", lowered)
    abbreviations = wording(language).abbreviations
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
    return double if double in _DOUBLED_IN_ENGLISH else single


_NOT_CLITIC = word_set(
    "hanya punya tanya bertanya biasanya misalnya artinya akhirnya intinya pokoknya harusnya seharusnya sebaiknya "
    "nyatanya tentunya sepertinya kayaknya rasanya umumnya khususnya kenyataannya sebenarnya"
)


def theme_form(normal: str, language: str) -> str:
    """A normal form with what makes no difference to the theme taken away.

    Indonesian "-nya" goes ("kapalnya bersih" says what "kapal bersih" says), and so do repeated words
    ("malam-malam", "very very").
    """
    kept: list[str] = []
    abbreviations = wording(language).abbreviations
    for word in normal.split():
        if language == "id" and word.endswith("nya") and word not in _NOT_CLITIC:
            if len(word) < 6:
                continue
            stem = word.removesuffix("nya")
            word = abbreviations.get(stem, stem)
        if not kept or kept[-1] != word:
            kept.append(word)
    return " ".join(kept) or normal
