"""Which answers of two waves are the same: by what they say, else by their code where words are alike."""

from __future__ import annotations

import pytest

from mcode_pipelines.survey import Choice
from mcode_pipelines.survey.choice_matching import match_choices

SAME = [
    ("Laki-laki", "LAKI-LAKI"), ("Laki-laki", "Laki - laki"), ("laki laki", "Laki-laki"), ("Pria", "Laki-laki"),
    ("Wanita", "Perempuan"), ("Male", "male "), ("Kupang", "KUPANG"), ("Kota Bandung", "Bandung"),
    ("Tidak tahu", "tidak  tahu."), ("Ya", "ya"), ("Yes", "YES"), ("Don't know", "Don’t know"),
    ("Rp1.000–Rp2.000", "Rp1.000-Rp2.000"), ("Lainnya", "lainnya"), ("18 - 24", "18-24"),
    ("Sangat puas", "Sangat Puas"),
    ("Very satisfied", "very satisfied"), ("Kapal Api", "Kapal  Api"), ("Bank (BUMN)", "Bank ( BUMN )"),
    ("Teh / kopi", "Teh/kopi"),
]  # fmt: skip
REWORDED = [
    ("Roda Mas", "Roda Mas Super"), ("Kopi susu", "Kopi susu gula aren"), ("Minum tiap hari", "Diminum tiap hari"),
    ("Setiap hari", "Setiap hari kerja"), ("Media sosial", "Media sosial (Instagram, TikTok)"),
    ("Online shop", "Online shop / marketplace"), ("Karyawan", "Karyawan swasta"), ("At home", "At home or garden"),
    ("Toko swalayan", "Toko swalayan besar"), ("Ojek online", "Ojek online (motor)"), ("Colour", "Color"),
    ("Supermarket", "Supermarkets"), ("Indomart", "Indomaret"), ("Honda Beat", "Honda Beat Street"),
    ("Friends", "Friends and family"), ("Televisi", "Televisi nasional"), ("Tempat kerja", "Di tempat kerja"),
    ("Harga murah", "Harganya murah"), ("Motor bebek", "Motor bebek/skutik"), ("Newspaper", "Newspapers, magazines"),
]  # fmt: skip
NOT = [
    ("Puas", "Tidak puas"), ("Satisfied", "Not satisfied"), ("Satisfied", "Dissatisfied"), ("Setuju", "Kurang setuju"),
    ("17-24", "18-24"), ("BRI", "BNI"), ("Cakra", "Kencana"), ("Tirta Oli", "Tidak tahu mereknya"), ("Ya", "Tidak"),
    ("Yes", "No"), ("Laki-laki", "Perempuan"), ("Male", "Female"), ("Garda", "Samudra"), ("1 kali", "2 kali"),
    ("ABC", "Nescafe"), ("Agree", "Disagree"), ("Sudah menikah", "Belum menikah"), ("Likely", "Unlikely"),
    ("Pernah", "Tidak pernah"), ("Mampu", "Tidak mampu"), ("Kurang dari 1 juta", "Lebih dari 1 juta"),
    ("Under 18", "Over 18"), ("Less than a year", "More than a year"), ("Aktif", "Nonaktif"),
    ("Employed", "Unemployed"),
    ("Sebelum makan", "Sesudah makan"), ("Very cheap", "Very expensive"), ("Jawa Barat", "Jawa Timur"),
    ("Sumatera Utara", "Sumatera Selatan"), ("North", "South"), ("Kakak", "Kakek"), ("Merah", "Mewah"),
]  # fmt: skip


def matched(then: tuple[str, str], now: tuple[str, str]) -> bool:
    one, other = (Choice(code=code, label=label) for code, label in (then, now))
    between = Choice(code="8", label="Sesuatu yang lain sekali")
    return bool(match_choices([between, one], [other]))


@pytest.mark.parametrize(("then", "now"), SAME)
def test_an_answer_that_says_the_same_is_the_same_whatever_its_code(then: str, now: str) -> None:
    assert matched(("1", then), ("1", now))
    assert matched(("1", then), ("5", now))
    assert matched(("1", now), ("5", then))


@pytest.mark.parametrize(("then", "now"), REWORDED)
def test_an_answer_in_other_words_is_the_same_under_the_same_code_only(then: str, now: str) -> None:
    assert matched(("1", then), ("1", now))
    assert matched(("1", now), ("1", then))
    assert not matched(("1", then), ("5", now))


@pytest.mark.parametrize(("then", "now"), NOT)
def test_a_number_used_again_is_another_answer(then: str, now: str) -> None:
    assert not matched(("1", then), ("1", now))
    assert not matched(("1", now), ("1", then))
