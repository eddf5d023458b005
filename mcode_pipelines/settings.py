"""The one settings object: every figure and place that an operator may change, from the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from mcode_pipelines.survey import SurveyError

if TYPE_CHECKING:
    from mcode_pipelines.coding import LanguageModelSettings
    from mcode_pipelines.intake import Limits

PREFIX = "MCODE_"
_HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
"""A name, an IPv4 address, or an IPv6 address in brackets; no port: people may reach one service through several."""


class SettingsError(SurveyError):
    """A MCODE_... variable that cannot be used."""


class Settings(BaseModel):
    """Where things are and how much of everything is allowed; each field is `MCODE_<FIELD>` in the environment.

    Paths may be relative to the folder the program was started in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    storage: Path = Field(Path("storage"), description="private copies of uploads, every asset's files, the outputs")
    inbox: Path = Field(Path("inbox"), description="the folder analysts drop files into")
    quarantine: Path = Field(Path("quarantine"), description="where refused files go, each with its reason")
    settle_seconds: float = Field(5, ge=0, le=600, description="a dropped file is complete when unchanged this long")
    inbox_seconds: int = Field(5, ge=1, le=3600, description="how often the inbox is looked at")
    uploads_a_look: int = Field(20, ge=1, le=500, description="uploads taken from the inbox in one look")
    look_seconds: int = Field(40, ge=1, le=3600, description="a look takes no further upload after this long")

    upload_mb: int = Field(500, ge=1, description="largest workbook or SPSS file")
    table_mb: int = Field(4096, ge=1, description="largest CSV or Parquet file")
    reader_memory_mb: int = Field(4096, ge=512, description="memory of the child process that reads a file")
    reader_seconds: int = Field(300, ge=5, description="time the child process may take to read a file")

    host: str = Field("127.0.0.1", description="address the web UI listens on")
    port: int = Field(3000, ge=1, le=65535, description="port of the web UI")
    hosts: str | None = Field(
        None,
        description="names the web UI may be opened under, with commas between, besides those of this machine itself",
    )
    report_token: SecretStr | None = Field(
        None,
        min_length=20,
        description="lets programs report assets to `/report_asset_...` with `Authorization: Bearer`; without it, off",
    )
    code_server_port: int = Field(4266, ge=1, le=65535, description="port of the code server (loopback only)")

    postgres_url: SecretStr | None = Field(
        None, description="keep Dagster's own records in this Postgres instead of SQLite"
    )
    max_concurrent_runs: int = Field(5, ge=1, description="runs at once")
    dequeue_seconds: int = Field(1, ge=1, description="how often queued runs are looked at")
    dequeue_workers: int = Field(5, ge=1, description="threads that start queued runs")
    run_seconds: int = Field(3600, ge=5, description="a run that takes longer is ended")
    run_start_seconds: int = Field(180, ge=10, description="a run that does not start in this time has failed")
    run_retries: int = Field(3, ge=0, description="restarts of a run whose process crashed")
    monitor_seconds: int = Field(30, ge=1, description="how often runs are looked after")
    sensor_threads: int = Field(4, ge=1, description="sensors evaluated at once")
    keep_skipped_ticks_days: int = Field(1, ge=1, description="how long looks that found nothing are kept")
    keep_ticks_days: int = Field(30, ge=1, description="how long other looks are kept")

    llm_base_url: str | None = Field(
        None, pattern=r"^https?://", description="OpenAI-compatible endpoint that may code; with LLM_MODEL, else off"
    )
    llm_model: str | None = Field(None, description="name of the language model at that endpoint")
    llm_api_key: SecretStr | None = Field(None, description="key of the endpoint, where it wants one")
    llm_batch: int = Field(20, ge=1, le=200, description="answers in one question to the language model")
    llm_concurrency: int = Field(4, ge=1, le=64, description="questions to the language model at once")
    llm_runs: int = Field(2, ge=1, le=5, description="how often it codes every answer; runs that disagree are unsure")
    llm_timeout_seconds: float = Field(60, gt=0, description="how long it may take to answer")
    llm_tries: int = Field(5, ge=1, le=20, description="how often a question is tried that gets no answer")
    llm_token_budget: int | None = Field(None, ge=1, description="tokens that one stage of one upload may take")
    llm_money_budget: float | None = Field(None, gt=0, description="money that one stage may cost; needs the prices")
    llm_price_in: float = Field(0, ge=0, description="money for a million tokens sent")
    llm_price_out: float = Field(0, ge=0, description="money for a million tokens received")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings of this process. Raises SettingsError naming the variable and what it must be."""
        given = os.environ if environment is None else environment
        values = {
            name: given[PREFIX + name.upper()] for name in cls.model_fields if given.get(PREFIX + name.upper(), "")
        }
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            # The value is left out on purpose: it may be a secret.
            raise SettingsError(f"the environment variable {name} cannot be used: {first['msg']}") from None
        return settings.model_copy(
            update={
                name: getattr(settings, name).expanduser().absolute() for name in ("storage", "inbox", "quarantine")
            }
        )

    def language_model(self) -> LanguageModelSettings | None:
        """The language model that may code; None where none is configured. Raises SettingsError where it is half."""
        if self.llm_base_url is None and self.llm_model is None:
            return None
        if self.llm_base_url is None or self.llm_model is None:
            given, lacking = ("MODEL", "BASE_URL") if self.llm_base_url is None else ("BASE_URL", "MODEL")
            raise SettingsError(
                f"MCODE_LLM_{given} is set but MCODE_LLM_{lacking} is not; set both to code with a language model, or "
                "neither"
            )
        if self.llm_money_budget is not None and not (self.llm_price_in or self.llm_price_out):
            raise SettingsError(
                "MCODE_LLM_MONEY_BUDGET needs the prices: set MCODE_LLM_PRICE_IN and MCODE_LLM_PRICE_OUT "
                "(money for a million tokens), or give a MCODE_LLM_TOKEN_BUDGET instead"
            )
        from mcode_pipelines.coding import LanguageModelSettings

        return LanguageModelSettings(
            base_url=self.llm_base_url,
            model=self.llm_model,
            api_key=self.llm_api_key or SecretStr(""),
            batch=self.llm_batch,
            concurrency=self.llm_concurrency,
            runs=self.llm_runs,
            timeout_seconds=self.llm_timeout_seconds,
            tries=self.llm_tries,
            token_budget=self.llm_token_budget,
            money_budget=self.llm_money_budget,
            price_in=self.llm_price_in,
            price_out=self.llm_price_out,
            cache=self.storage / "language_model" / "decided.sqlite",
        )

    def web_names(self) -> tuple[str, ...]:
        """The host names under which people open the web UI, as MCODE_HOSTS gives them. Raises SettingsError."""
        names = tuple(name.strip().lower() for name in (self.hosts or "").split(",") if name.strip())
        for name in names:
            if not _HOST_NAME.fullmatch(name):
                raise SettingsError(
                    f"MCODE_HOSTS: {name!r} is no host name; give names without http:// and without *, separated by "
                    "commas, for example tabs.example.org,10.0.0.5"
                )
        return names

    def limits(self) -> Limits:
        """What the gate and the reader allow."""
        from mcode_pipelines.intake import Limits

        megabyte = 1024 * 1024
        return Limits(
            upload_bytes=self.upload_mb * megabyte,
            table_bytes=self.table_mb * megabyte,
            reader_memory_mb=self.reader_memory_mb,
            reader_seconds=self.reader_seconds,
        )


def dagster_home(environment: Mapping[str, str] | None = None) -> Path:
    """Dagster's own folder: DAGSTER_HOME, else `.dagster_home` in the current folder."""
    given = os.environ if environment is None else environment
    return Path(given.get("DAGSTER_HOME") or ".dagster_home").expanduser().absolute()
