from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from mcode_pipelines.definitions import assemble
from mcode_pipelines.defs.sensors import inbox_sensor
from mcode_pipelines.intake import Admitted, inbox_item_at
from mcode_pipelines.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "storage")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture
def definitions(lake: Lake) -> dg.Definitions:
    return assemble(lake)


class Office:
    """An inbox, a lake and the sensor between them; each look hands its cursor to the next."""

    def __init__(self, folder: Path, instance: dg.DagsterInstance) -> None:
        self.inbox, self.quarantine = folder / "inbox", folder / "quarantine"
        self.inbox.mkdir()
        self.quarantine.mkdir()
        self.lake = Lake(folder / "storage")
        self.instance = instance
        self.cursor: str | None = None

    def look(self) -> dg.SensorResult:
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor)
        result = inbox_sensor(context, lake=self.lake)
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor
        return result


@pytest.fixture
def office(tmp_path: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> Office:
    for name in ("inbox", "quarantine", "storage"):
        monkeypatch.setenv(f"MCODE_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("MCODE_SETTLE_SECONDS", "0")
    return Office(tmp_path, instance)


def admitted(lake: Lake, path: Path) -> str:
    """The partition key of a file or folder taken into the store."""
    answer = lake.uploads.admit(inbox_item_at(path))
    assert isinstance(answer, Admitted), answer
    return answer.upload.key


def run(
    definitions: dg.Definitions, instance: dg.DagsterInstance, key: str, job: str = "process_upload", **config: object
) -> dg.ExecuteInProcessResult:
    """One job on one partition; `config` by asset."""
    instance.add_dynamic_partitions("survey_uploads", [key])
    return definitions.resolve_job_def(job).execute_in_process(
        instance=instance,
        partition_key=key,
        raise_on_error=False,
        run_config={
            "ops": {asset: {"config": given} for asset, given in config.items()},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
    )


def sentence(result: dg.ExecuteInProcessResult) -> str:
    """What a person is told of a failed run."""
    failures = result.filter_events(lambda event: event.is_step_failure)
    data = failures[0].step_failure_data
    assert data.user_failure_data is not None, data.error
    return str(data.user_failure_data.description)
