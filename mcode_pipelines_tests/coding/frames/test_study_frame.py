"""The frame of a study: every theme once, under one number for ever, whatever persons did to it in any wave."""

from __future__ import annotations

from itertools import permutations

import pytest

from mcode_pipelines.coding.frames.study_frame import codes_now, study_frame
from mcode_pipelines.survey import Code, CodeFrame


def frame(*codes: Code, **more: object) -> CodeFrame:
    given = {"variable": "E", "question": "Apa?", "language": "id", "codes": (*codes, OTHER), "other": 90, **more}
    return CodeFrame.model_validate(given)


OTHER = Code(code=90, label="Lainnya")
CHEAP, FAST = Code(code=1, label="Murah"), Code(code=2, label="Cepat")
WAITING, POLITE = Code(code=3, label="Antre"), Code(code=3, label="Ramah")


def numbers(whole: CodeFrame) -> dict[str, int]:
    return {code.label: code.code for code in whole.themes}


def test_a_number_that_two_waves_gave_to_different_themes_stays_with_the_nearer_one() -> None:
    whole = study_frame([frame(CHEAP, FAST, WAITING), frame(CHEAP, POLITE)])
    assert numbers(whole) == {"Murah": 1, "Cepat": 2, "Antre": 3, "Ramah": 91}
    moved = next(code for code in whole.codes if code.label == "Ramah")
    assert moved.known_as == ("3 ramah",)
    assert codes_now(frame(CHEAP, POLITE), whole) == {1: 1, 3: 91, 90: 90, 99: 99}


def test_a_persons_name_for_a_theme_goes_before_that_of_its_birth_in_any_order() -> None:
    renamed = Code(code=1, label="Harga bersahabat", lineage=("1 murah",))
    for frames in permutations([frame(renamed), frame(CHEAP), frame(CHEAP, FAST)]):
        assert numbers(study_frame(frames)).get("Harga bersahabat") == 1


def test_a_theme_that_a_person_deleted_does_not_come_back_from_another_wave() -> None:
    whole = study_frame([frame(CHEAP, deleted=(FAST,), retired=(2,)), frame(CHEAP, FAST)])
    assert numbers(whole) == {"Murah": 1}
    assert 2 in whole.used_numbers


def test_answers_of_a_merged_theme_are_those_of_the_theme_it_was_merged_into() -> None:
    merged = Code(code=2, label="Cepat", lineage=("2 cepat", "3 antre"))
    whole = study_frame([frame(CHEAP, merged, retired=(3,)), frame(CHEAP, FAST, WAITING)])
    assert numbers(whole) == {"Murah": 1, "Cepat": 2}
    assert codes_now(frame(CHEAP, FAST, WAITING), whole) == {1: 1, 2: 2, 3: 2, 90: 90, 99: 99}


@pytest.mark.parametrize("again", [1, 2, 3])
def test_a_number_once_given_is_never_given_again(again: int) -> None:
    whole = frame(CHEAP)
    for _ in range(again):
        whole = study_frame([whole, frame(POLITE, retired=(91, 92))])
    assert numbers(whole) == {"Murah": 1, "Ramah": 3}
    assert {91, 92} <= whole.used_numbers


def test_printed_codes_of_another_form_are_not_taken_over_but_coined_ones_are() -> None:
    other_form = frame(
        CHEAP, FAST, WAITING, printed=(1, 2), printed_codes=("1", "2"), printed_labels=("Murah", "Cepat")
    )
    assert numbers(study_frame([frame(CHEAP), other_form])) == {"Murah": 1, "Antre": 3}
