from __future__ import annotations

import json

import pytest

from mcode_pipelines.coding import CodingError, as_given, check_frame, read_coded_examples
from mcode_pipelines.intake import read_frames
from mcode_pipelines.survey import CodeFrame, UnreadableUpload

FRAME = {
    "variable": "E1",
    "question": "Apa yang Anda sukai?",
    "language": "id",
    "codes": [
        {"code": 1, "label": "Kapal bersih", "examples": ["bersih"], "net": "Kebersihan"},
        {"code": 2, "label": "Lainnya"},
        {"code": 99, "label": "Tidak ada jawaban"},
    ],
}


def test_a_frame_gets_its_other_code_by_label():
    frame = CodeFrame.model_validate(as_given(FRAME))
    assert (frame.variable, frame.other, frame.origin) == ("E1", 2, "given")
    assert frame.codes[0].net == "Kebersihan"


def test_what_a_frame_says_itself_is_kept():
    told = {**FRAME, "other": 1, "language": "en"}
    frame = CodeFrame.model_validate(as_given(told))
    assert (frame.other, frame.language) == (1, "en")
    assert as_given(frame.model_dump()) == {**frame.model_dump(), "origin": "given"}


def test_a_frame_without_language_and_question_gets_them():
    frame = as_given({"variable": "E1", "codes": FRAME["codes"]})
    assert (frame["language"], frame["question"]) == ("id", "E1")


def test_examples_are_read_with_one_row_a_code(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text(
        "respondent,variable,code,label,confidence,decided_by\n"
        "u1,E1,1,Kapal bersih,0.9,model\nu1,E1,3.0,x,,\nu2,E1,2 99,,,\nu3,E1,,,,\nu1,E1,1,,,\n",
        encoding="utf-8-sig",
    )
    table = read_coded_examples(path)
    assert table.rows() == [("u1", "E1", 1), ("u1", "E1", 3), ("u2", "E1", 2), ("u2", "E1", 99)]


def test_examples_saved_by_an_indonesian_excel_have_semicolons(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("Respondent;Variable;Code\nu1;E1;4\n", encoding="utf-8")
    assert read_coded_examples(path).rows() == [("u1", "E1", 4)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("respondent,code\nu1,2\n", "there is no column 'variable'"),
        ("respondent,variable,code\nu1,E1,bersih\n", "row 2: the code 'bersih' is not a whole number"),
        ("respondent,variable,code\n,E1,1\n", "row 2: respondent and variable must both be filled in"),
        ("respondent,variable,code\nu1,E1,\n", "there is no coded answer in it"),
        ("", "codes.csv"),
    ],
)
def test_bad_examples_are_told_in_one_sentence(content, told, tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CodingError) as raised:
        read_coded_examples(path)
    assert told in str(raised.value)


@pytest.mark.parametrize("label", ["Lainnya, sebutkan", "Lainnya (sebutkan)", "Lain-lain", "Other (please specify)"])
def test_the_ways_to_write_other_are_known(label):
    codes = [{"code": 1, "label": "Kapal lain"}, {"code": 2, "label": label}]
    assert as_given({**FRAME, "codes": codes})["other"] == 2


@pytest.mark.parametrize(
    "label",
    ["Tidak ada jawaban", "TJ", "Tidak tahu/tidak jawab", "DK/NA", "Don't know", "Refused", "Tidak ada saran"],
)
def test_99_may_be_called_no_answer_in_many_ways(label):
    codes = [{"code": 1, "label": "Kapal bersih"}, {"code": 99, "label": label}]
    check_frame(CodeFrame.model_validate(as_given({**FRAME, "codes": codes})))


@pytest.mark.parametrize("label", ["Toilet kotor", "Lainnya", "Tidak ada sinyal", "Rak kosong"])
def test_a_frame_in_which_99_is_a_theme_is_refused_with_its_file_and_what_to_do(label, tmp_path):
    path = tmp_path / "bingkai.json"
    codes = [{"code": 1, "label": "Kapal bersih"}, {"code": 99, "label": label}]
    path.write_text(json.dumps({**FRAME, "codes": codes}), encoding="utf-8")
    with pytest.raises(UnreadableUpload) as raised:
        read_frames(path, path.name)
    (told,) = str(raised.value).splitlines()
    assert told.startswith("bingkai.json")
    assert f"code 99 has the label '{label}', but 99 always means no answer; give that theme another number" in told
