"""`mcode tabulate --harmonisation`: a sheet beside the tables, filled in and given to the next run."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

from mcode_pipelines_tests.cli.conftest import Command
from mcode_pipelines_tests.harmonisation.made import Sheet

YES_NO = [{"code": "1", "label": "Ya"}, {"code": "2", "label": "Tidak"}]


def question(name: str, label: str, **more: object) -> dict[str, object]:
    return {"name": name, "label": label, "kind": "single_choice", "columns": [name], "choices": YES_NO, **more}


def weight(name: str, label: str) -> dict[str, object]:
    return {"name": name, "label": label, "kind": "numeric", "columns": [name], "weight": True}


@pytest.fixture
def survey(folders: Path) -> Path:
    old = {"Q1": ["1", "2"] * 20, "bobot": ["0.5", "1.5"] * 20, "bobot_kota": ["1", "1"] * 20}
    new = {"Q1": ["1", "2"] * 30, "penimbang": ["1.2", "0.8"] * 30}
    pl.DataFrame(old).write_csv("old.csv")
    pl.DataFrame(new).write_csv("new.csv")
    of_old = [question("Q1", "Beli lagi?"), weight("bobot", "Bobot wilayah"), weight("bobot_kota", "Bobot kota")]
    of_new = [question("Q1", "Beli lagi?"), weight("penimbang", "Penimbang akhir")]
    Path("old.json").write_text(json.dumps({"variables": of_old}))
    Path("new.json").write_text(json.dumps({"variables": of_new}))
    Path("plan.yaml").write_text("language: en\nwave: w2\nweight: penimbang\nbanner: [total, wave]\nrows: [Q1]\n")
    return folders


WAVES = ("tabulate", "new.csv", "--codebook", "new.json", "--plan", "plan.yaml", "--wave", "w1=old.csv:old.json")


def percent(folder: str, wave: str, code: str) -> float:
    with Path(folder, "cells.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    (found,) = [r for r in rows if (r["column_code"], r["row_code"], r["row_kind"]) == (wave, code, "category")]
    return round(float(found["column_percent"]), 4)


def test_the_weight_that_is_missed_is_written_into_the_sheet_that_lies_there(mcode: Command, survey: Path) -> None:
    refused = mcode(*WAVES, "-o", "out")
    assert "(harmonisation.xlsx), write the variable's name into the row of penimbang, column w1" in refused.sentence
    sheet = Sheet(survey / "out" / "harmonisation.xlsx")
    sheet["penimbang", None, "w1"] = "bobot"
    answer = mcode(*WAVES, "--harmonisation", sheet.saved(), "-o", "out2")
    assert answer.status == 0, answer.stderr
    assert percent("out2", "w1", "1") == 25
    assert percent("out2", "w2", "1") == 60

    again = Sheet(survey / "out2" / "harmonisation.xlsx")  # what was decided goes on with the sheet
    again["Q1", None, "Agreed (x)"] = "x"
    answer = mcode(*WAVES, "--harmonisation", again.saved(), "-o", "out3")
    assert answer.status == 0, answer.stderr
    assert percent("out3", "w1", "1") == 25


def test_the_yaml_does_the_same(mcode: Command, survey: Path) -> None:
    Path("harmonisasi.yaml").write_text("questions: {penimbang: {w1: bobot}}\n")
    answer = mcode(*WAVES, "--harmonisation", "harmonisasi.yaml", "-o", "out")
    assert answer.status == 0, answer.stderr
    assert percent("out", "w1", "1") == 25
    written = Path("out", "harmonisation.yaml")
    answer = mcode(*WAVES, "--harmonisation", written, "-o", "out2")
    assert answer.status == 0, answer.stderr


def test_every_wrong_cell_is_told(mcode: Command, survey: Path) -> None:
    mcode(*WAVES, "-o", "out")
    sheet = Sheet(survey / "out" / "harmonisation.xlsx")
    sheet["penimbang", None, "w1"] = "bobt"
    sheet["Q1", "1", "w1"] = "9"
    answer = mcode(*WAVES, "--harmonisation", sheet.saved(), "-o", "out2")
    assert answer.status == 1
    assert "has no variable 'bobt' (perhaps bobot: Bobot wilayah" in answer.stderr
    assert "Q1 has no code '9' in wave w1 (there are 1: Ya, 2: Tidak)" in answer.stderr
    assert not Path("out2").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("questions: {penimbang: {w1: bobt}}", "has no variable 'bobt' (perhaps bobot, bobot_kota)"),
        ("questions: {penimbank: {w1: bobot}}", "none of these waves has a question 'penimbank' (perhaps penimbang"),
    ],
)
def test_names_in_the_yaml_that_are_not_there_are_told(mcode: Command, survey: Path, text: str, told: str) -> None:
    Path("harmonisasi.yaml").write_text(text)
    answer = mcode(*WAVES, "--harmonisation", "harmonisasi.yaml", "-o", "out")
    assert told in answer.sentence


def test_it_belongs_to_waves(mcode: Command, survey: Path) -> None:
    Path("harmonisasi.yaml").write_text("")
    answer = mcode("tabulate", "new.csv", "--codebook", "new.json", "--harmonisation", "harmonisasi.yaml", "-o", "out")
    assert "name the earlier ones with --wave" in answer.sentence
    answer = mcode(*WAVES, "--harmonisation", "new.csv", "-o", "out")
    assert answer.status == 1
