"""Names are one only where they are spelled alike."""

from __future__ import annotations

import pytest

from mcode_pipelines.coding.text.proper_names import KnownNames, is_mistyped, name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KM. Sangiang", "km sangiang"),
        ("Toko Bu Tini", "TOKO  BU TINI"),
        ("A.B.C. Supermart", "abc supermart"),
        ("Café São Bento", "cafe sao bento"),
        ("Mac's Diner", "macs diner"),
        ("P & O", "P&O"),
    ],
)
def test_case_accents_and_punctuation_are_no_part_of_a_name(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sangiang", "sangiiang"),
        ("hotel brawijaya", "hotel brawjaya"),
        ("honda beat", "honda baet"),
        ("supermarkt hoogvliet", "supermarkt hoogvleit"),
    ],
)
def test_a_slip_of_the_finger_makes_no_other_name(one, other):
    assert is_mistyped(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bri", "bni"),
        ("km kelud", "km lawit"),
        ("maria gomez", "mario gomez"),
        ("rahma", "rahman"),
        ("jl gatot subroto 12", "jl gatot subroto 21"),
        ("sma negeri 3", "sma negeri 8"),
        ("dharma rucitra iii", "dharma rucitra vii"),
        ("honda beat", "honda vario"),
        ("sumut", "sulut"),
        ("samsung a12", "samsung a21"),
    ],
)
def test_names_that_look_alike_stay_two(one, other):
    known: KnownNames[int] = KnownNames({one: 50, other: 2})
    known.add(one, 1)
    assert known.find(other) is None


def test_two_spellings_that_are_both_given_often_are_two_names():
    known: KnownNames[int] = KnownNames({"rumah makan sederhana": 30, "rumah makan sederhna": 25})
    known.add("rumah makan sederhana", 1)
    assert known.find("rumah makan sederhna") is None


def test_what_a_name_names_may_be_left_out_unless_two_things_have_it():
    known: KnownNames[int] = KnownNames({})
    known.add("bank permata", 1)
    assert known.find("permata") == (1, 0.85)
    known.add("hotel permata", 2)
    assert known.find("permata") is None
