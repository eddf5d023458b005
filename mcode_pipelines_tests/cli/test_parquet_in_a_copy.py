"""`mcode tabulate` of a Parquet file: done in a copy of the process, carefully again where the file is to blame."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mcode_pipelines_tests.cli.conftest import Command

ROWS = 400


@pytest.fixture
def survey(folders: Path) -> Path:
    """A Parquet survey of two questions and its codebook, in the working folder."""
    answers = {"S6": [1 + i % 2 for i in range(ROWS)], "A1": [str(1 + i % 5) if i % 7 else None for i in range(ROWS)]}
    pl.DataFrame(answers, schema={"S6": pl.UInt8, "A1": pl.String}).write_parquet("survey.parquet")
    choices = {"S6": 2, "A1": 5}
    variables = [
        {
            "name": name,
            "label": name,
            "kind": "single_choice",
            "columns": [name],
            "demographic": name == "S6",
            "choices": [{"code": str(code), "label": f"Answer {code}"} for code in range(1, most + 1)],
        }
        for name, most in choices.items()
    ]
    Path("codebook.json").write_text(json.dumps({"variables": variables}))
    return folders / "survey.parquet"


def _alone(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mcode_pipelines", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_copy_makes_the_tables_that_the_careful_way_makes(survey: Path, mcode: Command) -> None:
    ended = _alone("tabulate", survey, "--codebook", "codebook.json", "-o", "copy", "--formats", "xlsx,csv")
    assert ended.returncode == 0, ended.stderr
    # The table engine has threads in this process, so nothing is done in a copy here.
    assert (
        mcode("tabulate", survey, "--codebook", "codebook.json", "-o", "careful", "--formats", "xlsx,csv").status == 0
    )
    for name in ("cells.csv", "tests.csv"):
        assert_frame_equal(pl.read_csv(Path("copy") / name), pl.read_csv(Path("careful") / name))
    names = [sorted(path.name for path in Path(folder).iterdir()) for folder in ("copy", "careful")]
    assert names[0] == names[1]


def test_several_workers_deliver_the_same_books(survey: Path) -> None:
    for workers in (1, 2):
        ended = _alone("tabulate", survey, "--codebook", "codebook.json", "-o", f"by-{workers}", "--workers", workers)
        assert ended.returncode == 0, ended.stderr
    assert sorted(p.name for p in Path("by-1").iterdir()) == sorted(p.name for p in Path("by-2").iterdir())
    assert Path("by-1/cells.csv").read_bytes() == Path("by-2/cells.csv").read_bytes()


def test_a_damaged_page_is_told_in_one_sentence(survey: Path) -> None:
    whole = bytearray(survey.read_bytes())
    for place in range(4, 4 + 120):
        whole[place] ^= 0xFF
    survey.write_bytes(whole)
    ended = _alone("tabulate", survey, "--codebook", "codebook.json", "-o", "out")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert [line for line in ended.stderr.splitlines() if line.startswith("Error: survey.parquet")], ended.stderr
    assert not Path("out").exists()


def test_a_mistake_in_the_plan_is_told_once(survey: Path) -> None:
    Path("plan.yaml").write_text("rows: [A9]\n")
    ended = _alone("tabulate", survey, "--codebook", "codebook.json", "--plan", "plan.yaml", "-o", "out")
    assert ended.returncode == 1
    assert ended.stderr.count("Error:") == 1
    assert "'A9'" in ended.stderr
