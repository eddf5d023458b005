"""What is asked of the respondent, and so may head a banner; and what only sounds like it."""

from __future__ import annotations

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import Codebook, Kind
from mcode_pipelines_tests.detection.made import form, survey

SEXES = ["laki-laki", "perempuan", "perempuan"] * 10
BANDS = ["17-24", "25-34", "35-44"] * 10


def demographics(codebook: Codebook) -> list[str]:
    return [v.name for v in codebook if v.demographic]


@pytest.mark.parametrize(
    "name", ["enum_gender", "hoh_gender", "ind_gender", "Jenis kelamin pewawancara", "Jenis kelamin kepala keluarga"]
)
def test_the_sex_of_somebody_else_is_no_demographic(name: str) -> None:
    assert demographics(detect(survey({name: SEXES, "respondent_gender": SEXES}))) == ["respondent_gender"]


def test_age_in_a_sentence_is_a_demographic_only_beside_the_respondent() -> None:
    codebook = detect(
        survey(
            {
                "Up to what age may your cousins ride the small ferry free of charge?": BANDS,
                "Before we start, would you please tell me your age group?": BANDS,
            }
        )
    )
    assert demographics(codebook) == ["Before we start, would you please tell me your age group?"]


def test_the_income_of_all_in_the_household_is_a_demographic() -> None:
    header = "What did all members of your household together earn in the past twelve months?"
    assert demographics(detect(survey({header: ["low", "middle", "high"] * 10}))) == [header]


def test_the_path_of_a_name_says_nothing_of_its_last_part() -> None:
    cells = {"Money.Income.Loans.Lender": ["bank", "family", "shop"] * 10, "Money.Income.IncomeClass": BANDS}
    assert demographics(detect(survey(cells))) == ["Money.Income.IncomeClass"]


def test_something_done_or_not_is_no_characteristic() -> None:
    asked = form(
        [("select_one done", "SkipSchool", "Skipped school fees"), ("select_one level", "School", "School level")],
        [
            ("done", "y", "Yes"),
            ("done", "n", "No, there was no need"),
            ("done", "n2", "No, had done so before"),
            ("level", "1", "Primary"),
            ("level", "2", "Secondary"),
        ],
    )
    codebook = detect(survey({"SkipSchool": ["y", "n", "n2"] * 5, "School": ["1", "2", "2"] * 5}, form=asked))
    assert demographics(codebook) == ["School"]


def test_a_list_that_the_form_lacks_is_collected_from_the_answers() -> None:
    asked = form([("select_one sexes", "respondent_gender", "Respondent's gender")])
    codebook = detect(survey({"respondent_gender": SEXES}, form=asked))
    assert [c.code for c in codebook["respondent_gender"].choices] == ["perempuan", "laki-laki"]
    assert demographics(codebook) == ["respondent_gender"]


def test_columns_of_which_everybody_ticks_one_are_a_single_choice_for_the_banner() -> None:
    ages = ["< 18", "18-29", "30+"]
    columns = {f"Age [{a}]": [a if i % 3 == j else None for i in range(30)] for j, a in enumerate(ages)}
    (age,) = detect(survey(columns))
    assert (age.kind, age.demographic) == (Kind.SINGLE_CHOICE, True)
    assert [(c.label, c.column) for c in age.choices] == [(a, f"Age [{a}]") for a in ages]


def test_several_answers_stay_several_where_the_header_allows_them_or_somebody_ticks_two() -> None:
    ages = ["Bus", "Boat", "Taxi"]
    one = {f"Transport (select all that apply) [{a}]": [a if i % 3 == j else None for i in range(30)]
           for j, a in enumerate(ages)}  # fmt: skip
    two = {f"Transport [{a}]": [a if i % 3 == j or i == 7 else None for i in range(30)] for j, a in enumerate(ages)}
    assert [v.kind for columns in (one, two) for v in detect(survey(columns))] == [Kind.MULTI_CHOICE] * 2


@pytest.mark.parametrize("header", ["D4. Social class", "Socio-economic grade", "Kelas sosial", "D7. Clase social"])
def test_the_class_of_society_is_a_demographic_and_that_of_a_ticket_is_none(header: str) -> None:
    classes = ["AB", "C1", "C2"] * 10
    codebook = detect(survey({header: classes, "Ticket class": ["first", "second", "deck"] * 10}))
    assert [v.columns for v in codebook if v.demographic] == [(header,)]


def test_british_schooling_goes_from_less_to_more() -> None:
    steps = ["No formal education", "GCSEs", "A levels", "Bachelor's degree", "Postgraduate degree"]
    (question,) = detect(survey({"Highest level of education": [*reversed(steps), *steps] * 6}))
    assert question.ordered
    assert [choice.label for choice in question.choices] == steps
