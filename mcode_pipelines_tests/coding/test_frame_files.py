from __future__ import annotations

import json

import pytest

from mcode_pipelines.coding import CodingError, read_coded_examples, read_frame

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


@pytest.fixture
def frame_file(tmp_path):
    def write(content) -> object:
        path = tmp_path / "frame.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def test_a_frame_is_read_with_its_other_code_found_by_label(frame_file):
    frame = read_frame(frame_file(FRAME))
    assert (frame.variable, frame.other, frame.origin) == ("E1", 2, "given")
    assert frame.codes[0].net == "Kebersihan"


def test_a_frame_written_by_us_reads_back_the_same(frame_file):
    frame = read_frame(frame_file(FRAME))
    assert read_frame(frame_file(frame.model_dump_json())) == frame


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{not json", "frame.json: line 1, column 2: this is not valid JSON"),
        ([1, 2], "this is not a code frame"),
        ({"variable": "E1", "codes": ["a"]}, "codes must be a list of objects"),
        ({**FRAME, "codes": []}, "there are no codes"),
        ({**FRAME, "codes": [{"code": 1, "label": "A"}, {"code": 1, "label": "B"}]}, "code 1 stands twice"),
        ({**FRAME, "codes": [{"code": 1, "label": "A"}, {"code": 2, "label": " a "}]}, "codes 1 and 2 have the same"),
        ({**FRAME, "codes": [{"code": "x", "label": "A"}]}, "code number 1 of the list, its code holds 'x'"),
        ({**FRAME, "codes": [{"label": "A"}]}, "code number 1 of the list, its code is missing"),
        ({"codes": FRAME["codes"]}, "variable is missing"),
    ],
)
def test_a_bad_frame_is_told_in_one_sentence(content, told, frame_file):
    with pytest.raises(CodingError) as raised:
        read_frame(frame_file(content))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_frame_file_is_told(tmp_path):
    with pytest.raises(CodingError, match="there is no such file"):
        read_frame(tmp_path / "gone.json")


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
