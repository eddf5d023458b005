"""`mcode add`, `mcode query` and `mcode env`: the commands of the store."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from pathlib import Path

import pytest

from mcode_pipelines_tests.cli.conftest import Command
from mcode_pipelines_tests.conftest import warung_table


def test_add_takes_a_file_into_the_store_and_prints_its_partition(mcode: Command, warung_survey: Path):
    before = warung_survey.read_bytes()
    answer = mcode("add", warung_survey)
    assert answer.status == 0, answer.stderr
    key = answer.stdout.strip()
    assert key.startswith("warung-2026-")
    assert warung_survey.read_bytes() == before
    assert Path("service/storage/uploads", key).is_dir()

    import dagster as dg

    with dg.DagsterInstance.from_config("service/home") as instance:
        assert instance.get_dynamic_partitions("survey_uploads") == [key]


def test_the_same_data_are_one_upload_whatever_their_name(mcode: Command, warung_survey: Path):
    key = mcode("add", warung_survey).stdout
    other = warung_survey.rename(warung_survey.with_name("lain.csv"))
    assert mcode("add", other).stdout == key
    assert mcode("query", "--csv", "SELECT count(*) FROM uploads").stdout.split() == ["count_star()", "1"]


def test_a_folder_with_a_plan_is_one_upload(mcode: Command, warung_survey: Path):
    folder = Path("gelombang 1")
    folder.mkdir()
    warung_survey.rename(folder / "data.csv")
    (folder / "plan.yaml").write_text("study: warung\nwave: 2026-11\n", encoding="utf-8")
    assert mcode("add", folder).status == 0
    asked = mcode("query", "--csv", "SELECT study, wave FROM uploads").stdout
    assert list(csv.reader(io.StringIO(asked))) == [["study", "wave"], ["warung", "2026-11"]]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda p: p.write_bytes(b""), "empty"),
        (lambda p: p.write_text("halo " * 100), "plain text"),
        (lambda p: p.mkdir(), "holds no survey data"),
        (lambda p: None, "there is no such file"),
        (lambda p: os.mkfifo(p), "no regular file"),
    ],
)
def test_what_cannot_be_used_is_told_and_leaves_the_store_empty(mcode: Command, folders: Path, make, told: str):
    make(folders / "data.xlsx")
    assert told in mcode("add", "data.xlsx").sentence
    assert mcode("query", "--csv", "SELECT count(*) FROM uploads").stdout.split()[-1] == "0"


def test_a_plan_with_a_misspelt_word_is_told_with_its_line(mcode: Command, warung_survey: Path):
    folder = Path("kiriman")
    folder.mkdir()
    warung_survey.rename(folder / "data.csv")
    (folder / "plan.yaml").write_text("study: warung\nbarner: [total]\n", encoding="utf-8")
    sentence = mcode("add", folder).sentence
    assert "plan.yaml" in sentence
    assert "line 2" in sentence


def test_an_empty_lake_answers_with_no_rows(mcode: Command, folders: Path):
    for view in ("uploads", "classified_responses", "cells", "tests"):
        answer = mcode("query", f"SELECT * FROM {view}")
        assert answer.status == 0, answer.stderr
        assert answer.stdout.startswith("partition")
        assert "(0 rows)" in answer.stderr


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM answers", "answers"),
        ("DROP VIEW cells", "read-only"),
        ("SELECT 1; SELECT 2", "only one SELECT"),
        ("", "only one SELECT"),
        ("COPY (SELECT 1) TO 'x.csv'", "read-only"),
        ("SELECT * FROM read_csv('/etc/passwd')", "cannot be answered"),
        ("INSTALL httpfs", "read-only"),
    ],
)
def test_a_query_that_is_no_question_to_the_lake_is_told(mcode: Command, folders: Path, sql: str, told: str):
    assert told in mcode("query", sql).sentence
    assert not Path("x.csv").exists()


def test_env_prints_exports_that_a_shell_understands(mcode: Command, folders: Path, monkeypatch: pytest.MonkeyPatch):
    inbox = folders / "kotak masuk; rm -rf"
    monkeypatch.setenv("MCODE_INBOX", str(inbox))
    printed = mcode("env").stdout
    shown = subprocess.run(
        ["sh", "-c", f'{printed}\nprintf "%s\\n" "$MCODE_INBOX" "$DAGSTER_HOME"'],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout.splitlines()
    assert shown == [str(inbox), str(folders / "service" / "home")]
    assert (folders / "service" / "home" / "dagster.yaml").is_file()
    assert inbox.is_dir()


def test_places_without_settings_are_in_the_working_folder(
    mcode: Command, folders: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("DAGSTER_HOME", "MCODE_STORAGE", "MCODE_INBOX", "MCODE_QUARANTINE"):
        monkeypatch.delenv(name)
    assert f"export MCODE_INBOX={folders}/inbox" in mcode("env").stdout
    warung_table(10).write_csv("data.csv")
    assert mcode("add", "data.csv").status == 0
    assert (folders / "storage" / "uploads").is_dir()


def test_text_of_an_upload_is_no_formula_in_the_csv_of_an_answer(mcode: Command):
    question = (
        "SELECT '=cmd|''/C calc''!A0' AS label, '-oth' AS row_code, '-oth' AS word, -5 AS value, '@' AS column_code, "
        "'-99' AS number, 'Bali' AS \"=1+1\""
    )
    header, row = csv.reader(io.StringIO(mcode("query", "--csv", question).stdout))
    assert header == ["label", "row_code", "word", "value", "column_code", "number", "'=1+1"]
    assert row == ["'=cmd|'/C calc'!A0", "-oth", "'-oth", "-5", "@", "-99", "Bali"]
