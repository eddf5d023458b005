"""Several answers in one cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.survey import split_answers


@pytest.mark.parametrize(
    ("cell", "delimiter", "choices", "answers"),
    [
        ("1 3  5", " ", (), ["1", "3", "5"]),
        ("1;3;5;", ";", (), ["1", "3", "5"]),
        ("Tea, Bread, cakes, Water", ",", {"Tea", "Bread, cakes", "Water"}, ["Tea", "Bread, cakes", "Water"]),
        ("Bread, cakes", ",", {"Bread", "cakes", "Bread, cakes"}, ["Bread, cakes"]),
        ("Tea, my own words", ",", {"Tea"}, ["Tea", "my own words"]),
        ("", ",", (), []),
    ],
)
def test_answers_of_a_cell(cell: str, delimiter: str, choices: set[str], answers: list[str]) -> None:
    assert split_answers(cell, delimiter, choices) == answers


@given(st.lists(st.sampled_from(["a", "b, c", "d, e, f", "g"]), unique=True))
def test_joined_choices_come_back_whole(chosen: list[str]) -> None:
    assert split_answers(", ".join(chosen), ",", {"a", "b, c", "d, e, f", "g"}) == chosen
