"""Which answers of two lists are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.survey import Choice
from mcode_pipelines.survey.choice_matching import How, match_choices, reworded, same_meaning, same_word

SATISFACTION = ["Sangat tidak puas", "Tidak puas", "Agak tidak puas", "Agak puas", "Puas", "Sangat puas"]


def listed(*labels: str, first: int = 1) -> list[Choice]:
    return [Choice(code=str(code), label=label) for code, label in enumerate(labels, start=first)]


def matched(then: list[Choice], now: list[Choice], *, ordered: bool = False) -> dict[str, tuple[str, str]]:
    found = match_choices(then, now, ordered=ordered)
    return {then[m.then].label: (now[m.now].label, m.how.value) for m in found}


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        ("Kapal Api", "Kapal Api Grande", True),
        ("Indomaret", "Indo maret", False),
        ("Indomaret", "Indomart", True),
        ("Harga terjangkau", "Harga yang terjangkau", True),
        ("Very good service", "Good service", True),
        ("Puas", "Tidak puas", False),
        ("Setuju", "Kurang setuju", False),
        ("Satisfied", "Dissatisfied", False),
        ("Likely", "Unlikely", False),
        ("Penting", "Tidak penting sama sekali", False),
        ("Bank BRI", "Bank BNI", False),
        ("Honda Beat", "Honda Vario", False),
        ("17-24", "18-24", False),
        ("Rp 1 juta - Rp 2 juta", "Rp 2 juta - Rp 3 juta", False),
        ("SD", "SMP", False),
        ("Tidak minum kopi", "Luwak White", False),
    ],
)
def test_other_words_for_the_same_answer(then: str, now: str, same: bool) -> None:
    assert reworded(then, now) is same
    assert reworded(now, then) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pria", "LAKI-LAKI"),
        ("Laki - laki", "laki-laki"),
        ("Wanita", "perempuan"),
        ("Male", "Man"),
        ("DKI Jakarta", "Jakarta"),
        ("Kota Bandung", "Bandung"),
        ("DI Yogyakarta", "Jogja"),
        ("Lainnya, sebutkan", "Lainnya"),
        ("Other (please specify)", "Other"),
        ("Ya", "Yes"),
        ("tdk", "Tidak"),
        ("A & B", "A dan B"),
    ],
)
def test_words_that_mean_the_same_in_any_survey(one: str, other: str) -> None:
    assert same_meaning(one) == same_meaning(other)


@pytest.mark.parametrize(("one", "other"), [("Jakarta", "Bandung"), ("Ya", "Tidak"), ("Kota", "Desa"), ("A", "B")])
def test_words_that_do_not(one: str, other: str) -> None:
    assert same_meaning(one) != same_meaning(other)


def test_a_number_that_was_used_again_is_another_answer() -> None:
    then = listed("Kapal Api", "ABC", "Good Day", "Nescafe")
    now = [Choice(code=c, label=n) for c, n in (("1", "Kapal Api"), ("2", "Nescafe"), ("5", "Kopi Kenangan"))]
    assert matched(then, now) == {"Kapal Api": ("Kapal Api", "same"), "Nescafe": ("Nescafe", "renumbered")}


def test_scales_of_one_length_match_by_their_places_unless_they_were_turned() -> None:
    now = [*SATISFACTION[:3], "Cukup puas", *SATISFACTION[4:]]
    assert matched(listed(*SATISFACTION), listed(*now), ordered=True)["Agak puas"] == ("Cukup puas", "reworded")
    turned = matched(listed("Puas", "Biasa", "Kecewa"), listed("Kecewa", "Netral", "Puas"), ordered=True)
    assert turned == {"Puas": ("Puas", "renumbered"), "Kecewa": ("Kecewa", "renumbered")}


def test_a_list_without_labels_matches_by_its_codes() -> None:
    assert matched(listed("1", "2"), listed("Ya", "Tidak")) == {"1": ("Ya", "same"), "2": ("Tidak", "same")}


def test_two_answers_that_mean_the_same_are_not_guessed_between() -> None:
    then = listed("Kota Bandung", "Kab. Bandung")
    assert matched(then, listed("Kota Bandung", "Kab. Bandung", "Bandung")).keys() == {"Kota Bandung", "Kab. Bandung"}


def test_a_persons_word_goes_before_everything() -> None:
    then, now = listed("ABC", "Nescafe"), listed("ABC", "Nescafe")
    found = match_choices(then, now, decided={0: 1, 1: None})
    assert [(m.then, m.now, m.how) for m in found] == [(0, 1, How.BY_PERSON)]


WORDS = ["Ya", "Tidak", "Pria", "Wanita", "ABC", "Bango", "Sedaap", "Indofood", "17-24", "25-34"]
labels = st.lists(st.sampled_from(WORDS), unique=True)


@given(labels, labels)
def test_each_answer_is_matched_once_and_what_is_word_for_word_there_is_found(one: list[str], other: list[str]) -> None:
    then, now = listed(*one), listed(*other, first=3)
    found = match_choices(then, now)
    assert len({m.then for m in found}) == len({m.now for m in found}) == len(found)
    assert {one[m.then] for m in found if one[m.then] == other[m.now]} == {*one} & {*other}


def test_words_turned_round_are_not_spelled_otherwise() -> None:
    assert same_word("kualitas", "kwalitas")
    assert not same_word("complete", "incomplete")
