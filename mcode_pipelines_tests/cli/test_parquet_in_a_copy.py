"""`mcode tabulate` of a Parquet file: done in a copy of the process, carefully again where the file is to blame."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import fastexcel
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


def _plan_of(rows: list[object]) -> Path:
    plan = Path("plan.yaml")
    plan.write_text(json.dumps({"title": "Shared", "language": "en", "banner": ["total", "S6"], "rows": rows}))
    return plan


def test_two_processes_that_share_the_tables_deliver_what_one_delivers(survey: Path) -> None:
    # Rows 151 and 152 cannot be made: one asks for a question, the other for a code that is not there.
    rows: list[object] = [{"variable": "A1", "title": f"Number {n}"} for n in range(210)]
    rows[150:152] = ["A9", {"variable": "A1", "nets": {"None": ["77"]}}]
    given = ["--codebook", "codebook.json", "--plan", _plan_of(rows), "--formats", "xlsx,csv"]
    for workers in (1, 2):
        ended = _alone("tabulate", survey, *given, "-o", f"by-{workers}", "--workers", workers)
        assert ended.returncode == 0, ended.stderr
        assert ended.stdout.startswith("208 tables:")
    one, two = (sorted(Path(f"by-{workers}").iterdir()) for workers in (1, 2))
    assert [path.name for path in one] == [path.name for path in two]
    assert len([path for path in one if path.suffix == ".xlsx"]) == 3
    for left, right in zip(one, two, strict=True):
        if left.suffix == ".csv":
            assert left.read_bytes() == right.read_bytes()
            continue
        names = fastexcel.read_excel(left).sheet_names
        assert fastexcel.read_excel(right).sheet_names == names
        for name in names:
            if name != "Metadata":  # it tells when it was made
                sheets = [
                    fastexcel.read_excel(path).load_sheet(name, header_row=None).to_polars() for path in (left, right)
                ]
                assert_frame_equal(*sheets)


def test_tables_that_are_shared_and_cannot_be_made_are_told_in_one_sentence(survey: Path) -> None:
    plan = _plan_of([{"variable": "A1", "title": str(n), "filter": "S6 = 7"} for n in range(120)])
    given = ["--codebook", "codebook.json", "--plan", plan, "--workers", "2"]
    ended = _alone("tabulate", survey, *given, "-o", "out")
    assert ended.returncode == 1
    assert ended.stderr.count("Error:") == 1
    assert "no rows after filter" in ended.stderr
    assert not list(Path().glob("out/*"))


_SHARED = """
import os, signal, sys
from mcode_pipelines.cli.worker_processes import WorkerLost, forked
with forked(3) as worker:
    if worker.index == 2 and sys.argv[1] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if worker.index and sys.argv[1] != "silent":
        worker.send(10 * worker.index)
    elif not worker.index:
        try:
            print(worker.results())
        except WorkerLost as lost:
            print("killed" if lost.killed else "silent")
"""


@pytest.mark.parametrize(("how", "told"), [("well", "[10, 20]"), ("killed", "killed"), ("silent", "silent")])
def test_the_first_process_knows_how_the_others_ended(how: str, told: str) -> None:
    ended = subprocess.run([sys.executable, "-c", _SHARED, how], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.split("\n")[0] == told


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
