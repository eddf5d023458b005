"""Answers that say nothing: no answer, don't know, refused, keyboard noise, signs without a word.

They get 99 and never form a theme.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Sequence

from mcode_pipelines.coding.verbatims import normal_form
from mcode_pipelines.coding.words import word_set
from mcode_pipelines.survey import NO_ANSWER

_PLAIN = frozenset(
    line.strip()
    for line in """
    ta
    t a
    td
    tt
    tdj
    tj
    tta
    na
    n a
    nan
    null
    nil
    none
    nihil
    kosong
    zonk
    no
    nope
    nah
    not
    non
    dk
    d k
    idk
    rf
    ref
    entah
    entahlah
    gatau
    gtau
    gtw
    gataw
    gaktau
    gaktahu
    taktahu
    tidaktahu
    tidakada
    gaada
    gakada
    tidak
    bukan
    lupa
    rahasia
    tidak menjawab
    tidak jawab
    no answer
    no response
    not answered
    did not answer
    didn't answer
    not applicable
    not sure
    unsure
    not really
    not at all
    unknown
    no idea
    no comment
    no comments
    no opinion
    pass
    skip
    skipped
    blank
    blah
    blah blah
    none of your business
    n/a
    don't know
    do not know
    i don't know
    dunno
    don't remember
    can't remember
    can't say
    can't think of any
    can't think of anything
    cannot think of anything
    cannot say
    nothing
    nothing much
    nothing at all
    nothing in particular
    nothing to say
    nothing to add
    nothing comes to mind
    nothing specific
    nothing else
    nothing more
    none at all
    biasa biasa saja
    belum
    belum ada
    belum tahu
    belum pernah
    tidak jelas
    test
    tes
    testing
    tes tes
    bingung
    """.splitlines()
    if line.strip()
)
_POLITE = word_set(
    "alhamdulillah syukur syukurlah puji tuhan sih kok deh dong ya yah iya nih kan loh lho mah pak bu kak mas "
    "mbak min om gan bang saya aku kami i we me yang untuk buat saat sampai hingga sejauh sementara sekarang "
    "ini itu lagi apapun apa apa2 semua semuanya terima kasih makasih thanks thank you please sorry maaf "
    "rasanya kayaknya sepertinya menurut at the moment right now so far currently really just for of to all "
    "think have there is are was were's that my me dari selama kalau soal tentang pun lah ah oh hmm eh sama "
    "sekali banget masih else it's oke ok responden respondent narasumber informan r"
)
_NEGATION = word_set("tidak belum bukan tiada tanpa no not nothing none don't nothing's ga gak")
_NONE = word_set("no nothing none nothing's")
_HAVING = word_set(
    "ada tahu tau ngerti mengerti paham ingat punya memiliki mempunyai pernah kepikiran terpikir know any anything"
)
_SAID = word_set(
    "saran kritik komentar komen keluhan masukan jawaban pendapat alasan masalah kendala keterangan pengalaman "
    "buruk hal tanggapan usul usulan ide harapan kekurangan spesifik khusus tertentu suggestion suggestions "
    "comment comments complaint complaints issue issues problem problems opinion answer reason idea improvement "
    "improvements feedback anything specific particular particularly bad experience experiences additional "
    "further changes concerns concern disukai istimewa menonjol berkesan spesial yang perlu diperbaiki "
    "ditingkatkan dikeluhkan disampaikan mengecewakan diubah ditambahkan dikomentari needed improve change "
    "liked special say add complain about"
)
_REFUSING = word_set("menolak nolak refuse refused refuses refusing decline declined declines declining")
_TICKED_NOTHING = word_set("dk idk ref rf")
_RELUCTANT = word_set("enggan ogah malas keberatan unwilling reluctant")
_UNABLE = word_set("can't cannot couldn't won't wouldn't unable")
_NOT = _NEGATION | _UNABLE | word_set("didn't doesn't")
_WILLING = _UNABLE | word_set(
    "mau ingin bersedia sudi berkenan bisa dapat mampu want wish willing like care going able can could rather prefer "
    "choose chose"
)
_HELPING = word_set("do did does would will i'd we'd i'll am be been")
_ANSWERING = word_set(
    "menjawab jawab jwb menjawabnya jawabnya berkomentar komentar komen bilang mengatakan mengatakannya menyebutkan "
    "answer say comment respond reply disclose tell state"
)
_GIVING = word_set("memberi memberikan beri menyampaikan give")
_GIVEN = word_set("jawaban komentar pendapat saran tanggapan masukan penilaian answer opinion comment comments")
_ASKED = word_set("pertanyaan pertanyaannya tersebut hal question questions the this it anything an a any")
_KNOWING = word_set("know tahu tau ngerti mengerti paham faham ingat hafal mengetahui memahami mengingat menahu")
_WHAT_TO = word_set("mau harus what should")
_HOW_WELL = word_set("begitu terlalu pasti persis betul juga jg")
_THINKING = re.compile(r"\b(?:think of|recall|remember|(?:come|comes|came|springs?) to mind)\b")
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
    r"keluh|kendala|masalah|buruk|tidak (?:di)?(?:suka|puas|nyaman|menyenangkan|memuaskan)|kecewa|kurang|dislike|"
    r"complain|problem|worst|bad|difficult|issue|trouble|unsatisf|dissatisf|unpleasant|disappoint|annoy|frustrat",
    re.IGNORECASE,
)
_ALL_WELL = re.compile(
    r"(?:semua(?:nya)? |all |everything |so far |selama ini |sejauh ini |sudah |cukup |is |was |it's )*"
    r"(?:baik(?: baik)?(?: saja)?|aman(?: aman)?(?: saja)?|lancar(?: lancar)?(?: saja)?|fine|ok|oke|okay|good|all good)"
    r"(?: semua(?:nya)?| saja| kok| sih)*"
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
_REPEATED = re.compile(r"(.{1,3}?)\1{2,}.{0,2}")


class NonAnswers:
    """The rule that tells answers that say nothing, for one question."""

    def __init__(
        self, language: str, question: str = "", own_phrases: Iterable[str] = (), *, numbers_tell: bool = False
    ) -> None:
        """`numbers_tell`: whether numbers answer the question (see `asks_for_numbers`)."""
        self._language = language
        self._complaint_asked = bool(_COMPLAINT_ASKED.search(question))
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
        words = normal.split()
        if len(words) > 12:
            return False
        if len(words) <= 4 and all(is_noise(w) for w in words):
            return True
        if self._complaint_asked and _ALL_WELL.fullmatch(normal):
            return True
        if all(w in self._assents for w in words) or _ONLY_CLOSING.fullmatch(normal):
            return True
        opened = _CLOSED.sub("", normal).split()
        return self._says_nothing(words) or (len(opened) < len(words) and _is_statement(opened, lone_negation=False))

    def _says_nothing(self, words: list[str]) -> bool:
        """Whether the words are only a polite wrapping of "there is nothing" or "I do not know"."""
        content = [w for w in words if w not in _POLITE]
        if not content:
            return not {"thank", "thanks", "kasih", "makasih"}.isdisjoint(words)
        if " ".join(content) in self._plain or " ".join(content) in self._own:
            return True
        return _is_statement(words) or any(
            _is_statement(words[:i], lone_negation=False) and _is_statement(words[i:], lone_negation=False)
            for i in range(1, len(words))
        )


def _is_statement(words: Sequence[str], *, lone_negation: bool = True) -> bool:
    """Whether the words are one whole refusal, "I do not know" or "there is nothing".

    `lone_negation`: whether a mere "no" is one; before other words it belongs to them ("tidak menolak").
    """
    content = [w for w in words if w not in _POLITE]
    if not content or (not lone_negation and len(content) == 1 and content[0] in _NEGATION):
        return False
    if all(w in _TICKED_NOTHING for w in content):
        return True
    return _refuses(content) or _does_not_know(content) or _has_nothing(content, " ".join(words))


def _refuses(content: Sequence[str]) -> bool:
    """A refusal, alone or of answering: "menolak", "tidak mau menjawab", "would rather not say"."""
    head = list(itertools.takewhile(lambda w: w in _NOT or w in _WILLING or w in _HELPING, content))
    tail = content[len(head) :]
    refuses = bool(tail) and tail[0] in _REFUSING and _NOT.isdisjoint(head)
    reluctant = bool(tail) and tail[0] in _RELUCTANT and _NOT.isdisjoint(head)
    if refuses or reluctant:
        tail = tail[1:]
    elif _NOT.isdisjoint(head) or _WILLING.isdisjoint(head):
        return False
    if not tail:
        return refuses and content[-1] != "decline"  # that of something
    answers = tail[0] in _ANSWERING or (tail[0] in _GIVING and not _GIVEN.isdisjoint(tail))
    return answers and all(w in _ANSWERING or w in _GIVEN or w in _ASKED for w in tail[1:])


def _does_not_know(content: Sequence[str]) -> bool:
    """A negation of knowing without what is not known: "kurang tahu", but not "kurang tahu jadwal"."""
    rest = list(content[1:])
    if rest and rest[-1] in _ANSWERING:  # "tidak tahu harus jawab apa", "don't know what to say"
        rest = [w for w in rest[:-1] if w not in _WHAT_TO]
    return (
        (content[0] in _NEGATION or content[0] == "kurang")
        and not _KNOWING.isdisjoint(rest)
        and all(w in _KNOWING or w in _HOW_WELL for w in rest)
    )


def _has_nothing(content: Sequence[str], normal: str) -> bool:
    """A negation of having something to say: "tidak memiliki saran", "none that I can think of"."""
    if _NOTHING_TO.fullmatch(normal):
        return True
    thinking = bool(_THINKING.search(normal))
    if content[0] not in _NEGATION and not (thinking and content[0] in _UNABLE):
        return False
    rest = [w for w in content[1:] if not (thinking and w in _CAME_TO_MIND)]
    if not all(w in _HAVING or w in _SAID or w in _NEGATION for w in rest):
        return False
    # "tidak ada keluhan" says nothing, "tidak mengecewakan" does.
    return content[0] in _NONE or thinking or not content[1:] or any(w in _HAVING for w in rest)


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
    return _PLAIN | {normal_form(p, language) for p in _PLAIN}


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
    """Whether a word is keyboard noise: "asdfgh", "xxxx", "hjkl", "wkwkwk", a single letter.

    Only words of Latin letters are judged: other scripts have one-letter words and no vowels of this kind.
    """
    if not word.isascii():
        return False
    letters = "".join(c for c in word if c.isalpha())
    if len(letters) <= 1:
        return True
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
