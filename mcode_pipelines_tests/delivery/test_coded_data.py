from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from mcode_pipelines.delivery import coded_data, personal_columns, write_coded_workbook
from mcode_pipelines.survey import ROW, Codebook, CodeFrames, Kind, Variable, empty_codings
from mcode_pipelines_tests.delivery.coded_answers import DATA, codebook, codings, frames, raw_survey


@pytest.fixture
def book(tmp_path: Path) -> openpyxl.Workbook:
    made = write_coded_workbook(raw_survey(), codebook(), frames(), codings(), tmp_path, name="feri")
    assert made is not None
    assert made.path.name == "feri_coded.xlsx"
    return openpyxl.load_workbook(made.path)


def columns_of(sheet: Worksheet) -> dict[str, list[object]]:
    return {column[0].value: [cell.value for cell in column[1:]] for column in sheet.iter_cols()}


def test_codes_labels_and_confidence_stand_right_of_their_question(book: openpyxl.Workbook) -> None:
    assert [cell.value for cell in book["Data"][1]] == [
        *("_uuid", "S6", "telepon", "bobot"),
        *("E1", "E1_coded", "E1_label", "E1_confidence"),
        "nomor",
        *("E2", "E2_coded", "E2_label", "E2_confidence"),
    ]


def test_an_answer_has_all_its_codes_and_the_lowest_confidence(book: openpyxl.Workbook) -> None:
    data = columns_of(book["Data"])
    assert data["E1_coded"] == ["96", "1 2", "96", None]
    assert data["E1_label"] == ["Lainnya", "Kebersihan kapal; Keramahan awak", "Lainnya", None]
    assert data["E1_confidence"] == [0.4, 0.625, 0.5, None]
    assert data["E2_coded"] == [99, 1, None, 1]


def test_plain_numbers_are_numbers_and_identifiers_stay_text(book: openpyxl.Workbook) -> None:
    data = columns_of(book["Data"])
    assert data["S6"] == [1, 2, 1, None]
    assert data["bobot"] == [1.25, 0.75, -5, 1]
    assert data["telepon"] == ["0812345678", "+62811", "08129", None]
    assert data["nomor"] == ["1234567890123456", "2", "3", "4"]


def test_answers_that_look_like_formulas_stay_text(book: openpyxl.Workbook) -> None:
    data = columns_of(book["Data"])
    assert data["E1"] == ["=1+1", "kapal bersih & awak ramah", "-5 menit telat", None]
    assert data["E2"] == ["tidak ada", "@admin", None, "baris satu\nbaris dua"]
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_the_header_stays_in_sight_and_filters(book: openpyxl.Workbook) -> None:
    assert book["Data"].freeze_panes == "A2"
    assert book["Data"].auto_filter.ref == "A1:M5"
    assert book["Data"].cell(2, 8).number_format == "0.00"


def test_the_code_frames_stand_beside_with_the_number_of_answers(book: openpyxl.Workbook) -> None:
    frame = columns_of(book["Kerangka Kode"])
    assert frame["Variabel"] == ["E1"] * 4 + ["E2"] * 2
    assert frame["Kode"] == [1, 2, 96, 99, 1, 99]
    assert frame["Contoh jawaban"][0] == "bersih\n=wangi"
    assert frame["Jumlah jawaban"] == [1, 1, 2, 0, 2, 1]


def test_every_column_is_explained(book: openpyxl.Workbook) -> None:
    rows = [[cell.value for cell in row] for row in book["Variabel"].iter_rows(min_row=2)]
    assert [row[0] for row in rows] == [cell.value for cell in book["Data"][1]]
    assert rows[1] == ["S6", "S6", "Jenis kelamin", "single_choice"]
    assert rows[5] == ["E1_coded", "E1", "Kode jawaban: Apa yang Anda sukai?", "dikode"]


def test_english_surveys_get_english_sheets(tmp_path: Path) -> None:
    made = write_coded_workbook(raw_survey(), codebook("en"), frames(), codings(), tmp_path, name="ferry")
    assert made is not None
    assert openpyxl.load_workbook(made.path).sheetnames == ["Data", "Code Frames", "Variables"]


def test_a_column_named_like_a_new_one_keeps_its_name(tmp_path: Path) -> None:
    raw = raw_survey(DATA.with_columns(E1_coded=pl.lit("lama")))
    made = write_coded_workbook(raw, codebook(), frames(), codings(), tmp_path, name="feri")
    assert made is not None
    data = columns_of(openpyxl.load_workbook(made.path)["Data"])
    assert data["E1_coded"] == ["lama"] * 4
    assert data["E1_coded_2"] == ["96", "1 2", "96", None]


def test_a_survey_without_code_frames_makes_no_file(tmp_path: Path) -> None:
    assert write_coded_workbook(raw_survey(), codebook(), CodeFrames(()), empty_codings(), tmp_path, name="x") is None
    assert list(tmp_path.iterdir()) == []


def test_data_beyond_the_grid_becomes_csv_and_the_result_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coded_data, "MAX_ROWS", 3)
    made = write_coded_workbook(raw_survey(), codebook(), frames(), codings(), tmp_path, name="feri")
    assert made is not None
    assert made.path.name == "feri_coded.csv"
    assert "ditulis sebagai CSV" in str(made.note)
    back = pl.read_csv(made.path, infer_schema=False)
    assert back["E1"].to_list() == ["'=1+1", "kapal bersih & awak ramah", "'-5 menit telat", None]
    assert back["bobot"].to_list() == ["1.25", "0.75", "-5", "1.00"]


