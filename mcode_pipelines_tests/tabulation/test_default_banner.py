"""The banner of a plan without one: characteristics of respondents, few columns, and a reason for each."""

from __future__ import annotations

from mcode_pipelines.survey import Choice, Codebook, TabulationPlan, Variable
from mcode_pipelines.tabulation import banner_in_words, banner_reasons, complete_plan
from mcode_pipelines_tests.tabulation.made_surveys import book, numeric, single


def asked(name: str, label: str, size: int, **more: object) -> Variable:
    return single(name, *range(1, size + 1), **more).model_copy(update={"label": label})


def codebook(*variables: Variable, language: str = "en") -> Codebook:
    return Codebook(variables=variables, language=language)


def columns(survey: Codebook) -> list[str]:
    return [item.variable for item in complete_plan(TabulationPlan(), survey).banner or ()]


def test_characteristics_stand_in_the_order_of_reports_whatever_the_order_of_the_form() -> None:
    survey = codebook(
        asked("q9", "Pekerjaan", 4, demographic=True),
        asked("q8", "Status pernikahan", 3, demographic=True),
        asked("q1", "Segmen pelanggan", 3),
        asked("q2", "Jenis kelamin", 2, demographic=True),
        asked("q7", "Cabang", 3, demographic=True),
        asked("q6", "Suka rasa apa", 4),
    )
    assert columns(survey) == ["total", "q2", "q7", "q9", "q1", "q8"]


def test_no_more_than_twenty_columns_and_every_candidate_has_a_reason() -> None:
    survey = codebook(
        asked("s1", "Gender", 2, demographic=True),
        asked("s2", "Age group", 6, demographic=True),
        asked("s3", "Region", 8, demographic=True),
        asked("s4", "Household income", 7, demographic=True),
        asked("s5", "Occupation", 3, demographic=True),
        asked("s6", "City of birth", 38, demographic=True),
        asked("s7", "Country", 1, demographic=True),
        asked("s8_other", "Occupation, other", 4, demographic=True),
        asked("s9", "Gender on the passport", 2, demographic=True, personal=True),
        numeric("age", demographic=True).model_copy(update={"label": "Age in years"}),
    )
    reasons = {reason.variable: reason for reason in banner_reasons(survey)}
    assert columns(survey) == ["total", "s1", "s2", "s3", "s5"]
    assert 1 + sum(reason.columns for reason in reasons.values()) == 20
    assert set(reasons) == {variable.name for variable in survey}
    why = {name: reason.in_english for name, reason in reasons.items() if not reason.columns}
    assert why == {
        "s4": "no room: with its 7 columns the banner would have more than 20",
        "s6": "38 categories, more than 8: give it nets, or name it in the plan",
        "s7": "it has one category, so everybody stands in one column",
        "s8_other": 'a text behind "other"',
        "s9": "personal data",
        "age": "s2 shows the age already",
    }
    assert reasons["s1"].in_english == "a characteristic of respondents: sex"
    assert reasons["s3"].why("id") == "ciri responden: wilayah atau cabang"


def test_an_age_in_years_stands_in_bands_without_those_that_are_empty() -> None:
    age = numeric("age", demographic=True)
    data = {"age": ["19", "24", "30", "61", "70", "33"], "Q": ["1", "2", "1", "2", "1", "2"]}
    batch = book({"language": "en"}, data, age, single("Q", 1, 2))
    assert [column.labels[-1] for column in batch.book.banner] == ["Total", "18-24", "25-34", "55+"]


def test_a_question_that_all_answered_alike_is_no_column_and_the_book_says_so() -> None:
    data = {"S1": ["1"] * 4, "S2": ["1", "2", "1", "2"], "Q": ["1", "2", "1", "2"]}
    survey = (
        asked("S1", "Resident of the region", 2, demographic=True),
        asked("S2", "Sex", 2, demographic=True),
        single("Q", 1, 2),
    )
    batch = book({"language": "en", "rows": ["Q"]}, data, *survey)
    assert [column.variable for column in batch.book.banner] == ["total", "S2", "S2"]
    assert any("'S1' would tell nobody apart" in note for note in batch.book.notes)
    assert not batch.book.not_made
    indonesian = book({"language": "id", "rows": ["Q"]}, data, *survey)
    assert any("'S1' tidak membedakan siapa pun" in note for note in indonesian.book.notes)
    named = book({"language": "en", "rows": ["Q"], "banner": ["S1", "S2"]}, data, *survey)
    assert [column.variable for column in named.book.banner] == ["S1", "S1", "S2", "S2"]


def test_the_line_on_the_banner_says_how_to_change_it_in_both_languages() -> None:
    survey = codebook(asked("s1", "Gender", 2, demographic=True), asked("s2", "City", 30, demographic=True))
    assert banner_in_words(survey) == (
        "Banner: total, s1 without (s2: 30 categories, more than 8: give it nets, or name it in the plan). "
        "To choose the columns yourself, write them in the plan, such as banner: [total, S6, S15]."
    )
    assert "tanpa (s2: 30 kategori" in banner_in_words(survey, "id")


def test_categories_are_those_printed_also_where_codes_are_words() -> None:
    choices = tuple(Choice(code=w, label=w) for w in ("north", "south"))
    region = Variable(name="r", label="Region", kind="single_choice", columns=("r",), choices=choices, demographic=True)
    assert columns(codebook(region)) == ["total", "r"]
