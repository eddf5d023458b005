from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
import yaml

from mcode_pipelines.instance_config import instance_config, instance_yaml, prepare_home
from mcode_pipelines.settings import Settings, SettingsError


def test_the_file_in_the_repository_is_what_the_default_settings_give():
    shipped = Path(__file__).parent.parent / "dagster.yaml"
    assert shipped.read_text(encoding="utf-8") == instance_yaml(Settings())


def test_a_prepared_home_is_an_instance_with_the_settings_figures(tmp_path: Path):
    environment = {
        "MCODE_STORAGE": str(tmp_path / "storage"),
        "MCODE_INBOX": str(tmp_path / "inbox"),
        "MCODE_QUARANTINE": str(tmp_path / "quarantine"),
        "MCODE_MAX_CONCURRENT_RUNS": "3",
        "MCODE_RUN_RETRIES": "1",
    }
    prepare_home(tmp_path / "home", Settings.from_environment(environment))
    with dg.DagsterInstance.from_config(str(tmp_path / "home")) as instance:
        queue = instance.get_concurrency_config().run_queue_config
        assert queue is not None
        assert queue.max_concurrent_runs == 3
        assert instance.run_retries_max_retries == 1
        assert instance.run_monitoring_enabled
    assert (tmp_path / "inbox").is_dir()


def test_the_address_of_postgres_stands_in_no_file():
    settings = Settings.from_environment({"MCODE_POSTGRES_URL": "postgresql://mcode:hunter2@db/mcode"})
    text = yaml.safe_dump(instance_config(settings))
    assert "hunter2" not in text
    assert "PostgresFromEnvironment" in text


def test_a_bare_postgres_address_gets_the_driver_that_is_installed():
    from mcode_pipelines.defs.postgres_storage import driver_url

    assert driver_url("postgresql://u:p@h/d").drivername == "postgresql+psycopg2"
    assert driver_url("postgres://u:p@h/d").drivername == "postgresql+psycopg2"
    with pytest.raises(SettingsError, match="must begin with postgresql"):
        driver_url("mysql://u:p@h/d")
    with pytest.raises(SettingsError, match="not an address"):
        driver_url("not an address with hunter2")
