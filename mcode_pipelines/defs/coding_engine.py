"""The coding engine that is configured, and what it tells of itself in a stage's metadata."""

from __future__ import annotations

from typing import Any

from mcode_pipelines.coding import EngineReport, LanguageModelEngine, LocalEngine, coding_engine, default_embedder
from mcode_pipelines.defs.metadata_values import bullet_list
from mcode_pipelines.settings import Settings

LANGUAGE_MODEL = (
    "Let the language model code where one is configured (MCODE_LLM_BASE_URL, MCODE_LLM_MODEL); it costs money. "
    "Off: only the local engine."
)


def configured_engine(language_model: bool) -> LocalEngine | LanguageModelEngine:
    """The local engine, with the language model on top where one is configured and wanted. Raises SettingsError."""
    settings = Settings.from_environment().language_model() if language_model else None
    return coding_engine(settings, default_embedder())


def engine_metadata(report: EngineReport) -> dict[str, Any]:
    """What coded, what it cost, and what did not go as planned."""
    facts: dict[str, Any] = {"engine": report.engine}
    if report.calls or report.unanswered or report.remembered:
        facts |= {
            "language_model_calls": report.calls,
            "language_model_calls_unanswered": report.unanswered,
            "tokens_sent": report.input_tokens,
            "tokens_received": report.output_tokens,
            "cost": report.cost,
        }
    if report.decided or report.left:
        facts |= {
            "different_answers_by_language_model": report.decided,
            "decisions_remembered": report.remembered,
            "different_answers_left_to_local_engine": report.left,
        }
    if report.remarks:
        facts["engine_remarks"] = bullet_list(report.remarks)
    return facts
