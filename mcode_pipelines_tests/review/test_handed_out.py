"""The review workbook as an analyst gets it."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import polars as pl
import pytest
from openpyxl import load_workbook

from mcode_pipelines.delivery import write_review_workbook
from mcode_pipelines.sources.review_file import read_review
from mcode_pipelines.survey import Choice, CodeFrames, Kind, Variable, empty_codings
from mcode_pipelines.survey.review import RESPONDENTS_SHEET, REVIEW_SHEET, format_row_ranges, parse_row_ranges
from mcode_pipelines_tests.review.made import (
    SHA256,
    UPLOAD,
    codebook,
    codings,
    column_of,
    frame,
    handed_out,
    raw_survey,
    row_of,
)


@pytest.fixture
def book(tmp_path):
    return load_workbook(handed_out(tmp_path))


def values(sheet, heading):
    column = column_of(sheet, heading)
    return [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]


def test_the_sheets_of_a_long_question_still_tell_what_they_are(tmp_path):
    long = frame().model_copy(update={"variable": "Apa yang perlu diperbaiki dari hotel ini?"})
    given = codings().with_columns(pl.lit(long.variable).alias("variable"))
    book = codebook().model_copy(
        update={"variables": tuple(v.model_copy(update={"name": long.variable}) for v in codebook().variables)}
    )
    made = write_review_workbook(
        raw_survey(), book, CodeFrames((long,)), given, tmp_path, name="u", upload=UPLOAD, sha256=SHA256
    )
    assert load_workbook(made.path).sheetnames[1:3] == [
        "Apa yang perlu diperbaiki dari",
        "Apa yang perlu diperbaiki kode",
    ]


def test_every_question_has_a_sheet_of_answers_and_one_of_codes(book):
    assert book.sheetnames == ["Petunjuk", "E4", "E4 kode", REVIEW_SHEET, RESPONDENTS_SHEET]
    assert [c.value for c in book["E4"][1]] == [
        "ID jawaban", "Jawaban", "Berapa kali", "Kode 1", "Kode 2", "Kode 3",
        "Label kode", "Keyakinan", "Diputuskan oleh", "Setuju (x)",
    ]  # fmt: skip


def test_the_least_sure_answers_come_first(book):
    sure = values(book["E4"], "Keyakinan")
    assert sure == sorted(sure)
    assert book["E4"]["B2"].value == "=1+1"


def test_equal_answers_are_one_row_that_says_how_often(book):
    sheet = book["E4"]
    assert len(values(sheet, "Jawaban")) == 7
    assert sheet.cell(row_of(sheet, "toilet kotor"), column_of(sheet, "Berapa kali")).value == 3


def test_equal_answers_that_a_person_coded_differently_stay_apart_under_ids_of_their_own(tmp_path):
    import polars as pl

    coded = codings().with_columns(
        pl.when(pl.col("respondent") == "u-8").then(4).otherwise(pl.col("code")).alias("code")
    )
    made = write_review_workbook(
        raw_survey(), codebook(), CodeFrames((frame(),)), coded, tmp_path, name="f", upload=UPLOAD, sha256=SHA256
    )
    sheet = load_workbook(made.path)["E4"]
    toilets = [row for row in range(2, sheet.max_row + 1) if "toilet" in str(sheet.cell(row, 2).value).lower()]
    assert {sheet.cell(row, 4).value for row in toilets} == {1, 4}
    identities = values(sheet, "ID jawaban")
    assert len(set(identities)) == len(identities)


def test_ids_are_the_same_whenever_the_workbook_is_made(tmp_path):
    ids = [values(load_workbook(handed_out(tmp_path / n))["E4"], "ID jawaban") for n in ("a", "b")]
    assert ids[0] == ids[1]
    other = values(load_workbook(handed_out(tmp_path / "c", upload="lain-00000000"))["E4"], "ID jawaban")
    assert not set(other) & set(ids[0])


def test_code_cells_offer_the_frames_codes(book):
    (rule,) = book["E4"].data_validations.dataValidation
    assert rule.type == "list"
    assert str(rule.sqref) == "D2:F8"
    assert "'E4 kode'!$H$2" in rule.formula1
    assert book["E4 kode"]["H2"].value.startswith("=IF(A2")


def test_labels_follow_the_codes(tmp_path):
    path = handed_out(tmp_path)
    shown = load_workbook(path, data_only=True)["E4"]
    row = row_of(shown, "jadwal telat, tiket mahal")
    assert shown.cell(row, 7).value == "Jadwal terlambat; Tiket mahal"
    assert load_workbook(path)["E4"].cell(row, 7).value.startswith("=")


def test_an_answer_that_looks_like_a_formula_stays_text(book):
    cell = book["E4"].cell(row_of(book["E4"], "=1+1"), 2)
    assert cell.data_type == "s"


def test_answers_below_the_threshold_are_coloured(book):
    sheet = book["E4"]
    column = column_of(sheet, "Keyakinan")
    fills = {row: sheet.cell(row, column).fill.fgColor.rgb for row in range(2, sheet.max_row + 1)}
    coloured = {sheet.cell(row, column).value for row, fill in fills.items() if fill == "FFFCE4D6"}
    assert coloured == {0.3, 0.35, 0.45}


def test_what_was_handed_out_is_kept_out_of_sight_and_locked(book):
    for name in (REVIEW_SHEET, RESPONDENTS_SHEET):
        assert book[name].sheet_state == "veryHidden"
        assert book[name].protection.sheet


def test_an_english_survey_gets_english_words(tmp_path):
    book = load_workbook(handed_out(tmp_path, language="en"))
    assert book.sheetnames[:3] == ["How to review", "E4", "E4 codes"]
    assert book["E4"]["B1"].value == "Verbatim"


def test_nothing_is_written_where_nothing_is_coded(tmp_path):
    made = write_review_workbook(
        raw_survey(), codebook(), CodeFrames(()), empty_codings(), tmp_path, name="f", upload=UPLOAD, sha256=SHA256
    )
    assert made is None
    assert list(tmp_path.iterdir()) == []


def test_ranges_of_rows_come_back_as_they_went():
    rows = (1, 2, 3, 7, 9, 10, 500_000)
    assert parse_row_ranges(format_row_ranges(rows)) == rows
    with pytest.raises(ValueError, match="9-3"):
        parse_row_ranges("1 9-3")


def test_an_other_specify_question_is_reviewed_by_its_text(tmp_path):
    """The frame stands for the choice question and its text together; only those who wrote something are shown."""
    import polars as pl

    from mcode_pipelines.survey import ROW, Codebook, Kind, RawSurvey, Variable

    data = raw_survey().data.collect().select(ROW, "_uuid", pl.lit("96").alias("S9"), pl.col("E4").alias("S9_L"))
    variables = (
        Variable(name="S9", label="Keluhan", kind=Kind.SINGLE_CHOICE, columns=("S9",)),
        Variable(name="S9_L", label="Sebutkan", kind=Kind.OTHER_SPECIFY, columns=("S9_L",), other_of="S9"),
    )
    merged = frame().model_copy(update={"variable": "S9", "merges": ("S9", "S9_L")})
    coded = codings().with_columns(pl.lit("S9").alias("variable"))
    ticked = coded.head(1).with_columns(pl.lit(9, dtype=pl.Int64).alias(ROW), pl.lit("u-9").alias("respondent"))
    made = write_review_workbook(
        RawSurvey(data.lazy(), raw_survey().head),
        Codebook(variables=variables, language="id"),
        CodeFrames((merged,)),
        pl.concat([coded, ticked]),
        tmp_path,
        name="f",
        upload=UPLOAD,
        sha256=SHA256,
    )
    sheet = load_workbook(made.path)["S9"]
    assert "kursi sobek" in values(sheet, "Jawaban")
    assert len(values(sheet, "Jawaban")) == 7


def test_the_same_codes_give_the_same_workbook_whenever_it_is_written(tmp_path):
    with zipfile.ZipFile(handed_out(tmp_path)) as archive:
        assert b'<dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z' in archive.read("docProps/core.xml")
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_a_text_behind_other_specify_stands_beside_what_was_ticked(tmp_path):
    """Under its own heading, in place of the printed question's cell; and the codes come back all the same."""
    survey = raw_survey()
    survey = replace(survey, data=survey.data.with_columns(pl.lit("2 6").alias("S9")))
    printed = Variable(
        name="S9",
        label="Dari mana?",
        kind=Kind.MULTI_CHOICE,
        columns=("S9",),
        delimiter=" ",
        choices=(Choice(code="2", label="Radio"), Choice(code="6", label="Lainnya")),
    )
    text = Variable(name="S9_L", label="", kind=Kind.OTHER_SPECIFY, columns=("E4",), other_of="S9")
    book = codebook().model_copy(update={"variables": (*codebook().variables, printed, text)})
    merged = frame().model_copy(update={"variable": "S9", "merges": ("S9", "S9_L"), "printed": (2, 6)})
    ticked = pl.DataFrame({"__row__": [2, 2, 6], "respondent": ["u-2", "u-2", "u-6"], "code": ["2", "6", "6"]})
    coded = codings().with_columns(variable=pl.lit("S9"))
    made = write_review_workbook(
        survey, book, CodeFrames((merged,)), coded, tmp_path, name="feri", upload="u", sha256="", ticked={"S9": ticked}
    )
    sheet = load_workbook(made.path)["S9"]
    assert [c.value for c in sheet[1]][1:5] == ["Jawaban", "Jawaban tercetak", "Berapa kali", "Kode 1"]
    shown = {row[1].value: row[2].value for row in sheet.iter_rows(min_row=2)}
    assert shown["kursi sobek"] == "Lainnya"
    (validation,) = sheet.data_validations.dataValidation
    assert str(validation.sqref).startswith("E2:")
    assert {row.codes for row in read_review(made.path, "feri").answer_rows} >= {("2", "3"), ("6",), ("99",)}
