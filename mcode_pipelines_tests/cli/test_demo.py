"""`mcode demo`: the whole pipeline in one command, without a server."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest

from mcode_pipelines_tests.cli.conftest import Command

pytestmark = pytest.mark.slow


def test_the_demo_shows_its_steps_and_ends_with_results_and_what_to_try_next(mcode_process: Command, folders: Path):
    answer = mcode_process("demo")
    assert answer.status == 0, answer.stderr
    assert "Traceback" not in answer.stderr
    assert re.findall(r"^  (\d) of 7  ", answer.stdout, re.MULTILINE) == list("1234567")
    results = answer.stdout.partition("The results:")[2].partition("Three things")[0].split()
    assert len(results) >= 3
    for path in results:
        assert Path(path).is_file(), path
        assert Path(path).is_relative_to(folders / "service" / "storage")
    books = [path for path in results if path.endswith("_001.xlsx")]
    assert books
    assert len(openpyxl.load_workbook(books[0], read_only=True).sheetnames) > 70

    following = re.findall(r"^  (\d)\. (.*(?:\n     .*)*)", answer.stdout, re.MULTILINE)
    assert [number for number, _ in following] == ["1", "2", "3"]
    assert books[0] in following[0][1]
    assert str(folders / "service" / "inbox") in following[1][1]
    (question,) = re.findall(r"query '(.*)'", following[2][1])
    asked = mcode_process("query", "--csv", question)
    rows = list(csv.reader(io.StringIO(asked.stdout)))
    assert rows[0] == ["variable", "label", "answers"]
    assert {row[0] for row in rows[1:]} >= {"E1", "E2", "E3", "E4", "E5"}


def test_a_survey_of_your_own_goes_the_same_way(mcode_process: Command, warung_survey: Path):
    answer = mcode_process("demo", "--survey", warung_survey)
    assert answer.status == 0, answer.stderr
    assert list(Path("service/storage/excel_outputs").glob("warung-2026-*/*_001.xlsx"))


def test_a_survey_that_cannot_be_used_is_told(mcode_process: Command, folders: Path):
    (folders / "rusak.xlsx").write_text("halo\n" * 50)
    assert "plain text" in mcode_process("demo", "--survey", "rusak.xlsx").sentence


def test_a_run_that_fails_is_told_in_one_sentence(mcode_process: Command, warung_survey: Path):
    folder = Path("kiriman")
    folder.mkdir()
    warung_survey.rename(folder / "data.csv")
    (folder / "plan.yaml").write_text("rows: [S99]\n", encoding="utf-8")
    assert "S99" in mcode_process("demo", "--survey", folder).sentence
