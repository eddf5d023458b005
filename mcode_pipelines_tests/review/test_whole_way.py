"""From the workbook among an upload's results, corrected and dropped, to codes and tables made anew."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from openpyxl import load_workbook

from mcode_pipelines.definitions import assemble
from mcode_pipelines.defs.jobs import stages_after
from mcode_pipelines.intake import Reviewed, inbox_item_at
from mcode_pipelines.lake import OUTPUTS, Lake
from mcode_pipelines_tests.defs.conftest import admitted, run
from mcode_pipelines_tests.review.made import column_of, row_of


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory):
    """The warung survey run, its review workbook corrected and dropped, and the touched stages run again."""
    from mcode_pipelines_tests.conftest import warung_table

    folder = tmp_path_factory.mktemp("warung")
    lake = Lake(folder / "storage")
    definitions = assemble(lake)
    warung_table(60).write_csv(folder / "warung_2026.csv")
    key = admitted(lake, folder / "warung_2026.csv")
    with dg.DagsterInstance.ephemeral() as instance:
        assert run(definitions, instance, key).success
        before = lake.open("classified_responses", key)
        path = lake.path(OUTPUTS, key) / f"{key}_review.xlsx"
        book = load_workbook(path)
        answers, frame = book[book.sheetnames[1]], book[book.sheetnames[2]]
        said = answers.cell(2, 2).value
        new = max(c.value for c in frame["A"][1:] if isinstance(c.value, int) and c.value != 99) + 1
        free = row_of(frame, None, 1)
        frame.cell(free, 1).value, frame.cell(free, 2).value = new, "Tema milik analis"
        frame.cell(row_of(frame, 1, 1), column_of(frame, "Label")).value = "Nama dari analis"
        for column, value in zip(range(4, 7), (new, None, None), strict=True):
            answers.cell(2, column).value = value
        corrected = folder / "dari meja Rina.xlsx"
        book.save(corrected)
        answer = lake.uploads.admit(inbox_item_at(corrected))
        assert isinstance(answer, Reviewed)
        result = definitions.resolve_job_def("process_upload").execute_in_process(
            instance=instance,
            partition_key=key,
            asset_selection=[dg.AssetKey(stage) for stage in stages_after(answer.touched)],
        )
        assert result.success
    return lake, key, said, new, before, answer


def test_the_answer_has_the_persons_code_and_says_so(reviewed):
    lake, key, said, new, _, answer = reviewed
    assert answer.refused == ()
    codings: pl.DataFrame = lake.open("classified_responses", key)
    decided = codings.filter(pl.col("code") == new)
    assert set(decided.filter(pl.col("decided_by") == "person")["label"]) == {"Tema milik analis"}
    raw = lake.open("raw_data", key).data.collect()
    rows = decided.filter(pl.col("decided_by") == "person")["__row__"].to_list()
    assert all(said in raw.filter(pl.col("__row__") == row).row(0) for row in rows)


def test_the_frame_keeps_its_numbers_and_has_the_persons_names(reviewed):
    lake, key, _, new, before, _ = reviewed
    (frame,) = lake.open("code_frames", key)
    assert frame.label_of(1) == "Nama dari analis"
    assert frame.label_of(new) == "Tema milik analis"
    assert set(before["code"]) <= {c.code for c in frame.codes}


def test_every_answer_still_has_a_code(reviewed):
    lake, key, _, _, before, _ = reviewed
    after = lake.open("classified_responses", key)
    assert set(after["__row__"]) == set(before["__row__"])


def test_the_next_workbook_shows_it_as_decided_by_a_person_at_the_end(reviewed):
    lake, key, said, new, _, _ = reviewed
    path: Path = lake.path(OUTPUTS, key) / f"{key}_review.xlsx"
    book = load_workbook(path)
    sheet = book[book.sheetnames[1]]
    row = row_of(sheet, said)
    assert sheet.cell(row, 4).value == new
    assert sheet.cell(row, column_of(sheet, "Diputuskan oleh")).value == "orang"
    assert sheet.cell(row, column_of(sheet, "Keyakinan")).value == 1
