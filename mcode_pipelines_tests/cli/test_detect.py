"""`mcode detect`: a survey file to its codebook."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import xlsxwriter

from mcode_pipelines_tests.cli.conftest import Command


def kinds(codebook: Path) -> dict[str, str]:
    return {v["name"]: v["kind"] for v in json.loads(codebook.read_text(encoding="utf-8"))["variables"]}


def test_the_codebook_holds_one_variable_a_question_as_the_contract_says(mcode: Command, warung_survey: Path):
    answer = mcode("detect", warung_survey, "-o", "codebook.json")
    assert answer.status == 0, answer.stderr
    assert "7 variables in codebook.json" in answer.stdout
    variables = json.loads(Path("codebook.json").read_text(encoding="utf-8"))["variables"]
    for variable in variables:
        assert {"name", "label", "kind", "columns", "choices", "confidence", "evidence"} <= set(variable)
        assert variable["evidence"], variable["name"]
        assert 0 <= variable["confidence"] <= 1
    (sex,) = (v for v in variables if v["name"] == "Jenis kelamin")
    assert {choice["label"] for choice in sex["choices"]} == {"Laki-laki", "Perempuan"}
    assert kinds(Path("codebook.json")) == {
        "id_responden": "identifier",
        "Jenis kelamin": "single_choice",
        "Wilayah tempat tinggal": "single_choice",
        "Seberapa puas Anda dengan pelayanan? (1-6)": "scale",
        "Berapa kali Anda datang bulan ini?": "numeric",
        "Apa yang paling Anda sukai?": "open_ended",
        "Nomor HP": "identifier",
    }


def test_the_folder_of_the_codebook_is_made(mcode: Command, warung_survey: Path):
    assert mcode("detect", warung_survey, "-o", "a/b/codebook.json").status == 0
    assert Path("a/b/codebook.json").is_file()
    assert [p.name for p in Path("a/b").iterdir()] == ["codebook.json"]


def written_form(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {
            "survey": [
                ["type", "name", "label"],
                ["select_one kota", "S1", "Di kota mana Anda tinggal?"],
                ["text", "S2", "Apa alasan Anda?"],
            ],
            "choices": [["list_name", "name", "label"], ["kota", "1", "Ambon"], ["kota", "2", "Ternate"]],
        }.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_a_form_gives_questions_their_words_and_kinds(mcode: Command, folders: Path):
    data = folders / "data.csv"
    pl.DataFrame({"S1": ["1", "2", "2"], "S2": ["dekat", "dekat", "dekat"]}).write_csv(data)
    answer = mcode("detect", data, "--form", written_form(folders / "form.xlsx"), "-o", "codebook.json")
    assert answer.status == 0, answer.stderr
    place, why = json.loads(Path("codebook.json").read_text(encoding="utf-8"))["variables"]
    assert (place["kind"], place["label"]) == ("single_choice", "Di kota mana Anda tinggal?")
    assert [(c["code"], c["label"]) for c in place["choices"]] == [("1", "Ambon"), ("2", "Ternate")]
    assert why["kind"] == "open_ended"


def test_a_form_of_another_survey_is_refused(mcode: Command, folders: Path, warung_survey: Path):
    form = written_form(folders / "form.xlsx")
    sentence = mcode("detect", warung_survey, "--form", form, "-o", "codebook.json").sentence
    assert "form.xlsx does not belong to these data" in sentence
    assert not Path("codebook.json").exists()


def test_brackets_in_a_name_are_no_pattern(mcode: Command, folders: Path):
    (folders / "[ab].csv").write_text("kota,umur\nAmbon,30\nTernate,31\n", encoding="utf-8")
    (folders / "a.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    assert mcode("detect", "[ab].csv", "-o", "codebook.json").status == 0
    assert set(kinds(Path("codebook.json"))) == {"kota", "umur"}
