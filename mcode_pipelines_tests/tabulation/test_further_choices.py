"""Codes of a file that a codebook made for another one does not list."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mcode_pipelines.survey import Choice, Codebook, Variable
from mcode_pipelines.tabulation import with_further_choices
from mcode_pipelines_tests.tabulation.made_surveys import multi, numeric, raw_survey, scale, single


def in_file(variable: Variable, cells: Sequence[object], detected: Variable | None = None) -> list[tuple[str, str]]:
    """Code and label of the variable's choices beside a file in which something was detected."""
    raw = raw_survey({variable.name: cells})
    found = Codebook(variables=(detected or numeric(variable.name),))
    (extended,) = with_further_choices(Codebook(variables=(variable,)), raw, lambda: found)
    assert extended.choices[: len(variable.choices)] == variable.choices
    assert extended.model_copy(update={"choices": variable.choices}) == variable
    return [(c.code, c.label) for c in extended.choices[len(variable.choices) :]]


def never() -> Codebook:
    raise AssertionError("nothing had to be detected")


@pytest.mark.parametrize(
    ("variable", "cells", "further"),
    [
        (single("Q", 1, 2), [1, 3, None, 12, 2.0, 3], ["3", "12"]),
        (single("Q", 1, 2), ["1", " 3.0 ", "", "label 2", "LABEL 1", "Bali"], ["3", "Bali"]),
        (single("Q", 1, 2, missing=("98",)), ["1", "98", "4"], ["4"]),
        (multi("M", 1, 2), ["1;2", "2;5", "5; 7", None, ";"], ["5", "7"]),
        (multi("M", "Teh", "Kue, roti", delimiter=","), ["Teh, Kue, roti, Kopi"], ["Kopi"]),
        (numeric("N"), ["3", "x"], []),
    ],
)
def test_codes_that_only_the_file_has_stand_behind_those_of_the_codebook(
    variable: Variable, cells: list[object], further: list[str]
) -> None:
    assert in_file(variable, cells) == [(code, code) for code in further]


def test_labels_and_factors_of_further_choices_are_those_detected_in_the_file() -> None:
    detected = single("Q", 1, 3, 4).model_copy(
        update={"choices": (Choice(code="1", label="Satu"), Choice(code="3", label="Tiga"))}
    )
    assert in_file(single("Q", 1, 2), ["1", "3", "4"], detected) == [("3", "Tiga"), ("4", "4")]
    raw = raw_survey({"A": [1, 5, 6]})
    (found,) = with_further_choices(
        Codebook(variables=(scale("A", 1, 2, 3, 4, 5),)), raw, lambda: Codebook(variables=(scale("A", 1, 5, 6),))
    )
    assert [c.factor for c in found.choices] == [1, 2, 3, 4, 5, 6]


def test_a_label_that_another_choice_has_is_told_apart_by_its_code() -> None:
    detected = single("Q", 1).model_copy(update={"choices": (Choice(code="3", label="LABEL 1"),)})
    assert in_file(single("Q", 1, 2), ["3"], detected) == [("3", "LABEL 1 (3)")]


def test_answers_that_were_detected_whole_and_what_is_missing_by_detection_are_heeded() -> None:
    detected = multi("M", "Kue, roti", "Kopi", delimiter=",", missing=("TA",))
    assert in_file(multi("M", "Teh", delimiter=","), ["Teh, Kue, roti", "Kopi", "TA"], detected) == [
        ("Kopi", "label Kopi"),
        ("Kue, roti", "label Kue, roti"),
    ]


def test_many_different_texts_are_no_choices() -> None:
    assert in_file(single("Q", 1, 2), ["1", *(f"text {n}" for n in range(101))]) == []


def test_a_question_with_a_column_a_choice_gets_its_other_columns() -> None:
    def ticked(*codes: int) -> Variable:
        columns = tuple(f"M/{code}" for code in codes)
        ticks = tuple(Choice(code=c, label=f"m{c}", column=column) for c, column in zip(codes, columns, strict=True))
        return Variable(name="M", label="M", kind="multi_choice", columns=columns, choices=ticks)

    raw = raw_survey({"M/1": [1, 0], "M/2": [0, 1], "M/3": [0, 1], "other": [1, 2]})
    (found,) = with_further_choices(
        Codebook(variables=(ticked(1, 2),)), raw, lambda: Codebook(variables=(ticked(1, 2, 3),))
    )
    assert found == ticked(1, 2, 3)


def test_nothing_is_detected_where_the_codebook_lists_every_code() -> None:
    codebook = Codebook(variables=(single("Q", 1, 2), multi("M", 1, 2), numeric("N")))
    raw = raw_survey({"Q": [1, 2, None], "M": ["1;2", None, "2"], "N": [5, 6, 7]})
    assert with_further_choices(codebook, raw, never) == codebook
