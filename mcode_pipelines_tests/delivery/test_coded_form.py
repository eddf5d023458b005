from __future__ import annotations

from pathlib import Path

import openpyxl
from pyxform.xls2xform import convert

from mcode_pipelines.delivery import write_coded_form
from mcode_pipelines.delivery.coded_form import with_coded_questions
from mcode_pipelines.survey import Code, CodeFrame, CodeFrames, FormSheet
from mcode_pipelines_tests.delivery.coded_answers import FORM, codebook, codings, frames


def rows_of(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def test_the_question_for_codes_stands_right_after_its_open_question(tmp_path: Path) -> None:
    made = write_coded_form(FORM, codebook(), frames(), tmp_path, name="feri", codings=codings())
    assert made is not None
    assert made.path.name == "feri_form.xlsx"
    survey = rows_of(made.path, "survey")
    assert [row[1] for row in survey[1:]] == ["S6", "kesan", "E1", "E1_coded", "E2", "E2_coded", None]
    assert survey[4] == (
        "select_multiple E1_coded",
        "E1_coded",
        "Apa yang Anda sukai? (dikode)",
        "What did you like? (coded)",
        "${S6} = 1",
        None,
    )


def test_a_question_whose_answers_have_one_code_each_is_a_select_one() -> None:
    form = with_coded_questions(FORM, codebook(), frames(), codings())
    assert form is not None
    kinds = {row[1]: row[0] for row in form.survey.rows}
    assert kinds["E1_coded"] == "select_multiple E1_coded"
    assert kinds["E2_coded"] == "select_one E2_coded"


def test_without_codings_every_new_question_takes_several_codes() -> None:
    form = with_coded_questions(FORM, codebook(), frames())
    assert form is not None
    assert {row[0] for row in form.survey.rows if row[1] in {"E1_coded", "E2_coded"}} == {
        "select_multiple E1_coded",
        "select_multiple E2_coded",
    }


def test_the_list_of_codes_is_the_frame(tmp_path: Path) -> None:
    made = write_coded_form(FORM, codebook(), frames(), tmp_path, name="feri")
    assert made is not None
    assert [row[:3] for row in rows_of(made.path, "choices")][3:7] == [
        ("E1_coded", "1", "Kebersihan kapal"),
        ("E1_coded", "2", "Keramahan awak"),
        ("E1_coded", "96", "Lainnya"),
        ("E1_coded", "99", "Tidak ada jawaban"),
    ]


def test_all_else_is_as_it_was(tmp_path: Path) -> None:
    made = write_coded_form(FORM, codebook(), frames(), tmp_path, name="feri")
    assert made is not None
    survey = [row for row in rows_of(made.path, "survey") if not str(row[1]).endswith("_coded")]
    assert survey == [FORM.survey.header, *FORM.survey.rows]
    assert rows_of(made.path, "choices")[:3] == [FORM.choices.header, *FORM.choices.rows]
    assert rows_of(made.path, "settings") == [("form_title", "version"), ("Feri", "=2026")]


def test_names_that_are_taken_are_not_taken_again() -> None:
    taken = FORM.model_copy(
        update={
            "survey": FORM.survey.model_copy(update={"rows": (*FORM.survey.rows, ("text", "E1_coded", *[None] * 4))}),
            "choices": FORM.choices.model_copy(update={"rows": (("E1_coded_2", "1", "x", "x"),)}),
        }
    )
    form = with_coded_questions(taken, codebook(), frames())
    assert form is not None
    assert ("select_multiple E1_coded_2_2", "E1_coded_2") in [row[:2] for row in form.survey.rows]


def test_a_form_without_choices_gets_them() -> None:
    form = with_coded_questions(FORM.model_copy(update={"choices": FormSheet(name="choices")}), codebook(), frames())
    assert form is not None
    assert form.choices.header == ("list_name", "name", "label")
    assert form.choices.rows[0] == ("E1_coded", "1", "Kebersihan kapal")


def test_a_form_whose_questions_have_no_frame_makes_no_file(tmp_path: Path) -> None:
    assert write_coded_form(FORM, codebook(), CodeFrames(()), tmp_path, name="x") is None
    assert list(tmp_path.iterdir()) == []


def test_labels_are_in_the_language_of_their_column_and_printed_codes_keep_theirs(tmp_path: Path) -> None:
    text = ("text", "S6_L", "Lainnya, sebutkan", "Other, specify", "${S6} = 96", None)
    survey = FORM.survey.model_copy(update={"rows": (FORM.survey.rows[0], text, *FORM.survey.rows[1:])})
    frame = CodeFrame(
        variable="S6",
        question="Jenis kelamin",
        language="id",
        codes=(
            Code(code=1, label="Laki-laki"),
            Code(code=2, label="Wanita"),
            Code(code=97, label="Nonbiner"),
            Code(code=96, label="Lainnya"),
        ),
        other=96,
        merges=("S6", "S6_L"),
        printed=(1, 2, 96),
    )
    form = FORM.model_copy(update={"survey": survey})
    coded = with_coded_questions(form, codebook(), CodeFrames((frame,)), codings())
    assert coded is not None
    assert [row[1] for row in coded.survey.rows[:3]] == ["S6", "S6_L", "S6_coded"]
    assert coded.survey.rows[2][2:5] == ("Jenis kelamin (dikode)", "Sex (coded)", None)
    assert [row[1:4] for row in coded.choices.rows if row[0] == "S6_coded"] == [
        ("1", "Laki-laki", "Male"),
        ("2", "Wanita", "Wanita"),
        ("97", "Nonbiner", "Nonbiner"),
        ("96", "Lainnya", "Other"),
    ]


def test_the_form_is_one_that_the_field_system_builds(tmp_path: Path) -> None:
    """Converted by pyxform, as KoboToolbox does on upload."""
    made = write_coded_form(FORM, codebook(), frames(), tmp_path, name="feri", codings=codings())
    assert made is not None
    built = convert(str(made.path), validate=False).xform
    assert '<select ref="/data/kesan/E1_coded"' in built
    assert '<select1 ref="/data/kesan/E2_coded"' in built
