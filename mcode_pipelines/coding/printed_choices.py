"""Texts behind "other, specify" that say a printed choice after all: misspelled, shortened, or in other words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mcode_pipelines.coding.verbatims import cleaned, normal_form, theme_form
from mcode_pipelines.coding.words import word_set, wording

_PARTS = re.compile(r"[/,;()]|\s(?:atau|or|dan|and|&)\s", re.IGNORECASE)
_AS_BEFORE = 0.9
"""How sure a text is that is an example of a code."""
_SHORTEST_SLIP = 5
_LONG = 10
"""Letters from which a text may have two slips of the finger."""
_LONGEST_ABBREVIATION = 5
_COMPASS = frozenset({"tim", "sel", "bar", "ut", "pus"})
_VOWELS = frozenset("aeiou")
_PLACE_WORDS = word_set(
    "kota kab kabupaten kec kecamatan kel kelurahan desa prov provinsi kodya dki daerah city of the"
)
_SAME = (
    # What is written for the same thing, by the word that a printed choice would carry.
    (
        word_set("instagram ig facebook fb fesbuk pesbuk tiktok tik twitter medsos sosmed youtube threads"),
        ("media sosial", "medsos", "sosmed", "social media"),
    ),
    (
        word_set("indomaret indomart alfamart alfa alfamidi indomarco"),
        ("minimarket", "mini market", "convenience store"),
    ),
    (word_set("gopay ovo dana shopeepay linkaja spay"), ("dompet digital", "e wallet", "ewallet", "e-wallet")),
    (word_set("bca bri bni mandiri btn bsi"), ("transfer bank", "bank", "mobile banking")),
    (
        word_set(
            "teman tetangga saudara sodara sepupu paman tante kakak adik bapak ibu ayah mama orangtua kerabat famili"
        ),
        ("teman", "saudara", "kerabat", "friends", "friend"),
    ),
    (
        word_set("mudik pulkam orangtua cucu nenek kakek mertua jenguk nengok"),
        ("mengunjungi keluarga", "keluarga mengunjungi", "pulang kampung", "mudik"),
    ),
    (word_set("dagang pedagang jualan usaha warung bisnis toko wirausaha"), ("wiraswasta", "wirausaha", "pedagang")),
    (word_set("kantor meeting rapat dinas proyek pelatihan tugas"), ("pekerjaan", "dinas", "bisnis", "kerja")),
    (word_set("pns asn polri tni"), ("pns", "pegawai negeri", "asn")),
    (word_set("delay telat molor terlambat ngaret"), ("terlambat", "keterlambatan", "delay")),
    (word_set("gerah panas sumpek pengap ac kepanasan"), ("panas", "gerah", "ac")),
    (word_set("tv tivi teve televisi"), ("tv", "televisi", "television")),
    (word_set("hp handphone ponsel"), ("hp", "handphone", "ponsel", "telepon genggam", "mobile phone")),
    (word_set("sma slta smu"), ("sma", "slta", "smu", "sekolah menengah atas")),
    (word_set("smp sltp"), ("smp", "sltp", "sekolah menengah pertama")),
    (word_set("nganggur menganggur pengangguran"), ("tidak bekerja", "belum bekerja", "pengangguran", "unemployed")),
)


def key_of(text: str, language: str) -> tuple[str, ...]:
    """The words of a text that tell it from others: no function words, no "kota" or "kab" before a place."""
    words = wording(language)
    normal = theme_form(normal_form(cleaned(text), language), language).split()
    kept = [
        w for w in normal if w in words.negations or (w not in words.function_words and w not in words.intensifiers)
    ]
    without = [w for w in kept if w not in _PLACE_WORDS]
    return tuple(without or kept or normal)


def spelled_alike(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """How sure it is, 0 to 1, that two keys are one thing, spelled rightly, wrongly or short."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    first, second = "".join(one), "".join(other)
    if first == second:
        return 0.98
    shorter = min(len(first), len(second))
    if shorter >= _SHORTEST_SLIP and first[0] == second[0]:
        slips = _slips(first, second)
        if slips <= 1 + (shorter >= _LONG):
            return round(0.92 - 0.4 * slips / shorter, 4)
    if _short_for(one, other) or _short_for(other, one):
        return 0.72
    return 0.0


def _only_by_consonants(said: tuple[str, ...], printed: tuple[str, ...]) -> bool:
    """Whether a printed abbreviation could only be read into a longer word: PNS is not short for "pengusaha"."""
    return len(said) == len(printed) == 1 and len(printed[0]) < 4 < len(said[0])


def _slipped(word: str, meant: str) -> bool:
    """Whether a word is another one with one slip of the finger."""
    shorter = min(len(word), len(meant))
    return shorter >= _SHORTEST_SLIP and word[0] == meant[0] and _slips(word, meant) == 1


