from __future__ import annotations

from pathlib import Path

import pytest

from mcode_pipelines.settings import Settings, SettingsError


def test_the_environment_overrides_a_default():
    settings = Settings.from_environment({"MCODE_PORT": "3456", "MCODE_MAX_CONCURRENT_RUNS": "2"})
    assert (settings.port, settings.max_concurrent_runs) == (3456, 2)


def test_places_are_absolute_so_that_every_process_means_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({"MCODE_INBOX": "masuk"})
    assert settings.inbox == tmp_path / "masuk"
    assert settings.storage == tmp_path / "storage"


def test_a_figure_that_cannot_be_is_told_by_the_variable_it_came_from():
    with pytest.raises(SettingsError, match="MCODE_PORT"):
        Settings.from_environment({"MCODE_PORT": "eighty"})


def test_the_postgres_password_is_never_printed():
    settings = Settings.from_environment({"MCODE_POSTGRES_URL": "postgresql://mcode:hunter2@db/mcode"})
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in settings.model_dump_json()
