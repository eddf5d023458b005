from __future__ import annotations

import polars as pl
import pytest

from mcode_pipelines.coding import CodingError, open_questions
from mcode_pipelines.survey import ROW, Codebook, Kind, RawSurvey, SourceNotes, SurveyHead, Variable


@pytest.fixture
def raw() -> RawSurvey:
    data = pl.LazyFrame(
        {
            ROW: [1, 2, 3, 4],
            "_uuid": ["u1", None, "u3", "u4"],
            "E1": ["toilet kotor", "  ", None, "99"],
            "first": ["Alfa", None, "Beta", None],
            "second": ["Gamma", None, None, "Delta"],
            "nama": ["Budi", "Siti", "Adi", "Ani"],
        }
    )
    return RawSurvey(data, SurveyHead(source=SourceNotes(kind="csv", file="data.csv"), headers=()))


def codebook(*variables: Variable) -> Codebook:
    return Codebook(variables=variables, respondent_column="_uuid")


def test_only_answered_cells_of_open_questions_that_are_not_personal(raw):
    questions = open_questions(
        raw,
        codebook(
            Variable(name="nama", label="Nama", kind=Kind.OPEN_ENDED, columns=("nama",), personal=True),
            Variable(name="E1", label="Keluhan?", kind=Kind.OPEN_ENDED, columns=("E1",), missing=("99",)),
            Variable(name="_uuid", label="", kind=Kind.IDENTIFIER, columns=("_uuid",)),
        ),
    )
    assert [q.variable for q in questions] == ["E1"]
    assert questions[0].answers.rows() == [(1, "u1", "toilet kotor")]


def test_a_respondent_without_identifier_is_named_by_row(raw):
    variable = Variable(name="merek", label="Merek?", kind=Kind.OPEN_ENDED, columns=("second", "first"))
    question = open_questions(raw, codebook(variable))[0]
    assert question.answers.rows() == [(1, "u1", "Gamma\nAlfa"), (3, "u3", "Beta"), (4, "u4", "Delta")]


def test_without_an_identifier_column_respondents_are_row_numbers(raw):
    book = Codebook(variables=(Variable(name="E1", label="", kind=Kind.OPEN_ENDED, columns=("E1",)),))
    assert open_questions(raw, book)[0].answers["respondent"].to_list() == ["1", "4"]


def test_a_column_that_is_not_there_is_told(raw):
    with pytest.raises(CodingError, match=r"data.csv: .* E5 in column 'E5'"):
        open_questions(raw, codebook(Variable(name="E5", label="", kind=Kind.OPEN_ENDED, columns=("E5",))))


def test_a_survey_without_open_questions_has_none(raw):
    assert open_questions(raw, codebook()) == []


def test_numbers_of_typed_files_name_respondents_without_decimals():
    data = pl.LazyFrame({ROW: [1, 2], "id": [1001.0, None], "E1": ["bersih", "kotor"]})
    raw = RawSurvey(data, SurveyHead(source=SourceNotes(kind="sav", file="data.sav"), headers=()))
    book = Codebook(
        variables=(Variable(name="E1", label="", kind=Kind.OPEN_ENDED, columns=("E1",)),), respondent_column="id"
    )
    assert open_questions(raw, book)[0].answers["respondent"].to_list() == ["1001", "2"]
