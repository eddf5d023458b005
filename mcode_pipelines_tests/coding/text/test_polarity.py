"""Denials with scope, idioms and wishes: what the words of a segment tell of its side."""

from __future__ import annotations

import pytest

from mcode_pipelines.coding.text.polarity import polarity, side_of_words

PRAISE = {
    "id": (
        "gurunya tidak galak",
        "tidak terlalu berisik",
        "jarang macet",
        "tanpa masalah",
        "belum pernah kecewa",
        "tidak perlu antre",
        "tidak ada yang tidak ramah",
        "susah cari kekurangan",
        "bebas asap rokok",
        "sampah diangkut",
        "antrean pendek",
        "bukan hanya murah",
        "semoga makin sukses",
        "ora mahal",
    ),
    "en": (
        "nothing was too much trouble",
        "can't fault the waiter",
        "hardly any noise",
        "not too expensive",
        "couldn't be more helpful",
        "never late",
        "without hassle",
        "not only cheap",
        "a very short wait",
        "the waiting room was tidy",
        "i would definitely come back",
        "easily",
    ),
}
COMPLAINT = {
    "id": (
        "kasirnya tidak ramah",
        "tidak terlalu bersih",
        "kurang begitu enak",
        "jarang rapi",
        "jauh dari nyaman",
        "belum lancar",
        "susah parkir",
        "sulit dihubungi",
        "minim penerangan",
        "tidak bersih dan nyaman",
        "sama sekali tidak membantu",
        "ora resik",
        "jumlah kursi tidak cukup",
    ),
    "en": (
        "not clean and tidy",
        "far from fresh",
        "not big enough",
        "lack of parking",
        "anything but fresh",
        "nobody was helpful",
        "unclean",
        "i would never go back",
        "not at all polite",
        "don't waste your money",
        "rarely punctual",
    ),
}
WISHES = {
    "id": ("harus lebih ramah", "tolong dibersihkan", "semoga lebih cepat lagi", "perbanyak kursi", "jangan mahal"),
    "en": ("could be cleaner", "should be cheaper", "please be faster", "more buses", "would be nice to have wifi"),
}


def _of_all(said):
    return [(text, language) for language, texts in said.items() for text in texts]


@pytest.mark.parametrize(("said", "language"), _of_all(PRAISE))
def test_praise_by_its_words(said, language):
    assert polarity(said, language) == 1


@pytest.mark.parametrize(("said", "language"), _of_all(COMPLAINT))
def test_complaints_by_their_words(said, language):
    assert polarity(said, language) == -1


@pytest.mark.parametrize(("said", "language"), _of_all(WISHES))
def test_who_asks_for_better_neither_praises_nor_complains(said, language):
    assert side_of_words(said, language).wish
    assert polarity(said, language) == 0


@pytest.mark.parametrize(
    ("said", "language"),
    [("tidak perlu diperbaiki", "id"), ("sudah diperbaiki", "id"), ("toilet belum dibersihkan", "id")],
)
def test_what_is_done_or_denied_is_no_wish(said, language):
    assert not side_of_words(said, language).wish


def test_a_denial_of_what_is_neither_good_nor_bad_is_told():
    assert side_of_words("tidak ada lift", "id").open_denial
    assert not side_of_words("tidak ramah", "id").open_denial