def test_a_text_longer_than_a_cell_is_cut_and_the_result_says_so(tmp_path: Path) -> None:
    raw = raw_survey(DATA.with_columns(E1=pl.lit("kapal \U0001f6a2 " * 5000)))
    made = write_coded_workbook(raw, codebook(), frames(), codings(), tmp_path, name="feri")
    assert made is not None
    assert "1 teks" in str(made.note)
    shown = columns_of(openpyxl.load_workbook(made.path)["Data"])["E1"][0]
    assert len(str(shown).encode("utf-16-le")) // 2 <= 32_767
    assert str(shown).endswith("…")


def test_typed_columns_keep_their_numbers(tmp_path: Path) -> None:
    raw = raw_survey(
        DATA.with_columns(
            whole=pl.Series([1, 2, None, 4]),
            share=pl.Series([0.1, float("nan"), 2.0, float("inf")]),
            identity=pl.Series([3201012345678901, 2, 3, 4]),
        )
    )
    made = write_coded_workbook(raw, codebook(), frames(), codings(), tmp_path, name="feri")
    assert made is not None
    data = columns_of(openpyxl.load_workbook(made.path)["Data"])
    assert data["whole"] == [1, 2, None, 4]
    assert data["share"] == [0.1, None, 2, None]
    assert data["identity"][0] == "3201012345678901"


_TEXTS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=12)
    | st.sampled_from(
        ["_x000D_", "<r>x</r>", "<r>&</r>", " =1", "1e5", "1.50", "-0", "00", "a\r\nb", "]]>", "&amp;", "'x"]
    ),
    min_size=4,
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(_TEXTS)
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("coded")
    raw = raw_survey(DATA.with_columns(E1=pl.Series(texts, dtype=pl.String)))
    # Writing reopens the workbook with a second reader and compares every cell; a difference raises.
    made = write_coded_workbook(raw, codebook(), frames(), codings(), folder, name="feri")
    assert made is not None
    with zipfile.ZipFile(made.path) as archive:
        assert "<f>" not in archive.read("xl/worksheets/sheet1.xml").decode()


def test_chunks_of_rows_make_the_same_sheet_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = write_coded_workbook(raw_survey(), codebook(), frames(), codings(), tmp_path / "whole", name="x")
    monkeypatch.setattr("mcode_pipelines.delivery.data_sheet._CELLS_A_CHUNK", 13)
    pieces = write_coded_workbook(raw_survey(), codebook(), frames(), codings(), tmp_path / "pieces", name="x")
    assert whole is not None
    assert pieces is not None
    sides = [columns_of(openpyxl.load_workbook(made.path)["Data"]) for made in (whole, pieces)]
    assert sides[0] == sides[1]


def test_codings_may_be_given_in_any_order(tmp_path: Path) -> None:
    shuffled = codings().sample(fraction=1, shuffle=True, seed=3)
    made = write_coded_workbook(raw_survey(), codebook(), frames(), shuffled, tmp_path, name="x")
    assert made is not None
    assert columns_of(openpyxl.load_workbook(made.path)["Data"])["E1_coded"] == ["96", "1 2", "96", None]


def test_a_question_of_several_columns_has_its_codes_after_the_last(tmp_path: Path) -> None:
    both = Codebook(
        variables=tuple(
            v.model_copy(update={"columns": ("E1", "E2")}) if v.name == "E1" else v
            for v in codebook()
            if v.name != "E2"
        )
    )
    only = CodeFrames(tuple(frame for frame in frames() if frame.variable == "E1"))
    made = write_coded_workbook(raw_survey(), both, only, codings().filter(pl.col(ROW) > 0), tmp_path, name="x")
    assert made is not None
    names = [cell.value for cell in openpyxl.load_workbook(made.path)["Data"][1]]
    assert names[names.index("E2") + 1] == "E1_coded"


@pytest.mark.parametrize(("language", "said"), [("id", "data pribadi"), ("en", "personal data")])
def test_personal_data_is_left_out_and_told_unless_it_is_wanted(tmp_path: Path, language: str, said: str) -> None:
    phone = Variable(name="telepon", label="Nomor HP", kind=Kind.IDENTIFIER, columns=("telepon",), personal=True)
    survey = codebook(language)
    survey = survey.model_copy(update={"variables": (*survey.variables, phone)})
    made = write_coded_workbook(raw_survey(), survey, frames(), codings(), tmp_path, name="feri")
    assert made is not None
    assert said in (made.note or "")
    assert "telepon" in (made.note or "")
    data, _, columns = openpyxl.load_workbook(made.path)
    assert "telepon" not in columns_of(data)
    assert "0812345678" not in {cell for row in data.values for cell in row}
    (told,) = [row for row in columns.values if row[0] == "telepon"]
    assert told[1:3] == ("telepon", "Nomor HP")
    assert said in str(told[3])
    whole = write_coded_workbook(raw_survey(), survey, frames(), codings(), tmp_path, name="feri", personal=True)
    assert whole is not None
    assert whole.note is None
    assert columns_of(openpyxl.load_workbook(whole.path).worksheets[0])["telepon"][0] == "0812345678"


def test_the_identifier_of_respondents_stays_also_where_it_is_personal() -> None:
    key = Variable(name="_uuid", label="NIK", kind=Kind.IDENTIFIER, columns=("_uuid",), personal=True)
    survey = Codebook(variables=(key,), respondent_column="_uuid")
    assert personal_columns(raw_survey(), survey) == ()
    assert personal_columns(raw_survey(), survey.model_copy(update={"respondent_column": None})) == ("_uuid",)
