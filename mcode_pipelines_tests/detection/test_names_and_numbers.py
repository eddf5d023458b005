"""Numbers that only name something, columns that tools add, and the language of labels and values."""

from __future__ import annotations

import pytest

from mcode_pipelines.detection import detect
from mcode_pipelines.survey import ColumnDictionary, Kind
from mcode_pipelines_tests.detection.made import form, survey


@pytest.mark.parametrize("header", ["In which ZIP code do you live?", "Kode pos rumah Anda", "home_zip"])
def test_postcodes_are_never_averaged(header: str) -> None:
    (place,) = detect(survey({header: [str(40115 + 37 * i % 900) for i in range(60)]}))
    assert (place.kind, place.tabulated) == (Kind.IDENTIFIER, False)


def test_codes_of_a_category_are_choices_and_its_years_are_numbers() -> None:
    cells = [str(i % 6 + 3) for i in range(60)]
    codebook = detect(survey({"Highest school level": cells, "Years of education": [*cells[:-1], "16"]}))
    assert codebook["Highest school level"].kind is Kind.SINGLE_CHOICE
    assert codebook["Years of education"].kind is Kind.NUMERIC


def test_numbers_beside_the_tools_code_for_other_are_codes() -> None:
    (answer,) = detect(survey({"Hoogste": ["3", "5", "6", "8", "-oth-", "5", "6", "3", "5", "6", "3", "6"] * 5}))
    assert answer.kind is Kind.SINGLE_CHOICE


def test_the_number_of_a_file_is_an_identifier_also_where_the_form_says_text() -> None:
    numbers = [f"{i:03d}-26C{i * 7919 % 1000:05d}" for i in range(30)]
    asked = form([("text", "TicketNo", "Number on the ticket"), ("text", "why", "Why did you travel?")])
    codebook = detect(survey({"TicketNo": numbers, "why": [f"to see my aunt {i}" for i in range(30)]}, form=asked))
    assert (codebook["TicketNo"].kind, codebook["why"].kind) == (Kind.IDENTIFIER, Kind.OPEN_ENDED)


def test_a_number_of_things_is_no_number_of_a_file() -> None:
    asked = form([("integer", "CaseNo", "How many people of this case are present?")])
    (people,) = detect(survey({"CaseNo": [str(i % 7 + 1) for i in range(40)]}, form=asked))
    assert people.kind is Kind.NUMERIC


@pytest.mark.parametrize("header", ["Totaaltijd", "Groep tijd: Over u", "Total time", "Waktu grup: Profil"])
def test_the_times_that_limesurvey_measures_are_metadata(header: str) -> None:
    (time,) = detect(survey({header: [f"{i * 3.7 + 11:.2f}" for i in range(30)]}, tool="limesurvey"))
    assert time.kind is Kind.METADATA


def test_a_question_about_time_is_no_time_that_limesurvey_measures() -> None:
    header = "What is the total time you spend on the ferry in a week?"
    (time,) = detect(survey({header: [str(i % 23 * 3 + 1) for i in range(60)]}, tool="limesurvey"))
    assert time.kind is Kind.NUMERIC


def test_old_qualtrics_columns_are_known_by_their_second_header_row() -> None:
    columns = {"V1": ["R_a1", "R_b2"], "V7": ["0", "0"], "V10": ["1", "1"]}
    codebook = detect(survey(columns, headers=[list(columns), ["ResponseID", "Status", "Finished"]], tool="qualtrics"))
    assert [v.kind for v in codebook] == [Kind.IDENTIFIER, Kind.METADATA, Kind.METADATA]
    assert codebook.respondent_column == "V1"


def test_few_telephone_numbers_are_personal_and_questions_about_telephones_are_not() -> None:
    said = {"v1": ColumnDictionary(label="tel/tel.home"), "v2": ColumnDictionary(label="Kinds of telephone at home")}
    codebook = detect(survey({"v1": ["021555123", None], "v2": ["landline", "mobile"]}, dictionary=said))
    assert (codebook["v1"].personal, codebook["v1"].kind) == (True, Kind.IDENTIFIER)
    assert not codebook["v2"].personal


def test_columns_of_a_tool_are_known_by_their_label_in_a_file_with_a_dictionary() -> None:
    said = {"v1": ColumnDictionary(label="_submission_time"), "v2": ColumnDictionary(label="_uuid")}
    codebook = detect(survey({"v1": ["a", "b"], "v2": ["x1", "x2"]}, dictionary=said))
    assert [v.kind for v in codebook] == [Kind.METADATA, Kind.IDENTIFIER]


@pytest.mark.parametrize(
    ("columns", "language"),
    [
        ({"v1": ["Male", "Female", "Male"] * 5, "v2": ["low", "medium", "high"] * 5}, "en"),
        ({"v1": ["Pria", "Wanita", "Pria"] * 5, "v2": ["rendah", "sedang", "tinggi"] * 5}, "id"),
        ({"v1": ["A", "B", "A"] * 5}, None),
    ],
)
def test_the_values_tell_the_language_where_the_headers_do_not(
    columns: dict[str, list[str]], language: str | None
) -> None:
    assert detect(survey(columns)).language == language


def test_answers_written_as_codes_come_from_a_list_also_under_a_header_that_asks_for_reasons() -> None:
    cells = ["too_far", "no_money", "bad_road", "no_boat", "too_old"] * 4
    codebook = detect(survey({"reason": cells, "other_reason": [f"the pier was closed, day {i}" for i in range(20)]}))
    assert codebook["reason"].kind is Kind.SINGLE_CHOICE


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Nama pelabuhan keberangkatan", True),
        ("Aplikasi apa yang Anda pakai untuk belanja?", True),
        ("Which airline do you fly with most?", True),
        ("¿Cuál es su supermercado o tienda habitual?", True),
        ("Welke winkel bezoekt u het vaakst?", True),
        ("Welche Bank nutzen Sie?", True),
        ("Apa yang perlu diperbaiki di pelabuhan?", False),
        ("What do you like about this airline?", False),
        ("¿Por qué eligió esta tienda?", False),
        ("Wat vindt u van de winkel?", False),
        ("Kebersihan kapal", False),
    ],
)
def test_questions_for_names_are_told_from_questions_about_things(asked: str, expected: bool) -> None:
    names = ["Sinar Jaya", "Bukit Indah", "Karya Baru", "Teluk Dalam", "Puri Asri"]
    cells = [f"{names[i % 5]} {chr(65 + i % 26)}{chr(65 + i // 3 % 26)}" for i in range(120)]
    (question,) = detect(survey({"q": cells}, form=form([("text", "q", asked)])))
    assert question.names is expected
