"""Answers in one's own words that hold commas, beside lists of ticked options."""

from __future__ import annotations

import itertools

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import Kind
from mcode_pipelines_tests.detection.made import survey

PRAISES = ["stafnya ramah", "kapalnya bersih", "tiketnya murah", "berangkat tepat waktu", "ruang tunggunya luas",
           "dekat rumah"]  # fmt: skip
FOLLOWS = ["saya suka", "jadi nyaman", "anak saya senang", "tidak bikin mual", "saya akan kembali"]
TALK = [f"{a}, {b}" for a, b in itertools.product(PRAISES, FOLLOWS)]
OPTIONS = ["Radio", "Televisi", "Koran", "Teman"]
TICKED = [", ".join(c) for n in (1, 2, 3) for c in itertools.combinations(OPTIONS, n)]


@pytest.mark.parametrize("times", [1, 4, 12])
@pytest.mark.parametrize(
    "header",
    ["Apa yang paling Anda sukai?", "Mengapa Anda memilih feri?", "Sebutkan kelebihan feri", "Jelaskan kesan Anda",
     "What did you like best?", "Why did you choose us?", "Please describe the trip"],
)  # fmt: skip
def test_texts_whose_commas_stand_inside_sentences_are_open_ended(header: str, times: int) -> None:
    (answer,) = detect(survey({header: TALK * times}))
    assert (answer.kind, answer.delimiter, answer.choices) == (Kind.OPEN_ENDED, None, ())


@pytest.mark.parametrize(
    "header",
    ["Apa sumber informasi Anda?", "Media apa saja yang Anda gunakan?", "What media do you use?", "Q7",
     "Mengapa memilih media ini? (boleh lebih dari satu)"],
)  # fmt: skip
def test_ticked_options_stay_several_answers_also_under_a_header_that_asks(header: str) -> None:
    (answer,) = detect(survey({header: TICKED * 4}))
    assert (answer.kind, answer.delimiter) == (Kind.MULTI_CHOICE, ",")
    assert {c.code for c in answer.choices} == set(OPTIONS)


def test_options_that_nobody_ticks_alone_stay_several_answers() -> None:
    pairs = [", ".join(c) for c in itertools.combinations(["Kantin", "Musala", "Toilet", "Ruang tunggu", "Wifi"], 2)]
    (answer,) = detect(survey({"Dua fasilitas apa yang Anda gunakan?": pairs * 5}))
    assert (answer.kind, len(answer.choices)) == (Kind.MULTI_CHOICE, 5)


def test_long_choices_with_commas_of_which_one_is_ticked_stay_choices() -> None:
    lives = ["rent", "own house", "parents", "friends", "dormitory", "boat", "company house", "shop", "farm"]
    cells = [f"I live here, it is my {life}" for life in lives]
    (answer,) = detect(survey({"What describes your home?": cells * 20}))
    assert answer.kind is Kind.SINGLE_CHOICE


def test_amounts_with_commas_are_no_sentences() -> None:
    cells = [f"${i},000 to ${i + 9},999" for i in range(10, 100, 10)] * 9
    (income,) = detect(survey({"What did you earn last year?": cells}))
    assert income.kind is Kind.SINGLE_CHOICE


@pytest.mark.parametrize("sign", [";", "|"])
def test_lists_that_end_in_the_last_option_are_lists(sign: str) -> None:
    cells = [sign.join(["BP", "Shell", "Esso", "Total"][i] for i in some) for some in ([0], [0, 3], [1, 3], [0, 1, 3])]
    found = detect(survey({"Kota": ["Solo", "Medan"] * 20, "Tankstellen": cells * 10})).variables[1]
    assert found.kind is Kind.MULTI_CHOICE
    assert {choice.label for choice in found.choices} == {"BP", "Shell", "Total"}


def test_few_lists_between_semicolons_are_lists() -> None:
    cells = ["Shell;BP;Total", "BP", "Shell;Total", "Esso;BP"] * 10
    found = detect(survey({"Kota": ["Solo", "Medan"] * 20, "Tankstellen": cells})).variables[1]
    assert found.kind is Kind.MULTI_CHOICE
    assert {choice.label for choice in found.choices} == {"BP", "Shell", "Total", "Esso"}


def test_choices_that_hold_a_semicolon_are_choices() -> None:
    cells = ["Yes; often", "Yes; seldom", "No"] * 14
    assert detect(survey({"Kota": ["Solo", "Medan"] * 21, "Visits": cells})).variables[1].kind is Kind.SINGLE_CHOICE
