"""The web program of the service; `mcode serve` starts it: `python -m mcode_pipelines.portal --since <time>`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from mcode_pipelines.portal.dagster_ui import DagsterUI, dagster_ui
from mcode_pipelines.portal.gate import Gate
from mcode_pipelines.portal.health import folders_in_the_way, health_routes
from mcode_pipelines.portal.rules import rules_for
from mcode_pipelines.settings import Settings


def door(ui: DagsterUI, settings: Settings, since: float) -> Gate:
    """Everything the service answers, behind its gate. `since`: when this service was started, in seconds of 1970."""
    folders = {"inbox": settings.inbox, "quarantine": settings.quarantine, "storage": settings.storage}

    def ready() -> Sequence[str]:
        return [*ui.code_trouble(), *ui.daemon_trouble(since, time.time()), *folders_in_the_way(folders)]

    routes = [*health_routes(ui.records_trouble, ready), Mount("/", ui.app)]
    token = settings.report_token.get_secret_value() if settings.report_token else None
    return Gate(Starlette(routes=routes), rules_for(settings.host, settings.web_names(), token))


def main() -> None:
    """Listens on MCODE_HOST and MCODE_PORT until told to stop."""
    arguments = argparse.ArgumentParser(prog="python -m mcode_pipelines.portal", description="The web program.")
    arguments.add_argument("--since", type=float, default=time.time(), help="when the service was started")
    since = arguments.parse_args().since
    settings = Settings.from_environment()
    with dagster_ui(settings.code_server_port) as ui:
        uvicorn.run(
            door(ui, settings, since),
            host=settings.host,
            port=settings.port,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )


if __name__ == "__main__":
    main()
