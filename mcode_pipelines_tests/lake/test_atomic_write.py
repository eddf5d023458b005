from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from mcode_pipelines.lake import replaced_file, replaced_folder


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path):
    target = tmp_path / "shelf" / "table.txt"
    with replaced_file(target) as beside:
        beside.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert [p.name for p in target.parent.iterdir()] == ["table.txt"]


def test_a_failed_rewrite_leaves_the_old_file_as_it_was(tmp_path: Path):
    target = tmp_path / "table.txt"
    target.write_text("old")
    with pytest.raises(RuntimeError), replaced_file(target) as beside:
        beside.write_text("ne")
        raise RuntimeError
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["table.txt"]


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path):
    target = tmp_path / "books"
    for content in ("first", "second"):
        with replaced_folder(target) as beside:
            (beside / f"{content}.xlsx").write_text(content)
    assert [p.name for p in target.iterdir()] == ["second.xlsx"]
    assert {p.name for p in tmp_path.iterdir()} == {"books", ".lock"}


def test_a_failed_folder_leaves_the_old_one_and_no_litter(tmp_path: Path):
    target = tmp_path / "books"
    with replaced_folder(target) as beside:
        (beside / "old.xlsx").write_text("old")
    with pytest.raises(RuntimeError), replaced_folder(target) as beside:
        (beside / "half.xlsx").write_text("half")
        raise RuntimeError
    assert [p.name for p in target.iterdir()] == ["old.xlsx"]
    assert {p.name for p in tmp_path.iterdir()} == {"books", ".lock"}


def _replace_many_times(target: Path, name: str) -> None:
    for _ in range(60):
        with replaced_folder(target) as beside:
            for part in ("a", "b"):
                (beside / part).write_text(name)


def test_processes_that_replace_one_folder_at_once_leave_one_whole_folder(tmp_path: Path):
    target = tmp_path / "books"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_replace_many_times, args=(target, name)) for name in ("one", "two", "three")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [w.exitcode for w in writers] == [0, 0, 0]
    assert len({(target / part).read_text() for part in ("a", "b")}) == 1
    assert {p.name for p in tmp_path.iterdir()} == {"books", ".lock"}


def test_what_a_killed_process_left_long_ago_is_swept_away_and_fresh_work_is_not(tmp_path: Path):
    for name, age in ((".new-forgotten", 2 * 24 * 3600), (".new-of-another-process", 60)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "half.parquet").write_text("half")
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    with replaced_file(tmp_path / "table.txt") as beside:
        beside.write_text("whole")
    assert {p.name for p in tmp_path.iterdir()} == {"table.txt", ".new-of-another-process"}


def test_one_generation_of_a_folder_is_kept_in_the_one_that_takes_its_place(tmp_path: Path):
    target = tmp_path / "books"
    for content in ("first", "second", "third"):
        with replaced_folder(target, keep_as="before") as beside:
            (beside / "tables.xlsx").write_text(content)
    assert (target / "tables.xlsx").read_text() == "third"
    assert (target / "before" / "tables.xlsx").read_text() == "second"
    assert [p.name for p in (target / "before").iterdir()] == ["tables.xlsx"]
    assert {p.name for p in tmp_path.iterdir()} == {"books", ".lock"}
