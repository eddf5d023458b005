"""Choices that nobody listed: their spelling, their order, and what is no answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcode_pipelines.detection import detect
from mcode_pipelines.detection.bands import order_of_bands
from mcode_pipelines.survey import Kind, Variable
from mcode_pipelines_tests.detection.made import survey


def only(columns: dict[str, list[str | None]], **more: object) -> Variable:
    return next(iter(detect(survey(columns, **more))))


@pytest.mark.parametrize(
    "ascending",
    [
        ["18-29", "30-44", "45-59", "60+"],
        ["Under 18", "18 to 24", "25 to 64", "65 and over"],
        ["< Rp 1 juta", "1 - 2,5 juta", "2,5 - 5 juta", "di atas 5 juta"],
        ["Kurang dari Rp 1.000.000", "Rp 1.000.000 - Rp 2.500.000", "Rp 2.500.001 - Rp 10.000.000", "> Rp 10.000.000"],
        ["Tidak punya penghasilan", "<500rb", "500 ribu - 1 juta", "1 - 2 juta"],
        ["Less than 6 months", "6 months - 1 year", "1-2 years", "3+ years"],
        ["No trips", "1-3 trips", "4-10 trips", "more than 10 trips"],
    ],
)
def test_bands_stand_from_the_lowest_up_whatever_their_frequency(ascending: list[str]) -> None:
    cells = [band for times, band in enumerate(ascending, start=4) for _ in range(times)]
    assert [c.label for c in only({"Kelompok": [*cells, "Tidak tahu"]}).choices] == [*ascending, "Tidak tahu"]


def test_names_with_numbers_are_no_bands() -> None:
    assert order_of_bands(["Windows 10", "Android 9", "Boeing 737"]) is None


@given(st.permutations(["Under 5", "5-9", "10-14", "15-19", "20 or more"]))
def test_the_order_of_bands_does_not_depend_on_how_they_come(labels: list[str]) -> None:
    order = order_of_bands(labels)
    assert order is not None
    assert [labels[i] for i in order] == ["Under 5", "5-9", "10-14", "15-19", "20 or more"]


def test_answers_typed_in_capitals_or_with_blanks_are_one_choice_under_the_usual_spelling() -> None:
    cells = ["Masculino"] * 9 + ["masculino"] * 4 + ["MASCULINO "] * 2 + ["Feminino"] * 8 + ["feminino"]
    sex = only({"Gênero": cells})
    assert [(c.code, c.label) for c in sex.choices] == [("Masculino", "Masculino"), ("Feminino", "Feminino")]
    assert any("capitals" in reason for reason in sex.evidence)


def test_options_typed_differently_are_one_option_of_a_joined_answer() -> None:
    cells = ["Kopi; Teh", "kopi; Jus", "Teh; Jus", "Kopi", "Jus", "teh"] * 6
    assert {c.code for c in only({"Minuman apa saja": cells}).choices} == {"Kopi", "Teh", "Jus"}


def test_brands_typed_without_capitals_are_the_same_brands() -> None:
    cells = [
        "Aqua, Vit",
        "Aqua",
        "Le Minerale, Aqua",
        "Vit, Cleo",
        "Cleo",
        "aqua, le minerale",
        "Vit",
        "Le Minerale",
    ] * 6
    named = only({"Sebutkan merek air minum yang Anda ingat": cells})
    assert named.kind is Kind.MULTI_CHOICE
    assert {c.code for c in named.choices} == {"Aqua", "Vit", "Cleo", "Le Minerale"}


def test_qualtrics_marks_of_a_seen_question_are_missing() -> None:
    cells = ["1", "2", "3", "-99", "2", "1"] * 8
    answer = next(v for v in detect(survey({"Q1": cells, "Q2": ["1", "-1", "2"] * 16}, tool="qualtrics")))
    assert answer.missing == ("-99",)
    assert [c.code for c in answer.choices] == ["1", "2", "3"]


def test_minus_one_is_a_number_where_others_are_negative_too_or_the_tool_is_another() -> None:
    change = ["-4", "-1", "0", "3", "12", "25"] * 8
    assert only({"Change of temperature": change}, tool="qualtrics").missing == ()
    assert only({"Q1": ["1", "2", "-99"] * 8}, tool="kobo").missing == ()


def test_the_word_none_is_missing_in_files_that_write_it_for_blank_cells() -> None:
    columns = {"a": ["None"] * 8, "b": ["None"] * 8, "Kapal": ["Bahari", "Samudra", "None", "Bahari"] * 2}
    ship = detect(survey(columns))["Kapal"]
    assert (ship.missing, [c.code for c in ship.choices]) == (("None",), ["Bahari", "Samudra"])
    honest = only({"Which pets?": ["Cat", "Dog", "None", "Cat"] * 5})
    assert "None" in {c.code for c in honest.choices}


@pytest.mark.parametrize(
    ("header", "values", "points"),
    [
        ("How likely are you to recommend us? (0-10)", [0, 1, 2, 3, 4, 5, 6, 8, 9, 10], range(11)),
        ("How likely are you to recommend the ferry, 1 to 10?", [2, 3, 5, 6, 7, 8, 9, 10], range(1, 11)),
        ("Berapa besar kemungkinan Anda menyarankan kapal ini?", [0, 2, 4, 6, 7, 8, 9, 10], range(11)),
        ("Nilai kebersihan kapal, skala 1 sampai 10", [3, 4, 5, 6, 7, 8, 9], range(1, 11)),
    ],
)
def test_ratings_keep_their_whole_range_where_a_point_is_unused(header: str, values: list[int], points: range) -> None:
    rating = only({header: [str(v) for v in values] * 6})
    assert rating.kind is Kind.SCALE
    assert [c.factor for c in rating.choices] == [float(p) for p in points]


def test_a_recommendation_where_many_say_1_and_nobody_0_begins_at_1() -> None:
    cells = ["1", *(str(n) for n in range(3, 11))]
    header = "Would you recommend the ferry to your neighbours?"
    assert [c.code for c in only({header: cells * 12}).choices] == [str(n) for n in range(1, 11)]
    assert [c.code for c in only({header: cells * 3}).choices] == [str(n) for n in range(11)]


def test_a_rating_with_words_at_its_ends_keeps_the_point_nobody_chose() -> None:
    cells = ["1 - sangat buruk", "2", "4", "5 - sangat baik", "4", "2"] * 6
    rating = only({"Penilaian": cells})
    assert (rating.kind, [c.factor for c in rating.choices]) == (Kind.SCALE, [1.0, 2.0, 3.0, 4.0, 5.0])
