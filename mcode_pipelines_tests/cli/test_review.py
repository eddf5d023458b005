"""`mcode review`: a corrected workbook without an inbox; and `mcode code` with a language model."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from mcode_pipelines.definitions import assemble
from mcode_pipelines.defs.in_process_run import run_upload
from mcode_pipelines.defs.sensors import inbox_sensor
from mcode_pipelines.lake import Lake
from mcode_pipelines_tests.cli.conftest import Command
from mcode_pipelines_tests.coding.loopback_model import LoopbackModel, refused, running
from mcode_pipelines_tests.review.made import changed, handed_out, raw_survey, recode

STORAGE = Path("service/storage")


@pytest.fixture
def workbook(mcode: Command, tmp_path: Path) -> Path:
    """The review workbook of an upload in the store."""
    data = tmp_path / "feri.csv"
    raw_survey().data.drop("__row__").collect().write_csv(data)
    key = mcode("add", data).stdout.strip()
    return handed_out(tmp_path / "meja", upload=key, sha256=Lake(STORAGE).uploads.get(key).sha256)


def test_a_corrected_workbook_is_taken_in_and_what_cannot_be_used_listed(mcode: Command, workbook: Path):
    changed(workbook, recode("kursi sobek", 4), recode("tiket mahal", 77))
    answer = mcode("review", workbook)
    assert answer.status == 0, answer.stderr
    assert "1 jawaban dikoreksi; 1 isian tidak bisa dipakai" in answer.stdout
    assert "kode 77 tidak ada dalam kerangka E4" in answer.stdout
    assert workbook.exists()
    (codes,) = STORAGE.glob("uploads/*/codes.csv")
    assert "u-6,E4,4" in codes.read_text()


def test_the_same_workbook_again_is_said_to_be_in(mcode: Command, workbook: Path):
    changed(workbook, recode("kursi sobek", 4))
    mcode("review", workbook)
    answer = mcode("review", workbook)
    assert answer.status == 0
    assert "taken in before" in answer.stdout


def test_add_takes_a_review_as_well(mcode: Command, workbook: Path):
    answer = mcode("add", changed(workbook, recode("kursi sobek", 4)))
    assert answer.status == 0, answer.stderr
    assert "1 jawaban dikoreksi" in answer.stderr


def test_another_file_is_no_review(mcode: Command, warung_survey: Path, tmp_path: Path):
    assert "is no review workbook" in mcode("review", warung_survey).sentence
    assert "there is no such file" in mcode("review", tmp_path / "nichts.xlsx").sentence


def test_a_review_of_an_unknown_upload_is_refused(mcode: Command, tmp_path: Path):
    assert "an upload that is not here" in mcode("review", handed_out(tmp_path)).sentence


def _wanted(folders: Path, cursor: str | None) -> tuple[list[str], str | None]:
    """The runs that a service on the same folders asks for at one look, and what it remembers."""
    (folders / "service" / "inbox").mkdir(parents=True, exist_ok=True)
    with dg.DagsterInstance.from_config(str(folders / "service" / "home")) as instance:
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        result = inbox_sensor(context, lake=Lake(folders / STORAGE))
        assert isinstance(result, dg.SensorResult)
        return [str(request.partition_key) for request in result.run_requests or []], result.cursor


@pytest.mark.slow
def test_a_review_that_is_run_at_once_is_run_by_no_service_again(
    mcode: Command, mcode_process: Command, workbook: Path, folders: Path
):
    first, seen = _wanted(folders, None)
    run_upload(assemble(Lake(folders / STORAGE)), folders / "service" / "home", *first, lambda line: None)
    answer = mcode_process("review", changed(workbook, recode("kursi sobek", 4)), "--run")
    assert answer.status == 0, answer.stderr
    again, seen = _wanted(folders, seen)
    assert again == []
    assert list((folders / STORAGE).glob("excel_outputs/*/*_review.xlsx"))
    mcode("review", changed(workbook, recode("tiket mahal", 2)))
    assert _wanted(folders, seen)[0] == first


def test_code_uses_a_language_model_that_is_configured_and_tells_its_cost(
    mcode: Command, warung_survey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("openai")
    with running(LoopbackModel({"ramah": 1, "bersih": 2}, other=3)) as model:
        model.themes = [
            {"label": "Pelayan ramah", "definition": "Ramah.", "examples": [1], "net": None},
            {"label": "Tempat bersih", "definition": "Bersih.", "examples": [2], "net": None},
        ]
        monkeypatch.setenv("MCODE_LLM_BASE_URL", model.base_url)
        monkeypatch.setenv("MCODE_LLM_MODEL", "small")
        answer = mcode("code", warung_survey, "-o", tmp_path / "out")
        assert answer.status == 0, answer.stderr
        assert "language model small" in answer.stdout
        assert "tokens" in answer.stdout
        assert "Pelayan ramah" in (tmp_path / "out" / "frame.json").read_text()
        model.behave = lambda asked: refused(401, "bad key")
        monkeypatch.setenv("MCODE_STORAGE", str(tmp_path / "other"))
        answer = mcode("code", warung_survey, "-o", tmp_path / "again")
        assert answer.status == 0
        assert "the local engine" in answer.stderr
