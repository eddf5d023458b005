"""dagster.yaml, made from the settings: Dagster itself lets only some of these figures come from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from mcode_pipelines.settings import Settings

LOCATION = "mcode_pipelines"
"""The one code location; a second name for the same code makes the daemon fail queued runs."""

_OURS_AND_OUR_GROUPS = 0o750
_HEADER = """\
# Made by mcode from the MCODE_... settings; change those, not this file.
"""


def instance_config(settings: Settings) -> dict[str, Any]:
    """What dagster.yaml says. Holds no secret: the Postgres address stays in the environment."""
    config: dict[str, Any] = {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        # No upload is ever due: nothing is to be looked for that is late.
        "freshness": {"enabled": False},
        # Run limits live here; under run_coordinator Dagster reads dequeue_* only.
        "concurrency": {
            "runs": {
                "max_concurrent_runs": settings.max_concurrent_runs,
                # Two runs of one upload would replace each other's files; they take turns.
                "tag_concurrency_limits": [
                    {"key": "dagster/partition", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}
                ],
            }
        },
        "run_coordinator": {
            "module": "dagster.core.run_coordinator",
            "class": "QueuedRunCoordinator",
            "config": {
                # Without threads launches are serial and two runs go at once instead of five.
                "dequeue_use_threads": True,
                "dequeue_num_workers": settings.dequeue_workers,
                "dequeue_interval_seconds": settings.dequeue_seconds,
            },
        },
        "run_monitoring": {
            "enabled": True,
            "start_timeout_seconds": settings.run_start_seconds,
            # No max_runtime_seconds: Dagster would restart a run that exceeded it. `defs/run_watch.py` ends it once.
            "poll_interval_seconds": settings.monitor_seconds,
            "free_slots_after_run_end_seconds": 300,
        },
        # A crashed process is worth another try; a sentence about a bad file is not.
        "run_retries": {
            "enabled": True,
            "max_retries": settings.run_retries,
            "retry_on_asset_or_op_failure": False,
        },
        "sensors": {"use_threads": True, "num_workers": settings.sensor_threads},
        "schedules": {"use_threads": True, "num_workers": settings.sensor_threads},
        "retention": {
            name: {
                "purge_after_days": {
                    "skipped": settings.keep_skipped_ticks_days,
                    "success": settings.keep_ticks_days,
                    "failure": settings.keep_ticks_days,
                    "started": settings.keep_ticks_days,
                }
            }
            for name in ("sensor", "schedule")
        },
    }
    if settings.postgres_url:
        config["storage"] = {
            "custom": {"module": "mcode_pipelines.defs.postgres_storage", "class": "PostgresFromEnvironment"}
        }
    return config


def instance_yaml(settings: Settings) -> str:
    """The text of dagster.yaml."""
    return _HEADER + yaml.safe_dump(instance_config(settings), sort_keys=False)


def prepare_home(home: Path, settings: Settings) -> None:
    """Makes Dagster's folder, its dagster.yaml, and the inbox, quarantine and storage folders. Safe to repeat.

    A folder that is there already keeps the rights somebody gave it.

    Raises OSError where a folder cannot be made.
    """
    for folder in (home, settings.storage, settings.inbox, settings.quarantine):
        folder.mkdir(mode=_OURS_AND_OUR_GROUPS, parents=True, exist_ok=True)
    target = home / "dagster.yaml"
    text = instance_yaml(settings)
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        beside = target.with_suffix(".yaml.new")
        beside.write_text(text, encoding="utf-8")
        beside.replace(target)