def _slips(one: str, other: str) -> int:
    """Letters left out, added, exchanged or swapped between two spellings (Damerau 1964); 9 where there are many."""
    if abs(len(one) - len(other)) > 2:
        return 9
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, there in enumerate(other, start=1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


def _short_for(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether a text is an abbreviation of the other: its initials (IRT), or its consonants (jkt, smg)."""
    if len(short) != 1 or not short[0].isalpha():
        return False
    letters, written = short[0], "".join(long)
    if len(letters) < 2 or len(written) <= len(letters) or letters[0] != written[0]:
        return False
    if (len(long) >= 2 and letters == "".join(w[0] for w in long)) or _by_syllables(letters, long):
        return True
    if (
        len(written) < len(letters) + 2
        or not 3 <= len(letters) <= _LONGEST_ABBREVIATION
        or len(long) > 1
        or any(c in _VOWELS for c in letters)
    ):
        return False
    rest = iter(written)
    return all(c in rest for c in letters)


def _by_syllables(letters: str, long: tuple[str, ...]) -> bool:
    """Jaktim for Jakarta (Timur), lotim for Lombok Timur: beginnings of the words put together."""
    first, second = long[0], long[1] if len(long) > 1 else ""
    for cut in range(2, len(letters) - 1):
        if not first.startswith(letters[:cut]) or len(first) <= cut:
            continue
        rest = letters[cut:]
        if (second and second.startswith(rest)) or (not second and rest in _COMPASS and cut >= 3):
            return True
    return False


class PrintedChoices:
    """The printed answers of a question, and which of them a text says."""

    def __init__(self, labels: Sequence[str], language: str, examples: Sequence[Sequence[str]] = ()) -> None:
        """`labels` in the order printed, the "other" choice left out; `examples` of texts that say each, if any."""
        self._language = language
        self._keys: list[list[tuple[str, ...]]] = []
        self._normal: list[str] = []
        self._known: dict[tuple[str, ...], int] = {}
        for place, label in enumerate(labels):
            for example in examples[place] if examples else ():
                self._known.setdefault(key_of(example, language), place)
            parts = [label, *(p for p in _PARTS.split(label) if p.strip())]
            self._keys.append(list(dict.fromkeys(k for p in parts if (k := key_of(p, language)))))
            self._normal.append(normal_form(label, language))
        self._choices_with = Counter(w for keys in self._keys for w in {w for key in keys for w in key})

    def said(self, text: str) -> tuple[int, float] | None:
        """The place of the choice that a text says and how sure that is; None where it says none."""
        key = key_of(text, self._language)
        if key in self._known:
            return self._known[key], _AS_BEFORE
        found: list[tuple[float, int]] = []
        for place, keys in enumerate(self._keys):
            sure = max((spelled_alike(key, own) for own in keys if not _only_by_consonants(key, own)), default=0.0)
            found.append((max(sure, self._by_words(key, keys), self._by_other_words(key, place)), place))
        found.sort(key=lambda f: (-f[0], f[1]))
        if (
            not found
            or found[0][0] == 0
            or (len(found) > 1 and found[1][0] >= found[0][0] - 0.01 and found[0][0] < 0.9)
        ):
            return None
        return found[0][1], round(found[0][0], 4)

    def _by_words(self, key: tuple[str, ...], keys: Sequence[tuple[str, ...]]) -> float:
        """A text with all the words of a choice ("jakarta timur" of "Jakarta"), or only with words of it alone.

        A word that one choice alone has may be misspelled ("mandri" of "Bank Mandiri"). Who denies a choice
        ("bukan BCA") does not say it.
        """
        said = set(key)
        denied = said & wording(self._language).negations
        for own in keys:
            if denied - set(own):
                continue
            if said < set(own) and all(self._choices_with[w] == 1 and len(w) >= 4 for w in said):
                return 0.7
            if len(key) == 1 and len(own) > 1 and any(self._choices_with[w] == 1 and _slipped(key[0], w) for w in own):
                return 0.62
            if set(own) <= said and all(len(w) >= 3 for w in own):
                alone = all(self._choices_with[w] == 1 for w in own)
                return (0.8 if alone else 0.6) - 0.05 * (len(said) - len(own))
        return 0.0

    def _by_other_words(self, key: tuple[str, ...], place: int) -> float:
        """A text in words that mean what the choice is called ("instagram" of "Media sosial")."""
        label = f" {self._normal[place]} "
        for words, names in _SAME:
            if not words.isdisjoint(key) and any(f" {name} " in label for name in names):
                return 0.65
        return 0.0
