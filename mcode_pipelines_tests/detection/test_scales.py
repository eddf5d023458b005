"""The order of worded answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.detection.scales import degrees, factors, is_dont_know, leading_number
from mcode_pipelines.survey import Choice

LADDERS = [
    ["Sangat tidak puas", "Tidak puas", "Agak tidak puas", "Agak puas", "Puas", "Sangat puas"],
    ["Sangat tidak penting", "Tidak penting", "Biasa saja", "Penting", "Sangat penting"],
    ["Kurang puas", "Cukup puas", "Puas", "Sangat puas"],
    ["Sangat sulit", "Sulit", "Agak sulit", "Agak mudah", "Mudah", "Sangat mudah"],
    ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"],
    ["Very dissatisfied", "Dissatisfied", "Somewhat dissatisfied", "Somewhat satisfied", "Satisfied", "Very satisfied"],
    ["Not at all likely", "Somewhat likely", "Very likely"],
    ["Tidak pernah", "Jarang", "Kadang-kadang", "Sering", "Selalu"],
    ["Never", "Rarely", "Sometimes", "Often", "Always"],
    ["Poor", "Fair", "Good", "Very good", "Excellent"],
    ["Sangat buruk", "Buruk", "Cukup", "Baik", "Sangat baik"],
    ["Pasti tidak", "Mungkin tidak", "Ragu-ragu", "Mungkin ya", "Pasti ya"],
    ["Not at all", "Not much", "Some", "A lot"],
]


@given(st.data())
def test_worded_points_are_put_in_order_however_they_come(data: st.DataObject) -> None:
    ladder = data.draw(st.sampled_from(LADDERS))
    shuffled = data.draw(st.permutations(ladder))
    found = degrees(shuffled)
    assert found is not None
    assert [label for _, label in sorted(zip(found, shuffled, strict=True))] == ladder


@pytest.mark.parametrize(
    "labels",
    [
        ["Ya", "Tidak"],
        ["Pernah", "Tidak pernah"],
        ["Jakarta", "Surabaya", "Bandung"],
        ["SD", "SMP", "SMA", "S1"],
        ["17-24 tahun", "25-34 tahun", "35-44 tahun"],
        ["Aqua", "Club", "Tidak ada"],
        ["Setuju", "Tidak setuju"],
    ],
)
def test_unordered_answers_are_no_scale(labels: list[str]) -> None:
    assert degrees(labels) is None


def test_numbers_in_the_labels_are_the_factors() -> None:
    labels = ["1 - Sangat tidak puas", "2", "3", "4", "5 - Sangat puas", "Tidak tahu"]
    assert factors([Choice(code=label, label=label) for label in labels]) == [1.0, 2.0, 3.0, 4.0, 5.0, None]


def test_numeric_codes_count_as_themselves_even_when_the_best_comes_first() -> None:
    words = ["Sangat puas", "Puas", "Tidak puas", "Sangat tidak puas"]
    assert factors([Choice(code=i, label=w) for i, w in enumerate(words, start=1)]) == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    "label", ["Tidak tahu", "TT/TJ", "N/A", "Don't know", "Don\u2019t know", "Menolak menjawab", "Prefer not to say"]
)
def test_dont_know_is_no_point(label: str) -> None:
    assert is_dont_know("5", label)


@pytest.mark.parametrize(("code", "label"), [("98", "98"), ("dont_know", "Tidak yakin")])
def test_dont_know_by_its_code(code: str, label: str) -> None:
    assert is_dont_know(code, label)
    assert not is_dont_know("5", "Puas")


def test_a_number_with_a_control_sign_behind_it_is_read() -> None:
    assert leading_number("0\x1f") == (0.0, "")
