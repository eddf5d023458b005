"""A language model in the stages: what it decides, what it costs, and that it stays off unless it is configured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from mcode_pipelines.lake import Lake
from mcode_pipelines.settings import Settings, SettingsError
from mcode_pipelines_tests.coding.loopback_model import LoopbackModel, Reply, refused, running
from mcode_pipelines_tests.defs.conftest import admitted, run

pytest.importorskip("openai")

THEMES = [
    {"label": "Pelayan ramah", "definition": "Ramah, sopan.", "examples": [1], "net": None},
    {"label": "Tempat bersih", "definition": "Bersih.", "examples": [2], "net": None},
    {"label": "Harga murah", "definition": "Murah.", "examples": [3], "net": None},
]
WORDS = {"ramah": 1, "sopan": 1, "bersih": 2, "murah": 3}
CODING = ("raw_data", "detected_variables", "code_frames", "classified_responses")


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackModel]:
    with running(LoopbackModel(WORDS, other=4)) as made:
        made.themes = THEMES
        monkeypatch.setenv("MCODE_LLM_BASE_URL", made.base_url)
        monkeypatch.setenv("MCODE_LLM_MODEL", "small")
        monkeypatch.setenv("MCODE_LLM_API_KEY", "sk-rahasia")
        monkeypatch.setenv("MCODE_LLM_PRICE_IN", "1")
        monkeypatch.setenv("MCODE_LLM_RUNS", "1")
        yield made


@pytest.fixture(autouse=True)
def own_storage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MCODE_STORAGE", str(tmp_path / "storage"))


def metadata(result: dg.ExecuteInProcessResult, asset: str) -> dict:
    (event,) = [e for e in result.get_asset_materialization_events() if e.asset_key == dg.AssetKey(asset)]
    return {name: value.value for name, value in event.step_materialization_data.materialization.metadata.items()}


def coded(definitions, instance, lake, survey, **config) -> tuple[str, dg.ExecuteInProcessResult]:
    key = admitted(lake, survey)
    result = run(definitions, instance, key, "ingest_upload")
    assert result.success
    result = run(definitions, instance, key, "code_answers", **config)
    assert result.success
    return key, result


def test_a_configured_model_makes_frames_and_codes_and_its_cost_is_told(
    definitions, instance, lake: Lake, warung_survey, model
):
    key, result = coded(definitions, instance, lake, warung_survey)
    (frame,) = lake.open("code_frames", key)
    assert [c.label for c in frame.themes] == ["Pelayan ramah", "Tempat bersih", "Harga murah"]
    told = metadata(result, "classified_responses")
    assert told["engine"] == "language model small"
    assert told["tokens_sent"] == 100 * told["language_model_calls"] > 0
    assert told["cost"] == pytest.approx(told["tokens_sent"] / 1e6)
    assert told["different_answers_left_to_local_engine"] == 0
    assert not any(b"sk-rahasia" in p.read_bytes() for p in lake.root.rglob("*") if p.is_file())


def test_a_second_run_pays_nothing(definitions, instance, lake: Lake, warung_survey, model):
    key, _ = coded(definitions, instance, lake, warung_survey)
    before, calls = lake.open("classified_responses", key), len(model.asked)
    run(definitions, instance, key, "code_answers")
    assert len(model.asked) == calls
    assert lake.open("classified_responses", key).equals(before)


def test_a_failing_model_leaves_the_run_whole_and_says_so(definitions, instance, lake: Lake, warung_survey, model):
    model.behave = lambda asked: refused(401, "bad key")
    _, result = coded(definitions, instance, lake, warung_survey)
    assert "refused the key" in metadata(result, "code_frames")["engine_remarks"]
    assert "for which the local engine's codes stand" in metadata(result, "classified_responses")["engine_remarks"]


def test_replies_that_cannot_be_used_are_told(definitions, instance, lake: Lake, warung_survey, model):
    useless = Reply('{"answers": [{"id": 1001, "codes": [1]}]}')
    model.behave = lambda asked: None if asked.wants_a_frame else useless
    _, result = coded(definitions, instance, lake, warung_survey)
    told = metadata(result, "classified_responses")
    assert told["different_answers_by_language_model"] == 0
    left = told["different_answers_left_to_local_engine"]
    assert f"the model did not decide {left} of {left} different answers" in told["engine_remarks"]


def test_a_run_can_do_without_it(definitions, instance, lake: Lake, warung_survey, model):
    off = {"language_model": False}
    _, result = coded(definitions, instance, lake, warung_survey, code_frames=off, classified_responses=off)
    assert metadata(result, "classified_responses")["engine"] == "local"
    assert model.asked == []


def test_nothing_is_asked_unless_it_is_configured():
    assert Settings.from_environment({}).language_model() is None
    assert Settings.from_environment({"MCODE_LLM_API_KEY": "sk"}).language_model() is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"MCODE_LLM_MODEL": "m"}, "MCODE_LLM_BASE_URL is not"),
        ({"MCODE_LLM_BASE_URL": "http://127.0.0.1/v1"}, "MCODE_LLM_MODEL is not"),
        (
            {"MCODE_LLM_MODEL": "m", "MCODE_LLM_BASE_URL": "http://127.0.0.1/v1", "MCODE_LLM_MONEY_BUDGET": "5"},
            "needs the prices",
        ),
        ({"MCODE_LLM_BASE_URL": "ftp://x"}, "MCODE_LLM_BASE_URL cannot be used"),
    ],
)
def test_half_a_configuration_is_told(given: dict[str, str], told: str):
    with pytest.raises(SettingsError, match=told):
        Settings.from_environment(given).language_model()


def test_the_key_is_not_shown_with_the_settings():
    settings = Settings.from_environment(
        {"MCODE_LLM_MODEL": "m", "MCODE_LLM_BASE_URL": "http://127.0.0.1/v1", "MCODE_LLM_API_KEY": "sk-rahasia"}
    )
    made = settings.language_model()
    assert made is not None
    assert made.api_key.get_secret_value() == "sk-rahasia"
    assert "sk-rahasia" not in f"{settings!r} {made!r} {settings.model_dump_json()}"
